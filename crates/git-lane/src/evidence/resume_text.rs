//! A resume point as lines. What an agent wrote is escaped and indented: a line of theirs never looks like one of ours.

use lane_core::record::Acceptance;
use lane_core::record::Checkpoint;
use lane_core::record::Failure;
use lane_core::text;
use lane_core::time::Timestamp;

use super::ResumePoint;
use super::resume_point::Since;
use super::resume_point::State;
use crate::show::consults;
use crate::show::table;
use crate::show::verdicts;
use crate::show::when;

/// How many failures are shown; JSON has them all.
const FAILURES: usize = 5;
/// How many lines of a failure's output are shown.
const LINES: usize = 10;

/// The lines on stdout.
pub(crate) fn lines(point: &ResumePoint, now: Timestamp) -> Vec<String> {
    let task = &point.task;
    let mut out = vec![format!(
        "{} ({}), attempt {}: {}",
        task.id,
        task.status,
        task.attempts,
        text::escape(&task.title)
    )];
    let tip = point
        .tip
        .map_or_else(|| "no commit yet".to_owned(), |tip| tip.short());
    if let Some(path) = &point.path {
        out.push(format!("worktree {}", text::escape(&path.display().to_string())));
    }
    out.push(format!("branch {} at {tip}", text::escape(&task.branch)));
    if let Some(count) = point.uncommitted {
        out.push(match count {
            0 => "nothing is uncommitted".to_owned(),
            _ => format!("{count} paths are uncommitted or untracked"),
        });
    }
    troubles(&mut out, point, now);
    match &point.checkpoint {
        Some(checkpoint) => said(&mut out, checkpoint, now),
        None => out.push("no checkpoint".to_owned()),
    }
    out.extend(verdicts::lines(task, now));
    if let Some(since) = &point.since {
        commits(&mut out, "since the checkpoint", since, "");
    }
    checks(&mut out, point);
    out.extend(consults::lines(&point.results, now));
    for (failed, since) in point.failures.iter().take(FAILURES) {
        failure(&mut out, failed, since, now);
    }
    if point.failures.len() > FAILURES {
        out.push(format!(
            "and {} more open failures",
            point.failures.len() - FAILURES
        ));
    }
    out
}

/// What went wrong last, how often each stage failed, and what was found.
fn troubles(out: &mut Vec<String>, point: &ResumePoint, now: Timestamp) {
    let task = &point.task;
    if let Some(trouble) = &task.trouble {
        out.push(format!(
            "{} in {}{}, says {}, {}",
            trouble.mark,
            trouble.stage,
            times(task.failures(trouble.stage)),
            trouble.by,
            when::moment(trouble.since, now)
        ));
        out.push(format!("    {}", text::escape(&trouble.why)));
    }
    let Some((stage, verdict)) = point.returned() else {
        return;
    };
    let tip: String = verdict.tip.chars().take(12).collect();
    let made = verdict.made.as_ref();
    let made = made.map_or(String::new(), |m| {
        format!(" by {}, {}", m.by, when::moment(m.at, now))
    });
    out.push(format!("found in {stage} at {}{made}", text::escape(&tip)));
    for (name, list) in [
        ("findings", &verdict.findings),
        ("mended already", &verdict.fixed),
    ] {
        if !list.is_empty() {
            out.push(format!("  {name}"));
            out.extend(list.iter().map(|line| format!("    {}", text::escape(line))));
        }
    }
}

/// `, failed 2 times`; nothing for none, which the orchestrator's word makes of any number.
fn times(count: u32) -> String {
    match count {
        0 => String::new(),
        1 => ", failed once".to_owned(),
        n => format!(", failed {n} times"),
    }
}

fn said(out: &mut Vec<String>, checkpoint: &Checkpoint, now: Timestamp) {
    let made = checkpoint.made.as_ref();
    let made = made.map_or(String::new(), |m| {
        format!(" by {}, {}", m.by, when::moment(m.at, now))
    });
    let handoff = if checkpoint.is_handoff() {
        " (a handoff)"
    } else {
        ""
    };
    out.push(format!("checkpoint {}{handoff}{made}", checkpoint.checkpoint));
    let lists = [
        ("done", &checkpoint.done),
        ("pending", &checkpoint.pending),
        ("blockers", &checkpoint.blockers),
        ("risks", &checkpoint.risks),
    ];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        out.push(format!("  {name}"));
        out.extend(list.iter().map(|line| format!("    {}", text::escape(line))));
    }
    if let Some(next) = &checkpoint.next {
        out.push("  next".to_owned());
        out.push(format!("    {}", text::escape(next)));
    }
}

fn commits(out: &mut Vec<String>, when: &str, since: &Since, indent: &str) {
    match since {
        Since::Commits {
            count,
            newest,
            rewritten,
        } => {
            let rewritten = if *rewritten {
                "; the branch was rewritten"
            } else {
                ""
            };
            let plural = if *count == 1 { "" } else { "s" };
            out.push(format!("{indent}{count} commit{plural} {when}{rewritten}"));
            out.extend(
                newest
                    .iter()
                    .map(|(id, subject)| format!("{indent}  {id} {subject}")),
            );
            if *count > newest.len() {
                out.push(format!("{indent}  and {} more", count - newest.len()));
            }
        }
        Since::Many => out.push(format!("{indent}very many commits {when}")),
        Since::NotHere => out.push(format!("{indent}commits {when} unknown: that commit is not here")),
    }
}

fn checks(out: &mut Vec<String>, point: &ResumePoint) {
    if point.checks.is_empty() {
        return;
    }
    out.push("acceptance on this tip".to_owned());
    let word = |state: &State| match state {
        State::Passed => "passed".to_owned(),
        State::Failed(exit) => format!("FAILED exit {exit}"),
        State::NotRun => "not run".to_owned(),
        State::ByHand => "by hand".to_owned(),
    };
    let rows = point.checks.iter();
    let rows: Vec<Vec<String>> = rows
        .map(|(key, state)| {
            let criterion = point.task.acceptance.get(key);
            let mut more = criterion.map(Acceptance::purposes).unwrap_or_default();
            if let Some(run) = point.before(key) {
                let end = if run.passed() { "passed" } else { "failed" };
                more.push_str(&format!("; {end} at the base"));
            }
            vec![format!("  {}", text::escape(key)), word(state), more]
        })
        .collect();
    out.extend(table::lines(&rows));
}

fn failure(out: &mut Vec<String>, failed: &Failure, since: &Since, now: Timestamp) {
    out.push(format!(
        "open failure of {}: exit {}, seen {} times, last by {}, {}",
        text::escape(&failed.key),
        failed.exit,
        failed.times,
        failed.made.by,
        when::moment(failed.made.at, now)
    ));
    out.push(format!("  $ {}", text::excerpt(&failed.command, 200)));
    out.push(format!("  signature {}", text::escape(&failed.signature)));
    let lines: Vec<&str> = failed.lines.iter().flat_map(|lines| lines.lines()).collect();
    let last = lines.iter().skip(lines.len().saturating_sub(LINES));
    out.extend(last.map(|line| format!("    {}", text::excerpt(line, 200))));
    match &failed.remedy {
        Some(remedy) => out.push(format!("  what was done about it: {}", text::escape(remedy))),
        None => out.push("  nobody said what was done about it".to_owned()),
    }
    commits(out, "since it failed", since, "  ");
}
