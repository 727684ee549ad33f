//! The verdict on commits that arrive at a branch, by a push or before CI: each lane's commits by that lane's own scope,
//! and the net difference from where they left the integration branch.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use lane_core::id::TaskId;
use lane_core::policy::Adopted;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View;
use lane_git::Oid;
use lane_git::PathChange;
use lane_git::Repo;
use lane_rules::Edit;
use lane_rules::Finding;
use lane_rules::LaneRange;
use lane_rules::judge_pushed;
use lane_rules::judge_pushed_records;
use lane_store::Queue;
use lane_store::TreeView;

use super::crossed;
use super::handed;
use super::judging::Repairs;
use super::judging::edit;
use super::message::task_named;
use super::records;
use super::remaking;
use crate::error::CliError;
use crate::finding_lane::task_of_branch;
use crate::integration;
use crate::range::COMMITS_MAX;
use crate::session::Session;

/// Commits on their way to a branch, and what they are judged by.
pub(crate) struct Arriving<'a> {
    pub(crate) repo: &'a Repo,
    pub(crate) view: &'a TreeView<'a>,
    pub(crate) policy: Adopted,
    /// The last of them.
    pub(crate) tip: Oid,
    /// Whether they go to the integration branch.
    pub(crate) lands: bool,
    /// Whether they are there already, so that none of them is made again.
    pub(crate) landed: bool,
    /// The tips of the integration branch that others have: what is there has been judged.
    pub(crate) trusted: Vec<Oid>,
    /// Whether these are known from others; else the local branch stands in, but not for itself.
    pub(crate) tracked: bool,
    /// What the branch has now; none when it is new, or when that does not matter.
    pub(crate) theirs: Option<Oid>,
    /// What others have besides: records that are there are not new.
    pub(crate) elsewhere: Vec<Oid>,
}

/// What each commit changes, looked up once for all rules.
pub(crate) type Changes = HashMap<Oid, Vec<Edit>>;

/// The commits that arrive, each with the lane that it belongs to.
pub(crate) type Owned = Vec<(Oid, Option<TaskId>)>;

/// The task that a branch belongs to, also while nobody holds it.
pub(crate) fn lane_of(
    session: &Session<'_>,
    view: &TreeView<'_>,
    branch: &str,
) -> Result<Option<Task>, CliError> {
    let task = |id: &TaskId| -> Result<Option<Task>, CliError> { Ok(view.task(id)?.map(Found::into_task)) };
    if let Some(id) = task_of_branch(view, branch)? {
        return task(&id);
    }
    let store = session.store().read_only();
    let queue = Queue::read(&store, view)?;
    let id = queue
        .cards()
        .iter()
        .find(|card| card.branch == branch)
        .map(|card| card.id.clone());
    id.map_or(Ok(None), |id| task(&id))
}

