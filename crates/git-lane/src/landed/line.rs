//! The integration branch's own line, by first parents, since a lane left it: which of its commits brought the lane's work.

use lane_core::id::TaskId;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::CliError;
use crate::hooks::task_named;

/// How far back the line is followed, in commits.
const BACK: usize = 1000;
/// The most commits of a lane that are looked for one by one.
const ONE_BY_ONE: usize = 100;

/// The commits, the newest first.
pub(super) struct Line<'r> {
    repo: &'r Repo,
    commits: Vec<Oid>,
}

impl<'r> Line<'r> {
    /// Those from `main` back that `tip` does not have, at most [`BACK`].
    ///
    /// # Errors
    /// When history cannot be read.
    pub(super) fn since(repo: &'r Repo, main: Oid, tip: Oid) -> Result<Self, CliError> {
        let mut commits = Vec::new();
        for commit in repo.first_parents(main).take(BACK) {
            commits.push(commit?.id);
        }
        // What comes before one that the lane has, it has too.
        let (mut fresh, mut known) = (0, commits.len());
        while fresh < known {
            let middle = fresh.midpoint(known);
            match repo.is_ancestor(commits[middle], tip)? {
                true => known = middle,
                false => fresh = middle + 1,
            }
        }
        commits.truncate(fresh);
        Ok(Self { repo, commits })
    }

    /// The oldest of them that contains a commit; the commit itself where none of them brought it.
    pub(super) fn bringing(&self, commit: Oid) -> Result<Oid, CliError> {
        let (mut has, mut without) = (0, self.commits.len());
        while has < without {
            let middle = has.midpoint(without);
            match self.repo.is_ancestor(commit, self.commits[middle])? {
                true => has = middle + 1,
                false => without = middle,
            }
        }
        Ok(has.checked_sub(1).map_or(commit, |at| self.commits[at]))
    }

    /// The commit that makes the lane's change as a whole, as a squash merge does; else the last of those that make its commits'
    /// changes one by one, as a rebase does. What carries another task is that one's.
    pub(super) fn with_same_change(&self, task: &TaskId, tip: Oid) -> Result<Option<Oid>, CliError> {
        let repo = self.repo;
        let Some(newest) = self.commits.first() else {
            return Ok(None);
        };
        let Some(base) = repo.merge_base(tip, *newest)? else {
            return Ok(None);
        };
        let mut line = Vec::new();
        for id in &self.commits {
            let commit = repo.commit(*id)?;
            let named = task_named(&String::from_utf8_lossy(&commit.message)).map(str::to_owned);
            if let Some(parent) = commit.parents.first()
                && named.is_none_or(|named| named == task.as_str())
            {
                line.push((*id, *parent, repo.patch_paths(*parent, *id)?));
            }
        }
        let find = |from: Oid, to: Oid| -> Result<Option<usize>, CliError> {
            let paths = repo.patch_paths(from, to)?;
            let Some(wanted) = repo.patch_id(from, to)? else {
                return Ok(None);
            };
            for (at, (id, parent, _)) in line.iter().enumerate().filter(|(_, (.., has))| *has == paths) {
                if repo.patch_id(*parent, *id)? == Some(wanted) {
                    return Ok(Some(at));
                }
            }
            Ok(None)
        };
        if let Some(at) = find(base, tip)? {
            return Ok(Some(line[at].0));
        }
        let own = match repo.rev_list(&[tip], &[base], ONE_BY_ONE) {
            Err(GitError::TooMuch { .. }) => return Ok(None),
            own => own?,
        };
        let mut last: Option<usize> = None;
        for id in own {
            let commit = repo.commit(id)?;
            // What a merge of the lane made of both sides is in no commit of theirs.
            let [parent] = commit.parents[..] else {
                return Ok(None);
            };
            match find(parent, id)? {
                Some(at) => last = Some(last.map_or(at, |last| last.min(at))),
                None if repo.patch_id(parent, id)?.is_none() => {}
                None => return Ok(None),
            }
        }
        Ok(last.map(|at| line[at].0))
    }
}
