//! Proof that a ledger is whole: the chain over all events, and on request the replay of every decision.

use lane_core::event::Event;
use lane_core::event::Message;
use lane_git::Commit;
use lane_git::Oid;
use lane_git::Repo;

use crate::difference::Difference;
use crate::difference::first_difference;
use crate::error::StoreError;
use crate::read_back::ReadBack;
use crate::rebuild::Edit;
use crate::rebuild::Rebuild;

/// A whole ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// How many events it has.
    pub events: u64,
    /// The chain value of the last.
    pub chain: String,
    /// The repository's id.
    pub repository: String,
    /// The tree of the last.
    pub tree: Oid,
    /// The commits, the first one first.
    pub commits: Vec<Oid>,
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
    /// Where its tree differs from what follows from the events, if that is what is wrong.
    pub difference: Option<Box<Difference>>,
}

/// What a proof tells on its way.
pub trait Watch {
    /// So many of so many events are done; at first, while the ledger is read back, it is not known of how many.
    fn progress(&mut self, _done: u64, _total: Option<u64>) {}
    /// An event was judged again, and its tree is right.
    fn event(&mut self, _event: &Event) {}
}

impl Watch for () {}

/// [`replay`] if `full`, else [`verify_chain`]. `progress` is told how many of how many commits are done; 0 of them
/// while that is not known.
///
/// # Errors
/// As [`verify_chain`].
pub fn verify(
    repo: &Repo,
    tip: Oid,
    full: bool,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Result<Proof, Fault>, StoreError> {
    struct Told<'p>(&'p mut dyn FnMut(u64, u64));
    impl Watch for Told<'_> {
        fn progress(&mut self, done: u64, total: Option<u64>) {
            self.0(done, total.unwrap_or(0));
        }
    }
    let verify = if full { replay } else { verify_chain };
    verify(repo, tip, &mut Told(progress))
}

/// Verifies the chain of the ledger that ends at `tip`, in one pass backwards.
///
/// # Errors
/// More than ten million events; a git that cannot be read. A missing commit is a fault, not an error.
pub fn verify_chain(
    repo: &Repo,
    tip: Oid,
    watch: &mut dyn Watch,
) -> Result<Result<Proof, Fault>, StoreError> {
    let mut ledger = ReadBack::read(repo, tip, watch)?;
    Ok(match ledger.fault() {
        Some(fault) => Err(fault),
        None => Ok(ledger.proof()),
    })
}

/// Verifies the chain, and then every decision and every tree, from the first event on.
///
/// # Errors
/// As [`verify_chain`].
pub fn replay(repo: &Repo, tip: Oid, watch: &mut dyn Watch) -> Result<Result<Proof, Fault>, StoreError> {
    let mut ledger = ReadBack::read(repo, tip, watch)?;
    let found = ledger.fault();
    // Nothing is known of a state whose beginning is not known.
    let good = ledger.good();
    if let (Some(fault), []) = (&found, good) {
        return Ok(Err(fault.clone()));
    }
    let total = good.len() as u64;
    let mut rebuild = Rebuild::genesis(ledger.repository())?;
    let mut before = Oid::EMPTY_TREE;
    for (seq, name) in (0..).zip(good) {
        let commit = repo.commit(*name)?;
        if seq > 0
            && let Err(fault) = step(repo, &mut rebuild, &commit, before, watch)
        {
            return Ok(Err(Fault { seq, ..fault }));
        }
        before = commit.tree;
        watch.progress(seq, Some(total));
    }
    Ok(match found {
        Some(fault) => Err(fault),
        None => Ok(ledger.proof()),
    })
}

/// Judges one event again. `before` is the tree that it follows.
fn step(
    repo: &Repo,
    rebuild: &mut Rebuild,
    commit: &Commit,
    before: Oid,
    watch: &mut dyn Watch,
) -> Result<(), Fault> {
    let fault = |fault: String, difference: Option<Difference>| Fault {
        commit: commit.id,
        seq: 0,
        fault,
        difference: difference.map(Box::new),
    };
    let (event, edits) = judged(rebuild, commit).map_err(|words| fault(words, None))?;
    if rebuild.tree() != commit.tree {
        let words = "has a tree that does not follow from its events".to_owned();
        let found = first_difference(repo, rebuild.files(), commit.tree, before, &edits);
        return Err(fault(words, found));
    }
    watch.event(&event);
    Ok(())
}

fn judged(rebuild: &mut Rebuild, commit: &Commit) -> Result<(Event, Vec<Edit>), String> {
    let text = message_text(commit)?;
    let message = Message::find(text).map_err(|e| e.to_string())?;
    let event = message.event().map_err(|e| e.to_string())?;
    if commit.time != event.at.secs() {
        return Err("is dated otherwise than its event".to_owned());
    }
    let sentence = text.strip_prefix(&event.sentence());
    if !sentence.is_some_and(|rest| rest.starts_with("\n\n[event]\n")) {
        return Err("has a subject that is not its event's sentence".to_owned());
    }
    let edits = rebuild.take(&event, message.chain)?;
    Ok((event, edits))
}

pub(crate) fn message_text(commit: &Commit) -> Result<&str, String> {
    std::str::from_utf8(&commit.message).map_err(|_| "has a message that is not UTF-8".to_owned())
}
