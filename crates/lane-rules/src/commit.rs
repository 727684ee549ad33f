//! The verdict on a commit that is about to be made.

use lane_core::record::Exception;
use lane_core::record::Lock;

use crate::change::Edit;
use crate::desks::Unmade;
use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::rules;
use crate::scene::Scene;

/// All findings against `edits`, or none. `is_repair` says whether an edit puts a path back to what the integration
/// branch has; it is asked only about paths with findings.
pub fn judge_commit(
    edits: &[Edit],
    scene: &Scene<'_>,
    is_repair: &dyn Fn(&Edit) -> bool,
) -> Result<Vec<Finding>, ReachError> {
    let mut about_lane = rules::lane_findings(scene);
    if !about_lane.is_empty() {
        about_lane
            .iter_mut()
            .for_each(|found| rules::foreign_lane::take_out(found, edits));
        // Who may not commit here at all is told that, and not what each path would have needed.
        return Ok(about_lane);
    }
    let reach = reach_of(scene)?;
    let mut findings = Vec::new();
    // What nothing stands against by itself.
    let mut clear: Vec<&Edit> = Vec::new();
    for edit in edits {
        if reach.let_pass.covers(&edit.path) {
            continue;
        }
        let mut found = rules::path_findings(edit, scene, &reach)?;
        if found.is_empty() {
            clear.push(edit);
        } else if !is_repair(edit) {
            findings.append(&mut found);
        }
    }
    let mut all: Vec<&Edit> = edits.iter().collect();
    let together = |clear: &[&Edit], all: &[&Edit]| {
        let whole = rules::Whole { clear, all };
        rules::commit_findings(&whole, scene, &reach)
    };
    if !together(&clear, &all)?.is_empty() {
        // Looked up only where it matters: a repair counts for nothing.
        clear.retain(|edit| !is_repair(edit));
        all.retain(|edit| !is_repair(edit));
        findings.extend(together(&clear, &all)?);
    }
    // Who may not change a path need not be told what is wrong in it.
    let settled: Vec<Vec<u8>> = findings.iter().filter_map(|found| found.path.clone()).collect();
    let is_settled = |path: &Vec<u8>| reach.let_pass.covers(path) || settled.contains(path);
    let brought = rules::brought_findings(scene).into_iter();
    findings.extend(brought.filter(|found| !found.path.as_ref().is_some_and(is_settled)));
    Ok(findings)
}

/// What stands against changing these paths, before anything is staged: the rules about the lane and about each path, with
/// what [`judge_commit`] would say. Rules about a commit as a whole, and about what it brings, are not asked.
pub fn judge_edits(paths: &[Vec<u8>], scene: &Scene<'_>) -> Result<Vec<Finding>, ReachError> {
    let about_lane = rules::lane_findings(scene);
    if !about_lane.is_empty() {
        return Ok(about_lane);
    }
    // Nothing is staged, so nothing can be swept up: a lock is just somebody else's.
    let scene = Scene {
        lane: scene.lane.clone(),
        checkout: scene.checkout.clone(),
        holds: false,
        desks: &Unmade(scene.desks),
        ..*scene
    };
    let reach = reach_of(&scene)?;
    let mut findings = Vec::new();
    for path in paths.iter().filter(|path| !reach.let_pass.covers(path)) {
        let edit = Edit {
            path: path.clone(),
            content: String::new(),
        };
        findings.append(&mut rules::path_findings(&edit, &scene, &reach)?);
    }
    Ok(findings)
}

fn reach_of(scene: &Scene<'_>) -> Result<Reach, ReachError> {
    let task = scene.lane.as_ref().map(|lane| &lane.task);
    let of_lane = |lock: &&Lock| task.is_some_and(|t| lock.task.as_ref() == Some(&t.id));
    let mut held: Vec<String> = task.map(|t| t.scope.clone()).unwrap_or_default();
    held.extend(
        scene
            .locks
            .iter()
            .filter(of_lane)
            .flat_map(|lock| lock.scope.clone()),
    );
    let counts = |e: &&Exception| e.by == *scene.actor && e.clone == *scene.clone && scene.now <= e.until;
    Reach::new(
        scene.policy,
        scene.actor,
        task,
        &held,
        scene.exceptions.iter().filter(counts),
        scene.locks,
    )
}

#[cfg(test)]
mod tests {
    use crate::trial::Change;
    use crate::trial::Trial;
    use crate::trial::ids;

    /// What an edit of the paths hears, and what the commit of them does.
    #[track_caller]
    fn check(change: Change, paths: &[&str], edited: &[&str], committed: &[&str]) {
        let trial = Trial::default().with(change);
        assert_eq!(ids(&trial.judge_edits(paths)), edited, "{paths:?}");
        assert_eq!(ids(&trial.judge(paths)), committed, "{paths:?}");
    }

    #[test]
    fn an_edit_hears_of_the_lane_and_of_its_path_and_not_of_the_whole_commit() {
        let lane = |t: &mut Trial| t.task = Some("scope = [\"src/**\"]");
        check(lane, &["src/a"], &[], &[]);
        check(lane, &["b"], &["outside-scope"], &["outside-scope"]);
        check(lane, &[".agents/x"], &["maintainer-path"], &["maintainer-path"]);
        check(|t| t.actor = "agent-b", &[".agents/x"], &[], &[]);
        check(
            |t| {
                t.task = Some("scope = [\"**\"]");
                t.policy = "[area.x]\nowns = [\"x/**\"]\n[area.y]\nowns = [\"y/**\"]\n";
            },
            &["x/a", "y/a"],
            &[],
            &["mixed-areas"],
        );
    }

    #[test]
    fn what_another_agent_here_holds_is_held_for_an_edit_and_swept_up_by_a_commit() {
        let both = |t: &mut Trial| t.locks = vec![["agent-b", "c1", "b", "exclusive"]];
        check(both, &["b"], &["foreign-lock"], &["foreign-staged"]);
    }
}
