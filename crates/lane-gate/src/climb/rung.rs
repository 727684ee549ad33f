//! One rung: its checks side by side, as many as there are cores, each one's end told when it comes.

use std::collections::VecDeque;
use std::io;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::Sender;
use std::sync::mpsc::channel;
use std::thread;
use std::thread::Scope;
use std::time::Duration;
use std::time::Instant;

use super::Climb;
use super::Done;
use super::Event;
use super::Kept;
use super::Outcome;
use super::Planned;
use super::Remember;
use super::Showing;
use super::Step;
use super::Why;
use super::marks::Marks;
use super::memory::MaybeKeyed;
use super::memory::Memory;
use super::one::Ended;
use super::one::Site;
use super::one::run_one;
use super::pristine::Pristine;
use super::standing::Standing;
use crate::Run;
use crate::RunError;
use crate::RunVerdict;
use crate::Verdict;

/// How often it is told what runs.
const GLANCE: Duration = Duration::from_millis(250);

/// What no check may change.
#[derive(Clone, Copy)]
pub(super) struct Before<'r> {
    pub(super) standing: Option<&'r Standing>,
    pub(super) pristine: Option<&'r Pristine>,
}

pub(super) struct Rung<'r, 'c> {
    how: &'r Climb<'c>,
    before: Before<'r>,
    memory: &'r mut Memory<'c>,
    steps: &'r [&'c Step],
    done: Vec<Option<Done>>,
    waiting: VecDeque<Ready<'c>>,
    running: Vec<(Ready<'c>, Instant)>,
    stop: Option<Why>,
}

/// A check that is to be started.
struct Ready<'c> {
    at: usize,
    planned: &'c Planned,
    keyed: MaybeKeyed<'c>,
    /// Taken when it is started.
    marks: Option<Marks>,
}

type Told = (usize, Result<Ended, RunError>);

