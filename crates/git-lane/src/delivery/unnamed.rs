//! `commit-unnamed`: commits of a delivery that do not say whose they are. What carries no task is nobody's where it lands.

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Commit;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_store::TreeView;

use super::handed_off;
use crate::error::CliError;
use crate::hooks;
use crate::integration;
use crate::range::COMMITS_MAX;

/// How many commits are named.
const NAMED_MAX: usize = 5;

/// The verdict on a lane's commits since `base`, merges left out. Free is what is another lane's and on its branch.
///
/// # Errors
/// When git or a record cannot be read.
pub(super) fn judge(
    repo: &Repo,
    view: &TreeView<'_>,
    task: &Task,
    (base, tip): (Oid, Oid),
) -> Result<Option<Finding>, CliError> {
    if task.scope.is_empty() || view.policy()?.lanes.mode == Mode::A {
        return Ok(None);
    }
    let main = integration::tips(repo, &view.meta()?.integration)?;
    // The local branch may have the lane's own work already.
    let main = main
        .into_iter()
        .map(|(_, oid)| oid)
        .filter(|oid| repo.is_ancestor(tip, *oid).is_ok_and(|has| !has));
    let known: Vec<Oid> = std::iter::once(base).chain(main).collect();
    let mut unnamed = Vec::new();
    for commit in repo.rev_list(&[tip], &known, COMMITS_MAX)? {
        let commit = repo.commit(commit)?;
        if commit.parents.len() < 2 && !is_named(repo, view, task, &commit)? {
            unnamed.push(commit.id);
        }
    }
    if unnamed.is_empty() {
        return Ok(None);
    }
    let way = name_them(repo, task, &unnamed, (base, tip))?;
    Ok(Some(finding(task, &unnamed, way)))
}

fn is_named(repo: &Repo, view: &TreeView<'_>, task: &Task, commit: &Commit) -> Result<bool, CliError> {
    let message = String::from_utf8_lossy(&commit.message);
    let Some(Ok(id)) = hooks::task_named(&message).map(TaskId::new) else {
        return Ok(false);
    };
    if id == task.id {
        return Ok(true);
    }
    let Some(other) = view.task(&id)?.map(Found::into_task) else {
        return Ok(false);
    };
    is_on_branch(repo, view, &other, commit.id)
}

/// The tips of a lane's branch, as it is here, was last seen, and was handed off.
///
/// # Errors
/// When git cannot be read.
pub(crate) fn branch_tips(repo: &Repo, view: &TreeView<'_>, task: &Task) -> Result<Vec<Oid>, CliError> {
    let mut tips: Vec<Oid> = handed_off(view, task).into_iter().collect();
    tips.extend(repo.find_ref(&format!("refs/heads/{}", task.branch))?);
    if let Some(remote) = lane_store::remote_name(repo)? {
        tips.extend(repo.find_ref(&format!("refs/remotes/{remote}/{}", task.branch))?);
    }
    Ok(tips)
}

fn is_on_branch(repo: &Repo, view: &TreeView<'_>, task: &Task, commit: Oid) -> Result<bool, CliError> {
    for tip in branch_tips(repo, view, task)? {
        if repo.has_object(tip)? && repo.is_ancestor(commit, tip)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn finding(task: &Task, unnamed: &[Oid], way: String) -> Finding {
    let named: Vec<String> = unnamed.iter().take(NAMED_MAX).map(Oid::short).collect();
    let more = match unnamed.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let what = format!(
        "on the branch of {}, and without its trailer {}: {}{more}",
        task.id,
        hooks::TRAILER,
        named.join(", ")
    );
    let refusal = Refusal::new(&ground::COMMIT_UNNAMED, what);
    let resume = command(&["git", "lane", "resume", task.id.as_str()]);
    // What is handed on is committed to by whoever has taken it, and else by nobody.
    let first = task.status.is_handed_off() && task.assigned.is_none();
    let ways = first.then_some(resume).into_iter().chain([way]);
    Finding::whole(refusal, ways.map(Remedy::Run).collect())
}

/// Makes the commits again with the trailer, from the oldest of them on, also where no hook adds it. A later line counts more
/// than one that is there.
fn name_them(repo: &Repo, task: &Task, unnamed: &[Oid], (base, tip): (Oid, Oid)) -> Result<String, CliError> {
    let trailer = format!("{}: {}", hooks::TRAILER, task.id);
    let amend = command(&["git", "commit", "--amend", "--no-edit", "--trailer", &trailer]);
    if unnamed == [tip] {
        return Ok(amend);
    }
    let rebase = ["git", "rebase", "--exec", &amend];
    Ok(match before(repo, unnamed, tip)? {
        Some(before) => command(&[&rebase[..], &[&before.to_string()]].concat()),
        None => command(&[&rebase[..], &["-r", &base.to_string()]].concat()),
    })
}

/// The parent of the oldest of these, where nothing but single commits come after it.
fn before(repo: &Repo, unnamed: &[Oid], tip: Oid) -> Result<Option<Oid>, CliError> {
    let mut left = unnamed.len();
    for commit in repo.first_parents(tip) {
        let commit = commit?;
        let [parent] = commit.parents.as_slice() else {
            return Ok(None);
        };
        left -= usize::from(unnamed.contains(&commit.id));
        if left == 0 {
            return Ok(Some(*parent));
        }
    }
    Ok(None)
}
