//! `git lane log`: what happened, newest first.

use std::process::ExitCode;

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::TaskId;
use lane_core::refusal::Refusal;
use lane_core::view::View as _;
use lane_git::Commit;
use lane_git::Oid;
use lane_git::Repo;
use lane_store::Entry;
use lane_store::StoreError;

use super::Outcome;
use super::of_task::OfTask;
use crate::asked::Asked;
use crate::error::CliError;
use crate::event_filter::Filter;
use crate::event_filter::KindAsked;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::trail;

/// What happened, newest first.
///
/// Filters combine: an event is shown when all of them hold. `git lane log --json -n 0 --reverse` prints the whole
/// ledger, one event a line, with all that `git lane replay --file` needs to rebuild the state anywhere.
#[derive(Debug, clap::Args)]
pub(crate) struct Log {
    /// Only this task, its locks included
    #[arg(long, value_name = "ID")]
    pub(crate) task: Option<TaskId>,
    /// Only what this agent did
    #[arg(long, value_name = "NAME")]
    pub(crate) agent: Option<Agent>,
    /// Only this kind (`task.claimed`) or family of kinds (`task`); may be given more than once
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Vec<KindAsked>,
    /// Only approvals, acts that take something from others, and overrides
    #[arg(long, conflicts_with = "kind")]
    pub(crate) trail: bool,
    /// From here on: an event's number, a time, or a span ago
    #[arg(long, value_name = "EVENT|TIME")]
    pub(crate) since: Option<Asked>,
    /// Up to here: an event's number, a time, or a span ago
    #[arg(long, value_name = "EVENT|TIME")]
    pub(crate) until: Option<Asked>,
    /// At most this many, the newest; 0 for all
    #[arg(long, short = 'n', default_value_t = 30, value_name = "N")]
    pub(crate) limit: usize,
    /// Oldest first
    #[arg(long)]
    pub(crate) reverse: bool,
    /// Print JSON, one event a line
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Log) -> Outcome {
    let store = session.store();
    let tip = store.tip()?.ok_or(StoreError::NotSetUp)?;
    let repository = store.view_at(tip)?.meta()?.repository;
    let show = |entry: &Entry| print(session, entry, args, &repository);
    let filter = Filter::new(args, session.source.now());
    let limit = if args.limit == 0 { usize::MAX } else { args.limit };
    if let Some(task) = &args.task {
        let mut found = about(session.repo, tip, task, &filter, limit)?;
        if args.reverse {
            found.reverse();
        }
        found.iter().try_for_each(show)?;
    } else if args.reverse {
        // The names first and the events one by one: a ledger need not fit into memory.
        let mut names = Vec::new();
        walk(session.repo, tip, &filter, limit, |entry| {
            names.push(entry.commit);
            Ok(())
        })?;
        for commit in names.into_iter().rev() {
            show(&lane_store::entry(session.repo, commit)?)?;
        }
    } else {
        walk(session.repo, tip, &filter, limit, show)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The last events of a task, the newest first.
pub(super) fn of_task(repo: &Repo, tip: Oid, task: &TaskId, limit: usize) -> Result<Vec<Entry>, StoreError> {
    Ok(gather(repo, tip, task, &Filter::default(), limit)?.finish())
}

/// The wanted events, the newest first; a task that never was is refused.
fn about(
    repo: &Repo,
    tip: Oid,
    task: &TaskId,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<Entry>, CliError> {
    let found = gather(repo, tip, task, filter, limit)?;
    if !found.is_known() {
        let what = format!("there is no task {task}, and there never was");
        return Err(Refusal::new(&ground::NO_SUCH_TASK, what)
            .hint("git lane task list")
            .into());
    }
    Ok(found.finish())
}

fn gather(repo: &Repo, tip: Oid, task: &TaskId, filter: &Filter, limit: usize) -> Result<OfTask, StoreError> {
    let mut found = OfTask::new(task, limit);
    lane_store::entries(repo, tip, |entry| {
        found.take(entry, filter.wants(entry));
        !found.is_enough()
    })?;
    Ok(found)
}

/// Shows the wanted events, the newest first.
fn walk(
    repo: &Repo,
    tip: Oid,
    filter: &Filter,
    limit: usize,
    mut show: impl FnMut(&Entry) -> Result<(), CliError>,
) -> Result<(), CliError> {
    let (mut shown, mut ended) = (0, Ok(()));
    let look = |commit: &Commit| filter.may_want(commit);
    lane_store::entries_of(repo, tip, look, |entry| {
        if filter.wants(entry) {
            ended = show(entry);
            shown += 1;
        }
        ended.is_ok() && shown < limit && !filter.is_past(entry)
    })?;
    ended
}

fn print(session: &Session<'_>, entry: &Entry, args: &Log, repository: &str) -> Result<(), CliError> {
    if args.json {
        let captured = entry.captured(repository).map_err(StoreError::Event)?;
        json::out(&captured.to_json());
    } else {
        let commit = paint::dim(&entry.commit.short());
        let more = match args.trail {
            true => trail::where_given(session, entry)?,
            false => None,
        };
        let more = more.map_or(String::new(), |more| format!("; {more}"));
        paint::out(&format!(
            "{} {commit} {}{more}",
            entry.event.at,
            entry.event.sentence()
        ));
    }
    Ok(())
}
