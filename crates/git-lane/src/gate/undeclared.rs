//! What is said where no check is declared, and what leads on from there.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_gate::GATES_PATH;
use lane_store::remote_name;

use super::Declared;
use super::integration_name;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;

/// Why there is nothing to climb.
///
/// # Errors
/// When the repository cannot be read.
pub(crate) fn nothing_declared(session: &Session<'_>, declared: &Declared) -> Result<CliError, CliError> {
    if let Some(place) = &declared.place {
        let file = place.rsplit(':').next().unwrap_or(place);
        let hint = format!("take the # away from a check in {file}, then commit it");
        return Ok(refused(format!("{place} declares no check"), hint).into());
    }
    let store = session.store();
    if store.tip()?.is_some()
        && let Some(no) = integration::renamed(session.repo, &store)?
    {
        return Ok(no.into());
    }
    if let Some(no) = not_fetched(session)? {
        return Ok(no.into());
    }
    if let Some(no) = not_pushed(session)? {
        return Ok(no.into());
    }
    let here = session.repo.work_dir().map(|root| root.join(GATES_PATH));
    Ok(match here.is_some_and(|file| file.is_file()) {
        true => refused(
            format!("{GATES_PATH} is not on the integration branch, so no check is declared yet"),
            command(&["git", "lane", "gate", "--gates", GATES_PATH]),
        )
        .hint(format!(
            "git add {GATES_PATH} && git commit -m 'gates' -- {GATES_PATH}"
        )),
        false => refused(
            format!("the integration branch has no {GATES_PATH}, so no check is declared"),
            command(&["git", "lane", "init", "--gates"]),
        ),
    }
    .into())
}

/// In a checkout of one commit, as CI makes it, the remote's branch is not here.
fn not_fetched(session: &Session<'_>) -> Result<Option<Refusal>, CliError> {
    let Some(remote) = remote_name(session.repo)? else {
        return Ok(None);
    };
    let (what, hint) = match integration_name(session)? {
        Some(branch) if !integration::tips(session.repo, &branch)?.is_empty() => return Ok(None),
        Some(branch) => (
            format!("the integration branch {branch} was not fetched, and the checks are declared there"),
            command(&[
                "git",
                "fetch",
                &remote,
                &format!("+refs/heads/{branch}:refs/remotes/{remote}/{branch}"),
            ]),
        ),
        None => {
            let all = format!("+refs/heads/*:refs/remotes/{remote}/*");
            let fetch = command(&["git", "fetch", &remote, &all]);
            let head = command(&["git", "remote", "set-head", &remote, "--auto"]);
            (
                format!(
                    "HEAD is detached, and which branch of {remote} declares the checks is not known here"
                ),
                format!("{fetch} && {head}"),
            )
        }
    };
    Ok(Some(refused(what, hint)))
}

/// Committed on the local branch, but read from the remote's, as the policy is.
fn not_pushed(session: &Session<'_>) -> Result<Option<Refusal>, CliError> {
    let repo = session.repo;
    let Some((remote, branch)) = remote_name(repo)?.zip(integration_name(session)?) else {
        return Ok(None);
    };
    let Some(local) = repo.find_ref(&format!("refs/heads/{branch}"))? else {
        return Ok(None);
    };
    let tree = repo.commit(local)?.tree;
    if repo.entry_at(tree, GATES_PATH)?.is_none() {
        return Ok(None);
    }
    let what = format!("{GATES_PATH} is on {branch} here, and counts once {remote} has it too");
    let push = command(&["git", "push", "--", &remote, &branch]);
    Ok(Some(refused(what, push)))
}

fn refused(what: String, hint: String) -> Refusal {
    Refusal::new(&ground::NO_CHECKS, what).hint(hint)
}
