//! The verdict on edits before they are made: what the commit hooks would have against these paths in this worktree.

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::TaskId;
use lane_core::refusal::command;
use lane_rules::Brought;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_rules::judge_edits;

use super::desks::LaneDesks;
use super::judging;
use super::surroundings::Surroundings;
use crate::error::CliError;
use crate::session::Session;

/// What refuses a commit of `paths` (from the root of this worktree) by `agent`, with the ways on that there are before the
/// edit. Nothing where this clone has not joined, and of paths that git ignores. Writes nothing but the sign of life.
pub(crate) fn against_edits(
    session: &Session<'_>,
    agent: Agent,
    paths: &[Vec<u8>],
) -> Result<Vec<Finding>, CliError> {
    let Some(clone) = lane_store::known_clone_id(session.repo).filter(|_| !paths.is_empty()) else {
        return Ok(Vec::new());
    };
    let store = session.store().read_only();
    let view = store.view()?;
    let around = Surroundings::of(session, &view, agent, clone)?;
    if around.holds_lock() {
        lane_store::touch(&store.local_dir(), around.actor(), session.source.now());
    }
    let brought = Brought::default();
    let desks = LaneDesks {
        repo: session.repo,
        view: &view,
    };
    let scene = around.scene(judging::operation(session.repo), &brought, &desks);
    let mut found = judge_edits(paths, &scene)?;
    found.retain(Finding::refuses);
    if found.is_empty() {
        return Ok(found);
    }
    // Asked only now: it costs a process.
    let ignored = session.repo.ignored_among(paths)?;
    let stays = |one: &Finding| match &one.path {
        Some(path) => !ignored.contains(path),
        None => paths.iter().any(|path| !ignored.contains(path)),
    };
    found.retain(stays);
    let own = around.task().map(|task| &task.id);
    for one in &mut found {
        one.remedies = before_the_edit(one, own);
    }
    Ok(found)
}

/// The ways on while nothing is staged: there is nothing to leave out, and no operation to leave for it. Where nothing else
/// leads on, the holder is told, or the lane says what it waits for.
fn before_the_edit(found: &Finding, own: Option<&TaskId>) -> Vec<Remedy> {
    let is_way = |remedy: &&Remedy| matches!(remedy, Remedy::Lock(_) | Remedy::Run(_));
    let mut ways: Vec<Remedy> = found.remedies.iter().filter(is_way).cloned().collect();
    if ways.is_empty() {
        let holder = found.refusal.held.as_ref().and_then(|held| held.task.as_ref());
        let line = match (holder, own) {
            (Some(task), _) => command(&["git", "lane", "note", task.as_str(), "TEXT"]),
            (None, _) if found.refusal.held.is_some() => "git lane locks".to_owned(),
            (None, Some(task)) => command(&["git", "lane", "block", task.as_str(), "--why", "TEXT"]),
            (None, None) => "git lane status".to_owned(),
        };
        ways.push(Remedy::Run(line));
    }
    if *found.refusal.ground == ground::WRONG_BRANCH && own.is_none() {
        ways.push(Remedy::Run("git lane status".to_owned()));
    }
    let passes = |remedy: &&Remedy| matches!(remedy, Remedy::Override(_));
    ways.extend(found.remedies.iter().filter(passes).cloned());
    ways
}
