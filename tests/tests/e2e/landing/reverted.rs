//! What was merged elsewhere and reverted there before anybody looked: its task is closed, and it is said.

use lane_testkit::Output;
use lane_testkit::Place;

use super::elsewhere::host;
use super::phase;
use super::queued;
use super::team;
use crate::sandbox;

/// The lane is merged on the host by `merge`, then this happens there, and the clone syncs.
fn check(merge: &str, then: &str) -> (Output, String) {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let host = host(&sandbox);
    let line = |line: &str| host.sh(&format!("set -e; {line}")).ok();
    line(merge);
    line(then);
    line("git push -q origin main");
    let synced = repo.lane(["sync"]).ok().says("done T-1");
    assert_eq!(phase(&repo, "T-1"), "done");
    follows(&repo, &synced);
    (synced, host.rev("HEAD"))
}

/// Where it is said, the hint adds the work again.
fn follows(repo: &Place<'_>, synced: &Output) {
    if synced.stderr.contains("a later commit, ") {
        let line = synced.hints().into_iter().find(|line| line.contains("task add"));
        let line = line.expect("the hint");
        assert!(line.ends_with("--scope 'src/**'"), "{line}");
        repo.sh(&line).ok();
    }
}

const SQUASH: &str = "git merge -q --squash origin/T-1 && git commit -qm 'T-1 (#1)'";
const MERGE: &str = "git merge -q --no-ff -m merged origin/T-1";
const FORWARD: &str = "git merge -q --ff-only origin/T-1";

#[test]
fn a_landing_that_a_later_commit_reverts_closes_its_task_and_is_said() {
    let part = "is not on main of origin any more, or not all of it";
    for (merge, revert, says) in [
        (SQUASH, "git revert --no-edit HEAD", part),
        (
            MERGE,
            "git revert --no-edit -m 1 HEAD",
            "is not on main of origin any more\n",
        ),
        (MERGE, "git revert --no-edit HEAD^2", part),
        (FORWARD, "git revert --no-edit HEAD", part),
    ] {
        let (synced, by) = check(merge, &format!("{revert} >/dev/null"));
        synced
            .says(&format!("a later commit, {}, reverts ", &by[..8]))
            .says(&format!("what T-1 did {says}"));
    }
    // The revert was merged from a branch, and others came after it.
    let branch = "git switch -qc back && git revert --no-edit HEAD >/dev/null && git switch -q main && git merge -q --no-ff -m back back && git commit -q --allow-empty -m more";
    check(SQUASH, branch).0.says("a later commit, ");
}

#[test]
fn nothing_is_said_of_a_revert_that_was_reverted_or_that_is_of_something_else() {
    let twice = |first: &str| format!("{first} >/dev/null && git revert --no-edit HEAD >/dev/null");
    for (merge, then) in [
        (SQUASH, twice("git revert --no-edit HEAD")),
        (MERGE, twice("git revert --no-edit -m 1 HEAD")),
        (FORWARD, twice("git revert --no-edit HEAD")),
    ] {
        check(merge, &then).0.does_not_say("a later commit, ");
    }
    for then in [
        "git commit -q --allow-empty -m 'This reverts commit 0123456789abcdef0123456789abcdef01234567.'",
        "git commit -q --allow-empty -m \"This reverts commit $(git rev-parse --short HEAD).\"",
    ] {
        check(SQUASH, then).0.does_not_say("a later commit, ");
    }
}
