//! `git lane gate --ci`: what came past the hooks is found in a fresh checkout, by the base's policy and the shared state.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::falsify;
use crate::following::around;
use crate::following::follow;
use crate::gated::GATES;
use crate::gated::gated;
use crate::gated::ran;
use crate::plumbing::STATE;
use crate::sandbox;

/// A published repository with gates, and a lane for `src/**` with a commit in scope; its state is shared.
pub(crate) fn shared<'s>(sandbox: &'s Sandbox, policy: &str) -> (Place<'s>, Place<'s>) {
    let repo = gated(sandbox, GATES);
    let text = repo.read(".agents/policy.toml");
    repo.write(".agents/policy.toml", format!("{text}\n{policy}\n"));
    around(
        &repo,
        &["commit", "--quiet", "--allow-empty", "-am", "more policy"],
    )
    .ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["sync"]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "mine\n", "inside").ok();
    pushed(&lane);
    (repo, lane)
}

/// The lane's branch as it is, pushed around the hooks.
pub(crate) fn pushed(lane: &Place<'_>) {
    around(
        lane,
        &["push", "--quiet", "--force", "origin", "HEAD:refs/heads/T-1"],
    )
    .ok();
}

/// A commit that no hook saw; its name.
pub(crate) fn stray(lane: &Place<'_>, path: &str) -> String {
    lane.write(path, "stray\n");
    lane.git(["add", "--", path]).ok();
    around(lane, &["commit", "--quiet", "--no-verify", "-m", "stray"]).ok();
    lane.rev("HEAD")
}

/// A checkout as a CI host makes it: one commit of a branch, detached, by nobody in particular.
pub(crate) fn checkout<'s>(sandbox: &'s Sandbox, branch: &str) -> Place<'s> {
    let _ = std::fs::remove_dir_all(sandbox.path().join("ci"));
    let url = format!("file://{}/origin.git", sandbox.path().display());
    let clone = [
        "clone", "--quiet", "--depth", "1", "--branch", branch, "--", &url, "ci",
    ];
    sandbox.at(".").git(clone).ok();
    let ci = sandbox
        .at("ci")
        .env("RUNS", &sandbox.path().join("runs").display().to_string());
    ci.git(["checkout", "--quiet", "--detach"]).ok();
    ci.env("GIT_CONFIG_GLOBAL", "/dev/null")
}

/// CI of the lane's branch, compared with the integration branch.
pub(crate) fn judge(ci: &Place<'_>) -> Output {
    ci.lane(["gate", "--ci", "--base", "main", "--branch", "T-1"])
}

#[test]
fn a_commit_made_around_the_hooks_is_named_and_without_it_the_same_range_passes() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    let commit = stray(&lane, "docs/guide.md");
    lane.commit("src/b.rs", "mine\n", "inside again").ok();
    pushed(&lane);
    let refused = judge(&checkout(&sandbox, "T-1"));
    let refused = refused
        .code(1)
        .says("error: outside-scope: T-1 does not hold docs/guide.md");
    assert!(
        refused.stderr.contains(&format!("(commit {})", &commit[..12])),
        "{refused}"
    );
    assert_eq!(ran(&sandbox), "", "findings come before minutes of checks");
    lane.git(["reset", "--quiet", "--hard", "HEAD~2"]).ok();
    lane.commit("src/b.rs", "mine\n", "inside again").ok();
    pushed(&lane);
    let ci = checkout(&sandbox, "T-1");
    judge(&ci).ok().prints("2 paths differ from ");
    assert_eq!(ran(&sandbox), "lint unit");
    assert_eq!(
        ci.git(["rev-list", "--count", "HEAD"]).ok().text(),
        "6",
        "deepened"
    );
}

#[test]
fn with_keep_going_the_checks_are_run_and_the_findings_still_count() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    stray(&lane, "docs/guide.md");
    lane.commit("src/b.rs", "broken\n", "inside again").ok();
    pushed(&lane);
    let args = [
        "gate",
        "--ci",
        "--base",
        "main",
        "--branch",
        "T-1",
        "--keep-going",
    ];
    let ended = checkout(&sandbox, "T-1").lane(args).code(1);
    ended
        .says("outside-scope")
        .says("gate-failed")
        .prints("FAILED   unit");
}

#[test]
fn a_check_that_fails_ends_with_5() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    lane.commit("src/b.rs", "broken\n", "inside").ok();
    pushed(&lane);
    let failed = judge(&checkout(&sandbox, "T-1")).code(5).says("gate-failed");
    lane.write("src/b.rs", "mended\n");
    follow(&lane, &failed, "git lane gate").ok();
}

