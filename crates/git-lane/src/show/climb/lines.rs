//! A check's lines for people: its word, what shows it, and for what did not pass the command, the end of its output and
//! where the rest is.

use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Done;
use lane_gate::Outcome;
use lane_gate::Report;
use lane_gate::Showing;

use super::about::About;
use super::by_hand;
use super::output::Log;
use super::output::Output;
use super::output::output;
use super::words;
use crate::show::paint;

/// The lines that say what came of a check, the first with its word painted.
pub(super) fn of_check(about: &About<'_>, done: &Done, now: Timestamp) -> Vec<String> {
    let mut lines = vec![first(about, done, now)];
    let detail = details(about, done);
    lines.extend(
        detail
            .iter()
            .map(|line| format!("    {line}").trim_end().to_owned()),
    );
    lines
}

fn first(about: &About<'_>, done: &Done, now: Timestamp) -> String {
    let planned = about.planned(&done.name);
    let said = words::beside(&done.outcome, planned, now);
    let (word, width) = (format!("{:8}", words::word(&done.outcome)), about.name_width());
    let rest = format!("{:width$}  {said}", done.name);
    let rest = rest.trim_end();
    match &done.outcome {
        Outcome::Passed(_) => format!("{} {rest}", paint::good(&word)),
        Outcome::Flaky(_) => format!("{} {rest}", paint::doubtful(&word)),
        Outcome::Skipped(_) | Outcome::NotRun(_) => paint::dim(&format!("{word} {rest}")),
        _ => format!("{} {rest}", paint::bad(&word)),
    }
}

/// What stands below the first line, not indented yet.
pub(super) fn details(about: &About<'_>, done: &Done) -> Vec<String> {
    let mut lines = Vec::new();
    if done.outcome.is_good() || matches!(done.outcome, Outcome::NotRun(_)) {
        return lines;
    }
    if let Some(planned) = about.planned(&done.name) {
        lines.extend(by_hand::lines(about, &done.outcome, planned));
    }
    if let Some(run) = words::run(&done.outcome) {
        let log = about.log(&done.name);
        let output = output(run, &log);
        let log = text::escape_path(log.as_os_str().as_encoded_bytes());
        lines.extend(remark(&output, &log));
        lines.extend(output.lines);
    }
    lines
}

/// What is not shown, and where it is.
fn remark(output: &Output, log: &str) -> Option<String> {
    let shown = output.lines.len();
    match (output.cut, output.log) {
        (false, _) if shown == 0 => Some("(it printed nothing)".to_owned()),
        (false, _) => None,
        (true, Log::Whole) => Some(format!("(the last {shown} lines; all of it: {log})")),
        (true, Log::Part) => Some(format!("(the last {shown} lines; a part of the rest: {log})")),
        (true, Log::None) => Some(format!("(the last {shown} lines; the rest was not kept)")),
    }
}

/// For a flaky check, what must be looked into.
pub(crate) fn flaky(done: &Done, now: Timestamp) -> Option<String> {
    if !words::is_flaky(&done.outcome) {
        return None;
    }
    if let (Outcome::Failed(_), Some(receipt)) = (&done.outcome, words::receipt(&done.outcome)) {
        return Some(format!(
            "{} is flaky: it failed, and passed on these very files before ({} of {} runs); find out why",
            done.name,
            receipt.passes,
            receipt.passes.saturating_add(receipt.failures)
        ));
    }
    let failure = words::receipt(&done.outcome).and_then(|receipt| receipt.failure.as_ref());
    let before = match failure {
        None => String::new(),
        Some(failure) => {
            let last = failure.lines.lines().rev().find(|line| !line.trim().is_empty());
            format!(
                ", {} ago with exit {}{}",
                words::ago(failure.ended, now),
                failure.exit,
                last.map_or(String::new(), |line| format!(
                    ": {}",
                    text::excerpt(line.trim(), 160)
                ))
            )
        }
    };
    Some(format!(
        "{} is flaky: it passed, and failed on these very files{before}; find out why before you trust it",
        done.name
    ))
}

/// The line that a climb ends with when nothing stands against it; none otherwise, for an error says it.
pub(super) fn closing(about: &About<'_>, report: &Report) -> Option<String> {
    if !report.passed() {
        return None;
    }
    if about.is_idle() {
        let why = match (about.ladder.steps.is_empty(), about.change.is_nothing()) {
            (true, _) => "no check stands on this rung".to_owned(),
            (_, true) => about.judged(),
            _ => format!("{}, and no check is for that", about.judged()),
        };
        return Some(format!("{} nothing to check: {why}", paint::good("ok:")));
    }
    let count = |wanted: &dyn Fn(&Outcome) -> bool| {
        let done = report.done.iter();
        done.filter(|done| wanted(&done.outcome)).count()
    };
    let good = count(&|outcome| words::showing(outcome).is_some());
    let known = count(&|outcome| matches!(words::showing(outcome), Some(Showing::Receipt(_))));
    let (flaky, skipped) = (
        count(&|outcome| matches!(outcome, Outcome::Flaky(_))),
        count(&|outcome| matches!(outcome, Outcome::Skipped(_))),
    );
    let mut parts = vec![match (good, known) {
        (1, 1) => "the check passed before on the same files; nothing was run".to_owned(),
        (_, _) if good == known => {
            format!("all {good} checks passed before on the same files; nothing was run")
        }
        (1, _) => "1 check passed".to_owned(),
        (_, 0) => format!("{good} checks passed"),
        _ => format!("{good} checks passed, {known} of them before on the same files"),
    }];
    parts.extend((flaky > 0).then(|| format!("{flaky} flaky")));
    parts.extend((skipped > 0).then(|| format!("{skipped} skipped")));
    Some(format!("{} {}", paint::good("ok:"), parts.join(", ")))
}
