//! What a transition needs, each judged by itself: the `needs` column of `MOVES`.

use std::collections::BTreeMap;

use super::Rejection;
use super::evidence;
use super::family;
use super::follow;
use super::grant;
use super::judging;
use super::landing;
use super::leases::line;
use crate::event::Event;
use crate::event::Payload;
use crate::glob::Scope;
use crate::ground;
use crate::id::TaskId;
use crate::moves::Need;
use crate::policy::Role;
use crate::record::Blocked;
use crate::record::Lock;
use crate::record::LockMode;
use crate::record::Phase;
use crate::record::Task;
use crate::refusal::Held;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::refusal::reclaim;
use crate::view::Found;
use crate::view::Unreadable;
use crate::view::View;

/// How many tasks a search for a circle visits before it gives up.
const WALK_MAX: usize = 100_000;

type Met = Result<(), Rejection>;

/// Whether `need` is met for `task` under `event`.
pub(super) fn met(need: Need, view: &dyn View, event: &Event, task: &Task) -> Met {
    match need {
        Need::Policy => policy(view),
        Need::Dependencies => dependencies(view, task),
        Need::Children => family::children(view, task),
        Need::Hand => judging::hand(view, event, task),
        Need::HolderOrLate => judging::holder_or_late(view, event, task),
        Need::Free => judging::free(view, event, task),
        Need::NotAuthor => judging::not_author(view, event, task),
        Need::SelfReviewed => judging::self_reviewed(view, task),
        Need::OnTip => judging::on_tip(view, event, task),
        Need::Implemented => judging::implemented(event, task),
        Need::Blocker => blocker(view, event, task),
        Need::Scope => scope(view, task),
        Need::Area => area(view, task),
        Need::Branch => branch(view, task),
        Need::Capacity => capacity(view, task),
        Need::AreaLane => area_lane(view, task),
        Need::ScopeFree => scope_free(view, event, task),
        Need::Holder => holder(view, event, task),
        Need::Assigned => judging::assigned(event, task),
        Need::Reason => reason(event),
        Need::Finding => finding(event),
        Need::NoCycle => no_cycle(view, event, task),
        Need::LeaseOver => lease_over(view, event, task),
        Need::Landed => landing::named(event),
        Need::Thawed => landing::thawed(view),
        Need::Queued => landing::on_handoff(view, event, task),
        Need::Judged => landing::judged(view, task),
        Need::Signed => landing::signed(view, task),
        Need::Person => landing::person(view, event, task),
        Need::Evidence => evidence::shown(view, event, task),
    }
}

fn policy(view: &dyn View) -> Met {
    if view.policy()?.commit.is_empty() {
        let what = "the integration branch has no policy yet: `.agents/policy.toml` is not committed there";
        let refusal = Refusal::new(&ground::POLICY_NOT_COMMITTED, what);
        return Err(refusal
            .hint("git add :/.agents :/.gitattributes && git commit -m 'git-lane: policy'")
            .into());
    }
    Ok(())
}

/// The tasks that `task` depends on and that are not done, with the phase of each; unknown ids have none.
pub fn open_dependencies(view: &dyn View, task: &Task) -> Result<Vec<(TaskId, Option<Phase>)>, Unreadable> {
    let mut open = Vec::new();
    for on in &task.depends_on {
        match view.task(on)? {
            Some(Found::Archived(ended)) if ended.status == Phase::Done => {}
            Some(Found::Archived(live) | Found::Live(live)) => open.push((on.clone(), Some(live.status))),
            None => open.push((on.clone(), None)),
        }
    }
    Ok(open)
}

fn dependencies(view: &dyn View, task: &Task) -> Met {
    let open = open_dependencies(view, task)?;
    let Some((first, _)) = open.first() else {
        return Ok(());
    };
    let words = |(id, phase): &(TaskId, Option<Phase>)| match phase {
        Some(phase) => format!("{id} ({phase})"),
        None => format!("{id} (unknown)"),
    };
    let list = open.iter().map(words).collect::<Vec<_>>().join(", ");
    let in_vain = |(_, phase): &&(TaskId, Option<Phase>)| phase.is_none_or(Phase::is_final);
    let gone: Vec<&TaskId> = open.iter().filter(in_vain).map(|(id, _)| id).collect();
    if !gone.is_empty() {
        let what = format!("{} depends on {list}: what was given up is never done", task.id);
        let free = without_dependencies(&task.id, &gone);
        return Err(Refusal::new(&ground::DEPENDENCY_OPEN, what).hint(free).into());
    }
    let show = command(&["git", "lane", "task", "show", first.as_str()]);
    let what = format!("{} depends on {list}, which must be done first", task.id);
    Err(Refusal::new(&ground::DEPENDENCY_OPEN, what)
        .hint("git lane ready")
        .hint(show)
        .into())
}

