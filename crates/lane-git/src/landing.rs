//! What a landing does to work trees: a merge in a worktree for a while, and a checkout that is brought along.

use std::path::Path;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::child::Git;
use crate::scratch::NO_HOOKS;
use crate::scratch::WHOLE;

/// What the result depends on is the two commits, and no habit of whoever lands: what they resolved once, signed or stashed.
const PLAIN: [&str; 8] = [
    "-c",
    "rerere.enabled=false",
    "-c",
    "merge.autoStash=false",
    "-c",
    "rebase.autoStash=false",
    "-c",
    "core.editor=true",
];

/// What became of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// The commit that has both.
    Whole(Oid),
    /// The paths, as bytes, that git left unmerged.
    Conflicts(Vec<Vec<u8>>),
}

impl Repo {
    /// Merges `commit` in the worktree at `path`, which [`Repo::scratch_add`] made: always with a commit of its own. Merge
    /// drivers run, and no hook does. What is left unmerged stays so in that worktree.
    ///
    /// # Errors
    /// When git stops for another reason than a conflict.
    pub fn merge_aside(&self, path: &Path, commit: Oid, message: &str) -> Result<Merged, GitError> {
        let git = inside("merging in a worktree of its own", path)
            .args([
                "merge",
                "--no-ff",
                "--no-edit",
                "--quiet",
                "--no-stat",
                "--no-verify",
            ])
            .args(["--strategy=ort", "--cleanup=verbatim", "-m", message])
            .arg(commit.to_string());
        settled(git, path)
    }

    /// Puts the commits of the worktree at `path` that `onto` does not have on top of that, in the same way.
    ///
    /// # Errors
    /// When git stops for another reason than a conflict.
    pub fn rebase_aside(&self, path: &Path, onto: Oid) -> Result<Merged, GitError> {
        let git = inside("putting commits on top of others in a worktree of its own", path)
            .args([
                "rebase",
                "--quiet",
                "--no-stat",
                "--no-verify",
                "--no-update-refs",
            ])
            .args(["--merge", "--strategy=ort", "--empty=drop"])
            .arg(onto.to_string());
        settled(git, path)
    }

    /// Brings the checkout at `path` along to `commit`, which contains what it has. Files that somebody edited are never
    /// overwritten: git refuses then, and nothing has changed. Hooks run, as for whoever does it by hand.
    ///
    /// # Errors
    /// When it is not contained, or edits stand in the way.
    pub fn forward(&self, path: &Path, commit: Oid) -> Result<(), GitError> {
        Git::new("bringing a checkout along")
            .in_dir(path)
            .args(["merge", "--ff-only", "--quiet", "--no-stat"])
            .arg(commit.to_string())
            .run()
            .map(drop)
    }
}

fn inside(doing: &str, path: &Path) -> Git {
    Git::new(doing)
        .args(NO_HOOKS)
        .args(WHOLE)
        .args(PLAIN)
        .in_dir(path)
}

/// What it came to: HEAD, or what is unmerged.
fn settled(git: Git, path: &Path) -> Result<Merged, GitError> {
    let (failed, unmerged) = match git.run_expecting(&[]) {
        Ok(_) => (None, Vec::new()),
        Err(fault) => (Some(fault), unmerged(path)?),
    };
    match failed {
        // Stopped, and not for a conflict.
        Some(fault) if unmerged.is_empty() => Err(fault),
        Some(_) => Ok(Merged::Conflicts(unmerged)),
        None => head(path).map(Merged::Whole),
    }
}

fn unmerged(path: &Path) -> Result<Vec<Vec<u8>>, GitError> {
    let listed = inside("listing what is unmerged", path)
        .args(["diff", "--name-only", "-z", "--diff-filter=U"])
        .run()?;
    let paths = listed.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    Ok(paths.map(<[u8]>::to_vec).collect())
}

fn head(path: &Path) -> Result<Oid, GitError> {
    let said = inside("reading what was made", path)
        .args(["rev-parse", "--verify", "HEAD^{commit}"])
        .run()?;
    let said = String::from_utf8_lossy(&said);
    said.trim().parse().map_err(|_| GitError::Child {
        doing: "reading what was made".to_owned(),
        code: Some(0),
        stderr: said.trim().to_owned(),
    })
}
