//! Commits as they are stored: no replacements, no grafts, no re-encoding.

use std::fmt::Write;

use git2::ObjectType;

use crate::GitError;
use crate::Ident;
use crate::Oid;
use crate::Repo;
use crate::hash::hash;

/// A stored commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub id: Oid,
    /// Its tree.
    pub tree: Oid,
    /// Its parents, first one first.
    pub parents: Vec<Oid>,
    /// Who wrote it. Bytes that are not UTF-8 are replaced.
    pub author: Ident,
    /// When it was written: the author's time, which rebasing keeps, in seconds since 1970 UTC.
    pub written: i64,
    /// When it was committed: the committer's time, in seconds since 1970 UTC.
    pub time: i64,
    /// All bytes behind the header, in whatever encoding the header says.
    pub message: Vec<u8>,
}

/// A commit to be written.
#[derive(Debug, Clone)]
pub struct NewCommit<'a> {
    /// Its tree, which must exist.
    pub tree: Oid,
    /// Its parents, which must exist.
    pub parents: Vec<Oid>,
    /// Author and committer. `<`, `>`, line breaks and NUL are left out, as git does.
    pub author: Ident,
    /// Author's and committer's time, in seconds since 1970; the offset is UTC.
    pub time: i64,
    /// The message, written as it is. NUL is refused.
    pub message: &'a str,
}

impl Repo {
    /// Reads a commit.
    ///
    /// # Errors
    /// [`GitError::Missing`]; [`GitError::WrongKind`] also for one that cannot be parsed.
    pub fn commit(&self, oid: Oid) -> Result<Commit, GitError> {
        let raw = self.structure(oid, ObjectType::Commit, "commit")?;
        parse(oid, &raw).ok_or(GitError::WrongKind {
            oid,
            wanted: "commit",
        })
    }

    /// Writes a commit and gives its name; no ref is moved.
    ///
    /// # Errors
    /// When tree or a parent is missing, or the message holds NUL.
    pub fn write_commit(&self, new: &NewCommit<'_>) -> Result<Oid, GitError> {
        if new.message.contains('\0') {
            return Err(GitError::refused("commit message", new.message));
        }
        for oid in new.parents.iter().chain([&new.tree]) {
            if *oid != Oid::EMPTY_TREE && !self.is_staged(*oid) && !self.has_object(*oid)? {
                return Err(GitError::Missing { oid: *oid });
            }
        }
        self.put(ObjectType::Commit, text(new).into_bytes(), "a commit")
    }
}

/// The name that a commit has, without writing it.
pub fn hash_commit(new: &NewCommit<'_>) -> Oid {
    hash(ObjectType::Commit, text(new).as_bytes())
}

fn text(new: &NewCommit<'_>) -> String {
    let mut text = format!("tree {}\n", new.tree);
    for parent in &new.parents {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "parent {parent}");
    }
    let who = format!("{} {} +0000", new.author.on_one_line(), new.time);
    let _ = write!(text, "author {who}\ncommitter {who}\n\n{}", new.message);
    text
}

fn parse(id: Oid, raw: &[u8]) -> Option<Commit> {
    // By bytes: comparing slices calls out for each of them, which was a tenth of walking a long history.
    let end = raw
        .windows(2)
        .position(|pair| pair[0] == b'\n' && pair[1] == b'\n')
        .unwrap_or(raw.len());
    let message = raw.get(end + 2..).unwrap_or_default().to_vec();
    let mut lines = raw[..end].split(|byte| *byte == b'\n');
    let tree = Oid::from_hex(lines.next()?.strip_prefix(b"tree ")?).ok()?;
    let mut parents = Vec::new();
    let mut line = lines.next()?;
    while let Some(hex) = line.strip_prefix(b"parent ") {
        parents.push(Oid::from_hex(hex).ok()?);
        line = lines.next()?;
    }
    let (author, written) = signature(line.strip_prefix(b"author ")?)?;
    let (_, time) = signature(lines.next()?.strip_prefix(b"committer ")?)?;
    Some(Commit {
        id,
        tree,
        parents,
        author,
        written,
        time,
        message,
    })
}

/// `Name <email> seconds +0000`. A time that is none counts as 0, as git has it.
fn signature(line: &[u8]) -> Option<(Ident, i64)> {
    let text = String::from_utf8_lossy(line);
    let (name, rest) = text.split_once('<')?;
    let (email, when) = rest.rsplit_once('>')?;
    let time = when
        .split_whitespace()
        .next()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(0);
    Some((
        Ident {
            name: name.trim().to_owned(),
            email: email.to_owned(),
        },
        time,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_commits_are_read_and_broken_ones_are_none() {
        let tree = Oid::EMPTY_TREE;
        let head = format!("tree {tree}\nauthor A <a@b> 5 +0200\ncommitter C <c@d> 7 -0300\n");
        let signed = format!("{head}gpgsig x\n y\n \n z\n\nmessage\n\nbody");
        let commit = parse(tree, signed.as_bytes()).unwrap();
        assert_eq!(
            (commit.written, commit.time, commit.message.as_slice()),
            (5, 7, b"message\n\nbody".as_slice())
        );
        assert_eq!(parse(tree, head.trim_end().as_bytes()).unwrap().message, b"");
        for broken in [
            "",
            "tree x\n\n",
            "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n\n",
        ] {
            assert_eq!(parse(tree, broken.as_bytes()), None);
        }
    }

    #[test]
    fn an_ident_cannot_break_out_of_its_line() {
        let author = Ident {
            name: "a\nparent <x".to_owned(),
            email: " b>\0".to_owned(),
        };
        let new = NewCommit {
            tree: Oid::EMPTY_TREE,
            parents: vec![],
            author,
            time: 1,
            message: "m",
        };
        assert!(text(&new).contains("\nauthor aparent x <b> 1 +0000\ncommitter "));
    }
}
