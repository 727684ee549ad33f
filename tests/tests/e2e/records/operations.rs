//! Each operation of git that puts two branches' records together, and the way out of it.

use lane_testkit::Output;
use lane_testkit::Place;

use super::File;
use super::apart;
use super::archived;
use super::held;
use super::lock;
use super::todo;
use crate::following::follow;
use crate::sandbox;

/// An operation, and the hint that leaves it.
struct Operation {
    run: fn(&Place<'_>) -> Output,
    way_out: &'static str,
    /// The branch that it ends on.
    on: &'static str,
}

const OPERATIONS: &[Operation] = &[
    Operation {
        run: |repo| repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "side"]),
        way_out: "git merge --abort",
        on: "main",
    },
    Operation {
        run: |repo| repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "--no-verify", "side"]),
        way_out: "git merge --abort",
        on: "main",
    },
    Operation {
        run: |repo| repo.git(["cherry-pick", "side"]),
        way_out: "git cherry-pick --abort",
        on: "main",
    },
    Operation {
        run: |repo| repo.git(["rebase", "--quiet", "main", "side"]),
        way_out: "git rebase --abort",
        on: "side",
    },
    Operation {
        run: |repo| repo.git(["rebase", "--quiet", "--apply", "main", "side"]),
        way_out: "git rebase --abort",
        on: "side",
    },
    Operation {
        run: |repo| repo.sh("git format-patch -1 --stdout side | git am --quiet"),
        way_out: "git am --abort",
        on: "main",
    },
    Operation {
        run: |repo| {
            repo.git(["merge", "--quiet", "--no-commit", "--no-ff", "side"])
                .ok();
            repo.git(["commit", "--quiet", "--no-edit"])
        },
        way_out: "git merge --abort",
        on: "main",
    },
];

/// What one branch adds and what the other adds, and what is said of both together; nothing where they agree.
type Case = (&'static str, Vec<File>, Vec<File>, &'static [&'static str]);

fn cases() -> Vec<Case> {
    let exclusive = |id, owner, glob| lock(id, owner, glob, "exclusive", None);
    let shared = |id, owner, glob| lock(id, owner, glob, "shared", None);
    vec![
        (
            "overlapping locks",
            vec![exclusive("L-1", "agent-a", "src/**")],
            vec![exclusive("L-2", "agent-b", "src/a.rs")],
            &[
                "L-1 of agent-a and L-2 of agent-b both cover src/a.rs",
                ".agents/locks/L-1.toml, .agents/locks/L-2.toml",
            ],
        ),
        (
            "disjoint locks",
            vec![exclusive("L-1", "agent-a", "src/**")],
            vec![exclusive("L-2", "agent-b", "docs/**")],
            &[],
        ),
        (
            "shared locks",
            vec![shared("L-1", "agent-a", "src/**")],
            vec![shared("L-2", "agent-b", "src/a.rs")],
            &[],
        ),
        (
            "locks of one holder",
            vec![exclusive("L-1", "agent-a", "src/**")],
            vec![exclusive("L-2", "agent-a", "src/a.rs")],
            &[],
        ),
        (
            "two holders of one lane",
            vec![held("T-1", "agent-a", "backend:1")],
            vec![held("T-2", "agent-b", "backend:1")],
            &["T-2 of agent-b is in lane backend:1, as T-1 of agent-a is"],
        ),
        (
            "two lanes",
            vec![held("T-1", "agent-a", "backend:1")],
            vec![held("T-2", "agent-b", "backend:2")],
            &[],
        ),
        (
            "a lock that is not its task's holder's",
            vec![held("T-1", "agent-a", "T-1")],
            vec![lock("L-1", "agent-b", "src/**", "exclusive", Some("T-1"))],
            &["L-1 is held by agent-b, its task T-1 by agent-a"],
        ),
        (
            "a lock of its task's holder",
            vec![held("T-1", "agent-a", "T-1")],
            vec![lock("L-1", "agent-a", "src/**", "exclusive", Some("T-1"))],
            &[],
        ),
        (
            "one id in queue and archive",
            vec![todo("T-1")],
            vec![archived("T-1")],
            &["T-1 in the archive has the same id as T-1 in the queue"],
        ),
        ("two ids", vec![todo("T-1")], vec![archived("T-2")], &[]),
        (
            "ids that differ in case only",
            vec![todo("T-a")],
            vec![todo("t-A")],
            &["t-A in the queue has the same id as T-a in the queue"],
        ),
        (
            "a part of the records",
            vec![held("T-1", "agent-a", "T-1")],
            vec![lock("L-1", "agent-b", "src/**", "exclusive", Some("T-9"))],
            &[],
        ),
    ]
}

#[track_caller]
fn check(operation: &Operation) {
    for (name, ours, theirs, says) in cases() {
        let sandbox = sandbox();
        let repo = sandbox.lanes("r");
        apart(&repo, &ours, &theirs);
        let before = [repo.rev("main"), repo.rev("side")];
        let done = (operation.run)(&repo);
        if says.is_empty() {
            assert_eq!(done.code, 0, "{name}\n{done}");
            assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "", "{name}");
            repo.lane(["validate", "HEAD"]).ok();
            continue;
        }
        assert_ne!(done.code, 0, "{name}\n{done}");
        assert!(
            done.stderr.contains("error: records-disagree: "),
            "{name}\n{done}"
        );
        for part in says {
            assert!(done.stderr.contains(part), "{name}: {part}\n{done}");
        }
        follow(&repo, &done, "git lane validate --staged")
            .code(1)
            .says(says[0]);
        follow(&repo, &done, operation.way_out).ok();
        assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "", "{name}");
        assert_eq!([repo.rev("main"), repo.rev("side")], before, "{name}");
        assert_eq!(repo.git(["branch", "--show-current"]).ok().text(), operation.on);
    }
}

#[test]
fn a_merge() {
    check(&OPERATIONS[0]);
}

#[test]
fn a_merge_that_skips_the_verifying_hooks() {
    check(&OPERATIONS[1]);
}

#[test]
fn a_cherry_pick() {
    check(&OPERATIONS[2]);
}

#[test]
fn a_rebase() {
    check(&OPERATIONS[3]);
}

#[test]
fn a_rebase_by_patches() {
    check(&OPERATIONS[4]);
}

#[test]
fn a_series_of_patches() {
    check(&OPERATIONS[5]);
}

#[test]
fn a_merge_that_is_committed_by_hand() {
    check(&OPERATIONS[6]);
}

#[test]
fn a_revert() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let first = lock("L-1", "agent-a", "src/**", "exclusive", None);
    super::unseen(&repo, std::slice::from_ref(&first), "lock");
    repo.git(["rm", "--quiet", &first.0]).ok();
    repo.git(["commit", "--quiet", "-m", "unlock"]).ok();
    repo.commit(
        ".agents/locks/L-2.toml",
        &lock("L-2", "agent-b", "src/**", "exclusive", None).1,
        "lock again",
    )
    .ok();
    let refused = repo
        .git(["revert", "--no-edit", "HEAD~1"])
        .fails()
        .says("records-disagree: L-1 of agent-a and L-2 of agent-b");
    follow(&repo, &refused, "git reset --merge").ok();
    assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "");
}
