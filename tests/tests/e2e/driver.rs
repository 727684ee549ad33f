//! The merge driver through real git: each operation that calls it, odd paths, labels, and the way out of a conflict.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

const BASE: &str = "one\ntwo\nthree\n";
const OURS: &str = "one\nours\nthree\n";
const THEIRS: &str = "one\ntheirs\nthree\n";
const SETTLED: &str = "one\nours and theirs\nthree\n";

/// A repository whose branches `main` (checked out) and `theirs` both changed `path`, and whose attributes give us
/// every file.
pub(crate) fn diverged(sandbox: &Sandbox, path: impl AsRef<Path>) -> Place<'_> {
    let repo = sandbox.lanes("r");
    repo.write(".git/info/attributes", "* merge=git-lane\n");
    let commit = |text: &str, message: &str| {
        repo.write(&path, text);
        repo.git(["add", "--all"]).ok();
        repo.git(["commit", "--quiet", "-m", message]).ok();
    };
    commit(BASE, "base");
    repo.git(["switch", "--quiet", "-c", "theirs"]).ok();
    commit(THEIRS, "theirs");
    repo.git(["switch", "--quiet", "main"]).ok();
    commit(OURS, "ours");
    repo
}

/// The command that goes on once all files are settled, as it is told.
pub(crate) fn then(stopped: &Output) -> Option<&str> {
    let mut lines = stopped.stderr.lines();
    lines.find_map(|line| line.strip_prefix("When all files are settled: "))
}

/// Settles the file as a person would, follows what is told, and nothing is under way any more.
#[track_caller]
fn follow(repo: &Place<'_>, path: impl AsRef<Path>, stopped: &Output) {
    let hints: Vec<String> = stopped
        .hints()
        .into_iter()
        .filter(|hint| hint.starts_with("git add -- "))
        .collect();
    assert_eq!(hints.len(), 1, "one way out\n{stopped}");
    let text = repo.read(&path);
    assert!(text.contains("<<<<<<< "), "{text}");
    repo.write(&path, SETTLED);
    repo.sh(&hints[0]).ok();
    if let Some(then) = then(stopped) {
        repo.sh(then).ok();
    }
    let status = repo.git(["status"]).ok().stdout;
    for left in ["Unmerged paths", "still merging", "in progress", "currently"] {
        assert!(!status.contains(left), "{status}\n{stopped}");
    }
    assert_eq!(repo.read(&path), SETTLED);
}

/// What calls the driver: a line, and what goes on when all is settled.
const OPERATIONS: &[(&str, &str)] = &[
    ("git merge -q theirs", "git commit"),
    ("git merge -q --squash theirs", "git commit"),
    ("git pull -q --no-rebase . theirs", "git commit"),
    ("git rebase -q theirs", "git rebase --continue"),
    ("git rebase -q --apply theirs", "git rebase --continue"),
    ("git cherry-pick theirs", "git cherry-pick --continue"),
    (
        "git revert --no-edit HEAD~1 2>/dev/null; git revert --abort; echo new >f.txt; git commit -qam new; git revert --no-edit HEAD~1",
        "git revert --continue",
    ),
    (
        "git format-patch -q -1 -o .. theirs && git am -q -3 ../0001-theirs.patch",
        "git am --continue",
    ),
    (
        "git switch -q theirs && echo stashed >f.txt && git stash -q && git switch -q main && git stash pop -q",
        "",
    ),
];

#[test]
fn every_operation_that_stops_at_a_conflict_is_ended_by_the_hint() {
    for (line, end) in OPERATIONS {
        let sandbox = sandbox();
        let repo = diverged(&sandbox, "f.txt");
        let stopped = repo.sh(line).fails();
        assert!(
            stopped
                .stderr
                .contains("error: conflict in f.txt: both sides changed the same lines\n"),
            "{stopped}"
        );
        assert_eq!(then(&stopped).unwrap_or_default(), *end, "{stopped}");
        follow(&repo, "f.txt", &stopped);
    }
}

