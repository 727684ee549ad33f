//! The board in words: a table a phase, with the columns that say something there.

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Blocked;
use lane_core::record::Lock;
use lane_core::record::Phase;
use lane_core::record::Priority;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::time::Timestamp;

use super::Board;
use super::Column;
use super::Picture;
use super::Row;
use crate::asked::Asked;
use crate::show::mark;
use crate::show::paint;
use crate::show::progress::progress;
use crate::show::table;
use crate::show::when;

/// A cell that says nothing.
const NOTHING: &str = "-";

/// A cell under its heading.
type Cell = (&'static str, String);

pub(super) fn print(picture: &Picture, args: &Board, now: Timestamp) {
    paint::out(&heading(picture, now));
    for column in picture.phases.iter().filter(|column| column.count > 0) {
        let ready = match column.ready {
            0 => String::new(),
            ready => format!(", {} ready", grouped(ready)),
        };
        paint::out(&format!("{}: {}{ready}", column.phase, grouped(column.count)));
        print_table(
            &column
                .rows
                .iter()
                .map(|row| cells(row, picture))
                .collect::<Vec<_>>(),
        );
        print_more(column.count - column.rows.len(), &more_of(column, args));
    }
    if picture.done_count > 0 {
        // Which of the others were given up, only their records say.
        let given_up = picture.done.iter().any(|task| task.abandoned.is_some());
        let heading = if given_up { "done or abandoned" } else { "done" };
        paint::out(&format!("{heading}: {}", grouped(picture.done_count)));
        print_table(
            &picture
                .done
                .iter()
                .map(|task| ended(task, picture))
                .collect::<Vec<_>>(),
        );
        print_more(
            picture.done_count.saturating_sub(picture.done.len()),
            &more_done(picture, args),
        );
    }
    if picture.done_count == 0 && picture.phases.iter().all(|column| column.count == 0) {
        paint::note("no tasks");
        if args.at.is_none() {
            paint::hint("git lane task add TITLE --scope GLOB");
        }
    }
}

/// Which state it is: the last event of it, and its time.
fn heading(picture: &Picture, now: Timestamp) -> String {
    let moment = &picture.moment;
    let commit = paint::dim(&moment.commit.short());
    match moment.at {
        Some(at) => format!(
            "after event {} of {} with {} of {} places taken {commit}",
            moment.seq,
            when::moment(at, now),
            picture.pool.0,
            picture.pool.1
        ),
        None => format!("before the first event {commit}"),
    }
}

/// What a task's row says. Words that stand in the records are bounded and escaped.
fn cells(row: &Row, picture: &Picture) -> Vec<Cell> {
    let task = &row.task;
    let (claim, assigned) = (task.claim.as_ref(), task.assigned.as_ref());
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    vec![
        ("task", task.id.to_string()),
        ("holder", or_nothing(claim.map(|c| c.by.to_string()))),
        (judge_of(task), or_nothing(assigned.map(|one| one.by.to_string()))),
        ("lane", or_nothing(claim.map(|c| text::excerpt(&c.lane, 40)))),
        ("since", or_nothing(since(task).map(|at| ago(at, picture.clock)))),
        (
            "lease",
            or_nothing(claim.map(|_| lease(row.lock.as_ref(), picture.clock))),
        ),
        ("attempt", or_nothing(attempt(task))),
        ("acceptance", progress(task, row.results.as_ref()).to_string()),
        ("priority", or_nothing(priority(task))),
        ("waits for", or_nothing(waits(row))),
        ("title", mark::titled(task.mark(), task.status, &task.title, 60)),
    ]
}

fn ended(task: &Task, picture: &Picture) -> Vec<Cell> {
    let done = task.completion.as_ref().map(|c| (c.at, &c.holder));
    let end = done.or(task.abandoned.as_ref().map(|a| (a.at, &a.holder)));
    let or_nothing = |text: Option<String>| text.unwrap_or_else(|| NOTHING.to_owned());
    let holder = end
        .and_then(|(_, holder)| holder.as_ref())
        .map(ToString::to_string);
    let given_up = task.abandoned.as_ref().map(|_| task.status.to_string());
    vec![
        ("task", task.id.to_string()),
        ("end", or_nothing(given_up)),
        ("holder", or_nothing(holder)),
        ("since", or_nothing(end.map(|(at, _)| ago(at, picture.clock)))),
        ("attempt", or_nothing(attempt(task))),
        ("acceptance", progress(task, None).to_string()),
        ("title", mark::titled(task.mark(), task.status, &task.title, 60)),
    ]
}

/// What somebody is who is assigned to the task beside its holder.
fn judge_of(task: &Task) -> &'static str {
    match task.status {
        Phase::Testing => Role::Tester.name(),
        _ => Role::Reviewer.name(),
    }
}

