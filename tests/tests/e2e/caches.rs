//! The caches in `.git/lane/cache/`: whatever lies there, the answers are the same.

use std::fs;
use std::path::PathBuf;

use lane_testkit::Place;

use crate::sandbox;

const QUESTIONS: &[&[&str]] = &[
    &["ready", "--json"],
    &["ready", "--why", "--json"],
    &["task", "list", "--json"],
    &["status", "--json"],
    &["locks", "--json"],
];

fn folder(repo: &Place<'_>) -> PathBuf {
    repo.path().join(".git/lane/cache")
}

/// What the commands answer.
fn answers(repo: &Place<'_>) -> Vec<String> {
    QUESTIONS
        .iter()
        .map(|args| repo.lane(*args).ok().stdout)
        .collect()
}

/// What they answer when nothing was kept.
fn fresh_answers(repo: &Place<'_>) -> Vec<String> {
    let _ = fs::remove_dir_all(folder(repo));
    answers(repo)
}

fn files(repo: &Place<'_>) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(folder(repo)).expect("caches");
    let read = |path: PathBuf| (path.clone(), fs::read(&path).expect("a cache"));
    let mut files: Vec<_> = entries.map(|entry| read(entry.expect("a file").path())).collect();
    files.sort();
    files
}

/// A state with a claimed, a blocked, a waiting and a ready task.
fn varied<'s>(sandbox: &'s lane_testkit::Sandbox) -> Place<'s> {
    let repo = sandbox.lanes("r").agent("agent-a");
    for n in 1..=4 {
        repo.task(&format!("T-{n}"), &format!("part-{n}/**"));
    }
    repo.lane(["task", "add", "later", "--id", "T-5", "--depends-on", "T-1"])
        .ok();
    repo.lane(["claim", "T-1"]).ok();
    repo.lane(["claim", "T-2"]).ok();
    repo.lane(["block", "T-2", "--why", "waits"]).ok();
    repo
}

#[test]
fn a_corrupt_cache_changes_no_answer() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let truth = fresh_answers(&repo);
    for (path, whole) in files(&repo) {
        let half = whole[..whole.len() / 2].to_vec();
        let longer = [whole.as_slice(), b"more"].concat();
        let mut cases = vec![Vec::new(), b"nonsense".to_vec(), vec![0xff; 4096], half, longer];
        // One flipped bit each: in the head, and all over the records.
        cases.extend(
            (0..whole.len())
                .step_by(7)
                .map(|at| {
                    let mut flipped = whole.clone();
                    flipped[at] ^= 1;
                    flipped
                })
                .take(60),
        );
        for case in cases {
            fs::write(&path, &case).expect("the cache");
            assert_eq!(
                answers(&repo),
                truth,
                "{} holds {:?}",
                path.display(),
                String::from_utf8_lossy(&case)
            );
        }
    }
}

#[test]
fn a_stale_cache_is_followed_to_the_state_as_it_is() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    fresh_answers(&repo);
    let old = files(&repo);
    repo.lane(["release", "T-1", "--why", "enough"]).ok();
    repo.lane(["task", "edit", "T-3", "--priority", "high"]).ok();
    repo.lane(["task", "add", "new", "--id", "T-6"]).ok();
    let truth = fresh_answers(&repo);
    let put_back = || {
        for (path, bytes) in &old {
            fs::write(path, bytes).expect("the cache");
        }
    };
    put_back();
    assert_eq!(answers(&repo), truth);
    // The tree that it was made from is gone.
    put_back();
    repo.git(["gc", "--quiet", "--prune=now"]).ok();
    assert_eq!(answers(&repo), truth);
    // A decision does not believe it either.
    put_back();
    repo.agent("agent-b").lane(["claim", "T-1"]).ok();
    put_back();
    repo.agent("agent-b")
        .lane(["claim", "T-1"])
        .code(3)
        .says("already-claimed");
}

#[test]
fn a_cache_of_another_repository_is_not_believed() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let truth = fresh_answers(&repo);
    let other = sandbox.lanes("other").agent("agent-a");
    other.task("T-1", "elsewhere/**");
    fresh_answers(&other);
    for (path, bytes) in files(&other) {
        fs::write(folder(&repo).join(path.file_name().expect("a name")), bytes).expect("the cache");
    }
    assert_eq!(answers(&repo), truth);
}

#[test]
fn a_cache_that_cannot_be_written_is_no_fault() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let truth = fresh_answers(&repo);
    fs::remove_dir_all(folder(&repo)).expect("the caches");
    // Where the folder should be there is a file: true for root too, whom no permission stops.
    fs::write(folder(&repo), "in the way").expect("a file");
    assert_eq!(answers(&repo), truth);
    repo.lane(["claim", "T-3"]).ok();
}
