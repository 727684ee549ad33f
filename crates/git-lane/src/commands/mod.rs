//! The commands, a file each.

pub(crate) mod approve_push;
pub(crate) mod blame;
pub(crate) mod block;
pub(crate) mod board;
mod branch_name;
pub(crate) mod brief;
pub(crate) mod can;
pub(crate) mod changes;
pub(crate) mod check;
mod check_before;
pub(crate) mod checkpoint;
pub(crate) mod claim;
pub(crate) mod consult;
pub(crate) mod contract;
mod doctor;
pub(crate) mod done;
mod ended;
pub(crate) mod failure;
mod first_branch;
pub(crate) mod freeze;
pub(crate) mod gate;
pub(crate) mod guard;
pub(crate) mod handoff;
pub(crate) mod inbox;
pub(crate) mod init;
mod judging;
pub(crate) mod land;
pub(crate) mod leave;
mod left_here;
pub(crate) mod lock;
pub(crate) mod locks;
pub(crate) mod log;
mod looking;
mod making;
mod man;
pub(crate) mod merge;
pub(crate) mod merge_driver;
mod mine;
pub(crate) mod next;
pub(crate) mod note;
mod of_task;
pub(crate) mod override_path;
pub(crate) mod plan_next;
pub(crate) mod policy;
pub(crate) mod pr;
pub(crate) mod preflight;
mod prepared;
mod proving;
pub(crate) mod ready;
pub(crate) mod reclaim;
pub(crate) mod reconcile;
pub(crate) mod release;
pub(crate) mod render;
mod renew;
pub(crate) mod replay;
pub(crate) mod resume;
pub(crate) mod review;
pub(crate) mod rules;
pub(crate) mod show;
mod sign;
pub(crate) mod start;
pub(crate) mod status;
mod story;
pub(crate) mod sync;
pub(crate) mod task_add;
pub(crate) mod task_commits;
pub(crate) mod task_edit;
pub(crate) mod task_list;
pub(crate) mod task_show;
pub(crate) mod test;
pub(crate) mod trust;
pub(crate) mod trusted;
mod unblock;
mod uninstall;
mod unlock;
pub(crate) mod validate;
pub(crate) mod verify;
pub(crate) mod worktree;
mod worktrees;

use std::process::ExitCode;

use lane_core::id::TaskId;
use lane_store::Source;

use crate::acting;
use crate::cli::Cli;
use crate::cli::Command;
use crate::cli::Task;
use crate::error::CliError;
use crate::hooks;
use crate::inbox as inbox_of;
use crate::publishing;
use crate::session;
use crate::session::Session;
use crate::unguarded;

/// What a command ends with when it does not fail.
type Outcome = Result<ExitCode, CliError>;

/// Runs a command.
pub(crate) fn dispatch(source: &dyn Source, cli: Cli) -> Outcome {
    match cli.command {
        Command::Man => man::run(),
        Command::Hook(hook) => Ok(hooks::run(source, &hook.name, &hook.args)),
        Command::Merge(args) => merge::run(source, &args),
        Command::Guard(args) => Ok(guard::run(source, &args)),
        Command::Rules(args) => rules::run(source, &args),
        Command::Replay(args) if args.file.is_some() => replay::run_file(source, &args),
        command => {
            // Preflight says what is wrong with the worktree beside all else.
            let repo = match command {
                Command::Preflight(_) => session::open_wherever()?,
                _ => session::open()?,
            };
            let session = Session::new(&repo, source, cli.role).without_remote(cli.offline);
            let signs = shows_life(&command);
            if let Some(id) = about(&command) {
                publishing::meet(&session, id)?;
            }
            let tells = tells_of_notes(&command);
            let outcome = with_repository(&session, command);
            if tells {
                inbox_of::tell_new(&session);
            }
            if signs && outcome.is_ok() {
                unguarded::tell_once(&session);
                acting::sign_of_life(&session);
            }
            outcome
        }
    }
}

/// The task of a command that looks at it before it decides. The others ask the remote before they refuse.
fn about(command: &Command) -> Option<&TaskId> {
    match command {
        Command::Task(Task::Edit(args)) => Some(&args.id),
        Command::Start(args) => args.id.as_ref(),
        Command::Check(args) => args.id.as_ref(),
        Command::Checkpoint(args) => args.id.as_ref(),
        Command::Consult(args) => args.id.as_ref(),
        Command::Resume(args) => args.id.as_ref(),
        Command::Handoff(args) => args.id.as_ref(),
        Command::Done(args) => Some(&args.id),
        Command::Note(args) => Some(&args.id),
        Command::Retry(args)
        | Command::Escalate(args)
        | Command::Deprioritise(args)
        | Command::TakeOver(args) => Some(&args.id),
        Command::Return(args) => Some(&args.id),
        Command::Rescope(args) => Some(&args.id),
        Command::Abandon(args) => Some(&args.id),
        Command::Worktree(command) => command.task(),
        _ => None,
    }
}

