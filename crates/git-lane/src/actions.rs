//! Actions: one decision each, put through the store's one way in.

use lane_core::apply::Rejection;
use lane_core::apply::unmet;
use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::ground;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::order::Offers;
use lane_core::order::Order;
use lane_core::policy::Role;
use lane_core::ready::Floor;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::view::Found;
use lane_core::view::View;
use lane_store::Actor;
use lane_store::Committed;
use lane_store::Queue;
use lane_store::StoreError;
use lane_store::TreeView;

use crate::error::CliError;
use crate::integration;
use crate::own_lanes::OwnLanes;
use crate::parallel;
use crate::publishing;
use crate::session::Session;

/// Puts a decision that is known beforehand.
pub(crate) fn put(session: &Session<'_>, implied: Role, payload: &Payload) -> Result<Committed, CliError> {
    let actor = session.actor(implied)?;
    Ok(publishing::put(session, &actor, &mut |_| Ok(payload.clone()))?)
}

/// What stands against a decision on this state, before it is put.
pub(crate) fn against(
    session: &Session<'_>,
    view: &dyn View,
    actor: &Actor,
    (id, what): (&TaskId, Payload),
) -> Result<Vec<Refusal>, CliError> {
    let event = Event {
        id: String::new(),
        seq: u64::MAX,
        at: session.source.now(),
        by: actor.by.clone(),
        clone: actor.clone.clone(),
        role: actor.role,
        rules: RULES,
        what,
    };
    unmet(view, &event, id).map_err(|rejection| match rejection {
        Rejection::Refused(no) => CliError::Refused(no),
        Rejection::Unreadable(broken) => CliError::Store(StoreError::Unreadable(broken)),
    })
}

/// A lock id that no live lock has.
pub(crate) fn fresh_lock(session: &Session<'_>, view: &dyn View) -> Result<LockId, StoreError> {
    let taken = view.locks()?;
    for _ in 0..64 {
        let id = session.source.short_id("L-");
        if !taken
            .iter()
            .any(|lock| lock.id.as_str().eq_ignore_ascii_case(&id))
        {
            return LockId::new(&id).map_err(|e| Refusal::input(e.to_string()).into());
        }
    }
    Err(StoreError::Contention(
        "no free lock id was found in 64 draws".to_owned(),
    ))
}

/// Which task is claimed.
#[derive(Clone, Copy)]
pub(crate) enum Wanted<'a> {
    Named(&'a TaskId),
    /// The best of those that are ready when the decision falls and that this lets pass. It is asked of one after the other.
    Best(&'a dyn Fn(&Task) -> Result<bool, StoreError>),
}

/// Claims a task.
pub(crate) fn claim(session: &Session<'_>, actor: &Actor, wanted: Wanted<'_>) -> Result<Committed, CliError> {
    let store = session.store();
    let claimed = publishing::put(session, actor, &mut |view| {
        let lock = fresh_lock(session, view)?;
        let task = match wanted {
            Wanted::Named(id) => id.clone(),
            Wanted::Best(passes) => best(session, actor, view, passes)?,
        };
        if let Some(no) = parallel::against_another_lane(session, view, &task)? {
            return Err(no.into());
        }
        Ok(Payload::TaskClaimed { task, lock })
    });
    claimed.map_err(|fault| match fault {
        StoreError::Refused(no) if no.ground.id == ground::POLICY_NOT_COMMITTED.id => {
            let renamed = integration::renamed(session.repo, &store).ok().flatten();
            renamed.unwrap_or(*no).into()
        }
        other => other.into(),
    })
}

fn best(
    session: &Session<'_>,
    actor: &Actor,
    view: &TreeView<'_>,
    passes: &dyn Fn(&Task) -> Result<bool, StoreError>,
) -> Result<TaskId, StoreError> {
    let store = session.store();
    let queue = Queue::read(&store, view)?;
    let floor = Floor::new(view, &actor.by, &actor.clone)?;
    let is_done = |id: &TaskId| queue.is_done(id);
    let offers = Offers {
        order: &Order::new(queue.cards()),
        floor: &floor,
        policy: &view.policy()?,
        locks: &view.locks()?,
        is_done: &is_done,
        now: session.source.now(),
        asks: Some((&actor.by, &actor.clone)),
    };
    for (at, _) in offers.find(&[Role::Worker]).free {
        let id = &queue.cards()[at].id;
        if let Some(Found::Live(task)) = view.task(id)?
            && passes(&task)?
        {
            return Ok(id.clone());
        }
    }
    if view.policy()?.commit.is_empty() {
        let what = "the integration branch has no policy yet, so nothing can be claimed";
        return Err(Refusal::new(&ground::POLICY_NOT_COMMITTED, what)
            .hint("git lane doctor")
            .into());
    }
    let own = OwnLanes::of(session, view, actor)?;
    let what = match own.sentence() {
        Some(sentence) => format!("no task can be claimed now; {sentence}"),
        None => "no task can be claimed now".to_owned(),
    };
    let mut no = Refusal::new(&ground::NOT_READY, what);
    no.hints.extend(own.go_on());
    let other = match queue.cards() {
        [] => "git lane task add TITLE --scope GLOB",
        _ => "git lane ready --why",
    };
    Err(no.hint(other).into())
}
