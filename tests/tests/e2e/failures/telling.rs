//! Whose task somebody else moved learns it: from the inbox, and at the next command.

use lane_testkit::Place;

use super::escalated;
use super::handed_off;
use super::worked;
use crate::sandbox;

/// The texts in an agent's inbox.
fn inbox(place: &Place<'_>) -> Vec<String> {
    let notes = place.lane(["inbox", "--json"]).ok().json();
    let all = notes.as_array().expect("a list").iter();
    all.map(|note| note["text"].as_str().expect("a text").to_owned())
        .collect()
}

#[test]
fn an_author_learns_at_the_next_command_that_the_work_was_returned() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox);
    let reviewer = repo.agent("agent-r");
    reviewer
        .sh("git lane return T-1 --finding 'no tests' --finding 'line 3: off by one'")
        .ok()
        .says("returned T-1 to agent-a")
        .says("agent-a moves next, as worker")
        .does_not_say("unread");
    let next = lane
        .lane(["task", "list"])
        .ok()
        .says("1 note unread, the last from agent-r about T-1");
    assert_eq!(next.hints(), ["git lane inbox"]);
    // It is said once.
    lane.lane(["task", "list"]).ok().does_not_say("unread");
    let texts = inbox(&lane);
    assert_eq!(texts.len(), 1);
    assert!(texts[0].contains("T-1 is in-progress now"), "{texts:?}");
    assert!(
        texts[0].ends_with("\n- no tests\n- line 3: off by one"),
        "{texts:?}"
    );
    lane.lane(["resume"]).ok().prints("    line 3: off by one\n");
    // Who returned it, and who has nothing to do with it, are told nothing.
    for agent in ["agent-r", "agent-c"] {
        assert_eq!(inbox(&repo.agent(agent)), Vec::<String>::new());
    }
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn a_former_holder_learns_it_also_with_what_is_refused() {
    for (line, word) in [
        (
            "git lane take-over T-1 --why urgent",
            "take over T-1 by boss: urgent",
        ),
        (
            "git lane abandon T-1 --why unwanted",
            "abandon T-1 by boss: unwanted",
        ),
        (
            "git lane --role orchestrator retry T-1 --why slow",
            "retry T-1 by boss: slow",
        ),
        (
            "git lane --role orchestrator escalate T-1 --why odd",
            "escalate T-1 by boss: odd",
        ),
    ] {
        let sandbox = sandbox();
        let (repo, lane) = worked(&sandbox);
        repo.agent("boss").sh(line).ok();
        let refused = lane.agent("agent-a").lane(["handoff", "T-1"]).code(3);
        refused.says("1 note unread, the last from boss about T-1");
        let texts = inbox(&lane.agent("agent-a"));
        assert!(
            texts.len() == 1 && texts[0].starts_with(word),
            "{line}: {texts:?}"
        );
    }
}

#[test]
fn what_goes_back_to_the_queue_is_told_to_who_held_it_and_in_other_clones_too() {
    for line in [
        "git lane rescope T-1 --why smaller",
        "git lane deprioritise T-1 --why later",
        "git lane retry T-1 --why again",
    ] {
        let sandbox = sandbox();
        let (repo, lane) = escalated(&sandbox);
        lane.lane(["inbox"]).ok();
        repo.agent("boss").sh(line).ok();
        let notes = lane.lane(["inbox", "--json"]).ok().json();
        let unread = notes.as_array().expect("a list").iter();
        let unread: Vec<_> = unread.filter(|note| note["unread"] == true).collect();
        assert_eq!(unread.len(), 1, "{line}: {notes}");
        assert_eq!(unread[0]["by"], "boss");
    }
}

#[test]
fn what_an_agent_does_to_its_own_task_is_no_news() {
    let sandbox = sandbox();
    let (_, lane) = worked(&sandbox);
    lane.lane(["escalate", "T-1", "--why", "it needs a decision"])
        .ok();
    assert_eq!(inbox(&lane), Vec::<String>::new());
    lane.lane(["task", "list"]).ok().does_not_say("unread");
}
