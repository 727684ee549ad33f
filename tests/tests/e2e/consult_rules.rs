//! `consult-missing` at real commits: before a lane's first, after a recorded failure, and which sources count.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::started;
use crate::following::follow;
use crate::sandbox;

/// A lane whose check fails while `src/x.rs` is wrong; the rule says this besides its id.
fn lane<'s>(sandbox: &'s Sandbox, rule: &str) -> Place<'s> {
    let repo = sandbox.lanes("r");
    let text = format!(
        "{}[rule.consult-missing]\n{rule}\n",
        repo.read(".agents/policy.toml")
    );
    repo.commit(".agents/policy.toml", &text, "more policy").ok();
    let contract = "title = \"work\"\nkind = \"chore\"\nscope = [\"src/**\"]\n[acceptance.right]\ntext = \"x\"\ncheck = [\"sh\", \"-c\", \"! grep -q wrong src/x.rs\"]\n";
    started(&repo, contract)
}

fn commit(lane: &Place<'_>, text: &str) -> Output {
    lane.write("src/x.rs", text);
    lane.git(["add", "--all"]).ok();
    lane.git(["commit", "--quiet", "-m", "x"])
}

fn consult(lane: &Place<'_>, source: &str, more: &[&str]) {
    lane.lane([&["consult", "--source", source, "--query", "q"], more].concat())
        .ok();
}

const REFUSE: &str = "level = \"refuse\"";

#[test]
fn the_first_commit_of_a_lane_waits_for_a_consultation() {
    for how in [&["commit", "-m", "x"][..], &["commit", "--no-verify", "-m", "x"]] {
        let sandbox = sandbox();
        let lane = lane(&sandbox, REFUSE);
        lane.write("src/x.rs", "one\n");
        lane.git(["add", "--all"]).ok();
        let refused = lane
            .git(how)
            .code(1)
            .says("error: consult-missing: no source was consulted for this lane before its first commit");
        assert_eq!(refused.hints(), ["git lane consult --source TEXT --query TEXT"]);
        follow(&lane, &refused, "git lane consult").ok();
        lane.git(how).ok();
        commit(&lane, "two\n").ok().does_not_say("consult-missing");
    }
}

#[test]
fn a_recorded_failure_asks_for_another_one_until_it_is_mended() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, REFUSE);
    consult(&lane, "handbook", &[]);
    commit(&lane, "wrong\n").ok();
    lane.lane(["check"]).code(5);
    let refused = commit(&lane, "still wrong\n")
        .code(1)
        .says("no source was consulted for this lane since a check of it failed");
    follow(&lane, &refused, "git lane consult").ok();
    commit(&lane, "still wrong\n").ok();
    lane.lane(["check"]).code(5);
    commit(&lane, "right\n").code(1).says("consult-missing");
    consult(&lane, "handbook", &[]);
    commit(&lane, "right\n").ok();
    // It fails once more; what is taken back asks for nothing.
    commit(&lane, "wrong\n").ok();
    lane.lane(["check"]).code(5);
    lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    lane.lane(["check"]).ok();
    commit(&lane, "right, too\n").ok();
}

#[test]
fn of_named_sources_the_first_counts_and_another_as_a_fallback() {
    let sources = format!("{REFUSE}\nsources = [\"docs.rs\", \"hand book\"]");
    for (hint, fallback) in [
        ("git lane consult --source docs.rs", false),
        ("git lane consult --source 'hand book'", true),
    ] {
        let sandbox = sandbox();
        let lane = lane(&sandbox, &sources);
        consult(&lane, "hearsay", &["--fallback"]);
        // Named second, and not said to stand in for the first.
        consult(&lane, "hand book", &[]);
        let refused = commit(&lane, "one\n")
            .code(1)
            .says("docs.rs was not consulted for this lane before its first commit");
        assert_eq!(
            refused.hints(),
            [
                "git lane consult --source docs.rs --query TEXT",
                "git lane consult --source 'hand book' --query TEXT --fallback",
            ]
        );
        follow(&lane, &refused, hint).ok();
        commit(&lane, "one\n").ok();
        let shown = lane.lane(["resume", "T-1"]).ok();
        assert_eq!(
            shown.stdout.contains("hand book (fallback): "),
            fallback,
            "{shown}"
        );
    }
}

#[test]
fn the_policy_says_whether_it_is_asked_and_nobody_asks_a_person() {
    for (rule, said) in [("level = \"advice\"", 1), ("level = \"off\"", 0), ("", 0)] {
        let sandbox = sandbox();
        let lane = lane(&sandbox, rule);
        let done = commit(&lane, "one\n").ok();
        let times = done.stderr.matches("advice: consult-missing: ").count();
        assert_eq!(times, said, "{rule}\n{done}");
    }
    let sandbox = sandbox();
    let lane = lane(&sandbox, REFUSE);
    let repo = lane.at("../..").person();
    repo.write("docs/own.md", "mine\n");
    repo.git(["add", "docs"]).ok();
    repo.git(["commit", "--quiet", "-m", "mine"])
        .ok()
        .does_not_say("consult-missing");
}
