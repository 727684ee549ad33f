//! The delivery rules at a push: what is handed off, and one lane's work that lands. A lane's unfinished work is not judged.

use lane_core::record::Task;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_rules::Finding;
use lane_rules::Moment;

use super::arriving::Arriving;
use super::arriving::Owned;
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
    let (main_name, _) = integration::named_start(session.repo, &branch).unwrap_or((branch, arriving.tip));
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
