//! The verdict on commits of a lane that exist: by the lane's own scope and what was granted to it, not by what
//! others hold now.

use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::id::Agent;
use lane_core::policy::Adopted;
use lane_core::policy::Level;
use lane_core::record::Exception;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;

use crate::brought::Brought;
use crate::change::Edit;
use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::record_unreadable;
use crate::rules::records_disagree;

/// A lane's part of what is pushed.
pub struct LaneRange<'a> {
    /// Its task, live or archived.
    pub task: &'a Task,
    /// The commit that the edits are of; none for the net difference from the merge base.
    pub commit: Option<&'a str>,
    /// The command by which that commit is made again, or looked at.
    pub remake: &'a str,
    /// The paths that it changes.
    pub edits: Vec<Edit>,
}

/// All findings against a lane's commit or net difference.
pub fn judge_pushed(
    range: &LaneRange<'_>,
    policy: &Adopted,
    exceptions: &[Exception],
    is_repair: &dyn Fn(&Edit) -> bool,
) -> Result<Vec<Finding>, ReachError> {
    let task = range.task;
    let held = [task.scope.as_slice(), task.granted.as_slice()].concat();
    let nobody = Agent::person("");
    let holder = task.claim.as_ref().map_or(&nobody, |claim| &claim.by);
    let excepted = exceptions.iter().filter(|e| e.task.as_ref() == Some(&task.id));
    let reach = Reach::new(policy, holder, Some(task), &held, excepted, &[])?;
    let found = |edit: &Edit| against(edit, task, &reach, policy).filter(|_| !is_repair(edit));
    Ok(range
        .edits
        .iter()
        .filter_map(|edit| Some(finding(edit, range, found(edit)?)))
        .collect())
}

/// All findings against the records of a pushed tip, given by its name: what nobody has yet and should not get.
pub fn judge_pushed_records(brought: &Brought, tip: &str) -> Vec<Finding> {
    let disagree = brought.disagreements.iter();
    let disagree = disagree.map(|found| (found.paths.first(), records_disagree::refusal(found)));
    let unread = brought.unreadable.iter();
    let unread = unread.map(|found| (Some(&found.path), record_unreadable::refusal(found)));
    disagree
        .chain(unread)
        .map(|(path, refusal)| Finding {
            path: path.cloned(),
            commit: None,
            refusal,
            remedies: vec![Remedy::Run(command(&["git", "lane", "validate", tip]))],
            level: Level::Refuse,
        })
        .collect()
}

fn against(edit: &Edit, task: &Task, reach: &Reach, policy: &Adopted) -> Option<(&'static Ground, String)> {
    let path = &edit.path;
    let shown = || text::escape_path(path);
    if reach.let_pass.covers(path) {
        return None;
    }
    if reach.maintained.covers(path) {
        return Some((
            &ground::MAINTAINER_PATH,
            format!("{} belongs to the maintainer role", shown()),
        ));
    }
    if reach.banned.covers(path) {
        return Some((
            &ground::OUT_OF_SCOPE,
            format!("{} names {} as out of its scope", task.id, shown()),
        ));
    }
    if reach.common.covers(path) {
        return None;
    }
    if reach.other_areas.covers(path) && !reach.own_area.covers(path) {
        let owners: Vec<&str> = policy.owners_of(path).iter().map(|a| a.as_str()).collect();
        return Some((
            &ground::OUTSIDE_AREA,
            format!("{} is owned by area {}", shown(), owners.join(", ")),
        ));
    }
    // A lane without a scope takes no lock, and is judged like a person but for what is nobody's to change in a lane.
    if !reach.scoped || reach.held.covers(path) {
        return None;
    }
    Some((
        &ground::OUTSIDE_SCOPE,
        format!("{} does not hold {}", task.id, shown()),
    ))
}

fn finding(edit: &Edit, range: &LaneRange<'_>, (ground, what): (&'static Ground, String)) -> Finding {
    let mut remedies = Vec::new();
    if *ground == ground::OUTSIDE_SCOPE {
        remedies.push(Remedy::Lock(edit.path.clone()));
    }
    remedies.push(Remedy::Run(match range.commit {
        Some(_) => range.remake.to_owned(),
        None => command(&["git", "lane", "task", "show", range.task.id.as_str()]),
    }));
    Finding {
        path: Some(edit.path.clone()),
        commit: range.commit.map(str::to_owned),
        refusal: Refusal::new(ground, what),
        remedies,
        level: Level::Refuse,
    }
}
