//! The command line. The help texts are the manual.

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::policy::Role;

use crate::commands::block::Block;
use crate::commands::can::Can;
use crate::commands::claim::Claim;
use crate::commands::init::Init;
use crate::commands::lock::Lock;
use crate::commands::log::Log;
use crate::commands::merge_driver::MergeDriver;
use crate::commands::override_path::Override;
use crate::commands::policy::PolicyCommand;
use crate::commands::ready::Ready;
use crate::commands::reclaim::Reclaim;
use crate::commands::release::Release;
use crate::commands::start::Start;
use crate::commands::task_add::TaskAdd;
use crate::commands::task_edit::TaskEdit;
use crate::commands::task_list::TaskList;
use crate::commands::task_show::TaskShow;
use crate::commands::trust::Trust;
use crate::commands::validate::Validate;
use crate::commands::verify::Verify;

/// Many coding agents in one repository, kept in their lanes by git itself.
///
/// The daily loop: `git lane ready` shows what can be taken, `git lane start` takes it and prints the worktree, plain
/// `git commit` and `git push` go through or say what stands against them, `git lane done ID` closes the task once
/// its branch is on the integration branch.
///
/// GIT_LANE_AGENT names who acts; without it, the worktree's agent or `person:<user.email>` does. Exit codes: 0 done,
/// 1 findings, 2 usage, 3 refused by the state, 4 contention (try again), 6 not set up, 70 a bug of ours.
#[derive(Debug, Parser)]
#[command(
    name = "git-lane",
    bin_name = "git lane",
    version,
    max_term_width = 100,
    disable_help_flag = false
)]
pub(crate) struct Cli {
    /// Act in this role instead of the one that the command implies
    #[arg(long, global = true, value_name = "ROLE")]
    pub(crate) role: Option<Role>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(Init),
    Uninstall,
    Doctor(Json),
    #[command(subcommand)]
    Task(Task),
    Ready(Ready),
    Claim(Claim),
    Release(Release),
    Start(Start),
    Block(Block),
    Unblock(One),
    Done(One),
    Lock(Lock),
    Unlock(OneLock),
    Renew(OneLock),
    Locks(Json),
    Reclaim(Reclaim),
    Override(Override),
    Status(Json),
    Log(Log),
    Can(Can),
    Verify(Verify),
    Validate(Validate),
    Trust(Trust),
    #[command(subcommand)]
    Policy(PolicyCommand),
    #[command(hide = true)]
    Hook(Hook),
    #[command(hide = true)]
    MergeDriver(MergeDriver),
    #[command(hide = true)]
    Man,
}

/// A reading command's format.
#[derive(Debug, Args)]
pub(crate) struct Json {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Add, show, change and list tasks
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    Add(Box<TaskAdd>),
    /// Show one task, with the commits that carry it
    Show(TaskShow),
    Edit(Box<TaskEdit>),
    List(TaskList),
}

/// One task.
#[derive(Debug, Args)]
pub(crate) struct One {
    /// The task
    pub(crate) id: TaskId,
}

/// One lock.
#[derive(Debug, Args)]
pub(crate) struct OneLock {
    /// The lock
    pub(crate) lock: LockId,
}

/// Runs as a git hook.
#[derive(Debug, Args)]
pub(crate) struct Hook {
    /// The hook's name
    pub(crate) name: String,
    /// What git handed it
    #[arg(last = true)]
    pub(crate) args: Vec<std::ffi::OsString>,
}
