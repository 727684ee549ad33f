//! What a message tells to do next, followed to the letter: after advice, a verdict, or a refusal.

use lane_testkit::Place;

use crate::delivery_cases::DEFECT;
use crate::delivery_cases::FEATURE;
use crate::delivery_cases::FILES;
use crate::delivery_cases::change;
use crate::delivery_cases::lane;
use crate::following::around;
use crate::following::follow;
use crate::following::hinted;
use crate::sandbox;

#[track_caller]
fn is_in(place: &Place<'_>, phase: &str) {
    let shown = place.lane(["task", "show", "T-1", "--json"]).ok().json();
    assert_eq!(shown["status"], phase, "{shown}");
}

/// The stages that work passes from now on.
fn staged(repo: &Place<'_>, stages: &[&str]) {
    repo.stages(stages);
    around(repo, &["commit", "--quiet", "--all", "-m", "stages"]).ok();
    repo.tell();
    around(repo, &["push", "--quiet", "origin", "main"]).ok();
}

fn entry(lane: &Place<'_>) {
    let text = format!("{}- Groups may be empty\n", FILES[2].1);
    lane.commit("CHANGELOG.md", &text, "an entry").ok();
}

#[test]
fn advice_at_a_handoff_is_heeded_by_taking_it_back_and_delivering_again() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, "", FEATURE);
    change(&lane, &[("src/x.rs", "x\n")]);
    let advised = lane.lane(["handoff", "--risk", "it's slow"]).ok();
    let advised = advised.says("advice: changelog-missing");
    follow(&lane, &advised, "git lane resume T-1").ok();
    entry(&lane);
    let again = follow(&lane, &advised, "git lane handoff T-1 --risk").ok();
    again.prints("- it's slow").does_not_say("changelog-missing");
}

#[test]
fn advice_with_a_verdict_is_heeded_in_the_next_stage() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, "", FEATURE);
    staged(&repo, &["review", "testing"]);
    change(&lane, &[("src/x.rs", "x\n")]);
    lane.lane(["handoff"]).ok();
    let reviewer = lane.agent("agent-r");
    reviewer.lane(["review", "T-1"]).ok();
    reviewer.commit("src/x.rs", "better\n", "mended").ok();
    let advised = reviewer
        .lane(["review", "T-1", "--approve", "--fixed", "it"])
        .ok();
    let advised = advised.says("advice: changelog-missing");
    is_in(&repo, "testing");
    follow(&reviewer, &advised, "git lane test T-1").ok();
    entry(&reviewer);
    follow(&reviewer, &advised, "git lane test T-1 --pass")
        .ok()
        .does_not_say("changelog-missing");
    is_in(&repo, "queued");
}

#[test]
fn a_test_that_failed_once_is_mended_in_place_as_it_is_told() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, "", "kind = \"chore\"\n");
    staged(&repo, &["testing"]);
    change(&lane, &[("src/x.rs", "x\n")]);
    lane.lane(["handoff"]).ok();
    let tester = lane.agent("agent-t");
    let fail = ["test", "T-1", "--fail", "--finding", "it burns"];
    let failed = tester.lane(fail).ok();
    failed.says("next: `git lane test T-1` takes it; then mend it in its worktree, commit there, then `git lane test T-1 --pass --fixed TEXT`");
    tester
        .lane(["test", "T-1"])
        .ok()
        .says("say it with `--pass --fixed TEXT`");
    tester.commit("src/x.rs", "y\n", "mended").ok();
    tester
        .lane(["test", "T-1", "--pass", "--fixed", "the fire"])
        .ok()
        .does_not_say("takes it");
    is_in(&repo, "queued");
}

#[test]
fn nothing_was_mended_where_no_commit_came_after_the_handoff() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, "", "kind = \"chore\"\n");
    staged(&repo, &["review"]);
    change(&lane, &[("src/x.rs", "x\n")]);
    lane.lane(["handoff"]).ok();
    let reviewer = lane.agent("agent-r");
    let said = ["review", "T-1", "--approve", "--fixed", "the end"];
    let refused = reviewer.lane(said).code(2);
    let refused = refused.says("invalid-input: --fixed: T-1 has no commit after the handoff");
    let sent_back = ["review", "T-1", "--return", "--finding", "x", "--fixed", "y"];
    reviewer
        .lane(sent_back)
        .code(2)
        .says("--fixed: T-1 has no commit");
    is_in(&repo, "review");
    follow(&reviewer, &refused, "git lane review T-1").ok();
    let line = hinted(&refused, "git lane review T-1 --approve");
    assert!(!line.contains("--fixed"), "{line}");
    reviewer.commit("src/x.rs", "y\n", "mended").ok();
    reviewer.lane(said).ok();
    is_in(&repo, "queued");
}

