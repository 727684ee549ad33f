//! The delivery rules at a push: what is handed off, and one lane's work that lands. A lane's unfinished work is not judged.
//! And what an agent lands beside the lanes.

use lane_core::id::TaskId;
use lane_core::record::Task;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_rules::Astray;
use lane_rules::Edit;
use lane_rules::Finding;
use lane_rules::Landing;
use lane_rules::Moment;
use lane_rules::judge_astray;

use super::arriving::Arriving;
use super::arriving::Owned;
use super::desks::LaneDesks;
use super::judging::Repairs;
use super::judging::edit;
use crate::delivery;
use crate::delivery::Judged;
use crate::delivery::Range;
use crate::delivery::Recorded;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;

/// The verdict on a handed-off lane's push. Its advice was said at the handoff.
pub(super) fn handed_off(
    session: &Session<'_>,
    arriving: &Arriving<'_>,
    task: &Task,
    found: &[Finding],
) -> Result<Judged, CliError> {
    let store = session.store().read_only();
    let recorded = Recorded::of(&store, arriving.view, task, arriving.tip)?;
    let base = match recorded.base {
        Some(base) => Some(base),
        None => arriving.base()?,
    };
    let mut judged = judge(session, arriving, task, (base, Moment::Push), &recorded)?;
    if let Some(base) = base {
        let of_it = super::made::of_lane(arriving.repo, arriving.view, task, (base, arriving.tip))?;
        let is_named = |one: &Finding| found.iter().any(|other| other.commit == one.commit);
        judged
            .findings
            .extend(of_it.into_iter().filter(|one| !is_named(one)));
    }
    judged.findings.retain(Finding::refuses);
    Ok(judged)
}

/// The verdict on one lane's work that lands.
pub(super) fn landing(
    session: &Session<'_>,
    arriving: &Arriving<'_>,
    task: &Task,
) -> Result<Judged, CliError> {
    // Where the branch is new, or goes another way, nothing tells what is new.
    let Some(base) = arriving.base()? else {
        return Ok(Judged::default());
    };
    let store = session.store().read_only();
    let recorded = Recorded::of(&store, arriving.view, task, arriving.tip)?;
    judge(session, arriving, task, (Some(base), Moment::Landing), &recorded)
}

/// The verdict on the lanes' parts of what lands, where it is not one lane's.
pub(super) fn landing_of_several(
    session: &Session<'_>,
    arriving: &Arriving<'_>,
    owned: &Owned,
) -> Result<Judged, CliError> {
    let Some(base) = arriving.base()? else {
        return Ok(Judged::default());
    };
    let store = session.store().read_only();
    with_range(session, arriving, (Some(base), Moment::Landing), |range| {
        super::landing::judge_parts(&store, arriving, owned, range)
    })
}

/// The verdict on commits of no lane that an agent lands: what a lane of this clone held when they were written. Free is what
/// the lane's branch has too, and what puts a path back.
pub(super) fn astray(
    session: &Session<'_>,
    arriving: &Arriving<'_>,
    owned: &Owned,
) -> Result<Vec<Finding>, CliError> {
    let (repo, view) = (arriving.repo, arriving.view);
    let Some(clone) = lane_store::known_clone_id(repo) else {
        return Ok(Vec::new());
    };
    let actor = session.agent()?;
    let desks = LaneDesks { repo, view };
    let landing = Landing {
        actor: &actor,
        clone: &clone,
        locks: &view.locks()?,
        policy: &arriving.policy,
        exceptions: &view.exceptions()?,
        desks: &desks,
    };
    if !landing.is_judged() {
        return Ok(Vec::new());
    }
    let commits = of_nobody(arriving, owned)?;
    let repairs = Repairs::new(repo, arriving.trusted.first().copied(), None);
    let is_free = |commit: &Astray, task: &TaskId, edit: &Edit| {
        let is_behind = |tip| {
            let id = commit.commit.parse().ok()?;
            repo.is_ancestor(id, tip).ok()
        };
        let on_branch = desks.tip(task).and_then(is_behind).unwrap_or_default();
        on_branch || desks.has_on_branch(task, edit) || (arriving.tracked && repairs.is_one(edit))
    };
    Ok(judge_astray(&commits, &landing, &is_free)?)
}

/// The commits that belong to no lane; merges and the first of all left out.
pub(super) fn of_nobody(arriving: &Arriving<'_>, owned: &Owned) -> Result<Vec<Astray>, CliError> {
    let mut ids = Vec::new();
    for (commit, owner) in arriving.unmerged(owned)? {
        if owner.is_none() {
            ids.push(commit);
        }
    }
    let mut commits = Vec::new();
    for (id, changes) in arriving.repo.commit_changes(&ids)? {
        let commit = arriving.repo.commit(id)?;
        if commit.parents.is_empty() {
            continue;
        }
        commits.push(Astray {
            commit: id.to_string(),
            written: Timestamp::from_secs(commit.written),
            edits: changes.iter().map(edit).collect(),
        });
    }
    Ok(commits)
}

fn judge(
    session: &Session<'_>,
    arriving: &Arriving<'_>,
    task: &Task,
    about: (Option<Oid>, Moment),
    recorded: &Recorded,
) -> Result<Judged, CliError> {
    with_range(session, arriving, about, |range| {
        let range = Range {
            task: Some(task),
            ..*range
        };
        delivery::judge_range(&range, &recorded.evidence)
    })
}

fn with_range(
    session: &Session<'_>,
    arriving: &Arriving<'_>,
    (base, moment): (Option<Oid>, Moment),
    judge: impl FnOnce(&Range<'_>) -> Result<Judged, CliError>,
) -> Result<Judged, CliError> {
    let branch = arriving.view.meta()?.integration;
    let merge = delivery::merge_settings(session.repo, &branch);
    let (main_name, _) = integration::named_start(session, &branch).unwrap_or((branch, arriving.tip));
    let range = Range {
        repo: arriving.repo,
        task: None,
        policy: &arriving.policy,
        merge: &merge,
        base,
        tip: arriving.tip,
        main: arriving.trusted.first().copied(),
        main_name: &main_name,
        moment,
    };
    judge(&range)
}