/// Paths that are hard to write down.
const PATHS: &[&[u8]] = &[
    b"-x",
    b"--base-label=x",
    b"a b/c  d.md",
    b"it's \"quoted\".md",
    b"line\nbreak",
    b"$(id)`id`;id",
    b"caf\xe9\xff",
    b":(top)x",
    b"*",
    b"[ab]?",
    b"back\\slash",
    b"\x1b[31mred",
    b"%A%P%%",
    b"\xe2\x80\xaeabc",
];

#[test]
fn a_path_is_data_whatever_it_says() {
    for path in PATHS {
        let sandbox = sandbox();
        let path = Path::new(OsStr::from_bytes(path));
        let repo = diverged(&sandbox, path);
        // Beside it lies a file that a careless pattern would take, too.
        repo.write("other.txt", "untracked\n");
        let stopped = repo.git(["merge", "--quiet", "theirs"]).code(1);
        let conflicts: Vec<&str> = stopped
            .stderr
            .lines()
            .filter(|line| line.starts_with("error: conflict in "))
            .collect();
        assert_eq!(conflicts.len(), 1, "{stopped}");
        assert!(
            !stopped.stderr.contains('\u{1b}') && !stopped.stderr.contains('\u{202e}'),
            "{stopped}"
        );
        follow(&repo, path, &stopped);
        let added = repo.git(["ls-files", "other.txt"]).ok();
        assert!(added.stdout.is_empty(), "the hint added more than {path:?}");
    }
}

#[test]
fn the_hint_holds_in_the_folder_where_the_merge_was_begun() {
    let sandbox = sandbox();
    let repo = diverged(&sandbox, "docs/f.txt");
    let docs = repo.at("docs");
    let stopped = docs.git(["merge", "--quiet", "theirs"]).code(1);
    follow(&docs, "f.txt", &stopped);
}

#[test]
fn a_conflict_that_is_written_once_more_names_the_same_way_out() {
    for (line, end) in [
        ("git merge -q theirs", "git commit"),
        ("git cherry-pick theirs", "git cherry-pick --continue"),
        ("git rebase -q theirs", "git rebase --continue"),
    ] {
        let sandbox = sandbox();
        let repo = diverged(&sandbox, "f.txt");
        repo.sh(line).code(1);
        repo.write("f.txt", "spoilt\n");
        let again = repo.git(["checkout", "--merge", "--", "f.txt"]).ok();
        assert_eq!(then(&again), Some(end), "{again}");
        follow(&repo, "f.txt", &again);
    }
}

#[test]
fn a_lane_merges_in_its_worktree() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    repo.write(".git/info/attributes", "* merge=git-lane\n");
    repo.task("T-1", "src/**");
    let lane = repo.start("T-1");
    lane.commit("src/a.rs", OURS, "lane").ok();
    let person = repo.person();
    person.commit("docs/guide.md", "elsewhere\n", "elsewhere").ok();
    lane.git(["merge", "--quiet", "--no-edit", "main"]).ok();
    let line = "git switch -q -c aside main && echo aside >src/a.rs && git -c core.hooksPath=/dev/null commit -qam aside";
    person.sh(line).ok();
    let stopped = lane.git(["merge", "--quiet", "aside"]).code(1);
    assert!(
        stopped.stderr.contains("error: conflict in src/a.rs: "),
        "{stopped}"
    );
    follow(&lane, "src/a.rs", &stopped);
}

/// Runs a merge after some configuration and gives the merged file.
#[track_caller]
fn merged(line: &str, code: i32) -> (String, Output) {
    let sandbox = sandbox();
    let repo = diverged(&sandbox, "f.txt");
    repo.git(["branch", "it's \"mine\"", "theirs"]);
    repo.git(["branch", "it's-$(id)", "theirs"]).ok();
    let output = repo.sh(line).code(code);
    (repo.read("f.txt"), output)
}

