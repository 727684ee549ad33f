//! The whole queue in brief, for lists and for `claim` without an id: cached by tree, refreshed by what changed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::id::TaskId;
use lane_core::ready::Card;
use lane_core::record::Phase;
use lane_core::view::Found;
use lane_core::view::Unreadable;
use lane_core::view::View as _;
use lane_git::Oid;
use serde::Deserialize;
use serde::Serialize;

use crate::cache;
use crate::cache::Step;
use crate::store::Store;
use crate::tree_view::TreeView;

#[derive(Clone, Default, Serialize, Deserialize)]
struct Kept {
    cards: Vec<Card>,
    broken: Vec<(String, String)>,
    /// Ids that are known to be done: an archive only grows.
    archived: BTreeSet<TaskId>,
}

/// The queue in brief, sorted by id.
pub struct Queue<'v> {
    view: &'v TreeView<'v>,
    cards: Vec<Card>,
    broken: Vec<Unreadable>,
    archived: RefCell<BTreeSet<TaskId>>,
    learnt: RefCell<bool>,
}

impl<'v> Queue<'v> {
    /// The queue of `view`.
    pub fn read(store: &Store<'_>, view: &'v TreeView<'v>) -> Result<Self, Unreadable> {
        let path = store.local_dir().join("cache/queue");
        let queue = cache::queue_tree(store, view.tree)?;
        let usable = |at: &Oid| *at == queue || store.repo.has_object(*at).unwrap_or(false);
        let cached = cache::load::<Kept>(store, &path).filter(|(at, _)| usable(at));
        let (at, kept) = cached.map_or((None, Kept::default()), |(at, kept)| (Some(at), kept));
        let mut kept = if at == Some(queue) {
            kept
        } else {
            let kept = follow(kept, cache::steps(store, view.tree, at)?);
            if view.may_write_cache() && store.may_write_cache() {
                cache::save(&path, queue, &kept);
            }
            kept
        };
        if view.is_past() {
            // What is done now need not have been done then.
            kept.archived.clear();
        }
        Ok(Self {
            view,
            broken: kept
                .broken
                .iter()
                .map(|(path, fault)| crate::records::fault(path, fault.clone()))
                .collect(),
            cards: kept.cards,
            archived: RefCell::new(kept.archived),
            learnt: RefCell::new(false),
        })
    }

    /// All live tasks in brief.
    pub fn cards(&self) -> &[Card] {
        &self.cards
    }

    /// The records that could not be read; they are left out of the list.
    pub fn broken(&self) -> &[Unreadable] {
        &self.broken
    }

    /// Whether a task is done. One that was given up is not, nor is an id that is nowhere.
    pub fn is_done(&self, id: &TaskId) -> bool {
        // `follow` keeps the cards sorted by id.
        if self.cards.binary_search_by(|card| card.id.cmp(id)).is_ok() {
            return false;
        }
        if self.archived.borrow().contains(id) {
            return true;
        }
        let done =
            matches!(self.view.task(id), Ok(Some(Found::Archived(task))) if task.status == Phase::Done);
        if done {
            self.archived.borrow_mut().insert(id.clone());
            *self.learnt.borrow_mut() = true;
        }
        done
    }

    /// Keeps what was learnt about the archive for the next reader.
    pub fn remember(&self, store: &Store<'_>) {
        let Ok(queue) = cache::queue_tree(store, self.view.tree) else {
            return;
        };
        if *self.learnt.borrow() && self.view.may_write_cache() && store.may_write_cache() {
            let broken = self
                .broken
                .iter()
                .map(|u| (u.path.clone(), u.fault.clone()))
                .collect();
            let kept = Kept {
                cards: self.cards.clone(),
                broken,
                archived: self.archived.borrow().clone(),
            };
            cache::save(&store.local_dir().join("cache/queue"), queue, &kept);
        }
    }
}

fn follow(kept: Kept, steps: Vec<Step>) -> Kept {
    let mut cards: BTreeMap<TaskId, Card> = kept.cards.into_iter().map(|c| (c.id.clone(), c)).collect();
    let mut broken: BTreeMap<String, (String, String)> = kept
        .broken
        .into_iter()
        .map(|(path, fault)| (id_of(&path), (path, fault)))
        .collect();
    for step in steps {
        match step {
            Step::Put(task) => {
                broken.remove(task.id.as_str());
                cards.insert(task.id.clone(), Card::of(&task));
            }
            Step::Gone(id) => {
                broken.remove(&id);
                cache::forget(&mut cards, &id);
            }
            Step::Broken(id, unreadable) => {
                cache::forget(&mut cards, &id);
                broken.insert(id, (unreadable.path, unreadable.fault));
            }
        }
    }
    Kept {
        cards: cards.into_values().collect(),
        broken: broken.into_values().collect(),
        archived: kept.archived,
    }
}

fn id_of(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".toml").unwrap_or(name).to_owned()
}