fn since(task: &Task) -> Option<Timestamp> {
    let blocked = task.blocked.as_ref().map(|blocked| blocked.since);
    blocked.or(task.claim.as_ref().map(|claim| claim.since))
}

fn ago(at: Timestamp, clock: Timestamp) -> String {
    match clock.since(at) {
        0 => "now".to_owned(),
        1.. => format!("{} ago", when::short(clock.since(at))),
        _ => at.to_string(),
    }
}

fn lease(lock: Option<&Lock>, clock: Timestamp) -> String {
    match lock {
        None => "no lock".to_owned(),
        Some(lock) if lock.is_over(clock) => format!("over {}", ago(lock.expires, clock)),
        Some(lock) => when::lease(lock, clock),
    }
}

fn attempt(task: &Task) -> Option<String> {
    let claimed = task.claim.as_ref().map(|claim| claim.attempt);
    Some(claimed.unwrap_or(task.attempts))
        .filter(|n| *n > 1)
        .map(|n| n.to_string())
}

fn priority(task: &Task) -> Option<String> {
    let name = serde_json::to_value(task.priority).ok()?;
    (task.priority != Priority::Medium).then(|| name.as_str().unwrap_or_default().to_owned())
}

fn waits(row: &Row) -> Option<String> {
    match (&row.task.blocked, &row.waits) {
        (Some(blocked), _) => Some(blocker(blocked)),
        (None, Some(no)) => Some(reason(no, row)),
        (None, None) => None,
    }
}

/// The task that it waits for, and the reason as its author's words.
fn blocker(blocked: &Blocked) -> String {
    let on = blocked.on.as_ref().map(ToString::to_string);
    let why = blocked.why.as_ref();
    let why = why.map(|why| format!("{} wrote: {:?}", blocked.by, text::excerpt(why, 60)));
    on.into_iter().chain(why).collect::<Vec<_>>().join("; ")
}

/// For a dependency the tasks themselves, else the ground's id and who stands in the way.
fn reason(no: &Refusal, row: &Row) -> String {
    if no.ground == &ground::DEPENDENCY_OPEN {
        let named = |id: &TaskId| match row.gone.contains(id) {
            true => format!("{id} (given up)"),
            false => id.to_string(),
        };
        let ids: Vec<String> = row.open.iter().map(named).collect();
        return text::excerpt(&ids.join(" "), 60);
    }
    match &no.held {
        Some(held) => format!("{}: {}", no.ground.id, held.agent),
        None => no.ground.id.to_owned(),
    }
}

/// A phase's rows under their headings; a column in which nothing stands is left out.
fn print_table(rows: &[Vec<Cell>]) {
    let Some(first) = rows.first() else { return };
    let says = |column: usize| rows.iter().any(|row| row[column].1 != NOTHING);
    let shown: Vec<usize> = (0..first.len()).filter(|column| says(*column)).collect();
    let heads = shown.iter().map(|column| first[*column].0.to_owned()).collect();
    let texts = rows
        .iter()
        .map(|row| shown.iter().map(|column| row[*column].1.clone()).collect());
    let lines = table::lines(&std::iter::once(heads).chain(texts).collect::<Vec<Vec<String>>>());
    for (n, line) in lines.iter().enumerate() {
        let line = if n == 0 { paint::dim(line) } else { line.clone() };
        paint::out(&format!("  {line}"));
    }
}

fn print_more(more: usize, command: &str) {
    if more > 0 {
        paint::out(&format!("  … and {} more: {command}", grouped(more)));
    }
}

fn more_of(column: &Column, args: &Board) -> String {
    match args.at {
        None => command(&["git", "lane", "task", "list", "--status", column.phase.name()]),
        Some(asked) => again(asked, "--limit", column.count),
    }
}

fn more_done(picture: &Picture, args: &Board) -> String {
    match args.at {
        None if picture.done.iter().any(|task| task.abandoned.is_some()) => {
            "git lane task list --all".to_owned()
        }
        None => "git lane task list --status done".to_owned(),
        Some(asked) => again(asked, "--done", picture.done_count),
    }
}

/// The same board of the past with more on it.
fn again(asked: Asked, option: &str, count: usize) -> String {
    let at = match asked {
        Asked::Event(seq) => seq.to_string(),
        Asked::Time(time) => time.to_string(),
        Asked::Ago(span) => span.to_string(),
    };
    command(&["git", "lane", "board", "--at", &at, option, &count.to_string()])
}

/// `9980` as `9,980`.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_grouped() {
        for (n, text) in [(0, "0"), (999, "999"), (9_980, "9,980"), (1_234_567, "1,234,567")] {
            assert_eq!(super::grouped(n), text);
        }
    }
}
