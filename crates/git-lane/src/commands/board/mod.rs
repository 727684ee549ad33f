//! `git lane board`: every task by phase, who has it and how far it is; now, or as it was.

mod as_json;
mod in_words;
mod stale;
mod taking;

use std::process::ExitCode;

use lane_core::id::TaskId;
use lane_core::record::Lock;
use lane_core::record::Phase;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::time::Span;
use lane_core::time::Timestamp;
use lane_store::At;
use lane_store::Moment;

use super::Outcome;
use crate::asked::Asked;
use crate::session::Session;
use crate::show::frozen;
use crate::show::json;

/// Every task by phase: who has it, since when, and how far it is.
///
/// In the order of a task's life: what is to do (what can be claimed first, then the others with what they wait for), what
/// is worked on, blocked, judged, waits to land or for the orchestrator; and apart from these, what ended last. With --at the board as it was after an event (`412`), at a time
/// (`2026-11-21T08:31:04Z`), or some time ago (`2h`); leases are judged by that time. With --stale only the tasks whose mover
/// is late, or that have waited for one for longer than --over, with whom they wait for and the command that leads on.
#[derive(Debug, clap::Args)]
pub(crate) struct Board {
    /// As it was: an event's number, a time, or a span ago
    #[arg(long, value_name = "EVENT|TIME")]
    pub(crate) at: Option<Asked>,
    /// At most this many of each phase
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,
    /// At most this many of the tasks done last
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub(crate) done: usize,
    /// Only what waits for somebody for too long
    #[arg(long, conflicts_with = "at")]
    pub(crate) stale: bool,
    /// With --stale: how long may be waited for somebody (default: the lease)
    #[arg(long, value_name = "SPAN", requires = "stale")]
    pub(crate) over: Option<Span>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What the board shows.
struct Picture {
    moment: Moment,
    /// The time that leases are judged by.
    clock: Timestamp,
    /// How many places of the pool are taken, of how many.
    pool: (usize, u32),
    /// The live phases in the order of a task's life, empty ones too.
    phases: Vec<Column>,
    /// What was done last, newest first.
    done: Vec<Task>,
    done_count: usize,
}

/// One phase.
struct Column {
    phase: Phase,
    count: usize,
    /// How many of them could be claimed.
    ready: usize,
    rows: Vec<Row>,
}

/// One task on the board.
struct Row {
    task: Task,
    /// Its claim's lock.
    lock: Option<Lock>,
    /// What stands against claiming it; nothing for one that is ready, and for those that are held.
    waits: Option<Refusal>,
    /// The tasks that it depends on and that are not done.
    open: Vec<TaskId>,
    /// Those of them that were given up, or are not there.
    gone: Vec<TaskId>,
    /// The last runs of its checks.
    results: Option<Results>,
}

pub(super) fn run(session: &Session<'_>, args: &Board) -> Outcome {
    frozen::say(&session.store().view()?)?;
    if args.stale {
        return stale::run(session, args.over, args.limit, args.json);
    }
    let now = session.source.now();
    let at = args.at.map_or(At::Now, |asked| asked.at(now));
    let store = session.store();
    let moment = store.moment(at)?;
    let clock = match at {
        At::Now => now,
        At::Time(time) => time,
        At::Event(_) => moment.at.unwrap_or(now),
    };
    let view = store.view_at(moment.commit)?;
    let picture = taking::picture(session, &store, &view, moment, clock, args)?;
    if args.json {
        let mut board = as_json::board(&picture);
        board["frozen"] = frozen::as_json(&view)?;
        json::out(&board);
    } else {
        in_words::print(&picture, args, now);
    }
    Ok(ExitCode::SUCCESS)
}
