//! `git lane show`: the whole story of a task: where it stands, what its checks showed, and all that happened to it.

use std::process::ExitCode;

use lane_core::ground;
use lane_core::id::CheckpointId;
use lane_core::id::TaskId;
use lane_core::record::Acceptance;
use lane_core::record::Check;
use lane_core::record::Checkpoint;
use lane_core::record::Failure;
use lane_core::record::Outcome as Run;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::GitError;
use lane_git::Oid;
use lane_rules::Rewritten;
use lane_store::StoreError;
use lane_store::TreeView;
use serde_json::json;

use super::Outcome;
use super::story;
use super::story::Story;
use crate::asked::Asked;
use crate::error::CliError;
use crate::evidence;
use crate::session::Session;
use crate::show::consults;
use crate::show::json;
use crate::show::notes;
use crate::show::paint;
use crate::show::verdicts;
use crate::show::when;

/// The whole story of a task, live or done: results, open failures, and events, commits, notes, checkpoints and handoffs in time order.
///
/// `git lane task show ID` shows its contract. With --at the task as it was after an event (`412`), at a time
/// (`2026-11-21T08:31:04Z`), or some time ago (`2h`): what came later, commits too, is left out.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The task
    pub(crate) id: TaskId,
    /// As it was then
    #[arg(long, value_name = "EVENT|TIME")]
    pub(crate) at: Option<Asked>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How many checkpoints and notes are in the JSON: the last ones.
const RECORDS: usize = 200;
/// How many commits after a failure are counted.
const SINCE: usize = 100;

pub(super) fn run(session: &Session<'_>, args: &Show) -> Outcome {
    let store = session.store();
    let then = args
        .at
        .map(|asked| store.moment(asked.at(session.source.now())))
        .transpose()?;
    let tip = match &then {
        Some(moment) => moment.commit,
        None => store.tip()?.ok_or(StoreError::NotSetUp)?,
    };
    let view = store.view_at(tip)?;
    let task = find(&view, &args.id)?;
    let results = view.results(&task.id)?.unwrap_or_else(|| Results::none(&task.id));
    let rewritten = evidence::rewritten(&store, tip, &task)?;
    let until = then.as_ref().and_then(|moment| moment.at);
    let story = Story::of(session, tip, &task, until)?;
    if let (Some(moment), false) = (&then, args.json) {
        let when = moment
            .at
            .map(|at| format!(" of {}", when::moment(at, session.source.now())));
        paint::out(&format!(
            "after event {}{} {}",
            moment.seq,
            when.unwrap_or_default(),
            moment.commit.short()
        ));
    }
    if args.json {
        return as_json(&view, &task, &results, rewritten.as_ref(), &story);
    }
    head(session, &task);
    acceptance(session, &task, &results);
    if let Some(rewritten) = &rewritten {
        print_rewritten(&task, rewritten);
    }
    let consulted = consults::lines(&results, session.source.now());
    if !consulted.is_empty() {
        paint::out("");
        consulted.iter().for_each(|line| paint::out(line));
    }
    for failure in results.open_failures() {
        print_failure(session, &task, failure, until)?;
    }
    story::print(&story);
    Ok(ExitCode::SUCCESS)
}

fn find(view: &TreeView<'_>, id: &TaskId) -> Result<Task, CliError> {
    if let Some(task) = view.task(id)?.map(Found::into_task) {
        return Ok(task);
    }
    let mut no = Refusal::new(&ground::NO_SUCH_TASK, format!("there is no task {id}"));
    if let Some(twin) = view.twin(id)? {
        no = no.hint(command(&["git", "lane", "show", twin.as_str()]));
    }
    Err(no.hint("git lane task list").into())
}

/// How the acceptance differs from what it was when the task was claimed first.
fn print_rewritten(task: &Task, rewritten: &Rewritten) {
    paint::out(&format!("  after the claim {}", rewritten.by()));
    let lines = rewritten.lines(&task.acceptance);
    lines.iter().for_each(|line| paint::out(&format!("      {line}")));
}

fn as_json(
    view: &TreeView<'_>,
    task: &Task,
    results: &Results,
    rewritten: Option<&Rewritten>,
    story: &Story,
) -> Outcome {
    let first = task.checkpoints.saturating_sub(RECORDS as u32) + 1;
    let mut checkpoints: Vec<Checkpoint> = Vec::new();
    for n in first..=task.checkpoints {
        checkpoints.extend(view.checkpoint(&task.id, &CheckpointId::nth(n))?);
    }
    let all = view.notes(&task.id)?;
    let last = &all[all.len().saturating_sub(RECORDS)..];
    json::out(&json!({
        "task": task,
        "own_clone": verdicts::own_clone(task),
        "results": results,
        "acceptance_changed": rewritten.map(|found| json!({
            "edits": found.edits.iter().map(|(by, at)| json!({ "by": by.as_str(), "at": at.to_string() })).collect::<Vec<_>>(),
            "was": found.was,
        })),
        "checkpoints": checkpoints,
        "notes": last.iter().map(notes::as_json).collect::<Vec<_>>(),
        "events": story.events_json(),
        "commits": story.commits_json(),
        "complete": !story.is_cut() && first == 1 && last.len() == all.len(),
    }));
    Ok(ExitCode::SUCCESS)
}

