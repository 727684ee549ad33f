//! The command that changes a file where the rules are read: on the integration branch, and on the remote's too.

use std::path::Path;

use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_store::PolicyFile;
use lane_store::StoreError;
use lane_store::remote_name;

use crate::session::Session;
use crate::setup;

/// The folder of the worktree that is made for this, among those of the lanes; no task can have this id.
const FOLDER: &str = ".integration";

/// Runs `change` in the root of a worktree of the integration branch and commits `paths` there; pushes them where the
/// remote's branch is what counts. Where no worktree has the branch checked out, one is made for it and removed again:
/// this one may be a lane's, or there may be none. Good for one shell line, whatever the folder it is read in.
pub(crate) fn by(
    session: &Session<'_>,
    file: &PolicyFile,
    change: &str,
    paths: &[&str],
) -> Result<String, StoreError> {
    let store = session.store();
    let view = store.view()?;
    let branch = view.meta()?.integration;
    let full = format!("refs/heads/{branch}");
    let mut list = session.repo.worktree_list()?.into_iter();
    let there = list.find(|one| !one.bare && !one.prunable && one.branch.as_ref() == Some(&full));
    let quoted = |path: &Path| setup::quoted(&path.display().to_string());

    let mut steps = vec![change.to_owned()];
    steps.push(command(&[&["git", "add", "--"], paths].concat()));
    steps.push(command(
        &[&["git", "commit", "-m", "git-lane: policy", "--"], paths].concat(),
    ));
    if file.refname.starts_with("refs/remotes/")
        && let Some(remote) = remote_name(session.repo)?
    {
        steps.push(command(&["git", "push", "--", &remote, &branch]));
    }
    let steps = steps.join(" && ");
    if let Some(there) = there {
        return Ok(format!("cd {} && {steps}", quoted(&there.path)));
    }
    let path = session
        .main_folder()?
        .join(view.policy()?.lanes.root)
        .join(FOLDER);
    let (path, branch) = (quoted(&path), command(&[&branch]));
    Ok(format!(
        "git worktree add -- {path} {branch} && (cd {path} && {steps}) && git worktree remove -- {path}"
    ))
}
