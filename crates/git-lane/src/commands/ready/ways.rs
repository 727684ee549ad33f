//! What leads on where a task cannot be taken: for each reason the command that satisfies it, or until when to wait.

use std::collections::BTreeSet;

use lane_core::apply::without_dependencies;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::ready::Card;
use lane_core::record::Lock;
use lane_core::record::Phase;
use lane_core::refusal::Held;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::refusal::reclaim;
use lane_core::time::LEASE_GRACE_SECS;
use lane_core::time::Span;
use lane_core::time::Timestamp;
use lane_core::view::Lane;
use lane_core::view::View as _;
use lane_store::Actor;
use lane_store::Queue;
use lane_store::TreeView;
use serde_json::Value;
use serde_json::json;

use super::reasons;
use crate::error::CliError;
use crate::own_lanes::OwnLanes;
use crate::show::json;
use crate::show::refusal::holder;
use crate::show::when;

/// How many open dependencies of one task are told.
const OPEN_MAX: usize = 8;

/// When a task goes on that waits for what its reason says: only people know.
const OVER: &str = "once that is over";

/// When what is handed off can be closed: whoever integrates merges it.
const LANDED: &str = "once its branch is on the integration branch";

/// What leads on from one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A command that satisfies it, or comes nearer to that.
    Run(String),
    /// A command for when something is so that git-lane cannot know.
    Once { so: &'static str, run: String },
    /// None: others move it. At this time at the latest something can be done, if nothing is heard until then; the
    /// command shows how far it is.
    Wait { until: Option<Timestamp>, look: String },
}

/// One thing that stands against taking a task, and what leads on from there.
pub(super) struct Reason {
    pub(super) no: Refusal,
    /// Who has it in hand, for what the refusal does not name.
    pub(super) whose: Vec<String>,
    pub(super) ways: Vec<Way>,
}

/// A task that cannot be taken.
pub(super) struct Waiting<'c> {
    pub(super) card: &'c Card,
    pub(super) reasons: Vec<Reason>,
}

impl Waiting<'_> {
    /// The command that brings the task nearer, and whether it is all that is missing.
    pub(super) fn way_on(&self) -> Option<(bool, &str)> {
        let ways = || self.reasons.iter().flat_map(|reason| &reason.ways);
        let all = ways().all(|way| matches!(way, Way::Run(_)));
        ways().find_map(|way| match way {
            Way::Run(line) => Some((all, line.as_str())),
            _ => None,
        })
    }

    /// From when on something can be done about it, if nothing happens until then.
    pub(super) fn until(&self) -> Option<Timestamp> {
        let ways = self.reasons.iter().flat_map(|reason| &reason.ways);
        let waits = ways.filter_map(|way| match way {
            Way::Wait { until, .. } => Some(*until),
            _ => None,
        });
        // What has no end makes no end of the others'.
        waits.collect::<Option<Vec<_>>>()?.into_iter().max()
    }
}

impl Reason {
    /// The lines below the reason: who has it, and one for each way on.
    pub(super) fn lines(&self, now: Timestamp) -> Vec<String> {
        let way = |way: &Way| match way {
            Way::Run(line) => line.clone(),
            Way::Once { so, run } => format!("{so}: {run}"),
            Way::Wait { until: None, look } => format!("wait; how far it is: {look}"),
            Way::Wait {
                until: Some(at),
                look,
            } => format!(
                "wait until {}, unless it is renewed; how far it is: {look}",
                when::moment(*at, now)
            ),
        };
        self.whose
            .iter()
            .cloned()
            .chain(self.ways.iter().map(way))
            .collect()
    }

    /// The refusal with the commands that really lead on, and until when to wait.
    pub(super) fn as_json(&self, task: &TaskId) -> Value {
        let run = |way: &Way| match way {
            Way::Run(line) => Some(line.clone()),
            _ => None,
        };
        let until = |way: &Way| match way {
            Way::Wait { until, .. } => *until,
            _ => None,
        };
        let mut value = json::refusal(&self.no);
        value["task"] = json!(task.as_str());
        value["hints"] = json!(self.ways.iter().filter_map(run).collect::<Vec<_>>());
        value["wait_until"] = json!(self.ways.iter().filter_map(until).min().map(|at| at.to_string()));
        value
    }
}

/// What the ways on are read from: one state, as one agent sees it.
pub(super) struct Guide<'a> {
    pub(super) view: &'a TreeView<'a>,
    pub(super) actor: &'a Actor,
    pub(super) now: Timestamp,
    pub(super) queue: &'a Queue<'a>,
    pub(super) own: &'a OwnLanes<'a>,
    pub(super) ready: BTreeSet<&'a TaskId>,
    pub(super) locks: Vec<Lock>,
}

