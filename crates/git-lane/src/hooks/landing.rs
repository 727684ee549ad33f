//! What lands of several lanes, or beside a person's work: each lane's part is judged by itself, where it can be told apart.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::record::Task;
use lane_git::Oid;
use lane_rules::Finding;
use lane_store::Store;

use super::arriving::Arriving;
use super::arriving::Owned;
use crate::delivery;
use crate::delivery::Judged;
use crate::delivery::Range;
use crate::delivery::Recorded;
use crate::error::CliError;
use crate::range::COMMITS_MAX;

/// First parents in a row that bring the work of the same.
struct Part<'a> {
    /// What they stand on.
    before: Oid,
    /// The last of them.
    tip: Oid,
    /// Whose work it is; none is a person's.
    owners: BTreeSet<Option<&'a TaskId>>,
}

impl Part<'_> {
    /// Takes the next older commit, if that is the work of the same. A merge that brings nothing new goes along.
    fn takes(&mut self, older: &Self) -> bool {
        let same = older.owners.is_empty() || self.owners.is_empty() || self.owners == older.owners;
        if same {
            self.before = older.before;
            self.owners.extend(&older.owners);
        }
        same
    }
}

/// The delivery rules' verdict on what belongs to no one lane. `range` says all but the task and the ends. A lane with one
/// part of its own is judged as if it came alone. Where its work is mixed with others', its tests stay all the same. In CI
/// what is a person's is advised.
///
/// # Errors
/// When git or a record cannot be read.
pub(crate) fn judge_parts(
    store: &Store<'_>,
    arriving: &Arriving<'_>,
    owned: &Owned,
    range: &Range<'_>,
) -> Result<Judged, CliError> {
    let Some(base) = range.base else {
        return Ok(Judged::default());
    };
    let parts = parts(arriving, owned, base)?;
    let mut judged = Judged::default();
    let mut asked = BTreeSet::new();
    for part in &parts {
        let tasks = tasks(arriving, part)?;
        let range = Range {
            task: tasks.first(),
            base: Some(part.before),
            tip: part.tip,
            // What lands before it is no news from elsewhere.
            main: range.main.filter(|_| part.before == base).or(Some(part.before)),
            ..*range
        };
        if range.task.is_none() && !range.moment.is_ci() {
            continue;
        }
        let mut recorded = Recorded::default();
        for task in tasks.iter().rev() {
            let said = recorded.evidence.removes;
            recorded = Recorded::of(store, arriving.view, task, part.tip)?;
            recorded.evidence.removes.extend(said);
            recorded.evidence.first = delivery::first(arriving.repo, arriving.view, task, arriving.tip)?;
        }
        let mut found = delivery::judge_range(&range, &recorded.evidence)?;
        let is_alone = part.owners.len() == 1
            && parts
                .iter()
                .filter(|other| !other.owners.is_disjoint(&part.owners))
                .count()
                == 1;
        if range.task.is_some() && !is_alone {
            let is_kept = |id: &str| id == ground::REMOVED_TESTS.id;
            found.findings.retain(|one| is_kept(one.refusal.ground.id));
            for task in tasks.iter().filter(|task| asked.insert(task.id.clone())) {
                let of_it = mixed(store, arriving, (task, owned), &range)?;
                found.findings.extend(of_it);
            }
        }
        judged.findings.extend(found.findings);
        judged.unseen.extend(found.unseen);
    }
    Ok(judged)
}

/// Whether a lane whose work is mixed with others' was judged, at its own newest commit, and whether it is its turn.
fn mixed(
    store: &Store<'_>,
    arriving: &Arriving<'_>,
    (task, owned): (&Task, &Owned),
    range: &Range<'_>,
) -> Result<Vec<Finding>, CliError> {
    let own = arriving.unmerged(owned)?;
    let newest = own.iter().find(|(_, owner)| *owner == Some(&task.id));
    let Some((tip, _)) = newest else {
        return Ok(Vec::new());
    };
    let mut recorded = Recorded::of(store, arriving.view, task, *tip)?;
    recorded.evidence.first = Recorded::of(store, arriving.view, task, arriving.tip)?
        .evidence
        .first;
    // What the lane changed is told apart nowhere; these rules do not ask.
    let range = Range {
        task: Some(task),
        base: Some(*tip),
        tip: *tip,
        ..*range
    };
    let found = delivery::judge_range(&range, &recorded.evidence)?.findings;
    let asked = [ground::VERDICT_MISSING.id, ground::MERGE_ORDER.id];
    Ok(found
        .into_iter()
        .filter(|one| asked.contains(&one.refusal.ground.id))
        .collect())
}

fn tasks(arriving: &Arriving<'_>, part: &Part<'_>) -> Result<Vec<Task>, CliError> {
    let mut tasks = Vec::new();
    for id in part.owners.iter().flatten() {
        tasks.extend(arriving.task(id)?);
    }
    Ok(tasks)
}

/// The parts, the newest first; all in one where the base is not behind the tip by first parents.
fn parts<'a>(arriving: &Arriving<'_>, owned: &'a Owned, base: Oid) -> Result<Vec<Part<'a>>, CliError> {
    let owners: HashMap<Oid, Option<&TaskId>> = arriving.unmerged(owned)?.into_iter().collect();
    let fresh: HashSet<Oid> = owned.iter().map(|(commit, _)| *commit).collect();
    let mut parts: Vec<Part<'_>> = Vec::new();
    for commit in arriving.repo.first_parents(arriving.tip) {
        let commit = commit?;
        if commit.id == base {
            return Ok(parts);
        }
        let is_new = fresh.contains(&commit.id);
        let Some((before, brought)) = commit.parents.split_first().filter(|_| is_new) else {
            break;
        };
        let new = match brought {
            [] => vec![commit.id],
            brought => arriving.repo.rev_list(brought, &[*before], COMMITS_MAX)?,
        };
        let part = Part {
            before: *before,
            tip: commit.id,
            owners: new.iter().filter_map(|id| owners.get(id).copied()).collect(),
        };
        if !parts.last_mut().is_some_and(|last| last.takes(&part)) {
            parts.push(part);
        }
    }
    Ok(vec![Part {
        before: base,
        tip: arriving.tip,
        owners: owners.into_values().collect(),
    }])
}