/// The command that lets a task wait for these no longer.
pub fn without_dependencies(task: &TaskId, on: &[&TaskId]) -> String {
    let gone = on.iter().flat_map(|on| ["--remove-depends-on", on.as_str()]);
    let edit = ["git", "lane", "task", "edit", task.as_str()];
    command(&edit.into_iter().chain(gone).collect::<Vec<_>>())
}

fn blocker(view: &dyn View, event: &Event, task: &Task) -> Met {
    let Some(blocked) = &task.blocked else {
        return Ok(());
    };
    let Some(on) = &blocked.on else {
        // Only people know when such a reason is over; they say so by `unblock`.
        let unblocks = matches!(event.what, Payload::TaskUnblocked { .. });
        return if unblocks {
            Ok(())
        } else {
            Err(blocked_by_words(task, blocked).into())
        };
    };
    let unblocks = matches!(event.what, Payload::TaskUnblocked { .. });
    match view.task(on)? {
        // What was given up is not done; whoever unblocks says that it need not be.
        Some(Found::Archived(ended)) if ended.status == Phase::Done || unblocks => Ok(()),
        Some(Found::Archived(_)) | None => {
            let what = format!("{} is blocked on {on}, which was given up", task.id);
            let unblock = command(&["git", "lane", "unblock", task.id.as_str()]);
            Err(Refusal::new(&ground::BLOCKER_OPEN, what).hint(unblock).into())
        }
        Some(Found::Live(_)) => {
            let what = format!("{} is blocked on {on}, which is not done", task.id);
            let show = command(&["git", "lane", "task", "show", on.as_str()]);
            Err(Refusal::new(&ground::BLOCKER_OPEN, what).hint(show).into())
        }
    }
}

fn blocked_by_words(task: &Task, blocked: &Blocked) -> Refusal {
    let what = format!("{} is blocked since {}", task.id, blocked.since);
    let unblock = command(&["git", "lane", "unblock", task.id.as_str()]);
    let refusal = Refusal::new(&ground::BLOCKER_OPEN, what)
        .hint("git lane ready")
        .hint(unblock);
    refusal.said(&blocked.by, blocked.why.as_deref().unwrap_or_default())
}

fn scope(view: &dyn View, task: &Task) -> Met {
    if task.scope.is_empty() && view.policy()?.lanes.require_scope {
        let what = format!("{} has no scope, and the policy requires one", task.id);
        let edit = command(&["git", "lane", "task", "edit", task.id.as_str(), "--scope", "GLOB"]);
        return Err(Refusal::new(&ground::SCOPE_MISSING, what).hint(edit).into());
    }
    Ok(())
}

fn area(view: &dyn View, task: &Task) -> Met {
    let policy = view.policy()?;
    if let Some(area) = &task.area
        && !policy.area.is_empty()
        && !policy.area.contains_key(area)
    {
        let known: Vec<&str> = policy.area.keys().map(crate::id::AreaName::as_str).collect();
        let what = format!(
            "the policy declares no area {area}; there are {}",
            known.join(", ")
        );
        let edit = command(&["git", "lane", "task", "edit", task.id.as_str(), "--area", "AREA"]);
        return Err(Refusal::new(&ground::UNKNOWN_AREA, what).hint(edit).into());
    }
    let scope = Scope::parse(&task.scope)?;
    Ok(grant::stays_in_area(&policy, &scope, task.area.as_ref())?)
}

fn branch(view: &dyn View, task: &Task) -> Met {
    let other = view
        .lanes()?
        .into_iter()
        .find(|lane| lane.branch == task.branch && lane.task != task.id);
    let whose = match other {
        Some(lane) => format!("is the lane {} of {}", lane.task, lane.by),
        None if view.meta()?.integration == task.branch => "is where lanes land".to_owned(),
        None => return Ok(()),
    };
    let what = format!("branch {} of {} {whose}", task.branch, task.id);
    let edit = command(&[
        "git",
        "lane",
        "task",
        "edit",
        task.id.as_str(),
        "--branch",
        "NAME",
    ]);
    Err(Refusal::new(&ground::BRANCH_TAKEN, what).hint(edit).into())
}

