//! What lands beside the lanes: a merge that changes more of a judged lane than git does by itself, and what somebody holds.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::TaskId;
use lane_core::policy::Level;
use lane_core::policy::Merge;
use lane_core::policy::Mode;
use lane_core::record::Lock;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_git::Commit;
use lane_git::Oid;
use lane_git::TreeChange;
use lane_rules::Astray;
use lane_rules::Bringing;
use lane_rules::Edit;
use lane_rules::Finding;
use lane_rules::Reach;
use lane_rules::Remedy;
use lane_rules::judge_beside;
use lane_rules::level_of;

use super::arriving::Arriving;
use super::arriving::Owned;
use super::judging::Repairs;
use super::judging::stood_for;
use super::pushed_rules::of_nobody;
use super::remaking;
use crate::delivery;
use crate::delivery::Judged;
use crate::error::CliError;
use crate::show::error::sentence;

/// The most merges that are made again to compare.
const MERGES_MAX: usize = 200;

/// Who lands it.
pub(crate) struct Bringer<'a> {
    /// Who, in which clone; none in CI.
    pub(crate) by: Option<(Agent, CloneId)>,
    /// Which files git-lane merges.
    pub(crate) merge: &'a Merge,
    pub(crate) now: Timestamp,
}

/// A merge with what it changes beside what git makes of its parents.
type Merges = Vec<(Commit, Vec<TreeChange>)>;

/// A task with what its last stage judged.
type Ready = Vec<(Task, Oid)>;

