//! Of what a lane may not commit, `preflight` says how it is taken back, and says it once.

use super::ready;
use crate::sandbox;

/// What is changed, the probes that fail, and the number of commands that mend them.
type Case = (&'static str, &'static [&'static str], usize);

const GATES: &str = "printf '[hooks]\\npre_commit = 1\\n' >.agents/gates.toml";

#[test]
fn what_a_lane_may_not_commit_is_taken_back_by_one_command() {
    let cases: &[Case] = &[
        ("echo >>.agents/policy.toml", &["policy-here"], 1),
        ("echo oh >>.agents/policy.toml", &["policy-here"], 1),
        (GATES, &["gates-here"], 1),
        ("echo 'no gates' >.agents/gates.toml", &["gates-here"], 1),
        (
            "echo '[hooks]' >.agents/gates.toml && git add .agents",
            &["gates-here"],
            1,
        ),
        (
            "echo >>.agents/policy.toml && git add .agents",
            &["policy-here"],
            1,
        ),
        ("echo '# x' >>.gitattributes", &["clean"], 1),
        (
            "echo '# x' >>.gitattributes && echo >>.agents/policy.toml",
            &["policy-here", "clean"],
            2,
        ),
        ("rm .agents/policy.toml", &["clean"], 1),
    ];
    for (line, probes, commands) in cases {
        let sandbox = sandbox();
        let repo = ready(&sandbox);
        repo.task("T-1", "src/**");
        let lane = repo.agent("agent-a").start("T-1");
        lane.sh(line).ok();
        let seen = lane.at("src").lane(["preflight"]).code(5);
        for probe in *probes {
            assert!(
                seen.stderr.contains(&format!("error: {probe}: ")),
                "{line}: {seen}"
            );
        }
        assert_eq!(seen.hints().len(), *commands, "{line}: {seen}");
        for hint in seen.hints() {
            lane.at("src").sh(&hint).ok();
        }
        lane.lane(["preflight"]).ok();
        assert_eq!(lane.git(["status", "--porcelain"]).ok().stdout, "", "{line}");
    }
}

#[test]
fn what_may_be_committed_or_let_in_is_never_taken_back() {
    for (role, line, hint) in [
        ("", "echo more >>src/a.rs", "git commit -a -m TEXT"),
        // The commit's refusal says how it is let in.
        ("", "echo more >>NOTES.md", "git commit -a -m TEXT"),
        (
            "",
            "echo more >>src/a.rs && echo >>.agents/policy.toml",
            "git commit -a -m TEXT",
        ),
        (
            "\n[roles]\nmaintainer = [\"agent-a\"]\n",
            "echo >>.agents/policy.toml",
            "git add -- :/.agents/policy.toml && git commit -m 'git-lane: policy' -- :/.agents/policy.toml",
        ),
    ] {
        let sandbox = sandbox();
        let repo = ready(&sandbox);
        repo.commit("NOTES.md", "notes\n", "notes").ok();
        let policy = repo.read(".agents/policy.toml");
        repo.commit(".agents/policy.toml", &format!("{policy}{role}# end\n"), "roles")
            .ok();
        repo.task("T-1", "src/**");
        let lane = repo.agent("agent-a").start("T-1");
        lane.sh(line).ok();
        let seen = lane.lane(["preflight"]).code(5);
        assert!(seen.hints().iter().any(|one| one == hint), "{line}: {seen}");
    }
}

#[test]
fn an_agent_that_is_no_maintainer_is_told_the_same_outside_lanes() {
    let sandbox = sandbox();
    let repo = ready(&sandbox);
    let policy = repo.read(".agents/policy.toml");
    let named = format!("{policy}\n[roles]\nmaintainer = [\"person:*\"]\n");
    repo.commit(".agents/policy.toml", &named, "roles").ok();
    repo.sh(GATES).ok();
    let seen = repo.agent("agent-a").lane(["preflight"]).code(5);
    repo.agent("agent-a").sh(&seen.hints()[0]).ok();
    repo.agent("agent-a").lane(["preflight"]).ok();
    repo.sh(GATES).ok();
    let seen = repo.lane(["preflight"]).code(5);
    assert!(seen.hints()[0].contains("git commit"), "{seen}");
}

#[test]
fn a_commit_of_nothing_but_what_is_refused_is_led_to_what_leaves_it_out() {
    for (line, path) in [
        ("git commit -qm x -- :/.agents/policy.toml", "policy.toml"),
        ("git commit -qam x", "policy.toml"),
        ("git add .agents && git commit -qm x", "policy.toml"),
    ] {
        let sandbox = sandbox();
        let repo = ready(&sandbox);
        repo.task("T-1", "src/**");
        let lane = repo.agent("agent-a").start("T-1");
        lane.sh("echo >>.agents/policy.toml").ok();
        let seen = lane.sh(line).code(1).says("maintainer-path");
        assert_eq!(
            seen.hints(),
            [format!("git restore --staged -- :/.agents/{path}")],
            "{seen}"
        );
        lane.sh(&seen.hints()[0]).ok();
    }
}
