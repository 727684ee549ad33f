//! `[lanes] per = "area"`: the lanes of an area take turns in its worktrees, and nothing of one is lost or found by the next.

use lane_testkit::FAILPOINT_VAR;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::at;
use super::rescued;
use crate::clones::another;
use crate::delivering::published;
use crate::following::around;
use crate::sandbox;

/// A published repository without stages, with a worktree per area, and the area `back`.
pub(super) fn per_area(sandbox: &Sandbox) -> Place<'_> {
    let repo = published(sandbox);
    repo.stages(&[]);
    let policy = repo.read(".agents/policy.toml");
    let policy = policy.replacen("[lanes]\n", "[lanes]\nper = \"area\"\n", 1);
    repo.write(
        ".agents/policy.toml",
        policy + "\n[area.back]\nowns = [\"src/**\", \"docs/**\", \"new/**\"]\n",
    );
    repo.write(".gitignore", "target/\n.env\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "settings"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo
}

/// A task of the area `back`.
pub(super) fn task(repo: &Place<'_>, id: &str, scope: &str) {
    repo.lane(["task", "add", "x", "--id", id, "--area", "back", "--scope", scope])
        .ok();
}

/// The lane's commit is handed off and lands.
fn lands(repo: &Place<'_>, lane: &Place<'_>, id: &str, path: &str) -> lane_testkit::Output {
    lane.commit(path, "landed\n", "work").ok();
    lane.lane(["handoff"]).ok();
    repo.agent("agent-i").lane(["land", id]).ok()
}

pub(super) fn folder(lane: &Place<'_>) -> String {
    let name = lane.path().file_name().expect("a name");
    name.to_string_lossy().into_owned()
}

fn branch(lane: &Place<'_>) -> String {
    lane.git(["branch", "--show-current"]).ok().text().to_owned()
}

fn abandon(repo: &Place<'_>, id: &str) {
    repo.person()
        .lane(["--role", "orchestrator", "abandon", id, "--why", "x"])
        .ok();
}

/// What the list says of the worktree in this folder.
fn listed(repo: &Place<'_>, name: &str) -> serde_json::Value {
    let all = repo.lane(["worktree", "list", "--json"]).ok().json();
    let mut all = all.as_array().expect("a list").clone().into_iter();
    let is_it = |one: &serde_json::Value| one["path"].as_str().is_some_and(|path| path.ends_with(name));
    all.find(is_it).expect("the worktree")
}

#[test]
fn tasks_of_an_area_take_turns_in_its_worktree_and_find_what_was_built() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    assert_eq!(
        (folder(&lane), branch(&lane)),
        ("back".to_owned(), "T-1".to_owned())
    );
    assert_eq!(
        lane.lane(["start", "T-1"]).ok().text(),
        lane.path().to_string_lossy()
    );
    lane.write("target/debug/x", "built");
    lane.write(".env", "mine");
    let landed = lands(&repo, &lane, "T-1", "src/one");
    landed.says("rests on agent/back").says("deleted branch T-1");
    let main = repo.rev("origin/main");
    assert_eq!((branch(&lane), lane.rev("HEAD")), ("agent/back".to_owned(), main));
    assert_eq!(lane.git(["status", "--porcelain"]).ok().text(), "");
    repo.git(["rev-parse", "--verify", "--quiet", "T-1"]).code(1);
    let resting = listed(&repo, "/back");
    for (key, value) in [("area", "back"), ("branch", "agent/back"), ("prune", "stays")] {
        assert_eq!(resting[key], value, "{resting}");
    }
    assert_eq!(resting["task"], serde_json::Value::Null);
    repo.lane(["worktree", "prune"])
        .ok()
        .says("no worktree is left over");
    task(&repo, "T-2", "src/**");
    let next = repo.agent("agent-b").start("T-2");
    assert_eq!((next.path(), branch(&next)), (lane.path(), "T-2".to_owned()));
    assert_eq!(
        (next.read("target/debug/x"), next.read(".env")),
        ("built".to_owned(), "mine".to_owned())
    );
    assert_eq!(next.read("src/one"), "landed\n");
    // The next rest is where main is by then.
    lands(&repo, &next, "T-2", "src/two").says("rests on agent/back");
    assert_eq!(
        (branch(&lane), lane.rev("HEAD")),
        ("agent/back".to_owned(), repo.rev("origin/main"))
    );
    repo.git(["fsck", "--no-dangling"]).ok();
}

#[test]
fn two_lanes_of_an_area_at_once_have_two_worktrees_and_a_task_without_one_has_its_own() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    task(&repo, "T-2", "docs/**");
    repo.task("T-3", "tests/**");
    // The name is a task's, who would have its own worktree there.
    repo.task("back-2", "more/**");
    let one = repo.agent("agent-a").start("T-1");
    let two = repo.agent("agent-b").start("T-2");
    let own = repo.agent("agent-c").start("T-3");
    let names = [&one, &two, &own].map(folder);
    assert_eq!(names, ["back", "back-3", "T-3"]);
    // What is handed off keeps its worktree until it lands.
    two.commit("docs/x", "x\n", "work").ok();
    two.lane(["handoff"]).ok();
    task(&repo, "T-4", "new/**");
    let four = repo.agent("agent-d").start("T-4");
    assert_eq!(folder(&four), "back-4");
    repo.agent("agent-i")
        .lane(["land", "T-2"])
        .ok()
        .says("rests on agent/back-3");
    // Two agents in one checkout are found.
    one.agent("agent-b")
        .lane(["start", "back-2", "--here"])
        .says("this worktree is the lane T-1 of agent-a");
    task(&repo, "T-5", "docs/**");
    assert_eq!(repo.agent("agent-b").start("T-5").path(), two.path());
}

