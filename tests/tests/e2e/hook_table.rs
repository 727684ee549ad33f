//! One test per row of the table "Which hook fires when": what each operation does with a path outside the lane.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::around;
use crate::following::follow;
use crate::sandbox;

/// An operation that ends in a commit, and the ways on from its refusal.
struct Row {
    /// Runs it so that its commit changes the path.
    run: fn(&Place<'_>, &str) -> Output,
    /// A path that the lane does not hold, and one that it holds.
    paths: [&'static str; 2],
    /// The hint that leaves the path or the operation.
    way_out: &'static str,
    /// What brings the operation to its end once the lane is wide enough.
    resume: &'static str,
    /// Whether a hook fires that can write the trailer.
    carries: bool,
}

const PATHS: [&str; 2] = ["docs/guide.md", "src/a.rs"];
const LEAVE_OUT: &str = "git restore --staged -- :/docs/guide.md";

/// A lane for `src/**`; the person's repository beside it has what operations bring in.
pub(crate) fn lane<'s>(sandbox: &'s Sandbox) -> Place<'s> {
    let repo = sandbox.lanes("r");
    let long: String = (1..20).map(|n| format!("line {n}\n")).collect();
    repo.commit("src/long.rs", &long, "a long file").ok();
    for path in PATHS {
        repo.commit(path, "second\n", &format!("second {path}")).ok();
        repo.git(["tag", &format!("second-{}", path.replace('/', "-"))])
            .ok();
    }
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/b.rs", "mine\n", "mine").ok();
    lane.write("src/untracked.rs", "not yet\n");
    lane
}

