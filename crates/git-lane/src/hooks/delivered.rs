//! Whether what is pushed is what was handed off: the record against its event, against git, against the runs.

use lane_core::apply::acceptance_is_due;
use lane_core::apply::open_dependencies;
use lane_core::apply::unproven_by;
use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::record::Checkpoint;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_store::TreeView;

use crate::error::CliError;
use crate::evidence;
use crate::evidence::Delivery;
use crate::session::Session;

/// What stands against pushing `local` as the branch of `task`. Nothing while the work is not handed off. `tips`: the
/// integration branch, on which a handoff begins.
pub(crate) fn judge(
    session: &Session<'_>,
    view: &TreeView<'_>,
    task: &Task,
    local: Oid,
    tips: &[Oid],
) -> Result<Vec<Finding>, CliError> {
    let Some(id) = task.handoff.as_ref().filter(|_| task.status.is_handed_off()) else {
        return Ok(Vec::new());
    };
    let store = session.store().read_only();
    let record = match view.checkpoint(&task.id, id) {
        Ok(Some(record)) if evidence::checkpoint_as_said(&store, &record)? => record,
        // We never write such a record; a new handoff does not need the old one.
        Err(broken) => return Ok(vec![finding(task, &ground::HANDOFF_EDITED, broken.to_string())]),
        _ => {
            let what = format!(
                "{id} of {} is not what its event in the ledger says: it was edited by hand",
                task.id
            );
            return Ok(vec![finding(task, &ground::HANDOFF_EDITED, what)]);
        }
    };
    if let Some(found) = against_git(session.repo, view, task, &record, (local, tips))? {
        return Ok(vec![found]);
    }
    let open = open_dependencies(view, task)?;
    if let Some((on, _)) = open.first() {
        let what = format!("{} depends on {on}, which is not done", task.id);
        let show = command(&["git", "lane", "show", on.as_str()]);
        let refusal = Refusal::new(&ground::DEPENDENCY_OPEN, what);
        return Ok(vec![Finding::whole(refusal, vec![Remedy::Run(show)])]);
    }
    if !acceptance_is_due(&view.policy()?.pipeline, task.status) {
        return Ok(Vec::new());
    }
    let sound = match view.results(&task.id)? {
        Some(results) => evidence::outcomes_as_said(&store, &results)?,
        None => std::collections::BTreeMap::new(),
    };
    let against = unproven_by(task, &record, &sound);
    Ok(against
        .into_iter()
        .map(|(_, no)| finding(task, no.ground, no.what))
        .collect())
}

/// What leads on from all of these: a handoff of what is there now.
fn finding(task: &Task, ground: &'static Ground, what: String) -> Finding {
    let again = command(&["git", "lane", "handoff", task.id.as_str()]);
    Finding::whole(Refusal::new(ground, what), vec![Remedy::Run(again)])
}

fn against_git(
    repo: &Repo,
    view: &TreeView<'_>,
    task: &Task,
    record: &Checkpoint,
    (local, tips): (Oid, &[Oid]),
) -> Result<Option<Finding>, CliError> {
    let id = &record.checkpoint;
    if record.tip != local.to_string() {
        return Ok(Some(stale(repo, task, record, local)?));
    }
    if record.tree != repo.commit(local)?.tree.to_string() {
        let what = format!(
            "{id} of {} names another tree than {} has",
            task.id,
            local.short()
        );
        return Ok(Some(finding(task, &ground::HANDOFF_TREE, what)));
    }
    let Some(base) = known_base(repo, record, local, tips)? else {
        let what = format!(
            "{id} of {} begins at a commit that is not on {} as it is known here",
            task.id,
            view.meta()?.integration
        );
        let mut found = finding(task, &ground::HANDOFF_BASE, what);
        if let Some(remote) = lane_store::remote_name(repo)? {
            found
                .remedies
                .insert(0, Remedy::Run(command(&["git", "fetch", "--", &remote])));
        }
        return Ok(Some(found));
    };
    let now = Delivery::between(repo, base, local)?;
    if (&now.commits, &now.more_commits) != (&record.commits, &record.more_commits) {
        let what = format!("{id} of {} lists other commits than are pushed", task.id);
        return Ok(Some(finding(task, &ground::HANDOFF_COMMITS, what)));
    }
    if (&now.files, &now.more_files) != (&record.files, &record.more_files) {
        let what = format!("{id} of {} lists other files than its commits change", task.id);
        return Ok(Some(finding(task, &ground::HANDOFF_FILES, what)));
    }
    Ok(None)
}

fn stale(repo: &Repo, task: &Task, record: &Checkpoint, local: Oid) -> Result<Finding, CliError> {
    let then: Option<Oid> = record.tip.parse().ok();
    let short = then.map_or_else(|| "another commit".to_owned(), |tip| tip.short());
    let later = match then {
        Some(tip) if repo.has_object(tip)? && repo.is_ancestor(tip, local)? => "with commits after it",
        _ => "which is not a continuation of it",
    };
    let what = format!(
        "{} was handed off at {short} ({}), and what is pushed is {}, {later}",
        task.id,
        record.checkpoint,
        local.short()
    );
    let mut found = finding(task, &ground::HANDOFF_STALE, what);
    let resume = command(&["git", "lane", "resume", task.id.as_str()]);
    found.remedies.push(Remedy::Run(resume));
    Ok(found)
}

/// The handoff's base, if it is behind the tip and on the integration branch.
fn known_base(repo: &Repo, record: &Checkpoint, local: Oid, tips: &[Oid]) -> Result<Option<Oid>, CliError> {
    let Some(base) = record.base.as_ref().and_then(|base| base.parse::<Oid>().ok()) else {
        return Ok(None);
    };
    if !repo.has_object(base)? || !repo.is_ancestor(base, local)? {
        return Ok(None);
    }
    for tip in tips {
        if repo.is_ancestor(base, *tip)? {
            return Ok(Some(base));
        }
    }
    Ok(None)
}
