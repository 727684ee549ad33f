//! A climb and its plan as JSON: the shape that docs/gates.md describes.

use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Affected;
use lane_gate::Command;
use lane_gate::Done;
use lane_gate::Ending;
use lane_gate::Extent;
use lane_gate::Kept;
use lane_gate::Outcome;
use lane_gate::PlanStep;
use lane_gate::PlannedWork;
use lane_gate::Receipt;
use lane_gate::Report;
use lane_gate::RunVerdict;
use lane_gate::Showing;
use lane_gate::Todo;
use serde_json::Value;
use serde_json::json;

use super::about::About;
use super::by_hand;
use super::words;
use crate::show::json::refusal as refused;

/// What came of a climb.
pub(crate) fn report(about: &About<'_>, report: &Report, no: Option<&Refusal>, now: Timestamp) -> Value {
    let mut value = judged(about);
    value["ok"] = json!(report.passed());
    value["interrupted"] = json!(report.interrupted());
    value["refusal"] = json!(no.map(refused));
    value["checks"] = report.done.iter().map(|done| check(about, done, now)).collect();
    value
}

/// What would be run, and why.
pub(crate) fn plan(about: &About<'_>, known: &Report, now: Timestamp) -> Value {
    let mut value = judged(about);
    value["unknown_packages"] = json!(about.ladder.unknown);
    value["checks"] = about
        .ladder
        .plan
        .iter()
        .map(|step| planned(about, step, words::known(known, step.name.as_str()), now))
        .collect();
    value
}

fn judged(about: &About<'_>) -> Value {
    let everything = match &about.change.extent {
        Extent::Everything { why, .. } => Some(text::escape(why)),
        Extent::Files(_) => None,
    };
    json!({
        "declared": about.declared,
        "base": about.change.base,
        "everything": everything,
        "changed": about.change.files().len(),
    })
}

fn check(about: &About<'_>, done: &Done, now: Timestamp) -> Value {
    let planned = about.planned(&done.name);
    let run = words::run(&done.outcome);
    let bad = run.filter(|_| !done.outcome.is_good());
    let by_receipt = matches!(words::showing(&done.outcome), Some(Showing::Receipt(_)));
    let receipt = words::receipt(&done.outcome);
    let secs = run.map(|run| run.secs).or(receipt.map(|receipt| receipt.secs));
    let log = about.log(&done.name);
    let log = (run.is_some() && log.is_file()).then(|| text::escape_path(log.as_os_str().as_encoded_bytes()));
    json!({
        "name": done.name,
        "rung": done.rung,
        "outcome": words::id(&done.outcome),
        "ok": done.outcome.is_good(),
        "flaky": words::is_flaky(&done.outcome),
        "why": words::why(&done.outcome),
        "secs": secs,
        "tests": tests(&done.outcome),
        "limit_secs": planned.map(|planned| planned.limit.as_secs()),
        "command": planned.and_then(|planned| one_line(about, &planned.work)),
        "commands": planned.map(|planned| commands(&planned.work)),
        "exit": run.map(|run| run.ending.code()),
        "timed_out": run.is_some_and(|run| run.ending == Ending::TimedOut),
        "signature": bad.map(|run| &run.signature),
        "excerpt": bad.map(|run| &run.excerpt),
        "log": log,
        "spots": bad.map_or(&[][..], |run| &run.spots).iter()
            .map(|spot| json!({ "path": spot.path, "line": spot.line })).collect::<Vec<_>>(),
        "by_receipt": by_receipt,
        "receipt": receipt.map(|receipt| of_receipt(receipt, now)),
        "not_remembered": not_remembered(&done.outcome),
    })
}

fn tests(outcome: &Outcome) -> Option<u64> {
    match words::showing(outcome)? {
        Showing::Receipt(receipt) => receipt.tests,
        Showing::Run { verdict, .. } => match verdict {
            RunVerdict::Passed { tests, .. } => *tests,
            RunVerdict::Empty { .. } => Some(0),
            RunVerdict::Failed => None,
        },
    }
}

fn not_remembered(outcome: &Outcome) -> Option<String> {
    match words::showing(outcome)? {
        Showing::Run {
            kept: Kept::No(why), ..
        } => Some(text::escape(why)),
        _ => None,
    }
}

fn of_receipt(receipt: &Receipt, now: Timestamp) -> Value {
    let failure = receipt.failure.as_ref().map(|failure| {
        json!({
            "exit": failure.exit,
            "signature": failure.signature,
            "excerpt": failure.lines,
            "ended": failure.ended.to_string(),
        })
    });
    json!({
        "key": receipt.key(),
        "ended": receipt.ended.to_string(),
        "age_secs": now.since(receipt.ended).max(0),
        "passes": receipt.passes,
        "failures": receipt.failures,
        "failure": failure,
    })
}

fn planned(about: &About<'_>, step: &PlanStep, known: Option<&Receipt>, now: Timestamp) -> Value {
    let (todo, why) = match &step.todo {
        Todo::Run(check) if known.is_some() => ("known", check.why.to_string()),
        Todo::Run(check) => ("run", check.why.to_string()),
        Todo::Skip(why) => ("skip", why.to_string()),
        Todo::Broken(why) => ("broken", text::escape(why)),
    };
    let check = match &step.todo {
        Todo::Run(check) => Some(check),
        Todo::Skip(_) | Todo::Broken(_) => None,
    };
    let files = check.and_then(|check| match &check.work {
        PlannedWork::Format(files) => Some(files),
        PlannedWork::Commands(_) => None,
    });
    let affected = check.and_then(|check| check.affected.as_ref());
    let every = match affected {
        Some(Affected::Everything(cause)) => Some(cause.to_string()),
        _ => None,
    };
    let packages = match affected {
        Some(Affected::Packages(packages)) => {
            let each = packages
                .iter()
                .map(|(name, why)| (name.clone(), json!(why.to_string())));
            Some(Value::Object(each.collect()))
        }
        _ => None,
    };
    json!({
        "name": step.name.as_str(),
        "rung": step.rung,
        "todo": todo,
        "why": why,
        "receipt": known.map(|receipt| of_receipt(receipt, now)),
        "limit_secs": about.planned(step.name.as_str()).map(|planned| planned.limit.as_secs()),
        "commands": check.map(|check| commands(&check.work)),
        "files": files.map(|files| files.iter().map(|file| text::escape_path(&file.path)).collect::<Vec<_>>()),
        "all_packages": every,
        "packages": packages,
    })
}

/// The one command as a line for a shell; none where there are several, or no shell takes it.
fn one_line(about: &About<'_>, work: &PlannedWork) -> Option<String> {
    match work {
        PlannedWork::Commands(commands) => match commands.as_slice() {
            [one] => by_hand::line(about, one),
            _ => None,
        },
        PlannedWork::Format(_) => None,
    }
}

/// Every command by its words; what is no text in them as `\xNN`. A format comparison is none.
fn commands(work: &PlannedWork) -> Vec<Value> {
    let of = |command: &Command| {
        let words = command.words.iter();
        let words: Vec<String> = words
            .map(|word| match word.to_str() {
                Some(word) => word.to_owned(),
                None => text::escape_path(word.as_encoded_bytes()),
            })
            .collect();
        json!({ "dir": command.dir.as_str(), "words": words })
    };
    match work {
        PlannedWork::Commands(commands) => commands.iter().map(of).collect(),
        PlannedWork::Format(_) => Vec::new(),
    }
}
