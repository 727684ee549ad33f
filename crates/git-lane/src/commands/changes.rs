//! How a contract changes by options or from a file: shared by `edit` and `rescope`.

use std::path::PathBuf;

use lane_core::id::TaskId;
use lane_core::record::Task;
use lane_core::refusal::command;

use super::branch_name;
use super::contract;
use super::contract::Contract;
use super::contract::Given;
use crate::error::CliError;
use crate::session::Session;

/// What `edit` and `rescope` can change.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Changes {
    /// Take the whole task from a TOML file; - is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// A new title
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Another branch for its commits
    #[arg(long, value_name = "NAME")]
    pub(crate) branch: Option<String>,
    /// One more thing that must be true at the end, beside those that are there; may be repeated, each followed by its
    /// --check or --policy-check
    #[arg(long, value_name = "TEXT")]
    pub(crate) add_accept: Vec<String>,
    /// A task that need not be done first any more; may be repeated
    #[arg(long, value_name = "ID")]
    pub(crate) remove_depends_on: Vec<TaskId>,
    /// It is a part of no task any more
    #[arg(long, conflicts_with_all = ["parent", "slice", "merge_order"])]
    pub(crate) no_parent: bool,
    #[command(flatten)]
    pub(crate) contract: Contract,
}

/// The task as the command line wants it; none where it says nothing.
pub(super) fn changed(
    session: &Session<'_>,
    changes: &Changes,
    old: &Task,
) -> Result<Option<Task>, CliError> {
    if let Some(file) = &changes.from {
        let task = contract::parse(&contract::read(file)?)?;
        return another_branch(session, old, &task).map(|()| Some(task));
    }
    let order = contract::given_on_the_command_line();
    let mut task = old.clone();
    contract::put(&mut task, &changes.contract, &order)?;
    if let Some(title) = &changes.title {
        title.clone_into(&mut task.title);
    }
    if let Some(branch) = &changes.branch {
        branch.clone_into(&mut task.branch);
    }
    task.depends_on
        .retain(|on| !changes.remove_depends_on.contains(on));
    if changes.no_parent {
        (task.parent, task.slice, task.merge_order) = (None, None, None);
    }
    another_branch(session, old, &task)?;
    Ok((task != *old || says_something(changes, &order)).then_some(task))
}

/// Refuses a new branch that is one already, or would be something else to git.
///
/// # Errors
/// A refusal; when git cannot be asked.
pub(super) fn another_branch(session: &Session<'_>, old: &Task, new: &Task) -> Result<(), CliError> {
    if new.branch == old.branch || new.id != old.id {
        return Ok(());
    }
    let edit = command(&["git", "lane", "task", "edit", old.id.as_str(), "--branch"]);
    branch_name::fit(session, &new.branch, &edit)?;
    branch_name::is_free(session, &new.branch, &edit)?;
    branch_name::is_free_there(session, &new.branch, &edit)
}

/// Options that change nothing are still no wish for an editor.
fn says_something(changes: &Changes, order: &[Given]) -> bool {
    let c = &changes.contract;
    let words = [
        &c.kind,
        &c.priority,
        &c.risk,
        &c.slice,
        &c.issue,
        &c.notes,
        &changes.title,
        &changes.branch,
    ];
    let lists = [
        c.labels.len(),
        c.scope.len(),
        c.out_of_scope.len(),
        c.depends_on.len(),
        changes.remove_depends_on.len(),
        order.len(),
    ];
    let others = [
        c.area.is_some(),
        c.parent.is_some(),
        c.merge_order.is_some(),
        changes.no_parent,
    ];
    words.iter().any(|w| w.is_some()) || lists.iter().any(|n| *n > 0) || others.contains(&true)
}
