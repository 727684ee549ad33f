//! A handoff, and then what git and people do to a branch: what is pushed is what was handed off, or it is said.

use lane_testkit::Output;
use lane_testkit::Place;

use crate::delivering::CONTRACT;
use crate::delivering::delivered;
use crate::delivering::published;
use crate::delivering::push;
use crate::delivering::started;
use crate::delivering::worked;
use crate::following::around;
use crate::following::follow;
use crate::following::past_hooks;
use crate::plumbing::STATE;
use crate::sandbox;

fn landed(repo: &Place<'_>, path: &str) {
    repo.commit(path, "landed\n", "landed").ok();
    around(repo, &["push", "--quiet", "origin", "main"]).ok();
}

/// A deed in the lane: it is told apart from the handoff, and another handoff mends it.
#[track_caller]
fn stale(case: &str, deed: &dyn Fn(&Place<'_>, &Place<'_>)) {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    push(&lane).ok();
    // The hooks tell its author that it is handed on; what git does besides is found all the same.
    deed(&repo, &past_hooks(&lane));
    let force = |lane: &Place<'_>| lane.git(["push", "--quiet", "--force", "origin", "T-1"]);
    let refused = force(&lane);
    assert!(
        refused.code == 1 && refused.stderr.contains("error: handoff-stale: "),
        "{case}\n{refused}"
    );
    let mut again = follow(&lane, &refused, "git lane handoff T-1");
    // No hook gave it the lane's trailer.
    if again.stderr.contains("error: commit-unnamed: ") {
        follow(&lane, &again, "git lane resume T-1").ok();
        follow(&lane, &again, "git commit --amend").ok();
        again = lane.lane(["handoff"]);
    }
    assert!(
        again.code == 0 && again.stdout.contains("Handoff CP-02 of T-1"),
        "{case}\n{again}"
    );
    let pushed = force(&lane);
    assert_eq!(pushed.code, 0, "{case}\n{pushed}");
}

#[test]
fn what_git_does_to_a_branch_after_its_handoff_makes_it_stale() {
    stale("amend", &|_, lane| {
        lane.write("src/a.rs", "amended\n");
        lane.git(["commit", "--quiet", "--amend", "--all", "--no-edit"])
            .ok();
    });
    stale("amend of the message alone", &|_, lane| {
        lane.git(["commit", "--quiet", "--amend", "-m", "reworded"]).ok();
    });
    stale("rebase", &|repo, lane| {
        landed(repo, "docs/guide.md");
        lane.git(["rebase", "--quiet", "main"]).ok();
    });
    stale("revert", &|_, lane| {
        lane.git(["revert", "--no-edit", "HEAD"]).ok();
    });
    stale("merge of main", &|repo, lane| {
        landed(repo, "docs/guide.md");
        lane.git(["merge", "--quiet", "--no-edit", "main"]).ok();
    });
    stale("commit after it", &|_, lane| {
        lane.commit("src/d.rs", "more\n", "three").ok();
    });
    stale("commit taken away", &|_, lane| {
        lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    });
    stale("squash", &|_, lane| {
        lane.git(["reset", "--quiet", "--soft", "HEAD~2"]).ok();
        lane.git(["commit", "--quiet", "-m", "all in one"]).ok();
    });
}

#[test]
fn what_was_handed_off_passes_again_when_the_branch_is_back_at_it() {
    let sandbox = sandbox();
    let (_, lane) = delivered(&sandbox);
    past_hooks(&lane).commit("src/d.rs", "more\n", "three").ok();
    push(&lane).code(1).says("with commits after it");
    lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    push(&lane).ok();
}

#[test]
fn a_handoff_is_judged_wherever_and_by_whomever_it_is_pushed() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    past_hooks(&lane).commit("src/d.rs", "more\n", "three").ok();
    let places = [repo.person(), repo.agent("agent-a"), lane.person()];
    for place in &places {
        push(place).code(1).says("handoff-stale");
    }
    lane.git(["push", "--quiet", "origin", "HEAD~1:refs/heads/T-1"])
        .ok();
    lane.git(["push", "--quiet", "--force", "origin", "HEAD:refs/heads/T-1"])
        .code(1)
        .says("handoff-stale");
}

