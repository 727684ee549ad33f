//! What would be lost, kept: commits and files under `refs/rescue/<task>/<time>`, which nobody prunes.

use lane_core::id::TaskId;
use lane_core::time::Timestamp;
use lane_git::Ident;
use lane_git::NewCommit;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::CliError;
use crate::session::Session;

/// Where what was kept lies.
pub(crate) const RESCUED: &str = "refs/rescue";
/// What the message of a commit begins with that was made to keep files.
pub(crate) const MARK: &str = "rescue: ";
/// How many refs one task has for one second.
const SAME_SECOND: u32 = 1000;

/// How one file is had again, below a commit that has its bytes.
const BYTES: &str = "What changed is here byte for byte, without what git converts when it adds a file. A checkout\n\
may convert it; `git cat-file blob COMMIT:PATH > PATH` with this commit gives a file as it was.\n\n";

/// What a commit holds that was made to keep files.
#[derive(Clone, Copy)]
enum What {
    Staged,
    Files,
}

impl What {
    fn message(self, task: &TaskId) -> String {
        let (what, how) = match self {
            Self::Staged => ("what was staged", ""),
            Self::Files => ("the files", BYTES),
        };
        format!("{MARK}{what} of the worktree of {task}\n\n{how}Lane-Task: {task}\n")
    }
}

/// Something that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rescued {
    /// The ref.
    pub(crate) name: String,
    /// Its commit.
    pub(crate) tip: Oid,
}

/// The files of a worktree, as they are now, as a commit on top of its HEAD: none where they are what HEAD has, as git sees it. The
/// bytes of those that are not are kept as they are, whatever git would convert. What was staged and then changed again is a commit of
/// its own below. Index, files and stash of the worktree stay as they are.
///
/// # Errors
/// When a file cannot be read: then there is no commit.
pub(crate) fn files(session: &Session<'_>, worktree: &Repo, task: &TaskId) -> Result<Option<Oid>, CliError> {
    let before = head_tree(worktree)?;
    let aside = worktree.index_aside()?;
    // Where the index is lost nothing is staged.
    let staged = match worktree.has_index() {
        true => aside.staged_tree()?,
        false => before.unwrap_or(Oid::EMPTY_TREE),
    };
    let all = aside.tree_of_files()?;
    let before = before.unwrap_or(Oid::EMPTY_TREE);
    let own_step = staged != before && staged != all;
    let bytes = aside.tree_of_bytes(before, all)?;
    let steps = [
        (own_step, staged, What::Staged),
        (own_step || all != before, bytes, What::Files),
    ];
    commits(session, worktree, task, steps)
}

/// The tree of HEAD and what is staged over it, in a worktree whose folder is gone; none where that is the same.
///
/// # Errors
/// When the index cannot be read.
pub(crate) fn staged(git_dir: &Repo) -> Result<Option<(Option<Oid>, Oid)>, CliError> {
    if !git_dir.has_index() {
        return Ok(None);
    }
    let aside = git_dir.index_aside()?;
    // Its files are gone, so nobody will end the conflict there.
    aside.settle_conflicts()?;
    let (before, staged) = (head_tree(git_dir)?, aside.staged_tree()?);
    Ok((before.unwrap_or(Oid::EMPTY_TREE) != staged).then_some((before, staged)))
}

/// What is staged in a worktree whose folder is gone, as a commit on top of its HEAD.
///
/// # Errors
/// When it cannot be kept.
pub(crate) fn staged_files(
    session: &Session<'_>,
    git_dir: &Repo,
    task: &TaskId,
) -> Result<Option<Oid>, CliError> {
    let step = staged(git_dir)?.map(|(_, tree)| (true, tree, What::Staged));
    commits(session, git_dir, task, step)
}

fn head_tree(worktree: &Repo) -> Result<Option<Oid>, CliError> {
    let head = worktree.head()?.oid();
    Ok(head
        .map(|head| worktree.commit(head).map(|commit| commit.tree))
        .transpose()?)
}

/// The steps as commits on top of HEAD; none where there is no step.
fn commits(
    session: &Session<'_>,
    worktree: &Repo,
    task: &TaskId,
    steps: impl IntoIterator<Item = (bool, Oid, What)>,
) -> Result<Option<Oid>, CliError> {
    let head = worktree.head()?.oid();
    let mut tip = head;
    for (_, tree, what) in steps.into_iter().filter(|(is_new, _, _)| *is_new) {
        let message = what.message(task);
        let author = session.repo.identity()?.unwrap_or_else(|| Ident {
            name: "git-lane".to_owned(),
            email: "git-lane".to_owned(),
        });
        let commit = NewCommit {
            tree,
            parents: tip.into_iter().collect(),
            author,
            time: session.source.now().secs(),
            message: &message,
        };
        tip = Some(session.repo.write_commit(&commit)?);
    }
    // They are read and compared, whether a ref keeps them in the end or not.
    session.repo.flush_objects()?;
    Ok(tip.filter(|tip| Some(*tip) != head))
}

/// Keeps a commit under a ref of its own. One that such a ref of the task has already is kept.
///
/// # Errors
/// When no ref could be made.
pub(crate) fn keep(session: &Session<'_>, task: &TaskId, tip: Oid) -> Result<Rescued, CliError> {
    keep_in(session, task.as_str(), tip)
}

/// The same below `refs/rescue/FOLDER`, also of a tag.
///
/// # Errors
/// When no ref could be made.
pub(crate) fn keep_in(session: &Session<'_>, folder: &str, tip: Oid) -> Result<Rescued, CliError> {
    let repo = session.repo;
    // It may have been made a moment ago, and is compared with what is there.
    repo.flush_objects()?;
    let folder = format!("{RESCUED}/{folder}");
    for (name, known) in repo.refs_under(&format!("{folder}/"))? {
        let is_commit = repo.peel_to_commit(tip)? == Some(tip) && repo.peel_to_commit(known)? == Some(known);
        if known == tip || (is_commit && (repo.is_ancestor(tip, known)? || same(session, tip, known)?)) {
            return Ok(Rescued { name, tip });
        }
    }
    let time = stamp(session.source.now());
    for number in 1..SAME_SECOND {
        let name = match number {
            1 => format!("{folder}/{time}"),
            _ => format!("{folder}/{time}-{number}"),
        };
        if session.store().create_ref(&name, tip)? {
            return Ok(Rescued { name, tip });
        }
    }
    Err(CliError::Store(lane_store::StoreError::Contention(format!(
        "{folder} has more than {SAME_SECOND} refs of {time}"
    ))))
}

/// Whether two commits hold the same on top of the same: kept once, by one that was killed before it went on.
fn same(session: &Session<'_>, a: Oid, b: Oid) -> Result<bool, CliError> {
    let (a, b) = (session.repo.commit(a)?, session.repo.commit(b)?);
    Ok(a.tree == b.tree && a.parents == b.parents)
}

/// `20261122T091500Z`: a moment as a part of a ref's name.
fn stamp(at: Timestamp) -> String {
    at.to_string().replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_part_of_a_refs_name() {
        assert_eq!(stamp(Timestamp::from_secs(1_795_248_000)), "20261121T080000Z");
    }
}
