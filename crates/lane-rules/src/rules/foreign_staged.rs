//! `foreign-staged`: agents share a checkout and so its index, and the commit would sweep up what another one holds.
//! Unstaging it would undo the other's `git add`, so the way on is to commit one's own paths by name.

use lane_core::ground;
use lane_core::policy::Mode;
use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::refusal::Refusal;
use lane_core::refusal::reclaim;
use lane_core::text;

use crate::change::Edit;
use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::foreign_lock;
use crate::rules::pass;
use crate::scene::Scene;

pub(super) fn judge(edit: &Edit, scene: &Scene<'_>, reach: &Reach) -> Result<Option<Finding>, ReachError> {
    if !can_sweep_up(scene) {
        return Ok(None);
    }
    let lock = foreign_lock::standing(edit, scene, reach).filter(|lock| is_swept_up(lock, scene));
    Ok(lock.map(|lock| finding(edit, lock, scene)))
}

/// Whether a lock that stands against a path is of another agent at work in the same clone.
pub(super) fn is_swept_up(lock: &Lock, scene: &Scene<'_>) -> bool {
    let by_another_here = lock.clone == *scene.clone && lock.owner != *scene.actor;
    can_sweep_up(scene) && by_another_here && lock.mode == LockMode::Exclusive
}

/// Whether an agent commits from a checkout that others may be at work in. While git is in the middle of something,
/// part of an index cannot be committed.
fn can_sweep_up(scene: &Scene<'_>) -> bool {
    let bound = scene.lane.as_ref().is_some_and(|lane| lane.bound_fence.is_some());
    let shared_checkout = !bound || scene.policy.lanes.mode == Mode::A;
    shared_checkout && scene.holds && !scene.actor.is_person() && scene.operation.is_none()
}

fn finding(edit: &Edit, lock: &Lock, scene: &Scene<'_>) -> Finding {
    let what = format!(
        "{} is for {} to commit, who works in this clone too",
        text::escape_path(&edit.path),
        lock.owner
    );
    let over = lock.is_over(scene.now).then(|| Remedy::Run(reclaim(&lock.id)));
    let remedies = std::iter::once(Remedy::LeaveStaged(edit.path.clone()))
        .chain(over)
        .chain(pass(&edit.path, scene))
        .collect();
    let refusal = Refusal::new(&ground::FOREIGN_STAGED, what).held_by_lock(lock, scene.now);
    Finding::path(&edit.path, refusal, remedies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Operation;
    use crate::trial::Change;
    use crate::trial::Trial;
    use crate::trial::ids;

    /// What a commit of `theirs` and `mine` hears.
    fn check(trial: &Trial, expected: &[&str]) {
        assert_eq!(ids(&trial.judge(&["mine", "theirs"])), expected);
    }

    fn shared(mode: &'static str) -> Trial {
        Trial {
            locks: vec![
                ["agent-a", "c1", "mine", "exclusive"],
                ["agent-b", "c1", "theirs", mode],
            ],
            ..Trial::default()
        }
    }

    #[test]
    fn it_speaks_instead_of_the_lock_and_never_beside_it() {
        check(&shared("exclusive"), &["foreign-staged"]);
        check(&shared("shared"), &["foreign-lock"]);
        let elsewhere = |trial: &mut Trial| trial.locks = vec![["agent-b", "c2", "theirs", "exclusive"]];
        check(&shared("exclusive").with(elsewhere), &["foreign-lock"]);
        let own = |trial: &mut Trial| trial.locks = vec![["agent-a", "c1", "theirs", "exclusive"]];
        check(&shared("exclusive").with(own), &[]);
    }

    #[test]
    fn it_is_about_agents_at_work_in_one_checkout() {
        let cases: [(Change, &str); 5] = [
            (|trial| trial.actor = "person:pat@example.org", "foreign-lock"),
            (|trial| trial.holds = false, "foreign-lock"),
            (|trial| trial.task = Some(""), "foreign-lock"),
            (
                |trial| (trial.task, trial.bound) = (Some(""), false),
                "foreign-staged",
            ),
            (
                |trial| (trial.task, trial.policy) = (Some(""), "[lanes]\nmode = \"A\"\n"),
                "foreign-staged",
            ),
        ];
        for (change, expected) in cases {
            let found = shared("exclusive").with(change).judge(&["theirs"]);
            assert_eq!(ids(&found), [expected]);
        }
    }

    #[test]
    fn while_something_is_under_way_the_lock_is_named() {
        for operation in [
            Operation::Merge,
            Operation::CherryPick,
            Operation::Revert,
            Operation::Rebase,
            Operation::Am,
        ] {
            let trial = Trial {
                operation: Some(operation),
                ..shared("exclusive")
            };
            check(&trial, &["foreign-lock"]);
        }
    }

    #[test]
    fn no_way_on_unstages_what_another_staged() {
        for found in shared("exclusive").judge(&["mine", "theirs"]) {
            assert_eq!(found.remedies, [Remedy::LeaveStaged(b"theirs".to_vec())]);
        }
    }
}
