//! The command line. The help texts are the manual.

use std::path::PathBuf;

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use lane_core::id::AreaName;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::moves::Verb;
use lane_core::policy::Role;
use lane_core::time::Span;

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
    Policy(Policy),
    #[command(hide = true)]
    Hook(Hook),
    #[command(hide = true)]
    MergeDriver(MergeDriver),
    #[command(hide = true)]
    Man,
}

/// Set git-lane up in this repository, or join one that has it.
///
/// The first time: writes `.agents/policy.toml` (commit it) and a section of `.gitattributes`, makes the state ref,
/// installs the hooks beside those that are there, registers the merge driver, and keeps worktrees out of `git add`.
/// Where the integration branch has a policy already, it joins: hooks and settings only, no tracked file. Running it
/// again repairs what is missing.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The branch that lanes land on (default: the remote's HEAD, else the current branch)
    #[arg(long, value_name = "BRANCH")]
    pub(crate) integration: Option<String>,
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

/// What `add` and `edit` can say of a task.
#[derive(Debug, Args)]
pub(crate) struct Contract {
    /// What sort of work: feature, defect, contract, docs, chore
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// How soon: high, medium, low
    #[arg(long)]
    pub(crate) priority: Option<String>,
    /// How much care: normal, high
    #[arg(long)]
    pub(crate) risk: Option<String>,
    /// The area that it belongs to
    #[arg(long)]
    pub(crate) area: Option<AreaName>,
    /// A label; may be repeated
    #[arg(long = "label", value_name = "L")]
    pub(crate) labels: Vec<String>,
    /// A glob that it may change; may be repeated. Its scope becomes its lock
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true)]
    pub(crate) scope: Vec<String>,
    /// A glob that it must not change; may be repeated
    #[arg(long, value_name = "GLOB", allow_hyphen_values = true)]
    pub(crate) out_of_scope: Vec<String>,
    /// What must be true at the end; may be repeated, each followed by its --check
    #[arg(long, value_name = "TEXT")]
    pub(crate) accept: Vec<String>,
    /// A command that shows it: split into words as a shell would, and run without one
    #[arg(long, value_name = "COMMAND", allow_hyphen_values = true)]
    pub(crate) check: Vec<String>,
    /// A task that must be done first; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) depends_on: Vec<TaskId>,
    /// An issue elsewhere, like '#123'
    #[arg(long)]
    pub(crate) issue: Option<String>,
    /// Free text: problem, locations, references, testing
    #[arg(long, value_name = "TEXT")]
    pub(crate) notes: Option<String>,
}

/// Add a task and print its id.
///
/// Without --id a short random one is drawn. --from takes the whole task as TOML (see docs/tasks.md), - for standard
/// input; --template takes `.agents/templates/NAME.toml` of the integration branch as a start.
#[derive(Debug, Args)]
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

#[derive(Debug, Args)]
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

/// Change a task's contract: in the editor, from a file, or by options.
///
/// Status and claim change by their own commands. An edit that is not valid changes nothing.
#[derive(Debug, Args)]
pub(crate) struct TaskEdit {
    /// The task
    pub(crate) id: TaskId,
    /// Take the whole task from a TOML file; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// A new title
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Another branch for its commits
    #[arg(long, value_name = "NAME")]
    pub(crate) branch: Option<String>,
    #[command(flatten)]
    pub(crate) contract: Contract,
}

