//! The team's picture that `next`, `plan-next`, `status --mine` and `board --stale` ask: whose move each open task is,
//! what one may take, and the command that leads on.

use lane_core::apply::standing_handoff;
use lane_core::apply::without_dependencies;
use lane_core::event::AssignVerb;
use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::TaskId;
use lane_core::order::Found as Offered;
use lane_core::order::Offers;
use lane_core::order::Order;
use lane_core::order::Waits;
use lane_core::order::given_up;
use lane_core::order::is_unsigned;
use lane_core::order::lacks_self_review;
use lane_core::order::mover;
use lane_core::policy::Adopted;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::policy::Via;
use lane_core::ready::Card;
use lane_core::ready::Floor;
use lane_core::record::Lock;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::refusal::reclaim;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_core::whose_move::Mover;
use lane_store::Queue;
use lane_store::StoreError;
use lane_store::TreeView;

use crate::commands::done;
use crate::error::CliError;
use crate::proposed;
use crate::session::Session;
use crate::show::mark;
use crate::show::paint;

/// How many broken records are named.
const BROKEN: usize = 20;

/// One state, as whoever asks sees it.
pub(crate) struct Team<'q> {
    pub(crate) session: &'q Session<'q>,
    pub(crate) view: &'q TreeView<'q>,
    queue: &'q Queue<'q>,
    pub(crate) order: Order<'q>,
    pub(crate) policy: Adopted,
    locks: Vec<Lock>,
    pub(crate) now: Timestamp,
}

impl<'q> Team<'q> {
    /// The picture of a state under a policy. Records that cannot be read are named and left out.
    pub(crate) fn new(
        session: &'q Session<'q>,
        view: &'q TreeView<'q>,
        queue: &'q Queue<'q>,
        policy: Adopted,
    ) -> Result<Self, CliError> {
        warn_of_broken(queue, "left out");
        Ok(Self {
            session,
            view,
            queue,
            order: Order::new(queue.cards()),
            policy,
            locks: view.locks()?,
            now: session.source.now(),
        })
    }

