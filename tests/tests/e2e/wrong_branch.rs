//! What a lane holds is committed in the lane: an agent that commits it on the integration branch is led there.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::around;
use crate::following::follow;
use crate::sandbox;

const TAKE: &str = "git diff-index";

/// agent-a's lane T-1 for `src/**`: the main worktree and the lane's, both as agent-a.
fn lane(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let repo = sandbox.lanes("r");
    repo.stages(&[]);
    repo.person().git(["commit", "--quiet", "-am", "no stages"]).ok();
    repo.task("T-1", "src/**");
    let repo = repo.agent("agent-a");
    let lane = repo.start("T-1").agent("agent-a");
    (repo, lane)
}

fn refused(output: Output, path: &str) -> Output {
    output
        .code(1)
        .says(&format!("error: wrong-branch: {path} is held by your lane T-1"))
}

#[test]
fn what_is_staged_on_main_is_taken_to_the_lane_and_nothing_is_lost() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    // Nothing that a user may have set changes what the hint takes along.
    for (key, value) in [
        ("color.ui", "always"),
        ("diff.noprefix", "true"),
        ("apply.whitespace", "error"),
    ] {
        repo.git(["config", key, value]).ok();
    }
    lane.commit("src/c.rs", "1\n2\n3\n4\n5\n6\n7\n8\n", "first").ok();
    repo.write("src/a.rs", "changed \n");
    repo.write("src/deep er/new.rs", "new\n");
    repo.write("src/bytes", b"\0\x01\xff");
    repo.write("docs/guide.md", "better\n");
    repo.git(["rm", "--quiet", "src/b.rs"]).ok();
    repo.git(["add", "--", "src", "docs"]).ok();
    repo.write("src/a.rs", "changed \nnot staged\n");
    let before = (repo.rev("HEAD"), repo.git(["status", "--porcelain"]).ok().stdout);
    for how in [&["commit", "-m", "x"][..], &["commit", "--no-verify", "-m", "x"]] {
        refused(repo.git(how), "src/a.rs");
        refused(repo.at("docs").git(how), "src/a.rs");
    }
    let told = repo.git(["commit", "-m", "x"]);
    follow(&repo, &told, TAKE).ok();
    assert_eq!(
        (repo.rev("HEAD"), repo.git(["status", "--porcelain"]).ok().stdout),
        before
    );
    assert_eq!(
        lane.git(["diff", "--cached", "--name-status"]).ok().stdout,
        "M\tsrc/a.rs\nD\tsrc/b.rs\nA\tsrc/bytes\nA\tsrc/deep er/new.rs\n"
    );
    assert_eq!(lane.read("src/a.rs"), "changed \n");
    lane.git(["commit", "--quiet", "-m", "in the lane"]).ok();
    follow(&repo, &told, "git restore --staged").ok();
    repo.git(["commit", "--quiet", "-m", "no lane's"]).ok();
    assert_eq!(
        repo.git(["show", "--name-only", "--format="]).ok().text(),
        "docs/guide.md"
    );
    assert_eq!(repo.read("src/a.rs"), "changed \nnot staged\n");
    follow(&repo, &told, "cd ").ok();
}

#[test]
fn of_a_commit_with_all_the_work_tree_is_taken_and_merged_there() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let lines = |first: &str, last: &str| format!("{first}\n2\n3\n4\n5\n6\n7\n8\n{last}\n");
    repo.commit("src/long", &lines("1", "9"), "long").ok();
    repo.task("T-1", "src/**");
    let repo = repo.agent("agent-a");
    let lane = repo.start("T-1").agent("agent-a");
    lane.commit("src/long", &lines("one", "9"), "first").ok();
    repo.write("src/long", lines("1", "nine"));
    for how in [
        &["commit", "-a", "-m", "x"][..],
        &["commit", "-m", "x", "--", "src/long"],
    ] {
        let told = refused(repo.git(how), "src/long");
        follow(&repo, &told, TAKE).ok();
        assert_eq!(lane.read("src/long"), lines("one", "nine"));
        lane.git(["reset", "--quiet", "--hard"]).ok();
    }
}