#[test]
fn what_the_former_left_is_kept_and_said_and_the_next_finds_none_of_it() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    task(&repo, "T-2", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/one", "one\n", "work").ok();
    lane.write("src/a.rs", "changed\n");
    lane.write("src/staged", "staged\n");
    lane.git(["add", "src/staged"]).ok();
    lane.write("new/deep/file", "untracked\n");
    lane.write("target/x", "built");
    lane.git(["switch", "--quiet", "--detach"]).ok();
    let tip = repo.rev("T-1");
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    let started = repo.agent("agent-b").lane(["start", "T-2"]).ok();
    let kept = rescued(&repo);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(started.text(), lane.path().to_string_lossy());
    started.says(&kept[0].0).says("was T-1's before");
    for (path, text) in [
        ("src/a.rs", "changed\n"),
        ("src/staged", "staged\n"),
        ("new/deep/file", "untracked\n"),
    ] {
        assert_eq!(at(&repo, &kept[0].1, path), text);
    }
    assert_eq!(lane.git(["status", "--porcelain"]).ok().text(), "");
    assert!(!lane.has("new") && !lane.has("src/one") && lane.has("target/x"));
    // The branch of a task that lives stays, and its lane goes on elsewhere.
    assert_eq!(repo.rev("T-1"), tip);
    abandon(&repo, "T-2");
    let again = repo.agent("agent-a").start("T-1");
    assert_eq!(
        (folder(&again), again.read("src/one")),
        ("back".to_owned(), "one\n".to_owned())
    );
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    abandon(&repo, "T-1");
    let pruned = repo.lane(["worktree", "prune", "--dry-run"]).ok();
    pruned.prints("would leave ").prints("on agent/back");
    assert_eq!(branch(&lane), "T-1");
    let pruned = repo.lane(["worktree", "prune"]).ok();
    pruned.prints("rests on agent/back").prints("deleted branch T-1");
    let holds = ["for-each-ref", "--contains", &tip, "refs/rescue"];
    assert_ne!(repo.git(holds).ok().text(), "", "an abandoned task's commits");
}

#[test]
fn one_that_cannot_be_emptied_is_passed_over_and_named_it_goes() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    task(&repo, "T-2", "src/**");
    task(&repo, "T-3", "docs/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/one", "one\n", "work").ok();
    lane.sh("git init -q own && touch own/x").ok();
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    let two = repo.agent("agent-b").start("T-2");
    assert_eq!(folder(&two), "back-2");
    repo.lane(["worktree", "prune"]).code(3).says("nested-repository");
    lane.sh("rm -rf own").ok();
    // A file that is ignored and that the other side has is not written over.
    lane.write(".env", "mine");
    repo.git(["branch", "T-3", "main"]).ok();
    let aside = repo.at(".worktrees/aside");
    repo.git(["worktree", "add", "--quiet", ".worktrees/aside", "T-3"])
        .ok();
    aside.write(".env", "theirs");
    around(&aside, &["add", "--force", ".env"]).ok();
    around(&aside, &["commit", "--quiet", "-m", "env"]).ok();
    repo.git(["worktree", "remove", ".worktrees/aside"]).ok();
    let started = repo.agent("agent-c").lane(["start", "T-3", "--take-over"]).ok();
    let three = repo.at(started.text());
    started.says("is passed over");
    assert_eq!(
        (folder(&three), lane.read(".env")),
        ("back-3".to_owned(), "mine".to_owned())
    );
    // Named it goes, by the table of prune.
    let path = lane.path().to_string_lossy().into_owned();
    let no = repo
        .lane(["worktree", "prune", &path])
        .code(3)
        .says("ignored-files");
    repo.sh(&no.hints()[0]).ok();
    repo.lane(["worktree", "prune", &path])
        .ok()
        .prints(&format!("removed {path}"));
    assert!(!lane.path().exists());
    // Its number is free again.
    two.lane(["release", "T-2", "--why", "x"]).ok();
    repo.lane(["worktree", "prune"])
        .ok()
        .prints("rests on agent/back-2");
    let path = two.path().to_string_lossy().into_owned();
    repo.lane(["worktree", "prune", &path])
        .ok()
        .prints("deleted branch agent/back-2");
    assert_eq!(folder(&repo.agent("agent-b").start("T-2")), "back");
}

