//! The policy: in force on the integration branch, and as it lies in this worktree, as the gates do beside it.

use lane_core::policy::POLICY_PATH;
use lane_core::policy::parse;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_store::PolicyFile;
use lane_store::find_policy;
use lane_store::remote_name;

use super::Ill;
use super::ill;
use crate::error::CliError;
use crate::evidence;
use crate::hooks;
use crate::integration;
use crate::policy_doubts;
use crate::session::Session;
use crate::setup;

/// What the integration branch has.
pub(in crate::commands) fn in_force(session: &Session<'_>) -> Result<Ill, CliError> {
    let branch = session.store().view()?.meta()?.integration;
    let exists = !integration::tips(session.repo, &branch)?.is_empty();
    let commit = setup::policy_command(session);
    match find_policy(session.repo, &branch)? {
        Some(file) => file.parse().map(|_| None).map_err(CliError::from),
        None if exists => ill(
            format!("{POLICY_PATH} is not on {branch}, so no lane can start"),
            match on_disk(session, POLICY_PATH) {
                Some(_) => commit,
                None => format!("git lane init && {commit}"),
            },
        ),
        None => match integration::renamed(session.repo, &session.store())? {
            Some(refusal) => ill(refusal.what, refusal.hints.join(" && ")),
            None => ill(format!("{branch} has no commit yet"), commit),
        },
    }
}

/// What the policy in force says that means nothing. One that cannot be read is told elsewhere.
pub(in crate::commands) fn odd(session: &Session<'_>) -> Vec<String> {
    let branch = session.store().view().ok().and_then(|view| view.meta().ok());
    let branch = branch.map(|meta| meta.integration).unwrap_or_default();
    let file = find_policy(session.repo, &branch).ok().flatten();
    let Some(policy) = file.and_then(|file| file.parse().ok()) else {
        return Vec::new();
    };
    policy_doubts::of(&policy, evidence::read_gates(session).ok().as_ref())
}

/// What was changed in this worktree's policy and is not in force.
pub(in crate::commands) fn here(session: &Session<'_>) -> Result<Ill, CliError> {
    changed_here(session, POLICY_PATH, |text| {
        parse(text).map(drop).map_err(|fault| fault.to_string())
    })
}

/// What was changed in this worktree's file at `path` and is not in force, where the policy is read. A branch that is
/// only behind changed nothing.
pub(in crate::commands) fn changed_here(
    session: &Session<'_>,
    path: &str,
    fault_of: fn(&[u8]) -> Result<(), String>,
) -> Result<Ill, CliError> {
    let branch = session.store().view()?.meta()?.integration;
    let (Some(file), Some(bytes)) = (find_policy(session.repo, &branch)?, on_disk(session, path)) else {
        return Ok(None);
    };
    let head = session.repo.head()?;
    let in_force = blob_of(session, file.commit, path)?;
    let is_in_force = in_force == Some(session.repo.hash_blob(&bytes));
    let Some(tip) = head.oid().filter(|_| !is_in_force) else {
        return Ok(None);
    };
    let committed = blob_of(session, tip, path)?;
    let is_committed = [&bytes, &with_lf(&bytes)].map(|text| Some(session.repo.hash_blob(text)));
    let is_committed = is_committed.contains(&committed);
    let is_behind = match session.repo.merge_base(tip, file.commit)? {
        Some(base) => blob_of(session, base, path)? == committed,
        None => false,
    };
    let is_there = head.branch() == Some(&branch);
    // What a branch proposes comes into force when it lands.
    if is_committed && (is_behind || !is_there) {
        return Ok(None);
    }
    let what = if path == POLICY_PATH { "the policy" } else { path };
    if !is_committed && !hooks::ruled_out(session, &[path.into()])?.is_empty() {
        return ill(
            format!(
                "{what} in this worktree is not as it is committed, and it belongs to the maintainer role"
            ),
            put_back(session, path, committed.is_some()),
        );
    }
    if let Err(fault) = fault_of(&bytes) {
        let fault = text::excerpt(&fault, 300);
        return ill(
            format!("{path} of this worktree cannot be used: {fault}"),
            format!("git lane policy validate {path}"),
        );
    }
    let place = file.branch();
    let mut steps = Vec::new();
    let mut ways = Vec::new();
    if !is_committed {
        steps.push("commit");
        ways.push(format!(
            "git add -- :/{path} && git commit -m 'git-lane: policy' -- :/{path}"
        ));
    }
    if is_there
        && is_remote(&file)
        && let Some(remote) = remote_name(session.repo)?
    {
        steps.push("push");
        if !session.repo.is_ancestor(file.commit, tip)? {
            ways.push(command(&["git", "merge", "--no-edit", place]));
        }
        ways.push(command(&["git", "push", "--", &remote, &branch]));
    }
    let todo = match steps.as_slice() {
        [] => return Ok(None),
        steps => steps.join(" and "),
    };
    ill(
        format!("{what} in this worktree is not the one in force on {place}: {todo} it"),
        ways.join(" && "),
    )
}

/// The command that makes a file as it is committed, or takes a new one away.
fn put_back(session: &Session<'_>, path: &str, is_in_head: bool) -> String {
    if is_in_head {
        return format!("git restore --source=HEAD --staged --worktree -- :/{path}");
    }
    let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
    let file = setup::quoted(&root.join(path).display().to_string());
    format!("git rm --quiet --cached --ignore-unmatch -- :/{path} && rm -f {file}")
}

fn is_remote(file: &PolicyFile) -> bool {
    file.refname.starts_with("refs/remotes/")
}

fn on_disk(session: &Session<'_>, path: &str) -> Option<Vec<u8>> {
    std::fs::read(session.repo.work_dir()?.join(path)).ok()
}

/// As it is committed where git checks out with other line ends.
fn with_lf(bytes: &[u8]) -> Vec<u8> {
    let mut next = bytes.iter().skip(1).map(Some).chain([None]);
    let is_kept = |byte: &&u8| next.next().flatten() != Some(&b'\n') || **byte != b'\r';
    bytes.iter().filter(is_kept).copied().collect()
}

fn blob_of(session: &Session<'_>, commit: Oid, path: &str) -> Result<Option<Oid>, CliError> {
    let tree = session.repo.commit(commit)?.tree;
    Ok(session.repo.entry_at(tree, path)?.map(|entry| entry.oid))
}
