//! The findings of CI: what pre-push finds, of every commit and of the net difference, by the integration branch's policy and the fetched
//! state; and what the rules find of the delivery.

use std::collections::BTreeSet;

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Adopted;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::PathChange;
use lane_git::Remote;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Moment;
use lane_rules::Remedy;
use lane_store::TreeView;

use super::authority::Authority;
use super::handed_over;
use super::owners;
use super::persons;
use super::said::Said;
use crate::delivery;
use crate::delivery::Range;
use crate::delivery::Recorded;
use crate::error::CliError;
use crate::hooks;
use crate::hooks::Arriving;
use crate::hooks::Bringer;
use crate::hooks::Owned;
use crate::session::Session;

/// The most commits with tasks that nobody knows that are named.
const UNKNOWN_MAX: usize = 20;

/// What is judged.
pub(super) struct Case<'a> {
    /// With the fetched state for its own.
    pub(super) session: &'a Session<'a>,
    pub(super) said: &'a Said,
    pub(super) authority: &'a Authority,
    pub(super) state: Oid,
    pub(super) base: Oid,
    /// The base as git takes it from a clone, for hints.
    pub(super) name: &'a str,
    pub(super) head: Oid,
    pub(super) remote: &'a Remote,
}

/// What was found.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    /// What was not looked at, a sentence each.
    pub(super) unseen: Vec<String>,
    /// The net difference.
    pub(super) changes: Vec<PathChange>,
    /// The checks that changed contracts name.
    pub(super) contracts: Vec<String>,
    /// Whether it has landed: a push to the integration branch.
    pub(super) landed: bool,
}

/// Judges the work. A state that does not follow from its events judges nothing.
pub(super) fn judge(case: &Case<'_>) -> Result<Judged, CliError> {
    let alone = |found| Judged {
        findings: vec![found],
        ..Judged::default()
    };
    if let Some(found) = broken_state(case)? {
        return Ok(alone(found));
    }
    let store = case.session.store().read_only();
    let view = store.view()?;
    let meta = view.meta()?;
    if let Some(found) = other_state(case, &meta.repository) {
        return Ok(alone(found));
    }
    let main = meta.integration;
    let landed = case.said.before.is_some() && case.said.branch.as_deref() == Some(main.as_str());
    let arriving = Arriving {
        repo: case.session.repo,
        view: &view,
        policy: Adopted::of(&case.authority.policy, &case.authority.at.to_string()),
        tip: case.head,
        lands: landed,
        landed,
        trusted: vec![case.base],
        tracked: true,
        theirs: landed.then_some(case.base),
        elsewhere: Vec::new(),
    };
    let mut judged = Judged {
        changes: arriving.net()?,
        landed,
        ..Judged::default()
    };
    find(case, &view, &arriving, &mut judged)?;
    Ok(judged)
}

fn find(
    case: &Case<'_>,
    view: &TreeView<'_>,
    arriving: &Arriving<'_>,
    judged: &mut Judged,
) -> Result<(), CliError> {
    let (task, owned) = match case.said.fork {
        true => (None, Vec::new()),
        false => lane(case, view, arriving, judged)?,
    };
    let delivered = delivered(case, view, arriving, (task.as_ref(), &owned))?;
    let strays = arriving.strays(&owned, &delivered.findings)?;
    let said: Vec<Finding> = judged
        .findings
        .iter()
        .chain(&delivered.findings)
        .chain(&strays)
        .cloned()
        .collect();
    let bringer = Bringer {
        by: None,
        merge: &case.authority.policy.merge,
        now: case.session.source.now(),
    };
    let beside = arriving.beside(&owned, &said, &bringer)?;
    judged.findings.extend(
        delivered
            .findings
            .into_iter()
            .chain(strays)
            .chain(beside.findings),
    );
    judged
        .unseen
        .extend(delivered.unseen.into_iter().chain(beside.unseen));
    judged.findings.extend(arriving.records()?);
    if task.is_none() && !arriving.lands {
        let (locks, now) = (view.locks()?, case.session.source.now());
        let advice = persons::advice(&judged.changes, &arriving.policy, &locks, case.said.fork, now)?;
        judged.findings.extend(advice);
    }
    Ok(())
}

/// The delivery rules' verdict on all of it.
fn delivered(
    case: &Case<'_>,
    view: &TreeView<'_>,
    arriving: &Arriving<'_>,
    (task, owned): (Option<&Task>, &Owned),
) -> Result<delivery::Judged, CliError> {
    let store = case.session.store();
    let recorded = match task {
        Some(task) => Recorded::of(&store, view, task, case.head)?,
        None => Recorded::default(),
    };
    let base = match recorded.base {
        Some(base) if !arriving.lands => Some(base),
        _ => arriving.base()?,
    };
    let range = Range {
        repo: arriving.repo,
        task,
        policy: &arriving.policy,
        merge: &case.authority.policy.merge,
        base,
        tip: arriving.tip,
        main: arriving.trusted.first().copied(),
        main_name: case.name,
        moment: if arriving.lands {
            Moment::Landed
        } else {
            Moment::Ci
        },
    };
    if task.is_none() && owned.iter().any(|(_, owner)| owner.is_some()) {
        return hooks::judge_parts(&store, arriving, owned, &range);
    }
    delivery::judge_range(&range, &recorded.evidence)
}

