//! Climbing the ladder: rung by rung, the checks of a rung side by side, what is known by receipt not run again.

mod marks;
mod memory;
mod one;
mod outcome;
mod pristine;
mod rung;
mod standing;
mod step;

pub use outcome::Done;
pub use outcome::Event;
pub use outcome::Kept;
pub use outcome::Outcome;
pub use outcome::Report;
pub use outcome::Showing;
pub use outcome::Why;
pub use standing::StandingError;
pub use step::Inputs;
pub use step::Planned;
pub use step::Step;

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::Path;

use lane_core::time::Timestamp;

use crate::Files;
use crate::Interrupt;
use crate::Receipts;
use memory::Memory;
use pristine::Pristine;
use rung::Before;
use rung::Rung;
use standing::Standing;

/// How the ladder is climbed.
pub struct Climb<'c> {
    /// The worktree's root.
    pub root: &'c Path,
    /// Where results are kept; none = nowhere.
    pub receipts: Option<&'c Receipts>,
    /// What they are used for.
    pub remember: Remember,
    /// How many checks run at once; see [`jobs`].
    pub jobs: NonZero<usize>,
    /// Whether higher rungs are climbed behind a failure.
    pub keep_going: bool,
    /// Whether the tracked files must stay as they are from the first check to the last: where what is checked is a commit,
    /// and its own code runs.
    pub pristine: bool,
    /// The files as they were looked at for the plan, so that they need not be looked at again; or what is stored and not
    /// checked out, where only receipts are asked.
    pub seen: Option<&'c Files>,
    /// Where all that the checks print goes, a file a check, cut at 16 MiB; none = only its end is kept.
    pub logs: Option<&'c Path>,
    /// The clock.
    pub now: &'c dyn Fn() -> Timestamp,
    /// Ends everything when asked.
    pub interrupt: &'c Interrupt,
}

/// What receipts are used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remember {
    /// What passed is not run again, and what runs is kept.
    Use,
    /// Everything is run, and kept: how a flaky check is found out.
    Renew,
    /// They are neither read nor written: for CI, which trusts nothing local.
    Nothing,
    /// Nothing is run: what no receipt shows is told so. For what is not checked out.
    Only,
}

/// As many checks at once as this process has cores; one when the system does not say.
pub fn jobs() -> NonZero<usize> {
    std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
}

/// Runs the plan: the lowest rung first, the next when all of it passed (with `keep_going`, in any case). Everything that
/// happens is told as it happens, by this thread.
///
/// A receipt spares a run only if it passed on the same key; if it had failed before, it is flaky and told as such. A run
/// is kept only if its key is the same afterwards and nothing that it reads was written. When something that a check
/// passed on is different by its end, or by the end of the climb, it has not passed, and is told once more. When HEAD, the branch or `core.bare` changed, the check that ended is
/// failed, so are those that ran beside it, and nothing further is started: what is checked is no longer what was asked
/// for. The same where `pristine` is asked for and a tracked file changed. At an interrupt all process groups end, and nothing further is started.
///
/// # Errors
/// When the worktree cannot be read beforehand. A failed check is no error.
pub fn climb(
    steps: &[Step],
    how: &Climb<'_>,
    tell: &mut dyn FnMut(Event<'_>),
) -> Result<Report, StandingError> {
    let standing = match how.remember {
        Remember::Only => None,
        _ => Some(Standing::of(how.root)?),
    };
    let pristine = match how.pristine {
        true => Some(Pristine::of(how.root, how.seen)?),
        false => None,
    };
    let before = Before {
        standing: standing.as_ref(),
        pristine: pristine.as_ref(),
    };
    let mut memory = Memory::new(how, steps);
    let mut report = Report::default();
    let mut stop = None;
    for number in steps.iter().map(Step::rung).collect::<BTreeSet<u8>>() {
        let steps: Vec<&Step> = steps.iter().filter(|step| step.rung() == number).collect();
        let mut rung = Rung::new(how, before, &mut memory, &steps, stop);
        rung.climb(tell);
        let (done, halted) = rung.done();
        let good = done.iter().all(|done| done.outcome.is_good());
        stop = halted
            .or(stop)
            .or((!good && !how.keep_going && how.remember != Remember::Only).then_some(Why::LowerRung));
        report.done.extend(done);
    }
    overtake(&mut report, &mut memory, tell);
    Ok(report)
}

/// What passed on files that are others by now has not passed.
fn overtake(report: &mut Report, memory: &mut Memory<'_>, tell: &mut dyn FnMut(Event<'_>)) {
    if report.interrupted() {
        return;
    }
    for (name, what) in memory.overtaken() {
        let done = report.done.iter_mut().find(|done| done.name == name);
        if let Some(done) = done.filter(|done| done.outcome.is_good()) {
            done.outcome = done.outcome.clone().overtaken(what);
            tell(Event::Done(done));
        }
    }
}
