//! The command that changes a file where the rules are read: on the integration branch, and on the remote's too.

use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_store::PolicyFile;
use lane_store::remote_name;

use crate::error::CliError;
use crate::session::Session;
use crate::setup;

/// Runs `change` in the root of a worktree of the integration branch and commits `paths` there; pushes them where the
/// remote's branch is what counts. Good for one shell line, whatever the folder it is read in.
pub(super) fn by(
    session: &Session<'_>,
    file: &PolicyFile,
    change: &str,
    paths: &[&str],
) -> Result<String, CliError> {
    let branch = session.store().view()?.meta()?.integration;
    let mut steps = Vec::new();
    let full = format!("refs/heads/{branch}");
    let there = session
        .repo
        .worktree_list()?
        .into_iter()
        .find(|one| one.branch.as_ref() == Some(&full));
    let root = there
        .as_ref()
        .map(|one| one.path.as_path())
        .or(session.repo.work_dir());
    if let Some(root) = root {
        steps.push(format!("cd {}", setup::quoted(&root.display().to_string())));
    }
    if there.is_none() {
        steps.push(command(&["git", "switch", &branch]));
    }
    steps.push(change.to_owned());
    steps.push(command(&[&["git", "add", "--"], paths].concat()));
    steps.push(command(
        &[&["git", "commit", "-m", "git-lane: policy", "--"], paths].concat(),
    ));
    if file.refname.starts_with("refs/remotes/")
        && let Some(remote) = remote_name(session.repo)?
    {
        steps.push(command(&["git", "push", "--", &remote, &branch]));
    }
    Ok(steps.join(" && "))
}
