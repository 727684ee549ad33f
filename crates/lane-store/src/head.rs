//! What a commit of the state ref says about the ledger: its place, its chain, its tree.

use lane_core::event::Message;
use lane_core::time::Timestamp;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::StoreError;
use crate::genesis::genesis_chain;
use crate::tree_view::meta_at;

/// The end of the ledger at one commit.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) commit: Oid,
    pub(crate) tree: Oid,
    pub(crate) seq: u64,
    /// When the event happened; none before the first one.
    pub(crate) at: Option<Timestamp>,
    pub(crate) chain: String,
}

impl Head {
    pub(crate) fn read(repo: &Repo, tip: Oid) -> Result<Self, StoreError> {
        let commit = repo.commit(tip)?;
        let ledger = |fault: String| StoreError::Ledger { commit: tip, fault };
        if commit.parents.len() > 1 {
            return Err(ledger(
                "has two parents; the state is one line of commits".to_owned(),
            ));
        }
        if commit.parents.is_empty() {
            let meta = meta_at(repo, commit.tree)?;
            let chain = genesis_chain(&meta.repository);
            return Ok(Self {
                commit: tip,
                tree: commit.tree,
                seq: 0,
                at: None,
                chain,
            });
        }
        let message = std::str::from_utf8(&commit.message)
            .map_err(|_| ledger("has a message that is not UTF-8".into()))?;
        let found = Message::find(message).map_err(|e| ledger(e.to_string()))?;
        let event = found.event().map_err(|e| ledger(e.to_string()))?;
        Ok(Self {
            commit: tip,
            tree: commit.tree,
            seq: event.seq,
            at: Some(event.at),
            chain: found.chain.to_owned(),
        })
    }
}
