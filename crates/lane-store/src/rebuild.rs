//! A state rebuilt from events alone, by the same `apply` that judged them: no object is read or written.

use std::collections::HashMap;

use lane_core::apply::Rejection;
use lane_core::apply::apply;
use lane_core::event::Event;
use lane_core::memory::Memory;
use lane_git::Oid;
use lane_git::hash_blob;

use crate::error::StoreError;
use crate::genesis::genesis_chain;
use crate::genesis::genesis_record;
use crate::layout;
use crate::mirror::Mirror;

/// The state after some events, and where their chain stands.
pub struct Rebuild {
    memory: Memory,
    mirror: Mirror,
    chain: String,
    seq: u64,
    ids: HashMap<String, u64>,
}

/// What one event did to a record's file: its path in the state's tree, and what it says now; none when it went.
pub type Edit = (String, Option<String>);

impl Rebuild {
    /// The state of a repository before the first event.
    ///
    /// # Errors
    /// When the id cannot be put into a record.
    pub fn genesis(repository: &str) -> Result<Self, StoreError> {
        let mut mirror = Mirror::default();
        let record = genesis_record(repository)?;
        mirror.put(layout::META, Some(hash_blob(record.as_bytes())));
        Ok(Self {
            memory: Memory::genesis(repository),
            mirror,
            chain: genesis_chain(repository),
            seq: 0,
            ids: HashMap::new(),
        })
    }

    /// Takes the next event, whose chain value is `chain`, or says what is wrong with it. Gives what it wrote.
    ///
    /// Whether that value is right is the caller's to ask ([`Rebuild::chain`] is the one before).
    pub fn take(&mut self, event: &Event, chain: &str) -> Result<Vec<Edit>, String> {
        self.seq += 1;
        if event.seq != self.seq {
            return Err(format!(
                "says that it is event {}, but is {}",
                event.seq, self.seq
            ));
        }
        if let Some(first) = self.ids.insert(event.id.clone(), self.seq) {
            return Err(format!("has the id of event {first}"));
        }
        let writes = apply(&self.memory, event).map_err(words)?;
        let mut edits = Vec::new();
        for write in writes {
            edits.extend(layout::edits(&write).map_err(|e| e.to_string())?);
            self.memory.write(write);
        }
        for (path, text) in &edits {
            let blob = text.as_ref().map(|text| hash_blob(text.as_bytes()));
            self.mirror.put(path, blob);
        }
        chain.clone_into(&mut self.chain);
        Ok(edits)
    }

    /// The tree's object name.
    pub fn tree(&mut self) -> Oid {
        self.mirror.oid()
    }

    /// The records' files: what must be in the tree.
    pub(crate) fn files(&self) -> &Mirror {
        &self.mirror
    }

    /// The records.
    pub fn state(&self) -> &Memory {
        &self.memory
    }

    /// The chain value of the last event.
    pub fn chain(&self) -> &str {
        &self.chain
    }

    /// How many events were taken.
    pub fn events(&self) -> u64 {
        self.seq
    }
}

fn words(rejection: Rejection) -> String {
    match rejection {
        Rejection::Refused(refusal) => format!("was not allowed ({}): {}", refusal.ground.id, refusal.what),
        Rejection::Unreadable(unreadable) => unreadable.to_string(),
    }
}
