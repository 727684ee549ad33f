//! `git lane verify`: proof that the ledger is whole.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use lane_store::StoreError;
use serde_json::json;

use super::Outcome;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;

/// Prove that the ledger is whole: the chain over all events
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// Replay every decision too, and compare every tree
    #[arg(long)]
    pub(crate) full: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How many events go between two looks of the progress line.
const STRIDE: u64 = 2_000;

pub(super) fn run(session: &Session<'_>, args: &Verify) -> Outcome {
    let tip = session.store().tip()?.ok_or(StoreError::NotSetUp)?;
    let shows = std::io::stderr().is_terminal();
    let mut progress = |done: u64, total: u64| {
        if shows && done.is_multiple_of(STRIDE) {
            paint::progress(&format!("verified {done} of {total}"));
        }
    };
    let outcome = lane_store::verify(session.repo, tip, args.full, &mut progress)?;
    if shows {
        paint::progress("");
    }
    match outcome {
        Ok(proof) => {
            if args.json {
                json::out(
                    &json!({ "ok": true, "events": proof.events, "chain": proof.chain, "repository": proof.repository, "tip": tip.to_string(), "replayed": proof.replayed }),
                );
            } else {
                let how = if proof.replayed {
                    "chain and every decision"
                } else {
                    "chain"
                };
                paint::out(&format!(
                    "ok: {} events, {how} verified, tip {}",
                    proof.events,
                    tip.short()
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            if args.json {
                json::out(
                    &json!({ "ok": false, "commit": fault.commit.to_string(), "seq": fault.seq, "fault": fault.fault }),
                );
            }
            paint::error(&format!(
                "commit {} (event {}) {}",
                fault.commit,
                fault.seq,
                lane_core::text::escape(&fault.fault)
            ));
            paint::hint(&format!("git show {}", fault.commit));
            Ok(ExitCode::from(1))
        }
    }
}
