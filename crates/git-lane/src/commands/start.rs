//! `git lane start`: claim, branch, worktree, binding; prints the worktree.

use std::cell::RefCell;
use std::process::ExitCode;

use lane_core::ground;
use lane_core::id::CheckpointId;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_store::Actor;
use lane_store::Committed;

use super::Outcome;
use super::claim;
use super::first_branch;
use super::first_branch::Held;
use super::worktrees;
use super::worktrees::Way;
use crate::actions;
use crate::actions::Wanted;
use crate::error::CliError;
use crate::inbox;
use crate::integration;
use crate::session::Session;
use crate::show::paint;

/// Take a task and print the worktree to work in: claim, branch, worktree, binding.
///
/// With --here the current worktree becomes the lane (one agent per clone). A task that you hold already gets its
/// worktree back. Work that an earlier holder left on the branch or in the worktree is kept. A branch of its name that exists
/// already, here or on the shared remote, and that no lane of this task made is refused unless it is taken over.
#[derive(Debug, clap::Args)]
pub(crate) struct Start {
    /// The task (default: the best ready one)
    pub(crate) id: Option<TaskId>,
    /// Bind this worktree instead of making one
    #[arg(long)]
    pub(crate) here: bool,
    /// Take what somebody else left: uncommitted work in its worktree, or a branch of its name that no lane of this task made
    #[arg(long)]
    pub(crate) take_over: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Start) -> Outcome {
    let actor = session.actor(Role::Worker)?;
    if session.repo.work_dir().is_none() && args.here {
        return Err(CliError::setup(
            "a bare repository has no worktree to bind",
            "git lane start",
        ));
    }
    has_worktrees(session, args)?;
    let turn = worktrees::turn(session)?;
    let way = Way {
        verb: "start",
        here: args.here,
        take_over: args.take_over,
        take_branch: args.take_over,
        where_it_was: false,
    };
    if args.here && !worktrees::stands_here(session, &actor, args.id.as_ref())? {
        worktrees::here_is_free(session)?;
    }
    let mut looked = false;
    if let Some(id) = &args.id
        && let Some(task) = worktrees::live(session, id)?
        && task
            .claim
            .as_ref()
            .is_none_or(|claim| claim.is_held_by(&actor.by, &actor.clone))
    {
        // What can be known beforehand is refused before anything is claimed. A task that somebody holds is refused
        // for that, whatever lies in its worktree.
        worktrees::place(session, &actor, &task, &way)?;
        if task.claim.is_none() {
            first_branch::is_free(session, &task, &way, Held::No)?;
            looked = true;
        }
    }
    let (task, fresh) = match &args.id {
        Some(id) => hold(session, &actor, id)?,
        None => (announced(session, &claim_best(session, &actor, &way)?)?, true),
    };
    let free = match (looked, fresh) {
        (true, _) => Ok(()),
        (false, true) => first_branch::is_free(session, &task, &way, Held::No),
        (false, false) => first_branch::is_free(session, &task, &way, Held::Before),
    };
    match free.and_then(|()| worktrees::settle_in(session, &actor, &task, &way, &turn)) {
        Ok(path) => {
            paint::out(&path.display().to_string());
            paint::note(&format!("branch {}; commit and push there as usual", task.branch));
            if !args.here {
                paint::hint(&format!(
                    "cd {}",
                    crate::setup::quoted(&path.display().to_string())
                ));
            }
            before(session, &task)?;
            not_here_yet(session, &task)?;
            inbox::tell(session);
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            worktrees::leave(session, &task, fresh);
            Err(fault)
        }
    }
}

/// Says that there is something to go on from, where it is left from before.
fn before(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    if task.attempts <= 1 && task.checkpoints == 0 {
        return Ok(());
    }
    let last = match task.checkpoints {
        0 => "no checkpoint".to_owned(),
        n => format!("last checkpoint {}", CheckpointId::nth(n)),
    };
    let results = session.store().view()?.results(&task.id)?;
    let open = results.map_or(0, |results| results.open_failures().len());
    let resume = command(&["git", "lane", "resume", task.id.as_str()]);
    paint::hint(&format!(
        "{resume}  # attempt {}, {last}, {open} open failures",
        task.attempts
    ));
    Ok(())
}

