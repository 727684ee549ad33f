//! A service that answers to HTTP.

use std::time::Duration;

use lane_core::text::excerpt;

use super::ServiceFault;

/// How much of a URL or of an answer is shown, in characters.
const SHOWN_CHARS: usize = 200;

/// What the library says, with status 503, of an answer that is not HTTP.
const NO_STATUS_LINE: &str = "Server did not provide a status line";

/// Asks for the URL; the body of the answer is not read.
pub(super) fn ask(url: &str, limit: Duration) -> Result<(), ServiceFault> {
    let shown = excerpt(url, SHOWN_CHARS);
    let request = minreq::get(url)
        .with_timeout(limit.as_secs().max(1))
        .with_follow_redirects(false)
        .with_header("User-Agent", "git-lane");
    match request.send_lazy() {
        Ok(answer) if (200..400).contains(&answer.status_code) => Ok(()),
        Ok(answer) if answer.reason_phrase == NO_STATUS_LINE => Err(ServiceFault::NoAnswer {
            url: shown,
            cause: "what it said is not HTTP".to_owned(),
        }),
        Ok(answer) => Err(ServiceFault::Status {
            url: shown,
            status: answer.status_code,
        }),
        Err(fault) => Err(ServiceFault::NoAnswer {
            url: shown,
            cause: excerpt(&fault.to_string(), SHOWN_CHARS),
        }),
    }
}
