//! `git lane gate --ci` judges the commit that is checked out: not what ran before, nor a check, may make other files of it.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::ci::checkout;
use crate::ci::judge;
use crate::ci::pushed;
use crate::ci::shared;
use crate::following::around;
use crate::following::follow;
use crate::gated::ran;
use crate::sandbox;

/// A first check that is the work's own script, and a second one that reads what the script may write.
const GATES: &str = r#"[check.build]
rung = 1
run = ["sh", "-c", "echo build >>\"$RUNS\"; sh src/build.sh"]
reads = ["src/**"]

[check.tests]
rung = 2
run = ["sh", "-c", "echo tests >>\"$RUNS\"; ! grep -n failing tests.txt"]
"#;

/// CI's checkout of a lane whose script is this one. Its tests fail.
fn scripted<'s>(sandbox: &'s Sandbox, script: &str) -> Place<'s> {
    let (repo, lane) = shared(sandbox, "");
    repo.write(".agents/gates.toml", GATES);
    repo.write("tests.txt", "failing\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "other gates"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    around(&lane, &["rebase", "--quiet", "origin/main"]).ok();
    lane.commit("src/build.sh", script, "the script").ok();
    pushed(&lane);
    checkout(sandbox, "T-1")
}

#[test]
fn a_check_after_which_a_tracked_file_is_another_has_not_passed_and_nothing_further_is_run() {
    for (script, said) in [
        ("echo good >tests.txt\n", "meanwhile tests.txt changed"),
        (
            "git update-index --assume-unchanged tests.txt; echo good >tests.txt\n",
            "meanwhile tests.txt changed",
        ),
        (
            "rm .gitattributes src/a.rs tests.txt\n",
            "meanwhile .gitattributes, src/a.rs and 1 more changed",
        ),
    ] {
        let sandbox = sandbox();
        let ci = scripted(&sandbox, script);
        let ended = judge(&ci).code(5).says("error: gate-failed: ");
        let ended = ended.prints("FAILED   build").prints(said);
        assert_eq!(ran(&sandbox), "build", "{ended}");
    }
}

#[test]
fn what_is_untracked_or_put_back_is_nobodys_business() {
    let sandbox = sandbox();
    let script = "cp tests.txt kept; echo good >tests.txt; cat kept >tests.txt\n";
    let ci = scripted(&sandbox, script);
    judge(&ci)
        .code(5)
        .prints("ok       build")
        .prints("FAILED   tests");
    assert_eq!(ran(&sandbox), "build tests");
}

#[test]
fn what_was_changed_before_the_first_check_is_not_the_work_and_can_be_set_aside() {
    let sandbox = sandbox();
    let ci = scripted(&sandbox, "true\n");
    ci.write("tests.txt", "good\n");
    let refused = judge(&ci).code(6);
    let refused = refused.says("error: ci-checkout: tests.txt differs from ");
    assert_eq!(ran(&sandbox), "");
    follow(&ci, &refused, "git stash").ok();
    judge(&ci).code(5).prints("FAILED   tests");
}