#[test]
fn one_in_which_a_process_stands_is_passed_over_and_stays_as_it_is() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    task(&repo, "T-2", "docs/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.write("src/new", "at work\n");
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    let mut cat = lane.at("src").command("cat");
    let mut child = cat.stdin(std::process::Stdio::piped()).spawn().expect("cat");
    assert_eq!(folder(&repo.agent("agent-b").start("T-2")), "back-2");
    repo.lane(["worktree", "prune"]).code(3).says("worktree-busy");
    assert_eq!(
        (branch(&lane), lane.read("src/new")),
        ("T-1".to_owned(), "at work\n".to_owned())
    );
    drop(child.stdin.take());
    child.wait().expect("its end");
    repo.lane(["worktree", "prune"])
        .ok()
        .prints("rests on agent/back");
    assert_eq!(rescued(&repo).len(), 1);
}

#[test]
fn an_area_branch_with_commits_of_its_own_is_left_alone() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    repo.git(["branch", "agent/back", "main"]).ok();
    let aside = repo.at(".worktrees/aside");
    repo.git(["worktree", "add", "--quiet", ".worktrees/aside", "agent/back"])
        .ok();
    around(&aside, &["commit", "--quiet", "--allow-empty", "-m", "own"]).ok();
    let own = repo.rev("agent/back");
    repo.git(["worktree", "remove", ".worktrees/aside"]).ok();
    task(&repo, "T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lands(&repo, &lane, "T-1", "src/one").says("agent/back has commits of its own");
    assert_eq!(
        (branch(&lane), lane.rev("HEAD")),
        (String::new(), repo.rev("origin/main"))
    );
    assert_eq!(repo.rev("agent/back"), own);
    task(&repo, "T-2", "src/**");
    // Whoever stands in it goes on there.
    assert_eq!(lane.start("T-2").path(), lane.path());
    assert_eq!(branch(&lane), "T-2");
}

#[test]
fn one_whose_task_somebody_holds_in_another_clone_is_free_here() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    task(&repo, "T-2", "docs/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/one", "one\n", "work").ok();
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    repo.lane(["sync"]).ok();
    let other = another(&sandbox, "b").agent("agent-b");
    let there = other.start("T-1");
    assert_eq!(folder(&there), "back");
    repo.lane(["sync"]).ok();
    assert_eq!(listed(&repo, "/back")["holder"], serde_json::Value::Null);
    let tip = repo.rev("T-1");
    assert_eq!(repo.agent("agent-a").start("T-2").path(), lane.path());
    assert_eq!((branch(&lane), repo.rev("T-1")), ("T-2".to_owned(), tip));
}

#[test]
fn one_of_an_area_is_made_again_and_stays_the_areas() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.write("src/a.rs", "spoilt\n");
    let agent = repo.agent("agent-a");
    agent.lane(["worktree", "rebuild", "T-1"]).ok();
    assert_eq!(rescued(&repo).len(), 1);
    std::fs::remove_dir_all(lane.path()).expect("removed");
    assert_eq!(agent.start("T-1").path(), lane.path());
    std::fs::remove_dir_all(lane.path()).expect("removed");
    repo.git(["worktree", "prune"]).ok();
    agent.lane(["worktree", "rebuild", "T-1"]).ok();
    lands(&repo, &lane, "T-1", "src/one").says("rests on agent/back");
    // One that rests and whose folder is gone is made again for the next.
    std::fs::remove_dir_all(lane.path()).expect("removed");
    task(&repo, "T-2", "src/**");
    let next = repo.agent("agent-a").start("T-2");
    assert_eq!((next.path(), branch(&next)), (lane.path(), "T-2".to_owned()));
}

#[test]
fn a_start_that_was_killed_while_it_took_one_is_gone_on_with() {
    for point in ["worktree-rescued", "worktree-emptied", "worktree-switched"] {
        let sandbox = sandbox();
        let repo = per_area(&sandbox);
        task(&repo, "T-1", "src/**");
        task(&repo, "T-2", "src/**");
        let lane = repo.agent("agent-a").start("T-1");
        lane.write("new/file", "untracked\n");
        lane.lane(["release", "T-1", "--why", "x"]).ok();
        let next = repo.agent("agent-b");
        let killed = next.env(FAILPOINT_VAR, point).lane(["start", "T-2"]);
        assert!(killed.code > 128, "{point}: {killed}");
        let again = next.start("T-2");
        assert_eq!(
            (again.path(), branch(&again)),
            (lane.path(), "T-2".to_owned()),
            "{point}"
        );
        assert_eq!(again.git(["status", "--porcelain"]).ok().text(), "", "{point}");
        assert_eq!(
            at(&repo, &rescued(&repo)[0].1, "new/file"),
            "untracked\n",
            "{point}"
        );
        again.commit("src/two", "two\n", "work").ok();
    }
}

#[test]
fn a_worktree_is_per_task_or_per_area_and_another_word_is_refused_with_both() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.sh("sed -i 's/^\\[lanes\\]/[lanes]\\nper = \"team\"/' .agents/policy.toml")
        .ok();
    let seen = repo.lane(["policy", "validate"]);
    assert_ne!(seen.code, 0, "{seen}");
    seen.says("`task`").says("`area`");
}
