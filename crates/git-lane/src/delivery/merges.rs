//! How often a lane has merged the integration branch, and what `git lane check` says of it.

use std::collections::HashSet;

use lane_core::policy::Level;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Remedy;
use lane_rules::judge_merges;
use lane_rules::level_of;

use crate::error::CliError;
use crate::evidence::AtLane;
use crate::integration;
use crate::range::COMMITS_MAX;
use crate::session::Session;
use crate::show::findings;

/// How many merges on the first-parent line of `tip`, since it left the branch that is at `main`, brought something of that branch.
/// None where one of them changes more than git does by itself: a rebase leaves merges out, and that with them.
///
/// # Errors
/// When history cannot be read.
pub(super) fn count(repo: &Repo, tip: Oid, main: Oid) -> Result<usize, CliError> {
    let own: HashSet<Oid> = repo.rev_list(&[tip], &[main], COMMITS_MAX)?.into_iter().collect();
    let mut merges = Vec::new();
    for commit in repo.first_parents(tip) {
        let commit = commit?;
        if !own.contains(&commit.id) {
            break;
        }
        if commit.parents.iter().skip(1).any(|parent| !own.contains(parent)) {
            merges.push(commit);
        }
    }
    for merge in merges.iter().take(LOOKED_INTO) {
        if !repo.beside_merge(merge)?.is_empty() {
            return Ok(0);
        }
    }
    Ok(merges.len().min(LOOKED_INTO))
}

/// The most merges that are looked into, and counted.
const LOOKED_INTO: usize = 50;

/// Says it, where a lane has merged too often: while it is at work, so that it costs nothing yet.
///
/// # Errors
/// When a record or history cannot be read.
pub(crate) fn advise(session: &Session<'_>, task: &Task, at: &AtLane) -> Result<(), CliError> {
    let store = session.store();
    let view = store.view()?;
    let (branch, policy) = (view.meta()?.integration, view.policy()?);
    let Ok((main, tip)) = integration::named_start(session, &branch) else {
        return Ok(());
    };
    let merges = count(session.repo, at.tip, tip)?;
    let Some(mut found) = judge_merges(task, merges, &main, &policy) else {
        return Ok(());
    };
    if level_of(found.refusal.ground, &policy) == Level::Off {
        return Ok(());
    }
    for remedy in &mut found.remedies {
        if let Remedy::Run(line) = remedy {
            *line = at.command(line);
        }
    }
    found
        .remedies
        .extend(push_again(session, task)?.map(|line| Remedy::Run(at.command(&line))));
    findings::print_all(&[found.at(Level::Advice)], session.source.now());
    Ok(())
}

/// The push that replaces what the remote has of the branch, where it has something.
fn push_again(session: &Session<'_>, task: &Task) -> Result<Option<String>, CliError> {
    let Some(remote) = lane_store::remote_name(session.repo)? else {
        return Ok(None);
    };
    let tracking = format!("refs/remotes/{remote}/{}", task.branch);
    if session.repo.find_ref(&tracking)?.is_none() {
        return Ok(None);
    }
    Ok(Some(command(&[
        "git",
        "push",
        "--force-with-lease",
        "--",
        &remote,
        &task.branch,
    ])))
}
