//! `git lane land`: one lane comes onto the integration branch, on a tree that was checked. The order of its steps.

mod along;
mod back;
mod build;
mod checks;
mod host;
mod local;
mod push;
mod queue;

use std::process::ExitCode;

use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::policy::Via;
use lane_core::record::Known;
use lane_core::record::Landing;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_store::Actor;
use lane_store::StoreError;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::landed;
use crate::landed::Answer;
use crate::landed::Asks;
use crate::landed::Branch;
use crate::scratch;
use crate::scratch::Purpose;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use build::Built;
use checks::Checked;
use push::Sent;
use queue::Queued;

/// Bring one task onto the integration branch, as the integrator: merged aside, checked, and pushed with its event.
///
/// Without an ID it is the first of the queue, in the order of `next --role integrator`. The commit that was handed off is
/// merged in a worktree of its own, the gate's checks of the level wave run on exactly that tree, and the branch goes to the
/// shared remote in one push with the event that the task is done: all or none. Nobody's checkout is touched but a clean one
/// of the integration branch, which is brought along.
///
/// What conflicts, or fails merged, goes back to its author with what was found (exit code 5), and the branch has not
/// moved. Exit code 4 when others were faster too often. See docs/landing.md.
///
/// With `[landing] via = "host"` the branch is the host's to move: the text of a pull request is printed with the command that
/// opens it, and `git lane sync` closes the task once it is merged.
#[derive(Debug, clap::Args)]
pub(crate) struct Land {
    /// The task (default: the first of the queue that can land)
    pub(crate) id: Option<TaskId>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// A check failed, or there was a conflict.
const FAILED: u8 = 5;

/// How one try ended.
enum Ended {
    /// The branch has it.
    Landed(Box<Landed>),
    /// The author has it again.
    Back(back::Back),
    /// Others moved the branch: in words for people.
    Again(String),
    /// The host merges it, and this is where it is.
    Offered(Box<Queued>, String),
    /// It was there already.
    There(Box<Queued>, landed::Landed),
}

/// What came onto the branch.
struct Landed {
    queued: Queued,
    commit: Oid,
    landing: Landing,
}

pub(super) fn run(session: &Session<'_>, args: &Land) -> Outcome {
    let actor = session.actor(Role::Integrator)?;
    // What a killed one left also goes where nothing is to be made.
    scratch::sweep(session, Purpose::Landing);
    let tries = session.store().view()?.policy()?.landing.tries;
    for tried in 1..=tries {
        match once(session, &actor, args)? {
            Ended::Landed(landed) => {
                tell(&landed, tried, args.json);
                along::bring(session, &landed.queued.place, landed.commit)?;
                landed::clean_up(session, &landed.queued.task.id);
                return Ok(ExitCode::SUCCESS);
            }
            Ended::Back(back) => {
                back.tell(args.json);
                return Ok(ExitCode::from(FAILED));
            }
            Ended::Offered(queued, remote) => return host::offer(session, &queued, &remote, args.json),
            Ended::There(queued, there) => {
                landed::close(session, &queued.task, Role::Integrator, &there)?;
                tell_there(&queued, &there, args.json);
                along::bring(session, &queued.place, queued.place.base)?;
                landed::clean_up(session, &queued.task.id);
                return Ok(ExitCode::SUCCESS);
            }
            Ended::Again(why) => paint::note(&format!("try {tried} of {tries}: {why}")),
        }
    }
    let what = format!("others were faster {tries} times, so nothing landed: try again");
    Err(StoreError::Contention(what).into())
}

/// One try, from a fresh look at everything.
fn once(session: &Session<'_>, actor: &Actor, args: &Land) -> Result<Ended, CliError> {
    let queued = queue::pinned(session, actor, args.id.as_ref())?;
    let branch = Branch::look(session, Asks::Contents)?;
    if let Answer::Landed(there) = landed::find(session, &session.store().view()?, &branch, &queued.task)? {
        return Ok(Ended::There(Box::new(queued), there));
    }
    session.source.failpoint("landing-pinned");
    let built = match build::merged(session, &queued)? {
        Built::Whole(built) => built,
        Built::Conflicts(paths) => {
            return Ok(Ended::Back(back::textual(session, actor, &queued, &paths)?));
        }
    };
    session.source.failpoint("landing-built");
    if let (Via::Host, Some(remote)) = (queued.via, queued.place.remote.clone()) {
        return Ok(Ended::Offered(Box::new(queued), remote));
    }
    let gate = match checks::climb(session, &queued, &built)? {
        Checked::Green(gate) => gate,
        Checked::Red(failed) => return Ok(Ended::Back(back::failing(session, actor, &queued, &failed)?)),
    };
    session.source.failpoint("landing-checked");
    let landing = Landing {
        fence: queued.fence,
        base: queued.place.base.to_string(),
        tree: built.tree.to_string(),
        merge: queued.merge,
        gate,
    };
    Ok(match push::send(session, actor, &queued, (&built, &landing))? {
        Sent::Taken => Ended::Landed(Box::new(Landed {
            commit: built.commit,
            queued,
            landing,
        })),
        Sent::Raced(why) => Ended::Again(why),
    })
}

/// What somebody else brought there.
fn tell_there(queued: &Queued, there: &landed::Landed, as_json: bool) {
    if as_json {
        json::out(&json!({
            "task": queued.task.id,
            "landed": there.commit.to_string(),
            "tip": there.tip.to_string(),
            "branch": queued.place.main,
            "how": there.how,
        }));
    } else {
        paint::out(&there.commit.to_string());
    }
}

fn tell(landed: &Landed, tried: u32, as_json: bool) {
    let (task, main) = (&landed.queued.task.id, &landed.queued.place.main);
    if as_json {
        json::out(&json!({
            "task": task,
            "landed": landed.commit.to_string(),
            "tip": landed.queued.tip.to_string(),
            "branch": main,
            "how": Known::Landed,
            "landing": landed.landing,
            "tries": tried,
        }));
    } else {
        paint::out(&landed.commit.to_string());
    }
    let place = match &landed.queued.place.remote {
        Some(remote) => format!("{main} on {remote}"),
        None => main.clone(),
    };
    paint::note(&format!(
        "landed {task}: {place} is at {}, and the task is done",
        landed.commit.short()
    ));
}