impl Arriving<'_> {
    /// The verdict on what lands beside the lanes. What `found` says already is not said again.
    ///
    /// # Errors
    /// When git or a record cannot be read.
    pub(crate) fn beside(
        &self,
        owned: &Owned,
        found: &[Finding],
        bringer: &Bringer<'_>,
    ) -> Result<Judged, CliError> {
        let mut judged = Judged::default();
        if !self.lands || self.base()?.is_none() {
            return Ok(judged);
        }
        let locks = self.view.locks()?;
        let bringing = Bringing {
            by: bringer.by.as_ref().map(|(agent, clone)| (agent, clone)),
            locks: &locks,
            policy: &self.policy,
            exceptions: &self.view.exceptions()?,
            now: bringer.now,
        };
        let ready = self.ready(owned, found)?;
        if ready.is_empty() && !bringing.is_judged() {
            return Ok(judged);
        }
        let mut merges = self.merges(owned, &mut judged.unseen)?;
        for (_, changes) in &mut merges {
            changes.retain(|change| bringer.merge.merged_as(&change.path).is_none());
        }
        judged.findings = self.of_judged(&ready, &merges)?;
        if bringing.is_judged() {
            let held = self.of_held(owned, &merges, &bringing)?;
            let known = found.iter().chain(&judged.findings).filter(|one| one.refuses());
            let known: BTreeSet<&Vec<u8>> = known.filter_map(|one| one.path.as_ref()).collect();
            let fresh = held
                .into_iter()
                .filter(|one| one.path.as_ref().is_none_or(|path| !known.contains(path)));
            let fresh: Vec<Finding> = fresh.collect();
            judged.findings.extend(fresh);
        }
        Ok(judged)
    }

    /// The tasks that land and that the last stage found ready; none where verdicts are missing anyway.
    fn ready(&self, owned: &Owned, found: &[Finding]) -> Result<Ready, CliError> {
        let is_said = |one: &Finding| one.refusal.ground.id == ground::VERDICT_MISSING.id;
        let last = self.policy.pipeline.judging().pop();
        let is_asked = self.policy.lanes.mode == Mode::B && self.level() > Level::Off;
        let Some(last) = last.filter(|_| is_asked && !found.iter().any(is_said)) else {
            return Ok(Vec::new());
        };
        let own = self.unmerged(owned)?;
        let ids: BTreeSet<&TaskId> = own.into_iter().filter_map(|(_, owner)| owner).collect();
        let mut ready = Vec::new();
        for id in ids {
            let Some(task) = self.task(id)? else { continue };
            let verdict = task.verdict.get(&last).filter(|verdict| verdict.ready);
            let tip = verdict.and_then(|verdict| verdict.tip.parse::<Oid>().ok());
            if let Some(tip) = tip
                && self.repo.has_object(tip)?
            {
                ready.push((task, tip));
            }
        }
        Ok(ready)
    }

    fn level(&self) -> Level {
        level_of(&ground::VERDICT_MISSING, &self.policy)
    }

    /// The new merges. What cannot be compared is said.
    fn merges(&self, owned: &Owned, unseen: &mut Vec<String>) -> Result<Merges, CliError> {
        let mut merges = Vec::new();
        let mut left = 0_usize;
        for (id, _) in owned {
            let commit = self.repo.commit(*id)?;
            if commit.parents.len() < 2 {
                continue;
            }
            if merges.len() == MERGES_MAX {
                left += 1;
                continue;
            }
            match self.repo.beside_merge(&commit) {
                Ok(changes) => merges.push((commit, changes)),
                Err(fault) => unseen.push(format!(
                    "the merge {} was not compared with what git makes of its parents: {}",
                    id.short(),
                    sentence(&fault.into())
                )),
            }
        }
        if left > 0 {
            unseen.push(format!(
                "not compared with what git makes of their parents: {left} merges, for {MERGES_MAX} others come before them"
            ));
        }
        Ok(merges)
    }

    /// Merges that are not in what was judged, and change what the lane holds.
    fn of_judged(&self, ready: &Ready, merges: &Merges) -> Result<Vec<Finding>, CliError> {
        let mut by_merge: BTreeMap<(Oid, &Vec<u8>), &TaskId> = BTreeMap::new();
        for (task, tip) in ready {
            let held = [task.scope.as_slice(), task.granted.as_slice()].concat();
            let nobody = Agent::person("");
            let reach = Reach::new(&self.policy, &nobody, Some(task), &held, std::iter::empty(), &[])?;
            for (merge, changes) in merges {
                if self.repo.is_ancestor(merge.id, *tip)? {
                    continue;
                }
                let own = changes.iter().map(|change| &change.path);
                for path in own.filter(|path| reach.held.covers(path) && !reach.common.covers(path)) {
                    by_merge.entry((merge.id, path)).or_insert(&task.id);
                }
            }
        }
        let finding = |((merge, path), task): ((Oid, &Vec<u8>), &TaskId)| {
            let what = format!(
                "the merge {} changes {} beside what {task} was judged with: git makes something else of its parents",
                merge.short(),
                text::escape_path(path)
            );
            let refusal = Refusal::new(&ground::VERDICT_MISSING, what);
            let way = Remedy::Run(self.merge_again(merge)?);
            Ok(Finding {
                commit: Some(merge.to_string()),
                ..Finding::path(path, refusal, vec![way])
            }
            .at(self.level()))
        };
        by_merge.into_iter().map(finding).collect()
    }

    /// The command that makes the last commit, a merge, as git makes it; what shows another.
    fn merge_again(&self, merge: Oid) -> Result<String, CliError> {
        let parents = self.repo.commit(merge)?.parents;
        let Some((before, brought)) = parents
            .split_first()
            .filter(|_| merge == self.tip && !self.landed)
        else {
            return Ok(remaking::look(merge));
        };
        let back = command(&["git", "reset", "--keep", &before.to_string()]);
        let names: Vec<String> = brought.iter().map(ToString::to_string).collect();
        let mut again = vec!["git", "merge", "--no-ff", "--no-edit"];
        again.extend(names.iter().map(String::as_str));
        Ok(format!("{back} && {}", command(&again)))
    }

    /// What is nobody's and changes what somebody holds, where that is not taken back by what comes after it.
    fn of_held(
        &self,
        owned: &Owned,
        merges: &Merges,
        bringing: &Bringing<'_>,
    ) -> Result<Vec<Finding>, CliError> {
        let net: BTreeSet<Vec<u8>> = self.net()?.into_iter().map(|change| change.path).collect();
        let mut commits = of_nobody(self, owned)?;
        let nobodys: BTreeSet<Oid> = owned
            .iter()
            .filter_map(|(commit, owner)| owner.is_none().then_some(*commit))
            .collect();
        let merges = merges.iter().filter(|(merge, _)| nobodys.contains(&merge.id));
        commits.extend(merges.map(|(merge, changes)| Astray {
            commit: merge.id.to_string(),
            written: Timestamp::from_secs(merge.written),
            edits: changes.iter().map(made).collect(),
        }));
        for commit in &mut commits {
            commit.edits.retain(|edit| net.contains(&edit.path));
        }
        let repairs = Repairs::new(self.repo, self.trusted.first().copied(), None);
        let is_free = |lock: &Lock, edit: &Edit| {
            (self.tracked && !self.landed && repairs.is_one(edit))
                || self.is_queued(lock, edit).unwrap_or_default()
        };
        let way = |commit: &Astray| {
            let id: Option<Oid> = commit.commit.parse().ok();
            let way = id.and_then(|id| remaking::way(self.repo, id, self.tip, self.landed).ok());
            way.unwrap_or_default()
        };
        Ok(judge_beside(&commits, bringing, &is_free, &way)?)
    }

    /// Whether the lane that holds it is through with its stages, and handed off the path just so: it is landed by squash.
    fn is_queued(&self, lock: &Lock, edit: &Edit) -> Result<bool, CliError> {
        let Some(id) = &lock.task else { return Ok(false) };
        let task = self.task(id)?.filter(|task| task.status == Phase::Queued);
        let tip = task.and_then(|task| delivery::handed_off(self.view, &task));
        let Some(tip) = tip else { return Ok(false) };
        Ok(self.repo.has_object(tip)? && Repairs::new(self.repo, Some(tip), None).is_one(edit))
    }
}

fn made(change: &TreeChange) -> Edit {
    Edit {
        path: change.path.clone(),
        content: change
            .new
            .map_or_else(String::new, |(mode, oid)| stood_for(mode, oid)),
    }
}
