//! What counts as a path of a change, what it is called, and whose it is.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::fs::symlink;

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::around;
use crate::following::follow;
use crate::sandbox;

fn lane(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.agent("agent-a").start("T-1")
}

fn commit_all(lane: &Place<'_>) -> Output {
    lane.git(["add", "--all"]).ok();
    lane.git(["commit", "--quiet", "-m", "change"])
}

/// The paths that the findings name, in order.
fn named(refused: &Output) -> Vec<String> {
    let path = |line: &str| {
        Some(
            line.strip_prefix("error: outside-scope: T-1 does not hold ")?
                .to_owned(),
        )
    };
    refused.stderr.lines().filter_map(path).collect()
}

#[test]
fn every_way_to_touch_a_path_is_judged() {
    type Touch = fn(&Place<'_>);
    let cases: [(&str, Touch, &[&str]); 12] = [
        ("added", |l| l.write("new", "x"), &["new"]),
        ("changed", |l| l.write("README.md", "x"), &["README.md"]),
        ("deleted", |l| remove(l, "README.md"), &["README.md"]),
        ("moved inside", |l| move_(l, "src/a.rs", "src/z.rs"), &[]),
        ("moved out", |l| move_(l, "src/a.rs", "docs/a.rs"), &["docs/a.rs"]),
        ("moved in", |l| move_(l, "README.md", "src/r"), &["README.md"]),
        (
            "moved about",
            |l| move_(l, "README.md", "docs/r"),
            &["README.md", "docs/r"],
        ),
        ("mode", |l| make_executable(l, "README.md"), &["README.md"]),
        ("mode inside", |l| make_executable(l, "src/a.rs"), &[]),
        (
            "became a link",
            |l| relink(l, "README.md", "src/a.rs"),
            &["README.md"],
        ),
        (
            "a link inside to the outside",
            |l| relink(l, "src/a.rs", "../docs/guide.md"),
            &[],
        ),
        (
            "a file where a folder was",
            |l| folder_to_file(l, "docs"),
            &["docs", "docs/decisions/README.md", "docs/guide.md"],
        ),
    ];
    for (name, touch, expected) in cases {
        let sandbox = sandbox();
        let lane = lane(&sandbox);
        touch(&lane);
        let output = commit_all(&lane);
        assert_eq!(output.code == 0, expected.is_empty(), "{name}: {output}");
        assert_eq!(named(&output), expected, "{name}: {output}");
    }
}

fn remove(lane: &Place<'_>, path: &str) {
    fs::remove_file(lane.path().join(path)).expect("the file is there");
}

fn move_(lane: &Place<'_>, from: &str, to: &str) {
    fs::rename(lane.path().join(from), lane.path().join(to)).expect("the file is there");
}

fn make_executable(lane: &Place<'_>, path: &str) {
    fs::set_permissions(lane.path().join(path), fs::Permissions::from_mode(0o755))
        .expect("the file is there");
}

fn relink(lane: &Place<'_>, path: &str, target: &str) {
    remove(lane, path);
    symlink(target, lane.path().join(path)).expect("the file is there");
}

fn folder_to_file(lane: &Place<'_>, path: &str) {
    fs::remove_dir_all(lane.path().join(path)).expect("the file is there");
    lane.write(path, "a file now\n");
}

#[test]
fn a_submodule_is_a_path_like_any_other() {
    for (path, code) in [("vendor", 1), ("src/vendor", 0)] {
        let sandbox = sandbox();
        let lane = lane(&sandbox);
        sandbox.repo("library");
        let library = lane.at("../../../library").path().to_owned();
        let library = library.to_string_lossy();
        lane.git(["clone", "--quiet", &library, path]).ok();
        lane.git(["-c", "advice.addEmbeddedRepo=false", "add", path]).ok();
        let output = lane.git(["commit", "--quiet", "-m", "vendor"]).code(code);
        assert_eq!(named(&output), if code == 0 { vec![] } else { vec![path] });
    }
}

/// Names that shells, globs, pathspecs and terminals stumble over.
const NAMES: [&[u8]; 26] = [
    b"a b.txt",
    b"it's",
    b"q\"q",
    b"it's \"both\"",
    b"new\nline",
    b"tab\tbed",
    b"back\\slash",
    b"a*b",
    b"wh?t",
    b"cl[a]ss",
    b"{x,y}",
    b"-dash",
    b"--",
    b":colon",
    b":(top)x",
    b"!bang",
    b"^hat",
    b"#hash",
    b" lead",
    b"trail ",
    b"$HOME",
    b"`id`",
    b"a;b&c|d",
    b"\xff\xfe",
    "\u{e9}-nfc".as_bytes(),
    "e\u{301}-nfd \u{202e}".as_bytes(),
];

/// How a path is brought into a commit.
type Way = fn(&Place<'_>, &OsStr) -> Output;

fn check_names(way: Way) {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    for name in NAMES {
        repo.write(OsStr::from_bytes(name), "known\n");
    }
    repo.git(["add", "--all"]).ok();
    repo.git(["commit", "--quiet", "-m", "names"]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    for name in NAMES {
        let name = OsStr::from_bytes(name);
        lane.write(name, "changed\n");
        let refused = way(&lane, name).code(1);
        assert_eq!(
            refused.stderr.lines().filter(|l| l.starts_with("error:")).count(),
            1,
            "{refused}"
        );
        follow(&lane.at("src"), &refused, "git lane lock").ok();
        way(&lane, name).ok();
        let status = lane.git(["status", "--porcelain"]).ok();
        assert_eq!(status.stdout, "", "{name:?}");
    }
}

#[test]
fn the_lock_hint_works_for_every_name_that_is_staged() {
    check_names(|lane, _| commit_all(lane));
}

#[test]
fn the_lock_hint_works_for_every_name_with_commit_all() {
    check_names(|lane, _| lane.git(["commit", "--quiet", "--all", "-m", "change"]));
}

#[test]
fn the_lock_hint_works_for_every_name_with_commit_path() {
    check_names(|lane, name| {
        let literal = lane.env("GIT_LITERAL_PATHSPECS", "1");
        let args = ["commit", "--quiet", "-m", "change", "--"].map(OsStr::new);
        literal.git(args.iter().copied().chain([name]))
    });
}

#[test]
fn the_way_out_works_for_every_name_in_any_folder_and_loses_nothing() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    for name in NAMES {
        let name = OsStr::from_bytes(name);
        lane.write("src/a.rs", format!("with {name:?}\n"));
        lane.write(name, "kept\n");
        let refused = commit_all(&lane).code(1);
        follow(&lane.at("src"), &refused, "git restore --staged").ok();
        let staged = lane.git(["diff", "--cached", "--name-only"]).ok();
        assert!(
            ["", "src/a.rs\n"].contains(&staged.stdout.as_str()),
            "{staged}\n{refused}"
        );
        assert_eq!(lane.read(name), "kept\n");
        lane.git(["add", "src/a.rs"]).ok();
        lane.git(["commit", "--quiet", "-m", "in scope"]).ok();
        fs::remove_file(lane.path().join(name)).expect("the file is there");
    }
}

#[test]
fn the_way_out_of_commit_all_commits_what_may_stay() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.write("src/a.rs", "changed\n");
    lane.write("docs/guide.md", "changed\n");
    let refused = lane.at("src").git(["commit", "--all", "-m", "change"]).code(1);
    follow(&lane.at("src"), &refused, "git commit -m TEXT --").ok();
    let files = lane.git(["show", "--format=", "--name-only"]).ok();
    assert_eq!(files.stdout, "src/a.rs\n");
    assert_eq!(lane.read("docs/guide.md"), "changed\n");
}

#[test]
fn a_name_in_other_case_or_other_normal_form_is_the_same_path() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "caf\u{e9}/**");
    repo.task("T-2", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("cafe\u{301}/x", "x\n", "decomposed").ok();
    lane.commit("CAF\u{c9}/y", "y\n", "upper case").ok();
    repo.agent("agent-b").start("T-2");
    lane.commit("SRC/new.rs", "x\n", "theirs")
        .code(1)
        .says("foreign-lock")
        .says("agent-b");
}

