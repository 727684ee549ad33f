//! `git lane worktree prune`: worktrees of lanes that are over go, and what they hold is kept.

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::refusal::Refusal;

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
use crate::session::Session;
use crate::show::paint;
use crate::show::refusal;

/// Remove the worktrees of lanes that are over or that nobody holds; what only they have is kept.
///
/// Commits that neither the integration branch nor the remote has, and uncommitted and untracked files, are kept under
/// `refs/rescue/TASK/TIME`, and the output names the ref. Ignored files outside of `[lanes] disposable`, submodules that hold
/// something, repositories within, an operation under way: it refuses and names them. The branch of a task that has ended goes with
/// its worktree. Exit code 3 when something was refused.
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
        match list.iter().position(|one| same(&one.path, path)) {
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
    let (mut refused, mut gone) = (false, 0);
    for at in all {
        let look = look(session, &list, at)?;
        let outcome = match args.dry_run {
            true => would(&look),
            false => remove(session, &look)?,
        };
        match outcome {
            Removed::Gone => {
                gone += 1;
                told_gone(session, &look, args.dry_run)?;
            }
            // The main worktree, and those of others, are no news.
            Removed::InUse(no) if asked || look.seen.stands_in && may_go(&look) => {
                refused = true;
                refusal::print(&no, session.source.now());
            }
            Removed::InUse(_) => {}
            Removed::Refused(all) => {
                refused = true;
                all.iter().for_each(|no| refusal::print(no, session.source.now()));
            }
        }
    }
    drop(turn);
    if gone == 0 && !refused {
        paint::note("no worktree is left over");
    }
    Ok(ExitCode::from(if refused { 3 } else { 0 }))
}

fn may_go(look: &Look) -> bool {
    !look.seen.is_main && matches!(look.seen.whose, Whose::Ended(_) | Whose::Unclaimed(_))
}

fn would(look: &Look) -> Removed {
    match judge(&look.seen) {
        Verdict::InUse(no) => Removed::InUse(no),
        Verdict::Refused(all) => Removed::Refused(all),
        Verdict::Goes { .. } => Removed::Gone,
    }
}

fn told_gone(session: &Session<'_>, look: &Look, dry_run: bool) -> Result<(), crate::error::CliError> {
    let path = &look.seen.path;
    if dry_run {
        let mut kept = Vec::new();
        if look.seen.files > 0 {
            kept.push(format!("{} uncommitted or untracked files", look.seen.files));
        }
        if look.seen.commits > 0 {
            kept.push(format!("{} commits that nobody else has", look.seen.commits));
        }
        let rescue = match kept.is_empty() {
            true => String::new(),
            false => format!(", and keep {} under refs/rescue/", kept.join(" and ")),
        };
        paint::out(&format!("would remove {path}{rescue}"));
        return Ok(());
    }
    paint::out(&format!("removed {path}"));
    let (Whose::Ended(_), Some(branch)) = (&look.seen.whose, &look.lane_branch) else {
        return Ok(());
    };
    match delete_branch(session, branch)? {
        Ok(()) => paint::out(&format!("deleted branch {branch}")),
        Err(why) => paint::note(&format!("branch {branch} stays: {why}")),
    }
    Ok(())
}

fn same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}