/// A commit on a branch beside the lane's, made by nobody's hooks; gives its name.
pub(crate) fn beside(lane: &Place<'_>, files: &[(&str, &str)]) -> &'static str {
    let there = lane.at("../../beside");
    around(
        lane,
        &[
            "worktree",
            "add",
            "--quiet",
            "-b",
            "beside",
            "../../beside",
            "main",
        ],
    )
    .ok();
    for (path, text) in files {
        there.write(path, text);
    }
    around(&there, &["add", "--all"]).ok();
    around(&there, &["commit", "--quiet", "--allow-empty", "-m", "beside"]).ok();
    "beside"
}

fn check(row: &Row) {
    let [outside, inside] = row.paths;
    way_out_loses_nothing(row, outside);
    widened_lane_goes_on(row, outside);
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    (row.run)(&lane, inside).ok();
    is_committed(row, &lane, inside);
}

fn way_out_loses_nothing(row: &Row, outside: &str) {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    let refused = refused(&(row.run)(&lane, outside), outside);
    follow(&lane, &refused, row.way_out).ok();
    let status = lane.git(["status", "--porcelain"]).ok().stdout;
    if row.way_out == LEAVE_OUT {
        assert_eq!(lane.read(outside), "changed\n");
        assert_eq!(status, format!(" M {outside}\n?? src/untracked.rs\n"));
    } else {
        assert_eq!(status, "?? src/untracked.rs\n");
    }
    assert_eq!(lane.read("src/untracked.rs"), "not yet\n");
    assert_eq!(lane.git(["branch", "--show-current"]).ok().text(), "T-1");
    lane.commit("src/b.rs", "on we go\n", "after it").ok();
}

fn widened_lane_goes_on(row: &Row, outside: &str) {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    let refused = refused(&(row.run)(&lane, outside), outside);
    follow(&lane, &refused, "git lane lock").ok();
    lane.sh(row.resume).ok();
    is_committed(row, &lane, outside);
}

pub(crate) fn refused(output: &Output, path: &str) -> Output {
    assert_ne!(output.code, 0, "{output}");
    let line = format!("error: outside-scope: T-1 does not hold {path}");
    assert!(output.stderr.contains(&line), "{output}");
    Output {
        line: output.line.clone(),
        code: output.code,
        stdout: output.stdout.clone(),
        stderr: output.stderr.clone(),
    }
}

/// HEAD, on the lane's branch, has the path changed, and its message names the task.
fn is_committed(row: &Row, lane: &Place<'_>, path: &str) {
    let changed = lane.git(["diff", "--name-only", "main...HEAD"]).ok();
    assert!(changed.stdout.lines().any(|line| line == path), "{changed}");
    assert_eq!(lane.git(["branch", "--show-current"]).ok().text(), "T-1");
    let trailers = lane.git(["log", "-1", "--format=%(trailers:key=Lane-Task)"]).ok();
    let expected = if row.carries { "Lane-Task: T-1" } else { "" };
    assert_eq!(trailers.text(), expected, "{trailers}");
    assert_eq!(
        lane.git(["status", "--porcelain"]).ok().stdout,
        "?? src/untracked.rs\n"
    );
}

pub(crate) fn stage(lane: &Place<'_>, path: &str) {
    lane.write(path, "changed\n");
    lane.git(["add", "--", path]).ok();
}

#[test]
fn a_commit() {
    check(&Row {
        run: |lane, path| {
            stage(lane, path);
            lane.git(["commit", "-m", "change"])
        },
        paths: PATHS,
        way_out: LEAVE_OUT,
        resume: "git commit -m change",
        carries: true,
    });
}

#[test]
fn an_amended_commit() {
    check(&Row {
        run: |lane, path| {
            stage(lane, path);
            lane.git(["commit", "--amend", "--no-edit"])
        },
        paths: PATHS,
        way_out: LEAVE_OUT,
        resume: "git commit --amend --no-edit",
        carries: true,
    });
}

#[test]
fn a_commit_that_skips_the_verifying_hooks() {
    check(&Row {
        run: |lane, path| {
            stage(lane, path);
            lane.git(["commit", "--no-verify", "-m", "change"])
        },
        paths: PATHS,
        way_out: LEAVE_OUT,
        resume: "git commit --no-verify -m change",
        carries: true,
    });
}

#[test]
fn an_amended_commit_that_skips_the_verifying_hooks() {
    check(&Row {
        run: |lane, path| {
            stage(lane, path);
            lane.git(["commit", "--amend", "--no-edit", "--no-verify"])
        },
        paths: PATHS,
        way_out: LEAVE_OUT,
        resume: "git commit --amend --no-edit --no-verify",
        carries: true,
    });
}

#[test]
fn a_merge_whose_conflict_was_resolved() {
    check(&Row {
        run: |lane, path| {
            let name = beside(lane, &[("src/b.rs", "theirs\n")]);
            lane.git(["merge", "--quiet", name]).code(1);
            stage(lane, "src/b.rs");
            stage(lane, path);
            lane.git(["commit", "--no-edit"])
        },
        paths: PATHS,
        way_out: "git merge --abort",
        resume: "git commit --no-edit",
        carries: true,
    });
}

#[test]
fn a_cherry_pick_whose_conflict_was_resolved() {
    check(&Row {
        run: |lane, path| {
            let name = beside(lane, &[("src/b.rs", "theirs\n"), (path, "changed\n")]);
            lane.git(["cherry-pick", name]).code(1);
            stage(lane, "src/b.rs");
            lane.git(["cherry-pick", "--continue"])
        },
        paths: PATHS,
        way_out: "git cherry-pick --abort",
        resume: "git cherry-pick --continue",
        carries: true,
    });
}

#[test]
fn a_clean_cherry_pick() {
    check(&Row {
        run: |lane, path| {
            let name = beside(lane, &[(path, "changed\n")]);
            lane.git(["cherry-pick", name])
        },
        paths: PATHS,
        way_out: "git cherry-pick --abort",
        resume: "git cherry-pick --continue",
        carries: true,
    });
}

#[test]
fn a_clean_revert() {
    check(&Row {
        run: |lane, path| {
            let tag = format!("second-{}", path.replace('/', "-"));
            lane.git(["revert", "--no-edit", &tag])
        },
        paths: PATHS,
        way_out: "git reset --merge",
        resume: "git commit --no-edit",
        carries: true,
    });
}

/// A file that the other side moves and the lane changes comes out of the merge as neither had it.
fn merge_of_a_move(lane: &Place<'_>, path: &str, how: &[&str]) -> Output {
    let long = lane.read("src/long.rs");
    let name = beside(lane, &[]);
    let there = lane.at("../../beside");
    around(&there, &["mv", "src/long.rs", path]).ok();
    around(&there, &["commit", "--quiet", "-m", "move"]).ok();
    lane.commit("src/long.rs", &format!("{long}mine\n"), "change the long file")
        .ok();
    lane.git([&["merge"], how, &[name]].concat())
}

#[test]
fn a_clean_merge() {
    check(&Row {
        run: |lane, path| merge_of_a_move(lane, path, &["--no-ff", "--no-edit"]),
        paths: ["docs/long.rs", "src/moved.rs"],
        way_out: "git merge --abort",
        resume: "git commit --no-edit",
        carries: true,
    });
}

#[test]
fn a_clean_merge_that_skips_the_verifying_hooks() {
    check(&Row {
        run: |lane, path| merge_of_a_move(lane, path, &["--no-ff", "--no-edit", "--no-verify"]),
        paths: ["docs/long.rs", "src/moved.rs"],
        way_out: "git merge --abort",
        resume: "git commit --no-edit",
        carries: true,
    });
}

/// A commit of the lane that no hook saw.
pub(crate) fn unseen(lane: &Place<'_>, path: &str) {
    stage(lane, path);
    around(lane, &["commit", "--quiet", "-m", "unseen"]).ok();
}

#[test]
fn a_pick_of_a_rebase() {
    check(&Row {
        run: |lane, path| {
            let name = beside(lane, &[("README.md", "theirs\n")]);
            unseen(lane, path);
            lane.git(["rebase", name])
        },
        paths: PATHS,
        way_out: "git rebase --abort",
        resume: "git reset --merge && git rebase --continue",
        carries: true,
    });
}

#[test]
fn a_rebase_that_continues() {
    check(&Row {
        run: |lane, path| {
            let name = beside(lane, &[("src/b.rs", "theirs\n")]);
            lane.git(["reset", "--quiet", "--hard", "main"]).ok();
            lane.write("src/b.rs", "other\n");
            lane.git(["add", "src/b.rs"]).ok();
            unseen(lane, path);
            lane.git(["rebase", name]).code(1);
            stage(lane, "src/b.rs");
            lane.git(["rebase", "--continue"])
        },
        paths: PATHS,
        way_out: "git rebase --abort",
        resume: "git rebase --continue",
        carries: true,
    });
}

#[test]
fn a_rebase_by_patches() {
    check(&Row {
        run: |lane, path| {
            let name = beside(lane, &[("README.md", "theirs\n")]);
            unseen(lane, path);
            lane.git(["rebase", "--apply", name])
        },
        paths: PATHS,
        way_out: "git rebase --abort",
        resume: "git rebase --continue",
        carries: false,
    });
}

#[test]
fn a_mailed_patch() {
    check(&Row {
        run: |lane, path| {
            let name = beside(lane, &[(path, "changed\n")]);
            let range = format!("main..{name}");
            lane.git(["format-patch", "--output-directory", "../../mail", &range])
                .ok();
            lane.sh("git am ../../mail/*")
        },
        paths: PATHS,
        way_out: "git am --abort",
        resume: "git am --continue",
        carries: false,
    });
}