impl Arriving<'_> {
    /// What the commit hooks refuse, where a commit came past them.
    pub(crate) fn records(&self) -> Result<Vec<Finding>, CliError> {
        let repo = self.repo;
        let theirs = self.theirs.filter(|oid| repo.has_object(*oid).unwrap_or(false));
        let theirs = theirs.and_then(|oid| repo.peel_to_commit(oid).ok().flatten());
        // Where no remote-tracking ref says what others have, the local branch stands in, but not for itself.
        let told = !self.tracked && self.lands && theirs.is_some();
        let trusted = self.trusted.iter().copied().filter(|_| !told);
        let known: Vec<Oid> = trusted.chain(theirs).collect();
        let brought = records::pushed(repo, self.tip, &known, &self.elsewhere, &self.policy)?;
        Ok(judge_pushed_records(&brought, &self.tip.to_string()))
    }

    /// The commits that are new, with their lanes: by the trailer, if it names a task with a scope; else `lane`; else what
    /// `others` says. Of what lands, a handoff says more than the message.
    pub(crate) fn owned(
        &self,
        lane: Option<&Task>,
        others: impl FnOnce() -> Result<HashMap<Oid, TaskId>, CliError>,
    ) -> Result<Owned, CliError> {
        let mut owned: Owned = Vec::new();
        let mut unnamed = false;
        for commit in self.commits()? {
            let message = self.repo.commit(commit)?.message;
            let named =
                task_named(&String::from_utf8_lossy(&message)).and_then(|name| TaskId::new(name).ok());
            let real = match named {
                Some(id) => self
                    .task(&id)?
                    .filter(|task| !task.scope.is_empty())
                    .map(|task| task.id),
                None => None,
            };
            let owner = real.or_else(|| lane.map(|task| task.id.clone()));
            unnamed |= owner.is_none();
            owned.push((commit, owner));
        }
        if unnamed {
            let others = others()?;
            for (commit, owner) in &mut owned {
                *owner = owner.take().or_else(|| others.get(commit).cloned());
            }
        }
        if self.lands {
            handed::claim(self.repo, self.view, &self.trusted, &mut owned)?;
        }
        Ok(owned)
    }

    /// Whether one of the commits is a lane's, or says so.
    pub(super) fn names_tasks(&self, owned: &Owned) -> Result<bool, CliError> {
        for (commit, owner) in owned {
            let message = self.repo.commit(*commit)?.message;
            if owner.is_some() || task_named(&String::from_utf8_lossy(&message)).is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The commits that are new.
    pub(crate) fn commits(&self) -> Result<Vec<Oid>, CliError> {
        let mut known: Vec<Oid> = Vec::new();
        if !self.lands || self.tracked {
            known.extend(&self.trusted);
        }
        if let Some(oid) = self.theirs
            && self.repo.has_object(oid)?
        {
            known.push(oid);
        }
        Ok(self.repo.rev_list(&[self.tip], &known, COMMITS_MAX)?)
    }

    /// What the lanes' commits change, as [`Repo::commit_changes`] has it.
    pub(crate) fn changes(&self, owned: &Owned) -> Result<Changes, CliError> {
        let of_lanes = owned.iter().filter(|(_, owner)| owner.is_some());
        let commits: Vec<Oid> = of_lanes.map(|(commit, _)| *commit).collect();
        let changes = self.repo.commit_changes(&commits)?.into_iter();
        Ok(changes.map(|(commit, list)| (commit, edits(&list))).collect())
    }

    /// Each lane's commits, by that lane's scope.
    pub(crate) fn judge_commits(&self, owned: &Owned, changes: &Changes) -> Result<Vec<Finding>, CliError> {
        let repairs = Repairs::new(self.repo, self.trusted.first().copied(), Some(self.tip));
        let exceptions = self.view.exceptions()?;
        let mut by_task: BTreeMap<&TaskId, Vec<Oid>> = BTreeMap::new();
        for (commit, owner) in owned {
            if let Some(id) = owner {
                by_task.entry(id).or_default().push(*commit);
            }
        }
        let mut findings = Vec::new();
        for (id, commits) in by_task {
            let Some(task) = self.task(id)? else { continue };
            for commit in commits {
                let Some(edits) = changes.get(&commit) else {
                    continue;
                };
                let name = commit.to_string();
                let range = LaneRange {
                    task: &task,
                    commit: Some(&name),
                    remake: &remaking::way(self.repo, commit, self.tip, self.landed)?,
                    edits: edits.clone(),
                };
                let is_repair = |edit: &Edit| repairs.is_one(edit);
                findings.extend(judge_pushed(&range, &self.policy, &exceptions, &is_repair)?);
            }
        }
        Ok(findings)
    }

    /// Whose the commits are that are no merges: these belong to what they merge.
    pub(super) fn unmerged<'o>(&self, owned: &'o Owned) -> Result<Vec<(Oid, Option<&'o TaskId>)>, CliError> {
        let mut own = Vec::new();
        for (commit, owner) in owned {
            if self.repo.commit(*commit)?.parents.len() < 2 {
                own.push((*commit, owner.as_ref()));
            }
        }
        Ok(own)
    }

    /// The one task that everything belongs to, if so.
    pub(crate) fn only_task(&self, owned: &Owned) -> Result<Option<Task>, CliError> {
        let owners: BTreeSet<Option<&TaskId>> = self
            .unmerged(owned)?
            .into_iter()
            .map(|(_, owner)| owner)
            .collect();
        match owners.into_iter().collect::<Vec<_>>().as_slice() {
            [Some(one)] => self.task(one),
            _ => Ok(None),
        }
    }

    /// The net difference from the merge base: finds a merge that took "ours" over landed work, which differs from
    /// every parent in nothing. What `found` names already is not named again.
    pub(crate) fn judge_net(&self, task: &Task, found: &[Finding]) -> Result<Vec<Finding>, CliError> {
        let seen: BTreeSet<&Vec<u8>> = found.iter().filter_map(|f| f.path.as_ref()).collect();
        let bases = self.bases()?;
        let mut fresh = self.net_from(&bases)?;
        fresh.retain(|change| !seen.contains(&change.path));
        // Where there are several merge bases, what one of them has need not be what was there.
        let from = Some(self.tip).filter(|_| bases.len() < 2);
        let repairs = Repairs::new(self.repo, self.trusted.first().copied(), from);
        let is_repair = |edit: &Edit| !self.lands && repairs.is_one(edit);
        let range = LaneRange {
            task,
            commit: None,
            remake: "",
            edits: edits(&fresh),
        };
        let exceptions = self.view.exceptions()?;
        Ok(judge_pushed(&range, &self.policy, &exceptions, &is_repair)?)
    }

    /// The paths in which the tip differs from where it left; none where that is not known.
    pub(crate) fn net(&self) -> Result<Vec<PathChange>, CliError> {
        self.net_from(&self.bases()?)
    }

    fn net_from(&self, bases: &[Oid]) -> Result<Vec<PathChange>, CliError> {
        let tree = |commit: Oid| self.repo.commit(commit).map(|commit| commit.tree);
        match bases {
            [] => Ok(Vec::new()),
            [base] => Ok(self.repo.tree_changes(tree(*base)?, tree(self.tip)?)?),
            several => crossed::net(self.repo, several, self.tip),
        }
    }

    /// Where the commits left what they are compared with: the branch itself, or the integration branch.
    pub(crate) fn base(&self) -> Result<Option<Oid>, CliError> {
        let repo = self.repo;
        if self.lands {
            let there = self.theirs.filter(|oid| repo.has_object(*oid).unwrap_or(false));
            // Of a forced push, too: what it drops of the branch is a part of the difference.
            return Ok(there);
        }
        integration::nearest_merge_base(repo, self.tip, self.trusted.iter().copied())
    }

    /// All that the net difference is from: what [`Self::base`] says, and where that is a merge base, those beside it that a
    /// criss-cross merge left.
    fn bases(&self) -> Result<Vec<Oid>, CliError> {
        let Some(nearest) = self.base()? else {
            return Ok(Vec::new());
        };
        for tip in self.trusted.iter().filter(|_| !self.lands) {
            let bases = self.repo.merge_bases(*tip, self.tip)?;
            if bases.contains(&nearest) {
                return Ok(bases);
            }
        }
        Ok(vec![nearest])
    }

    pub(super) fn task(&self, id: &TaskId) -> Result<Option<Task>, CliError> {
        Ok(self.view.task(id)?.map(Found::into_task))
    }
}

fn edits(changes: &[PathChange]) -> Vec<Edit> {
    changes.iter().map(edit).collect()
}
