//! `git lane review`: takes a review, shows what is to be judged, or gives the verdict.

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::id::TaskId;
use lane_core::record::Class;

use super::Outcome;
use super::judging;
use super::judging::Judging;
use super::judging::VerdictArgs;
use super::looking;
use super::looking::Looking;
use crate::session::Session;

/// Review what is handed off: take it and see it, then say whether it is ready.
///
/// Without a verdict the review is yours: the lane's worktree is found or made, and printed are the diff, the files, the
/// handoff and what was found before. What you mend there, you commit there. A verdict is on one commit: where that is
/// newer than the handoff, --approve brings evidence for it as a handoff does, and branch and state go in one push.
/// --return needs a --finding. An author approves nothing of their own; --self is their word before the others'. The
/// verdict on the commit that was handed off can be given without taking the review first.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("verdict").args(["approve", "send_back", "own"])))]
pub(crate) struct Review {
    /// The task
    pub(crate) id: TaskId,
    /// It is ready for the next stage
    #[arg(long)]
    pub(crate) approve: bool,
    /// It goes back, with the findings
    #[arg(long = "return")]
    pub(crate) send_back: bool,
    /// Its author finds it ready to be reviewed
    #[arg(long = "self")]
    pub(crate) own: bool,
    /// What the work is: asked for where the risk is high
    #[arg(long, value_name = "CLASS", requires = "approve", value_parser = classes())]
    pub(crate) class: Option<Class>,
    #[command(flatten)]
    pub(crate) said: VerdictArgs,
}

fn classes() -> impl clap::builder::TypedValueParser<Value = Class> {
    let names = Class::ALL.map(Class::name);
    PossibleValuesParser::new(names).map(|name| match name == Class::DesignOnly.name() {
        true => Class::DesignOnly,
        false => Class::Implemented,
    })
}

pub(super) fn run(session: &Session<'_>, args: &Review) -> Outcome {
    let verb = match (args.approve, args.send_back, args.own) {
        (true, ..) => JudgeVerb::Approve,
        (_, true, _) => JudgeVerb::Return,
        (_, _, true) => JudgeVerb::SelfReview,
        _ => {
            let looking = Looking {
                id: &args.id,
                verb: AssignVerb::Review,
                take_over: args.said.take_over,
                json: args.said.json,
            };
            args.said.needs_verdict()?;
            return looking::run(session, &looking);
        }
    };
    let judging = Judging {
        id: &args.id,
        verb,
        class: args.class,
        said: &args.said,
    };
    judging::run(session, &judging)
}
