//! A repository that has a flaw already stays able to commit, and its repair passes.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::archived;
use super::lock;
use super::queue;
use super::stage;
use super::todo;
use super::unseen;
use crate::following::around;
use crate::sandbox;

/// Main has two overlapping locks, an id in queue and archive, and a record that nobody can read.
fn flawed(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    around(&repo, &["switch", "--quiet", "-c", "before"]).ok();
    around(&repo, &["switch", "--quiet", "main"]).ok();
    let flaws = [
        lock("L-1", "agent-a", "src/**", "exclusive", None),
        lock("L-2", "agent-b", "src/a.rs", "exclusive", None),
        todo("T-1"),
        archived("T-1"),
        (queue("T-2"), "id = \n".to_owned()),
    ];
    unseen(&repo, &flaws, "flawed");
    repo
}

#[test]
fn unrelated_commits_and_further_records_pass() {
    let sandbox = sandbox();
    let repo = flawed(&sandbox);
    repo.commit("README.md", "more\n", "elsewhere").ok();
    stage(
        &repo,
        &[todo("T-3"), lock("L-3", "agent-c", "docs/**", "exclusive", None)],
    );
    repo.git(["commit", "-m", "more records"]).ok();
    repo.git(["commit", "--amend", "-m", "the same"]).ok();
    stage(&repo, &[lock("L-4", "agent-d", "src/b.rs", "exclusive", None)]);
    repo.git(["commit", "-m", "x"])
        .code(1)
        .says("L-1 of agent-a and L-4 of agent-d")
        .does_not_say("L-2")
        .does_not_say("T-1");
}

#[test]
fn each_step_of_a_repair_passes() {
    let sandbox = sandbox();
    let repo = flawed(&sandbox);
    let steps = [
        lock("L-2", "agent-b", "src/**", "exclusive", None),
        (queue("T-2"), "id = \"T-2\"\ntitle = \n".to_owned()),
        todo("T-2"),
        lock("L-2", "agent-b", "docs/**", "exclusive", None),
    ];
    for step in steps {
        stage(&repo, &[step]);
        repo.git(["commit", "-m", "a step"]).ok();
    }
    repo.git(["rm", "--quiet", &queue("T-1")]).ok();
    repo.git(["commit", "-m", "the last"]).ok();
    repo.lane(["validate", "HEAD"]).ok();
}

#[test]
fn a_flawed_main_is_merged_rebased_upon_and_branched_from() {
    for args in [
        &["merge", "--quiet", "--no-edit", "main"][..],
        &["rebase", "--quiet", "main"],
    ] {
        let sandbox = sandbox();
        let repo = flawed(&sandbox);
        repo.git(["switch", "--quiet", "before"]).ok();
        repo.commit("README.md", "mine\n", "mine").ok();
        stage(&repo, &[lock("L-3", "agent-c", "docs/**", "exclusive", None)]);
        repo.git(["commit", "--quiet", "-m", "a record of mine"]).ok();
        repo.git(args).ok();
        repo.lane(["validate", "HEAD"])
            .code(1)
            .says("L-1")
            .does_not_say("L-3");
    }
}

#[test]
fn a_lane_in_its_worktree_merges_a_flawed_main() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-7", "docs/**");
    let lane = repo.agent("agent-a").start("T-7");
    lane.commit("docs/guide.md", "mine\n", "mine").ok();
    let flaws = [
        lock("L-1", "agent-a", "src/**", "exclusive", None),
        lock("L-2", "agent-b", "src/a.rs", "exclusive", None),
    ];
    unseen(&repo, &flaws, "flawed");
    lane.git(["merge", "--quiet", "--no-edit", "main"]).ok();
    lane.commit("docs/guide.md", "more\n", "more").ok();
}

#[test]
fn the_merge_of_two_branches_is_judged_in_a_linked_worktree_too() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let [one, two] =
        [("L-1", "agent-a"), ("L-2", "agent-b")].map(|(id, by)| lock(id, by, "src/**", "exclusive", None));
    super::apart(&repo, &[one], &[two]);
    repo.git(["worktree", "add", "--quiet", "-b", "linked", "../linked", "main"])
        .ok();
    let linked = repo.at("../linked");
    let refused = linked
        .git(["merge", "--quiet", "--no-edit", "side"])
        .fails()
        .says("records-disagree");
    linked.lane(["validate", "--staged"]).code(1).says("L-2");
    repo.lane(["validate", "--staged"]).ok();
    crate::following::follow(&linked, &refused, "git merge --abort").ok();
}

#[test]
fn records_of_a_newer_format_are_not_judged() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    stage(
        &repo,
        &[
            (".agents/state.toml".into(), "format = 99\n".into()),
            (queue("T-1"), "id = \"T-1\"\n".into()),
        ],
    );
    repo.git(["commit", "-m", "newer"])
        .ok()
        .says("warning: the records that are staged were not compared");
    repo.lane(["validate", "HEAD"]).code(6).says("format 99");
}
