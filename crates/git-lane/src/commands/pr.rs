//! `git lane pr`: the text of a pull request, from what was handed off.

use std::process::ExitCode;

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::record::Checkpoint;
use lane_core::record::Task;
use lane_core::record::Verdict;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_store::TreeView;
use serde_json::json;

use super::Outcome;
use crate::brief;
use crate::error::CliError;
use crate::evidence;
use crate::hooks::TRAILER;
use crate::session::Session;
use crate::show::json;
use crate::show::markdown;
use crate::show::paint;

/// How much of a line that somebody wrote is shown, in characters.
const WORDS: usize = 1000;

/// How many files are listed.
const FILES: usize = 60;

/// Print the text of a pull request, from the task's newest handoff and its verdicts: the title on the first line.
///
/// `git lane pr ID | tail -n +3` is the body. What people and agents wrote is shown as it is, never as Markdown.
#[derive(Debug, clap::Args)]
pub(crate) struct Pr {
    /// The task
    pub(crate) id: TaskId,
    /// Print JSON: `title` and `body`
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Pr) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let Some(task) = view.task(&args.id)?.map(Found::into_task) else {
        let no = Refusal::new(&ground::NO_SUCH_TASK, format!("there is no task {}", args.id));
        return Err(no.hint("git lane task list").into());
    };
    let text = text(&view, &task)?;
    if args.json {
        json::out(&json!({ "title": text.title, "body": text.body }));
    } else {
        text.print();
    }
    if task.handoff.is_none() {
        paint::note(&format!(
            "{} is {}: this handoff does not stand any more",
            task.id, task.status
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// What a pull request says.
pub(super) struct Text {
    /// One line.
    pub(super) title: String,
    /// Markdown.
    pub(super) body: String,
}

impl Text {
    /// The title on the first line, and the body from the third on.
    pub(super) fn print(&self) {
        paint::out(&self.title);
        paint::out("");
        self.body.lines().for_each(paint::out);
    }
}

/// The text for a task that was handed off.
///
/// # Errors
/// A refusal where it never was.
pub(super) fn text(view: &TreeView<'_>, task: &Task) -> Result<Text, CliError> {
    let Some(handoff) = brief::newest_handoff(view, task)? else {
        let what = format!(
            "{} was never handed off, so there is nothing to tell of it",
            task.id
        );
        let hint = command(&["git", "lane", "handoff", task.id.as_str()]);
        return Err(Refusal::new(&ground::NOT_IN_PHASE, what).hint(hint).into());
    };
    Ok(Text {
        title: format!("{}: {}", task.id, lane_core::text::excerpt(&task.title, WORDS)),
        body: body(task, &handoff),
    })
}

fn body(task: &Task, handoff: &Checkpoint) -> String {
    let mut out = Vec::new();
    section(
        &mut out,
        "What was done",
        handoff.done.iter().map(|line| said(line)),
    );
    if let Some(cause) = &handoff.cause {
        let where_it_was = format!(
            "in {}, {}",
            markdown::code(&cause.file, WORDS),
            said(&cause.layer)
        );
        section(
            &mut out,
            "Cause",
            [format!("{} ({where_it_was})", said(&cause.text))],
        );
    }
    let count = handoff
        .more_files
        .as_ref()
        .map_or(handoff.files.len() as u64, |more| more.total);
    let files = handoff
        .files
        .iter()
        .take(FILES)
        .map(|file| markdown::code(file, WORDS));
    let hidden = count.saturating_sub(handoff.files.len().min(FILES) as u64);
    let more = (hidden > 0).then(|| format!("… and {hidden} more"));
    section(&mut out, &format!("Files ({count})"), files.chain(more));
    section(&mut out, "How it was checked", checks(task, handoff));
    let removed = handoff
        .removes
        .iter()
        .map(|(path, removal)| format!("{}: {}", markdown::code(path, WORDS), said(&removal.why)));
    section(&mut out, "Removed on purpose", removed);
    section(&mut out, "Risks", handoff.risks.iter().map(|risk| said(risk)));
    let verdicts = task.verdict.iter().filter_map(|(stage, verdict)| {
        let made = verdict.made.as_ref()?;
        let by = markdown::plain(made.by.as_str(), WORDS);
        Some(format!(
            "{stage} by {by} on {}: {}",
            short(&verdict.tip),
            judged(verdict)
        ))
    });
    section(&mut out, "Verdicts", verdicts);
    if let Some(issue) = &task.issue {
        // GitHub closes an issue by this word; elsewhere it is a sentence.
        out.push(format!("Closes {}", lane_core::text::excerpt(issue, 64)));
        out.push(String::new());
    }
    out.push(format!("{TRAILER}: {}", task.id));
    out.join("\n")
}

fn section(out: &mut Vec<String>, title: &str, lines: impl IntoIterator<Item = String>) {
    let lines: Vec<String> = lines.into_iter().map(|line| format!("- {line}")).collect();
    if !lines.is_empty() {
        out.push(format!("## {title}"));
        out.push(String::new());
        out.extend(lines);
        out.push(String::new());
    }
}

fn said(line: &str) -> String {
    markdown::plain(line, WORDS)
}

fn checks(task: &Task, handoff: &Checkpoint) -> Vec<String> {
    let mut lines: Vec<String> = task
        .acceptance
        .iter()
        .map(|(key, criterion)| match handoff.acceptance.get(key) {
            Some(run) => format!(
                "[{}] {key} {}: {} exit {}, {} s",
                if run.passed() { "x" } else { " " },
                said(&criterion.text),
                markdown::code(&run.command, WORDS),
                run.exit,
                run.secs
            ),
            None => format!("[ ] {key} {}: to be judged by reading", said(&criterion.text)),
        })
        .collect();
    let gate = evidence::gate_lines(handoff);
    lines
        .extend(gate.into_iter().map(|(passed, line)| {
            format!("[{}] gate, rung {}", if passed { "x" } else { " " }, said(&line))
        }));
    lines
}

fn judged(verdict: &Verdict) -> String {
    let mut words = vec![if verdict.ready { "ready" } else { "not ready" }.to_owned()];
    words.extend(verdict.class.map(|class| class.name().to_owned()));
    words.extend(
        verdict
            .findings
            .iter()
            .map(|line| format!("found: {}", said(line))),
    );
    words.extend(verdict.fixed.iter().map(|line| format!("fixed: {}", said(line))));
    words.join("; ")
}

fn short(id: &str) -> String {
    lane_core::text::escape(&id.chars().take(12).collect::<String>())
}
