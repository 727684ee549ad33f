//! A second lane beside the first: only where the policy says where the ledger and the decisions are.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

const UNDECLARED: &str =
    "sed -i '/^.worklog/,/^decisions/d' .agents/policy.toml && git commit -qam undeclared";
const NO: &str = "error: worklog-not-declared: other lanes are active, and main:.agents/policy.toml does not declare `ledger` and `decisions` of [worklog]";

/// Three tasks, and a policy without `[worklog]`.
fn undeclared(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    repo.sh(UNDECLARED).ok();
    for (id, scope) in [("T-1", "src/**"), ("T-2", "docs/**"), ("T-3", "x/**")] {
        repo.task(id, scope);
    }
    repo
}

#[test]
fn the_second_start_waits_for_the_declaration_and_its_hint_makes_it() {
    for verb in ["start", "claim", "resume"] {
        let sandbox = sandbox();
        let repo = undeclared(&sandbox);
        repo.agent("agent-a").start("T-1");
        let other = repo.agent("agent-b");
        let before = repo.rev("refs/agents/state");
        let seen = other.lane([verb, "T-2"]).code(6).says(NO);
        let rest = (
            repo.rev("refs/agents/state") == before,
            repo.has(".worktrees/T-2"),
            seen.hints().len(),
        );
        assert_eq!(rest, (true, false, 1), "{verb}: {seen}");
        other.at("src").sh(&seen.hints()[0]).ok();
        other.lane([verb, "T-2"]).ok();
        repo.agent("agent-c").lane(["start"]).ok();
    }
}

#[test]
fn the_first_lane_and_one_that_is_there_already_need_no_declaration() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.task("T-2", "docs/**");
    let (a, b) = (repo.agent("agent-a"), repo.agent("agent-b"));
    a.start("T-1");
    b.start("T-2");
    repo.sh(UNDECLARED).ok();
    for args in [["start", "T-1"], ["resume", "T-1"]] {
        a.lane(args).ok();
    }
    b.lane(["start", "T-1"])
        .code(3)
        .says("error: already-claimed: ")
        .does_not_say("worklog");
    b.lane(["release", "T-2", "--why", "x"]).ok();
    b.lane(["start", "T-2"]).code(6).says(NO);
    a.lane(["release", "T-1", "--why", "x"]).ok();
    b.lane(["start", "T-2"]).ok();
}

#[test]
fn an_agent_without_an_id_is_told_the_same_and_so_is_who_asks() {
    let sandbox = sandbox();
    let repo = undeclared(&sandbox);
    let other = repo.agent("agent-b");
    other.lane(["can", "claim", "T-2"]).ok();
    repo.agent("agent-a").start("T-1");
    other.lane(["start"]).code(6).says(NO);
    other.lane(["can", "claim", "T-2"]).code(3).says(NO);
    other
        .lane(["can", "claim", "T-1"])
        .code(3)
        .does_not_say("worklog");
}

#[test]
fn a_ledger_that_is_none_is_no_declaration() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.sh("sed -i 's|^ledger = .*|ledger = \"docs/ledger.md\"|' .agents/policy.toml && git commit -qam x")
        .ok();
    repo.task("T-1", "src/**");
    repo.task("T-2", "docs/**");
    repo.agent("agent-a").start("T-1");
    let seen = repo.agent("agent-b").lane(["start", "T-2"]).code(6);
    seen.says("names \"docs/ledger.md\" as ledger, and the one ledger is refs/agents/state");
}

#[test]
fn the_hint_leads_on_where_no_worktree_has_the_integration_branch() {
    for (name, line) in [
        ("a person on a branch", "git switch -qc aside"),
        ("a person at no branch", "git switch -q --detach"),
        ("unsaved work", "git switch -qc aside && echo more >>src/a.rs"),
    ] {
        let sandbox = sandbox();
        let repo = undeclared(&sandbox);
        let lane = repo.agent("agent-a").start("T-1");
        repo.sh(line).ok();
        let before = (repo.rev("HEAD"), repo.git(["status", "--porcelain"]).ok().stdout);
        let other = lane.agent("agent-b");
        let seen = other.lane(["start", "T-2"]).code(6);
        other.sh(&seen.hints()[0]).ok();
        other.lane(["start", "T-2"]).ok();
        let after = (repo.rev("HEAD"), repo.git(["status", "--porcelain"]).ok().stdout);
        assert_eq!(after, before, "{name}");
        assert!(!repo.has(".worktrees/.integration"), "{name}");
    }
}

#[test]
fn the_hint_leads_on_in_a_bare_repository() {
    let sandbox = sandbox();
    undeclared(&sandbox);
    sandbox
        .at("")
        .sh("mkdir b && git clone -q --bare r b/bare.git && git -C b/bare.git fetch -q ../../r 'refs/agents/*:refs/agents/*' && git -C b/bare.git remote remove origin")
        .ok();
    let bare = sandbox.at("b/bare.git");
    bare.agent("agent-a").lane(["start", "T-1"]).ok();
    let other = bare.agent("agent-b");
    let seen = other.lane(["start", "T-2"]).code(6).says(NO);
    other.sh(&seen.hints()[0]).ok();
    other.lane(["start", "T-2"]).ok();
}
