//! The alarms: a remote whose state does not contain what was seen there.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_git::Oid;

use super::link::Link;

/// The remote's ref is gone.
pub(super) fn deleted(link: &Link, seen: Oid) -> Refusal {
    let what = format!(
        "{} has no {} any more; this clone has seen {seen} there",
        link.remote(),
        link.refname
    );
    Refusal::new(&ground::REMOTE_WENT_BACK, what).hint("git lane sync --republish")
}

/// The remote's ref was put back.
pub(super) fn went_back(link: &Link, seen: Oid, found: Oid) -> Refusal {
    let what = format!(
        "{}'s state went back: it is at {found}, and this clone has seen {seen} there",
        link.remote()
    );
    let lost = format!("{}..{}", found.short(), seen.short());
    Refusal::new(&ground::REMOTE_WENT_BACK, what)
        .hint("git lane sync --republish")
        .hint(command(&["git", "log", "--oneline", &lost]))
}

/// The remote's ref was rewritten. `fork` is the number of the last event that both sides have.
pub(super) fn diverged(link: &Link, seen: Oid, found: Oid, fork: Option<u64>) -> Refusal {
    let part = fork.map_or_else(
        || "they have no commit in common".to_owned(),
        |seq| format!("they part after event {seq}"),
    );
    let what = format!(
        "{}'s state was rewritten: it is at {found}, and this clone has seen {seen} there; {part}",
        link.remote()
    );
    let no = Refusal::new(&ground::REMOTE_DIVERGED, what);
    match fork {
        Some(_) => no.hint(command(&["git", "lane", "reconcile", &seen.short()])),
        None => no.hint(command(&["git", "lane", "verify", "--full", &link.incoming])),
    }
}
