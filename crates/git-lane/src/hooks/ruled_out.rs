//! Paths that a commit here could not hold, whatever is locked before: what there is to do is to put them back.

use lane_core::view::View as _;
use lane_rules::Brought;
use lane_rules::Edit;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_rules::Scene;
use lane_rules::SoFar;
use lane_rules::judge_commit;

use super::judging;
use crate::error::CliError;
use crate::finding_lane;
use crate::session::Session;

/// Those of `paths` that no commit of this agent in this worktree may change and that nobody else is in the way of.
/// None where nothing is set up, and where the hooks have something against every commit here. Writes nothing.
pub(crate) fn ruled_out(session: &Session<'_>, paths: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, CliError> {
    let repo = session.repo;
    let Some(clone) = lane_store::known_clone_id(repo).filter(|_| !paths.is_empty()) else {
        return Ok(Vec::new());
    };
    let store = session.store().read_only();
    let view = store.view()?;
    let agent = session.agent()?;
    let (locks, exceptions, lanes) = (view.locks()?, view.exceptions()?, view.lanes()?);
    let policy = judging::policy(repo, view.policy()?, &view.meta()?.integration);
    let checkout = finding_lane::checkout(repo)?;
    let lane = finding_lane::of_worktree(&view, session.binding()?.as_ref(), &checkout)?;
    let holds = locks.iter().any(|lock| lock.is_held_by(&agent, &clone))
        || lanes.iter().any(|lane| lane.by == agent && lane.clone == clone);
    let scene = Scene {
        actor: &agent,
        clone: &clone,
        lane,
        holds,
        locks: &locks,
        policy: &policy,
        exceptions: &exceptions,
        now: session.source.now(),
        checkout,
        operation: None,
        brought: &Brought::default(),
        so_far: &SoFar::default,
    };
    let edits: Vec<Edit> = paths
        .iter()
        .map(|path| Edit {
            path: path.clone(),
            content: String::new(),
        })
        .collect();
    let found = judge_commit(&edits, &scene, &|_| false)?;
    let is_out = |path: &&Vec<u8>| {
        let mut of_it = found.iter().filter(|one| one.path.as_ref() == Some(*path));
        of_it.any(has_no_way_in)
    };
    Ok(paths.iter().filter(is_out).cloned().collect())
}

/// Nothing but leaving the path out leads on.
fn has_no_way_in(found: &Finding) -> bool {
    let only_out = |remedy: &Remedy| matches!(remedy, Remedy::LeaveOut(_));
    found.refusal.held.is_none() && found.remedies.iter().all(only_out)
}
