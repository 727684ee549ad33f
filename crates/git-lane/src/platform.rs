//! The real clock, real chance, and what is said when the program itself breaks.

use lane_core::time::Timestamp;
use lane_store::Source;

use crate::show::paint;

/// Time and chance as the machine has them.
pub struct Real;

impl Source for Real {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(jiff::Timestamp::now().as_second())
    }

    fn fill(&self, bytes: &mut [u8]) {
        // Without the system's randomness two agents could draw one id; nothing sensible goes on then.
        getrandom::fill(bytes).expect("the system has randomness");
    }
}

/// Exit code of a panic.
pub(crate) const OUR_BUG: u8 = 70;

/// A panic is our bug: it says so in one line, and ends with `code`.
pub(crate) fn explain_panics(code: u8) {
    std::panic::set_hook(Box::new(move |info| {
        let place = info
            .location()
            .map_or(String::new(), |at| format!(" at {}:{}", at.file(), at.line()));
        let what = info.payload_as_str().unwrap_or("no message");
        paint::error(&format!(
            "git-lane itself broke{place}: {}",
            lane_core::text::excerpt(what, 500)
        ));
        paint::hint("git lane verify");
        std::process::exit(i32::from(code));
    }));
}
