//! Each guard of these verbs: what is refused, by which id, and that its hint leads on.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::escalated;
use super::handed_off;
use super::policy;
use super::state;
use super::worked;
use crate::following::follow;
use crate::sandbox;

/// Who does what, the id that refuses it, and how the hint begins that leads on.
type Row = (&'static str, &'static str, &'static str, &'static str);

#[track_caller]
fn check(make: fn(&Sandbox) -> (Place<'_>, Place<'_>), rows: &[Row]) {
    for (agent, line, id, begins) in rows {
        let sandbox = sandbox();
        let (repo, _) = make(&sandbox);
        let before = state(&repo, "T-1");
        let here = repo.agent(agent);
        let refused = here.sh(line);
        assert_eq!(refused.code, 3, "{line}\n{refused}");
        assert!(
            refused.stderr.contains(&format!("error: {id}: ")),
            "{line}\n{refused}"
        );
        assert_eq!(state(&repo, "T-1"), before, "{line}");
        let followed: Output = follow(&here, &refused, begins);
        assert_eq!(followed.code, 0, "{line}\n{refused}\n{followed}");
    }
}

#[test]
fn in_progress() {
    check(
        worked,
        &[
            (
                "agent-b",
                "git lane retry T-1 --why x",
                "not-holder",
                "git lane --role orchestrator retry T-1 --why",
            ),
            (
                "agent-b",
                "git lane escalate T-1 --why x",
                "not-holder",
                "git lane --role orchestrator escalate T-1 --why",
            ),
            (
                "agent-b",
                "git lane retry T-1 --why x",
                "not-holder",
                "git lane locks",
            ),
            (
                "agent-a",
                "git lane rescope T-1 --why x --title y",
                "not-in-phase",
                "git lane task show T-1",
            ),
            (
                "agent-a",
                "git lane deprioritise T-1 --why x",
                "not-in-phase",
                "git lane task show T-1",
            ),
            (
                "agent-a",
                "git lane return T-1 --finding x",
                "not-in-phase",
                "git lane task show T-1",
            ),
            (
                "agent-a",
                "git lane --role worker abandon T-1 --why x",
                "role-not-allowed",
                "git lane abandon T-1 --why x",
            ),
            (
                "agent-a",
                "git lane --role worker take-over T-1 --why x",
                "role-not-allowed",
                "git lane take-over T-1 --why x",
            ),
        ],
    );
}

#[test]
fn in_review_and_escalated() {
    check(
        handed_off,
        &[
            (
                "agent-a",
                "git lane retry T-1 --why x",
                "not-in-phase",
                "git lane task show T-1",
            ),
            (
                "agent-b",
                "git lane --role worker return T-1 --finding x",
                "role-not-allowed",
                "git lane return T-1 --finding x",
            ),
        ],
    );
    check(
        escalated,
        &[(
            "agent-a",
            "git lane escalate T-1 --why x",
            "not-in-phase",
            "git lane task show T-1",
        )],
    );
}

#[test]
fn what_gives_a_task_a_seat_needs_room_in_the_pool() {
    for (verb, line) in [
        ("take-over", "git lane take-over T-1 --why x"),
        ("return", "git lane return T-1 --finding x"),
    ] {
        let sandbox = sandbox();
        let (repo, _) = escalated(&sandbox);
        repo.task("T-2", "docs/**");
        repo.agent("agent-c").lane(["claim", "T-2"]).ok();
        let settings = repo.read(".agents/policy.toml");
        assert!(settings.contains("total = 6"), "{settings}");
        repo.person()
            .commit(
                ".agents/policy.toml",
                &settings.replace("total = 6", "total = 1"),
                "one",
            )
            .ok();
        let boss = repo.agent("boss");
        let full = boss.sh(line).code(3).says("capacity-full: 1 of 1 places");
        follow(&boss, &full, "git lane status").ok().prints("T-2");
        boss.lane(["can", verb, "T-1"]).code(3).says("capacity-full");
        repo.agent("agent-c").lane(["release", "T-2", "--why", "x"]).ok();
        boss.sh(line).ok();
        assert_eq!(state(&repo, "T-1")[0], "in-progress");
    }
}

#[test]
fn who_may_not_act_as_orchestrator_is_not_led_there() {
    let sandbox = sandbox();
    let (repo, _) = worked(&sandbox);
    policy(&repo, "[roles]\norchestrator = [\"boss\", \"person:*\"]\n");
    let other = repo.agent("agent-b");
    let refused = other
        .lane(["retry", "T-1", "--why", "x"])
        .code(3)
        .says("not-holder");
    assert_eq!(refused.hints(), ["git lane locks"]);
    for (verb, line) in [
        ("abandon", "git lane abandon T-1 --why x"),
        ("take-over", "git lane take-over T-1 --why x"),
        ("retry", "git lane --role orchestrator retry T-1 --why x"),
    ] {
        let no = other.sh(line).code(3).says("role-not-allowed");
        follow(&other, &no, "git lane policy show").ok().prints("boss");
        let can = format!("git lane --role orchestrator can {verb} T-1");
        repo.agent("boss").sh(&can).ok();
    }
}

#[test]
fn bad_input_ends_with_a_sentence_and_changes_nothing() {
    let sandbox = sandbox();
    let (repo, _) = worked(&sandbox);
    let before = repo.rev("refs/agents/state");
    let long = "x".repeat(5000);
    for (args, code, says) in [
        (vec!["retry", "T-1"], 2, "--why"),
        (vec!["retry", "T-1", "--why", ""], 2, "--why"),
        (vec!["retry", "T-1", "--why", "two\nlines"], 2, "--why"),
        (vec!["escalate", "T-1", "--why", &long], 2, "--why"),
        (vec!["return", "T-1"], 2, "--finding"),
        (vec!["rescope", "T-1"], 2, "--why"),
        (vec!["rescope", "T-1", "--why", "x", "--kind", "odd"], 2, "--kind"),
        (vec!["abandon", "T-1"], 2, "--why"),
        (vec!["abandon", "T-1", "--why", "x", "--entry"], 2, "--entry"),
        (vec!["take-over", "T-1", "--why", "\u{1b}[31m"], 2, "--why"),
        (vec!["deprioritise", "no/id", "--why", "x"], 2, "error"),
        (vec!["retry", "T-9", "--why", "x"], 3, "no-such-task"),
        (vec!["return", "T-9", "--finding", "x"], 3, "no-such-task"),
        (vec!["rescope", "T-9", "--why", "x"], 3, "no-such-task"),
        (vec!["take-over", "T-9", "--why", "x"], 3, "no-such-task"),
        (vec!["abandon", "T-9", "--why", "x"], 3, "no-such-task"),
        (vec!["abandon", "T-9", "--entry"], 3, "no-such-task"),
    ] {
        repo.agent("agent-a")
            .lane(&args)
            .code(code)
            .says(says)
            .does_not_say("panicked");
    }
    assert_eq!(repo.rev("refs/agents/state"), before);
}

#[test]
fn can_answers_for_each_of_these_verbs_as_the_command_does() {
    let sandbox = sandbox();
    let (repo, _) = escalated(&sandbox);
    let boss = repo.agent("boss");
    for verb in [
        "retry",
        "return",
        "rescope",
        "deprioritise",
        "take-over",
        "abandon",
    ] {
        boss.lane(["can", verb, "T-1"]).ok().prints("yes");
    }
    boss.lane(["can", "escalate", "T-1"]).code(3).says("not-in-phase");
}
