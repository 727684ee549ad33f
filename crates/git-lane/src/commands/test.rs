//! `git lane test`: takes a test, shows what is to be run, or gives the verdict.

use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::id::TaskId;

use super::Outcome;
use super::judging;
use super::judging::Judging;
use super::judging::VerdictArgs;
use super::looking;
use super::looking::Looking;
use crate::session::Session;

/// Test what is approved: take it and see what to run, then say whether it passes.
///
/// Without a verdict the test is yours: the lane's worktree is found or made, and printed are how to bring it up to date
/// with the integration branch and the checks for what it changes. What ran is recorded. A verdict is on one commit:
/// where that is newer than what was handed off or approved, --pass brings evidence for it as a handoff does, and branch
/// and state go in one push. --fail needs a --finding.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("verdict").args(["pass", "fail"])))]
pub(crate) struct Test {
    /// The task
    pub(crate) id: TaskId,
    /// It is ready to land
    #[arg(long)]
    pub(crate) pass: bool,
    /// It fails
    #[arg(long)]
    pub(crate) fail: bool,
    #[command(flatten)]
    pub(crate) said: VerdictArgs,
}

pub(super) fn run(session: &Session<'_>, args: &Test) -> Outcome {
    let verb = match (args.pass, args.fail) {
        (true, _) => JudgeVerb::Pass,
        (_, true) => JudgeVerb::Fail,
        _ => {
            args.said.needs_verdict()?;
            let looking = Looking {
                id: &args.id,
                verb: AssignVerb::Test,
                take_over: args.said.take_over,
                json: args.said.json,
            };
            return looking::run(session, &looking);
        }
    };
    let judging = Judging {
        id: &args.id,
        verb,
        class: None,
        said: &args.said,
    };
    judging::run(session, &judging)
}
