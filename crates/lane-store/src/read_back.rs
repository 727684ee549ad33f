//! A ledger read back from its tip: the commits' names, and the first of them that the chain speaks against.

use lane_core::event::Message;
use lane_git::Commit;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::StoreError;
use crate::genesis::genesis_chain;
use crate::genesis::genesis_name;
use crate::tree_view::meta_at;
use crate::verify::Fault;
use crate::verify::Proof;
use crate::verify::Watch;
use crate::verify::message_text;

/// The most events that are walked.
pub const EVENTS_MAX: usize = 10_000_000;

/// What was read. Each chain value is judged by the one that the commit before carries, so one pass backwards finds
/// what one forwards would; what it finds last is the first in the ledger.
#[derive(Default)]
pub(crate) struct ReadBack {
    /// The tip first; when all is read, the first commit first.
    names: Vec<Oid>,
    tree: Option<Oid>,
    value: String,
    repository: String,
    /// The first bad commit, by its place in `names` while the tip is first.
    bad: Option<(usize, String)>,
    /// The number of the oldest commit that was read.
    first: u64,
}

/// A commit's chain value; where it carries an event, its message waits for the chain value before it.
struct Link {
    chain: String,
    message: String,
}

impl Link {
    fn follows(&self, before: &str) -> bool {
        Message::find(&self.message).is_ok_and(|message| message.expected_chain(before) == self.chain)
    }
}

impl ReadBack {
    pub(crate) fn read(repo: &Repo, tip: Oid, watch: &mut dyn Watch) -> Result<Self, StoreError> {
        let mut chain = Self::default();
        let mut after: Option<Link> = None;
        let mut oldest: Option<Commit> = None;
        for commit in repo.first_parents(tip) {
            if chain.names.len() == EVENTS_MAX {
                return Err(too_many(tip));
            }
            let commit = match commit {
                Ok(commit) => commit,
                Err(GitError::Missing { oid } | GitError::WrongKind { oid, .. }) => {
                    chain.names.push(oid);
                    chain.note(0, "is not here, or is no commit");
                    chain.first = oldest.as_ref().and_then(seq).unwrap_or(1).saturating_sub(1);
                    return Ok(chain.turned());
                }
                Err(error) => return Err(error.into()),
            };
            chain.names.push(commit.id);
            chain.tree.get_or_insert(commit.tree);
            after = chain.link(repo, &commit, after.as_ref())?;
            watch.progress(chain.names.len() as u64, None);
            oldest = Some(commit);
        }
        if let Some(commit) = oldest.filter(|commit| !commit.parents.is_empty()) {
            chain.note(
                0,
                "is where this clone's history of the state begins, but not where the state began (a shallow or partial copy)",
            );
            chain.first = seq(&commit).unwrap_or(0);
        }
        Ok(chain.turned())
    }

    /// Judges the event after `commit`, and `commit` by itself.
    fn link(
        &mut self,
        repo: &Repo,
        commit: &Commit,
        after: Option<&Link>,
    ) -> Result<Option<Link>, StoreError> {
        let link = if commit.parents.is_empty() {
            self.root(repo, commit)?
        } else {
            parse(commit)
        };
        match &link {
            Ok(link) => {
                if after.is_some_and(|after| !after.follows(&link.chain)) {
                    self.note(
                        1,
                        "breaks the chain: its event is not what was written, or one before it is missing",
                    );
                }
                if self.names.len() == 1 {
                    self.value.clone_from(&link.chain);
                }
            }
            Err(words) => self.note(0, words),
        }
        if commit.parents.len() > 1 {
            self.note(0, "has other parents than the one commit before it");
        }
        Ok(link.ok())
    }

    fn root(&mut self, repo: &Repo, commit: &Commit) -> Result<Result<Link, String>, StoreError> {
        let meta = match meta_at(repo, commit.tree) {
            Ok(meta) => meta,
            Err(StoreError::Unreadable(fault)) => {
                return Ok(Err(format!(
                    "is no first commit of a state: {} {}",
                    fault.path, fault.fault
                )));
            }
            Err(error) => return Err(error),
        };
        self.repository = meta.repository;
        if genesis_name(&self.repository, commit.tree) != commit.id {
            return Ok(Err(
                "is not the first commit that this repository's id gives".to_owned()
            ));
        }
        Ok(Ok(Link {
            chain: genesis_chain(&self.repository),
            message: String::new(),
        }))
    }

    /// Notes a fault of the last commit that was read, or of the one read `before` it.
    fn note(&mut self, before: usize, words: &str) {
        self.bad = Some((self.names.len() - 1 - before, words.to_owned()));
    }

    fn turned(mut self) -> Self {
        self.names.reverse();
        let last = self.names.len().saturating_sub(1);
        self.bad = self.bad.map(|(place, words)| (last - place, words));
        self
    }

    /// The first bad commit.
    pub(crate) fn fault(&self) -> Option<Fault> {
        let (place, words) = self.bad.as_ref()?;
        Some(Fault {
            commit: self.names[*place],
            seq: self.first + *place as u64,
            fault: words.clone(),
            difference: None,
        })
    }

    /// The commits before the first bad one.
    pub(crate) fn good(&self) -> &[Oid] {
        &self.names[..self.bad.as_ref().map_or(self.names.len(), |bad| bad.0)]
    }

    pub(crate) fn repository(&self) -> &str {
        &self.repository
    }

    /// What was shown, when there was no fault.
    pub(crate) fn proof(&mut self) -> Proof {
        Proof {
            events: self.names.len().saturating_sub(1) as u64,
            chain: std::mem::take(&mut self.value),
            repository: std::mem::take(&mut self.repository),
            tree: self.tree.unwrap_or(Oid::EMPTY_TREE),
            commits: std::mem::take(&mut self.names),
        }
    }
}

fn parse(commit: &Commit) -> Result<Link, String> {
    let text = message_text(commit)?;
    let message = Message::find(text).map_err(|e| e.to_string())?;
    Ok(Link {
        chain: message.chain.to_owned(),
        message: text.to_owned(),
    })
}

/// The number that a commit's event claims.
fn seq(commit: &Commit) -> Option<u64> {
    let message = Message::find(message_text(commit).ok()?).ok()?;
    Some(message.event().ok()?.seq)
}

fn too_many(tip: Oid) -> StoreError {
    StoreError::Git(GitError::TooMuch {
        doing: format!("walking back from {tip}"),
        limit: EVENTS_MAX,
        unit: "events",
    })
}