#[test]
fn a_lane_without_a_worktree_gets_one_first() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let repo = repo.agent("agent-a");
    repo.lane(["claim", "T-1"]).ok();
    let told = refused(repo.commit("src/a.rs", "mine\n", "x"), "src/a.rs");
    follow(&repo, &told, "git lane start T-1").ok();
    let told = refused(repo.git(["commit", "-m", "x"]), "src/a.rs");
    follow(&repo, &told, TAKE).ok();
    let lane = repo.at(".worktrees/T-1");
    lane.git(["commit", "--quiet", "-m", "mine"]).ok();
    assert_eq!(lane.git(["show", "HEAD:src/a.rs"]).ok().stdout, "mine\n");
}

#[test]
fn the_lanes_branch_is_the_lane_wherever_it_is_checked_out_and_another_branch_is_nobodys() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let repo = repo.agent("agent-a");
    repo.lane(["claim", "T-1"]).ok();
    repo.write("src/a.rs", "mine\n");
    for branch in ["T-1", "side"] {
        repo.git(["switch", "--quiet", "-c", branch]).ok();
        repo.commit("src/a.rs", branch, "mine").ok();
    }
}

#[test]
fn an_agent_that_brings_lanes_together_and_a_person_are_free() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    lane.commit("src/a.rs", "of the lane\n", "one").ok();
    let main = repo.rev("main");
    for how in [
        "git merge --quiet --no-ff --no-edit T-1",
        "git merge --quiet --ff-only T-1",
        "git merge --quiet --squash T-1 && git commit --quiet -m squashed",
        "git cherry-pick T-1",
        "git checkout --quiet T-1 -- src/a.rs && git commit --quiet -m 'as it is there'",
        "git -c core.hooksPath=/dev/null commit --quiet --allow-empty -m x && git rebase --quiet HEAD~1",
    ] {
        repo.sh(how).ok();
        repo.git(["reset", "--quiet", "--hard", &main]).ok();
    }
    // A conflict is settled where it arises.
    for how in ["merge --no-ff T-1", "merge --squash T-1", "cherry-pick T-1"] {
        around(&repo, &["commit", "--quiet", "--allow-empty", "-m", "x"]).ok();
        repo.write("src/a.rs", "of main\n");
        around(&repo, &["commit", "--quiet", "-a", "-m", "x"]).ok();
        repo.sh(&format!("git {how}")).fails();
        repo.write("src/a.rs", "of both\n");
        repo.git(["add", "src/a.rs"]).ok();
        repo.git(["commit", "--quiet", "-m", "both"]).ok();
        repo.git(["reset", "--quiet", "--hard", &main]).ok();
    }
    let told = repo.person().commit("src/a.rs", "by hand\n", "x").code(1);
    told.says("foreign-lock").does_not_say("wrong-branch");
}

#[test]
fn a_revert_is_work_and_is_left_before_it_is_done_in_the_lane() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.commit("src/a.rs", "landed\n", "landed").ok();
    let landed = repo.rev("HEAD");
    repo.commit("src/a.rs", "after\n", "after").ok();
    repo.task("T-1", "src/**");
    let repo = repo.agent("agent-a");
    let lane = repo.start("T-1").agent("agent-a");
    repo.git(["revert", "--no-edit", &landed]).fails();
    repo.write("src/a.rs", "settled\n");
    repo.git(["add", "src/a.rs"]).ok();
    let told = refused(repo.git(["revert", "--continue"]), "src/a.rs");
    follow(&repo, &told, "git reset --merge").ok();
    assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "");
    lane.git(["revert", "--no-edit", "HEAD"]).ok();
}

