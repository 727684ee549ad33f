//! A hook that cannot read the state refuses, says that it could not judge, and names what it could not read.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

fn lane(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    let url = sandbox.path().join("remote.git");
    sandbox
        .at(".")
        .git(["init", "--quiet", "--bare", "remote.git"])
        .ok();
    repo.git(["remote", "add", "origin", &url.to_string_lossy()]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "mailed\n", "mailed").ok();
    lane.git(["format-patch", "--quiet", "-1", "-o", "../../../mail"])
        .ok();
    lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    lane
}

/// Puts a file into the state's tree, around git-lane; gives its path.
fn put(lane: &Place<'_>, begins: &str, text: &str) -> String {
    let files = lane
        .git(["ls-tree", "-r", "--name-only", "refs/agents/state"])
        .ok()
        .stdout;
    let path = files
        .lines()
        .find(|path| path.starts_with(begins))
        .expect("the state has such a file")
        .to_owned();
    lane.write("../../../broken", text);
    let index = lane.env(
        "GIT_INDEX_FILE",
        &lane.path().join("../../../index").to_string_lossy(),
    );
    let blob = index.git(["hash-object", "-w", "../../../broken"]).ok();
    index.git(["read-tree", "refs/agents/state"]).ok();
    let entry = format!("100644,{},{path}", blob.text());
    index.git(["update-index", "--add", "--cacheinfo", &entry]).ok();
    let tree = index.git(["write-tree"]).ok();
    let message = index
        .git(["log", "-1", "--format=%B", "refs/agents/state"])
        .ok()
        .stdout;
    let commit = index
        .git([
            "commit-tree",
            "-p",
            "refs/agents/state",
            "-m",
            &message,
            tree.text(),
        ])
        .ok();
    lane.git(["update-ref", "refs/agents/state", commit.text()]).ok();
    path
}

type Act = fn(&Place<'_>) -> Output;

/// Operations by the hook that speaks. The last one judges by the task alone, whatever locks there are.
const ACTS: [(&str, Act); 4] = [
    ("pre-commit", |l| l.git(["commit", "-m", "x"])),
    ("prepare-commit-msg", |l| {
        l.git(["commit", "--no-verify", "-m", "x"])
    }),
    ("pre-applypatch", |l| {
        l.sh("git stash -q; git am -q ../../../mail/*")
    }),
    ("pre-push", |l| l.git(["push", "origin", "T-1"])),
];

/// Each operation is refused and says why; nothing is written and nothing is lost.
fn check(lane: &Place<'_>, acts: &[(&str, Act)], names: &[&str]) {
    let tip = lane
        .git(["rev-parse", "--verify", "--quiet", "refs/agents/state"])
        .stdout;
    let head = lane.rev("HEAD");
    lane.write("src/b.rs", "staged\n");
    lane.git(["add", "src/b.rs"]).ok();
    for &(hook, act) in acts {
        let refused = act(lane).fails();
        let refused = refused.says(&format!("error: git-lane's {hook} hook could not judge: "));
        let refused = names.iter().fold(refused, |output, name| output.says(name));
        assert!(
            !refused.stderr.contains("nothing staged") && !refused.hints().is_empty(),
            "{refused}"
        );
        assert_eq!(lane.rev("HEAD"), head, "{refused}");
        if hook == "pre-applypatch" {
            lane.git(["am", "--abort"]).ok();
            lane.git(["stash", "pop", "--quiet", "--index"]).ok();
        }
    }
    assert_eq!(
        lane.git(["diff", "--cached", "--name-only"]).ok().stdout,
        "src/b.rs\n"
    );
    assert_eq!(
        lane.git(["rev-parse", "--verify", "--quiet", "refs/agents/state"])
            .stdout,
        tip
    );
}

#[test]
fn broken_toml_is_named_with_its_file_and_line() {
    for (begins, acts) in [
        (".agents/locks/", &ACTS[..3]),
        (".agents/queue/", &ACTS),
        (".agents/policy.toml", &ACTS),
        (".agents/state.toml", &ACTS),
    ] {
        let sandbox = sandbox();
        let lane = lane(&sandbox);
        let path = put(&lane, begins, "id = \"x\"\nbroken = = 1\n");
        check(&lane, acts, &[&path, "line 2"]);
    }
}

#[test]
fn a_newer_format_is_named() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    let text = lane
        .git(["show", "refs/agents/state:.agents/state.toml"])
        .ok()
        .stdout;
    put(
        &lane,
        ".agents/state.toml",
        &text.replace("format = 1", "format = 99"),
    );
    check(&lane, &ACTS, &["99"]);
}

#[test]
fn a_missing_state_is_no_clean_bill() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.git(["update-ref", "-d", "refs/agents/state"]).ok();
    check(&lane, &ACTS, &["refs/agents/state"]);
}

#[test]
fn a_lane_that_the_state_does_not_know_is_no_free_ground() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.git(["update-ref", "-d", "refs/agents/state"]).ok();
    let main = lane.at("../..").person();
    // As long as this clone knows what it had, init brings that back and begins nothing anew.
    main.lane(["init"])
        .code(6)
        .says("refs/agents/state is gone")
        .says("git update-ref refs/agents/state ");
    std::fs::remove_file(main.path().join(".git/lane/journal")).unwrap();
    main.lane(["init"]).ok();
    for how in [[].as_slice(), &["--no-verify"]] {
        lane.write("docs/guide.md", "changed\n");
        let refused = lane.git([&["commit", "--all", "-m", "x"], how].concat()).code(1);
        refused.says("this worktree is bound to T-1, which the state does not know");
    }
}

#[test]
fn a_state_whose_commit_is_gone_is_no_clean_bill() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    let git_dir = lane.git(["rev-parse", "--git-common-dir"]).ok().text().to_owned();
    lane.write(
        lane.path().join(git_dir).join("refs/agents/state"),
        format!("{}\n", "1".repeat(40)),
    );
    let refused = lane.commit("src/b.rs", "x\n", "x").fails();
    refused
        .says("error: git-lane's pre-commit hook could not judge: ")
        .says("1111111");
}

#[test]
fn a_hook_that_broke_says_so_in_json_too() {
    let sandbox = sandbox();
    let lane = lane(&sandbox).env("GIT_LANE_FORMAT", "json");
    let path = put(&lane, ".agents/locks/", "broken = = 1\n");
    lane.write("src/b.rs", "x\n");
    let refused = lane.git(["commit", "--all", "-m", "x"]).code(1);
    let word: serde_json::Value =
        serde_json::from_str(&refused.stderr).unwrap_or_else(|e| panic!("{e}: {refused}"));
    assert_eq!(
        (word["hook"].as_str(), word["ok"].as_bool()),
        (Some("pre-commit"), Some(false))
    );
    assert!(word["error"].as_str().unwrap().contains(&path), "{word}");
}
