//! A climb that nobody asked for by hand: told on stderr, beside what the command or git itself says.

use lane_gate::Event;
use lane_gate::Outcome;
use lane_gate::Report;

use super::How;
use super::Prepared;
use crate::error::CliError;
use crate::show::climb as show;

/// Climbs and tells. `against`: what is compared with, for people; `brief`: without what is not worth a line before a
/// commit; `silent`: nobody reads words.
///
/// # Errors
/// When the work tree cannot be read, or somebody interrupts.
pub(crate) fn climb_beside(
    prepared: &Prepared,
    how: &How<'_>,
    against: &str,
    (brief, silent): (bool, bool),
) -> Result<Report, CliError> {
    let to = if silent {
        show::To::Nowhere
    } else {
        show::To::Stderr
    };
    let about = prepared.about(None, against);
    let mut teller = show::Teller::new(&about, how.source, to);
    if !brief {
        teller.begin();
    }
    let report = prepared.climb(how, &mut |event| {
        let skipped = matches!(&event, Event::Done(done) if matches!(done.outcome, Outcome::Skipped(_)));
        if !(brief && skipped) {
            teller.tell(&event);
        }
    })?;
    if brief {
        teller.away();
    } else {
        teller.end(&report);
    }
    match report.interrupted() {
        true => Err(CliError::Interrupted),
        false => Ok(report),
    }
}
