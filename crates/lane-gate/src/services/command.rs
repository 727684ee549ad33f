//! A service that a command knows about.

use std::path::Path;
use std::time::Duration;

use lane_core::text::excerpt;

use super::ServiceFault;
use crate::Ending;
use crate::Interrupt;
use crate::Job;
use crate::RunError;
use crate::run;

/// How much of a command's last line is shown, in characters.
const LINE_CHARS: usize = 200;

/// None when the time was over.
pub(super) fn ask(
    words: &[String],
    dir: &Path,
    limit: Duration,
    interrupt: &Interrupt,
) -> Option<Result<(), ServiceFault>> {
    let ran = match run(&Job { words, dir, limit }, interrupt) {
        Ok(ran) => ran,
        Err(RunError::Interrupted) => return Some(Err(ServiceFault::Interrupted)),
        Err(fault) => return Some(Err(ServiceFault::Command(fault))),
    };
    match ran.ending {
        Ending::TimedOut => None,
        ending if ending.success() => Some(Ok(())),
        ending => {
            let last = ran.excerpt.lines().rev().find(|line| !line.trim().is_empty());
            Some(Err(ServiceFault::Ended {
                program: excerpt(&words[0], LINE_CHARS),
                ending: ending.to_string(),
                last_line: excerpt(last.unwrap_or_default().trim(), LINE_CHARS),
            }))
        }
    }
}