/// Judges what is a lane's, and gives the lane that all of it belongs to, and whose each commit is.
fn lane(
    case: &Case<'_>,
    view: &TreeView<'_>,
    arriving: &Arriving<'_>,
    judged: &mut Judged,
) -> Result<(Option<Task>, Owned), CliError> {
    let by_name = match case.said.branch.as_deref().filter(|_| !arriving.lands) {
        Some(branch) => hooks::lane_of(case.session, view, branch)?,
        None => None,
    };
    let found = &mut judged.findings;
    let unseen = &mut judged.unseen;
    if arriving.lands {
        handed_over::fetch(arriving, case.remote, unseen)?;
    }
    let others = || owners::of_commits(case.session, view, case.remote, case.base, unseen);
    let mut owned = arriving.owned(by_name.as_ref(), others)?;
    owners::complete_lines(arriving.repo, case.head, &mut owned)?;
    if let Some(task) = &by_name {
        let tips = [case.base];
        found.extend(hooks::judge_handoff(case.session, view, task, case.head, &tips)?);
    }
    let task = match by_name {
        Some(task) => Some(task),
        None => arriving.only_task(&owned)?,
    };
    if !arriving.lands {
        found.extend(unheld_of(view, &owned, task.as_ref())?);
        found.extend(unknown_tasks(view, arriving.repo, &owned)?);
    }
    let changes = arriving.changes(&owned)?;
    let commits = arriving.judge_commits(&owned, &changes)?;
    let net = match &task {
        Some(task) => arriving.judge_net(task, &commits)?,
        None => Vec::new(),
    };
    let made = arriving.judge_made(&owned, &changes, &commits)?;
    found.extend(commits.into_iter().chain(net).chain(made));
    Ok((task, owned))
}

/// A lane that nobody holds and that was not handed off: it was released or taken away, and whoever holds the task next
/// works on something else.
fn unheld(task: &Task) -> Option<Finding> {
    let over = task.status.is_handed_off() || task.status.is_final();
    if task.claim.is_some() || over {
        return None;
    }
    let what = format!(
        "nobody holds {}, which is {}: the hold under which this was made is gone",
        task.id, task.status
    );
    let lead = match task.status {
        Phase::Todo => command(&["git", "lane", "start", task.id.as_str()]),
        _ => command(&["git", "lane", "show", task.id.as_str()]),
    };
    let refusal = Refusal::new(&ground::STALE_FENCE, what);
    Some(Finding::whole(refusal, vec![Remedy::Run(lead)]))
}

/// The lanes that nobody holds: of the whole, and of single commits whose trailer names another task.
fn unheld_of(view: &TreeView<'_>, owned: &Owned, own: Option<&Task>) -> Result<Vec<Finding>, CliError> {
    let owners = owned.iter().filter_map(|(_, id)| id.as_ref());
    let ids: BTreeSet<&TaskId> = owners.chain(own.map(|task| &task.id)).collect();
    let mut found = Vec::new();
    for id in ids {
        let task = view.task(id)?.map(Found::into_task);
        found.extend(task.as_ref().and_then(unheld));
    }
    Ok(found)
}

/// Commits that name a task which the state does not have: it is another state than the one they were made by, or an
/// older one.
fn unknown_tasks(view: &TreeView<'_>, repo: &Repo, owned: &Owned) -> Result<Vec<Finding>, CliError> {
    let mut found = Vec::new();
    for (commit, _) in owned {
        let message = repo.commit(*commit)?.message;
        let message = String::from_utf8_lossy(&message);
        let Some(Ok(id)) = hooks::task_named(&message).map(TaskId::new) else {
            continue;
        };
        if view.task(&id)?.is_some() {
            continue;
        }
        let what = format!("the commit names {id}, and the state on the remote has no such task");
        let refusal = Refusal::new(&ground::NO_SUCH_TASK, what);
        let sync = Remedy::Run("git lane sync".to_owned());
        found.push(Finding {
            commit: Some(commit.to_string()),
            ..Finding::whole(refusal, vec![sync])
        });
        if found.len() == UNKNOWN_MAX {
            break;
        }
    }
    Ok(found)
}

/// The state of another repository judges nothing here.
fn other_state(case: &Case<'_>, theirs: &str) -> Option<Finding> {
    let authority = case.authority;
    if theirs == authority.policy.repository {
        return None;
    }
    let what = format!(
        "the state on the remote is that of the repository {}, and the policy on {} names {}",
        text::excerpt(theirs, 64),
        authority.name,
        text::excerpt(&authority.policy.repository, 64)
    );
    let refusal = Refusal::new(&ground::OTHER_STATE, what);
    Some(Finding::whole(
        refusal,
        vec![Remedy::Run("git lane policy show".to_owned())],
    ))
}

/// The first event of the state that does not follow from those before it.
fn broken_state(case: &Case<'_>) -> Result<Option<Finding>, CliError> {
    let Err(fault) = lane_store::replay(case.session.repo, case.state, &mut ())? else {
        return Ok(None);
    };
    let what = format!(
        "event {} of the state ({}) {}",
        fault.seq,
        fault.commit.short(),
        text::excerpt(&fault.fault, 200)
    );
    let verify = command(&["git", "lane", "verify", "--full", &case.state.to_string()]);
    let refusal = Refusal::new(&ground::CI_STATE_BROKEN, what);
    Ok(Some(Finding::whole(refusal, vec![Remedy::Run(verify)])))
}