#[test]
fn a_refused_handoff_is_given_again_with_what_was_said() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, "[rule.changelog-missing]\nlevel = \"refuse\"\n", DEFECT);
    change(&lane, &[("src/x.rs", "x\n")]);
    let said = [
        "--cause",
        "it's \"off\" by one",
        "--layer",
        "-parser",
        "--file",
        "src/x.rs",
    ];
    let words: Vec<String> = said.iter().map(|word| (*word).to_owned()).collect();
    let mut line = vec!["handoff".to_owned(), words[0].clone(), words[1].clone()];
    line.push(format!("{}={}", words[2], words[3]));
    line.extend(words[4..].iter().cloned());
    let refused = lane.lane(&line).code(1).says("error: changelog-missing");
    entry(&lane);
    let record = lane
        .sh(&format!("{} --json", hinted(&refused, "git lane handoff T-1")))
        .ok()
        .json();
    assert_eq!(record["cause"]["text"], said[1]);
    assert_eq!(record["cause"]["layer"], said[3]);
}

#[test]
fn a_cause_that_says_nothing_is_said_anew_and_once() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, "[rule.defect-cause]\nlevel = \"refuse\"\n", DEFECT);
    change(&lane, &[("src/x.rs", "x\n")]);
    let blank = ["handoff", "--cause", " ", "--layer", "a", "--file", "src/x.rs"];
    let refused = lane.lane(blank).code(1).says("error: defect-cause");
    let line = hinted(&refused, "git lane handoff T-1 --cause").replace("PATH", "src/x.rs");
    lane.sh(&line).ok();
}

#[test]
fn a_proof_that_proves_nothing_is_replaced_and_not_what_it_is_to_prove() {
    let sandbox = sandbox();
    let (repo, lane) = lane(
        &sandbox,
        "",
        "kind = \"defect\"\n[acceptance.a1]\ntext = \"it's mended\"\ncheck = [\"true\"]\npurpose = [\"regression\"]\n",
    );
    change(&lane, &[("src/x.rs", "mended\n")]);
    let refused = lane.lane(["handoff"]).code(5).says("proof-passes-before");
    let edit = hinted(&refused, "git lane task edit T-1");
    lane.sh(&edit.replace("COMMAND", "'grep -q mended src/x.rs'"))
        .ok();
    let task = repo.lane(["task", "show", "T-1", "--json"]).ok().json();
    assert_eq!(task["acceptance"]["a1"]["text"], "it's mended");
    assert_eq!(task["acceptance"].as_object().map(serde_json::Map::len), Some(1));
}

#[test]
fn a_verb_that_the_phase_does_not_know_leads_to_one_that_it_does() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, "", "kind = \"chore\"\n");
    staged(&repo, &["review", "testing"]);
    let refused = |place: &Place<'_>, args: &[&str]| place.lane(args).code(3).says("not-in-phase");
    change(&lane, &[("src/x.rs", "x\n")]);
    let early = refused(&lane, &["test", "T-1"]);
    follow(&lane, &early, "git lane handoff T-1").ok();
    let judge = repo.agent("agent-r");
    let early = refused(&judge, &["test", "T-1"]);
    follow(&judge, &early, "git lane review T-1").ok();
    judge.lane(["review", "T-1", "--approve"]).ok();
    let late = refused(&judge, &["review", "T-1"]);
    follow(&judge, &late, "git lane test T-1").ok();
    judge.lane(["test", "T-1", "--pass"]).ok();
    let late = refused(&judge, &["test", "T-1"]);
    follow(&judge, &late, "git lane next --role integrator")
        .ok()
        .says("git lane land T-1");
    let own = refused(&lane, &["block", "T-1", "--why", "x"]);
    follow(&lane, &own, "git lane resume T-1").ok();
    lane.lane(["escalate", "T-1", "--why", "x"]).ok();
    let stuck = refused(&judge, &["review", "T-1"]);
    follow(&judge, &stuck, "git lane retry T-1").ok();
    is_in(&repo, "todo");
}

#[test]
fn a_return_says_why_or_what_was_found() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, "", "kind = \"chore\"\n");
    staged(&repo, &["review"]);
    change(&lane, &[("src/x.rs", "x\n")]);
    lane.lane(["handoff"]).ok();
    repo.agent("agent-r")
        .lane(["return", "T-1", "--why", "no tests"])
        .ok();
    let shown = repo.lane(["task", "show", "T-1", "--json"]).ok().json();
    assert_eq!(shown["verdict"]["review"]["findings"][0], "no tests");
}
