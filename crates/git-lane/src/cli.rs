//! The command line. The help texts are the manual.

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::policy::Role;

use crate::commands::approve_push::ApprovePush;
use crate::commands::blame::Blame;
use crate::commands::block::Block;
use crate::commands::board::Board;
use crate::commands::brief::Brief;
use crate::commands::can::Can;
use crate::commands::check::CheckArgs;
use crate::commands::checkpoint::Checkpoint;
use crate::commands::claim::Claim;
use crate::commands::consult::Consult;
use crate::commands::done::Done;
use crate::commands::failure::Because;
use crate::commands::failure::abandon::Abandon;
use crate::commands::failure::rescope::Rescope;
use crate::commands::failure::send_back::Return;
use crate::commands::freeze::Reason;
use crate::commands::gate::GateArgs;
use crate::commands::guard::GuardArgs;
use crate::commands::handoff::Handoff;
use crate::commands::inbox::Inbox;
use crate::commands::init::Init;
use crate::commands::land::Land;
use crate::commands::leave::Leave;
use crate::commands::lock::Lock;
use crate::commands::locks::Locks;
use crate::commands::log::Log;
use crate::commands::merge::MergeArgs;
use crate::commands::next::Next;
use crate::commands::note::NoteArgs;
use crate::commands::override_path::Override;
use crate::commands::plan_next::PlanNext;
use crate::commands::policy::PolicyCommand;
use crate::commands::pr::Pr;
use crate::commands::preflight::Preflight;
use crate::commands::ready::Ready;
use crate::commands::reclaim::Reclaim;
use crate::commands::reconcile::Reconcile;
use crate::commands::release::Release;
use crate::commands::render::Render;
use crate::commands::replay::Replay;
use crate::commands::resume::Resume;
use crate::commands::review::Review;
use crate::commands::rules::Rules;
use crate::commands::show::Show;
use crate::commands::start::Start;
use crate::commands::status::Status;
use crate::commands::sync::SyncArgs;
use crate::commands::task_add::TaskAdd;
use crate::commands::task_edit::TaskEdit;
use crate::commands::task_list::TaskList;
use crate::commands::task_show::TaskShow;
use crate::commands::test::Test;
use crate::commands::trust::Trust;
use crate::commands::validate::Validate;
use crate::commands::verify::Verify;
use crate::commands::worktree::WorktreeCommand;

/// Many coding agents in one repository, kept in their lanes by git itself.
///
/// The daily loop: `git lane ready` shows what can be taken, `git lane start` takes it and prints the worktree, plain
/// `git commit` and `git push` go through or say what stands against them, `git lane check` runs what the task must
/// pass, `git lane handoff` delivers it, and `git lane done ID` closes it once its branch is on the integration branch.
///
/// GIT_LANE_AGENT names who acts; without it, the worktree's agent or `person:<user.email>` does. Exit codes: 0 done,
/// 1 findings, 2 usage, 3 refused by the state, 4 contention (try again), 5 a check or the preflight failed,
/// 6 not set up, 70 a bug of ours.
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
    /// Do without the shared remote: what is decided is provisional until `git lane sync`
    #[arg(long, global = true)]
    pub(crate) offline: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(Init),
    /// Take hooks, driver and settings away; what was there before comes back.
    ///
    /// The state ref and the tracked files stay, and it says how to remove them.
    Uninstall,
    /// Check the set-up: each check is ok, or names the command that mends it
    Doctor(Json),
    Preflight(Preflight),
    #[command(subcommand)]
    Task(Task),
    Ready(Ready),
    Next(Next),
    PlanNext(PlanNext),
    Claim(Claim),
    Release(Release),
    Start(Start),
    Check(CheckArgs),
    Gate(GateArgs),
    Guard(GuardArgs),
    Checkpoint(Checkpoint),
    Consult(Consult),
    Resume(Resume),
    Handoff(Box<Handoff>),
    Review(Box<Review>),
    Test(Box<Test>),
    Leave(Leave),
    Block(Block),
    /// Go on with a blocked task
    Unblock(One),
    Done(Done),
    Land(Land),
    /// Stop landings for everybody; who looks is told why
    Freeze(Reason),
    /// Let landings go on
    Thaw(Reason),
    /// Give your word, as a person, for what a task would land
    ///
    /// For exactly the commit that was handed off: a later one needs it anew. The policy asks for it with `[landing]
    /// sign_off = true`. An agent cannot, nor who wrote it.
    Sign(One),
    /// End an attempt that failed: somebody else goes on in the same branch and worktree.
    ///
    /// For its holder, for the orchestrator, and for anybody once its time is over. Where no retry is left, and from there
    /// on the orchestrator's word, see docs/failures.md.
    Retry(Because),
    /// Ask the orchestrator to decide about a task
    Escalate(Because),
    Return(Return),
    Rescope(Box<Rescope>),
    /// Put a task at the end of the queue, as the orchestrator; its failures count anew
    Deprioritise(Because),
    /// Take a lane from its holder, as the orchestrator, and go on in its worktree as it is
    TakeOver(Because),
    Abandon(Abandon),
    Lock(Lock),
    /// Give a lock back; a claim's own lock goes with `release` or `done`
    Unlock(OneLock),
    /// Show a sign of life: the lease runs again from now
    Renew(OneLock),
    Locks(Locks),
    Reclaim(Reclaim),
    Override(Override),
    ApprovePush(ApprovePush),
    Sync(SyncArgs),
    Reconcile(Reconcile),
    #[command(subcommand)]
    Worktree(WorktreeCommand),
    Board(Board),
    Note(NoteArgs),
    Inbox(Inbox),
    Brief(Brief),
    Render(Render),
    Pr(Pr),
    Show(Show),
    Status(Status),
    Log(Log),
    Blame(Blame),
    Replay(Replay),
    Can(Can),
    Verify(Verify),
    Validate(Validate),
    Trust(Trust),
    #[command(subcommand)]
    Policy(PolicyCommand),
    Rules(Rules),
    Merge(MergeArgs),
    #[command(hide = true)]
    Hook(Hook),
    #[command(hide = true)]
    Man,
}

// A reading command's format. No doc comment: it would hide the commands' own help.
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
    /// Show one task's contract, with the commits that carry it; `git lane show ID` tells its whole story
    Show(TaskShow),
    Edit(Box<TaskEdit>),
    List(TaskList),
}

// One task. No doc comment: it would hide the commands' own help.
#[derive(Debug, Args)]
pub(crate) struct One {
    /// The task
    pub(crate) id: TaskId,
}

// One lock. No doc comment: it would hide the commands' own help.
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
