//! Paths that a commit here could not hold, whatever is locked before: what there is to do is to put them back.

use lane_rules::Brought;
use lane_rules::Edit;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_rules::judge_commit;

use super::desks::LaneDesks;
use super::surroundings::Surroundings;
use crate::error::CliError;
use crate::session::Session;

/// Those of `paths` that no commit of this agent in this worktree may change and that nobody else is in the way of.
/// None where nothing is set up, and where the hooks have something against every commit here. Writes nothing.
pub(crate) fn ruled_out(session: &Session<'_>, paths: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, CliError> {
    let Some(clone) = lane_store::known_clone_id(session.repo).filter(|_| !paths.is_empty()) else {
        return Ok(Vec::new());
    };
    let store = session.store().read_only();
    let view = store.view()?;
    let agent = session.agent()?;
    let around = Surroundings::of(session, &view, agent, clone)?;
    let edits: Vec<Edit> = paths
        .iter()
        .map(|path| Edit {
            path: path.clone(),
            content: String::new(),
        })
        .collect();
    let brought = Brought::default();
    let desks = LaneDesks {
        repo: session.repo,
        view: &view,
    };
    let scene = around.scene(None, &brought, &desks);
    let mut found = judge_commit(&edits, &scene, &|_| false)?;
    found.retain(Finding::refuses);
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