/// List live tasks
#[derive(Debug, Args)]
pub(crate) struct TaskList {
    /// Only this status
    #[arg(long)]
    pub(crate) status: Option<String>,
    /// Only this area
    #[arg(long)]
    pub(crate) area: Option<AreaName>,
    /// Only this label
    #[arg(long)]
    pub(crate) label: Option<String>,
    /// Completed tasks too
    #[arg(long)]
    pub(crate) all: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What can be claimed now, best first
#[derive(Debug, Args)]
pub(crate) struct Ready {
    /// Only this area
    #[arg(long)]
    pub(crate) area: Option<AreaName>,
    /// Say also what stops the others
    #[arg(long)]
    pub(crate) why: bool,
    /// At most this many of each
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Take a task: its scope becomes your lock.
///
/// Without an id, the best ready one. `git lane start` also makes the branch and the worktree.
#[derive(Debug, Args)]
pub(crate) struct Claim {
    /// The task
    pub(crate) id: Option<TaskId>,
}

/// Give a task back; its locks go
#[derive(Debug, Args)]
pub(crate) struct Release {
    /// The task
    pub(crate) id: TaskId,
    /// Why: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
}

/// Take a task and print the worktree to work in: claim, branch, worktree, binding.
///
/// With --here the current worktree becomes the lane (one agent per clone). A task that you hold already gets its
/// worktree back. Work that an earlier holder left on the branch or in the worktree is kept.
#[derive(Debug, Args)]
pub(crate) struct Start {
    /// The task (default: the best ready one)
    pub(crate) id: Option<TaskId>,
    /// Bind this worktree instead of making one
    #[arg(long)]
    pub(crate) here: bool,
}

/// Say that a task cannot go on, and what it waits for
#[derive(Debug, Args)]
pub(crate) struct Block {
    /// The task
    pub(crate) id: TaskId,
    /// The task that it waits for
    #[arg(long, value_name = "ID", required_unless_present = "why")]
    pub(crate) on: Option<TaskId>,
    /// Why: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,
}

/// One task.
#[derive(Debug, Args)]
pub(crate) struct One {
    /// The task
    pub(crate) id: TaskId,
}

/// Lock paths: for this worktree's lane, else for yourself.
///
/// In a lane this is how it is widened: granted if nobody else holds any path of the globs and the task's area and
/// out-of-scope allow it. Quote the globs; `x` covers x and all below it.
#[derive(Debug, Args)]
pub(crate) struct Lock {
    /// What to lock
    #[arg(required = true, value_name = "GLOB")]
    pub(crate) globs: Vec<String>,
    /// What for: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) objective: String,
    /// How long without a sign of life (default: the policy's lease)
    #[arg(long, value_name = "TIME")]
    pub(crate) ttl: Option<Span>,
    /// Let others share it
    #[arg(long)]
    pub(crate) shared: bool,
}

/// One lock.
#[derive(Debug, Args)]
pub(crate) struct OneLock {
    /// The lock
    pub(crate) lock: LockId,
}

/// Take a lock away whose lease is over.
///
/// A claim's lock takes the claim with it: the task can be claimed again, its branch and worktree are kept.
#[derive(Debug, Args)]
pub(crate) struct Reclaim {
    /// The lock
    pub(crate) lock: LockId,
    /// Why: one line, kept in the ledger
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: String,
}

/// Let a path pass against the rules, for whom the policy names
#[derive(Debug, Args)]
pub(crate) struct Override {
    /// The path, or a glob
    pub(crate) path: String,
    /// Why: one line, kept in the ledger
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
}

/// What happened, newest first
#[derive(Debug, Args)]
pub(crate) struct Log {
    /// Only this task
    #[arg(long, value_name = "ID")]
    pub(crate) task: Option<TaskId>,
    /// At most this many
    #[arg(long, short = 'n', default_value_t = 30, value_name = "N")]
    pub(crate) limit: usize,
    /// Print JSON, one event a line
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whether you may do something to a task now, and if not, everything that stands against it
#[derive(Debug, Args)]
pub(crate) struct Can {
    /// claim, release, block, unblock, done or reclaim
    pub(crate) verb: Verb,
    /// The task
    pub(crate) id: TaskId,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Prove that the ledger is whole: the chain over all events
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// Replay every decision too, and compare every tree
    #[arg(long)]
    pub(crate) full: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Check the records of the state against each other
#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// Compare with branches, worktrees and the integration branch too
    #[arg(long)]
    pub(crate) git: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Accept a task's check commands for this clone, after reading them.
///
/// Commands that reached this clone with the state, and that nobody here wrote, run only after this.
#[derive(Debug, Args)]
pub(crate) struct Trust {
    /// The task
    pub(crate) id: TaskId,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The rules of this repository
#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// All values in force, and where each comes from
    Show(Json),
    /// Check a policy file
    Validate {
        /// The file (default: `.agents/policy.toml` of this worktree)
        file: Option<PathBuf>,
    },
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

/// Runs as a git merge driver: `%O %A %B %L -- %P`.
#[derive(Debug, Args)]
pub(crate) struct MergeDriver {
    /// The common ancestor's file
    pub(crate) base: PathBuf,
    /// Our file; the result goes here
    pub(crate) ours: PathBuf,
    /// Their file
    pub(crate) theirs: PathBuf,
    /// How long a conflict marker is
    pub(crate) marker_size: u16,
    /// The path in the repository
    #[arg(last = true)]
    pub(crate) path: Option<std::ffi::OsString>,
}
