//! `git lane check`: runs a task's acceptance commands on the committed tree and records what they showed.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::process::ExitCode;
use std::time::Duration;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::ALL_LINES_BYTES;
use lane_core::record::Outcome as CheckOutcome;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::time::Span;
use lane_gate::Interrupt;
use serde_json::json;

use super::Outcome;
use super::check_before;
use crate::delivery;
use crate::error::CliError;
use crate::evidence;
use crate::evidence::Asked;
use crate::evidence::AtLane;
use crate::publishing;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;

/// Run a task's acceptance commands in its worktree and record the results.
///
/// What is neither committed nor ignored is refused, so that a result is about one exact tree. Each command runs as it
/// is, without a shell and without git's variables; when it ends, or its time is up, everything that it started ends
/// too. Recorded are command, exit code, seconds, tree and the digest of the output; of a failure also its last lines.
/// Exit code 5 when a check fails.
///
/// With --before, what is run are the checks whose purpose is `regression`, in a temporary worktree at the merge base with
/// the lane's test files (`[tests] files` of the policy) on it: one that passes there, or does not start, ends with 5.
#[derive(Debug, clap::Args)]
pub(crate) struct CheckArgs {
    /// The task (default: this worktree's, else the only one that you hold)
    pub(crate) id: Option<TaskId>,
    /// Run only this criterion; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) only: Vec<String>,
    /// What was done about the failure before: one line, kept with it
    #[arg(long, value_name = "TEXT")]
    pub(crate) remedy: Option<String>,
    /// The time limit of each command (default: the policy check's, else 10m)
    #[arg(long, value_name = "TIME")]
    pub(crate) limit: Option<Span>,
    /// Run the regression checks at the merge base, where they must fail
    #[arg(long, conflicts_with = "remedy")]
    pub(crate) before: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &CheckArgs) -> Outcome {
    let task = evidence::spoken_for(session, &session.store().view()?, args.id.as_ref())?;
    may_record(session, &task)?;
    if let Some(stranger) = args.only.iter().find(|key| !task.acceptance.contains_key(*key)) {
        let keys: Vec<&str> = task.acceptance.keys().map(String::as_str).collect();
        let what = format!(
            "{} has no criterion {}; there are: {}",
            task.id,
            text::excerpt(stranger, 64),
            keys.join(", ")
        );
        return Err(Refusal::input(what)
            .hint(command(&["git", "lane", "task", "show", task.id.as_str()]))
            .into());
    }
    let at = AtLane::find(session, &task)?;
    at.clean()?;
    if args.before {
        let wanted = check_before::Wanted {
            keys: &args.only,
            limit: limit(args.limit),
            json: args.json,
        };
        return check_before::run(session, &task, &at, &wanted);
    }
    delivery::advise_on_merges(session, &task, &at)?;
    let wanted = |key: &str| args.only.is_empty() || args.only.iter().any(|only| only == key);
    let asked = evidence::asked(session, (&task, &at), limit(args.limit), &wanted)?;
    if asked.is_empty() {
        paint::note(&format!("{} names no command to run", task.id));
        if args.json {
            json::out(&json!({ "task": task.id.as_str(), "tree": at.tree.to_string(), "results": {} }));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let results = run_and_record(session, &task, &at, &asked, args.remedy.clone())?;
    if args.json {
        let value = serde_json::to_value(&results).unwrap_or_default();
        json::out(
            &json!({ "task": task.id.as_str(), "tip": at.tip.to_string(), "tree": at.tree.to_string(), "results": value }),
        );
    } else {
        print(&results);
    }
    match failures(&task, &results) {
        Some(no) => {
            crate::show::refusal::print(&no, session.source.now());
            Ok(ExitCode::from(no.ground.class.exit_code()))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

fn limit(limit: Option<Span>) -> Option<Duration> {
    limit.map(|span| Duration::from_secs(u64::try_from(span.secs()).unwrap_or(u64::MAX)))
}

/// Refuses before anything is run what would be refused afterwards: recording on a task that is not in one's hands.
pub(super) fn may_record(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    let actor = session.actor(Role::Worker)?;
    let above = matches!(actor.role, Role::Orchestrator | Role::Maintainer);
    let assigned = task.assigned.as_ref();
    let judges = assigned.is_some_and(|one| one.is_held_by(&actor.by, &actor.clone));
    let id = task.id.as_str();
    match &task.claim {
        Some(claim) if above || judges || claim.is_held_by(&actor.by, &actor.clone) => Ok(()),
        Some(claim) => {
            let stage = match task.status {
                Phase::Review if assigned.is_none() => Some(command(&["git", "lane", "review", id])),
                Phase::Testing if assigned.is_none() => Some(command(&["git", "lane", "test", id])),
                _ => None,
            };
            let what = match &stage {
                Some(_) => format!(
                    "{id} is in {}, and you have not taken it on, so nothing is recorded on it by you",
                    task.status
                ),
                None => format!(
                    "{id} is held by {}, so what it delivers is theirs to show",
                    claim.by
                ),
            };
            Err(Refusal::new(&ground::NOT_HOLDER, what)
                .hint(stage.unwrap_or_else(|| "git lane status".to_owned()))
                .into())
        }
        None => {
            let what = format!("nobody holds {id}, so nothing can be recorded on it");
            let resume = command(&["git", "lane", "resume", id]);
            Err(Refusal::new(&ground::NOT_HOLDER, what).hint(resume).into())
        }
    }
}

/// Runs the checks one after the other, and records all results in one event.
pub(super) fn run_and_record(
    session: &Session<'_>,
    task: &Task,
    at: &AtLane,
    asked: &[Asked],
    remedy: Option<String>,
) -> Result<BTreeMap<String, CheckOutcome>, CliError> {
    let interrupt = Interrupt::install().unwrap_or_else(|_| Interrupt::none());
    let on_terminal = std::io::stderr().is_terminal();
    let (mut results, mut kept) = (BTreeMap::new(), 0);
    for (n, check) in asked.iter().enumerate() {
        if on_terminal {
            paint::note(&format!(
                "[{}/{}] {}  $ {}",
                n + 1,
                asked.len(),
                check.key,
                text::excerpt(&check.line(), 100)
            ));
        }
        let mut ran = evidence::run(session, at, check, &interrupt)?;
        kept += ran.outcome.lines.as_ref().map_or(0, String::len);
        if kept > ALL_LINES_BYTES {
            ran.outcome.lines = None;
        }
        results.insert(ran.key, ran.outcome);
    }
    let payload = Payload::TaskChecked {
        task: task.id.clone(),
        tip: at.tip.to_string(),
        remedy,
        results: results.clone(),
        before: BTreeMap::new(),
    };
    publishing::later(session, &session.actor(Role::Worker)?, &payload)?;
    Ok(results)
}

/// The results as lines on stdout.
pub(super) fn print(results: &BTreeMap<String, CheckOutcome>) {
    let rows: Vec<Vec<String>> = results
        .iter()
        .map(|(key, run)| {
            let word = if run.passed() {
                "passed".to_owned()
            } else {
                format!("FAILED exit {}", run.exit)
            };
            vec![
                key.clone(),
                word,
                format!("{:.1} s", run.secs),
                format!("$ {}", text::excerpt(&run.command, 100)),
            ]
        })
        .collect();
    for ((_, run), line) in results.iter().zip(table::lines(&rows)) {
        paint::out(&line);
        // Indented: a line of theirs must not look like one of ours.
        for line in run.lines.iter().flat_map(|lines| lines.lines()) {
            paint::out(format!("    {}", text::escape(line)).trim_end());
        }
    }
}

/// The refusal that failed checks end with.
pub(super) fn failures(task: &Task, results: &BTreeMap<String, CheckOutcome>) -> Option<Refusal> {
    let failed: Vec<&str> = results
        .iter()
        .filter(|(_, run)| !run.passed())
        .map(|(key, _)| key.as_str())
        .collect();
    if failed.is_empty() {
        return None;
    }
    let what = format!(
        "{} of {} checks of {} failed: {}; mend it, commit, then give the command of the hint",
        failed.len(),
        results.len(),
        task.id,
        failed.join(", ")
    );
    let again = command(&["git", "lane", "check", task.id.as_str(), "--remedy", "TEXT"]);
    Some(Refusal::new(&ground::ACCEPTANCE_FAILED, what).hint(again))
}
