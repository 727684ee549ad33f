//! Work that has landed and was taken back since: a later commit of the integration branch says that it reverts it.

use std::collections::HashSet;

use lane_core::record::Known;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::text;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

use super::Asks;
use super::Branch;
use super::Landed;
use crate::error::CliError;
use crate::session::Session;
use crate::show::paint;

/// The most commits since the landing (or since the lane, where its tip is on the branch) that are looked at; where there are more, nothing is said.
const LATER: usize = 10_000;
/// What git writes into the message of a revert, before the full id of the commit.
const REVERTS: &str = "This reverts commit ";
/// How much of a scope a command names, in globs.
const GLOBS: usize = 20;

/// Says that what has landed is not on the branch any more, with the command that adds it again: it landed, so its task is closed all
/// the same. Reverts by git's own words alone are seen, of the commit that landed or of the lane's tip, and not those that were reverted
/// themselves.
///
/// # Errors
/// When git or the state cannot be read.
pub(super) fn tell(session: &Session<'_>, task: &Task, landed: &Landed) -> Result<(), CliError> {
    let branch = Branch::look(session, Asks::Nobody)?;
    let tips: Vec<Oid> = branch.tips().collect();
    let Some((by, reverted)) = by(session.repo, &tips, landed)? else {
        return Ok(());
    };
    let (id, main) = (&task.id, branch.shown());
    // A merge brought all of it. One commit may be a part only.
    let is_whole = session.repo.commit(reverted)?.parents.len() > 1;
    paint::warning(&format!(
        "a later commit, {}, reverts {}: what {id} did is not on {main} any more{}",
        by.short(),
        reverted.short(),
        if is_whole { "" } else { ", or not all of it" }
    ));
    let title = format!("{id} again, which {} reverted", by.short());
    let mut words = vec!["git", "lane", "task", "add", &title];
    let plain = |glob: &&String| !glob.chars().any(text::is_unsafe);
    for glob in task.scope.iter().filter(plain).take(GLOBS) {
        words.extend(["--scope", glob]);
    }
    paint::hint(&command(&words));
    Ok(())
}

/// The newest commit since the landing that reverts it and was not reverted itself, and what it reverts.
fn by(repo: &Repo, tips: &[Oid], landed: &Landed) -> Result<Option<(Oid, Oid)>, CliError> {
    // A tip that came there by fast-forward was brought by no commit of its own.
    let since = match landed.how {
        Known::Ancestor => landed.tip,
        _ => landed.commit,
    };
    let later = match repo.rev_list(tips, &[since], LATER) {
        Err(GitError::TooMuch { .. }) => return Ok(None),
        later => later?,
    };
    let mut undone = HashSet::new();
    // From the newest on, so what reverts a revert is seen before that.
    for id in later.into_iter().rev() {
        if undone.contains(&id) {
            continue;
        }
        for reverted in named(&repo.commit(id)?.message) {
            if reverted == landed.commit || reverted == landed.tip {
                return Ok(Some((id, reverted)));
            }
            undone.insert(reverted);
        }
    }
    Ok(None)
}

/// The commits that a message says it reverts, by their full ids.
fn named(message: &[u8]) -> Vec<Oid> {
    let message = String::from_utf8_lossy(message);
    let lines = message
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix(REVERTS));
    let ids = lines.filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    });
    ids.collect()
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn only_gits_own_words_with_a_full_id_name_what_was_reverted() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        for message in [
            format!("Revert \"x\"\n\nThis reverts commit {id}.\n"),
            format!("x\n\nThis reverts commit {id}, reversing\nchanges made to {id}.\n"),
            format!("a\r\n\r\n    This reverts commit {id}\r\n"),
        ] {
            let ids: Vec<String> = named(message.as_bytes())
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(ids, [id], "{message}");
        }
        for message in ["", "This reverts commit ", "This reverts commit 01234567.", "é"] {
            assert_eq!(named(message.as_bytes()), [], "{message}");
        }
        assert_eq!(
            named(format!("It is said: This reverts commit {id}").as_bytes()),
            []
        );
    }
}
