//! What CI fetches, and what it says where that cannot be had.

use crate::ci::checkout;
use crate::ci::judge;
use crate::ci::pushed;
use crate::ci::shared;
use crate::ci::stray;
use crate::following::around;
use crate::following::follow;
use crate::plumbing::STATE;
use crate::sandbox;

#[test]
fn nothing_local_counts_but_what_is_checked_out() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    stray(&lane, "docs/guide.md");
    pushed(&lane);
    let ci = checkout(&sandbox, "T-1");
    // A state, a base and a tracking branch of one's own making.
    ci.git(["update-ref", "refs/heads/main", "HEAD"]).ok();
    ci.git(["update-ref", "refs/remotes/origin/main", "HEAD"]).ok();
    ci.git(["update-ref", STATE, "HEAD"]).ok();
    ci.git(["update-ref", "refs/lane-ci/base", "HEAD"]).ok();
    judge(&ci).code(1).says("T-1 does not hold docs/guide.md");
    assert!(!ci.has(".git/FETCH_HEAD"), "no fetch of ours is seen by others");
}

#[test]
fn a_base_that_cannot_be_had_ends_with_6_and_a_command() {
    let sandbox = sandbox();
    shared(&sandbox, "");
    let ci = checkout(&sandbox, "T-1");
    let gone = "1111111111111111111111111111111111111111";
    for base in ["trunk", gone, "--upload-pack=x", "main~1"] {
        let refused = ci.lane(["gate", "--ci", &format!("--base={base}")]).code(6);
        let line = refused.hints()[0].replace("BRANCH", "main");
        assert_eq!(ci.sh(&line).code, 0, "{base}: {line}\n{refused}");
    }
    let refused = ci.lane(["gate", "--ci"]).code(6);
    refused.says("error: ci-base-missing: nothing says which branch this work goes to");
    ci.lane(["--offline", "gate", "--ci", "--base", "main"])
        .code(6)
        .says("ci-base-missing");
}

#[test]
fn a_remote_that_is_not_there_or_does_not_answer_ends_with_6() {
    let sandbox = sandbox();
    shared(&sandbox, "");
    let ci = checkout(&sandbox, "T-1");
    std::fs::rename(sandbox.path().join("origin.git"), sandbox.path().join("away.git")).unwrap();
    judge(&ci)
        .code(6)
        .says("error: ci-base-missing: origin cannot be reached");
    ci.git(["remote", "remove", "origin"]).ok();
    let refused = judge(&ci).code(6).says("this clone has no remote");
    let url = sandbox.path().join("away.git").display().to_string();
    ci.sh(&refused.hints()[0].replace("URL", &url)).ok();
    judge(&ci).ok();
}

#[test]
fn a_state_that_is_not_shared_is_refused_and_shared_by_the_hint() {
    let sandbox = sandbox();
    let (repo, _) = shared(&sandbox, "");
    around(&repo, &["push", "--quiet", "origin", &format!(":{STATE}")]).ok();
    let refused = judge(&checkout(&sandbox, "T-1")).code(6);
    let refused = refused.says("error: ci-state-missing: origin has no refs/agents/state");
    repo.git(["update-ref", "-d", "refs/agents-remote/origin/state"])
        .ok();
    follow(&repo, &refused, "git lane sync").ok();
    judge(&checkout(&sandbox, "T-1")).ok();
}

#[test]
fn a_state_is_found_where_the_policy_says_and_on_the_branch_that_stands_in() {
    for (policy, name) in [
        ("[sync]\nref = \"refs/agents/elsewhere\"", "refs/agents/elsewhere"),
        ("", "refs/heads/agents/state"),
    ] {
        let sandbox = sandbox();
        let (repo, lane) = shared(&sandbox, policy);
        around(&repo, &["push", "--quiet", "origin", &format!("{STATE}:{name}")]).ok();
        around(&repo, &["push", "--quiet", "origin", &format!(":{STATE}")]);
        stray(&lane, "docs/guide.md");
        pushed(&lane);
        judge(&checkout(&sandbox, "T-1"))
            .code(1)
            .says("T-1 does not hold docs/guide.md");
    }
}

