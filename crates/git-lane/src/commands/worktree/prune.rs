//! `git lane worktree prune`: worktrees of lanes that are over go, and what they hold is kept.

use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::refusal::Refusal;
use lane_git::Worktree;
use lane_git::same_place;

use super::cleanup::left_over;
use super::judge::Verdict;
use super::judge::Whose;
use super::judge::judge;
use super::look::Look;
use super::look::look;
use super::look::shown;
use super::removing::Removed;
use super::removing::delete_branch;
use super::removing::remove;
use crate::commands::Outcome;
use crate::commands::worktrees;
use crate::error::CliError;
use crate::session::Session;
use crate::show;
use crate::show::paint;
use crate::show::refusal;

/// Remove the worktrees of lanes that are over or that nobody holds; what only they have is kept.
///
/// Commits that neither the integration branch nor the remote has, and uncommitted and untracked files, are kept under
/// `refs/rescue/TASK/TIME`, and the output names the ref. Ignored files outside of `[lanes] disposable`, submodules that hold
/// something, repositories within, an operation under way: it refuses and names them. The branch of a task that has ended goes with
/// its worktree. With `[lanes] per = "area"` the worktree of an area stays for its next task and goes only when it is named. One whose folder is gone is forgotten once what its git dir holds alone is kept. Exit code 3 when something was refused.
#[derive(Debug, clap::Args)]
pub(crate) struct Prune {
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// These worktrees (default: all)
    pub(crate) paths: Vec<PathBuf>,
}

pub(super) fn run(session: &Session<'_>, args: &Prune) -> Outcome {
    // Whoever starts a lane meanwhile would get a worktree that goes under their feet.
    let turn = match args.dry_run {
        true => None,
        false => Some(worktrees::turn(session)?),
    };
    let list = session.repo.worktree_list()?;
    let mut named = Vec::new();
    for path in &args.paths {
        match list.iter().position(|one| same_place(&one.path, path)) {
            Some(at) => named.push(at),
            None => {
                let what = format!("{} is no worktree of this repository", shown(path));
                return Err(Refusal::input(what).hint("git lane worktree list").into());
            }
        }
    }
    let asked = !named.is_empty();
    let all = match asked {
        true => named,
        false => (0..list.len()).collect(),
    };
    let (mut refused, mut gone, mut failed) = (false, 0, None);
    for at in all {
        match one(session, (&list, at), args.dry_run, asked) {
            Ok(Came::Gone) => gone += 1,
            Ok(Came::Refused) => refused = true,
            Ok(Came::Nothing) => {}
            // One that cannot be removed is no reason to leave the others.
            Err(fault) => {
                let code = show::error::print(&fault, session.source.now());
                paint::note(&format!("{} stays", shown(&list[at].path)));
                failed = failed.or(Some(code));
            }
        }
    }
    drop(turn);
    if !asked && !args.dry_run {
        left_over(session)?;
    }
    if gone == 0 && !refused && failed.is_none() {
        paint::note("no worktree is left over");
    }
    Ok(failed.unwrap_or(ExitCode::from(if refused { 3 } else { 0 })))
}

/// What one worktree came to.
enum Came {
    /// It went, or its task left it.
    Gone,
    Refused,
    Nothing,
}

fn one(
    session: &Session<'_>,
    (list, at): (&[Worktree], usize),
    dry_run: bool,
    asked: bool,
) -> Result<Came, CliError> {
    let mut look = look(session, list, at)?;
    // An area's goes when it is meant.
    look.seen.rests &= !asked;
    let outcome = match dry_run {
        true => would(&look),
        false => remove(session, &look)?,
    };
    Ok(match outcome {
        Removed::Gone => {
            told_gone(session, &look, dry_run);
            Came::Gone
        }
        Removed::Rests(on) => {
            told_rests(session, &look, &on, dry_run);
            Came::Gone
        }
        // The main worktree, and those of others, are no news.
        Removed::InUse(no) if asked || look.seen.stands_in && may_go(&look) => {
            refusal::print(&no, session.source.now());
            Came::Refused
        }
        Removed::InUse(_) => Came::Nothing,
        Removed::Refused(all) => {
            all.iter().for_each(|no| refusal::print(no, session.source.now()));
            Came::Refused
        }
    })
}

fn may_go(look: &Look) -> bool {
    !look.seen.is_main && matches!(look.seen.whose, Whose::Ended(_) | Whose::Unclaimed(_))
}

pub(super) fn would(look: &Look) -> Removed {
    match judge(&look.seen) {
        Verdict::InUse(no) => Removed::InUse(no),
        Verdict::Refused(all) => Removed::Refused(all),
        Verdict::Goes { .. } => Removed::Gone,
        Verdict::Rests { .. } => Removed::Rests(
            look.mark
                .as_ref()
                .map_or_else(String::new, lane_store::AreaMark::branch),
        ),
    }
}

fn told_gone(session: &Session<'_>, look: &Look, dry_run: bool) {
    let path = &look.seen.path;
    if dry_run {
        paint::out(&format!("would remove {path}{}", would_keep(look)));
        return;
    }
    paint::out(&format!("removed {path}"));
    let resting = look.mark.as_ref().map(lane_store::AreaMark::branch);
    match &look.seen.whose {
        Whose::Ended(task) => branch_goes(session, task.as_str(), look.lane_branch.as_deref()),
        Whose::Resting(_) => branch_goes(session, RESTING, resting.as_deref()),
        _ => {}
    }
}

fn told_rests(session: &Session<'_>, look: &Look, on: &str, dry_run: bool) {
    let path = &look.seen.path;
    if dry_run {
        paint::out(&format!("would leave {path} on {on}{}", would_keep(look)));
        return;
    }
    paint::out(&format!("{path} rests on {on}"));
    if let Whose::Ended(task) = &look.seen.whose {
        branch_goes(session, task.as_str(), look.lane_branch.as_deref());
    }
}

/// Where the commits of a branch on which a worktree rested are kept, below `refs/rescue/`.
const RESTING: &str = "rested";

fn branch_goes(session: &Session<'_>, folder: &str, branch: Option<&str>) {
    let Some(branch) = branch else { return };
    match delete_branch(session, folder, branch) {
        Ok(Ok(())) => paint::out(&format!("deleted branch {branch}")),
        Ok(Err(why)) => paint::note(&format!("branch {branch} stays: {why}")),
        Err(fault) => paint::warning(&format!("branch {branch} stays: {fault}")),
    }
}

/// What would be kept of it, as the end of a sentence.
pub(super) fn would_keep(look: &Look) -> String {
    let mut kept = Vec::new();
    if look.seen.files > 0 {
        kept.push(format!("{} uncommitted or untracked files", look.seen.files));
    }
    if look.seen.commits > 0 {
        kept.push(format!("{} commits that nobody else has", look.seen.commits));
    }
    match kept.is_empty() {
        true => String::new(),
        false => format!(", and keep {} under refs/rescue/", kept.join(" and ")),
    }
}