#[test]
fn whom_the_policy_names_as_integrator_is_free() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let policy = repo.read(".agents/policy.toml");
    let policy = format!("{policy}\n[roles]\nintegrator = [\"agent-i\"]\n");
    repo.commit(".agents/policy.toml", &policy, "roles").ok();
    repo.tell();
    for (task, agent, scope) in [("T-1", "agent-a", "src/**"), ("T-2", "agent-i", "docs/**")] {
        repo.task(task, scope);
        repo.agent(agent).start(task);
    }
    refused(
        repo.agent("agent-a").commit("src/a.rs", "mine\n", "x"),
        "src/a.rs",
    );
    repo.git(["reset", "--quiet", "--hard"]).ok();
    repo.agent("agent-i").commit("docs/guide.md", "mine\n", "x").ok();
}

/// The same with a remote that has `main`, and a commit on main that no hook saw.
fn landed_beside(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let (repo, lane) = lane(sandbox);
    sandbox
        .at(".")
        .git(["init", "--quiet", "--bare", "origin.git"])
        .ok();
    let url = sandbox.path().join("origin.git");
    repo.git(["remote", "add", "origin", &url.to_string_lossy()]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.git(["fetch", "--quiet", "origin"]).ok();
    repo.write("src/a.rs", "beside\n");
    around(&repo, &["commit", "--quiet", "-a", "-m", "beside"]).ok();
    (repo, lane)
}

#[test]
fn a_push_of_what_was_committed_beside_the_lane_is_led_back_into_it() {
    let sandbox = sandbox();
    let (repo, lane) = landed_beside(&sandbox);
    let push = || repo.git(["push", "origin", "main"]);
    let told = refused(push(), "src/a.rs").says(&format!("(commit {})", &repo.rev("HEAD")[..12]));
    follow(&repo, &told, "cd ").ok();
    follow(&repo, &told, "git reset --soft").ok();
    let told = refused(repo.git(["commit", "-m", "again"]), "src/a.rs");
    follow(&repo, &told, TAKE).ok();
    follow(&repo, &told, "git restore --staged").ok();
    repo.git(["restore", "src/a.rs"]).ok();
    lane.git(["commit", "--quiet", "-m", "in the lane"]).ok();
    repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    push().ok();
}

#[test]
fn any_agents_push_of_it_is_refused_and_a_persons_names_the_override() {
    let sandbox = sandbox();
    let (repo, _) = landed_beside(&sandbox);
    let told = repo.agent("agent-b").git(["push", "origin", "main"]).code(1);
    let told = told.says("error: wrong-branch: src/a.rs is held by agent-a's lane T-1");
    follow(&repo.agent("agent-b"), &told, "git lane note T-1").ok();
    // A branch of its own lands nothing.
    repo.git(["push", "--quiet", "origin", "main:refs/heads/side"])
        .ok();
    let told = repo.person().git(["push", "--quiet", "origin", "main"]).code(1);
    told.says("error: foreign-lock: src/a.rs is held by agent-a")
        .says("hint: git lane override src/a.rs --why TEXT");
}

#[test]
fn what_was_written_before_the_lane_or_lands_its_work_is_pushed() {
    let sandbox = sandbox();
    let (repo, lane) = landed_beside(&sandbox);
    let main = "origin/main";
    repo.git(["reset", "--quiet", "--hard", main]).ok();
    lane.commit("src/a.rs", "of the lane\n", "one").ok();
    // As squashed by a host, and written before the claim: neither has a trailer.
    repo.git(["merge", "--quiet", "--squash", "T-1"]).ok();
    repo.git(["commit", "--quiet", "-m", "squashed"]).ok();
    repo.git(["push", "--quiet", "--dry-run", "origin", "main"]).ok();
    repo.git(["reset", "--quiet", "--hard", main]).ok();
    repo.write("src/b.rs", "before\n");
    let old = "--date=@1 +0000";
    around(&repo, &["commit", "--quiet", "-a", "-m", "before", old]).ok();
    repo.git(["push", "--quiet", "origin", "main"]).ok();
}
