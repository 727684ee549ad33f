//! A policy check as evidence: planned on what the lane changes, as the gate plans it, and run whatever is known of it.

use std::time::Duration;

use lane_core::ground;
use lane_core::record::COMMAND_CHARS;
use lane_core::record::Check;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_gate::Base;
use lane_gate::Builtin;
use lane_gate::Climb;
use lane_gate::GATES_PATH;
use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::Level;
use lane_gate::Outcome as Came;
use lane_gate::PlannedWork;
use lane_gate::Remember;
use lane_gate::Run;
use lane_gate::Showing;
use lane_gate::Step;
use lane_gate::Work;
use lane_git::Repo;
use lane_store::Source;

use super::AtLane;
use crate::error::CliError;
use crate::gate;
use crate::gate::Prepared;
use crate::gate::What;
use crate::integration;
use crate::session::Session;

/// A policy check that is ready to run.
pub(super) struct Named {
    step: Step,
    /// How long it may take.
    pub(super) limit: Duration,
}

/// How a policy check ended.
pub(super) enum Ended {
    /// With a run; the words say what is wrong with it beside its exit code.
    Ran(Box<Run>, Option<String>),
    /// It did not start, for this reason.
    NotStarted(String),
}

impl Named {
    /// Plans the check `name` that the criterion `key` names.
    ///
    /// # Errors
    /// When it is not declared, or not known to this version.
    pub(super) fn plan(
        session: &Session<'_>,
        at: &AtLane,
        (task, key, name): (&Task, &str, &str),
        gates: &Gates,
        limit: Option<Duration>,
    ) -> Result<Self, CliError> {
        let unknown = |what: String| {
            let show = command(&["git", "lane", "task", "show", task.id.as_str()]);
            let what = format!("{key} names the check {}, {what}", text::excerpt(name, 64));
            CliError::from(Refusal::new(&ground::CHECK_UNKNOWN, what).hint(show))
        };
        let Some(declared) = gates.check(name) else {
            let what = format!("which {GATES_PATH} on the integration branch does not declare");
            return Err(unknown(what));
        };
        if let Work::Builtin(builtin) = &declared.work
            && Builtin::named(builtin).is_none()
        {
            let builtin = text::excerpt(builtin, 64);
            return Err(unknown(format!(
                "and this version has no built-in check {builtin}"
            )));
        }
        let main = integration::name(&session.store())?;
        let base = match integration::fork_point(session.repo, &main, at.tip)? {
            Some(base) => Base::Commit(base),
            None => Base::Everything(format!("it has no commit in common with {main}")),
        };
        let repo = Repo::open(&at.path)?;
        let rungs = declared.rung..=declared.rung;
        let step = |what| -> Result<Option<Step>, CliError> {
            let asked = gate::Asked {
                repo: &repo,
                gates,
                what,
                rungs: &rungs,
                // Who names it wants it now.
                level: Level::Final,
                area: None,
            };
            let ladder = Prepared::of(&asked, &Interrupt::none())?.ladder;
            Ok(ladder.steps.into_iter().find(|step| step.name() == name))
        };
        let planned = match step(What::WorkTree(&base))? {
            // The change calls for none of it, which shows nothing: all of it does.
            Some(Step::Skip { .. }) | None => step(What::Whole(&base, "what differs calls for none of it"))?,
            some => some,
        };
        let mut step = planned.ok_or_else(|| unknown("and there is no such check".to_owned()))?;
        let seconds = u64::try_from(declared.timeout.secs()).unwrap_or_default();
        let limit = limit.unwrap_or(Duration::from_secs(seconds));
        if let Step::Check(planned) = &mut step {
            planned.limit = limit;
        }
        Ok(Self { step, limit })
    }

    /// The command line, as it is recorded.
    pub(super) fn line(&self) -> String {
        let line = match &self.step {
            Step::Check(planned) => match &planned.work {
                PlannedWork::Commands(commands) if commands.len() == 1 => {
                    let words = commands[0]
                        .words
                        .iter()
                        .map(|word| word.to_string_lossy().into_owned());
                    Check::Command(words.collect()).line()
                }
                work => work.to_string(),
            },
            other => other.name().to_owned(),
        };
        match line.chars().count() > COMMAND_CHARS {
            true => text::excerpt(&line, COMMAND_CHARS),
            false => line,
        }
    }

    /// Runs it. No receipt counts, and none is kept: evidence is a run.
    pub(super) fn run(
        &self,
        at: &AtLane,
        source: &dyn Source,
        interrupt: &Interrupt,
    ) -> Result<Ended, CliError> {
        let climb = Climb {
            root: &at.path,
            receipts: None,
            remember: Remember::Nothing,
            jobs: lane_gate::jobs(),
            keep_going: false,
            pristine: false,
            seen: None,
            logs: None,
            now: &|| source.now(),
            interrupt,
        };
        let report = lane_gate::climb(std::slice::from_ref(&self.step), &climb, &mut |_| {});
        let report = report.map_err(|fault| CliError::setup(fault.to_string(), "git status"))?;
        if report.interrupted() {
            return Err(CliError::Interrupted);
        }
        Ok(match report.done.into_iter().next().map(|done| done.outcome) {
            Some(Came::Passed(Showing::Run { run, .. }) | Came::Flaky(Showing::Run { run, .. })) => {
                Ended::Ran(run, None)
            }
            Some(Came::Failed(Showing::Run { run, .. })) => Ended::Ran(run, Some("it failed".to_owned())),
            Some(Came::Empty(Showing::Run { run, verdict, .. })) => {
                Ended::Ran(run, Some(verdict.to_string()))
            }
            Some(Came::Moved { what, run }) => Ended::Ran(run, Some(format!("meanwhile {what}"))),
            Some(Came::Changed { what, run: Some(run) }) => {
                Ended::Ran(run, Some(format!("meanwhile {what}")))
            }
            Some(Came::NotStarted(why)) => Ended::NotStarted(why),
            Some(Came::Skipped(why)) => Ended::NotStarted(format!("there is nothing to run: {why}")),
            _ => Ended::NotStarted("it did not run".to_owned()),
        })
    }
}