#[test]
fn what_a_merge_left_behind_is_found_by_the_net_difference() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    repo.commit("docs/guide.md", "landed\n", "landed").ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    around(&lane, &["merge", "--quiet", "-s", "ours", "--no-edit", "main"]).ok();
    pushed(&lane);
    let refused = judge(&checkout(&sandbox, "T-1")).code(1);
    refused
        .says("T-1 does not hold docs/guide.md")
        .does_not_say("(commit");
}

#[test]
fn policy_and_checks_are_those_of_the_base_whatever_the_work_says() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    let policy = lane.read(".agents/policy.toml");
    let loose = policy.replace("common_paths = [", "common_paths = [\"**\", ");
    assert_ne!(policy, loose);
    lane.write(".agents/policy.toml", loose);
    lane.write(".agents/gates.toml", "");
    lane.git(["add", "--all"]).ok();
    around(&lane, &["commit", "--quiet", "-m", "loosened"]).ok();
    stray(&lane, "docs/guide.md");
    pushed(&lane);
    let refused = judge(&checkout(&sandbox, "T-1")).code(1);
    refused
        .says("maintainer-path: .agents/policy.toml")
        .says("maintainer-path: .agents/gates.toml")
        .says("outside-scope: T-1 does not hold docs/guide.md");
    // A person may change them; they count once they are there.
    lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    lane.commit("src/b.rs", "broken\n", "broken");
    around(&lane, &["push", "--quiet", "origin", "HEAD:refs/heads/aside"]).ok();
    let ci = checkout(&sandbox, "aside");
    let args = ["gate", "--ci", "--base", "main", "--fork", "--branch", "aside"];
    ci.lane(args).code(5).prints("FAILED   unit");
}

#[test]
fn a_lane_is_known_by_its_trailer_where_the_branch_has_another_name() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    lane.write("docs/guide.md", "stray\n");
    around(&lane, &["commit", "--quiet", "-am", "stray\n\nLane-Task: T-1"]).ok();
    around(&lane, &["push", "--quiet", "origin", "HEAD:refs/heads/feature"]).ok();
    let args = ["gate", "--ci", "--base", "main", "--branch", "feature"];
    let ci = checkout(&sandbox, "feature");
    ci.lane(args).code(1).says("T-1 does not hold docs/guide.md");
    // From a fork it is a person's, whatever it says of itself; what a lane holds is pointed out.
    let fork = ci.lane([&args[..], &["--fork"]].concat()).ok();
    fork.says("advice: foreign-lock: src/a.rs is held by agent-a")
        .does_not_say("error:");
}

#[test]
fn a_fork_is_told_which_paths_are_the_maintainers_and_refused_nothing() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    stray(&lane, ".gitlab-ci.yml");
    pushed(&lane);
    let ci = checkout(&sandbox, "T-1");
    let before = ci.git(["ls-remote", "origin"]).ok().stdout;
    let args = ["gate", "--ci", "--base", "main", "--branch", "T-1", "--fork"];
    ci.lane(args).ok().says("advice: maintainer-path: .gitlab-ci.yml");
    assert_eq!(ci.git(["ls-remote", "origin"]).ok().stdout, before);
    assert_eq!(ci.git(["for-each-ref", "refs/agents"]).ok().stdout, "");
    judge(&ci).code(1).says("maintainer-path: .gitlab-ci.yml");
}

#[test]
fn a_lane_whose_hold_is_gone_is_refused_until_somebody_takes_it() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    lane.lane(["release", "T-1", "--why", "no time"]).ok();
    let refused = judge(&checkout(&sandbox, "T-1")).code(1);
    let refused = refused.says("error: stale-fence: nobody holds T-1, which is todo");
    follow(&repo.agent("agent-b"), &refused, "git lane start").ok();
    judge(&checkout(&sandbox, "T-1")).ok();
}

#[test]
fn what_is_handed_off_is_what_is_delivered() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    lane.lane(["handoff", "--risk", "none", "--next", "review"]).ok();
    judge(&checkout(&sandbox, "T-1")).ok();
    lane.write("src/b.rs", "later\n");
    around(&lane, &["commit", "--quiet", "-am", "later"]).ok();
    pushed(&lane);
    judge(&checkout(&sandbox, "T-1"))
        .code(1)
        .says("error: handoff-stale: T-1 was handed off at");
}

