//! `git lane task add`: a new contract in the queue.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::view::View as _;
use lane_store::StoreError;
use lane_store::TreeView;

use super::Outcome;
use super::branch_name;
use super::contract;
use super::contract::Contract;
use super::trusted;
use crate::error::CliError;
use crate::integration;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;
use std::path::PathBuf;

/// Add a task and print its id.
///
/// Without --id a short random one is drawn. --from takes the whole task as TOML (see docs/tasks.md), - for standard
/// input; --template takes `.agents/templates/NAME.toml` of the integration branch as a start.
#[derive(Debug, clap::Args)]
pub(crate) struct TaskAdd {
    /// What it is about: one line
    pub(crate) title: Option<String>,
    /// Its id: a letter or digit, then letters, digits, `.`, `_`, `-`; 64 at most, no branch's name
    #[arg(long)]
    pub(crate) id: Option<String>,
    /// The branch for its commits (default: its id)
    #[arg(long, value_name = "NAME")]
    pub(crate) branch: Option<String>,
    /// Start from `.agents/templates/NAME.toml` of the integration branch
    #[arg(long, value_name = "NAME")]
    pub(crate) template: Option<String>,
    /// Start from a TOML file; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "notes")]
    pub(crate) from: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) contract: Contract,
}

pub(super) fn run(session: &Session<'_>, args: &TaskAdd) -> Outcome {
    let draft = draft(session, args)?;
    let actor = session.actor(Role::Orchestrator)?;
    let named = args.id.is_some() || draft.id.as_str() != DRAWN;
    let committed = publishing::put(session, &actor, &mut |view| {
        let mut task = draft.clone();
        if !named {
            task.id = draw(session, view)?;
            if task.branch == DRAWN {
                task.branch = task.id.to_string();
            }
        }
        task.created = session.source.now();
        Ok(Payload::TaskAdded { task: Box::new(task) })
    })?;
    if let Payload::TaskAdded { task } = &committed.event.what {
        trusted::accept(session, task)?;
        paint::out(task.id.as_str());
        contract::warn_of_checks(session, task);
        warn(session, task)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Stands for an id that is drawn when the decision falls.
const DRAWN: &str = "to-be-drawn";

/// The task as the command line, file or template has it, without an id of its own perhaps.
fn draft(session: &Session<'_>, args: &TaskAdd) -> Result<Task, CliError> {
    let id = TaskId::new(args.id.as_deref().unwrap_or(DRAWN)).map_err(|e| CliError::Usage(e.to_string()))?;
    let base = Task::new(
        id.clone(),
        args.title.as_deref().unwrap_or_default(),
        session.source.now(),
    );
    let text = match (&args.from, &args.template) {
        (Some(file), _) => Some(contract::read(file)?),
        (None, Some(name)) => Some(template(session, name)?),
        (None, None) => None,
    };
    let mut task = match &text {
        Some(text) => contract::from_toml(text, &base)?,
        None => base,
    };
    if args.id.is_some() {
        task.id = id;
    }
    if let Some(title) = &args.title {
        title.clone_into(&mut task.title);
    }
    task.branch = match &args.branch {
        Some(branch) => branch.clone(),
        None if task.branch == DRAWN => task.id.to_string(),
        None => task.branch,
    };
    let order = contract::given_on_the_command_line();
    contract::put(&mut task, &args.contract, &order)?;
    if task.title.is_empty() {
        return Err(CliError::Usage(
            "a task needs a title: git lane task add TITLE".to_owned(),
        ));
    }
    branch_name::is_free(session, task.id.as_str(), "git lane task add TITLE --id")?;
    // One that was drawn is nobody's.
    if args.id.is_some() {
        branch_name::is_free_there(session, task.id.as_str(), "git lane task add TITLE --id")?;
    }
    if task.branch != task.id.as_str() {
        let add = "git lane task add TITLE --branch";
        branch_name::fit(session, &task.branch, add)?;
        branch_name::is_free(session, &task.branch, add)?;
        branch_name::is_free_there(session, &task.branch, add)?;
    }
    Ok(task)
}

/// A short random id that no task and no branch has.
fn draw(session: &Session<'_>, view: &TreeView<'_>) -> Result<TaskId, StoreError> {
    for _ in 0..64 {
        let id = TaskId::new(&session.source.short_id("T-")).map_err(|e| Refusal::input(e.to_string()))?;
        if view.twin(&id)?.is_none() && branch_name::is_free(session, id.as_str(), "").is_ok() {
            return Ok(id);
        }
    }
    Err(StoreError::Contention(
        "no free task id was found in 64 draws".to_owned(),
    ))
}

/// `.agents/templates/NAME.toml` of the integration branch.
fn template(session: &Session<'_>, name: &str) -> Result<String, CliError> {
    TaskId::new(name).map_err(|_| CliError::Usage(format!("--template {name:?} is no template's name")))?;
    let path = format!(".agents/templates/{name}.toml");
    let branch = integration::name(&session.store())?;
    for (refname, tip) in integration::tips(session.repo, &branch)? {
        let tree = session.repo.commit(tip)?.tree;
        if let Some(entry) = session.repo.entry_at(tree, &path)? {
            let bytes = session.repo.blob(entry.oid, lane_core::codec::MAX_BYTES);
            let bytes = bytes.map_err(|e| CliError::Usage(format!("{refname}:{path}: {e}")))?;
            return String::from_utf8(bytes)
                .map_err(|_| CliError::Usage(format!("{refname}:{path} is not UTF-8")));
        }
    }
    Err(CliError::Usage(format!(
        "there is no template {path} on {branch}"
    )))
}

/// Things that are allowed and probably not meant.
fn warn(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    if task.scope.is_empty() {
        paint::warning(&format!(
            "{} has no scope: it will lock nothing, and its commits are judged like a person's",
            task.id
        ));
        paint::hint(&lane_core::refusal::command(&[
            "git",
            "lane",
            "task",
            "edit",
            task.id.as_str(),
            "--scope",
            "GLOB",
        ]));
    }
    let policy = session.store().view()?.policy()?;
    if let Some(area) = &task.area
        && !policy.area.is_empty()
        && !policy.area.contains_key(area)
    {
        paint::warning(&format!(
            "the policy declares no area {area}; {} cannot be claimed until it does",
            task.id
        ));
    }
    Ok(())
}
