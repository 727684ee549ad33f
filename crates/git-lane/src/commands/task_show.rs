//! `git lane task show`: one contract, its lane, and the commits that carry it.

use std::process::ExitCode;

use lane_core::codec;
use lane_core::ground;
use lane_core::record::Check;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Commit;
use serde_json::json;

use super::Outcome;
use super::task_commits;
use super::trusted;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;
use crate::show::consults;
use crate::show::json;
use crate::show::mark;
use crate::show::paint;
use crate::show::table;
use crate::show::verdicts;
use crate::show::when;
use lane_core::id::TaskId;

#[derive(Debug, clap::Args)]
pub(crate) struct TaskShow {
    /// The task
    pub(crate) id: TaskId,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Print the record as it lies in the state
    #[arg(long, conflicts_with = "json")]
    pub(crate) toml: bool,
}

/// How many commits are listed.
const COMMITS: usize = 20;

pub(super) fn run(session: &Session<'_>, args: &TaskShow) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let Some(task) = view.task(&args.id)?.map(Found::into_task) else {
        let mut no = Refusal::new(&ground::NO_SUCH_TASK, format!("there is no task {}", args.id));
        if let Some(twin) = view.twin(&args.id)? {
            no = no.hint(command(&["git", "lane", "task", "show", twin.as_str()]));
        }
        return Err(no.hint("git lane task list").into());
    };
    if args.toml {
        let record = codec::encode(&task).map_err(|e| CliError::Usage(e.to_string()))?;
        paint::out(text::escape_block(&record).trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    let commits = commits(session, &task, COMMITS)?;
    let results = view.results(&task.id)?.unwrap_or_else(|| Results::none(&task.id));
    if args.json {
        let mut value = serde_json::to_value(&task).unwrap_or_default();
        value["commits"] = json!(
            commits
                .iter()
                .map(|c| json!({ "id": c.id.to_string(), "subject": subject(c) }))
                .collect::<Vec<_>>()
        );
        value["mark"] = json!(task.mark());
        value["own_clone"] = json!(verdicts::own_clone(&task));
        value["consultations"] = json!(results.consultations());
        json::out(&value);
        return Ok(ExitCode::SUCCESS);
    }
    paint::out(&format!(
        "{}  {}",
        task.id,
        mark::titled(task.mark(), task.status, &task.title, text::LINE_CHARS)
    ));
    table::lines(&facts(session, &task))
        .iter()
        .for_each(|line| paint::out(line));
    let judged = verdicts::lines(&task, session.source.now());
    if !judged.is_empty() {
        paint::out("");
        judged.iter().for_each(|line| paint::out(line));
    }
    acceptance(session, &task);
    let consulted = consults::lines(&results, session.source.now());
    if !consulted.is_empty() {
        paint::out("");
        consulted.iter().for_each(|line| paint::out(line));
    }
    if let Some(notes) = &task.notes {
        // Indented: a line of theirs must not look like one of ours.
        paint::out("\nnotes");
        text::escape_block(notes)
            .lines()
            .for_each(|line| paint::out(format!("  {line}").trim_end()));
    }
    if !commits.is_empty() {
        paint::out("\ncommits");
        commits
            .iter()
            .for_each(|c| paint::out(&format!("  {} {}", c.id.short(), subject(c))));
    }
    Ok(ExitCode::SUCCESS)
}

fn subject(commit: &Commit) -> String {
    text::excerpt(
        String::from_utf8_lossy(&commit.message)
            .lines()
            .next()
            .unwrap_or_default(),
        100,
    )
}

/// The newest commits that carry the task, on its branch and on the integration branch.
pub(super) fn commits(session: &Session<'_>, task: &Task, limit: usize) -> Result<Vec<Commit>, CliError> {
    let main = session.store().view()?.meta()?.integration;
    let mut refs: Vec<String> = Vec::new();
    for branch in [task.branch.as_str(), main.as_str()] {
        if !branch.is_empty() {
            refs.extend(
                integration::tips(session.repo, branch)?
                    .into_iter()
                    .map(|(name, _)| name),
            );
        }
    }
    let refs: Vec<&str> = refs.iter().map(String::as_str).collect();
    task_commits::of_task(session.repo, &refs, &task.id, task.issue.as_deref(), limit)
}

fn facts(session: &Session<'_>, task: &Task) -> Vec<Vec<String>> {
    let now = session.source.now();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut fact = |name: &str, value: String| rows.push(vec![format!("  {name}"), text::escape(&value)]);
    let name = |value: serde_json::Result<serde_json::Value>| {
        value
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    fact("status", task.status.to_string());
    fact("kind", name(serde_json::to_value(task.kind)));
    fact("priority", name(serde_json::to_value(task.priority)));
    task.area.iter().for_each(|area| fact("area", area.to_string()));
    fact("branch", task.branch.clone());
    task.issue.iter().for_each(|issue| fact("issue", issue.clone()));
    for (label, list) in [
        ("labels", &task.labels),
        ("scope", &task.scope),
        ("out of scope", &task.out_of_scope),
        ("granted", &task.granted),
    ] {
        if !list.is_empty() {
            fact(label, list.join(" "));
        }
    }
    if !task.depends_on.is_empty() {
        fact(
            "depends on",
            task.depends_on
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    if let Some(parent) = &task.parent {
        let slice = task.slice.as_ref().map(|slice| format!(": {slice}"));
        let order = task.merge_order.map(|n| format!(", lands as number {n}"));
        fact(
            "part of",
            format!(
                "{parent}{}{}",
                order.unwrap_or_default(),
                slice.unwrap_or_default()
            ),
        );
    }
    if !task.children.is_empty() {
        let parts: Vec<String> = task.children.iter().map(ToString::to_string).collect();
        fact("parts", parts.join(" "));
    }
    if let Some(trouble) = &task.trouble {
        let since = when::moment(trouble.since, now);
        fact(
            "trouble",
            format!(
                "in {}, says {}, {since}: {}",
                trouble.stage, trouble.by, trouble.why
            ),
        );
    }
    if let Some(end) = &task.abandoned {
        fact("abandoned", format!("{} by {}: {}", end.at, end.by, end.why));
    }
    if let Some(claim) = &task.claim {
        let since = when::moment(claim.since, now);
        fact(
            "held by",
            format!(
                "{} in lane {}, fence {}, attempt {}, since {since}",
                claim.by, claim.lane, claim.fence, claim.attempt
            ),
        );
    }
    if let Some(blocked) = &task.blocked {
        let on = blocked
            .on
            .as_ref()
            .map_or(String::new(), |on| format!(" on {on}"));
        let why = blocked
            .why
            .as_ref()
            .map_or(String::new(), |why| format!(": {why}"));
        fact("blocked", format!("by {}{on}{why}", blocked.by));
    }
    if let Some(end) = &task.completion {
        fact(
            "done",
            format!(
                "{} by {}, {} on {}",
                end.at,
                end.by,
                short(&end.tip),
                short(&end.landed)
            ),
        );
    }
    fact("created", when::moment(task.created, now));
    rows
}

fn short(commit: &str) -> &str {
    commit.get(..8).unwrap_or(commit)
}

fn acceptance(session: &Session<'_>, task: &Task) {
    if task.acceptance.is_empty() {
        return;
    }
    paint::out("\nacceptance");
    for (key, criterion) in &task.acceptance {
        paint::out(&format!("  {key}  {}", text::escape(&criterion.text)));
        if !criterion.purpose.is_empty() {
            paint::out(&format!("      for {}", criterion.purposes()));
        }
        match &criterion.check {
            Some(Check::Named(name)) => paint::out(&format!("      check {}", text::escape(name))),
            Some(Check::Command(words)) => {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                let known = if trusted::is_accepted(session, criterion) {
                    ""
                } else {
                    "    (not accepted here)"
                };
                paint::out(&format!("      $ {}{known}", text::escape(&command(&words))));
            }
            None => {}
        }
    }
    if task
        .acceptance
        .values()
        .any(|c| !trusted::is_accepted(session, c))
    {
        paint::hint(&command(&["git", "lane", "trust", task.id.as_str()]));
    }
}
