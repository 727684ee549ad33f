//! A chain of events being built on one commit: each is judged on the state that it will follow, and written; no ref
//! moves.

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

use crate::error::StoreError;
use crate::head::Head;
use crate::layout;
use crate::settle;
use crate::settle::Leases;
use crate::source::Actor;
use crate::store::Store;
use crate::transact::Committed;
use crate::transact::DUE_MAX;
use crate::transact::Decide;
use crate::tree_view::TreeView;

/// Paths of the state's tree with their new blobs; none for a file that goes.
type Edits = BTreeMap<String, Option<Oid>>;

/// The end of a chain.
pub(crate) struct Chain<'s> {
    store: &'s Store<'s>,
    head: Head,
}

impl<'s> Chain<'s> {
    /// A chain that begins on `commit`.
    pub(crate) fn on(store: &'s Store<'s>, commit: Oid) -> Result<Self, StoreError> {
        Ok(Self {
            store,
            head: Head::read(store.repo, commit)?,
        })
    }

    /// The last commit.
    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// The state after the last event.
    pub(crate) fn view(&self) -> Result<TreeView<'s>, StoreError> {
        TreeView::open(self.store, self.head.tree)
    }

    /// The next event: now, by this chain's place.
    pub(crate) fn event(&self, id: String, actor: &Actor, what: Payload) -> Event {
        // One reading of the clock for both: a second may pass between two.
        let at = match &what {
            Payload::TaskAdded { task } => task.created,
            // The clock may have been set back since the sign was seen.
            Payload::LockRenewed { seen, .. } => self.store.source.now().max(*seen),
            _ => self.store.source.now(),
        };
        Event {
            id,
            seq: self.head.seq + 1,
            at,
            by: actor.by.clone(),
            clone: actor.clone.clone(),
            role: actor.role,
            rules: RULES,
            what,
        }
    }

    /// The next event of a decision: what is due before it, or itself; says which. An error of the decision itself
    /// comes first: a typo must not adopt a policy.
    pub(crate) fn next(
        &self,
        actor: &Actor,
        decide: Decide<'_>,
    ) -> Result<(Actor, Payload, bool), StoreError> {
        let view = self.view()?;
        let now = self.store.source.now();
        let payload = decide(&view);
        let leases = if matches!(payload, Ok(Payload::LockReclaimed { .. })) {
            Leases::Exactly
        } else {
            Leases::Thirds
        };
        Ok(match settle::due(self.store, &view, actor, leases, now)? {
            Some((actor, payload)) => (actor, payload, false),
            None => (actor.clone(), payload?, true),
        })
    }

    /// Appends a decision as the event `id`, and before it what is due.
    pub(crate) fn decide(
        &mut self,
        id: &str,
        actor: &Actor,
        decide: Decide<'_>,
    ) -> Result<Committed, StoreError> {
        for _ in 0..DUE_MAX {
            let (actor, payload, last) = self.next(actor, decide)?;
            let id = if last {
                id.to_owned()
            } else {
                self.store.source.nonce()
            };
            let committed = self.append(self.event(id, &actor, payload))?;
            if last {
                return Ok(committed);
            }
        }
        Err(StoreError::Contention(format!(
            "more than {DUE_MAX} events were due"
        )))
    }

    /// Appends one event, if `apply` takes it, and reads back what was written.
    pub(crate) fn append(&mut self, event: Event) -> Result<Committed, StoreError> {
        let writes = apply(&self.view()?, &event)?;
        self.store.source.failpoint("decided");
        let (tree, edits) = self.write_tree(&writes)?;
        let (tip, chain) = self.write_event(tree, &event)?;
        self.store.repo.flush_objects()?;
        self.read_back(tree, &edits)?;
        self.store.source.failpoint("written");
        self.head = Head {
            commit: tip,
            tree,
            seq: event.seq,
            at: Some(event.at),
            chain,
        };
        Ok(Committed { event, writes, tip })
    }

    /// The tree that `event` would give. Objects are written, but for what is there already; nothing names them.
    pub(crate) fn tree_after(&self, event: &Event) -> Result<Oid, StoreError> {
        let writes = apply(&self.view()?.of_the_past(), event)?;
        Ok(self.write_tree(&writes)?.0)
    }

    /// Writes the changed records.
    fn write_tree(&self, writes: &[Write]) -> Result<(Oid, Edits), StoreError> {
        let repo = self.store.repo;
        let mut edits = BTreeMap::new();
        for write in writes {
            for (path, text) in layout::edits(write)? {
                let blob = text
                    .as_ref()
                    .map(|text| repo.write_blob(text.as_bytes()))
                    .transpose()?;
                edits.insert(path, blob);
            }
        }
        Ok((repo.edit_tree(Some(self.head.tree), &edits)?, edits))
    }

    /// Reads the changed records as they lie in the tree on disk.
    fn read_back(&self, tree: Oid, edits: &Edits) -> Result<(), StoreError> {
        for (path, blob) in edits {
            let found = self.store.repo.entry_at(tree, path)?.map(|entry| entry.oid);
            let whole = blob.is_none_or(|oid| {
                self.store
                    .repo
                    .blob(oid, lane_core::codec::MAX_BYTES)
                    .is_ok_and(|bytes| lane_git::hash_blob(&bytes) == oid)
            });
            if found != *blob || !whole {
                return Err(StoreError::ReadBack(path.clone()));
            }
        }
        Ok(())
    }

    fn write_event(&self, tree: Oid, event: &Event) -> Result<(Oid, String), StoreError> {
        let repo = self.store.repo;
        let (message, chain) = write_message(event, &self.head.chain)?;
        let author = repo.identity()?.unwrap_or_else(|| Ident {
            name: event.by.to_string(),
            email: "unknown@localhost".to_owned(),
        });
        let commit = NewCommit {
            tree,
            parents: vec![self.head.commit],
            author,
            time: event.at.secs(),
            message: &message,
        };
        Ok((repo.write_commit(&commit)?, chain))
    }
}