#[test]
fn a_state_that_was_edited_by_hand_judges_nothing() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    lane.lane(["handoff", "--risk", "none", "--next", "review"]).ok();
    let listed = lane.git(["ls-tree", "-r", "--name-only", STATE]).ok().stdout;
    let path = listed.lines().find(|path| path.contains("handoffs/"));
    let path = path.expect("a handoff").to_owned();
    let record = lane.git(["show", &format!("{STATE}:{path}")]).ok().stdout;
    falsify(&repo, &path, Some(&record.replace("none", "some")));
    around(&lane, &["push", "--quiet", "--force", "origin", STATE]).ok();
    let ci = checkout(&sandbox, "T-1");
    let refused = judge(&ci).code(1).says("error: ci-state-broken: event ");
    follow(&ci, &refused, "git lane verify --full").code(1);
}

#[test]
fn changed_contracts_call_for_their_checks() {
    let sandbox = sandbox();
    let contract = "[contract.api]\nfiles = [\"src/a.rs\"]\nchecks = [\"whole\"]\n";
    let (_, lane) = shared(&sandbox, contract);
    judge(&checkout(&sandbox, "T-1")).ok();
    assert_eq!(ran(&sandbox), "lint unit whole");
    lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    lane.commit("src/b.rs", "mine\n", "no contract").ok();
    pushed(&lane);
    judge(&checkout(&sandbox, "T-1")).ok();
    assert_eq!(ran(&sandbox), "lint unit");
}

#[test]
fn what_a_criss_cross_merge_dropped_is_found_though_one_merge_base_lacks_it_too() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    let begin = repo.rev("HEAD");
    let theirs = lane.rev("HEAD");
    repo.write("landed.txt", "landed\n");
    repo.git(["add", "landed.txt"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "landed"]).ok();
    let landed = repo.rev("HEAD");
    around(&repo, &["merge", "--quiet", "--no-ff", "--no-edit", &theirs]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    assert_ne!(begin, landed);
    // Both sides merged each other, and this one took nothing of the other.
    around(&lane, &["merge", "--quiet", "-s", "ours", "--no-edit", &landed]).ok();
    pushed(&lane);
    judge(&checkout(&sandbox, "T-1"))
        .code(1)
        .says("error: outside-scope: T-1 does not hold landed.txt");
    around(&lane, &["checkout", "--quiet", &landed, "--", "landed.txt"]).ok();
    around(&lane, &["commit", "--quiet", "-m", "put back"]).ok();
    pushed(&lane);
    judge(&checkout(&sandbox, "T-1")).ok();
}

#[test]
fn a_lane_without_a_scope_does_not_change_what_is_the_maintainers() {
    let sandbox = sandbox();
    let (repo, _) = shared(&sandbox, "");
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["task", "add", "free", "--id", "T-0"]).ok();
    let lane = repo.agent("agent-b").start("T-0");
    stray(&lane, ".github/workflows/x.yml");
    around(&lane, &["push", "--quiet", "origin", "HEAD:refs/heads/T-0"]).ok();
    let ci = checkout(&sandbox, "T-0");
    let judged = ci.lane(["gate", "--ci", "--base", "main", "--branch", "T-0"]);
    judged
        .code(1)
        .says("error: maintainer-path: .github/workflows/x.yml belongs to the maintainer role");
}

#[test]
fn a_commit_of_a_lane_that_nobody_holds_or_knows_is_named_whatever_the_branch() {
    for (task, said) in [
        ("T-9", "error: stale-fence: nobody holds T-9, which is todo"),
        ("T-77", "error: no-such-task: the commit names T-77"),
    ] {
        let sandbox = sandbox();
        let (repo, lane) = shared(&sandbox, "");
        repo.task("T-9", "docs/**");
        lane.write("docs/x.md", "x\n");
        lane.git(["add", "docs"]).ok();
        let message = format!("another's\n\nLane-Task: {task}");
        around(&lane, &["commit", "--quiet", "-m", &message]).ok();
        pushed(&lane);
        judge(&checkout(&sandbox, "T-1")).code(1).says(said);
    }
}

#[test]
fn what_passed_before_in_the_same_clone_is_run_again() {
    let sandbox = sandbox();
    let (_, _) = shared(&sandbox, "");
    let ci = checkout(&sandbox, "T-1");
    judge(&ci).ok();
    let once = ran(&sandbox);
    assert!(!once.is_empty());
    judge(&ci).ok();
    assert_eq!(ran(&sandbox), once);
}
