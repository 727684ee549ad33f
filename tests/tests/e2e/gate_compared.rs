//! What a gate compares with, wherever HEAD stands; and everything where that is not known.

use lane_testkit::Place;
use serde_json::Value;

use crate::sandbox;

/// The base and the reason for everything, as `--explain --json` has them.
fn compared(place: &Place<'_>, args: &[&str]) -> (Option<String>, Option<String>, u64) {
    let plan = place
        .lane([&["gate", "--explain", "--json"], args].concat())
        .ok()
        .json();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let changed = plan["changed"].as_u64().expect("a number");
    (text(&plan["base"]), text(&plan["everything"]), changed)
}

fn since(place: &Place<'_>, args: &[&str], base: &str, paths: u64) {
    let base = place.rev(base);
    assert_eq!(compared(place, args), (Some(base), None, paths), "{args:?}");
}

/// Everything, compared with what `base` names, if with anything.
fn everything_and(place: &Place<'_>, args: &[&str], why: &str, named: Option<&str>) {
    let (base, everything, files) = compared(place, args);
    let said = everything.unwrap_or_default();
    assert!(
        base == named.map(|name| place.rev(name)) && said.contains(why) && files > 4,
        "{args:?}: {base:?}, {said:?}, {files} files"
    );
}

fn everything(place: &Place<'_>, args: &[&str], why: &str) {
    everything_and(place, args, why, None);
}

/// `origin/main` is where `main` is now.
fn published(place: &Place<'_>) {
    place.git(["remote", "add", "origin", "../nowhere"]).ok();
    place.git(["update-ref", "refs/remotes/origin/main", "HEAD"]).ok();
}

#[test]
fn a_branch_is_compared_with_where_it_left_the_integration_branch() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    place.git(["switch", "--quiet", "-c", "topic"]).ok();
    since(&place, &[], "main", 0);
    place.commit("src/three.txt", "three\n", "three");
    place.write("src/four.txt", "untracked\n");
    since(&place, &[], "main", 2);
    place.git(["switch", "--quiet", "main"]).ok();
    place.commit("src/five.txt", "five\n", "on main meanwhile");
    place.git(["switch", "--quiet", "topic"]).ok();
    since(&place, &[], "main~1", 2);
    since(&place, &["--base", "HEAD"], "HEAD", 1);
    place.git(["add", "src/four.txt"]).ok();
    since(&place, &["--staged"], "HEAD", 1);
}

#[test]
fn the_integration_branch_is_compared_with_what_was_published_of_it() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    everything(&place, &[], "main is not compared with itself");
    published(&place);
    everything_and(&place, &[], "nothing differs", Some("origin/main"));
    place.write("src/one.txt", "changed\n");
    since(&place, &[], "origin/main", 1);
    place.commit("src/three.txt", "three\n", "not published");
    since(&place, &[], "origin/main", 2);
    since(&place, &["--base", "main"], "main", 1);
}

#[test]
fn a_detached_head_in_the_local_branch_is_not_taken_for_landed_work() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    place.git(["switch", "--quiet", "--detach"]).ok();
    everything(&place, &[], "main is not compared with itself");
    published(&place);
    everything_and(
        &place,
        &[],
        "HEAD is detached, and nothing differs",
        Some("origin/main"),
    );
    place.git(["switch", "--quiet", "main"]).ok();
    place.commit("src/three.txt", "three\n", "not published");
    place.git(["switch", "--quiet", "--detach"]).ok();
    since(&place, &[], "origin/main", 1);
    place.commit("src/four.txt", "four\n", "further than main");
    since(&place, &[], "main", 1);
}

#[test]
fn what_names_no_commit_means_everything() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    place.git(["switch", "--quiet", "-c", "topic"]).ok();
    for name in [
        "nope",
        "",
        "main..topic",
        "HEAD:README.md",
        "0123456789012345678901234567890123456789",
    ] {
        everything(&place, &["--base", name], "names no commit here");
    }
    everything(&place, &["--all"], "it was asked for");
    place.git(["switch", "--quiet", "--orphan", "other"]).ok();
    place
        .git(["commit", "--quiet", "--allow-empty", "-m", "alone"])
        .ok();
    let (base, why, _) = compared(&place, &[]);
    assert_eq!(
        (base, why.as_deref()),
        (None, Some("it has no commit in common with main"))
    );
}

#[test]
fn an_unborn_branch_has_everything_that_is_there_as_new() {
    let sandbox = sandbox();
    let place = sandbox.empty_repo("r").person();
    place.write("a.txt", "a\n");
    place.write("gates", "[check.a]\nrung = 1\nrun = [\"true\"]\n");
    let (base, why, paths) = compared(&place, &["--gates", "gates"]);
    assert_eq!(
        (base.as_deref(), why, paths),
        (Some("4b825dc642cb6eb9a060e54bf8d69288fbee4904"), None, 2)
    );
}

#[test]
fn a_shallow_clone_without_the_place_where_work_began_checks_everything() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    place.git(["switch", "--quiet", "-c", "topic"]).ok();
    place.commit("src/three.txt", "three\n", "three");
    place.commit("src/four.txt", "four\n", "four");
    let from = format!("file://{}", place.path().display());
    let whole = sandbox.at(".");
    whole
        .git([
            "clone",
            "--quiet",
            "--depth",
            "1",
            "--no-single-branch",
            "--branch",
            "topic",
            &from,
            "cut",
        ])
        .ok();
    let cut = sandbox.at("cut").person();
    let (base, why, _) = compared(&cut, &["--base", "origin/main"]);
    assert_eq!(base, None);
    assert!(why.is_some_and(|why| why.contains("this clone is shallow")));
}

#[test]
fn a_check_that_names_the_base_runs_where_nothing_differs_from_what_was_published() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    published(&place);
    place.write(
        ".git/gates",
        "[check.since]\nrung = 1\nrun = [\"git\", \"rev-parse\", \"--verify\", \"{base}^{commit}\"]\n",
    );
    place.lane(["gate", "--gates", ".git/gates"]).ok().prints("since");
}
