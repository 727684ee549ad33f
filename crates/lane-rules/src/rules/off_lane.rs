//! `wrong-branch` of a path: an agent commits on the integration branch what its own lane holds.

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::TaskId;
use lane_core::policy::Adopted;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;

use crate::change::Edit;
use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::ways_on;
use crate::scene::Checkout;
use crate::scene::Operation;
use crate::scene::Scene;

pub(super) fn judge(edit: &Edit, scene: &Scene<'_>, reach: &Reach) -> Result<Option<Finding>, ReachError> {
    if !is_asked(scene) || reach.common.covers(&edit.path) {
        return Ok(None);
    }
    let own = scene
        .locks
        .iter()
        .zip(&reach.locks)
        .filter(|(lock, scope)| lock.is_held_by(scene.actor, scene.clone) && scope.covers(&edit.path));
    let task = own.filter_map(|(lock, _)| lock.task.as_ref()).next();
    Ok(task
        .filter(|task| !scene.desks.has(task, edit))
        .map(|task| finding(edit, task, scene)))
}

/// Whether this agent's work on the integration branch belongs into lanes: a person is free, so is whom the policy names as
/// integrator, and where all lanes share one branch there is no other.
pub(crate) fn keeps_to_lanes(agent: &Agent, policy: &Adopted) -> bool {
    policy.lanes.mode == Mode::B && !agent.is_person() && !is_integrator(agent, policy)
}

/// Whether the policy names integrators, and this is one of them.
pub(crate) fn is_integrator(agent: &Agent, policy: &Adopted) -> bool {
    policy.roles.contains_key(&Role::Integrator) && policy.allows(Role::Integrator, agent)
}

/// What brings in work that was done elsewhere is no work here. A revert is.
fn is_asked(scene: &Scene<'_>) -> bool {
    let on_integration = matches!(&scene.checkout, Checkout::Branch(branch) if branch == scene.integration);
    let works = matches!(scene.operation, None | Some(Operation::Revert));
    scene.lane.is_none() && on_integration && works && keeps_to_lanes(scene.actor, scene.policy)
}

/// The command that leads to where the lane is worked on, or makes that.
pub(crate) fn lead_to(desk: Option<&str>, task: &TaskId) -> String {
    match desk {
        Some(folder) => command(&["cd", folder]),
        None => command(&["git", "lane", "start", task.as_str()]),
    }
}

fn finding(edit: &Edit, task: &TaskId, scene: &Scene<'_>) -> Finding {
    let desk = scene.desks.of(task);
    let what = format!(
        "{} is held by your lane {task}, which commits on its own branch, and {} is checked out here",
        text::escape_path(&edit.path),
        text::excerpt(scene.integration, 80),
    );
    let lead = Remedy::Run(lead_to(desk.as_deref(), task));
    let mut ways = ways_on(edit, scene);
    match desk.filter(|_| scene.operation.is_none()) {
        Some(folder) => {
            ways.insert(0, Remedy::TakeTo(edit.path.clone(), folder));
            ways.push(lead);
        }
        // What is under way is left first.
        None if scene.operation.is_some() => ways.push(lead),
        None => ways.insert(0, lead),
    }
    Finding::path(&edit.path, Refusal::new(&ground::WRONG_BRANCH, what), ways)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Change;
    use crate::trial::Trial;
    use crate::trial::ids;

    /// agent-a's lane T-1 holds `src/**`, and `main` is checked out.
    fn on_main() -> Trial {
        Trial {
            locks: vec![["agent-a", "c1", "src/**", "exclusive"]],
            lock_task: Some("T-1"),
            checkout: "main",
            desk: Some("/w/T 1"),
            ..Trial::default()
        }
    }

    #[track_caller]
    fn check(change: Change, path: &str, expected: &[&str]) {
        assert_eq!(ids(&on_main().with(change).judge(&[path])), expected, "{path}");
    }

    #[test]
    fn an_agent_commits_what_its_lane_holds_in_the_lane() {
        let found: &[&str] = &["wrong-branch"];
        check(|_| (), "src/a", found);
        check(|_| (), "docs/a", &[]);
        check(|_| (), "CHANGELOG.md", &[]);
        check(|t| t.desk = None, "src/a", found);
        check(|t| t.operation = Some(Operation::Revert), "src/a", found);
        check(
            |t| t.policy = "[roles]\nintegrator = [\"agent-i\"]\n",
            "src/a",
            found,
        );
        check(|t| t.locks[0][2] = "**", "CHANGELOG.md", &[]);
    }

    #[test]
    fn who_brings_work_in_or_works_elsewhere_is_free() {
        let free: [Change; 9] = [
            |t| t.lock_task = None,
            |t| t.checkout = "side",
            |t| t.operation = Some(Operation::Merge),
            |t| t.operation = Some(Operation::CherryPick),
            |t| t.operation = Some(Operation::Rebase),
            |t| t.policy = "[lanes]\nmode = \"A\"\n",
            |t| t.policy = "[roles]\nintegrator = [\"agent-a\"]\n",
            |t| t.landed = &["src/a"],
            |t| t.repaired = &["src/a"],
        ];
        for change in free {
            check(change, "src/a", &[]);
        }
        let pat = "person:pat@example.org";
        let person: Change = |t| {
            t.actor = "person:pat@example.org";
            t.locks[0][0] = "person:pat@example.org";
        };
        assert!(Agent::new(pat).is_ok_and(|agent| agent.is_person()));
        check(person, "src/a", &[]);
    }

    #[test]
    fn what_another_holds_is_the_others_lock() {
        let other = |t: &mut Trial| t.locks[0] = ["agent-b", "c1", "src/**", "exclusive"];
        check(other, "src/a", &["foreign-staged"]);
        let elsewhere = |t: &mut Trial| t.locks[0][1] = "c2";
        check(elsewhere, "src/a", &["foreign-lock"]);
    }

    #[test]
    fn an_edit_hears_it_whatever_the_lane_has() {
        let trial = on_main().with(|t| t.landed = &["src/a"]);
        let found = trial.judge_edits(&["src/a", "docs/a"]);
        assert_eq!(ids(&found), ["wrong-branch"]);
        assert!(
            found[0].remedies.contains(&Remedy::Run("cd '/w/T 1'".to_owned())),
            "{found:?}"
        );
    }

    #[test]
    fn the_ways_on_lead_to_the_lane() {
        let take = || Remedy::TakeTo(b"src/a".to_vec(), "/w/T 1".to_owned());
        let out = || Remedy::LeaveOut(b"src/a".to_vec());
        let run = |line: &str| Remedy::Run(line.to_owned());
        let cases: [(Change, Vec<Remedy>); 3] = [
            (|_| (), vec![take(), out(), run("cd '/w/T 1'")]),
            (|t| t.desk = None, vec![run("git lane start T-1"), out()]),
            (
                |t| t.operation = Some(Operation::Revert),
                vec![Remedy::Abort(Operation::Revert), run("cd '/w/T 1'")],
            ),
        ];
        for (change, expected) in cases {
            assert_eq!(on_main().with(change).judge(&["src/a"])[0].remedies, expected);
        }
    }
}
