//! `git lane consult`: what was looked up for a task is its holder's word, kept, shown, published and bounded.

use crate::ci::checkout;
use crate::ci::judge;
use crate::ci::shared;
use crate::delivering::worked;
use crate::following::around;
use crate::following::follow;
use crate::plumbing::STATE;
use crate::sandbox;

#[test]
fn a_consultation_is_kept_with_the_task_and_shown_where_work_goes_on() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    let said = lane
        .lane(["consult", "--source", "docs.rs", "--query", "serde flatten"])
        .ok();
    assert_eq!(said.stdout.lines().count(), 1, "{said}");
    assert!(
        said.stdout.starts_with("C-0") && said.stdout.contains("docs.rs for T-1: serde flatten"),
        "{said}"
    );
    repo.agent("agent-a")
        .lane([
            "consult",
            "T-1",
            "--source",
            "handbook",
            "--query",
            "-x",
            "--fallback",
        ])
        .ok();
    for verb in [&["resume", "T-1"][..], &["task", "show", "T-1"], &["show", "T-1"]] {
        lane.lane(verb)
            .ok()
            .prints("docs.rs: serde flatten, by agent-a")
            .prints("handbook (fallback): -x, by agent-a");
    }
    let json = lane.lane(["resume", "--json"]).ok().json();
    assert_eq!(json["consultations"][0]["source"], "handbook", "the newest first");
    assert_eq!(json["consultations"][1]["query"], "serde flatten");
    lane.lane(["log", "--kind", "task.consulted"])
        .ok()
        .prints("consult handbook instead for T-1 by agent-a: -x");
    // It tells, so it needs no remote at once, and goes with the next push.
    let remote = sandbox.at("origin.git");
    let there = || remote.git(["rev-parse", STATE]).ok().text().to_owned();
    assert_ne!(there(), lane.rev(STATE));
    lane.lane(["sync"]).ok();
    assert_eq!(there(), lane.rev(STATE));
    lane.lane(["handoff"]).ok();
    lane.lane(["verify", "--full"]).ok();
}

#[test]
fn only_the_holder_consults_and_what_is_hostile_is_no_line() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    let consult = |source: &str, query: &str| lane.lane(["consult", "--source", source, "--query", query]);
    for (source, query, says) in [
        ("", "q", "`--source` is empty"),
        ("s", " ", "`--query` is empty"),
        ("s", "a\u{1b}[2Jb", "U+001B"),
        ("s\nerror: forged", "q", "U+000A"),
        ("s", "a\u{202e}b", "U+202E"),
        ("s", &"x".repeat(201), "longer than 200"),
    ] {
        consult(source, query).code(2).says(says);
    }
    consult("$(id)", "'; rm -rf / #")
        .ok()
        .prints("$(id) for T-1: '; rm -rf / #");
    lane.agent("agent-b")
        .lane(["consult", "T-1", "--source", "s", "--query", "q"])
        .code(3)
        .says("not-holder");
    repo.task("T-2", "docs/**");
    lane.lane(["consult", "T-2", "--source", "s", "--query", "q"])
        .code(3)
        .says("not-holder");
    lane.lane(["consult", "T-404", "--source", "s", "--query", "q"])
        .code(3)
        .says("no-such-task");
    lane.lane(["consult", "--source", "s"]).code(2).says("--query");
}

#[test]
fn what_was_committed_past_the_hooks_is_asked_for_its_consultation_at_the_handoff_and_in_ci() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    let path = ".agents/policy.toml";
    let on = repo.read(path) + "\n[rule.consult-missing]\nlevel = \"refuse\"\n";
    repo.person().commit(path, &on, "asked for").ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["sync"]).ok();
    // It has its first commit: no commit hook asks any more.
    lane.commit("src/b.rs", "mine\n", "another").ok();
    let says = "no source was consulted for this lane at all";
    crate::ci::pushed(&lane);
    judge(&checkout(&sandbox, "T-1")).code(1).says(says);
    let handoff = ["handoff", "--risk", "none", "--next", "review"];
    let refused = lane.lane(handoff).code(1).says(says);
    follow(&lane, &refused, "git lane consult T-1").ok();
    lane.lane(["sync"]).ok();
    judge(&checkout(&sandbox, "T-1")).ok();
}
