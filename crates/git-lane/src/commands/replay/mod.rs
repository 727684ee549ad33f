//! `git lane replay`: the state rebuilt from its events, compared with what is stored, and counted.

mod capture;
mod from_file;
mod range;
mod stored;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::counters::Counting;
use lane_core::event::Event;
use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_store::At;
use serde_json::json;

pub(super) use from_file::run_file;
use range::Range;

use super::Outcome;
use super::proving;
use super::proving::Progress;
use crate::session::Session;
use crate::show::json;

/// Rebuild the state from its events, prove that it is what is stored, and count what happened.
///
/// Every event is judged again by the same rules and every tree compared; the first difference is named with the record
/// and the key. Counters are those of the range. `--file` reads what `git lane log --json -n 0 --reverse` printed
/// (newest first is understood too); no repository is needed for that, and where there is one with the same state the
/// two are compared as far as both go.
#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    /// Events by number, both ends included: `A..B`, `A..`, `..B`, `A`
    #[arg(default_value = "..", hide_default_value = true)]
    pub(crate) range: Range,
    /// Read the events from this file instead of the ledger
    #[arg(long, value_name = "PATH")]
    pub(crate) file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Replay) -> Outcome {
    let range = args.range;
    let store = session.store();
    let moment = store.moment(range.last().map_or(At::Now, At::Event))?;
    if range.first() > moment.seq.max(1) {
        return Err(beyond(range.first(), moment.seq).into());
    }
    let mut counting = Counting::default();
    let mut each = |event: &Event| count(&mut counting, range, event);
    let mut progress = Progress::new(&mut each);
    let outcome = lane_store::replay(session.repo, moment.commit, &mut progress)?;
    progress.end();
    let proof = match outcome {
        Ok(proof) => proof,
        Err(fault) => return Ok(proving::failed(session.repo, &fault, args.json)),
    };
    let counters = counting.finish();
    if args.json {
        json::out(&json!({
            "ok": true,
            "from": range.first(),
            "to": proof.events,
            "commit": moment.commit.to_string(),
            "tree": proof.tree.to_string(),
            "chain": proof.chain,
            "repository": proof.repository,
            "counters": counters,
        }));
    } else {
        words::head(proof.events, proof.tree, "is what is stored");
        words::counters(&counters, range.first(), proof.events);
    }
    Ok(ExitCode::SUCCESS)
}

/// An event that was judged again.
fn count(counting: &mut Counting, range: Range, event: &Event) {
    if event.seq < range.first() {
        counting.pass(event);
    } else {
        counting.take(event);
    }
}

fn beyond(first: u64, last: u64) -> Refusal {
    let what = format!("there is no event {first} yet; the last is {last}");
    Refusal::new(&ground::NO_SUCH_EVENT, what).hint("git lane log")
}