/// Whether the pool has room for this task to be worked on, whatever seat it has now.
fn capacity(view: &dyn View, task: &Task) -> Met {
    let total = usize::try_from(view.policy()?.capacity.total).unwrap_or(usize::MAX);
    let busy: Vec<String> = view
        .lanes()?
        .into_iter()
        .filter(|lane| lane.task != task.id)
        .filter_map(|lane| Some(format!("{} ({})", lane.task, lane.at_work()?)))
        .collect();
    if busy.len() < total {
        return Ok(());
    }
    let shown = busy.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
    let what = format!("{} of {total} places in the pool are taken: {shown}", busy.len());
    Err(Refusal::new(&ground::CAPACITY_FULL, what)
        .hint("git lane status")
        .into())
}

fn area_lane(view: &dyn View, task: &Task) -> Met {
    let Some(area) = &task.area else { return Ok(()) };
    let limit = view.policy()?.area.get(area).and_then(|a| a.lanes);
    let Some(limit) = limit else { return Ok(()) };
    let held: Vec<String> = view
        .lanes()?
        .into_iter()
        .filter(|lane| lane.area.as_ref() == Some(area))
        .map(|lane| format!("{} {} ({})", lane.lane, lane.task, lane.by))
        .collect();
    if held.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
        return Ok(());
    }
    let what = format!("area {area} has its {limit} lanes: {}", held.join(", "));
    Err(Refusal::new(&ground::AREA_FULL, what)
        .hint("git lane ready")
        .into())
}

fn scope_free(view: &dyn View, event: &Event, task: &Task) -> Met {
    let globs = match event.what {
        // What a lane shares, or covers by its holder's leave, is not the next one's.
        Payload::TaskTakenOver { .. } => follow::held_by_lane(view, &task.id)?,
        _ => task.scope.clone(),
    };
    let scope = Scope::parse(&globs)?;
    grant::scope_is_free(view, event, &scope, Some(&task.id), LockMode::Exclusive)
}

pub(super) fn holder(view: &dyn View, event: &Event, task: &Task) -> Met {
    let Some(claim) = &task.claim else { return Ok(()) };
    let above = matches!(event.role, Role::Orchestrator | Role::Maintainer);
    if above || claim.is_held_by(&event.by, &event.clone) {
        return Ok(());
    }
    let lock = claim_lock(view, task)?;
    let elsewhere = if claim.by == event.by {
        " in another clone"
    } else {
        ""
    };
    let what = format!("{} is held by {}{elsewhere}", task.id, claim.by);
    let refusal = Refusal::new(&ground::NOT_HOLDER, what);
    Err(match lock {
        Some(lock) => {
            let held = Held::by_lock(&lock, event.at);
            let take = reclaim(&lock.id);
            let hint = if held.over {
                take
            } else {
                "git lane locks".to_owned()
            };
            refusal.held(held).hint(hint)
        }
        None => refusal.hint("git lane status"),
    }
    .into())
}

/// The lock that the task's claim took, if its scope gave it one.
pub(super) fn claim_lock(view: &dyn View, task: &Task) -> Result<Option<Lock>, Unreadable> {
    let fence = task.claim.as_ref().map(|c| c.fence);
    let own = |lock: &Lock| lock.task.as_ref() == Some(&task.id) && Some(lock.fence) == fence;
    Ok(view.locks()?.into_iter().find(own))
}

fn reason(event: &Event) -> Met {
    match &event.what {
        Payload::TaskBlocked {
            on: None, why: None, ..
        } => Err(Refusal::input("say what it waits for: `--on ID` or `--why TEXT`").into()),
        Payload::LockReclaimed { note, .. } => line("--note", note),
        Payload::TaskReleased { why, .. }
        | Payload::TaskBlocked { why: Some(why), .. }
        | Payload::TaskRetried { why, .. }
        | Payload::TaskEscalated { why, .. }
        | Payload::TaskRescoped { why, .. }
        | Payload::TaskDeprioritised { why, .. }
        | Payload::TaskTakenOver { why, .. }
        | Payload::TaskAbandoned { why, .. } => line("--why", why),
        _ => Ok(()),
    }
}

