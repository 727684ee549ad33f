//! `foreign-lane`: the worktree or branch belongs to a lane in which it is not the actor's turn. The task's phase says whose
//! it is: the holder's while in progress, then the assigned reviewer's or tester's, and nobody's while it waits.

use lane_core::ground;
use lane_core::record::Claim;
use lane_core::record::Holder;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Held;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;

use crate::change::Edit;
use crate::finding::Finding;
use crate::remedy::Remedy;
use crate::rules::ways_out;
use crate::scene::Scene;

pub(super) fn judge(scene: &Scene<'_>) -> Option<Finding> {
    let task = &scene.lane.as_ref()?.task;
    let claim = task.claim.as_ref()?;
    let committer = task.committer();
    if committer.as_ref().is_some_and(|one| is_actor(one, scene)) {
        return None;
    }
    let refusal = Refusal::new(
        &ground::FOREIGN_LANE,
        what(task, claim, committer.as_ref(), scene),
    );
    let lock = scene
        .locks
        .iter()
        .find(|lock| lock.task.as_ref() == Some(&task.id) && lock.fence == claim.fence);
    let refusal = match lock.filter(|_| committer == Some(claim.holder())) {
        Some(lock) => refusal.held(Held::by_lock(lock, scene.now)),
        None => refusal,
    };
    let who = Holder {
        agent: scene.actor.clone(),
        clone: scene.clone.clone(),
    };
    let mut ways = ways_to_turn(task, &who, scene.policy.pipeline.own_approval);
    if ways.is_empty() {
        ways.push(ELSEWHERE.to_owned());
    }
    Some(Finding::whole(refusal, ways_out(scene, ways)))
}

/// Leads who has no right here at all to take out what they staged: it would be in the next commit of whoever has.
pub(crate) fn take_out(found: &mut Finding, edits: &[Edit]) {
    if *found.refusal.ground == ground::FOREIGN_LANE && found.remedies == [Remedy::Run(ELSEWHERE.to_owned())]
    {
        let out = edits.iter().map(|edit| Remedy::LeaveOut(edit.path.clone()));
        found.remedies.splice(0..0, out);
    }
}

/// Where there is other work.
const ELSEWHERE: &str = "git lane ready";

fn is_actor(who: &Holder, scene: &Scene<'_>) -> bool {
    who.agent == *scene.actor && who.clone == *scene.clone
}

fn what(task: &Task, claim: &Claim, committer: Option<&Holder>, scene: &Scene<'_>) -> String {
    let (id, actor) = (&task.id, scene.actor);
    let elsewhere = match committer {
        Some(one) if one.agent == *actor => " in another clone",
        _ => "",
    };
    match (task.status, committer) {
        (Phase::Review | Phase::Testing, Some(one)) => format!(
            "{id} is in {}, where {}{elsewhere} is at it, and you are {actor}",
            task.status, one.agent
        ),
        (_, Some(one)) => format!("{id} is {}'s lane{elsewhere}, and you are {actor}", one.agent),
        (status, None) => {
            let stage = match status {
                Phase::Review | Phase::Testing => format!("in {status}, and nobody has taken it on"),
                _ => status.to_string(),
            };
            let whose = match is_actor(&claim.holder(), scene) {
                true => "you have handed it on",
                false => "nobody commits in its lane now",
            };
            format!("{id} is {stage}: {whose}, and you are {actor}")
        }
    }
}

/// The commands that make it the turn of `who` to commit in this task's lane; none where it is, or nothing does.
pub fn ways_to_turn(task: &Task, who: &Holder, own_approval: bool) -> Vec<String> {
    if task.committer().as_ref() == Some(who) {
        return Vec::new();
    }
    let lane = |verb: &str| command(&["git", "lane", verb, task.id.as_str()]);
    let holds = task.claim.as_ref().is_some_and(|claim| claim.holder() == *who);
    let is_author = task.authors.contains(&who.agent) && !own_approval;
    let stage = match (task.status, &task.assigned) {
        (Phase::Review, None) if !is_author => Some(lane("review")),
        (Phase::Testing, None) => Some(lane("test")),
        _ => None,
    };
    let back = (holds && task.status.is_handed_off()).then(|| lane("resume"));
    let decided = (task.status == Phase::Escalated).then(|| lane("show"));
    back.into_iter().chain(stage).chain(decided).collect()
}

#[cfg(test)]
mod tests {
    use crate::remedy::Remedy;
    use crate::trial::Trial;
    use crate::trial::ids;

    const ASSIGNED: &str =
        "[assigned]\nby = \"agent-r\"\nclone = \"c1\"\nrole = \"reviewer\"\nsince = \"2026-11-20T09:00:00Z\"";

    #[test]
    fn the_phase_says_whose_turn_it_is_and_what_leads_on() {
        for (status, assigned, actor, way) in [
            ("in-progress", "", "agent-a", None),
            ("in-progress", "", "agent-b", Some("git lane ready")),
            ("blocked", "", "agent-a", None),
            ("review", "", "agent-a", Some("git lane resume T-1")),
            ("review", "", "agent-b", Some("git lane review T-1")),
            ("review", ASSIGNED, "agent-r", None),
            ("review", ASSIGNED, "agent-a", Some("git lane resume T-1")),
            ("review", ASSIGNED, "agent-b", Some("git lane ready")),
            ("testing", "", "agent-b", Some("git lane test T-1")),
            ("testing", ASSIGNED, "agent-r", None),
            ("queued", "", "agent-a", Some("git lane resume T-1")),
            ("queued", ASSIGNED, "agent-r", Some("git lane ready")),
            ("escalated", "", "agent-a", Some("git lane show T-1")),
        ] {
            let task = Some((status, assigned, "authors = [\"agent-a\"]"));
            let trial = Trial {
                actor,
                staged: task,
                ..Trial::default()
            };
            let found = trial.judge(&["src/a.rs"]);
            let case = format!("{status} {assigned} {actor}");
            let Some(way) = way else {
                assert_eq!(ids(&found), [] as [&str; 0], "{case}");
                continue;
            };
            assert_eq!(ids(&found), ["foreign-lane"], "{case}");
            let mut expected = vec![Remedy::Run(way.to_owned())];
            if way == "git lane ready" {
                // What has no way into this lane must not stay in its index.
                expected.insert(0, Remedy::LeaveOut(b"src/a.rs".to_vec()));
            }
            assert_eq!(found[0].remedies[..expected.len()], expected, "{case}");
        }
    }
}
