//! `git lane sync`: takes what the remote has, and gives it what this clone has.

use std::process::ExitCode;

use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::text;
use lane_store::Link;
use lane_store::Report;
use lane_store::StoreError;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::landed;
use crate::landed::Landed;
use crate::publishing;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::unshared;

/// Exchange the state with the shared remote: take what others published, publish what is only here.
///
/// Claims, locks, handoffs and the like publish themselves. Notes, checkpoints, checks and renewals go with the next
/// push, and this is one. Work done with --offline is decided again on the newest state, event by event; what does not
/// hold there is said and kept for its author.
///
/// The remote is `lane.remote` of git's configuration, else `origin`, else the only one. It holds the state on
/// refs/agents/state; a host that takes branches only is served by the branch agents/state, and `sync.ref` in the
/// policy (or `lane.stateRef` in git's configuration) names any other. Nothing is published before the policy is on the
/// remote's integration branch.
///
/// What was handed off and is on the remote's integration branch by now, because a host or somebody else merged it, is closed as
/// `git lane done` does.
#[derive(Debug, clap::Args)]
pub(crate) struct SyncArgs {
    /// Give a remote that lost events back what this clone has seen there
    #[arg(long, conflicts_with_all = ["given_up", "forget"])]
    pub(crate) republish: bool,
    /// List what was decided here and did not hold on the newest state; asks no remote
    #[arg(long)]
    pub(crate) given_up: bool,
    /// Put that list away
    #[arg(long, requires = "given_up")]
    pub(crate) forget: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &SyncArgs) -> Outcome {
    let store = session.store();
    store.tip()?.ok_or(StoreError::NotSetUp)?;
    if args.given_up {
        return given_up(session, args);
    }
    let link = shared(session)?;
    let actor = session.actor(Role::Worker)?;
    let report = if args.republish {
        store.republish(&link, &actor)?
    } else {
        store.sync(&link, &actor)?
    };
    let closed = landed::close_all(session)?;
    print(session, &link, &Exchange { report, closed }, args.json)?;
    Ok(ExitCode::SUCCESS)
}

/// What an exchange did.
pub(super) struct Exchange {
    pub(super) report: Report,
    /// The tasks that had landed meanwhile.
    pub(super) closed: Vec<(TaskId, Landed)>,
}

/// The shared remote, or what is missing for one.
pub(super) fn shared(session: &Session<'_>) -> Result<Link, CliError> {
    let store = session.store();
    if session.offline() {
        return Err(CliError::Usage(
            "--offline and an exchange with the remote exclude each other".to_owned(),
        ));
    }
    if let Some(link) = store.link()? {
        return Ok(link);
    }
    Err(unshared::why(session.repo, &store)?)
}

/// Says what it did.
pub(super) fn print(
    session: &Session<'_>,
    link: &Link,
    exchange: &Exchange,
    as_json: bool,
) -> Result<(), CliError> {
    let report = &exchange.report;
    // Each closing published its own event.
    let published = report.sent + exchange.closed.len();
    let tip = session.store().tip()?.ok_or(StoreError::NotSetUp)?;
    if as_json {
        json::out(&json!({
            "remote": link.remote(),
            "ref": link.refname(),
            "tip": tip.to_string(),
            "received": report.received,
            "published": published,
            "decided_again": report.taken_again,
            "races": report.races,
            "given_up": report.given_up.iter().map(as_value).collect::<Vec<_>>(),
            "closed": exchange.closed.iter().map(closed).collect::<Vec<_>>(),
        }));
    } else {
        let mut parts = vec![count(report.received, "received"), count(published, "published")];
        match exchange.closed.len() {
            0 => {}
            1 => parts.push("1 task closed".to_owned()),
            n => parts.push(format!("{n} tasks closed")),
        }
        if report.taken_again > 0 {
            parts.push(count(report.taken_again, "decided again"));
        }
        if !report.given_up.is_empty() {
            parts.push(count(report.given_up.len(), "not taken"));
        }
        paint::out(&format!(
            "{}: {}; both are at {}",
            link.remote(),
            parts.join(", "),
            tip.short()
        ));
    }
    publishing::tell(link, report);
    Ok(())
}

fn count(n: usize, done: &str) -> String {
    match n {
        0 => format!("nothing {done}"),
        1 => format!("1 event {done}"),
        n => format!("{n} events {done}"),
    }
}

fn closed((task, landed): &(TaskId, Landed)) -> serde_json::Value {
    json!({
        "task": task,
        "tip": landed.tip.to_string(),
        "landed": landed.commit.to_string(),
        "how": landed.how.name(),
    })
}

fn as_value(lost: &lane_store::GivenUp) -> serde_json::Value {
    json!({
        "id": lost.ground,
        "what": lost.what,
        "hint": lost.hint,
        "commit": lost.commit,
        "event": lost.event,
    })
}

fn given_up(session: &Session<'_>, args: &SyncArgs) -> Outcome {
    let store = session.store();
    let lost = lane_store::given_up(&store);
    if lost.is_empty() && !args.json {
        paint::note("nothing of this clone was given up");
    }
    for lost in lost {
        if args.json {
            json::out(&as_value(&lost));
        } else {
            paint::out(&format!("{}  {}", lost.event.at, lost.event.sentence()));
            paint::out(&format!(
                "    {}: {}",
                text::escape(&lost.ground),
                text::excerpt(&lost.what, 400)
            ));
            let commit: String = lost.commit.chars().take(40).collect();
            paint::out(&format!("    git show {}", text::escape(&commit)));
        }
    }
    if args.forget {
        lane_store::forget_given_up(&store)?;
    }
    Ok(ExitCode::SUCCESS)
}
