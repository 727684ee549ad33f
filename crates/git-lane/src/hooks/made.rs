//! The commit rules' verdict on commits that arrive: what the commit hooks say of them, where they came past these.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use lane_core::id::TaskId;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Edit;
use lane_rules::Finding;
use lane_rules::Made;
use lane_rules::judge_made;
use lane_store::TreeView;

use super::arriving::Arriving;
use super::arriving::Changes;
use super::arriving::Owned;
use super::judging::Repairs;
use super::remaking;
use crate::error::CliError;
use crate::integration;

/// The verdict on a lane's commits since `base`, also on those that were pushed while the work was unfinished.
///
/// # Errors
/// When git or a record cannot be read.
pub(crate) fn of_lane(
    repo: &Repo,
    view: &TreeView<'_>,
    task: &Task,
    (base, tip): (Oid, Oid),
) -> Result<Vec<Finding>, CliError> {
    let branch = view.meta()?.integration;
    let tips = integration::tips(repo, &branch)?.into_iter().map(|(_, oid)| oid);
    let arriving = Arriving {
        repo,
        view,
        policy: view.policy()?,
        tip,
        lands: false,
        landed: false,
        // The local branch may have the lane's own work already.
        trusted: std::iter::once(base)
            .chain(tips.filter(|oid| repo.is_ancestor(tip, *oid).is_ok_and(|has| !has)))
            .collect(),
        tracked: true,
        theirs: None,
        elsewhere: Vec::new(),
    };
    let owned = arriving.owned(Some(task), || Ok(HashMap::new()))?;
    arriving.judge_made(&owned, &arriving.changes(&owned)?, &[])
}

impl Arriving<'_> {
    /// Each lane's commits one by one, merges left out. What `found` names already is not named again.
    ///
    /// # Errors
    /// When git or a record cannot be read.
    pub(crate) fn judge_made(
        &self,
        owned: &Owned,
        changes: &Changes,
        found: &[Finding],
    ) -> Result<Vec<Finding>, CliError> {
        let named: BTreeSet<&String> = found.iter().filter_map(|one| one.commit.as_ref()).collect();
        let mut by_task: BTreeMap<&TaskId, Vec<Oid>> = BTreeMap::new();
        for (commit, owner) in self.unmerged(owned)? {
            if let Some(id) = owner.filter(|_| !named.contains(&commit.to_string())) {
                by_task.entry(id).or_default().push(commit);
            }
        }
        let mut findings = Vec::new();
        for (id, commits) in by_task {
            findings.extend(self.judge_lane(id, &commits, changes)?);
        }
        Ok(findings)
    }

    fn judge_lane(&self, id: &TaskId, commits: &[Oid], changes: &Changes) -> Result<Vec<Finding>, CliError> {
        let Some(task) = self.view.task(id)?.map(Found::into_task) else {
            return Ok(Vec::new());
        };
        let repairs = Repairs::new(self.repo, self.trusted.first().copied(), Some(self.tip));
        let exceptions = self.view.exceptions()?;
        let mut findings = Vec::new();
        for commit in commits.iter().copied() {
            let Some(edits) = changes.get(&commit) else {
                continue;
            };
            let parent = self.repo.commit(commit)?.parents.first().copied();
            let fault = Cell::new(None);
            let lines = || {
                let lines = self.repo.lines_between(parent.unwrap_or(Oid::EMPTY_TREE), commit);
                lines.unwrap_or_else(|no| {
                    fault.set(Some(no));
                    0
                })
            };
            let made = Made {
                task: &task,
                commit: &commit.to_string(),
                remake: &remaking::way(self.repo, commit, self.tip, self.landed)?,
                edits,
                lines: &lines,
            };
            let is_repair = |edit: &Edit| repairs.is_one(edit);
            findings.extend(judge_made(&made, &self.policy, &exceptions, &is_repair)?);
            fault.take().map_or(Ok(()), Err)?;
        }
        Ok(findings)
    }
}
