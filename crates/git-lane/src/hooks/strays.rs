//! What lands under a task's name beside what was judged: commits that carry it and are not in the commit of the verdict.

use std::collections::BTreeMap;

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Level;
use lane_core::policy::Mode;
use lane_core::record::Stage;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_git::Oid;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_rules::level_of;

use super::arriving::Arriving;
use super::arriving::Owned;
use crate::error::CliError;
use crate::landed;

/// How much of a commit's name is shown.
const SHORT: usize = 12;

impl Arriving<'_> {
    /// The first commit of each task that its last stage did not see. What has no verdict at all is found elsewhere, and
    /// what `found` says of verdicts already is not said again.
    pub(crate) fn strays(&self, owned: &Owned, found: &[Finding]) -> Result<Vec<Finding>, CliError> {
        let level = level_of(&ground::VERDICT_MISSING, &self.policy);
        let last = self.policy.pipeline.judging().pop();
        let said = found
            .iter()
            .any(|one| one.refusal.ground.id == ground::VERDICT_MISSING.id);
        let Some(last) = last.filter(|_| self.lands && !said && self.policy.lanes.mode == Mode::B) else {
            return Ok(Vec::new());
        };
        if level == Level::Off {
            return Ok(Vec::new());
        }
        let mut by_task: BTreeMap<&TaskId, Vec<Oid>> = BTreeMap::new();
        for (commit, owner) in self.unmerged(owned)? {
            if let Some(id) = owner {
                by_task.entry(id).or_default().push(commit);
            }
        }
        let mut strays = Vec::new();
        for (id, commits) in by_task {
            if let Some((stray, judged)) = self.stray(id, &commits, last)? {
                let short = |name: &str| name.chars().take(SHORT).collect::<String>();
                let what = format!(
                    "{} carries {id} and is not in {}, the commit that {last} judged",
                    short(&stray.to_string()),
                    short(&judged.to_string())
                );
                let show = command(&["git", "lane", "show", id.as_str()]);
                let refusal = Refusal::new(&ground::VERDICT_MISSING, what);
                strays.push(Finding::whole(refusal, vec![Remedy::Run(show)]).at(level));
            }
        }
        Ok(strays)
    }

    /// A commit that is not in what the stage found ready, and what that is.
    fn stray(&self, id: &TaskId, commits: &[Oid], last: Stage) -> Result<Option<(Oid, Oid)>, CliError> {
        let task = self.task(id)?;
        let verdict = task.as_ref().and_then(|task| task.verdict.get(&last));
        let judged = verdict.filter(|verdict| verdict.ready);
        let Some(judged) = judged.and_then(|verdict| verdict.tip.parse::<Oid>().ok()) else {
            return Ok(None);
        };
        // What is not here is not an ancestor of anything; the verdict is compared with the tip elsewhere.
        if !self.repo.has_object(judged)? {
            return Ok(None);
        }
        let mut others = Vec::new();
        for commit in commits {
            if !self.repo.is_ancestor(*commit, judged)? {
                others.push(*commit);
            }
        }
        if others.is_empty() {
            return Ok(None);
        }
        let same = landed::standing_for(&landed::Steps::new(self.repo), id, judged, self.tip)?;
        let stray = others.into_iter().find(|commit| !same.contains(commit));
        Ok(stray.map(|commit| (commit, judged)))
    }
}
