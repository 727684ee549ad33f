//! The integration branch of this clone: its name, its tips, and where new lanes begin.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_store::Store;
use lane_store::integration_refs;
use lane_store::remote_name;

use crate::error::CliError;
use crate::session::Session;

/// The branch that `init` names: `origin/HEAD`'s, else the current one.
pub(crate) fn guess(repo: &Repo) -> Result<Option<String>, CliError> {
    if let Some(remote) = remote_name(repo)? {
        let prefix = format!("refs/remotes/{remote}/");
        let head = repo.symbolic_target(&format!("{prefix}HEAD"))?;
        // After the remote's branch was renamed it points at nothing until `git remote set-head`.
        if let Some(head) = head
            && repo.find_ref(&head)?.is_some()
            && let Some(branch) = head.strip_prefix(&prefix)
        {
            return Ok(Some(branch.to_owned()));
        }
    }
    Ok(repo.head()?.branch().map(str::to_owned))
}

/// The integration branch's name, as the state has it.
pub(crate) fn name(store: &Store<'_>) -> Result<String, CliError> {
    let branch = store.view()?.meta()?.integration;
    if branch.is_empty() {
        let what = "the state names no integration branch";
        return Err(Refusal::new(&ground::NO_INTEGRATION, what)
            .hint("git lane init --integration BRANCH")
            .into());
    }
    Ok(branch)
}

/// What to say when the branch that lanes land on is not here, but another that it may have become.
pub(crate) fn renamed(repo: &Repo, store: &Store<'_>) -> Result<Option<Refusal>, CliError> {
    let branch = name(store)?;
    if !tips(repo, &branch)?.is_empty() {
        return Ok(None);
    }
    Ok(guess(repo)?.filter(|other| *other != branch).map(|other| {
        let what = format!("lanes land on {branch}, and there is no such branch here");
        Refusal::new(&ground::NO_INTEGRATION, what).hint(command(&[
            "git",
            "lane",
            "init",
            "--integration",
            &other,
        ]))
    }))
}

/// The refs of the integration branch that exist here, with their commits: remote-tracking first.
pub(crate) fn tips(repo: &Repo, branch: &str) -> Result<Vec<(String, Oid)>, CliError> {
    let mut found = Vec::new();
    for name in integration_refs(repo, branch)? {
        if let Some(oid) = repo.find_ref(&name)? {
            found.push((name, oid));
        }
    }
    Ok(found)
}

/// Where a branch left the integration branch, as its refs are here.
pub(crate) fn fork_point(repo: &Repo, branch: &str, tip: Oid) -> Result<Option<Oid>, CliError> {
    let tips = tips(repo, branch)?;
    nearest_merge_base(repo, tip, tips.iter().map(|(_, oid)| *oid))
}

/// Where what a lane delivers begins. Work that is on the local integration branch alone has not landed: where another
/// repository says what has, that counts.
pub(crate) fn delivery_base(repo: &Repo, branch: &str, tip: Oid) -> Result<Option<Oid>, CliError> {
    let base = fork_point(repo, branch, tip)?;
    if base != Some(tip) {
        return Ok(base);
    }
    let local = format!("refs/heads/{branch}");
    let there = tips(repo, branch)?.into_iter().filter(|(name, _)| *name != local);
    let there = nearest_merge_base(repo, tip, there.map(|(_, oid)| oid))?;
    Ok(there.or(base))
}

/// The merge base with one of `others` that is nearest to `tip`.
pub(crate) fn nearest_merge_base(
    repo: &Repo,
    tip: Oid,
    others: impl IntoIterator<Item = Oid>,
) -> Result<Option<Oid>, CliError> {
    let mut best: Option<Oid> = None;
    for other in others {
        let Some(base) = repo.merge_base(tip, other)? else {
            continue;
        };
        best = match best {
            Some(nearer) if repo.is_ancestor(base, nearer)? => Some(nearer),
            _ => Some(base),
        };
    }
    Ok(best)
}

/// A full name of a branch as git takes it: `main`, `origin/main`.
pub(crate) fn short_name(refname: &str) -> &str {
    let prefixes = ["refs/heads/", "refs/remotes/"];
    let short = prefixes.iter().find_map(|prefix| refname.strip_prefix(prefix));
    short.unwrap_or(refname)
}

/// Where a new lane begins, with the name by which git takes it. Where a remote is shared that is its branch: commits that are
/// only here would be delivered as the lane's.
pub(crate) fn named_start(session: &Session<'_>, branch: &str) -> Result<(String, Oid), CliError> {
    let repo = session.repo;
    let tips = tips(repo, branch)?;
    if let Some((name, tip)) = tips.first()
        && session.store().link()?.is_some()
    {
        return Ok((short_name(name).to_owned(), *tip));
    }
    let start = start_point(repo, branch)?;
    let named = tips.iter().find(|(_, oid)| *oid == start);
    let name = named.map_or(branch, |(name, _)| short_name(name));
    Ok((name.to_owned(), start))
}

/// The further one of remote-tracking and local tip, the remote's where they diverged.
pub(crate) fn start_point(repo: &Repo, branch: &str) -> Result<Oid, CliError> {
    match tips(repo, branch)?.as_slice() {
        [] => {
            let what = format!("the integration branch {branch} has no commit here");
            Err(Refusal::new(&ground::NO_INTEGRATION, what)
                .hint("git commit --allow-empty -m 'first commit'")
                .into())
        }
        [(_, only)] => Ok(*only),
        [(_, remote), (_, local), ..] => Ok(if repo.is_ancestor(*remote, *local)? {
            *local
        } else {
            *remote
        }),
    }
}
