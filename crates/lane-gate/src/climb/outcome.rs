//! What came of each check, and of the climb.

use crate::Receipt;
use crate::Run;
use crate::RunVerdict;

/// What came of a check.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It passed, now or by receipt.
    Passed(Showing),
    /// It failed, now: a receipt of a failure makes nobody skip.
    Failed(Showing),
    /// It passed, and failed before on the same key. Green only for those who look away.
    Flaky(Showing),
    /// It ended well and checked nothing. Not passed.
    Empty(Showing),
    /// It did not start; said in a phrase. Never kept: what is missing may be there next time.
    NotStarted(String),
    /// Meanwhile HEAD, the branch or `core.bare` changed; said in a phrase. Failed, however it ended.
    Moved {
        /// What changed.
        what: String,
        /// The run.
        run: Box<Run>,
    },
    /// It passed, and meanwhile something that it reads was changed, or a tracked file where none may be; said in a phrase.
    /// What is there now has not passed.
    Changed {
        /// What changed.
        what: String,
        /// The run, if it was not shown by a receipt.
        run: Option<Box<Run>>,
    },
    /// The plan had no need of it, for this reason.
    Skipped(String),
    /// It was not run, or not to its end.
    NotRun(Why),
}

/// What shows it.
#[derive(Clone, Debug, PartialEq)]
pub enum Showing {
    /// A run.
    Run {
        /// How it went.
        run: Box<Run>,
        /// What it came to.
        verdict: RunVerdict,
        /// Whether a receipt was kept.
        kept: Kept,
    },
    /// A receipt: it was not run.
    Receipt(Box<Receipt>),
}

/// Whether a run's result was kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// It was: this is known now under its key.
    Yes(Box<Receipt>),
    /// It was not, for this reason.
    No(String),
    /// Nobody asked for it.
    NotAsked,
}

/// Why a check was not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A check on a lower rung did not pass.
    LowerRung,
    /// Somebody asked to stop.
    Interrupted,
    /// HEAD, the branch or `core.bare` changed under the gate.
    Moved,
    /// A tracked file changed under the gate, and none may.
    Changed,
    /// Only what is known already was asked for, and no receipt shows it.
    NoReceipt,
}

impl Outcome {
    /// The same check, when what it passed on is not there any more.
    pub(super) fn overtaken(self, what: String) -> Self {
        let run = match self {
            Self::Passed(Showing::Run { run, .. }) | Self::Flaky(Showing::Run { run, .. }) => Some(run),
            _ => None,
        };
        Self::Changed { what, run }
    }

    /// Whether the ladder may be climbed on.
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Passed(_) | Self::Flaky(_) | Self::Skipped(_))
    }
}

/// A check and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The check's name.
    pub name: String,
    /// Its rung.
    pub rung: u8,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of the climb: every step, in the plan's order, rung by rung.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Every step.
    pub done: Vec<Done>,
}

impl Report {
    /// Whether nothing stands in the way: all passed, were flaky or not needed. True of an empty plan.
    pub fn passed(&self) -> bool {
        self.done.iter().all(|done| done.outcome.is_good())
    }

    /// Whether somebody asked to stop.
    pub fn interrupted(&self) -> bool {
        let cut = Outcome::NotRun(Why::Interrupted);
        self.done.iter().any(|done| done.outcome == cut)
    }

    /// The checks that are flaky.
    pub fn flaky(&self) -> impl Iterator<Item = &Done> {
        let flaky = |done: &&Done| matches!(done.outcome, Outcome::Flaky(_));
        self.done.iter().filter(flaky)
    }
}

/// What happens during the climb. All are told by one thread, one after the other.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// A check was started.
    Started {
        /// Its name.
        name: &'e str,
        /// Its rung.
        rung: u8,
    },
    /// A few times a second: what runs, and for how many seconds.
    Running(&'e [(&'e str, f64)]),
    /// A check is done with, whether it ran or not.
    Done(&'e Done),
}
