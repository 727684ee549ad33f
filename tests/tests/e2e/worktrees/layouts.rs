//! Worktrees in repositories that are laid out otherwise: bare ones with worktrees beside them, and ones with submodules.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::rescued;
use crate::following::around;
use crate::landing::team;
use crate::sandbox;

/// `proj/.bare`, and its integration branch checked out in `proj/main`, with a remote and a policy.
fn bare_with_worktrees(sandbox: &Sandbox) -> Place<'_> {
    sandbox.repo("seed");
    let here = sandbox.at("");
    here.git(["clone", "--quiet", "--bare", "seed", "hub.git"]).ok();
    here.git(["clone", "--quiet", "--bare", "hub.git", "proj/.bare"])
        .ok();
    let bare = sandbox.at("proj/.bare");
    bare.git([
        "config",
        "remote.origin.fetch",
        "+refs/heads/*:refs/remotes/origin/*",
    ])
    .ok();
    bare.git(["fetch", "--quiet"]).ok();
    bare.git(["worktree", "add", "--quiet", "../main", "main"]).ok();
    let main = sandbox.at("proj/main");
    main.lane(["init"]).ok();
    main.stages(&[]);
    main.lane(["init", "--agents-md"]).ok();
    main.git(["add", "--all"]).ok();
    main.git(["commit", "--quiet", "-m", "policy"]).ok();
    around(&main, &["push", "--quiet", "origin", "main"]).ok();
    main.agent("agent-a")
}

#[test]
fn a_bare_repository_with_worktrees_has_lanes_that_land_and_go() {
    let sandbox = sandbox();
    let main = bare_with_worktrees(&sandbox);
    main.task("T-1", "src/**");
    let lane = main.start("T-1");
    assert_eq!(lane.path(), sandbox.at("proj/.worktrees/T-1").path());
    lane.write("src/a.rs", "spoilt\n");
    // From the bare repository itself too.
    let bare = sandbox.at("proj/.bare").agent("agent-a");
    bare.lane(["worktree", "rebuild", "T-1"]).ok();
    assert_eq!(rescued(&bare).len(), 1);
    lane.commit("src/a.rs", "mine\n", "one").ok();
    lane.lane(["handoff"]).ok();
    main.lane(["land", "T-1"]).ok().says("removed ");
    assert_eq!(main.read("src/a.rs"), "mine\n", "the checkout is brought along");
    assert!(!lane.path().exists());
    main.task("T-2", "docs/**");
    let second = bare.start("T-2");
    let listed = bare.lane(["worktree", "list", "--json"]).ok().json();
    let held = listed
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["task"] == "T-2");
    assert_eq!(
        held.map(|one| &one["holder"]),
        Some(&"agent-a".into()),
        "{listed}"
    );
    bare.lane(["release", "T-2", "--why", "x"]).ok();
    main.lane(["worktree", "prune"]).ok().prints("removed ");
    assert!(!second.path().exists() && main.has("README.md"));
}

