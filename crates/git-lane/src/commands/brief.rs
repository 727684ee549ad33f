//! `git lane brief`: what an agent is told before it begins, from the policy's template of its role.

use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::view::Found;
use lane_core::view::View as _;
use serde_json::json;

use super::Outcome;
use super::worktrees;
use crate::brief;
use crate::brief::Facts;
use crate::brief::PLACEHOLDERS;
use crate::brief::STANDARD;
use crate::brief::Template;
use crate::error::CliError;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;

/// Print what an agent is told of a task before it begins: objective, scope, criteria, limits, evidence, what is forbidden,
/// where it was left and what went wrong last.
///
/// The text comes from `.agents/briefs/ROLE.md` on the integration branch, else from the standard template; `git lane brief
/// --write` puts the standard ones into the worktree to be edited. What people and agents wrote stands in quotation
/// marks, one line each.
#[derive(Debug, clap::Args)]
pub(crate) struct Brief {
    /// The task
    #[arg(required_unless_present_any = ["placeholders", "write"])]
    pub(crate) id: Option<TaskId>,
    /// Who is briefed, where it is not you
    #[arg(long, value_name = "NAME")]
    pub(crate) agent: Option<Agent>,
    /// Try a template before it is committed
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
    /// List the placeholders of templates
    #[arg(long, conflicts_with_all = ["id", "write"])]
    pub(crate) placeholders: bool,
    /// Write the standard templates to `.agents/briefs`, those that are not there
    #[arg(long, conflicts_with = "id")]
    pub(crate) write: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Brief) -> Outcome {
    if args.placeholders {
        placeholders(args.json);
        return Ok(ExitCode::SUCCESS);
    }
    if args.write {
        return write(session);
    }
    let store = session.store();
    let view = store.view()?;
    let Some(id) = &args.id else {
        return Err(CliError::Usage("name a task".to_owned()));
    };
    let Some(task) = view.task(id)?.map(Found::into_task) else {
        let no = Refusal::new(&ground::NO_SUCH_TASK, format!("there is no task {id}"));
        return Err(no.hint("git lane task list").into());
    };
    let role = role(session, &task)?;
    let agent = match &args.agent {
        Some(agent) => agent.clone(),
        None => session.agent()?,
    };
    let template = match &args.template {
        Some(path) => Template::of_file(path)?,
        None => Template::in_force(session, role)?,
    };
    let facts = Facts::gather(
        session,
        &task,
        role,
        &agent,
        worktrees::of(session, &task)?.as_deref(),
    )?;
    let text = template.fill(&facts)?;
    if args.json {
        json::out(&json!({
            "task": task.id.as_str(),
            "role": role.name(),
            "agent": agent.as_str(),
            "template": template.place,
            "text": text,
        }));
    } else {
        text.lines().for_each(paint::out);
    }
    Ok(ExitCode::SUCCESS)
}

/// The role that is named, else the one whose move the task is.
fn role(session: &Session<'_>, task: &Task) -> Result<Role, CliError> {
    let implied = match task.status {
        Phase::Review => Role::Reviewer,
        Phase::Testing => Role::Tester,
        _ => Role::Worker,
    };
    let role = session.named_role().unwrap_or(implied);
    if STANDARD.iter().any(|(of, _)| *of == role) {
        return Ok(role);
    }
    let known: Vec<&str> = STANDARD.iter().map(|(role, _)| role.name()).collect();
    let what = format!("there is no brief for the {role}; there are {}", known.join(", "));
    Err(CliError::Usage(what))
}

fn placeholders(as_json: bool) {
    if as_json {
        let all: Vec<_> = PLACEHOLDERS
            .iter()
            .map(|one| json!({ "name": one.name, "means": one.means }))
            .collect();
        json::out(&json!({ "placeholders": all }));
        return;
    }
    let rows: Vec<Vec<String>> = PLACEHOLDERS
        .iter()
        .map(|one| vec![format!("{{{{{}}}}}", one.name), one.means.to_owned()])
        .collect();
    table::lines(&rows).iter().for_each(|line| paint::out(line));
}

/// Puts the standard templates where they are edited; what is there stays.
fn write(session: &Session<'_>) -> Outcome {
    let Some(root) = session.repo.work_dir() else {
        let what = "a bare repository has no work tree to write templates into";
        return Err(CliError::setup(what, "git clone -- FOLDER".to_owned()));
    };
    let files = crate::setup::WorkFiles::new(root, "git lane brief --write");
    let mut written = Vec::new();
    for (role, text) in STANDARD {
        let path = brief::path(*role);
        if files.is_there(&path)? {
            paint::out(&format!("kept   {path} is there"));
            continue;
        }
        files.write(&path, text)?;
        paint::out(&format!("made   {path}"));
        written.push(path);
    }
    if !written.is_empty() {
        paint::note(
            "They count once they are on the integration branch; they are the maintainer's, as all of .agents is.",
        );
        paint::hint(&format!(
            "git add -- {0} && git commit -m 'git-lane: briefs' -- {0}",
            written.join(" ")
        ));
    }
    Ok(ExitCode::SUCCESS)
}
