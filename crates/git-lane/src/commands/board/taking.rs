//! Takes the board's picture of one state. Only what is shown is read whole; the rest is counted.

use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::id::TaskId;
use lane_core::order::Order;
use lane_core::order::given_up;
use lane_core::policy::Role;
use lane_core::ready::Card;
use lane_core::ready::Floor;
use lane_core::record::Lock;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_store::Moment;
use lane_store::Queue;
use lane_store::Store;
use lane_store::StoreError;
use lane_store::TreeView;

use super::Board;
use super::Column;
use super::Picture;
use super::Row;
use crate::commands::ready;
use crate::error::CliError;
use crate::session::Session;
use crate::show::paint;
use crate::team;

/// How many events are searched for the tasks done last.
const REACH: usize = 20_000;

/// How many tasks are read to find the last of those that were done before all these events.
const OLDER: usize = 1_000;

pub(super) fn picture(
    session: &Session<'_>,
    store: &Store<'_>,
    view: &TreeView<'_>,
    moment: Moment,
    clock: Timestamp,
    args: &Board,
) -> Result<Picture, CliError> {
    let queue = Queue::read(store, view)?;
    team::warn_of_broken(&queue, "left out of the board");
    let camera = Camera {
        session,
        view,
        queue: &queue,
        order: Order::new(queue.cards()),
        locks: view.locks()?,
        clock,
    };
    let phases = Phase::ALL
        .into_iter()
        .filter(|phase| !phase.is_final())
        .map(|phase| camera.column(phase, args.limit))
        .collect::<Result<_, _>>()?;
    queue.remember(store);
    let (done, done_count) = done_last(session, view, moment, args.done)?;
    let busy = view
        .lanes()?
        .iter()
        .filter(|lane| lane.at_work().is_some())
        .count();
    Ok(Picture {
        moment,
        clock,
        pool: (busy, view.policy()?.capacity.total),
        phases,
        done,
        done_count,
    })
}

/// A card's place in the queue, what stands against claiming it, and the card.
type Judged<'c> = (usize, Option<&'static Ground>, &'c Card);

struct Camera<'a> {
    session: &'a Session<'a>,
    view: &'a TreeView<'a>,
    queue: &'a Queue<'a>,
    order: Order<'a>,
    locks: Vec<Lock>,
    clock: Timestamp,
}

impl Camera<'_> {
    fn column(&self, phase: Phase, limit: usize) -> Result<Column, CliError> {
        let cards = self.queue.cards().iter().enumerate();
        let cards: Vec<_> = self.judged(phase, cards.filter(|(_, card)| card.status == phase))?;
        let ready = cards.iter().filter(|(_, ground, _)| ground.is_none()).count();
        let count = cards.len();
        let keyed = cards.into_iter().map(|(at, ground, card)| {
            let key = (ground.is_some(), self.order.key(at));
            (key, (ground, card))
        });
        let mut cards = ready::best_first(keyed.collect(), limit);
        cards.truncate(limit);
        let rows = cards.into_iter().map(|(ground, card)| self.row(ground, card));
        Ok(Column {
            phase,
            count,
            ready: if phase == Phase::Todo { ready } else { 0 },
            rows: rows.collect::<Result<_, _>>()?,
        })
    }

    /// The cards with what stands against claiming each. Only of what nobody began is it asked.
    fn judged<'c>(
        &self,
        phase: Phase,
        cards: impl Iterator<Item = (usize, &'c Card)>,
    ) -> Result<Vec<Judged<'c>>, CliError> {
        if phase != Phase::Todo {
            return Ok(cards.map(|(at, card)| (at, None, card)).collect());
        }
        let actor = self.session.actor(Role::Worker)?;
        let floor = Floor::new(self.view, &actor.by, &actor.clone).map_err(StoreError::from)?;
        let is_done = |id: &TaskId| self.queue.is_done(id);
        let against = |card| ready::against(&floor, card, self.queue.cards(), &is_done);
        Ok(cards.map(|(at, card)| (at, against(card), card)).collect())
    }

    fn row(&self, ground: Option<&'static Ground>, card: &Card) -> Result<Row, CliError> {
        let what = format!("{} is listed and not there", card.id);
        let task = self.view.task(&card.id)?.map(Found::into_task);
        let task = task.ok_or_else(|| Refusal::new(&ground::NO_SUCH_TASK, what))?;
        let fence = task.claim.as_ref().map(|claim| claim.fence);
        let own = |lock: &&Lock| lock.task.as_ref() == Some(&task.id) && Some(lock.fence) == fence;
        let waits = match ground {
            None => None,
            Some(ground) => {
                let actor = self.session.actor(Role::Worker)?;
                Some(ready::reason(self.view, &actor, self.clock, card, ground)?)
            }
        };
        Ok(Row {
            lock: self.locks.iter().find(own).cloned(),
            waits,
            open: self.open(&task),
            gone: self.gone(card),
            results: self.view.results(&task.id)?,
            task,
        })
    }

    fn open(&self, task: &Task) -> Vec<TaskId> {
        let needed = task.depends_on.iter();
        needed.filter(|id| !self.queue.is_done(id)).cloned().collect()
    }

    fn gone(&self, card: &Card) -> Vec<TaskId> {
        let is_done = |id: &TaskId| self.queue.is_done(id);
        let gone = given_up(card, self.queue.cards(), &is_done);
        gone.into_iter().cloned().collect()
    }
}

/// The archived tasks by their last event, newest first, and how many are archived.
fn done_last(
    session: &Session<'_>,
    view: &TreeView<'_>,
    moment: Moment,
    limit: usize,
) -> Result<(Vec<Task>, usize), CliError> {
    let mut left = view.archived_ids()?;
    let count = left.len();
    let mut found: Vec<TaskId> = Vec::new();
    if limit == 0 || left.is_empty() {
        return Ok((Vec::new(), count));
    }
    let mut seen = 0;
    lane_store::entries(session.repo, moment.commit, |entry| {
        seen += 1;
        if let Some(task) = entry.event.what.task()
            && left.remove(task.as_str())
        {
            found.push(task.clone());
        }
        found.len() < limit && !left.is_empty() && seen < REACH
    })?;
    let mut done = archived(view, found);
    if done.len() < limit {
        let older = left.iter().filter_map(|id| TaskId::new(id).ok()).take(OLDER);
        let mut older = archived(view, older);
        let landed = |task: &Task| task.completion.as_ref().map(|end| end.at);
        let given_up = |task: &Task| task.abandoned.as_ref().map(|end| end.at);
        older.sort_by_key(|task| std::cmp::Reverse(landed(task).or(given_up(task))));
        older.truncate(limit - done.len());
        done.extend(older);
    }
    Ok((done, count))
}

fn archived(view: &TreeView<'_>, ids: impl IntoIterator<Item = TaskId>) -> Vec<Task> {
    let mut tasks = Vec::new();
    for id in ids {
        match view.task(&id) {
            Ok(Some(Found::Archived(task))) => tasks.push(*task),
            Ok(_) => {}
            Err(fault) => paint::warning(&text::escape(&fault.to_string())),
        }
    }
    tasks
}
