//! Records that lie elsewhere than in the state: in the index, or in a commit.

use lane_core::audit::Flaw;
use lane_core::audit::audit;
use lane_core::view::View as _;
use lane_git::Against;
use lane_git::Oid;
use lane_store::Listing;

use super::Checked;
use super::unreadable;
use crate::error::CliError;
use crate::evidence::gates_fault;
use crate::session::Session;

/// What is staged: HEAD's records and the changes of the index.
pub(super) fn staged(session: &Session<'_>) -> Result<Checked, CliError> {
    let repo = session.repo;
    if repo.is_bare() {
        return Err(CliError::setup(
            "a bare repository has no index, so nothing is staged here",
            "git lane validate HEAD",
        ));
    }
    let head = match repo.head()?.oid() {
        Some(commit) => Listing::of_tree(repo, repo.commit(commit)?.tree)?,
        None => Listing::default(),
    };
    check(session, &head.with(&repo.staged_changes(Against::Head)?)?)
}

/// The records of the commit that a revision names.
pub(super) fn commit(session: &Session<'_>, rev: &str) -> Result<Checked, CliError> {
    let found = session.repo.resolve(rev);
    let commit: Oid = found.ok_or_else(|| CliError::Usage(format!("{rev:?} names no commit here")))?;
    let tree = session.repo.commit(commit)?.tree;
    check(session, &Listing::of_tree(session.repo, tree)?)
}

/// Only a part of the records may lie there, so what is absent is no fault.
fn check(session: &Session<'_>, listing: &Listing) -> Result<Checked, CliError> {
    let laid = listing.read(session.repo, gates_fault)?;
    let policy = laid.policy.unwrap_or_else(|| in_force(session));
    let found = audit(&laid.live, &laid.archived, &laid.locks, &policy);
    let (absent, contradictions): (Vec<Flaw>, Vec<Flaw>) =
        found.into_iter().partition(|flaw| flaw.kind.is_absence());
    Ok(Checked {
        live: laid.live.len(),
        archived: laid.archived.len(),
        locks: laid.locks.len(),
        records: laid.records,
        flaws: laid
            .broken
            .into_iter()
            .map(unreadable)
            .chain(contradictions)
            .collect(),
        absent,
    })
}

/// The adopted policy of this clone's state, as far as there is one.
fn in_force(session: &Session<'_>) -> lane_core::policy::Adopted {
    let store = session.store().read_only();
    store
        .view()
        .ok()
        .and_then(|view| view.policy().ok())
        .unwrap_or_default()
}