/// Whether a command is a holder's sign of life. Those that set up, inspect or prove are nobody's.
fn shows_life(command: &Command) -> bool {
    if let Command::Gate(args) = command {
        return !args.ci;
    }
    !matches!(
        command,
        Command::Init(_)
            | Command::Uninstall
            | Command::Doctor(_)
            | Command::Preflight(_)
            | Command::PlanNext(_)
            | Command::Verify(_)
            | Command::Validate(_)
            | Command::Log(_)
            | Command::Replay(_)
            | Command::Blame(_)
            | Command::Show(_)
            | Command::Policy(_)
            | Command::Reclaim(_)
            | Command::Sync(_)
            | Command::Reconcile(_)
            | Command::Worktree(_)
    )
}

/// Whether news of a task are told beside the command. Those that show them anyway do not, nor those that are nobody's.
fn tells_of_notes(command: &Command) -> bool {
    let shows = matches!(
        command,
        Command::Inbox(_) | Command::Start(_) | Command::Status(_) | Command::Uninstall
    );
    shows_life(command) && !shows
}

fn with_repository(session: &Session<'_>, command: Command) -> Outcome {
    match command {
        Command::Init(args) => init::run(session, &args),
        Command::Uninstall => uninstall::run(session),
        Command::Doctor(args) => doctor::run(session, &args),
        Command::Preflight(args) => preflight::run(session, &args),
        Command::Task(Task::Add(args)) => task_add::run(session, &args),
        Command::Task(Task::Show(args)) => task_show::run(session, &args),
        Command::Task(Task::Edit(args)) => task_edit::run(session, &args),
        Command::Task(Task::List(args)) => task_list::run(session, &args),
        Command::Ready(args) => ready::run(session, &args),
        Command::Claim(args) => claim::run(session, &args),
        Command::Release(args) => release::run(session, args),
        Command::Start(args) => start::run(session, &args),
        Command::Check(args) => check::run(session, &args),
        Command::Gate(args) => gate::run(session, &args),
        Command::Checkpoint(args) => checkpoint::run(session, &args),
        Command::Consult(args) => consult::run(session, &args),
        Command::Resume(args) => resume::run(session, &args),
        Command::Handoff(args) => handoff::run(session, &args),
        Command::Review(args) => review::run(session, &args),
        Command::Test(args) => test::run(session, &args),
        Command::Leave(args) => leave::run(session, &args),
        Command::Block(args) => block::run(session, args),
        Command::Unblock(args) => unblock::run(session, &args),
        Command::Done(args) => done::run(session, &args),
        Command::Land(args) => land::run(session, &args),
        Command::Freeze(args) => freeze::freeze(session, args),
        Command::Thaw(args) => freeze::thaw(session, args),
        Command::Sign(args) => sign::run(session, &args),
        Command::Retry(args) => failure::retry::run(session, args),
        Command::Escalate(args) => failure::escalate::run(session, args),
        Command::Return(args) => failure::send_back::run(session, args),
        Command::Rescope(args) => failure::rescope::run(session, &args),
        Command::Deprioritise(args) => failure::deprioritise::run(session, args),
        Command::TakeOver(args) => failure::take_over::run(session, &args),
        Command::Abandon(args) => failure::abandon::run(session, &args),
        Command::Lock(args) => lock::run(session, &args),
        Command::Unlock(args) => unlock::run(session, &args),
        Command::Renew(args) => renew::run(session, &args),
        Command::Locks(args) => locks::run(session, &args),
        Command::Reclaim(args) => reclaim::run(session, args),
        Command::Override(args) => override_path::run(session, &args),
        Command::ApprovePush(args) => approve_push::run(session, &args),
        Command::Sync(args) => sync::run(session, &args),
        Command::Reconcile(args) => reconcile::run(session, &args),
        Command::Worktree(command) => worktree::run(session, &command),
        Command::Board(args) => board::run(session, &args),
        Command::Next(args) => next::run(session, &args),
        Command::PlanNext(args) => plan_next::run(session, &args),
        Command::Note(args) => note::run(session, args),
        Command::Inbox(args) => inbox::run(session, &args),
        Command::Brief(args) => brief::run(session, &args),
        Command::Render(args) => render::run(session, &args),
        Command::Pr(args) => pr::run(session, &args),
        Command::Show(args) => show::run(session, &args),
        Command::Status(args) => status::run(session, &args),
        Command::Log(args) => log::run(session, &args),
        Command::Replay(args) => replay::run(session, &args),
        Command::Blame(args) => blame::run(session, &args),
        Command::Can(args) => can::run(session, &args),
        Command::Verify(args) => verify::run(session, &args),
        Command::Validate(args) => validate::run(session, &args),
        Command::Trust(args) => trust::run(session, &args),
        Command::Policy(args) => policy::run(session, &args),
        Command::Hook(_) | Command::Guard(_) | Command::Merge(_) | Command::Rules(_) | Command::Man => {
            Ok(ExitCode::SUCCESS)
        }
    }
}