impl<'r, 'c> Rung<'r, 'c> {
    pub(super) fn new(
        how: &'r Climb<'c>,
        before: Before<'r>,
        memory: &'r mut Memory<'c>,
        steps: &'r [&'c Step],
        stop: Option<Why>,
    ) -> Self {
        Self {
            how,
            before,
            memory,
            steps,
            done: steps.iter().map(|_| None).collect(),
            waiting: VecDeque::new(),
            running: Vec::new(),
            stop,
        }
    }

    /// Every step's outcome, and why nothing further may start.
    pub(super) fn done(self) -> (Vec<Done>, Option<Why>) {
        let stop = self.stop.filter(|why| *why != Why::LowerRung);
        (self.done.into_iter().flatten().collect(), stop)
    }

    pub(super) fn climb(&mut self, tell: &mut dyn FnMut(Event<'_>)) {
        self.sort_out(tell);
        let (told, ended) = channel();
        thread::scope(|scope| {
            loop {
                self.start_what_may(scope, &told, tell);
                if self.running.is_empty() {
                    break;
                }
                match ended.recv_timeout(GLANCE) {
                    Ok((at, result)) => self.ended(at, result, tell),
                    Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => self.glance(tell),
                }
            }
        });
        let why = self.stop.unwrap_or(Why::Interrupted);
        while let Some(ready) = self.waiting.pop_front() {
            self.tell(ready.at, Outcome::NotRun(why), tell);
        }
    }

    /// What need not be run is told at once; the rest waits for its turn.
    fn sort_out(&mut self, tell: &mut dyn FnMut(Event<'_>)) {
        for (at, step) in self.steps.iter().copied().enumerate() {
            match step {
                Step::Skip { why, .. } => self.tell(at, Outcome::Skipped(why.clone()), tell),
                Step::Broken { why, .. } => self.tell(at, Outcome::NotStarted(why.clone()), tell),
                Step::Check(planned) => self.sort(at, planned, tell),
            }
        }
    }

    fn sort(&mut self, at: usize, planned: &'c Planned, tell: &mut dyn FnMut(Event<'_>)) {
        if self.how.interrupt.asked() {
            self.stop = Some(self.stop.unwrap_or(Why::Interrupted));
        }
        if let Some(why) = self.stop {
            return self.tell(at, Outcome::NotRun(why), tell);
        }
        let keyed = self.memory.keyed(planned);
        match self.memory.shown(planned, &keyed) {
            Some(outcome) => self.tell(at, outcome, tell),
            None if self.how.remember == Remember::Only => {
                self.tell(at, Outcome::NotRun(Why::NoReceipt), tell);
            }
            None => self.waiting.push_back(Ready {
                at,
                planned,
                keyed,
                marks: None,
            }),
        }
    }

    fn start_what_may<'s>(
        &mut self,
        scope: &'s Scope<'s, '_>,
        told: &Sender<Told>,
        tell: &mut dyn FnMut(Event<'_>),
    ) where
        'c: 's,
    {
        while self.running.len() < self.how.jobs.get() && self.stop.is_none() {
            if self.how.interrupt.asked() {
                self.stop = Some(Why::Interrupted);
                return;
            }
            let free = |ready: &Ready<'_>| {
                let turn = &ready.planned.turn;
                turn.is_none() || self.running.iter().all(|(other, _)| other.planned.turn != *turn)
            };
            let next = self.waiting.iter().position(free);
            let Some(mut ready) = next.and_then(|next| self.waiting.remove(next)) else {
                return;
            };
            tell(Event::Started {
                name: &ready.planned.name,
                rung: ready.planned.rung,
            });
            ready.marks = self.memory.marks(ready.planned, &ready.keyed);
            let (at, planned, told) = (ready.at, ready.planned, told.clone());
            let site = Site {
                root: self.how.root,
                logs: self.how.logs,
                jobs: self.how.jobs,
                interrupt: self.how.interrupt,
            };
            scope.spawn(move || {
                // Whoever waits for an end must get one.
                let result = catch_unwind(AssertUnwindSafe(|| run_one(planned, &site)));
                let lost = || Err(RunError::Lost(io::Error::other("the thread panicked")));
                let _ = told.send((at, result.unwrap_or_else(|_| lost())));
            });
            self.running.push((ready, Instant::now()));
        }
    }

    fn glance(&self, tell: &mut dyn FnMut(Event<'_>)) {
        let running = self.running.iter();
        let running: Vec<(&str, f64)> = running
            .map(|(ready, since)| (ready.planned.name.as_str(), since.elapsed().as_secs_f64()))
            .collect();
        tell(Event::Running(&running));
    }

    fn ended(&mut self, at: usize, result: Result<Ended, RunError>, tell: &mut dyn FnMut(Event<'_>)) {
        let Some(place) = self.running.iter().position(|(ready, _)| ready.at == at) else {
            return;
        };
        let (ready, _) = self.running.remove(place);
        self.memory.forget();
        let outcome = match result {
            Err(RunError::Interrupted) => {
                self.stop = Some(self.stop.unwrap_or(Why::Interrupted));
                Outcome::NotRun(Why::Interrupted)
            }
            Err(fault) => Outcome::NotStarted(fault.to_string()),
            Ok(ended) => self.judged(&ready, ended),
        };
        self.tell(at, outcome, tell);
    }

    fn judged(&mut self, ready: &Ready<'c>, ended: Ended) -> Outcome {
        let Ended { run, verdict } = ended;
        if let Some(what) = self
            .before
            .standing
            .and_then(|before| before.moved(self.how.root))
        {
            self.stop = Some(Why::Moved);
            let run = Box::new(run);
            return Outcome::Moved { what, run };
        }
        let changed = self
            .before
            .pristine
            .and_then(|before| before.changed(self.how.root));
        if let Some(what) = changed {
            self.stop = Some(Why::Changed);
            return unlike(run, verdict, what);
        }
        let passed = match verdict {
            RunVerdict::Empty { .. } => {
                let kept = Kept::No("nothing was checked".to_owned());
                return Outcome::Empty(showing(run, verdict, kept));
            }
            RunVerdict::Passed { .. } => true,
            RunVerdict::Failed => false,
        };
        let at = (self.how.now)();
        let before = (&ready.keyed, ready.marks.as_ref());
        let kept = match self.memory.keep(ready.planned, before, verdict, &run, at) {
            Ok(kept) => kept,
            Err(what) if passed => {
                let run = Some(Box::new(run));
                return Outcome::Changed { what, run };
            }
            Err(what) => Kept::No(format!("meanwhile {what}")),
        };
        let flaky = matches!(&kept, Kept::Yes(receipt) if receipt.verdict == Verdict::Flaky);
        let showing = showing(run, verdict, kept);
        match (passed, flaky) {
            (false, _) => Outcome::Failed(showing),
            (true, true) => Outcome::Flaky(showing),
            (true, false) => Outcome::Passed(showing),
        }
    }

    fn tell(&mut self, at: usize, outcome: Outcome, tell: &mut dyn FnMut(Event<'_>)) {
        let done = Done {
            name: self.steps[at].name().to_owned(),
            rung: self.steps[at].rung(),
            outcome,
        };
        tell(Event::Done(&done));
        self.done[at] = Some(done);
    }
}

/// What came of a check after which tracked files are others: one that failed says why itself.
fn unlike(run: Run, verdict: RunVerdict, what: String) -> Outcome {
    match verdict {
        RunVerdict::Failed => Outcome::Failed(showing(run, verdict, Kept::No(format!("meanwhile {what}")))),
        RunVerdict::Passed { .. } | RunVerdict::Empty { .. } => {
            let run = Some(Box::new(run));
            Outcome::Changed { what, run }
        }
    }
}

fn showing(run: Run, verdict: RunVerdict, kept: Kept) -> Showing {
    let run = Box::new(run);
    Showing::Run { run, verdict, kept }
}