#[test]
fn markers_have_gits_labels_size_and_style() {
    let (text, _) = merged("git merge -q \"it's-\\$(id)\"", 1);
    assert_eq!(
        text,
        "one\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> it's-$(id)\nthree\n"
    );
    let (text, output) = merged(
        "echo 'f.txt conflict-marker-size=12' >>.git/info/attributes; git merge -q theirs",
        1,
    );
    assert!(
        text.contains("\n<<<<<<<<<<<< HEAD\n") && text.contains("\n============\n"),
        "{text}"
    );
    assert!(
        output.stderr.contains("error: conflict in f.txt"),
        "long markers alone are no merge of bases\n{output}"
    );
    for style in ["diff3", "zdiff3"] {
        for line in [
            format!("git -c merge.conflictStyle={style} merge -q theirs"),
            format!("git config merge.conflictStyle {style} && git merge -q theirs"),
        ] {
            let (text, _) = merged(&line, 1);
            assert!(
                text.contains("\n||||||| ") && text.contains("\ntwo\n=======\n"),
                "{line}: {text}"
            );
        }
    }
}

#[test]
fn a_driver_of_a_git_without_labels_writes_the_usual_ones() {
    // git before 2.44 leaves the placeholders as they are; an older registration has none.
    for replace in [
        "s/=%S/=%%S/; s/=%X/=%%X/; s/=%Y/=%%Y/",
        "s/--[a-z]*-label=%[SXY] //g",
    ] {
        let line = format!(
            "git config merge.git-lane.driver \"$(git config merge.git-lane.driver | sed '{replace}')\" && git merge -q theirs"
        );
        let (text, output) = merged(&line, 1);
        assert_eq!(
            text,
            "one\n<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs\nthree\n"
        );
        assert_eq!(then(&output), Some("git commit"), "{output}");
    }
}

#[test]
fn merge_tree_gets_the_same_text_and_is_told_nothing() {
    let sandbox = sandbox();
    let repo = diverged(&sandbox, "f.txt");
    let here = repo.git(["merge-tree", "--write-tree", "main", "theirs"]).code(1);
    let tree = here.stdout.lines().next().unwrap_or_default().to_owned();
    let text = repo
        .git(["cat-file", "blob", &format!("{tree}:f.txt")])
        .ok()
        .stdout;
    assert_eq!(
        text,
        "one\n<<<<<<< main\nours\n=======\ntheirs\n>>>>>>> theirs\nthree\n"
    );
    assert_eq!(here.stderr, "", "{here}");

    sandbox
        .at("")
        .git(["clone", "--quiet", "--bare", "r", "bare.git"])
        .ok();
    let bare = sandbox.at("bare.git");
    bare.git(["merge-tree", "--write-tree", "main", "theirs"])
        .code(1)
        .does_not_say("error: ");
    let driver = repo.git(["config", "merge.git-lane.driver"]).ok();
    bare.git(["config", "merge.git-lane.driver", driver.text()]).ok();
    bare.write("info/attributes", "* merge=git-lane\n");
    let there = bare.git(["merge-tree", "--write-tree", "main", "theirs"]).code(1);
    assert_eq!(there.stdout.lines().next(), Some(tree.as_str()));
    assert_eq!(there.stderr, "", "{there}");
}

#[test]
fn the_bases_of_a_criss_cross_are_merged_in_silence() {
    let sandbox = sandbox();
    let repo = diverged(&sandbox, "f.txt");
    // Each takes the other in, in its own way, and goes on: two bases, which conflict with each other.
    let (ours, theirs) = (repo.rev("main"), repo.rev("theirs"));
    for (branch, other, text) in [("main", theirs, "a\n"), ("theirs", ours, "b\n")] {
        repo.git(["switch", "--quiet", branch]).ok();
        repo.git(["merge", "--quiet", "--strategy", "ours", "-m", "cross", &other])
            .ok();
        repo.commit("f.txt", text, "on").ok();
    }
    let bases = repo.git(["merge-base", "--all", "main", "theirs"]).ok();
    assert_eq!(bases.stdout.lines().count(), 2, "{bases}");
    repo.git(["switch", "--quiet", "main"]).ok();
    let stopped = repo.git(["merge", "--quiet", "theirs"]).code(1);
    assert_eq!(
        stopped.stderr.matches("error: conflict in ").count(),
        1,
        "{stopped}"
    );
    follow(&repo, "f.txt", &stopped);
}