#[test]
fn an_integration_branch_without_a_policy_is_not_set_up() {
    let sandbox = sandbox();
    let (repo, _) = shared(&sandbox, "");
    let old = repo.git(["rev-list", "--max-parents=0", "main"]).ok();
    let to_old = format!("{}:refs/heads/old", old.text());
    around(&repo, &["push", "--quiet", "origin", &to_old]).ok();
    let ci = checkout(&sandbox, "T-1");
    // A branch that is older than the policy is judged by it all the same.
    ci.lane(["gate", "--ci", "--base", "old"])
        .does_not_say("policy-not-committed");
    let to_main = format!("+{}:refs/heads/main", old.text());
    around(&repo, &["push", "--quiet", "origin", &to_main]).ok();
    judge(&ci)
        .code(6)
        .says("policy-not-committed: main has no .agents/policy.toml");
}

#[test]
fn a_policy_of_the_base_that_cannot_be_used_is_shown_by_the_hint_whatever_is_checked_out() {
    let sandbox = sandbox();
    let (repo, _) = shared(&sandbox, "");
    repo.write(".agents/policy.toml", "format = 1\nbroken =\n");
    around(&repo, &["commit", "--quiet", "--no-verify", "-am", "broken"]).ok();
    around(&repo, &["push", "--quiet", "--no-verify", "origin", "main"]).ok();
    let ci = checkout(&sandbox, "T-1");
    let refused = judge(&ci).code(6).says("main:.agents/policy.toml: ");
    follow(&ci, &refused, "git show").ok().prints("broken =");
}

#[test]
fn a_remote_that_stops_answering_at_any_moment_ends_with_6() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    // A commit of a lane that only its branch on the remote tells.
    stray(&lane, "docs/guide.md");
    pushed(&lane);
    let ci = checkout(&sandbox, "T-1");
    ci.write(
        ".git/serve",
        "#!/bin/sh\nread left <.git/left || exit 1\n[ \"$left\" -gt 0 ] || exit 1\necho $((left - 1)) >.git/left\nexec git-upload-pack \"$@\"\n",
    );
    ci.sh("chmod +x .git/serve && git config remote.origin.uploadpack \"$PWD/.git/serve\"")
        .ok();
    let answers = |times: usize| {
        std::fs::write(ci.path().join(".git/left"), format!("{times}\n")).expect("a number");
        ci.lane(["gate", "--ci", "--base", "main"])
    };
    let enough = (0..20).find(|times| {
        let ended = answers(*times);
        assert!([1, 6].contains(&ended.code), "after {times} answers: {ended}");
        ended.code == 1
    });
    assert!(enough.is_some_and(|times| times > 2), "{enough:?}");
}

#[test]
fn what_is_checked_out_must_be_the_work() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    repo.commit("docs/guide.md", "landed\n", "landed").ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let ci = checkout(&sandbox, "main");
    let head = lane.rev("HEAD");
    let args = [
        "gate", "--ci", "--base", "main", "--branch", "T-1", "--head", &head,
    ];
    let refused = ci.lane(args).code(6).says("error: ci-checkout: ");
    follow(&ci, &refused, "git checkout --detach").ok();
    ci.lane(args).ok();
}

#[test]
fn a_linked_worktree_and_a_whole_clone_are_judged_alike() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    stray(&lane, "docs/guide.md");
    pushed(&lane);
    let ci = checkout(&sandbox, "T-1");
    ci.git(["worktree", "add", "--quiet", "--detach", "../linked"])
        .ok();
    judge(&ci.at("../linked")).code(1).says("outside-scope");
    let url = sandbox.path().join("origin.git").display().to_string();
    sandbox
        .at(".")
        .git(["clone", "--quiet", "-b", "T-1", "--", &url, "whole"])
        .ok();
    judge(&ci.at("../whole")).code(1).says("outside-scope");
}

#[test]
fn a_bare_repository_and_an_unborn_branch_have_nothing_to_check() {
    let sandbox = sandbox();
    shared(&sandbox, "");
    let bare = sandbox.at("origin.git");
    judge(&bare)
        .code(6)
        .says("a bare repository has no files to check");
    let empty = sandbox.empty_repo("empty");
    empty.git(["remote", "add", "origin", "../origin.git"]).ok();
    judge(&empty)
        .code(6)
        .says("error: ci-checkout: nothing is checked out");
}