#[test]
fn a_merge_is_judged_by_what_neither_side_had() {
    for (evil, code) in [(None, 0), (Some("src/a.rs"), 0), (Some("README.md"), 1)] {
        let sandbox = sandbox();
        let lane = lane(&sandbox);
        lane.commit("src/a.rs", "mine\n", "mine").ok();
        lane.at("../..")
            .person()
            .commit("docs/guide.md", "landed\n", "landed")
            .ok();
        lane.git(["merge", "--no-commit", "main"]).ok();
        if let Some(path) = evil {
            lane.write(path, "evil\n");
            lane.git(["add", path]).ok();
        }
        let output = lane.git(["commit", "--no-edit"]).code(code);
        assert_eq!(named(&output), evil.filter(|_| code == 1).as_slice());
    }
}

#[test]
fn what_is_put_back_is_a_repair() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    let main = lane.at("../..").person();
    for path in ["docs/guide.md", "docs/more.md", "README.md"] {
        lane.write(path, "stray\n");
    }
    around(&lane, &["add", "--all"]).ok();
    around(&lane, &["commit", "--quiet", "-m", "stray"]).ok();
    main.commit("README.md", "landed\n", "landed").ok();
    lane.write("README.md", "third\n");
    let refused = commit_all(&lane).code(1);
    assert_eq!(named(&refused), ["README.md"]);
    // The merge base's content, the integration branch's content, and a path that neither has.
    lane.write("docs/guide.md", "guide\n");
    lane.write("README.md", "landed\n");
    remove(&lane, "docs/more.md");
    commit_all(&lane).ok();
}
