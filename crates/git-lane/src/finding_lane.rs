//! Which lane a worktree or branch belongs to: by its binding, else by the branch that is checked out.

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::refusal::Refusal;
use lane_core::view::Found;
use lane_core::view::View;
use lane_git::Head;
use lane_git::Operation;
use lane_git::Repo;
use lane_rules::Checkout;
use lane_rules::LaneScene;
use lane_store::Binding;

use crate::error::CliError;

/// What is checked out. During a rebase that is the branch being rebased.
pub(crate) fn checkout(repo: &Repo) -> Result<Checkout, CliError> {
    Ok(match repo.head()? {
        Head::Unborn { branch } => Checkout::Branch(branch),
        Head::Branch { name, .. } => Checkout::Branch(name),
        Head::Detached { .. } => match repo.operation() {
            Some(Operation::Rebase {
                head_name: Some(name),
            }) => Checkout::Branch(name.strip_prefix("refs/heads/").unwrap_or(&name).to_owned()),
            _ => Checkout::Detached,
        },
    })
}

/// The task whose lane has this branch: a claimed one, or one whose id is the branch's name.
pub(crate) fn task_of_branch(view: &dyn View, branch: &str) -> Result<Option<TaskId>, CliError> {
    if let Some(lane) = view.lanes()?.into_iter().find(|lane| lane.branch == branch) {
        return Ok(Some(lane.task));
    }
    let Ok(id) = TaskId::new(branch) else {
        return Ok(None);
    };
    let found = view.task(&id)?.map(Found::into_task);
    Ok(found.filter(|task| task.branch == branch).map(|task| task.id))
}

/// The lane of this worktree. An unclaimed task is a lane only for the worktree that was bound to it.
pub(crate) fn of_worktree(
    view: &dyn View,
    binding: Option<&Binding>,
    checkout: &Checkout,
) -> Result<Option<LaneScene>, CliError> {
    if let Some(binding) = binding {
        let Some(found) = view.task(&binding.task)? else {
            let what = format!(
                "this worktree is bound to {}, which the state does not know",
                binding.task
            );
            return Err(Refusal::new(&ground::NO_SUCH_TASK, what)
                .hint("git lane doctor")
                .into());
        };
        return Ok(Some(LaneScene {
            task: found.into_task(),
            bound_fence: Some(binding.fence),
        }));
    }
    let Checkout::Branch(branch) = checkout else {
        return Ok(None);
    };
    let Some(id) = task_of_branch(view, branch)? else {
        return Ok(None);
    };
    Ok(match view.task(&id)? {
        Some(Found::Live(task)) if task.claim.is_some() => Some(LaneScene {
            task: *task,
            bound_fence: None,
        }),
        _ => None,
    })
}
