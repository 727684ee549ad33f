//! The integration branch's own line, by first parents, since a lane left it: which of its commits brought the lane's work.

use std::rc::Rc;

use lane_core::id::TaskId;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

use super::contents::Contents;
use super::steps::Step;
use super::steps::Steps;
use crate::error::CliError;

/// How far back the line is followed, in commits.
const BACK: usize = 1000;
/// The most commits of a lane that are looked for one by one.
const ONE_BY_ONE: usize = 100;

/// The commits, the newest first.
pub(super) struct Line<'s, 'r> {
    repo: &'r Repo,
    seen: &'s Steps<'r>,
    contents: &'s Contents,
    commits: Vec<Oid>,
}

impl<'s, 'r> Line<'s, 'r> {
    /// Those from `main` back that `tip` does not have, at most [`BACK`].
    ///
    /// # Errors
    /// When history cannot be read.
    pub(super) fn since(
        seen: &'s Steps<'r>,
        contents: &'s Contents,
        (main, tip): (Oid, Oid),
    ) -> Result<Self, CliError> {
        let repo = seen.repo;
        let mut commits = seen.line(main, BACK)?;
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
        Ok(Self {
            repo,
            seen,
            contents,
            commits,
        })
    }

    /// The oldest of them that contains a commit; the commit itself where none of them brought it, or it was fast-forwarded to.
    pub(super) fn bringing(&self, commit: Oid) -> Result<Oid, CliError> {
        let (mut has, mut without) = (0, self.commits.len());
        while has < without {
            let middle = has.midpoint(without);
            match self.repo.is_ancestor(commit, self.commits[middle])? {
                true => has = middle + 1,
                false => without = middle,
            }
        }
        let Some(oldest) = has.checked_sub(1).map(|at| self.commits[at]) else {
            return Ok(commit);
        };
        let was_there = self.repo.commit(oldest)?.parents.first() == Some(&commit);
        Ok(if was_there { commit } else { oldest })
    }

    /// The commits that make the lane's change, the newest first: one that makes it as a whole, as a squash merge does; else those
    /// that make its commits' changes one by one, as a rebase does. What carries another task is that one's. Empty if there are
    /// none.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub(super) fn with_same_change(&self, task: &TaskId, tip: Oid) -> Result<Vec<Oid>, CliError> {
        let repo = self.repo;
        let Some(newest) = self.commits.first() else {
            return Ok(Vec::new());
        };
        let Some(base) = repo.merge_base(tip, *newest)? else {
            return Ok(Vec::new());
        };
        let steps = self.steps(task)?;
        for at in self.find(&steps, (base, tip))? {
            if self
                .contents
                .is_the_merge(repo, (steps[at].parent, tip), steps[at].commit)?
            {
                return Ok(vec![steps[at].commit]);
            }
        }
        let own = match repo.rev_list(&[tip], &[base], ONE_BY_ONE) {
            Err(GitError::TooMuch { .. }) => return Ok(Vec::new()),
            own => own?,
        };
        let Some(changes) = changes(repo, &own)? else {
            return Ok(Vec::new());
        };
        let Some(last) = changes.last() else {
            return Ok(Vec::new());
        };
        // In a row, in the lane's order, and all of it together what a merge would have made.
        for newest in self.find(&steps, *last)? {
            let Some(row) = steps.get(newest..newest + changes.len()) else {
                continue;
            };
            let parent = row[row.len() - 1].parent;
            let follow = row.windows(2).all(|pair| pair[0].parent == pair[1].commit);
            if follow
                && self.makes_all(row, &changes)?
                && self.contents.is_the_merge(repo, (parent, tip), row[0].commit)?
            {
                return Ok(row.iter().map(|step| step.commit).collect());
            }
        }
        Ok(Vec::new())
    }

    /// The steps that make the change between two commits, the newest first.
    fn find(&self, steps: &[Rc<Step>], (from, to): (Oid, Oid)) -> Result<Vec<usize>, CliError> {
        let paths = self.repo.patch_paths(from, to)?;
        let touching = steps.iter().enumerate().filter(|(_, step)| step.paths == paths);
        let touching: Vec<_> = touching.collect();
        // Contents are read only where something may be like them.
        if touching.is_empty() {
            return Ok(Vec::new());
        }
        let Some(wanted) = self.seen.patch_id(self.contents, from, to)? else {
            return Ok(Vec::new());
        };
        let mut same = Vec::new();
        for (at, step) in touching {
            let made = self.seen.patch_id(self.contents, step.parent, step.commit)?;
            same.extend((made == Some(wanted)).then_some(at));
        }
        Ok(same)
    }

    /// Whether steps, the newest first, make these changes, the oldest first, one each.
    fn makes_all(&self, row: &[Rc<Step>], changes: &[(Oid, Oid)]) -> Result<bool, CliError> {
        for (step, change) in row.iter().rev().zip(changes) {
            if self.find(std::slice::from_ref(step), *change)?.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn steps(&self, task: &TaskId) -> Result<Vec<Rc<Step>>, CliError> {
        let mut steps = Vec::new();
        // Where a shallow clone ends, a commit names a parent that is not here.
        let end = self.commits.last().copied();
        let end = end.filter(|end| self.repo.is_cut_off_at(&[*end]));
        for id in &self.commits {
            if Some(*id) == end {
                continue;
            }
            let step = self.seen.of(*id)?;
            let is_another =
                |step: &Rc<Step>| step.names.as_deref().is_some_and(|named| named != task.as_str());
            steps.extend(step.filter(|step| !is_another(step)));
        }
        Ok(steps)
    }
}

/// What each commit of a lane changes, the oldest first, without those that change nothing. None where one is a merge: what that made of
/// both sides is in no commit of theirs.
fn changes(repo: &Repo, own: &[Oid]) -> Result<Option<Vec<(Oid, Oid)>>, CliError> {
    let mut changes = Vec::new();
    for id in own {
        let [parent] = repo.commit(*id)?.parents[..] else {
            return Ok(None);
        };
        if repo.commit(parent)?.tree != repo.commit(*id)?.tree {
            changes.push((parent, *id));
        }
    }
    Ok(Some(changes))
}