#[test]
fn main_may_move_on_after_a_handoff() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    landed(&repo, "docs/guide.md");
    push(&lane).ok();
}

#[test]
fn a_contract_that_changed_after_the_handoff_is_not_shown_by_it() {
    let edits: [(&[&str], &str); 2] = [
        (&["--accept", "more", "--check", "true"], "acceptance-missing"),
        (&["--accept", "more", "--check", "false"], "acceptance-missing"),
    ];
    for (edit, id) in edits {
        let sandbox = sandbox();
        let (repo, lane) = delivered(&sandbox);
        // Not published: the branch of the handoff would go with it.
        repo.lane([&["--offline", "task", "edit", "T-1"], edit].concat())
            .ok();
        let refused = push(&lane).code(1).says(&format!("error: {id}: "));
        if edit.contains(&"false") {
            follow(&lane, &refused, "git lane handoff T-1")
                .code(5)
                .says("acceptance-failed");
            push(&lane).code(1).says(id);
        } else {
            follow(&lane, &refused, "git lane handoff T-1").ok();
            push(&lane).ok();
        }
    }
}

#[test]
fn a_dependency_that_came_after_the_handoff_holds_the_push() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    repo.lane(["--offline", "task", "add", "two", "--id", "T-2"]).ok();
    let edit = repo
        .lane(["--offline", "task", "edit", "T-1", "--depends-on", "T-2"])
        .ok();
    let refused = push(&lane);
    assert!(
        refused.code == 1 && refused.stderr.contains("error: dependency-open: "),
        "{edit}\n{refused}"
    );
    follow(&lane, &refused, "git lane show T-2").ok();
    lane.lane(["handoff"]).code(3).says("dependency-open");
}

#[test]
fn released_from_review_the_branch_is_unfinished_work_again() {
    let sandbox = sandbox();
    let (_, lane) = delivered(&sandbox);
    lane.lane(["release", "T-1", "--why", "not mine"]).ok();
    lane.lane(["start", "T-1"]).ok();
    lane.commit("src/d.rs", "more\n", "three").ok();
    push(&lane).ok();
    lane.lane(["--offline", "handoff"])
        .ok()
        .prints("Handoff CP-02 of T-1");
}

#[test]
fn done_from_review_takes_the_evidence_to_the_archive() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    lane.lane(["--offline", "handoff"]).ok();
    repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    lane.lane(["done", "T-1"]).ok();
    let files: Output = repo.git(["ls-tree", "-r", "--name-only", STATE]).ok();
    let of_task: Vec<&str> = files.stdout.lines().filter(|path| path.contains("T-1")).collect();
    assert_eq!(of_task.len(), 4, "{files}");
    assert!(
        of_task.iter().all(|path| path.starts_with(".agents/archive/")),
        "{files}"
    );
    for name in ["CP-01", "CP-02"] {
        assert!(of_task.iter().any(|path| path.contains(name)), "{files}");
    }
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn unfinished_work_is_pushed_free_of_it_and_no_check_is_run() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    let ran = sandbox.path().join("ran");
    let touch = format!("check = [\"touch\", \"{}\"]", ran.display());
    let lane = started(&repo, &CONTRACT.replace("check = [\"true\"]", &touch));
    lane.commit("src/a.rs", "mine\n", "one").ok();
    push(&lane).ok();
    lane.commit("src/a.rs", "", "fails its check").ok();
    push(&lane).ok();
    assert!(!ran.exists());
    lane.lane(["handoff"]).code(5);
    assert!(ran.exists());
    std::fs::remove_file(&ran).unwrap();
    lane.commit("src/a.rs", "whole\n", "mended").ok();
    lane.lane(["--offline", "handoff"]).ok();
    std::fs::remove_file(&ran).unwrap();
    push(&lane).ok();
    assert!(
        !ran.exists(),
        "what is handed off is judged by its record, not run again"
    );
}

#[test]
fn a_branch_with_nothing_of_its_own_is_no_handoff() {
    let sandbox = sandbox();
    let (_, lane) = worked(&sandbox);
    lane.git(["reset", "--quiet", "--hard", "main"]).ok();
    lane.lane(["handoff"]).code(3).says("nothing-to-hand-off");
}
