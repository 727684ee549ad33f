//! The pages: what of the state each shows, as tables whose cells hold what others wrote.

use lane_core::ready::Card;
use lane_core::ready::rank;
use lane_core::record::Lock;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_store::Moment;
use lane_store::Queue;
use lane_store::Store;
use lane_store::TreeView;

use crate::error::CliError;
use crate::show::mark;
use crate::show::markdown;

/// The first line of each page: what is written over begins so.
pub(super) const MARK: &str = "<!-- made by `git lane render`: the next call writes it anew -->";

/// How much of a title or reason is shown, in characters.
const WORDS: usize = 120;

/// How many tasks of a phase are listed.
const ROWS: usize = 500;

/// A page.
pub(super) struct Page {
    /// The file's name.
    pub(super) name: &'static str,
    /// All of it.
    pub(super) text: String,
}

/// A section of a page: the tasks of one phase.
struct Section {
    title: &'static str,
    phase: Phase,
}

const fn section(title: &'static str, phase: Phase) -> Section {
    Section { title, phase }
}

/// Every open phase is on one page.
static PAGES: &[(&str, &str, &[Section])] = &[
    (
        "TODO.md",
        "To do",
        &[section("To do", Phase::Todo), section("Blocked", Phase::Blocked)],
    ),
    (
        "IN_PROGRESS.md",
        "In progress",
        &[
            section("In progress", Phase::InProgress),
            section("Escalated: the orchestrator decides", Phase::Escalated),
        ],
    ),
    ("REVIEW.md", "In review", &[section("In review", Phase::Review)]),
    (
        "TESTING.md",
        "Testing",
        &[
            section("Testing", Phase::Testing),
            section("Ready to land", Phase::Queued),
        ],
    ),
];

/// All pages of a state.
pub(super) fn all(store: &Store<'_>, view: &TreeView<'_>, moment: &Moment) -> Result<Vec<Page>, CliError> {
    let queue = Queue::read(store, view)?;
    let mut pages = Vec::new();
    for (name, title, sections) in PAGES {
        let mut lines = head(title, moment);
        for section in *sections {
            lines.extend(of_phase(view, &queue, section)?);
        }
        if !queue.broken().is_empty() && *name == "TODO.md" {
            lines.push(format!(
                "\n{} records cannot be read and are left out.",
                queue.broken().len()
            ));
        }
        pages.push(page(name, &lines));
    }
    let mut lines = head("Locks", moment);
    lines.push(String::new());
    lines.extend(locks(&view.locks()?));
    pages.push(page("LOCKS.md", &lines));
    Ok(pages)
}

fn page(name: &'static str, lines: &[String]) -> Page {
    let text = lines.join("\n") + "\n";
    Page { name, text }
}

fn head(title: &str, moment: &Moment) -> Vec<String> {
    let at = moment.at.map_or_else(String::new, |at| format!(", {at}"));
    vec![
        MARK.to_owned(),
        String::new(),
        format!("# {title}"),
        String::new(),
        format!("The state after event {}{at}.", moment.seq),
    ]
}

fn of_phase(view: &TreeView<'_>, queue: &Queue<'_>, section: &Section) -> Result<Vec<String>, CliError> {
    let mut cards: Vec<&Card> = queue
        .cards()
        .iter()
        .filter(|card| card.status == section.phase)
        .collect();
    cards.sort_by(|a, b| rank(a, b));
    let mut lines = vec![
        String::new(),
        format!("## {} ({})", section.title, cards.len()),
        String::new(),
    ];
    if cards.is_empty() {
        lines.push("None.".to_owned());
        return Ok(lines);
    }
    let mut rows = Vec::new();
    for card in cards.iter().take(ROWS) {
        if let Some(Found::Live(task)) = view.task(&card.id)? {
            rows.push(row(&task));
        }
    }
    lines.extend(markdown::table(
        &[
            "Task",
            "Title",
            "Priority",
            "Area",
            "Who",
            "Since",
            "Waits for, or what is wrong",
        ],
        &rows,
    ));
    if cards.len() > ROWS {
        lines.push(format!("\n… and {} more.", cards.len() - ROWS));
    }
    Ok(lines)
}

fn row(task: &Task) -> Vec<String> {
    let priority = serde_json::to_value(task.priority).unwrap_or_default();
    let marked = |mark| format!("{} ", mark::words(mark, task.status));
    let mark = task.mark().map_or_else(String::new, marked);
    vec![
        markdown::code(task.id.as_str(), WORDS),
        markdown::plain(&format!("{mark}{}", task.title), WORDS),
        priority.as_str().unwrap_or_default().to_owned(),
        task.area
            .as_ref()
            .map_or_else(String::new, |area| markdown::plain(area.as_str(), WORDS)),
        who(task),
        task.since().to_string(),
        markdown::plain(&wrong(task), WORDS),
    ]
}

/// Who holds it, and who reviews or tests it.
fn who(task: &Task) -> String {
    let holder = task
        .claim
        .as_ref()
        .map(|claim| markdown::plain(claim.by.as_str(), WORDS));
    let judge = task.assigned.as_ref().map(|assigned| {
        format!(
            "{}: {}",
            assigned.role,
            markdown::plain(assigned.by.as_str(), WORDS)
        )
    });
    [holder, judge]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("; ")
}

fn wrong(task: &Task) -> String {
    let mut out: Vec<String> = Vec::new();
    if task.status == Phase::Todo && !task.depends_on.is_empty() {
        let on: Vec<&str> = task
            .depends_on
            .iter()
            .map(lane_core::id::TaskId::as_str)
            .collect();
        out.push(format!("depends on {}", on.join(", ")));
    }
    if let Some(blocked) = &task.blocked {
        out.extend(blocked.on.as_ref().map(|on| format!("on {on}")));
        out.extend(blocked.why.clone());
    }
    if let Some(trouble) = &task.trouble {
        out.push(format!("{}: {}", trouble.stage, trouble.why));
    }
    out.join("; ")
}

fn locks(locks: &[Lock]) -> Vec<String> {
    if locks.is_empty() {
        return vec!["None.".to_owned()];
    }
    let rows: Vec<Vec<String>> = locks
        .iter()
        .map(|lock| {
            let scope: Vec<String> = lock
                .scope
                .iter()
                .map(|glob| markdown::code(glob, WORDS))
                .collect();
            vec![
                markdown::code(lock.id.as_str(), WORDS),
                markdown::plain(lock.owner.as_str(), WORDS),
                lock.task
                    .as_ref()
                    .map_or_else(String::new, |task| markdown::code(task.as_str(), WORDS)),
                scope.join(" "),
                markdown::plain(&lock.objective, WORDS),
                lock.start.to_string(),
                lock.heartbeat.to_string(),
                if lock.kept {
                    "kept".to_owned()
                } else {
                    lock.expires.to_string()
                },
                lock.fence.to_string(),
            ]
        })
        .collect();
    markdown::table(
        &[
            "Lock",
            "Owner",
            "Task",
            "Scope",
            "Objective",
            "Start",
            "Heartbeat",
            "Expires",
            "Fence",
        ],
        &rows,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_open_phase_is_on_exactly_one_page() {
        let mut shown: Vec<Phase> = PAGES
            .iter()
            .flat_map(|(_, _, sections)| sections.iter().map(|s| s.phase))
            .collect();
        shown.sort();
        let open: Vec<Phase> = Phase::ALL.into_iter().filter(|phase| !phase.is_final()).collect();
        assert_eq!(shown, open);
    }
}
