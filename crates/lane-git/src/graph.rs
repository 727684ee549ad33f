//! Walking history by parents: chains, ancestors, merge bases.

use std::collections::HashSet;
use std::fs;

use git2::ErrorCode;

use crate::Commit;
use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::error::Doing;
use crate::oid::lib_oid;

/// The commits from a tip backwards by first parents. Ends at a root and at a shallow clone's boundary.
pub struct FirstParents<'repo> {
    repo: &'repo Repo,
    next: Option<Oid>,
    boundary: HashSet<Oid>,
}

impl Iterator for FirstParents<'_> {
    type Item = Result<Commit, GitError>;

    fn next(&mut self) -> Option<Self::Item> {
        let commit = self.repo.commit(self.next.take()?);
        if let Ok(commit) = &commit {
            self.next = commit
                .parents
                .first()
                .copied()
                .filter(|_| !self.boundary.contains(&commit.id));
        }
        Some(commit)
    }
}

impl Repo {
    /// The commit that an object is or, being a tag, names in the end; none for anything else.
    ///
    /// # Errors
    /// [`GitError::Missing`] when the object is not there.
    pub fn peel_to_commit(&self, oid: Oid) -> Result<Option<Oid>, GitError> {
        let object = self
            .git
            .find_object(lib_oid(oid), None)
            .map_err(|_| GitError::Missing { oid })?;
        Ok(object.peel_to_commit().ok().map(|commit| commit.id().into()))
    }

    /// The commit that a revision as people write it (`main`, `refs/x/y`, `4c1e0`, `HEAD~2`) names; none for one that
    /// names no commit here.
    pub fn resolve(&self, revision: &str) -> Option<Oid> {
        let found = self.git.revparse_single(revision).ok()?;
        found.peel_to_commit().ok().map(|commit| commit.id().into())
    }

    /// The commits from `tip` backwards by first parents, read one by one: 100,000 in one pass.
    pub fn first_parents(&self, tip: Oid) -> FirstParents<'_> {
        FirstParents {
            repo: self,
            next: Some(tip),
            boundary: self.shallow_boundary(),
        }
    }

    /// The names of the commits from `tip` backwards by first parents, up to and without `until`; to the root if
    /// `until` is none or never met.
    ///
    /// # Errors
    /// [`GitError::TooMuch`] when there are more than `limit`; when a commit cannot be read.
    pub fn first_parent_chain(
        &self,
        tip: Oid,
        until: Option<Oid>,
        limit: usize,
    ) -> Result<Vec<Oid>, GitError> {
        let mut chain = Vec::new();
        if until == Some(tip) {
            return Ok(chain);
        }
        let mut commits = self.first_parents(tip);
        while let Some(commit) = commits.next() {
            if chain.len() == limit {
                return Err(GitError::TooMuch {
                    doing: format!("walking back from {tip}"),
                    limit,
                    unit: "commits",
                });
            }
            chain.push(commit?.id);
            if commits.next == until {
                break;
            }
        }
        Ok(chain)
    }

    /// Whether `a` is `b` or one of its ancestors.
    ///
    /// # Errors
    /// [`GitError::Missing`] when one of them is not there: "no" would be a guess.
    pub fn is_ancestor(&self, a: Oid, b: Oid) -> Result<bool, GitError> {
        for oid in [a, b] {
            if !self.has_object(oid)? {
                return Err(GitError::Missing { oid });
            }
        }
        if a == b {
            return Ok(true);
        }
        let doing = format!("asking whether {} is an ancestor of {}", a.short(), b.short());
        if self.is_cut_off_linked() {
            let git = self.reader(doing).args(["merge-base", "--is-ancestor"]);
            let (code, _) = git.arg(a.to_string()).arg(b.to_string()).run_expecting(&[1])?;
            return Ok(code == 0);
        }
        self.git.graph_descendant_of(lib_oid(b), lib_oid(a)).doing(doing)
    }

    /// The best common ancestor (one of them, when a criss-cross merge left several); none for unrelated histories.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn merge_base(&self, a: Oid, b: Oid) -> Result<Option<Oid>, GitError> {
        Ok(self.merge_bases(a, b)?.into_iter().next())
    }

    /// All best common ancestors: more than one where branches were merged criss-cross.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub fn merge_bases(&self, a: Oid, b: Oid) -> Result<Vec<Oid>, GitError> {
        let doing = format!("finding the merge base of {} and {}", a.short(), b.short());
        if self.is_cut_off_linked() {
            let git = self.reader(&doing).args(["merge-base", "--all"]);
            let (_, found) = git.arg(a.to_string()).arg(b.to_string()).run_expecting(&[1])?;
            let names = found
                .split(u8::is_ascii_whitespace)
                .filter(|name| !name.is_empty());
            return names
                .map(|name| Oid::from_hex(name).map_err(|_| GitError::unreadable(doing.clone())))
                .collect();
        }
        match self.git.merge_bases(lib_oid(a), lib_oid(b)) {
            Ok(bases) => Ok(bases.iter().map(|base| Oid::from(*base)).collect()),
            // The same code means a missing commit, which is no answer to the question.
            Err(error)
                if error.code() == ErrorCode::NotFound && self.has_object(a)? && self.has_object(b)? =>
            {
                Ok(Vec::new())
            }
            Err(error) => Err(error).doing(doing),
        }
    }

    /// Whether the history of this shallow clone ends at one of these commits, though they have parents elsewhere.
    pub fn is_cut_off_at(&self, commits: &[Oid]) -> bool {
        let boundary = self.shallow_boundary();
        commits.iter().any(|commit| boundary.contains(commit))
    }

    /// Whether this shallow clone cannot tell where `tip` left `main`, or what came onto `main`'s own line (first parents) since: its
    /// history ends before that.
    ///
    /// # Errors
    /// [`GitError::TooMuch`] when more than `limit` commits lie between; when a commit cannot be read.
    pub fn is_cut_off_between(&self, tip: Oid, main: Oid, limit: usize) -> Result<bool, GitError> {
        if !self.is_shallow() {
            return Ok(false);
        }
        if self.merge_base(tip, main)?.is_none()
            || self.is_cut_off_at(&self.rev_list(&[tip], &[main], limit)?)
        {
            return Ok(true);
        }
        let fresh: HashSet<Oid> = self.rev_list(&[main], &[tip], limit)?.into_iter().collect();
        for commit in self.first_parents(main) {
            let commit = commit?.id;
            if !fresh.contains(&commit) {
                return Ok(false);
            }
            if self.is_cut_off_at(&[commit]) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// libgit2 looks for the boundary of a shallow clone in the worktree's own git dir, where a linked one has none:
    /// it then walks past the end of history. git knows better.
    fn is_cut_off_linked(&self) -> bool {
        self.is_linked_worktree() && self.is_shallow()
    }

    fn shallow_boundary(&self) -> HashSet<Oid> {
        let lines = fs::read(self.common_dir().join("shallow")).unwrap_or_default();
        lines
            .split(|byte| *byte == b'\n')
            .filter_map(|line| Oid::from_hex(line).ok())
            .collect()
    }
}
