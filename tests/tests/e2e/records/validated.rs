//! `git lane validate REV` and `--staged`.

use super::held;
use super::lock;
use super::queue;
use super::stage;
use super::todo;
use super::unseen;
use crate::sandbox;

#[test]
fn a_commit_and_the_index_are_told_apart() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    unseen(
        &repo,
        &[lock("L-1", "agent-a", "src/**", "exclusive", None)],
        "one",
    );
    unseen(
        &repo,
        &[lock("L-2", "agent-b", "src/a.rs", "exclusive", None)],
        "two",
    );
    repo.git(["rm", "--quiet", ".agents/locks/L-1.toml"]).ok();
    repo.lane(["validate", "HEAD"])
        .code(1)
        .says("error: L-1 of agent-a and L-2 of agent-b both cover src/a.rs");
    repo.lane(["validate", "HEAD~1"]).ok().prints("ok: ");
    repo.lane(["validate", "--staged"])
        .ok()
        .prints("ok: 0 live and 0 archived tasks staged");
    repo.lane(["validate"]).ok();
}

#[test]
fn what_is_absent_is_a_note() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let (path, text) = held("T-1", "agent-a", "T-1");
    let waiting = text.replace("created", "scope = [\"src\"]\ndepends_on = [\"T-9\"]\ncreated");
    stage(
        &repo,
        &[
            (path, waiting),
            lock("L-1", "agent-b", "docs/**", "exclusive", Some("T-8")),
        ],
    );
    let told = repo.lane(["validate", "--staged"]).ok();
    told.says("note: T-1 waits for T-9, which does not exist")
        .says("note: T-1 is claimed with a scope and has no lock for it")
        .says("note: L-1 belongs to T-8, which nobody holds");
    let read: serde_json::Value =
        serde_json::from_str(&repo.lane(["validate", "--staged", "--json"]).ok().stdout).expect("JSON");
    assert_eq!((&read["ok"], &read["locks"]), (&true.into(), &1.into()));
    assert_eq!(read["absent"][0]["kind"], "unknown-dependency");
    assert_eq!(read["absent"][0]["with"], "T-9");
    repo.git(["commit", "--quiet", "-m", "a part"]).ok();
}

#[test]
fn the_policy_that_lies_with_the_records_judges_them() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let locks =
        [("L-1", "agent-a"), ("L-2", "agent-b")].map(|(id, by)| lock(id, by, "src/**", "exclusive", None));
    let policy = "format = 1\nrepository = \"r1\"\n[lanes]\ncommon_paths = [\"src/**\"]\n";
    unseen(&repo, &locks, "locks");
    repo.lane(["validate", "HEAD"]).code(1);
    unseen(&repo, &[(".agents/policy.toml".into(), policy.into())], "policy");
    repo.lane(["validate", "HEAD"]).ok();
}

#[test]
fn where_nothing_lies_a_sentence_says_so() {
    let sandbox = sandbox();
    let bare = sandbox.empty_repo("empty");
    bare.lane(["validate", "--staged"])
        .ok()
        .prints("ok: there are no records staged");
    bare.lane(["validate", "HEAD"])
        .code(2)
        .says("names no commit here");
    stage(&bare, &[todo("T-1"), (queue("T-2"), "= 1\n".into())]);
    bare.lane(["validate", "--staged"])
        .code(1)
        .says(&queue("T-2"))
        .says("line 1");
    let repo = sandbox.repo("plain");
    repo.lane(["validate", "HEAD"])
        .ok()
        .prints("ok: there are no records in HEAD");
    repo.lane(["validate", "HEAD", "--staged"]).code(2);
    repo.git(["clone", "--quiet", "--bare", ".", "../bare.git"]).ok();
    repo.at("../bare.git")
        .lane(["validate", "--staged"])
        .code(6)
        .says("no index");
    repo.at("../bare.git").lane(["validate", "main"]).ok();
}

#[test]
fn a_conflict_that_stands_in_the_index_is_named() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let [ours, theirs] = ["agent-a", "agent-b"].map(|by| held("T-1", by, "T-1"));
    unseen(&repo, &[todo("T-1")], "task");
    super::apart(&repo, &[ours], &[theirs]);
    repo.git(["merge", "side"]).code(1);
    repo.lane(["validate", "--staged"])
        .code(1)
        .says(&format!("error: {} is in conflict", queue("T-1")));
}
