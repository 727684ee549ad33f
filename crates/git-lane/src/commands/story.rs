//! What happened to a task, in time order: events from the ledger and commits from git, the last ones.

use lane_core::event::Payload;
use lane_core::record::Checkpoint;
use lane_core::record::Outcome as Run;
use lane_core::record::Task;
use lane_core::record::Verdict;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_git::Commit;
use lane_git::Oid;
use lane_store::Entry;
use serde_json::Value;
use serde_json::json;

use super::log;
use super::task_show;
use crate::error::CliError;
use crate::session::Session;
use crate::show::notes;
use crate::show::paint;

/// How many events are told.
const EVENTS: usize = 200;
/// How many commits are told.
const COMMITS: usize = 100;
/// How many files of a handoff are listed.
const FILES: usize = 40;

/// The last events and commits of a task, the oldest first.
pub(super) struct Story {
    events: Vec<Entry>,
    commits: Vec<Commit>,
    more_events: bool,
    more_commits: bool,
}

impl Story {
    /// The story up to the state's `tip`, and up to commits of the time `until`.
    pub(super) fn of(
        session: &Session<'_>,
        tip: Oid,
        task: &Task,
        until: Option<Timestamp>,
    ) -> Result<Self, CliError> {
        let mut events = log::of_task(session.repo, tip, &task.id, EVENTS + 1)?;
        let mut commits = task_show::commits(session, task, COMMITS + 1)?;
        commits.retain(|commit| until.is_none_or(|until| commit.time <= until.secs()));
        let (more_events, more_commits) = (events.len() > EVENTS, commits.len() > COMMITS);
        events.truncate(EVENTS);
        commits.truncate(COMMITS);
        events.reverse();
        commits.reverse();
        Ok(Self {
            events,
            commits,
            more_events,
            more_commits,
        })
    }

    /// Whether something is left out.
    pub(super) fn is_cut(&self) -> bool {
        self.more_events || self.more_commits
    }

    pub(super) fn events_json(&self) -> Value {
        let value = |entry: &Entry| {
            let mut value = serde_json::to_value(&entry.event).unwrap_or_default();
            value["commit"] = json!(entry.commit.to_string());
            value
        };
        json!(self.events.iter().map(value).collect::<Vec<_>>())
    }

    pub(super) fn commits_json(&self) -> Value {
        let value = |commit: &Commit| {
            json!({
                "id": commit.id.to_string(),
                "at": time(commit),
                "author": commit.author.name,
                "subject": subject(commit),
            })
        };
        json!(self.commits.iter().map(value).collect::<Vec<_>>())
    }
}

/// The first line of a commit's message.
pub(super) fn subject(commit: &Commit) -> String {
    let message = String::from_utf8_lossy(&commit.message);
    text::excerpt(message.lines().next().unwrap_or_default(), 100)
}

/// When it was committed, as people and records write it.
fn time(commit: &Commit) -> String {
    Timestamp::from_secs(commit.time).to_string()
}

enum Told<'s> {
    Event(&'s Entry),
    Commit(&'s Commit),
}

/// Prints the story. Events keep the ledger's order; a commit stands before the first event that is later.
pub(super) fn print(story: &Story) {
    paint::out("\nstory");
    if story.more_events {
        paint::out(&format!("  … only the last {EVENTS} events are shown"));
    }
    if story.more_commits {
        paint::out(&format!("  … only the last {COMMITS} commits are shown"));
    }
    for told in woven(story) {
        match told {
            Told::Event(entry) => event(entry),
            Told::Commit(commit) => {
                let author = text::excerpt(&commit.author.name, 60);
                paint::out(&format!(
                    "  {}  commit {} by {author}: {}",
                    time(commit),
                    commit.id.short(),
                    subject(commit)
                ));
            }
        }
    }
    if story.is_cut() {
        paint::hint("git log refs/agents/state");
    }
}

fn woven(story: &Story) -> Vec<Told<'_>> {
    let mut commits: Vec<&Commit> = story.commits.iter().collect();
    commits.sort_by_key(|commit| commit.time);
    let mut commits = commits.into_iter().peekable();
    let mut out = Vec::new();
    for entry in &story.events {
        while let Some(commit) = commits.next_if(|commit| commit.time < entry.event.at.secs()) {
            out.push(Told::Commit(commit));
        }
        out.push(Told::Event(entry));
    }
    out.extend(commits.map(Told::Commit));
    out
}

fn event(entry: &Entry) {
    paint::out(&format!("  {}  {}", entry.event.at, entry.event.sentence()));
    match &entry.event.what {
        Payload::NoteAdded { text, .. } => notes::block(text, "        | "),
        Payload::TaskCheckpointed { checkpoint } => said(checkpoint),
        Payload::TaskHandedOff { checkpoint } => {
            evidence(checkpoint);
            said(checkpoint);
        }
        Payload::TaskJudged {
            verdict, checkpoint, ..
        } => {
            judged(verdict);
            checkpoint.iter().for_each(|checkpoint| evidence(checkpoint));
        }
        Payload::TaskChecked {
            results,
            before,
            remedy,
            ..
        } => {
            runs(results.iter(), "");
            runs(before.iter(), " at the base");
            remedy.iter().for_each(|words| fact("remedy", words));
        }
        _ => {}
    }
}

fn fact(name: &str, words: &str) {
    paint::out(&format!(
        "        {name}: {}",
        text::excerpt(words, 2 * text::LINE_CHARS)
    ));
}

/// What the writer says about the work.
fn said(record: &Checkpoint) {
    for (name, list) in [
        ("done", &record.done),
        ("pending", &record.pending),
        ("blocker", &record.blockers),
        ("risk", &record.risks),
    ] {
        list.iter().for_each(|words| fact(name, words));
    }
    record.next.iter().for_each(|next| fact("next", next));
}

/// What a stage thinks of a commit.
fn judged(verdict: &Verdict) {
    fact("commit", &verdict.tip.chars().take(12).collect::<String>());
    verdict.class.iter().for_each(|class| fact("class", class.name()));
    verdict.findings.iter().for_each(|words| fact("finding", words));
    verdict.fixed.iter().for_each(|words| fact("fixed", words));
}

/// What git and the runs say.
fn evidence(record: &Checkpoint) {
    let short = |id: &str| id.chars().take(12).collect::<String>();
    let base = record.base.as_deref().map(short).unwrap_or_default();
    fact("base", &base);
    fact("tip", &short(&record.tip));
    for file in record.files.iter().take(FILES) {
        fact("file", file);
    }
    let total = record
        .more_files
        .as_ref()
        .map_or(record.files.len() as u64, |more| more.total);
    let shown = record.files.len().min(FILES) as u64;
    if total > shown {
        fact("files", &format!("… and {} more", total - shown));
    }
    for (path, removal) in &record.removes {
        fact("removed", &format!("{path}: {}", removal.why));
    }
    if let Some(cause) = &record.cause {
        fact("cause", &cause.text);
        fact("layer", &cause.layer);
        fact("mended in", &cause.file);
    }
    runs(record.before.iter(), " at the base");
    runs(record.acceptance.iter(), "");
    for (_, line) in crate::evidence::gate_lines(record) {
        fact("gate", &line);
    }
}

fn runs<'r>(results: impl Iterator<Item = (&'r String, &'r Run)>, whereabouts: &str) {
    for (key, run) in results {
        let end = if run.passed() {
            "passed".to_owned()
        } else {
            format!("failed with exit {}", run.exit)
        };
        let name = format!("{}{whereabouts}", text::excerpt(key, 64));
        fact(&name, &format!("{end}: {}", run.command));
    }
}