fn head(session: &Session<'_>, task: &Task) {
    let now = session.source.now();
    paint::out(&format!("{}  {}", task.id, text::escape(&task.title)));
    paint::out(&format!("  status    {}", task.status));
    if let Some(claim) = &task.claim {
        let since = when::moment(claim.since, now);
        let lane = text::escape(&claim.lane);
        paint::out(&format!("  held by   {} in lane {lane} since {since}", claim.by));
    }
    if let Some(end) = &task.completion {
        paint::out(&format!(
            "  done      {} by {}",
            when::moment(end.at, now),
            end.by
        ));
    }
    verdicts::lines(task, now)
        .iter()
        .for_each(|line| paint::out(&format!("  {line}")));
    if task.attempts > 0 {
        paint::out(&format!("  attempts  {}", task.attempts));
    }
}

fn acceptance(session: &Session<'_>, task: &Task, results: &Results) {
    if task.acceptance.is_empty() {
        return;
    }
    paint::out("\nacceptance");
    for (key, criterion) in &task.acceptance {
        paint::out(&format!(
            "  {}  {}",
            text::escape(key),
            text::escape(&criterion.text)
        ));
        let words = standing(session, criterion, results.acceptance.get(key));
        paint::out(&format!("      {words}"));
        if !criterion.purpose.is_empty() {
            paint::out(&format!("      for {}", criterion.purposes()));
        }
        if let (true, Some(run)) = (criterion.is_regression(), results.before.get(key)) {
            let end = if run.passed() {
                "passed, which shows nothing".to_owned()
            } else {
                format!("failed with exit {}", run.exit)
            };
            paint::out(&format!("      at the base, tree {}, it {end}", short(&run.tree)));
        }
    }
}

/// What the last run of a criterion showed.
fn standing(session: &Session<'_>, criterion: &Acceptance, run: Option<&Run>) -> String {
    let (check, run) = match (&criterion.check, run) {
        (None, _) => return "no check: it is judged by reading".to_owned(),
        (Some(_), None) => return "not run".to_owned(),
        (Some(check), Some(run)) => (check, run),
    };
    let end = if run.passed() {
        "passed".to_owned()
    } else {
        format!("failed with exit {}", run.exit)
    };
    let made = run.made.as_ref().map_or(String::new(), |made| {
        format!(
            " by {} at {}",
            made.by,
            when::moment(made.at, session.source.now())
        )
    });
    let other = match check {
        Check::Named(name) => run.check.as_ref() != Some(name),
        Check::Command(_) => run.check.is_some() || run.command != check.line(),
    };
    let other = if other {
        "; the task names another check now"
    } else {
        ""
    };
    format!("{end} on tree {}{made}{other}", short(&run.tree))
}

fn print_failure(
    session: &Session<'_>,
    task: &Task,
    failure: &Failure,
    until: Option<Timestamp>,
) -> Result<(), CliError> {
    let key = text::excerpt(&failure.key, 64);
    let line = text::excerpt(&failure.command, text::LINE_CHARS);
    let times = match failure.times {
        1 => "once".to_owned(),
        more => format!("{more} times"),
    };
    let made = &failure.made;
    let at = when::moment(made.at, session.source.now());
    paint::out(&format!(
        "\nFailure: {key} `{line}` exit {}, seen {times}, last by {} on {} at {at}",
        failure.exit,
        made.by,
        short(&failure.tip)
    ));
    if let Some(lines) = &failure.lines {
        notes::block(lines, "    | ");
    }
    paint::out(&format!("Impact: {key} is not met"));
    paint::out(&format!(
        "Remediation: {}",
        remediation(session, task, failure, until)?
    ));
    Ok(())
}

/// What was done about a failure: in words, else the commits since.
fn remediation(
    session: &Session<'_>,
    task: &Task,
    failure: &Failure,
    until: Option<Timestamp>,
) -> Result<String, CliError> {
    if let Some(words) = &failure.remedy {
        return Ok(text::escape(words));
    }
    let repo = session.repo;
    let none = "none yet".to_owned();
    let Some(tip) = repo.find_ref(&format!("refs/heads/{}", task.branch))? else {
        return Ok(none);
    };
    let Ok(seen) = failure.tip.parse::<Oid>() else {
        return Ok(none);
    };
    if !repo.has_object(seen)? {
        return Ok(format!(
            "not known: the commit {} is not here",
            short(&failure.tip)
        ));
    }
    match repo.rev_list(&[tip], &[seen], SINCE) {
        Err(GitError::TooMuch { .. }) => Ok(format!("more than {SINCE} commits since")),
        Err(fault) => Err(fault.into()),
        Ok(mut since) => {
            if let Some(until) = until {
                let mut known = Vec::new();
                for commit in since {
                    if repo.commit(commit)?.time <= until.secs() {
                        known.push(commit);
                    }
                }
                since = known;
            }
            let Some(last) = since.last() else { return Ok(none) };
            let subject = story::subject(&repo.commit(*last)?);
            let commits = if since.len() == 1 { "commit" } else { "commits" };
            Ok(format!("{} {commits} since: {subject}", since.len()))
        }
    }
}

fn short(id: &str) -> String {
    text::excerpt(id.get(..8).unwrap_or(id), 8)
}
