//! What CI needs and a fresh checkout does not have: the base, the work's last commit, the history between them, and the
//! state. All of it goes into refs of our own, so that nothing that lies in the clone is believed.

use std::time::Duration;

use lane_core::ground;
use lane_core::policy::Policy;
use lane_core::policy::Sync;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_git::Deeper;
use lane_git::Oid;
use lane_git::Remote;
use lane_git::RemoteError;
use lane_git::Repo;
use lane_store::remote_name;

use super::names;
use super::said::Before;
use super::said::Said;
use crate::error::CliError;
use crate::range::COMMITS_MAX;
use crate::session;
use crate::session::Session;

/// Where a fetch puts the branch that the work goes to.
const BASE_REF: &str = "refs/lane-ci/base";
/// Where a fetch puts the integration branch, where the work goes to another, and the remote's default branch.
const INTEGRATION_REF: &str = "refs/lane-ci/integration";
const DEFAULT_REF: &str = "refs/lane-ci/default";
/// Where a fetch puts the state.
const STATE_REF: &str = "refs/lane-ci/state";

/// How long one talk with the remote may take: what is fetched may be the whole history.
const LIMIT: Duration = Duration::from_secs(300);

/// How a shallow clone is deepened until what is judged is whole, one talk each.
const STEPS: [Deeper; 4] = [Deeper::By(50), Deeper::By(500), Deeper::By(5_000), Deeper::Whole];

/// What was fetched.
pub(super) struct Fetched {
    pub(super) remote: Remote,
    /// What is compared with; none where the branch is new.
    pub(super) base: Option<Oid>,
    /// The base for people.
    pub(super) name: String,
    /// The last commit of the work.
    pub(super) head: Oid,
}

/// Fetches base and head, and the history between them.
///
/// # Errors
/// When the base cannot be had.
pub(super) fn history(session: &Session<'_>, said: &Said) -> Result<Fetched, CliError> {
    let repo = session.repo;
    let remote = the_remote(session)?;
    let Some(here) = repo.head()?.oid() else {
        let no = Refusal::new(&ground::CI_CHECKOUT, "nothing is checked out: HEAD has no commit");
        return Err(no.hint("git status").into());
    };
    let head = said.head.unwrap_or(here);
    ensure(repo, &remote, head)?;
    let (base, name) = match (said.before, &said.target) {
        (Some(Before::Commit(before)), target) => {
            ensure(repo, &remote, before)?;
            let named = target.clone().unwrap_or_else(|| before.short());
            (Some(before), named)
        }
        (Some(Before::Nothing), target) => (None, target.clone().unwrap_or_default()),
        (Some(Before::Unsaid) | None, Some(target)) => {
            let (tip, name) = tip(repo, &remote, target)?;
            (Some(tip), name)
        }
        (Some(Before::Unsaid) | None, None) => {
            let what = "nothing says which branch this work goes to";
            return Err(missing(what, "git lane gate --ci --base BRANCH"));
        }
    };
    if let Some(base) = base {
        make_whole(&remote, head, base)?;
    }
    Ok(Fetched {
        remote,
        base,
        name,
        head,
    })
}

/// Fetches the state.
///
/// # Errors
/// When the remote has none.
pub(super) fn state(repo: &Repo, remote: &Remote, policy: &Policy) -> Result<Oid, CliError> {
    if let Some(tip) = found_state(repo, remote, &policy.sync)? {
        return Ok(tip);
    }
    let names = lane_store::shared_state_refs(&policy.sync);
    let what = format!(
        "{} has no {}, so which lanes there are cannot be known here; a clone that has the state publishes it",
        text::excerpt(remote.name(), 80),
        names.join(" and no ")
    );
    Err(Refusal::new(&ground::CI_STATE_MISSING, what)
        .hint("git lane sync")
        .into())
}

/// The state that the remote has where `sync` says; none where it has none.
///
/// # Errors
/// When the remote does not answer.
pub(super) fn found_state(repo: &Repo, remote: &Remote, sync: &Sync) -> Result<Option<Oid>, CliError> {
    for name in lane_store::shared_state_refs(sync) {
        let found = repo.fetch_into(remote, &name, STATE_REF);
        if let Some(tip) = found.map_err(|fault| unreachable(remote, &fault))? {
            return Ok(Some(tip));
        }
    }
    Ok(None)
}

/// Fetches the remote's default branch: its name and its tip; none where the remote names none.
///
/// # Errors
/// When the remote does not answer.
pub(super) fn default_branch(repo: &Repo, remote: &Remote) -> Result<Option<(String, Oid)>, CliError> {
    let head = repo.remote_head(remote);
    let Some(full) = head.map_err(|fault| unreachable(remote, &fault))? else {
        return Ok(None);
    };
    let Some(name) = names::short(&full) else {
        return Ok(None);
    };
    let found = repo.fetch_into(remote, &full, DEFAULT_REF);
    let tip = found.map_err(|fault| unreachable(remote, &fault))?;
    Ok(tip.map(|tip| (name, tip)))
}

