//! What agents are told: each fault of it, what its hint does, and the second lane that waits for it.

mod commands;
mod written;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A fault: its name, the line that makes it, and what is said of it.
type Fault = (&'static str, &'static str, &'static str);

const MISSING: &[Fault] = &[
    (
        "there is no file",
        "git rm -q AGENTS.md && git commit -qm x",
        "main has no AGENTS.md, where agents are told how to work here",
    ),
    (
        "there is no file, and git ignores it",
        "git rm -q AGENTS.md && git commit -qm x && echo AGENTS.md >>.git/info/exclude",
        "main has no AGENTS.md",
    ),
    (
        "the file is somebody's own",
        "printf '# Ours\\n' >AGENTS.md && git commit -qam x",
        "AGENTS.md on main has no section that tells agents",
    ),
    (
        "it is in the work tree only",
        "git rm -q --cached AGENTS.md && git commit -qm x",
        "main has no AGENTS.md",
    ),
    (
        "the policy names another file",
        "printf '\\n[instructions]\\nfile = \"docs/how we work.md\"\\n' >>.agents/policy.toml && git commit -qam x",
        "main has no docs/how we work.md",
    ),
    (
        "a link",
        "mv AGENTS.md real.md && ln -s real.md AGENTS.md && git add -A && git commit -qm x",
        "AGENTS.md on main is a symbolic link",
    ),
    (
        "a link that leads nowhere",
        "rm AGENTS.md && ln -s gone.md AGENTS.md && git add -A && git commit -qm x",
        "AGENTS.md on main is a symbolic link",
    ),
    (
        "a folder",
        "rm AGENTS.md && mkdir AGENTS.md && echo x >AGENTS.md/x && git add -A && git commit -qm x",
        "AGENTS.md on main is no file",
    ),
];

const OUTDATED: &[Fault] = &[
    (
        "the policy says something else",
        "sed -i 's/^total = 6 /total = 3 /' .agents/policy.toml && git commit -qam x",
        "the section of AGENTS.md on main says something else than the policy in force",
    ),
    (
        "the gates came later",
        "printf '[hooks]\\nhandoff = 2\\n[check.a]\\nrung = 1\\nrun = [\"true\"]\\n' >.agents/gates.toml && git add -A && git commit -qm x",
        "says something else than the policy in force",
    ),
    (
        "a person edited it",
        "sed -i 's/^1[.] /9. /' AGENTS.md && git commit -qam x",
        "the section of AGENTS.md on main was changed between its markers",
    ),
    (
        "an older version wrote it",
        "sed -i 's/, text 1, /, text 0, /' AGENTS.md && git commit -qam x",
        "is of an older git-lane (text 0)",
    ),
    (
        "it is there twice",
        "cat AGENTS.md >>AGENTS.md.2 && cat AGENTS.md.2 >>AGENTS.md && rm AGENTS.md.2 && git commit -qam x",
        "has markers that mark no section: lines 1 and ",
    ),
    (
        "it does not end",
        "sed -i '/git-lane: end/d' AGENTS.md && git commit -qam x",
        "line 1 begins a section that does not end",
    ),
    (
        "it is no text",
        "printf 'a\\0b' >AGENTS.md && git commit -qam x",
        "it holds bytes that are no text",
    ),
];

fn faulty<'s>(sandbox: &'s Sandbox, line: &str) -> Place<'s> {
    let repo = sandbox.lanes("r");
    repo.sh(line).ok();
    for (id, scope) in [("T-1", "src/**"), ("T-2", "docs/**"), ("T-3", "x/**")] {
        repo.task(id, scope);
    }
    repo
}

#[test]
fn preflight_names_each_fault_and_its_hint_clears_it() {
    for (name, line, says) in MISSING.iter().chain(OUTDATED) {
        let sandbox = sandbox();
        let repo = faulty(&sandbox, line);
        let seen = repo.at("src").lane(["preflight"]).code(5).says(says);
        assert!(seen.stderr.contains("error: instructions: "), "{name}: {seen}");
        assert_eq!(seen.hints().len(), 1, "{name}: {seen}");
        repo.at("src").sh(&seen.hints()[0]).ok();
        let again = repo.lane(["preflight"]);
        assert_eq!(again.code, 0, "{name}, then {:?}: {again}", seen.hints()[0]);
        repo.lane(["doctor"]).ok();
        assert!(!repo.has("AGENTS.md.orig"), "{name}");
    }
}

