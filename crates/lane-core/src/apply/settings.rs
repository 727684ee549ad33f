//! Events about the state itself: the integration branch, the adopted policy, overrides.

use super::Rejection;
use super::Verdict;
use super::Write;
use super::leases::line;
use crate::event::Event;
use crate::glob::Glob;
use crate::glob::Scope;
use crate::ground;
use crate::id::OverrideId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::record::Exception;
use crate::record::Frozen;
use crate::record::is_object;
use crate::record::task_branch_fault;
use crate::refusal::Refusal;
use crate::view::Found;
use crate::view::View;

pub(super) fn integration_named(view: &dyn View, branch: &str) -> Verdict {
    if let Some(fault) = task_branch_fault(branch) {
        return Err(Refusal::input(format!("the integration branch's name {fault}")).into());
    }
    if let Some(lane) = view.lanes()?.into_iter().find(|lane| lane.branch == branch) {
        let what = format!(
            "{branch} is the branch of the lane {}, so nothing can land on it",
            lane.task
        );
        return Err(Refusal::new(&ground::BRANCH_TAKEN, what)
            .hint("git lane status")
            .into());
    }
    if let Ok(id) = TaskId::new(branch)
        && view.task(&id)?.is_some()
    {
        let what = format!("{branch} is the name of a task");
        return Err(Refusal::new(&ground::BRANCH_TAKEN, what)
            .hint("git lane task list")
            .into());
    }
    let mut meta = view.meta()?;
    if meta.integration == branch {
        return Err(Refusal::new(
            &ground::NOTHING_CHANGES,
            format!("lanes land on {branch} already"),
        )
        .into());
    }
    branch.clone_into(&mut meta.integration);
    Ok(vec![Write::Meta(Box::new(meta))])
}

pub(super) fn policy_adopted(view: &dyn View, policy: &Adopted) -> Verdict {
    if view.policy()?.same_rules(policy) && !view.policy()?.commit.is_empty() {
        return Err(Refusal::new(&ground::NOTHING_CHANGES, "the policy is adopted already").into());
    }
    if policy.commit.is_empty() {
        return Err(Refusal::input("a policy is adopted from a commit").into());
    }
    // `apply` knows no other policy: one whose globs it cannot read would refuse every claim.
    policy.common()?;
    policy.hotspots()?;
    policy.maintained()?;
    for area in policy.area.values() {
        Scope::parse(&area.owns)?;
    }
    // Rules 1 still: older ledgers declare nothing of this.
    policy.check_declared().map_err(Refusal::input)?;
    Ok(vec![Write::Policy(Box::new(policy.clone()))])
}

/// Who may stop landings, and let them go on.
const LAND: [Role; 3] = [Role::Integrator, Role::Orchestrator, Role::Maintainer];

fn may_freeze(event: &Event) -> Result<(), Rejection> {
    if LAND.contains(&event.role) {
        return Ok(());
    }
    let what = format!(
        "landings are stopped by the integrator, the orchestrator and the maintainer, not by the {}",
        event.role
    );
    Err(Refusal::new(&ground::ROLE_NOT_ALLOWED, what)
        .hint("git lane help freeze")
        .into())
}

/// Nothing lands from now on.
pub(super) fn frozen(view: &dyn View, event: &Event, why: &str) -> Verdict {
    may_freeze(event)?;
    line("--why", why)?;
    let mut meta = view.meta()?;
    if let Some(frozen) = &meta.frozen {
        let what = format!("landings are frozen by {} since {} already", frozen.by, frozen.at);
        return Err(Refusal::new(&ground::NOTHING_CHANGES, what)
            .hint("git lane thaw --why TEXT")
            .into());
    }
    meta.frozen = Some(Frozen {
        by: event.by.clone(),
        clone: event.clone.clone(),
        at: event.at,
        why: why.to_owned(),
    });
    Ok(vec![Write::Meta(Box::new(meta))])
}

/// What is queued may land again.
pub(super) fn thawed(view: &dyn View, event: &Event, why: &str) -> Verdict {
    may_freeze(event)?;
    line("--why", why)?;
    let mut meta = view.meta()?;
    if meta.frozen.take().is_none() {
        return Err(Refusal::new(&ground::NOTHING_CHANGES, "landings are not frozen")
            .hint("git lane next --role integrator")
            .into());
    }
    Ok(vec![Write::Meta(Box::new(meta))])
}

/// It tells what was done to the remote; no record changes.
pub(super) fn republished(found: Option<&str>, restored: &str) -> Verdict {
    if found.into_iter().chain([restored]).all(is_object) {
        return Ok(Vec::new());
    }
    Err(Refusal::input("a republished state is named by commits").into())
}

/// It tells what was decided again; the decisions themselves stand before it.
pub(super) fn reconciled(rev: &str, base: &str, given_up: &[String]) -> Verdict {
    let ids = given_up.iter().all(|id| !id.is_empty() && id.len() <= 64);
    if is_object(rev) && is_object(base) && ids {
        return Ok(Vec::new());
    }
    Err(Refusal::input("a reconciled side is named by commits, and what it gave up by ids").into())
}

pub(super) fn override_granted(
    view: &dyn View,
    event: &Event,
    id: &OverrideId,
    path: &str,
    why: &str,
    task: Option<&TaskId>,
) -> Verdict {
    let policy = view.policy()?;
    if !policy.may_override(&event.by) {
        let what = format!(
            "the policy does not let {} override: `overrides.by` names others",
            event.by
        );
        return Err(Refusal::new(&ground::OVERRIDE_NOT_ALLOWED, what)
            .hint("git lane policy show")
            .into());
    }
    Glob::parse(path)?;
    line("--why", why)?;
    if let Some(id) = task
        && !matches!(view.task(id)?, Some(Found::Live(_)))
    {
        return Err(
            Refusal::new(&ground::NO_SUCH_TASK, format!("there is no live task {id}"))
                .hint("git lane task list")
                .into(),
        );
    }
    if view.exception(id)?.is_some() {
        return Err(Refusal::new(&ground::ID_TAKEN, format!("there is an override {id} already")).into());
    }
    let exception = Exception {
        id: id.clone(),
        kind: "override".to_owned(),
        path: path.to_owned(),
        why: why.to_owned(),
        by: event.by.clone(),
        clone: event.clone.clone(),
        task: task.cloned(),
        at: event.at,
        until: event.at.after(policy.lanes.lease),
        extra: toml::Table::new(),
    };
    // Those that can no longer be used go; the ledger keeps them.
    let spent = |e: &Exception| e.task.is_none() && event.at > e.until;
    let gone = view
        .exceptions()?
        .into_iter()
        .filter(spent)
        .map(|e| Write::DropException(e.id));
    Ok(gone.chain([Write::Exception(Box::new(exception))]).collect())
}
