//! `git push --mirror` deletes what is not here, and tells no hook: whether this push is one, and what it deletes.

use std::time::Duration;

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Remedy;

use super::pre_push::Update;
use crate::error::CliError;

/// How long the remote is waited for.
const LIMIT: Duration = Duration::from_secs(30);
/// How far up the git that pushes is looked for.
#[cfg(target_os = "linux")]
const PARENTS: usize = 6;

/// The deletions of a mirror, which git's list does not have. A remote without a name cannot be looked at: that refuses.
///
/// # Errors
/// When the remote does not answer.
pub(super) fn deletions(
    repo: &Repo,
    (remote, url): (&str, &str),
    told: &[Update],
) -> Result<Result<Vec<Update>, Finding>, CliError> {
    if !is_configured(repo, remote)? && !is_asked_for() {
        return Ok(Ok(Vec::new()));
    }
    if !repo.remotes()?.iter().any(|name| name == remote) {
        let what = "a mirror deletes what is not here, and what that would be cannot be seen on a remote without a name";
        let add = command(&["git", "remote", "add", "mirror", url]);
        let refusal = Refusal::new(&ground::DESTRUCTIVE_PUSH, what);
        return Ok(Err(Finding::whole(refusal, vec![Remedy::Run(add)])));
    }
    let there = repo
        .refs_only_there(&repo.remote(remote, LIMIT)?)
        .map_err(lane_store::StoreError::from)?;
    let fresh = there
        .into_iter()
        .filter(|(name, _)| told.iter().all(|one| one.to != *name));
    let deleted = fresh.map(|(to, oid)| Update {
        local: None,
        to,
        remote: Some(oid),
    });
    Ok(Ok(deleted.collect()))
}

fn is_configured(repo: &Repo, remote: &str) -> Result<bool, CliError> {
    // A URL is no part of a key.
    match repo.config_get_bool(&format!("remote.{remote}.mirror")) {
        Ok(value) => Ok(value == Some(true)),
        Err(_) => Ok(false),
    }
}

/// Whether the git above us was called with `--mirror`.
#[cfg(target_os = "linux")]
fn is_asked_for() -> bool {
    let mut pid = std::os::unix::process::parent_id();
    for _ in 0..PARENTS {
        let Ok(line) = std::fs::read(format!("/proc/{pid}/cmdline")) else {
            return false;
        };
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        if is_push(&words) {
            return mirrors(&words);
        }
        let Some(above) = parent(pid) else { return false };
        pid = above;
    }
    false
}

/// Elsewhere it cannot be told; what `remote.NAME.mirror` says is seen everywhere.
#[cfg(not(target_os = "linux"))]
fn is_asked_for() -> bool {
    false
}

#[cfg(target_os = "linux")]
fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Behind the name, which may hold anything: the state, then the parent.
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(1)?.parse().ok()
}

/// Whether it is git, about to push.
#[cfg(target_os = "linux")]
fn is_push(words: &[&[u8]]) -> bool {
    let is_git = words.first().is_some_and(|word| word.ends_with(b"git"));
    is_git && words.iter().any(|word| *word == b"push")
}

/// Whether the last word of it says so; git takes `--mir` for it, too.
#[cfg(target_os = "linux")]
fn mirrors(words: &[&[u8]]) -> bool {
    let says = |word: &&[u8]| {
        let is = |whole: &[u8], least: usize| word.len() >= least && whole.starts_with(word);
        match (is(b"--mirror", 3), is(b"--no-mirror", 6)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    };
    words
        .iter()
        .take_while(|word| **word != b"--")
        .filter_map(says)
        .last()
        == Some(true)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_is_known_by_its_words() {
        for (line, expected) in [
            ("git push --mirror origin", true),
            ("/usr/bin/git -C x push --mir origin", true),
            ("git push origin --mirror", true),
            ("git push --mirror --no-mirror origin", false),
            ("git push --no-mirror --mirror origin", true),
            ("git push origin main", false),
            ("git push -- --mirror", false),
            ("git fetch --mirror", false),
            ("sh -c git push --mirror", false),
        ] {
            let words: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
            assert_eq!(is_push(&words) && mirrors(&words), expected, "{line}");
        }
    }

    #[test]
    fn our_parent_has_a_parent() {
        assert!(parent(std::process::id()).is_some());
    }
}
