//! Whether a declared service answers, within its time limit. Nothing is started but the command that asks.

mod aside;
mod command;
mod http;
mod tcp;

use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use lane_core::time::Span;
use thiserror::Error;

use crate::Contact;
use crate::Interrupt;
use crate::RunError;
use crate::Service;

/// Why a service is not well. What a command printed is escaped and bounded.
#[derive(Debug, Error)]
pub enum ServiceFault {
    /// The command that asks ended otherwise than with 0.
    #[error("`{program}` ended with {ending}{}", said(.last_line))]
    Ended {
        /// The program.
        program: String,
        /// How it ended.
        ending: String,
        /// The last line that it printed; empty when there is none.
        last_line: String,
    },
    /// The command that asks has no result.
    #[error("its command did not run")]
    Command(#[source] RunError),
    /// The host's name has no address.
    #[error("the host {host} was not found")]
    NoHost {
        /// The host.
        host: String,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// No address of the host took the connection.
    #[error("no connection to {address}")]
    NoConnection {
        /// What was tried last.
        address: String,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// It took the connection, and what it said is no answer to HTTP.
    #[error("no answer from {url}: {cause}")]
    NoAnswer {
        /// The URL, bounded.
        url: String,
        /// What went wrong, escaped and bounded.
        cause: String,
    },
    /// It answered, with a status that is neither 2xx nor 3xx.
    #[error("{url} answered with status {status}")]
    Status {
        /// The URL, bounded.
        url: String,
        /// The status.
        status: u16,
    },
    /// Its time was over.
    #[error("no answer within {0}")]
    Late(Span),
    /// Somebody asked this process to stop.
    #[error("interrupted")]
    Interrupted,
}

fn said(last_line: &str) -> String {
    match last_line {
        "" => String::new(),
        line => format!(": {line}"),
    }
}

/// Asks a service. A command runs in `dir`, with its group ended at the time limit (two seconds are left for a clean
/// end); a connection or request is given up then. Redirects count as an answer and are not followed.
pub fn ask_service(service: &Service, dir: &Path, interrupt: &Interrupt) -> Result<(), ServiceFault> {
    if interrupt.asked() {
        return Err(ServiceFault::Interrupted);
    }
    let limit = Duration::from_secs(service.timeout.secs().unsigned_abs());
    let until = Instant::now() + limit;
    let late = ServiceFault::Late(service.timeout);
    match service.contact.clone() {
        Contact::Run(words) => command::ask(&words, dir, limit, interrupt).unwrap_or(Err(late)),
        Contact::Tcp { host, port } => {
            aside::within(until, interrupt, move || tcp::ask(&host, port, until)).unwrap_or(Err(late))
        }
        Contact::Http(url) => {
            aside::within(until, interrupt, move || http::ask(&url, limit)).unwrap_or(Err(late))
        }
    }
}