fn finding(event: &Event) -> Met {
    match &event.what {
        Payload::TaskJudged { verdict, .. } if verdict.findings.is_empty() => {
            Err(Refusal::input("say what is wrong: `--finding TEXT`").into())
        }
        _ => Ok(()),
    }
}

fn no_cycle(view: &dyn View, event: &Event, task: &Task) -> Met {
    let Payload::TaskBlocked { on: Some(on), .. } = &event.what else {
        return Ok(());
    };
    if view.task(on)?.is_none() {
        let what = format!("there is no task {on} to wait for");
        return Err(Refusal::new(&ground::NO_SUCH_TASK, what)
            .hint("git lane task list")
            .into());
    }
    match path_to(view, on, &task.id)? {
        Some(path) => {
            let names: Vec<&str> = path.iter().map(TaskId::as_str).collect();
            let what = format!(
                "{} would wait for itself: {} → {}",
                task.id,
                task.id,
                names.join(" → ")
            );
            Err(Refusal::new(&ground::DEPENDENCY_CYCLE, what).into())
        }
        None => Ok(()),
    }
}

/// A way from `from` to `goal` along dependencies and blockers of live tasks, both ends included.
pub(super) fn path_to(
    view: &dyn View,
    from: &TaskId,
    goal: &TaskId,
) -> Result<Option<Vec<TaskId>>, Unreadable> {
    // Who was found from whom: one entry a task, so that long chains cost no more than their length.
    let mut found_from: BTreeMap<TaskId, Option<TaskId>> = BTreeMap::from([(from.clone(), None)]);
    let mut open = vec![from.clone()];
    while let Some(last) = open.pop() {
        if last == *goal {
            return Ok(Some(way_back(&found_from, last)));
        }
        if found_from.len() > WALK_MAX {
            let fault = format!("chains more than {WALK_MAX} tasks behind {from}");
            return Err(Unreadable {
                path: ".agents/queue".to_owned(),
                fault,
            });
        }
        if let Some(Found::Live(task)) = view.task(&last)? {
            let blockers = task.blocked.iter().filter_map(|b| b.on.as_ref());
            let earlier = family::earlier(view, &task)?;
            // A parent waits for its parts, and a part for those that land before it.
            for next in task
                .depends_on
                .iter()
                .chain(&task.children)
                .chain(blockers)
                .chain(&earlier)
            {
                if !found_from.contains_key(next) {
                    found_from.insert(next.clone(), Some(last.clone()));
                    open.push(next.clone());
                }
            }
        }
    }
    Ok(None)
}

/// The way to `last` from the task that was found from none.
fn way_back(found_from: &BTreeMap<TaskId, Option<TaskId>>, last: TaskId) -> Vec<TaskId> {
    let step = |id: &TaskId| found_from.get(id).cloned().flatten();
    let mut way: Vec<TaskId> = std::iter::successors(Some(last), step).collect();
    way.reverse();
    way
}

fn lease_over(view: &dyn View, event: &Event, task: &Task) -> Met {
    let Some(lock) = claim_lock(view, task)? else {
        return lease_of_scopeless(view, event, task);
    };
    if lock.is_over(event.at) {
        Ok(())
    } else {
        Err(lease_running(&lock, event).into())
    }
}

/// A lane without a lock has no lease to be over; only its holder or those above it give it back.
fn lease_of_scopeless(_view: &dyn View, _event: &Event, task: &Task) -> Met {
    let release = command(&[
        "git",
        "lane",
        "--role",
        "orchestrator",
        "release",
        task.id.as_str(),
        "--why",
        "TEXT",
    ]);
    let what = format!("{} has no lock, so it has no lease that could be over", task.id);
    Err(Refusal::new(&ground::LEASE_RUNNING, what).hint(release).into())
}

pub(super) fn lease_running(lock: &Lock, event: &Event) -> Refusal {
    let what = match &lock.task {
        Some(task) if lock.kept => format!(
            "{} of {} is kept, because {task} is handed off",
            lock.id, lock.owner
        ),
        _ => format!(
            "{} of {} holds until {}, and one minute more",
            lock.id, lock.owner, lock.expires
        ),
    };
    Refusal::new(&ground::LEASE_RUNNING, what)
        .held(Held::by_lock(lock, event.at))
        .hint("git lane ready")
}