impl Guide<'_> {
    /// All that stands against claiming the card's task, the named ground first.
    pub(super) fn waiting<'c>(
        &self,
        card: &'c Card,
        first: &'static ground::Ground,
    ) -> Result<Waiting<'c>, CliError> {
        let found = reasons(self.view, self.actor, self.now, card, first)?;
        let reason = |no: Refusal| {
            let (whose, ways) = self.ways(card, &no);
            Reason { no, whose, ways }
        };
        Ok(Waiting {
            card,
            reasons: found.into_iter().map(reason).collect(),
        })
    }

    fn ways(&self, card: &Card, no: &Refusal) -> (Vec<String>, Vec<Way>) {
        let edit =
            |option: &str, word: &str| run(&["git", "lane", "task", "edit", card.id.as_str(), option, word]);
        let way = match no.ground.id {
            "already-claimed" => match &card.lane {
                Some(lane) => return (self.whose(no), vec![self.lane(lane)]),
                None => first_hint(no),
            },
            "foreign-lock" => return (self.whose(no), vec![self.held(no)]),
            "dependency-open" => return self.needed(card),
            "blocker-open" => match &card.blocked_on {
                Some(on) if self.card(on).is_none() => run(&["git", "lane", "unblock", card.id.as_str()]),
                Some(on) => return (self.who(on).into_iter().collect(), vec![self.task(on)]),
                None => Way::Once {
                    so: OVER,
                    run: command(&["git", "lane", "unblock", card.id.as_str()]),
                },
            },
            "scope-missing" | "scope-too-complex" | "outside-area" | "invalid-input" => {
                edit("--scope", "GLOB")
            }
            "unknown-area" => edit("--area", "AREA"),
            "branch-taken" => edit("--branch", "NAME"),
            "area-full" => self.room(|lane| lane.area == card.area),
            "capacity-full" => self.room(|lane| lane.status == Phase::InProgress),
            "role-not-allowed" => Way::Wait {
                until: None,
                look: "git lane policy show".to_owned(),
            },
            _ => first_hint(no),
        };
        (Vec::new(), vec![way])
    }

    /// The open dependencies, each with who has it and what leads on.
    fn needed(&self, card: &Card) -> (Vec<String>, Vec<Way>) {
        let open = card.depends_on.iter().filter(|id| !self.queue.is_done(id));
        let (open, gone): (Vec<&TaskId>, Vec<&TaskId>) = open.partition(|id| self.card(id).is_some());
        if !gone.is_empty() {
            let whose = gone
                .iter()
                .map(|id| format!("{id} was given up, or is not there"));
            let free = without_dependencies(&card.id, &gone);
            return (whose.take(OPEN_MAX).collect(), vec![Way::Run(free)]);
        }
        let open: Vec<&TaskId> = open.into_iter().take(OPEN_MAX).collect();
        let whose = open.iter().filter_map(|id| self.who(id)).collect();
        (whose, open.into_iter().map(|id| self.task(id)).collect())
    }

    /// What leads on to a task that must be done first.
    fn task(&self, id: &TaskId) -> Way {
        let Some(card) = self.card(id) else {
            return Way::Wait {
                until: None,
                look: "git lane task list".to_owned(),
            };
        };
        match &card.lane {
            Some(lane) => self.lane(lane),
            None if self.ready.contains(id) => run(&["git", "lane", "start", id.as_str()]),
            None => self.look(id, None),
        }
    }

    /// What leads on to a lane that has to be finished first.
    fn lane(&self, lane: &Lane) -> Way {
        let own = self.own.has(&lane.task);
        match lane.status {
            status if status.is_handed_off() => Way::Once {
                so: LANDED,
                run: command(&["git", "lane", "done", lane.task.as_str()]),
            },
            Phase::InProgress if own && self.has_worktrees() => Way::Run(self.own.enter(lane)),
            Phase::InProgress if own => run(&["git", "lane", "resume", lane.task.as_str()]),
            Phase::Blocked if own => self.own_blocked(&lane.task),
            _ => match self.lock_of(lane) {
                Some(lock) => self.lock(lock),
                None => self.look(&lane.task, None),
            },
        }
    }

    /// What leads on to a lane of one's own that waits itself.
    fn own_blocked(&self, id: &TaskId) -> Way {
        let on = self.card(id).and_then(|card| card.blocked_on.as_ref());
        let unblock = command(&["git", "lane", "unblock", id.as_str()]);
        match on {
            Some(on) if self.queue.is_done(on) => Way::Run(unblock),
            Some(on) => self.look(on, None),
            None => Way::Once {
                so: OVER,
                run: unblock,
            },
        }
    }

    fn held(&self, no: &Refusal) -> Way {
        let Some(held) = &no.held else {
            return first_hint(no);
        };
        let lock = self
            .locks
            .iter()
            .find(|lock| Some(&lock.id) == held.lock.as_ref());
        let lane = held
            .task
            .as_ref()
            .and_then(|task| self.card(task))
            .and_then(|card| card.lane.as_ref());
        match (lane, lock) {
            (Some(lane), _) => self.lane(lane),
            (None, Some(lock)) => self.lock(lock),
            (None, None) => first_hint(no),
        }
    }

    /// A lock of somebody else, or of work that is not in progress: taken away when its lease is over, else left.
    fn lock(&self, lock: &Lock) -> Way {
        let own = lock.is_held_by(&self.actor.by, &self.actor.clone);
        if lock.is_over(self.now) && !own {
            return Way::Run(reclaim(&lock.id));
        }
        let until = (!lock.kept && !own).then(|| self.over(lock));
        match &lock.task {
            Some(task) => self.look(task, until),
            None => Way::Wait {
                until,
                look: "git lane locks".to_owned(),
            },
        }
    }

    /// From when on a lock can be taken away, if its holder gives no sign of life.
    fn over(&self, lock: &Lock) -> Timestamp {
        lock.expires.after(Span::from_secs(LEASE_GRACE_SECS + 1))
    }

    /// Lanes that take the room: one of one's own to be finished, else the first lease that could be over.
    fn room(&self, takes: impl Fn(&Lane) -> bool) -> Way {
        let cards = self.queue.cards().iter();
        let lanes: Vec<&Lane> = cards
            .filter_map(|card| card.lane.as_ref())
            .filter(|lane| takes(lane))
            .collect();
        let ways: Vec<Way> = lanes.into_iter().map(|lane| self.lane(lane)).collect();
        let run = ways.iter().find(|way| matches!(way, Way::Run(_))).cloned();
        run.unwrap_or_else(|| Way::Wait {
            until: ways
                .iter()
                .filter_map(|way| match way {
                    Way::Wait { until, .. } => *until,
                    _ => None,
                })
                .min(),
            look: "git lane status".to_owned(),
        })
    }

    fn look(&self, id: &TaskId, until: Option<Timestamp>) -> Way {
        Way::Wait {
            until,
            look: command(&["git", "lane", "show", id.as_str()]),
        }
    }

    /// Who stands in the way, as the refusal names it.
    fn whose(&self, no: &Refusal) -> Vec<String> {
        let held = |held: &Held| format!("held by {}", holder(held, self.now));
        no.held.iter().map(held).collect()
    }

    /// Who has a task that must be done first.
    fn who(&self, id: &TaskId) -> Option<String> {
        let card = self.card(id)?;
        let Some(lane) = &card.lane else {
            return Some(format!("{id} is {}, and nobody holds it", card.status));
        };
        let you = if self.own.has(id) { " (you)" } else { "" };
        let lease = self
            .lock_of(lane)
            .map(|lock| format!(" {}", when::lease(lock, self.now)));
        Some(format!(
            "{id} is {}, held by {}{you}{}",
            lane.status,
            lane.by,
            lease.unwrap_or_default()
        ))
    }

    fn card(&self, id: &TaskId) -> Option<&Card> {
        let cards = self.queue.cards();
        cards
            .binary_search_by(|card| card.id.cmp(id))
            .ok()
            .map(|at| &cards[at])
    }

    fn lock_of(&self, lane: &Lane) -> Option<&Lock> {
        let its = |lock: &&Lock| lock.task.as_ref() == Some(&lane.task) && lock.fence == lane.fence;
        self.locks.iter().find(its)
    }

    fn has_worktrees(&self) -> bool {
        self.view
            .policy()
            .is_ok_and(|policy| policy.lanes.mode == Mode::B)
    }
}

fn run(words: &[&str]) -> Way {
    Way::Run(command(words))
}

/// What the refusal itself leads to. The list that is being printed is no way on.
fn first_hint(no: &Refusal) -> Way {
    match no.hints.iter().find(|hint| *hint != "git lane ready") {
        Some(hint) => Way::Run(hint.clone()),
        None => Way::Wait {
            until: None,
            look: "git lane status".to_owned(),
        },
    }
}
