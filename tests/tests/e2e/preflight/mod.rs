//! `preflight`: all well in a line each; for each fault, what it hints mends it; and nothing is written.

mod declared;
mod lanes;
mod ways_back;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A repository where work can start.
fn ready(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    repo.commit("docs/decisions/README.md", "# Decisions\n", "decisions")
        .ok();
    repo.commit(".agents/gates.toml", "[hooks]\npre_commit = 0\n", "gates")
        .ok();
    repo.tell();
    repo
}

/// A fault: its name, the line that makes it, and what preflight says.
type Fault = (&'static str, &'static str, &'static str);

const FAULTS: &[Fault] = &[
    (
        "the worklog is not declared",
        "sed -i '/^.worklog/,/^decisions/d' .agents/policy.toml && git commit -qam x",
        "error: worklog: main:.agents/policy.toml does not declare `ledger` and `decisions` of [worklog]",
    ),
    (
        "the decisions are nowhere",
        "git rm -qr docs/decisions && git commit -qm x",
        "error: worklog: the decisions are to be in docs/decisions, which main does not have",
    ),
    (
        "the decisions are a file, which is nowhere",
        "sed -i 's|^decisions = .*|decisions = \"notes/all of them.md\"|' .agents/policy.toml && git lane init --agents-md && git commit -qam x",
        "in notes/all of them.md, which main",
    ),
    (
        "a tracked file is changed",
        "echo more >>src/a.rs && echo new >untracked",
        "error: clean: 1 tracked file is not as committed: src/a.rs\n",
    ),
    (
        "many tracked files are changed",
        "for n in 1 2 3 4 5; do echo x >$n; done && git add .",
        "5 tracked files are not as committed: 1, 2, 3 and 2 more",
    ),
    (
        "a hook is missing",
        "rm .git/hooks/pre-commit",
        "error: hooks: pre-commit is missing",
    ),
    (
        "a hook may not be executed",
        "chmod -x .git/hooks/pre-push",
        "pre-push may not be executed, so git passes it over",
    ),
    (
        "a hook's binary is gone",
        "sed -i \"s|^lane=.*|lane='/gone/git-lane'|; s|command -v git-lane|command -v gone-lane|\" .git/hooks/pre-commit",
        "pre-commit does not answer (exit 1): git-lane is not where this hook looks for it",
    ),
    (
        "a hook's binary is of another version",
        r#"printf '#!/bin/sh\necho "git-lane hook answers: $2 9.9.9 $GIT_LANE_PROBE"\n' >../other && chmod +x ../other && sed -i "s|^lane=.*|lane='$PWD/../other'|" .git/hooks/commit-msg"#,
        "commit-msg is run by git-lane 9.9.9, and this is ",
    ),
    (
        "a hook is somebody else's, and is not run",
        "printf '#!/bin/sh\\ntouch ../ran\\n' >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit",
        "pre-commit is somebody else's",
    ),
    (
        "core.hooksPath, relative",
        "git config core.hooksPath .husky/_",
        "error: hooks: core.hooksPath is \".husky/_\" by this clone's",
    ),
    (
        "core.hooksPath, of the worktree",
        "git config extensions.worktreeConfig true && git config --worktree core.hooksPath .husky",
        "core.hooksPath is \".husky\"",
    ),
    (
        "the driver is gone",
        "git config --remove-section merge.git-lane",
        "error: merge-driver: the merge driver is not registered in this clone",
    ),
    (
        "the driver is somebody else's, and is not run",
        "git config merge.git-lane.driver 'touch ../ran'",
        "the merge driver is somebody else's command",
    ),
    (
        "the attributes are gone",
        "git rm -q .gitattributes && git commit -qm x",
        "error: attributes: .gitattributes on main does not name the merge driver",
    ),
    (
        "other attributes have the last word",
        "echo '*.toml -merge' >>.git/info/attributes",
        "error: attributes: git takes our side of .agents/policy.toml",
    ),
    (
        "gates that are not in force",
        "printf '[hooks]\\npre_commit = 1\\n' >.agents/gates.toml",
        "error: gates-here: .agents/gates.toml in this worktree is not the one in force on main: commit it",
    ),
    (
        "a rebase that stopped",
        "git rebase -q --exec false HEAD~1 || true",
        "error: worktree: a rebase is under way here",
    ),
];

#[test]
fn each_fault_names_what_mends_it() {
    for (name, line, says) in FAULTS {
        let sandbox = sandbox();
        let repo = ready(&sandbox);
        repo.sh(line).ok();
        let seen = repo.at("src").lane(["preflight"]).code(5).says(says);
        let hints = seen.hints();
        assert_eq!(hints.len(), 1, "{name}: {seen}");
        assert!(!repo.has("../ran"), "{name}: it ran what is not ours");
        repo.at("src").sh(&hints[0]).ok();
        let seen = repo.lane(["preflight"]);
        assert_eq!(seen.code, 0, "{name}, then {:?}: {seen}", hints[0]);
    }
}

#[test]
fn all_well_is_a_line_a_probe_and_a_summary() {
    let sandbox = sandbox();
    let repo = ready(&sandbox);
    let seen = repo.lane(["preflight"]).ok();
    let lines: Vec<&str> = seen.stdout.lines().collect();
    let (last, probes) = lines.split_last().expect("a summary");
    assert_eq!(
        *last,
        format!("ready for the role worker: {} probes", probes.len())
    );
    assert!(probes.iter().all(|line| line.starts_with("ok  ")), "{seen}");
    assert_eq!(seen.stderr, "");

    let json = repo
        .lane(["--role", "maintainer", "preflight", "--json"])
        .ok()
        .json();
    assert_eq!(
        (json["ok"].as_bool(), json["role"].as_str()),
        (Some(true), Some("maintainer"))
    );
    let rows = json["probes"].as_array().expect("a list");
    let skipped = rows.iter().filter(|row| row["result"] == "skipped");
    let skipped: Vec<_> = skipped
        .map(|row| row["probe"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(skipped, ["clean", "capacity"]);
}

#[test]
fn a_probe_that_needs_another_is_not_made_before_it() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.lane(["init", "--agents-md"]).ok();
    let seen = repo.lane(["preflight"]).code(5).says("error: policy: ");
    assert!(seen.stdout.contains("gates-here    gates comes first"), "{seen}");
    assert_eq!(seen.hints().len(), 1, "{seen}");
    repo.sh(&seen.hints()[0]).ok();
    repo.lane(["preflight"]).ok();
}

#[test]
fn a_declaration_by_halves_is_told() {
    for (line, says) in [
        (
            "sed -i '/^ledger/d' .agents/policy.toml",
            "does not declare `ledger` of [worklog]",
        ),
        (
            "sed -i 's|^ledger = .*|ledger = \"docs/ledger.md\"|' .agents/policy.toml",
            "and the one ledger is refs/agents/state",
        ),
        (
            "sed -i 's|^decisions = .*|decisions = \"../x\"|' .agents/policy.toml",
            "names \"../x\" for the decisions",
        ),
    ] {
        let sandbox = sandbox();
        let repo = ready(&sandbox);
        repo.sh(&format!("{line} && git commit -qam x")).ok();
        let seen = repo.lane(["preflight"]).code(5).says(says);
        assert!(
            seen.hints()[0].starts_with("say ledger = \"refs/agents/state\""),
            "{seen}"
        );
    }
}

#[test]
fn a_remedy_reaches_the_branch_of_the_remote_that_counts_from_any_worktree() {
    let sandbox = sandbox();
    let repo = ready(&sandbox);
    repo.sh("sed -i '/^.worklog/,/^decisions/d' .agents/policy.toml && git commit -qam x && git init -q --bare ../hub.git && git remote add origin ../hub.git && git push -q origin main")
        .ok();
    repo.lane(["sync"]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    let seen = lane
        .lane(["preflight"])
        .code(5)
        .says("error: worklog: origin/main:");
    lane.person().sh(&seen.hints()[0]).ok();
    lane.lane(["preflight"]).ok();
    assert_eq!(lane.git(["status", "--porcelain"]).ok().stdout, "");
}

#[test]
fn a_question_lets_no_commit_past() {
    let sandbox = sandbox();
    let repo = ready(&sandbox);
    repo.write("src/a.rs", "more\n");
    repo.sh("GIT_LANE_PROBE=1 git commit -qam more")
        .code(1)
        .says("GIT_LANE_PROBE is set, so this hook judges nothing and refuses");
    repo.git(["commit", "--quiet", "-am", "more"]).ok();
}

#[test]
fn nothing_is_written_whatever_is_found() {
    const ALL: &str = "find . -type f -exec sha1sum {} + | sort && git status --porcelain";
    let sandbox = sandbox();
    let repo = ready(&sandbox);
    repo.task("T-1", "src/**");
    repo.agent("agent-a").start("T-1");
    repo.sh("echo more >>src/a.rs && rm .git/hooks/pre-push && rm -rf .git/lane/cache*")
        .ok();
    let before = repo.sh(ALL).ok().stdout;
    for role in ["worker", "orchestrator"] {
        repo.lane(["--role", role, "preflight"]).code(5);
    }
    assert_eq!(repo.sh(ALL).ok().stdout, before);
}