/// Says which tasks that this one depends on are done elsewhere, with work that the lane's branch does not have: the state
/// comes by itself, the code by `git fetch`.
fn not_here_yet(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    let store = session.store();
    let view = store.view()?;
    let Some(tip) = session.repo.find_ref(&format!("refs/heads/{}", task.branch))? else {
        return Ok(());
    };
    for on in &task.depends_on {
        let Some(Found::Archived(done)) = view.task(on)? else {
            continue;
        };
        let Some(landed) = done.completion.and_then(|end| end.landed.parse::<Oid>().ok()) else {
            continue;
        };
        if session.repo.has_object(landed)? && session.repo.is_ancestor(landed, tip)? {
            continue;
        }
        let main = integration::name(&store)?;
        paint::warning(&format!(
            "{on}, which {} depends on, landed on {main} in {}, and this branch does not have it",
            task.id,
            landed.short()
        ));
        if let Some(remote) = lane_store::remote_name(session.repo)? {
            let fetch = command(&["git", "fetch", "--", &remote]);
            let onto = command(&["git", "rebase", &format!("{remote}/{main}")]);
            paint::hint(&format!("{fetch} && {onto}"));
        } else {
            paint::hint(&command(&["git", "rebase", &main]));
        }
    }
    Ok(())
}

/// The task, held by this agent: claimed now, or before. Says whether it was now.
pub(super) fn hold(session: &Session<'_>, actor: &Actor, id: &TaskId) -> Result<(Task, bool), CliError> {
    if let Some(task) = worktrees::live(session, id)?
        && task
            .claim
            .as_ref()
            .is_some_and(|claim| claim.is_held_by(&actor.by, &actor.clone))
    {
        paint::note(&format!("{} is yours already", task.id));
        return Ok((task, false));
    }
    let committed = actions::claim(session, actor, Wanted::Named(id))?;
    Ok((announced(session, &committed)?, true))
}

/// The task that was claimed, said.
fn announced(session: &Session<'_>, committed: &Committed) -> Result<Task, CliError> {
    let task = claim::claimed(committed).cloned();
    let task = task.ok_or_else(|| Refusal::input("the claim wrote no task"))?;
    claim::announce(session, committed, &task);
    Ok(task)
}

/// Claims the best task whose branch is free as far as is known here. Where all that is left was passed over for its branch, the
/// remote is asked for the best of it: it may have changed since it was seen.
///
/// # Errors
/// A refusal; when git or the state cannot be read.
pub(super) fn claim_best(session: &Session<'_>, actor: &Actor, way: &Way) -> Result<Committed, CliError> {
    let passed = RefCell::new(Vec::new());
    let begins = |task: &Task| {
        let is_free = first_branch::is_free_as_known(session, task, way)?;
        if !is_free {
            passed.borrow_mut().push(task.id.clone());
        }
        Ok(is_free)
    };
    let none = match actions::claim(session, actor, Wanted::Best(&begins)) {
        Err(CliError::Refused(no)) if no.ground.id == ground::NOT_READY.id => no,
        other => return other,
    };
    // Decided twice, it may have seen one that somebody has claimed since.
    for id in passed.take() {
        let Some(task) = worktrees::live(session, &id)?.filter(|task| task.claim.is_none()) else {
            continue;
        };
        return match first_branch::is_free(session, &task, way, Held::No) {
            Ok(()) => actions::claim(session, actor, Wanted::Named(&id)),
            Err(CliError::Refused(mut no)) => {
                no.what = format!("{}; {}", none.what, no.what);
                no.hints.extend(none.hints);
                Err(CliError::Refused(no))
            }
            Err(fault) => Err(fault),
        };
    }
    Err(CliError::Refused(none))
}

/// In mode A there are no worktrees: the claim is all.
fn has_worktrees(session: &Session<'_>, args: &Start) -> Result<(), CliError> {
    if args.here || session.store().view()?.policy()?.lanes.mode == Mode::B {
        return Ok(());
    }
    let id = args.id.as_ref().map(ToString::to_string).unwrap_or_default();
    let what = "the policy's mode is A: one branch, no worktrees";
    Err(Refusal::input(what)
        .hint(format!("git lane claim {id}").trim_end())
        .into())
}
