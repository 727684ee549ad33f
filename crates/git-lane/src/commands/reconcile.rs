//! `git lane reconcile`: the events of a side that the remote does not have, decided again on the remote's state.

use std::process::ExitCode;

use lane_core::ground;
use lane_core::policy::Role;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_store::StoreError;

use super::Outcome;
use super::sync;
use crate::session::Session;

/// Accept a rewritten remote state, and decide a side that it lacks again on top, event by event.
///
/// After the alarm `remote-diverged`: REV is the tip that this clone had seen (the alarm names it), or any other commit of
/// the ledger that the remote does not have. What holds on the remote's state is taken, what does not is said and kept
/// for its author, and an event records both. The tips that were given up stay reachable below refs/agents-local/kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Reconcile {
    /// A commit of the side that is decided again
    pub(crate) rev: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Reconcile) -> Outcome {
    let store = session.store();
    store.tip()?.ok_or(StoreError::NotSetUp)?;
    let Some(rev) = session.repo.commit_named(&args.rev)? else {
        let what = format!("{} names no commit of this clone", text::excerpt(&args.rev, 80));
        return Err(Refusal::new(&ground::INVALID_INPUT, what)
            .hint("git lane log")
            .into());
    };
    let link = sync::shared(session)?;
    let actor = session.actor(Role::Worker)?;
    let exchange = sync::Exchange {
        report: store.reconcile(&link, &actor, rev)?,
        closed: Vec::new(),
    };
    sync::print(session, &link, &exchange, args.json)?;
    Ok(ExitCode::SUCCESS)
}
