//! `git lane done`: a task whose work is on the integration branch is complete.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::record::Known;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;

use super::Outcome;
use crate::actions;
use crate::error::CliError;
use crate::hooks::TRAILER;
use crate::hooks::task_named;
use crate::integration;
use crate::landed;
use crate::landed::Answer;
use crate::landed::Asks;
use crate::landed::Branch;
use crate::landed::Landed;
use crate::lane_tip::LaneTip;
use crate::session::Session;

/// How much of a name that is no commit's is shown, in characters.
const NAME: usize = 100;

/// Archive a task whose work is on the integration branch: its tip, or one change that is the same.
///
/// Where a remote is shared, its branch counts, and it is asked. What was handed off counts with all that the lane's branch
/// has, here and there. A merge that somebody made elsewhere is found as an ancestor; a squash or a rebase as the same change
/// (its patch id), as long as nobody edited it on the way. What is found in neither way an integrator can say with
/// --landed. `git lane land` lands and closes in one step; `git lane sync` closes what others merged.
#[derive(Debug, clap::Args)]
pub(crate) struct Done {
    /// The task
    pub(crate) id: TaskId,
    /// Say that this commit of the integration branch brought the work; for the integrator
    #[arg(long, value_name = "COMMIT")]
    pub(crate) landed: Option<String>,
}

pub(super) fn run(session: &Session<'_>, args: &Done) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let task = match view.task(&args.id)? {
        Some(Found::Live(task)) if task.claim.is_some() => task,
        // What cannot be done for other reasons is refused for those, by `apply`.
        _ => {
            let nowhere = Oid::ZERO.to_string();
            let payload = Payload::TaskDone {
                task: args.id.clone(),
                tip: nowhere.clone(),
                landed: nowhere,
                how: Some(Known::Ancestor),
                landing: None,
            };
            actions::put(session, Role::Worker, &payload)?;
            return Ok(ExitCode::SUCCESS);
        }
    };
    let (role, landed) = match &args.landed {
        Some(commit) => (Role::Integrator, said(session, &task, commit)?),
        None => (Role::Worker, found_there(session, &task)?),
    };
    landed::close(session, &task, role, &landed)?;
    landed::clean_up(session, &task.id);
    Ok(ExitCode::SUCCESS)
}

/// The command that lands a queued task, or that closes it once it has landed as it is. Lists ask for every one of them, so the same
/// change under another name is not looked for: `land` does that before it does anything.
pub(crate) fn landing(session: &Session<'_>, task: &Task) -> Result<String, CliError> {
    let repo = session.repo;
    let branch = Branch::look(session, Asks::Nobody)?;
    let handed_off = landed::handed_off(&session.store().view()?, task)?;
    let handed_off = handed_off.filter(|tip| repo.has_object(*tip).unwrap_or(false));
    match handed_off {
        Some(tip) if branch.having(repo, tip)?.is_some() => {
            Ok(command(&["git", "lane", "done", task.id.as_str()]))
        }
        _ => way_there(session, &branch, task),
    }
}

fn found_there(session: &Session<'_>, task: &Task) -> Result<Landed, CliError> {
    let store = session.store();
    let branch = Branch::look(session, Asks::Remote)?;
    LaneTip::look(session, task)?;
    match landed::find(session, &store.view()?, &branch, task)? {
        Answer::Landed(landed) => Ok(landed),
        Answer::Missing(what) => {
            let mut no = Refusal::new(&ground::NOT_LANDED, what).hint(way_there(session, &branch, task)?);
            if task.status.is_handed_off() {
                let said = command(&["git", "lane", "done", task.id.as_str(), "--landed", "COMMIT"]);
                no.what += "; if it came there as another commit, an integrator says so";
                no = no.hint(said);
            }
            Err(no.into())
        }
    }
}

/// What an integrator says to have brought the work.
fn said(session: &Session<'_>, task: &Task, name: &str) -> Result<Landed, CliError> {
    let repo = session.repo;
    let branch = Branch::look(session, Asks::Remote)?;
    let shown = text::excerpt(name, NAME);
    let Some(commit) = repo.commit_named(name)? else {
        let what = format!("{shown} is the id of no commit here");
        return Err(Refusal::input(what).into());
    };
    let no = |what: String| {
        let log = command(&["git", "log", "--oneline", "-20", &branch.newest(), "--"]);
        Err(Refusal::new(&ground::NOT_LANDED, what).hint(log).into())
    };
    if branch.having(repo, commit)?.is_none() {
        return no(format!("{shown} is not on {}", branch.shown()));
    }
    let message = repo.commit(commit)?.message;
    let named = task_named(&String::from_utf8_lossy(&message)).map(str::to_owned);
    if let Some(other) = named.filter(|named| named != task.id.as_str()) {
        return no(format!(
            "{shown} carries {}, and is no landing of {}",
            text::excerpt(&other, NAME),
            task.id
        ));
    }
    let own = integration::tips(repo, &task.branch)?;
    let work = landed::handed_off(&session.store().view()?, task)?.or(own.last().map(|(_, tip)| *tip));
    if let Some(work) = work
        && work != commit
        && repo.has_object(work)?
        && repo.is_ancestor(commit, work)?
    {
        return no(format!(
            "{shown} is older than the work of {}: the lane has it already",
            task.id
        ));
    }
    Ok(Landed {
        tip: work.unwrap_or(commit),
        commit,
        how: Known::Said,
    })
}

/// The next step towards the integration branch.
fn way_there(session: &Session<'_>, branch: &Branch<'_>, task: &Task) -> Result<String, CliError> {
    let lane = |words: &[&str]| command(&[&["git", "lane"], words].concat());
    let id = task.id.as_str();
    let mode = session.store().view()?.policy()?.lanes.mode;
    if (mode == Mode::A || task.status == Phase::Queued)
        && let Some(push) = branch.unpushed(session.repo, task)?
    {
        return Ok(push);
    }
    Ok(match (mode, task.status) {
        (Mode::A, _) => {
            let trailer = format!("{TRAILER}: {id}");
            command(&["git", "commit", "-m", "TEXT", "--trailer", &trailer, "--", "PATH"])
        }
        (Mode::B, Phase::InProgress) => lane(&["handoff", id]),
        (Mode::B, Phase::Review) => lane(&["review", id]),
        (Mode::B, Phase::Testing) => lane(&["test", id]),
        (Mode::B, Phase::Queued) => lane(&["land", id]),
        (Mode::B, _) => lane(&["show", id]),
    })
}
