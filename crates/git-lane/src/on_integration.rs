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
    let branch = session.store().view()?.meta()?.integration;
    let full = format!("refs/heads/{branch}");
    let mut steps = behind(session, file, &full)?;
    let is_behind = !steps.is_empty();
    steps.push(change.to_owned());
    // The user's own list of ignored files may name one.
    steps.push(command(&[&["git", "add", "--force", "--"], paths].concat()));
    let commit = command(&[&["git", "commit", "-m", "git-lane: policy", "--"], paths].concat());
    steps.push(match is_behind {
        // What was merged may bring it already.
        true => {
            let same = command(&[&["git", "diff", "--cached", "--quiet", "--"], paths].concat());
            format!("{{ {same} || {commit}; }}")
        }
        false => commit,
    });
    steps.extend(push(session, file, &branch)?);
    in_worktree(session, &branch, &steps)
}

/// Brings what the local branch has to the remote's, which is what counts; none where it does not, or where the local one
/// lacks something of it, which may take away what it has.
pub(crate) fn pushed(session: &Session<'_>, file: &PolicyFile) -> Result<Option<String>, StoreError> {
    let branch = session.store().view()?.meta()?.integration;
    match behind(session, file, &format!("refs/heads/{branch}"))?.is_empty() {
        true => push(session, file, &branch),
        false => Ok(None),
    }
}

/// What the remote's branch has and the local one lacks, or its push would be refused.
fn behind(session: &Session<'_>, file: &PolicyFile, local: &str) -> Result<Vec<String>, StoreError> {
    let Some(tip) = session.repo.find_ref(local)? else {
        return Ok(Vec::new());
    };
    if file.refname == local || session.repo.is_ancestor(file.commit, tip)? {
        return Ok(Vec::new());
    }
    Ok(vec![command(&["git", "merge", "--no-edit", file.branch()])])
}

fn push(session: &Session<'_>, file: &PolicyFile, branch: &str) -> Result<Option<String>, StoreError> {
    let remote = match file.refname.starts_with("refs/remotes/") {
        true => remote_name(session.repo)?,
        false => None,
    };
    Ok(remote.map(|remote| command(&["git", "push", "--", &remote, branch])))
}

fn in_worktree(session: &Session<'_>, branch: &str, steps: &[String]) -> Result<String, StoreError> {
    let steps = steps.join(" && ");
    let full = format!("refs/heads/{branch}");
    let mut list = session.repo.worktree_list()?.into_iter();
    let there = list.find(|one| !one.bare && !one.prunable && one.branch.as_ref() == Some(&full));
    let quoted = |path: &Path| setup::quoted(&path.display().to_string());
    if let Some(there) = there {
        return Ok(format!("cd {} && {steps}", quoted(&there.path)));
    }
    let path = session
        .main_folder()?
        .join(session.store().view()?.policy()?.lanes.root)
        .join(FOLDER);
    let (path, branch) = (quoted(&path), command(&[branch]));
    Ok(format!(
        "git worktree add -- {path} {branch} && (cd {path} && {steps}) && git worktree remove -- {path}"
    ))
}