    pub(crate) fn cards(&self) -> &'q [Card] {
        self.order.cards()
    }

    /// Asks what there is to do; `asks` is none for an agent that is not there yet.
    pub(crate) fn ask<T>(
        &self,
        floor: &Floor,
        asks: Option<(&Agent, &CloneId)>,
        question: impl FnOnce(&Offers<'_>) -> T,
    ) -> T {
        let is_done = |id: &TaskId| self.queue.is_done(id);
        question(&Offers {
            order: &self.order,
            floor,
            policy: &self.policy,
            locks: &self.locks,
            is_done: &is_done,
            now: self.now,
            asks,
        })
    }

    /// What there is to do in `roles`, without what this clone has asked the host to merge.
    pub(crate) fn find(
        &self,
        floor: &Floor,
        asks: Option<(&Agent, &CloneId)>,
        roles: &[Role],
    ) -> Result<Offered, CliError> {
        let mut found = self.ask(floor, asks, |offers| offers.find(roles));
        let mut waits = Vec::new();
        for (at, role) in &found.free {
            if *role == Role::Integrator && self.is_at_host(&self.cards()[*at])? {
                waits.push(*at);
            }
        }
        if !waits.is_empty() {
            found.free.retain(|(at, _)| !waits.contains(at));
            *found.against.entry(ground::AT_HOST.id).or_default() += waits.len();
        }
        Ok(found)
    }

    /// Whether this clone asked the host to merge a queued task as it was handed off.
    fn is_at_host(&self, card: &Card) -> Result<bool, CliError> {
        if card.status != Phase::Queued || self.policy.landing.via != Via::Host {
            return Ok(false);
        }
        let (Some(asked), Some(task)) = (proposed::of(self.session, &card.id), self.task(card)?) else {
            return Ok(false);
        };
        let handoff = standing_handoff(self.view, &task).map_err(StoreError::from)?;
        Ok(handoff.is_some_and(|handoff| handoff.tip == asked.to_string()))
    }

    /// Whose move a card's task is, and what it waits for.
    pub(crate) fn mover(&self, card: &Card) -> Option<(Mover, Waits)> {
        let is_done = |id: &TaskId| self.queue.is_done(id);
        let waits = Waits::of(card, self.cards(), &is_done);
        let mover = mover(card, &waits, &self.locks, &self.policy, self.now)?;
        Some((mover, waits))
    }

    /// The whole task.
    pub(crate) fn task(&self, card: &Card) -> Result<Option<Task>, CliError> {
        Ok(self.view.task(&card.id)?.map(Found::into_task))
    }

    /// The command with which whoever asks leads the task on, be it their own move or another's.
    pub(crate) fn command(
        &self,
        card: &Card,
        mover: &Mover,
        asks: Option<(&Agent, &CloneId)>,
    ) -> Result<String, CliError> {
        let id = card.id.as_str();
        let lane = |words: &[&str]| command(&[&["git", "lane"], words].concat());
        let own = asks.is_some_and(|(by, clone)| mover.is(by, clone));
        let waits_for_other = mover.agent.is_some() && !own && !mover.late;
        if let (Some(first), None) = (&mover.after, &mover.agent) {
            return Ok(lane(&["show", first.as_str()]));
        }
        if waits_for_other {
            return Ok(lane(&["note", id, "TEXT"]));
        }
        Ok(match card.status {
            Phase::Todo if mover.role == Role::Orchestrator => self.waits_no_longer(card),
            Phase::Todo => self.enter(card),
            Phase::InProgress if own => self.enter(card),
            Phase::InProgress => self.after_late(card),
            Phase::Blocked if mover.late && !own => self.after_late(card),
            Phase::Blocked if card.lane.is_none() && mover.role == Role::Worker => self.enter(card),
            Phase::Blocked => lane(&["unblock", id]),
            Phase::Review if lacks_self_review(card, &self.policy) => lane(&["review", id, "--self"]),
            Phase::Review => lane(&[AssignVerb::Review.verb().name(), id]),
            Phase::Testing => lane(&[AssignVerb::Test.verb().name(), id]),
            Phase::Queued if is_unsigned(card, &self.policy) => match asks {
                // A way for the agent would be a way around the person.
                Some((by, _)) if !by.is_person() => lane(&["note", id, "TEXT"]),
                _ => lane(&["sign", id]),
            },
            Phase::Queued if self.is_at_host(card)? => lane(&["sync"]),
            Phase::Queued => match self.task(card)? {
                Some(task) => done::landing(self.session, &task)?,
                None => lane(&["show", id]),
            },
            Phase::Escalated => lane(&["retry", id, "--why", "TEXT"]),
            Phase::Done | Phase::Abandoned => lane(&["show", id]),
        })
    }

    /// Frees the task of what it waits for in vain.
    fn waits_no_longer(&self, card: &Card) -> String {
        let is_done = |id: &TaskId| self.queue.is_done(id);
        without_dependencies(&card.id, &given_up(card, self.cards(), &is_done))
    }

    /// Into the task's worktree, where lanes have one.
    fn enter(&self, card: &Card) -> String {
        let id = card.id.as_str();
        match (self.policy.lanes.mode, &card.lane) {
            (Mode::B, _) => format!(r#"cd "$({})""#, command(&["git", "lane", "start", id])),
            (Mode::A, None) => command(&["git", "lane", "claim", id]),
            (Mode::A, Some(_)) => command(&["git", "lane", "resume", id]),
        }
    }

    /// What ends a hold whose time is over: a lease is reclaimed, an attempt that took too long is tried by another.
    fn after_late(&self, card: &Card) -> String {
        let fence = card.lane.as_ref().map(|lane| lane.fence);
        let own = |lock: &&Lock| lock.task.as_ref() == Some(&card.id) && Some(lock.fence) == fence;
        match self.locks.iter().find(own) {
            Some(lock) if lock.is_over(self.now) => reclaim(&lock.id),
            _ => command(&["git", "lane", "retry", card.id.as_str(), "--why", "TEXT"]),
        }
    }
}

/// Names the records that cannot be read, and says what that means for them.
pub(crate) fn warn_of_broken(queue: &Queue<'_>, fate: &str) {
    for broken in queue.broken().iter().take(BROKEN) {
        paint::warning(&format!("{}: {fate}", text::escape(&broken.to_string())));
    }
    if let Some(more @ 1..) = queue.broken().len().checked_sub(BROKEN) {
        paint::warning(&format!("{more} more records cannot be read"));
    }
}

/// `agent-a`, or the role that anybody may take.
pub(crate) fn whom(mover: &Mover) -> String {
    match &mover.agent {
        Some(agent) => agent.to_string(),
        None if mover.role == Role::Orchestrator => "the orchestrator".to_owned(),
        None if mover.role == Role::Integrator => "an integrator".to_owned(),
        // The one move that is a maintainer's is to sign.
        None if mover.role == Role::Maintainer => "a person, to sign it".to_owned(),
        None => format!("a {}", mover.role),
    }
}

/// A card's mark and title, for the end of a line.
pub(crate) fn title(card: &Card) -> String {
    mark::titled(card.mark, card.status, &card.title, 60)
}