/// Fetches the integration branch that the state names, and gives its tip.
///
/// # Errors
/// When the remote does not have it, or does not answer.
pub(super) fn integration(repo: &Repo, remote: &Remote, name: &str) -> Result<Oid, CliError> {
    let Some(short) = names::short(name) else {
        let what = format!(
            "the state names {} as the integration branch",
            text::excerpt(name, 80)
        );
        return Err(missing(what, "git lane init --integration BRANCH"));
    };
    let found = repo.fetch_into(remote, &format!("refs/heads/{short}"), INTEGRATION_REF);
    found
        .map_err(|fault| unreachable(remote, &fault))?
        .ok_or_else(|| {
            let what = format!(
                "{} has no branch {short}, which the state names as the integration branch",
                text::excerpt(remote.name(), 80)
            );
            missing(what, "git lane init --integration BRANCH")
        })
}

fn the_remote(session: &Session<'_>) -> Result<Remote, CliError> {
    let repo = session.repo;
    if session.offline() {
        let what = "what CI compares with is fetched from the remote, and --offline forbids it";
        return Err(missing(what, "git lane gate"));
    }
    match remote_name(repo)? {
        Some(name) => Ok(repo.remote(&name, LIMIT)?),
        None if repo.remotes()?.is_empty() => Err(missing(
            "this clone has no remote that the base could be fetched from",
            "git remote add origin URL",
        )),
        None => Err(missing(
            "there are several remotes and none is called origin, so it is not clear which one has the base",
            "git config lane.remote NAME",
        )),
    }
}

/// The tip of a branch of the remote, and that branch's name there.
fn tip(repo: &Repo, remote: &Remote, branch: &str) -> Result<(Oid, String), CliError> {
    let bare = branch.strip_prefix(&format!("{}/", remote.name()));
    for name in [Some(branch), bare].into_iter().flatten() {
        let found = repo.fetch_into(remote, &format!("refs/heads/{name}"), BASE_REF);
        if let Some(tip) = found.map_err(|fault| unreachable(remote, &fault))? {
            return Ok((tip, name.to_owned()));
        }
    }
    let what = format!("{} has no branch {branch}", text::excerpt(remote.name(), 80));
    Err(missing(what, "git lane gate --ci --base BRANCH"))
}

/// Fetches a commit by its name, if it is not here.
fn ensure(repo: &Repo, remote: &Remote, commit: Oid) -> Result<(), CliError> {
    if !repo.has_object(commit)? {
        repo.fetch_commits(remote, &[commit], None)
            .map_err(|fault| unreachable(remote, &fault))?;
    }
    match session::open()?.peel_to_commit(commit) {
        Ok(Some(found)) if found == commit => Ok(()),
        _ => Err(missing(
            format!("{commit} is no commit that {} has", remote.name()),
            "git lane gate --ci --base BRANCH",
        )),
    }
}

/// Deepens a shallow clone until no commit that is judged has a parent that is not here.
fn make_whole(remote: &Remote, head: Oid, base: Oid) -> Result<(), CliError> {
    for step in STEPS {
        // A repository that is open does not see where its history ends now.
        let repo = session::open()?;
        if is_whole(&repo, head, base)? {
            return Ok(());
        }
        repo.fetch_commits(remote, &[head, base], Some(step))
            .map_err(|fault| unreachable(remote, &fault))?;
    }
    if is_whole(&session::open()?, head, base)? {
        return Ok(());
    }
    let what = format!(
        "this clone is shallow, and where {} left {} could not be fetched",
        head.short(),
        base.short()
    );
    let fetch = command(&["git", "fetch", "--unshallow", "--", remote.name()]);
    Err(missing(what, fetch))
}

fn is_whole(repo: &Repo, head: Oid, base: Oid) -> Result<bool, CliError> {
    if !repo.is_shallow() {
        return Ok(true);
    }
    let range = repo.rev_list(&[head], &[base], COMMITS_MAX)?;
    Ok(!repo.is_cut_off_at(&range) && repo.merge_base(head, base)?.is_some())
}

/// That the remote does not answer: exit code 6.
pub(super) fn unreachable(remote: &Remote, fault: &RemoteError) -> CliError {
    let what = text::excerpt(&fault.to_string(), 600);
    missing(what, command(&["git", "ls-remote", "--", remote.name()]))
}

fn missing(what: impl Into<String>, hint: impl Into<String>) -> CliError {
    Refusal::new(&ground::CI_BASE_MISSING, what).hint(hint).into()
}