#[test]
fn the_second_start_waits_for_it_and_its_hint_makes_it() {
    let all = MISSING.iter().map(|fault| (fault, "instructions-missing"));
    let all = all.chain(OUTDATED.iter().map(|fault| (fault, "instructions-outdated")));
    for (((name, line, says), ground), verb) in all.zip(["start", "claim", "resume"].iter().cycle()) {
        let sandbox = sandbox();
        let repo = faulty(&sandbox, line);
        // The first is never refused.
        let lane = repo.agent("agent-a").start("T-1");
        let other = lane.agent("agent-b");
        let before = repo.rev("refs/agents/state");
        let error = format!("error: {ground}: other lanes are active, and ");
        let seen = other.lane([*verb, "T-2"]).code(6).says(&error).says(says);
        assert_eq!(repo.rev("refs/agents/state"), before, "{name}");
        assert_eq!(seen.hints().len(), 1, "{name}: {seen}");
        other.lane(["can", "claim", "T-2"]).code(3).says(ground);
        // Who is there already goes on.
        repo.agent("agent-a").lane(["start", "T-1"]).ok();
        other.sh(&seen.hints()[0]).ok();
        other.lane([*verb, "T-2"]).ok();
        repo.agent("agent-c").lane(["start"]).ok();
    }
}

#[test]
fn it_is_said_that_a_section_waits_in_this_worktree() {
    let sandbox = sandbox();
    let repo = faulty(&sandbox, MISSING[3].1);
    repo.lane(["preflight"])
        .code(5)
        .says("error: instructions: AGENTS.md in this worktree tells agents how to work here, and on main it does not");
}

#[test]
fn doctor_says_nothing_to_who_works_alone() {
    let sandbox = sandbox();
    let repo = faulty(&sandbox, MISSING[0].1);
    repo.lane(["doctor"]).ok();
    let lane = repo.agent("agent-a").start("T-1");
    lane.lane(["doctor"]).ok();
    repo.lane(["init", "--agents-md"]).ok();
    repo.sh("git add AGENTS.md && git commit -qm told").ok();
    repo.agent("agent-b").start("T-2");
    repo.sh("git rm -q AGENTS.md && git commit -qm x").ok();
    let seen = repo
        .lane(["doctor"])
        .code(1)
        .says("error: instructions: main has no");
    repo.sh(&seen.hints()[0]).ok();
    repo.lane(["doctor"]).ok();
}

#[test]
fn a_newer_section_is_left_alone_and_counts() {
    let sandbox = sandbox();
    let repo = faulty(
        &sandbox,
        "sed -i 's/, text 1, /, text 9, /; s/^1[.] /9. /' AGENTS.md && git commit -qam x",
    );
    repo.lane(["preflight"])
        .ok()
        .prints("text 9, of a newer git-lane");
    let text = repo.read("AGENTS.md");
    repo.lane(["init", "--agents-md"])
        .ok()
        .prints("kept   AGENTS.md has the section of a newer git-lane (text 9)");
    assert_eq!(repo.read("AGENTS.md"), text);
    repo.agent("agent-a").start("T-1");
    repo.agent("agent-b").start("T-2");
}

#[test]
fn the_remotes_branch_counts_and_the_hint_reaches_it() {
    for (name, line) in [
        (
            "local has it",
            "git rm -q AGENTS.md && git commit -qm x && git push -q origin main && git revert --no-edit HEAD",
        ),
        (
            "nobody has it",
            "git rm -q AGENTS.md && git commit -qm x && git push -q origin main",
        ),
        (
            "local is behind",
            "git rm -q AGENTS.md && git commit -qm x && git push -q origin main && git reset -q --hard HEAD~1",
        ),
        (
            "both went on",
            "git rm -q AGENTS.md && git commit -qm x && git push -q origin main && git reset -q --hard HEAD~1 && git commit -q --allow-empty -m y",
        ),
        (
            "local has an older policy",
            "sed -i 's/^total = 6 /total = 3 /' .agents/policy.toml && git commit -qam x && git push -q origin main && git reset -q --hard HEAD~1",
        ),
    ] {
        let sandbox = sandbox();
        let repo = sandbox.lanes("r");
        repo.sh(
            "git init -q --bare ../hub.git && git remote add origin \"$PWD/../hub.git\" && git push -q origin main",
        )
        .ok();
        repo.lane(["sync"]).ok();
        repo.task("T-1", "src/**");
        repo.task("T-2", "docs/**");
        repo.sh(line).ok();
        let lane = repo.agent("agent-a").start("T-1");
        let other = lane.agent("agent-b");
        let seen = other.lane(["start", "T-2"]).code(6).says("error: instructions-");
        repo.at("src").sh(&seen.hints()[0]).ok();
        let again = other.lane(["start", "T-2"]);
        assert_eq!(again.code, 0, "{name}, then {:?}: {again}", seen.hints()[0]);
    }
}
