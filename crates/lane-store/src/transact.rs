//! The one way in: load, decide, apply, write, compare-and-swap; on a lost race load again and decide again.

use std::collections::BTreeMap;

use lane_core::apply::Write;
use lane_core::apply::apply;
use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::event::write_message;
use lane_git::Ident;
use lane_git::NewCommit;
use lane_git::Oid;
use lane_git::OsLock;
use lane_git::SwapError;

use crate::error::StoreError;
use crate::head::Head;
use crate::journal;
use crate::layout;
use crate::settle;
use crate::settle::Leases;
use crate::source::Actor;
use crate::store::STATE_REF;
use crate::store::Store;
use crate::tree_view::TreeView;

/// How often a lost race is run again.
const TRIES: usize = 32;

/// How many due events go before one decision: one for each holder of this clone, at the worst.
const DUE_MAX: usize = 10_000;

/// Paths of the state's tree with their new blobs; none for a file that goes.
type Edits = BTreeMap<String, Option<Oid>>;

/// What a transaction put on the ref.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The event.
    pub event: Event,
    /// What it wrote.
    pub writes: Vec<Write>,
    /// The commit.
    pub tip: Oid,
}

impl Store<'_> {
    /// Decides on the current state and commits what was decided. `decide` sees the state that its event will
    /// follow, and runs again when another process was faster.
    pub fn transact(
        &self,
        actor: &Actor,
        decide: &mut dyn FnMut(&TreeView<'_>) -> Result<Payload, StoreError>,
    ) -> Result<Committed, StoreError> {
        let guard = self.os_lock()?;
        let mut lost = 0;
        for _ in 0..DUE_MAX {
            let head = self.head()?;
            let view = TreeView::open(self, head.tree)?;
            let now = self.source.now();
            // An error of the decision itself comes first: a typo must not adopt a policy.
            let payload = decide(&view);
            let leases = if matches!(payload, Ok(Payload::LockReclaimed { .. })) {
                Leases::Exactly
            } else {
                Leases::Thirds
            };
            let due = settle::due(self, &view, actor, leases, now)?;
            let (actor, payload, last) = match due {
                Some((actor, payload)) => (actor, payload, false),
                None => (actor.clone(), payload?, true),
            };
            let Some(committed) = self.attempt(&guard, &head, &view, &actor, payload)? else {
                lost += 1;
                if lost == TRIES {
                    break;
                }
                continue;
            };
            if last {
                return Ok(committed);
            }
        }
        Err(StoreError::Contention(format!(
            "the state moved {lost} times while this was decided"
        )))
    }

    /// Brings policy and leases up to date, if anything is due. Says whether anything was.
    pub fn settle(&self, actor: &Actor) -> Result<bool, StoreError> {
        if !self.is_due(actor)? {
            return Ok(false);
        }
        let guard = self.os_lock()?;
        for _ in 0..DUE_MAX {
            let head = self.head()?;
            let view = TreeView::open(self, head.tree)?;
            match settle::due(self, &view, actor, Leases::Thirds, self.source.now())? {
                None => return Ok(true),
                Some((actor, payload)) => drop(self.attempt(&guard, &head, &view, &actor, payload)?),
            }
        }
        Err(StoreError::Contention(format!(
            "more than {DUE_MAX} events were due"
        )))
    }

    fn is_due(&self, actor: &Actor) -> Result<bool, StoreError> {
        let view = self.view()?;
        Ok(settle::due(self, &view, actor, Leases::Thirds, self.source.now())?.is_some())
    }

    fn head(&self) -> Result<Head, StoreError> {
        Head::read(self.repo, self.tip()?.ok_or(StoreError::NotSetUp)?)
    }

    /// One event on top of `head`; none when somebody else moved the ref meanwhile.
    fn attempt(
        &self,
        guard: &OsLock,
        head: &Head,
        view: &TreeView<'_>,
        actor: &Actor,
        what: Payload,
    ) -> Result<Option<Committed>, StoreError> {
        // One reading of the clock for both: a second may pass between two.
        let at = match &what {
            Payload::TaskAdded { task } => task.created,
            _ => self.source.now(),
        };
        let event = Event {
            id: self.source.nonce(),
            seq: head.seq + 1,
            at,
            by: actor.by.clone(),
            clone: actor.clone.clone(),
            role: actor.role,
            rules: RULES,
            what,
        };
        let writes = apply(view, &event)?;
        self.source.failpoint("decided");
        let (tree, edits) = self.write_tree(head.tree, &writes)?;
        let tip = self.write_event(head, tree, &event)?;
        self.repo.flush_objects()?;
        self.read_back(tree, &edits)?;
        self.source.failpoint("written");
        match self.repo.swap_ref(STATE_REF, Some(head.commit), tip, guard) {
            Ok(()) => {}
            Err(SwapError::Moved { .. }) => return Ok(None),
            Err(SwapError::Locked { path, note }) => {
                return Err(StoreError::Contention(format!(
                    "the state ref is locked by {}: {note}",
                    path.display()
                )));
            }
            Err(SwapError::Git(e)) => return Err(e.into()),
            Err(other) => return Err(StoreError::Contention(other.to_string())),
        }
        self.source.failpoint("swapped");
        journal::append(&self.local_dir(), tip, event.seq, event.at);
        Ok(Some(Committed { event, writes, tip }))
    }

    /// Writes the changed records.
    fn write_tree(&self, base: Oid, writes: &[Write]) -> Result<(Oid, Edits), StoreError> {
        let mut edits = BTreeMap::new();
        for write in writes {
            for (path, text) in layout::edits(write)? {
                let blob = text
                    .as_ref()
                    .map(|text| self.repo.write_blob(text.as_bytes()))
                    .transpose()?;
                edits.insert(path, blob);
            }
        }
        Ok((self.repo.edit_tree(Some(base), &edits)?, edits))
    }

    /// Reads the changed records as they lie in the tree on disk.
    fn read_back(&self, tree: Oid, edits: &Edits) -> Result<(), StoreError> {
        for (path, blob) in edits {
            let found = self.repo.entry_at(tree, path)?.map(|entry| entry.oid);
            let whole = blob.is_none_or(|oid| {
                self.repo
                    .blob(oid, lane_core::codec::MAX_BYTES)
                    .is_ok_and(|bytes| lane_git::hash_blob(&bytes) == oid)
            });
            if found != *blob || !whole {
                return Err(StoreError::ReadBack(path.clone()));
            }
        }
        Ok(())
    }

    fn write_event(&self, head: &Head, tree: Oid, event: &Event) -> Result<Oid, StoreError> {
        let (message, _) = write_message(event, &head.chain)?;
        let author = self.repo.identity()?.unwrap_or_else(|| Ident {
            name: event.by.to_string(),
            email: "unknown@localhost".to_owned(),
        });
        let commit = NewCommit {
            tree,
            parents: vec![head.commit],
            author,
            time: event.at.secs(),
            message: &message,
        };
        Ok(self.repo.write_commit(&commit)?)
    }
}
