//! Proof that a ledger is whole: the chain over all events, and on request the replay of every decision.

use lane_core::apply::Rejection;
use lane_core::apply::apply;
use lane_core::event::Message;
use lane_core::memory::Memory;
use lane_git::Commit;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::StoreError;
use crate::genesis::genesis_chain;
use crate::genesis::genesis_record;
use crate::layout;
use crate::mirror::Mirror;
use crate::tree_view::meta_at;

/// The most events that are walked.
const EVENTS_MAX: usize = 10_000_000;

/// A whole ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// How many events it has.
    pub events: u64,
    /// The chain value of the last.
    pub chain: String,
    /// The repository's id.
    pub repository: String,
    /// Whether every decision was replayed and every tree compared.
    pub replayed: bool,
}

/// The first commit that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The commit.
    pub commit: Oid,
    /// Its place in the ledger, the genesis being 0.
    pub seq: u64,
    /// What is wrong with it.
    pub fault: String,
}

/// Verifies the ledger that ends at `tip`. `progress` is told how many of how many events are done.
pub fn verify(
    repo: &Repo,
    tip: Oid,
    full: bool,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Result<Proof, Fault>, StoreError> {
    let mut chain = repo.first_parent_chain(tip, None, EVENTS_MAX)?;
    chain.reverse();
    let total = chain.len() as u64;
    let first = repo.commit(chain[0])?;
    let mut walk = match Walk::begin(repo, &first, full)? {
        Ok(walk) => walk,
        Err(fault) => return Ok(Err(fault)),
    };
    for id in &chain[1..] {
        let commit = repo.commit(*id)?;
        walk.seq += 1;
        if let Err(fault) = walk.step(&commit) {
            return Ok(Err(Fault {
                commit: *id,
                seq: walk.seq,
                fault,
            }));
        }
        progress(walk.seq, total);
    }
    Ok(Ok(Proof {
        events: walk.seq,
        chain: walk.chain,
        repository: walk.repository,
        replayed: full,
    }))
}

struct Walk {
    repository: String,
    chain: String,
    seq: u64,
    before: Oid,
    replay: Option<(Memory, Mirror)>,
}

impl Walk {
    fn begin(repo: &Repo, first: &Commit, full: bool) -> Result<Result<Self, Fault>, StoreError> {
        let wrong = |fault: &str| {
            Ok(Err(Fault {
                commit: first.id,
                seq: 0,
                fault: fault.to_owned(),
            }))
        };
        if !first.parents.is_empty() {
            return wrong(
                "is where this clone's history of the state begins, but not where the state began (a shallow or partial copy)",
            );
        }
        let meta = meta_at(repo, first.tree)?;
        if crate::genesis(repo, &meta.repository)? != first.id {
            return wrong("is not the first commit that this repository's id gives");
        }
        let mut mirror = Mirror::default();
        mirror.put(
            layout::META,
            Some(lane_git::hash_blob(genesis_record(&meta.repository)?.as_bytes())),
        );
        Ok(Ok(Self {
            chain: genesis_chain(&meta.repository),
            seq: 0,
            before: first.id,
            replay: full.then(|| (Memory::genesis(&meta.repository), mirror)),
            repository: meta.repository,
        }))
    }

    fn step(&mut self, commit: &Commit) -> Result<(), String> {
        if commit.parents != [self.before] {
            return Err("has other parents than the one commit before it".to_owned());
        }
        let text =
            std::str::from_utf8(&commit.message).map_err(|_| "has a message that is not UTF-8".to_owned())?;
        let message = Message::find(text).map_err(|e| e.to_string())?;
        if message.expected_chain(&self.chain) != message.chain {
            return Err(
                "breaks the chain: its event is not what was written, or one before it is missing".to_owned(),
            );
        }
        if let Some((memory, mirror)) = &mut self.replay {
            let event = message.event().map_err(|e| e.to_string())?;
            if event.seq != self.seq {
                return Err(format!(
                    "says that it is event {}, but is {}",
                    event.seq, self.seq
                ));
            }
            if commit.time != event.at.secs() {
                return Err("is dated otherwise than its event".to_owned());
            }
            if !text.starts_with(&format!("{}\n\n[event]\n", event.sentence())) {
                return Err("has a subject that is not its event's sentence".to_owned());
            }
            replay(memory, mirror, &event)?;
            if mirror.oid() != commit.tree {
                return Err("has a tree that does not follow from its events".to_owned());
            }
        }
        message.chain.clone_into(&mut self.chain);
        self.before = commit.id;
        Ok(())
    }
}

fn replay(memory: &mut Memory, mirror: &mut Mirror, event: &lane_core::event::Event) -> Result<(), String> {
    let writes = apply(memory, event).map_err(|rejection| match rejection {
        Rejection::Refused(refusal) => format!("was not allowed ({}): {}", refusal.ground.id, refusal.what),
        Rejection::Unreadable(unreadable) => unreadable.to_string(),
    })?;
    for write in writes {
        mirror.write(&write).map_err(|e| e.to_string())?;
        memory.write(write);
    }
    Ok(())
}
