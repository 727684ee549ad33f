//! Decisions that the team must agree on: through the shared remote where there is one, and what is said about it.

use std::fs;
use std::time::Duration;

use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::View as _;
use lane_store::Actor;
use lane_store::Code;
use lane_store::Committed;
use lane_store::Decide;
use lane_store::GivenUp;
use lane_store::Link;
use lane_store::Report;
use lane_store::Store;
use lane_store::StoreError;

use crate::error::CliError;
use crate::session::Session;
use crate::show::paint;

/// How long a remote that did not answer is left in peace by what nobody asked for.
const REST: Duration = Duration::from_secs(60);

/// The shared remote, unless the command was told to do without.
pub(crate) fn link(session: &Session<'_>, store: &Store<'_>) -> Result<Option<Link>, CliError> {
    if session.offline() {
        return Ok(None);
    }
    Ok(store.link()?)
}

/// Puts a decision: published first where there is a shared remote, on the local ref where there is none.
pub(crate) fn put(session: &Session<'_>, actor: &Actor, decide: Decide<'_>) -> Result<Committed, StoreError> {
    deliver(session, actor, None, decide)
}

/// The same, with a branch in the same push.
pub(crate) fn deliver(
    session: &Session<'_>,
    actor: &Actor,
    code: Option<&Code>,
    decide: Decide<'_>,
) -> Result<Committed, StoreError> {
    let store = session.store();
    let link = store.link()?;
    match link.filter(|_| !session.offline()) {
        Some(link) => {
            let published = store.publish(&link, actor, code, decide)?;
            tell(&link, &published.report);
            Ok(published.committed)
        }
        None => {
            let committed = store.transact(actor, decide)?;
            provisional(session, &store);
            Ok(committed)
        }
    }
}

/// Puts what the others need not know at once: it goes with the next push.
pub(crate) fn later(
    session: &Session<'_>,
    actor: &Actor,
    payload: &Payload,
) -> Result<Committed, StoreError> {
    session.store().transact(actor, &mut |_| Ok(payload.clone()))
}

/// Asks the remote for a task that this clone does not know: others may have added it. Without an answer, the command
/// goes on with what is known here.
pub(crate) fn meet(session: &Session<'_>, id: &TaskId) -> Result<(), CliError> {
    let store = session.store();
    if link(session, &store)?.is_none() {
        return Ok(());
    }
    if store.view()?.task(id)?.is_some() {
        return Ok(());
    }
    refresh(session)
}

/// Takes in what the others decided. Without an answer, the command goes on with what is known here.
pub(crate) fn refresh(session: &Session<'_>) -> Result<(), CliError> {
    let store = session.store();
    let Some(link) = link(session, &store)? else {
        return Ok(());
    };
    match store.refresh(&link) {
        Ok(report) => tell(&link, &report),
        Err(StoreError::Unreachable { what, .. }) => paint::warning(&what),
        Err(other) => return Err(other.into()),
    }
    Ok(())
}

/// What was decided without the remote may turn out otherwise.
fn provisional(session: &Session<'_>, store: &Store<'_>) {
    if session.offline() && store.link().ok().flatten().is_some() {
        paint::note("provisional: the others do not know it, and it is decided again when it is published");
        paint::hint("git lane sync");
    }
}

/// Publishes what became due by itself, if the remote answers. Nobody asked for it, so nothing fails.
pub(crate) fn in_passing(session: &Session<'_>, actor: &Actor) {
    let store = session.store();
    let Ok(Some(link)) = link(session, &store) else {
        return;
    };
    let rest = store.local_dir().join("remote-silent");
    let silent = fs::metadata(&rest).and_then(|file| file.modified());
    if silent.is_ok_and(|at| at.elapsed().is_ok_and(|since| since < REST)) {
        return;
    }
    match store.sync_now(&link, actor) {
        Ok(report) => tell(&link, &report),
        Err(StoreError::Unreachable { .. }) => drop(fs::write(&rest, b"")),
        Err(_) => {}
    }
}

/// What happened on the way, on stderr.
pub(crate) fn tell(link: &Link, report: &Report) {
    let remote = link.remote();
    if report.races > 0 {
        paint::note(&format!(
            "others were faster on {remote} {}; decided again on what they did",
            times(report.races)
        ));
    }
    if let Some(name) = &report.served_by {
        paint::note(&format!(
            "{remote} takes branches only: the state is on {name} there"
        ));
    }
    if report.mended {
        paint::warning(
            "records of this clone's unpublished events had been edited by hand; they were made again from the events",
        );
    }
    if report.was_ahead {
        paint::warning(
            "unpublished events of this clone were ahead of its clock; they have the time of now: check the clock",
        );
    }
    if report.reconciled_by_others {
        paint::note(&format!(
            "{remote}'s state was rewritten, and somebody has decided what this clone had seen again on top: followed"
        ));
    }
    if let Some((seq, by, secs)) = &report.ahead {
        paint::warning(&format!(
            "event {seq} of {by} is {secs} s ahead of this clock; one of the two clocks is wrong"
        ));
    }
    if let Some(branch) = &report.policy_unseen {
        paint::warning(&format!(
            "the rules in force came from a commit of {} that is not here, and {remote} did not give it; no other rules are adopted until it is",
            text::escape(branch)
        ));
        paint::hint(&command(&["git", "fetch", "--", remote, branch]));
    }
    for lost in &report.given_up {
        not_taken(lost);
    }
    if !report.given_up.is_empty() {
        paint::note("kept for their authors: `git lane sync --given-up` lists them");
    }
}

fn times(n: u32) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

/// One event that does not hold on the newest state.
pub(crate) fn not_taken(lost: &GivenUp) {
    paint::warning(&format!(
        "not taken ({}): {}: {}",
        text::escape(&lost.ground),
        lost.event.sentence(),
        text::excerpt(&lost.what, 400)
    ));
}