/// A team whose main worktree has the submodule `vendor/sub` with one of its own, `inner`, and another that nobody initialised.
/// Where they came from is gone, and git lets no submodule be fetched from a path.
pub(super) fn with_submodules<'s>(sandbox: &'s Sandbox, gates: &str) -> Place<'s> {
    let repo = team(sandbox, "", gates);
    let inner = sandbox.repo("inner");
    inner.commit("in.txt", "inner\n", "inner").ok();
    let sub = sandbox.repo("sub");
    sub.git(["submodule", "--quiet", "add", "../inner", "inner"]).ok();
    sub.git(["commit", "--quiet", "-m", "with inner"]).ok();
    for path in ["vendor/sub", "vendor/other"] {
        let url = sandbox.path().join("sub").display().to_string();
        repo.git(["submodule", "--quiet", "add", "--name", path, &url, path])
            .ok();
    }
    around(&repo, &["commit", "--quiet", "-m", "submodules"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.git([
        "submodule",
        "--quiet",
        "update",
        "--init",
        "--recursive",
        "vendor/sub",
    ])
    .ok();
    repo.git(["submodule", "--quiet", "deinit", "--force", "vendor/other"])
        .ok();
    repo.git(["config", "--global", "--unset", "protocol.file.allow"])
        .ok();
    repo.sh("rm -rf ../sub ../inner").ok();
    repo
}

#[test]
fn a_lane_has_the_submodules_that_the_clone_has_without_asking_anybody() {
    let sandbox = sandbox();
    let repo = with_submodules(&sandbox, "").agent("agent-a");
    repo.task("T-1", "src/**");
    let started = repo.lane(["start", "T-1"]).ok();
    assert!(!started.stderr.contains("submodule"), "{started}");
    let lane = repo.at(started.text());
    assert_eq!(lane.read("vendor/sub/src/a.rs"), "a\n");
    assert_eq!(lane.read("vendor/sub/inner/in.txt"), "inner\n");
    assert!(!lane.has("vendor/other/src"), "nobody wants it");
    assert_eq!(lane.git(["status", "--porcelain"]).ok().text(), "");
    let status = lane.git(["submodule", "status", "vendor/sub"]).ok();
    assert!(status.stdout.starts_with(' '), "as git has it: {status}");
    // Its remote is the original, and what the lane does there is its own.
    let url = lane.at("vendor/sub").git(["config", "remote.origin.url"]).ok();
    assert_eq!(url.text(), sandbox.path().join("sub").display().to_string());
    let main = repo.at("vendor/sub").rev("HEAD");
    lane.at("vendor/sub")
        .commit("src/new.rs", "n\n", "in the submodule")
        .ok();
    assert_eq!(repo.at("vendor/sub").rev("HEAD"), main);
    repo.lane(["release", "T-1", "--why", "x"]).ok();
    repo.lane(["worktree", "prune"]).code(3).says("dirty-submodule");
    lane.at("vendor/sub")
        .git(["reset", "--quiet", "--hard", &main])
        .ok();
    repo.lane(["worktree", "prune"]).ok().prints("removed ");
    assert_eq!(repo.read("vendor/sub/inner/in.txt"), "inner\n");
    repo.git(["-C", "vendor/sub", "fsck", "--no-dangling"]).ok();
}

#[test]
fn a_submodule_whose_commit_the_clone_has_not_is_named_with_the_command() {
    let sandbox = sandbox();
    let repo = with_submodules(&sandbox, "").agent("agent-a");
    let missing = "1".repeat(40);
    let link = format!("160000,{missing},vendor/sub");
    repo.git(["update-index", "--cacheinfo", &link]).ok();
    around(&repo, &["commit", "--quiet", "-m", "another commit of it"]).ok();
    around(
        &repo,
        &["push", "--quiet", "--recurse-submodules=no", "origin", "main"],
    )
    .ok();
    repo.task("T-1", "src/**");
    let started = repo.lane(["start", "T-1"]).ok();
    let started = started.says("submodule vendor/sub is not checked out");
    let hints = started.hints();
    let hint = hints.iter().find(|line| line.contains("submodule update --init"));
    assert!(hint.is_some(), "{started}");
    // The lane is whole but for that.
    repo.at(started.text()).commit("src/a.rs", "x\n", "one").ok();
}

#[test]
fn the_checks_of_a_landing_see_the_files_of_submodules() {
    let gates = "[check.sub]\nrung = 1\nrun = [\"grep\", \"-q\", \"inner\", \"vendor/sub/inner/in.txt\"]\n[hooks]\npre_commit = 0\nhandoff = 0\n";
    let sandbox = sandbox();
    let repo = with_submodules(&sandbox, gates).agent("agent-a");
    repo.task("T-1", "src/**");
    let lane = repo.start("T-1");
    lane.commit("src/a.rs", "mine\n", "one").ok();
    lane.lane(["handoff"]).ok();
    repo.lane(["land", "T-1"]).ok().says("landed T-1");
    crate::landing::swept(&repo);
}

#[test]
fn a_gitmodules_that_cannot_be_read_stops_no_lane() {
    let sandbox = sandbox();
    let repo = with_submodules(&sandbox, "").agent("agent-a");
    for (id, line) in [
        ("T-1", "echo '[submodule' >.gitmodules"),
        (
            "T-2",
            "printf '[submodule \"../../x\"]\\n\\tpath = vendor/sub\\n\\turl = ext::false\\n' >.gitmodules && git config submodule.../../x.url x",
        ),
    ] {
        repo.sh(line).ok();
        around(&repo, &["commit", "--quiet", "-am", id]).ok();
        around(
            &repo,
            &["push", "--quiet", "--recurse-submodules=no", "origin", "main"],
        )
        .ok();
        repo.task(id, &format!("{id}/**"));
        let started = repo.lane(["start", id]).ok();
        let lane = repo.at(started.text());
        assert!(
            lane.has(".gitmodules") && !lane.has("vendor/sub/src"),
            "{started}"
        );
    }
}

#[test]
fn a_root_that_the_policy_names_later_is_kept_out_of_git_add_too() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "").agent("agent-a");
    let own = repo.path().join("absolute").display().to_string();
    for (id, root) in [("T-1", ".lanes"), ("T-2", "."), ("T-3", own.as_str())] {
        let policy = repo.read(".agents/policy.toml");
        let lines = policy.lines().filter(|line| !line.starts_with("root = "));
        let policy: Vec<&str> = lines.collect();
        let policy = policy
            .join("\n")
            .replacen("[lanes]", &format!("[lanes]\nroot = {root:?}"), 1);
        repo.write(".agents/policy.toml", policy + "\n");
        repo.git(["add", ".agents"]).ok();
        around(&repo, &["commit", "--quiet", "-m", root]).ok();
        around(&repo, &["push", "--quiet", "origin", "main"]).ok();
        repo.task(id, &format!("{id}/**"));
        let lane = repo.start(id);
        let wanted = repo.path().join(root).join(id).canonicalize();
        assert_eq!(lane.path().canonicalize().ok(), wanted.ok(), "{root}");
        assert_eq!(repo.git(["status", "--porcelain"]).ok().text(), "", "{root}");
    }
}
