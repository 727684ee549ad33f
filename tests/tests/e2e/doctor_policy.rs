//! `doctor` about a policy that was changed in this worktree and is not in force.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A repository whose main is on a remote.
fn shared(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    repo.sh("git init -q --bare ../hub.git && git remote add origin ../hub.git && git push -q origin main")
        .ok();
    repo
}

/// Makes the policy of a worktree another one.
const LESS: &str = "sed -i 's/^lease = \"[0-9]*h\"/lease = \"5h\"/' .agents/policy.toml";

#[test]
fn a_policy_that_is_not_in_force_yet_is_told_until_it_is_pushed() {
    let more = "git clone -q ../hub.git ../other && cd ../other && echo more >more && git add more && git commit -qm more && git push -q";
    for (name, before, says) in [
        ("edited", LESS.to_owned(), "on origin/main: commit and push it"),
        (
            "committed",
            format!("{LESS} && git commit -qam less"),
            "on origin/main: push it",
        ),
        (
            "the remote is ahead",
            format!("({more}) && git fetch -q && {LESS}"),
            "on origin/main: commit and push it",
        ),
        (
            "on another branch",
            format!("git switch -q -c aside && {LESS}"),
            "on origin/main: commit it",
        ),
    ] {
        let sandbox = sandbox();
        let repo = shared(&sandbox);
        repo.sh(&before).ok();
        let sub = repo.at("src");
        let seen = sub.lane(["doctor"]).code(1).says(says);
        assert_eq!(seen.hints().len(), 1, "{name}: {seen}");
        sub.sh(&seen.hints()[0]).ok();
        repo.lane(["doctor"]).ok();
        assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "", "{name}");
    }
}

#[test]
fn a_branch_that_is_behind_or_proposes_a_policy_is_fine() {
    for line in [
        &format!(
            "git switch -q -c old && git switch -q main && {LESS} && git commit -qam less && git push -q origin main && git switch -q old"
        ),
        &format!("git switch -q -c proposal && {LESS} && git commit -qam less"),
        "git rm -q --cached .agents/policy.toml && git reset -q && rm .agents/policy.toml",
    ] {
        let sandbox = sandbox();
        let repo = shared(&sandbox);
        repo.sh(line).ok();
        repo.lane(["doctor"]).ok();
    }
}

#[test]
fn a_policy_that_nobody_could_use_is_told_before_it_is_committed() {
    let sandbox = sandbox();
    let repo = shared(&sandbox);
    repo.sh("sed -i 's/^total = 6/total = \"six\"/' .agents/policy.toml")
        .ok();
    let sub = repo.at("src");
    let seen = sub
        .lane(["doctor"])
        .code(1)
        .says("policy here: .agents/policy.toml of this worktree cannot be used: line ");
    sub.sh(&seen.hints()[0]).code(1).says("invalid type: string");
    repo.sh("sed -i 's/^total = .*/total = 5/' .agents/policy.toml")
        .ok();
    repo.lane(["doctor"]).code(1).says("commit and push it");
}
