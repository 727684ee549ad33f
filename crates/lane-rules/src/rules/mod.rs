//! The table of rules. A rule is a file; what it finds is data.

mod conflict_markers;
pub(crate) mod consult_missing;
mod detached_head;
pub(crate) mod foreign_lane;
mod foreign_lock;
mod foreign_staged;
mod generated_alone;
pub(crate) mod large_commit;
mod maintainer_path;
pub(crate) mod mixed_areas;
pub(crate) mod off_lane;
mod out_of_scope;
mod outside_area;
mod outside_scope;
pub(crate) mod record_unreadable;
pub(crate) mod records_disagree;
mod stale_fence;
mod wrong_branch;

use crate::change::Edit;
use crate::finding::Finding;
use crate::levels::level_of;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::scene::Scene;

use lane_core::ground::Ground;
use lane_core::policy::Level;
use lane_core::refusal::command;

/// A rule of the table.
pub struct Rule {
    /// The ground of its findings.
    pub ground: &'static Ground,
    judge: Judge,
}

/// What a rule has against a path, or that a glob cannot be read.
type Judged = Result<Option<Finding>, ReachError>;

/// The same of a commit as a whole.
type Together = Result<Vec<Finding>, ReachError>;

enum Judge {
    /// About the lane as a whole.
    Lane(fn(&Scene<'_>) -> Option<Finding>),
    /// About one path.
    Path(fn(&Edit, &Scene<'_>, &Reach) -> Judged),
    /// About the paths of a commit together. Asked of lanes only; the policy sets how much it weighs.
    Commit(fn(&Whole<'_>, &Scene<'_>, &Reach) -> Together),
    /// About what the commit brings to the records of the queue and to the files of the merge driver.
    Brought(fn(&Scene<'_>) -> Vec<Finding>),
}

/// A commit as a whole.
pub(crate) struct Whole<'a> {
    /// The edits that no other rule spoke of and that no override let pass: these are judged.
    pub(crate) clear: &'a [&'a Edit],
    /// All edits: what the others are judged by.
    pub(crate) all: &'a [&'a Edit],
}

/// All rules about commits, in the order in which they are asked.
pub static RULES: &[Rule] = &[
    Rule {
        ground: &lane_core::ground::STALE_FENCE,
        judge: Judge::Lane(stale_fence::judge),
    },
    Rule {
        ground: &lane_core::ground::FOREIGN_LANE,
        judge: Judge::Lane(foreign_lane::judge),
    },
    Rule {
        ground: &lane_core::ground::DETACHED_HEAD,
        judge: Judge::Lane(detached_head::judge),
    },
    Rule {
        ground: &lane_core::ground::WRONG_BRANCH,
        judge: Judge::Lane(wrong_branch::judge),
    },
    Rule {
        ground: &lane_core::ground::MAINTAINER_PATH,
        judge: Judge::Path(maintainer_path::judge),
    },
    Rule {
        ground: &lane_core::ground::FOREIGN_STAGED,
        judge: Judge::Path(foreign_staged::judge),
    },
    Rule {
        ground: &lane_core::ground::FOREIGN_LOCK,
        judge: Judge::Path(foreign_lock::judge),
    },
    Rule {
        ground: &lane_core::ground::WRONG_BRANCH,
        judge: Judge::Path(off_lane::judge),
    },
    Rule {
        ground: &lane_core::ground::OUT_OF_SCOPE,
        judge: Judge::Path(out_of_scope::judge),
    },
    Rule {
        ground: &lane_core::ground::OUTSIDE_AREA,
        judge: Judge::Path(outside_area::judge),
    },
    Rule {
        ground: &lane_core::ground::OUTSIDE_SCOPE,
        judge: Judge::Path(outside_scope::judge),
    },
    Rule {
        ground: &lane_core::ground::MIXED_AREAS,
        judge: Judge::Commit(mixed_areas::judge),
    },
    Rule {
        ground: &lane_core::ground::GENERATED_ALONE,
        judge: Judge::Commit(generated_alone::judge),
    },
    Rule {
        ground: &lane_core::ground::LARGE_COMMIT,
        judge: Judge::Commit(large_commit::judge),
    },
    Rule {
        ground: &lane_core::ground::CONSULT_MISSING,
        judge: Judge::Commit(consult_missing::judge),
    },
    Rule {
        ground: &lane_core::ground::CONFLICT_MARKERS,
        judge: Judge::Brought(conflict_markers::judge),
    },
    Rule {
        ground: &lane_core::ground::RECORD_UNREADABLE,
        judge: Judge::Brought(record_unreadable::judge),
    },
    Rule {
        ground: &lane_core::ground::RECORDS_DISAGREE,
        judge: Judge::Brought(records_disagree::judge),
    },
];

/// The first thing that stands against committing here at all.
pub(crate) fn lane_findings(scene: &Scene<'_>) -> Vec<Finding> {
    let judge = |rule: &Rule| match rule.judge {
        Judge::Lane(judge) => judge(scene),
        Judge::Path(_) | Judge::Commit(_) | Judge::Brought(_) => None,
    };
    RULES.iter().find_map(judge).into_iter().collect()
}

/// What stands against one path. `outside-scope` is left out where another rule spoke: widening would not help.
pub(crate) fn path_findings(
    edit: &Edit,
    scene: &Scene<'_>,
    reach: &Reach,
) -> Result<Vec<Finding>, ReachError> {
    let mut found: Vec<Finding> = Vec::new();
    for rule in RULES {
        let Judge::Path(judge) = rule.judge else { continue };
        let last = *rule.ground == lane_core::ground::OUTSIDE_SCOPE;
        if last && !found.is_empty() {
            continue;
        }
        found.extend(judge(edit, scene, reach)?);
    }
    Ok(found)
}

/// What stands against paths together that pass one by one.
pub(crate) fn commit_findings(
    whole: &Whole<'_>,
    scene: &Scene<'_>,
    reach: &Reach,
) -> Result<Vec<Finding>, ReachError> {
    let mut found = Vec::new();
    for rule in RULES {
        let Judge::Commit(judge) = rule.judge else {
            continue;
        };
        let level = level_of(rule.ground, scene.policy);
        if scene.lane.is_some() && level > Level::Off {
            found.extend(
                judge(whole, scene, reach)?
                    .into_iter()
                    .map(|one| weighed(one, level)),
            );
        }
    }
    Ok(found)
}

/// A finding at its level. Advice is read when the commit is made: nothing is left out of that any more.
pub(crate) fn weighed(mut found: Finding, level: Level) -> Finding {
    if level < Level::Refuse {
        found.remedies.retain(|remedy| matches!(remedy, Remedy::Run(_)));
        if found.remedies.is_empty() {
            let explain = command(&["git", "lane", "rules", found.refusal.ground.id]);
            found.remedies.push(Remedy::Run(explain));
        }
    }
    found.at(level)
}

/// What stands against what a commit brings to records and merged files.
pub(crate) fn brought_findings(scene: &Scene<'_>) -> Vec<Finding> {
    let judge = |rule: &Rule| match rule.judge {
        Judge::Brought(judge) => judge(scene),
        Judge::Lane(_) | Judge::Path(_) | Judge::Commit(_) => Vec::new(),
    };
    RULES.iter().flat_map(judge).collect()
}

/// The ways that leave these paths: the operation, or the paths out of the commit; and an override of them.
pub(crate) fn leave(paths: &[Vec<u8>], scene: &Scene<'_>) -> Vec<Remedy> {
    let out: Vec<Remedy> = match scene.operation {
        Some(operation) => vec![Remedy::Abort(operation)],
        None => paths.iter().cloned().map(Remedy::LeaveOut).collect(),
    };
    let passed = paths.iter().filter_map(|path| pass(path, scene));
    out.into_iter().chain(passed).collect()
}

/// The ways on that every path finding has: leave it out of the commit, or leave the operation; and override it
/// where the policy lets this agent.
pub(crate) fn ways_on(edit: &Edit, scene: &Scene<'_>) -> Vec<Remedy> {
    let leave = match scene.operation {
        Some(operation) => Remedy::Abort(operation),
        None => Remedy::LeaveOut(edit.path.clone()),
    };
    std::iter::once(leave).chain(pass(&edit.path, scene)).collect()
}

/// An override of the path, where the policy lets this agent.
pub(crate) fn pass(path: &[u8], scene: &Scene<'_>) -> Option<Remedy> {
    let may = scene.policy.may_override(scene.actor);
    may.then(|| Remedy::Override(path.to_vec()))
}

/// The ways on from a finding about the whole lane.
pub(crate) fn ways_out(scene: &Scene<'_>, first: impl IntoIterator<Item = String>) -> Vec<Remedy> {
    let abort = scene.operation.map(Remedy::Abort);
    first.into_iter().map(Remedy::Run).chain(abort).collect()
}
