//! `git lane merge`: three files in, one out, anywhere.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A folder outside any repository with three versions.
fn versions(sandbox: &Sandbox) -> Place<'_> {
    let here = sandbox.at("home");
    here.write("base.txt", "a\nb\nc\nd\n");
    here.write("ours.txt", "A\nb\nc\nd\n");
    here.write("theirs.txt", "a\nb\nc\nD\n");
    here.write("other.txt", "X\nb\nc\nd\n");
    here.write("binary", b"\0\n");
    here.write("dir/x", "");
    here
}

/// What is asked, its exit code, what it prints, and what it says.
const ASKED: &[(&str, i32, &str, &str)] = &[
    ("base.txt ours.txt theirs.txt", 0, "A\nb\nc\nD\n", ""),
    (
        "base.txt ours.txt other.txt",
        1,
        "<<<<<<< ours.txt\nA\n=======\nX\n>>>>>>> other.txt\nb\nc\nd\n",
        "error: conflict in ours.txt: both sides changed the same lines",
    ),
    (
        "--diff3 --marker-size 9 base.txt ours.txt other.txt",
        1,
        "<<<<<<<<< ours.txt\nA\n||||||||| base.txt\na\n=========\nX\n>>>>>>>>> other.txt\nb\nc\nd\n",
        "error: conflict in ours.txt",
    ),
    ("base.txt base.txt other.txt", 0, "X\nb\nc\nd\n", ""),
    (
        "--strategy text --explain base.txt ours.txt theirs.txt",
        0,
        "A\n",
        "text, as asked for",
    ),
    (
        "--explain base.txt ours.txt theirs.txt",
        0,
        "A\n",
        "text, for ours.txt: no policy is in force, and by default only CHANGELOG.md is a changelog, and its content does not say either; `--strategy` does\n",
    ),
    (
        "--explain --path a/CHANGELOG.md base.txt base.txt ours.txt",
        0,
        "A\n",
        "changelog, by the path a/CHANGELOG.md",
    ),
    (
        "--explain --path .agents/x.toml base.txt base.txt ours.txt",
        0,
        "A\n",
        "record, by the path .agents/x.toml",
    ),
    (
        "--explain --path docs/words.txt base.txt base.txt ours.txt",
        0,
        "A\n",
        "text, for docs/words.txt: no policy is in force",
    ),
    (
        "--strategy registry --explain base.txt base.txt ours.txt",
        0,
        "A\n",
        "registry, as asked for",
    ),
    ("/dev/null base.txt base.txt", 0, "a\n", ""),
    (
        "/dev/null ours.txt theirs.txt",
        1,
        "<<<<<<< ours.txt\n",
        "conflict in ours.txt",
    ),
    (
        "base.txt binary theirs.txt",
        1,
        "<<<<<<< binary\n",
        "it is no text",
    ),
    ("base.txt binary base.txt", 0, "\0\n", ""),
    (
        "gone.txt ours.txt theirs.txt",
        2,
        "",
        "error: gone.txt cannot be read: ",
    ),
    ("base.txt dir theirs.txt", 2, "", "error: dir cannot be read: "),
    ("base.txt ours.txt", 2, "", "<THEIRS>"),
    (
        "--strategy best base.txt ours.txt theirs.txt",
        2,
        "",
        "possible values",
    ),
    (
        "--marker-size 0 base.txt ours.txt theirs.txt",
        2,
        "",
        "--marker-size",
    ),
    (
        "--output dir base.txt ours.txt theirs.txt",
        2,
        "",
        "dir could not be written",
    ),
];

#[test]
fn what_is_asked_is_answered() {
    for (args, code, prints, says) in ASKED {
        let sandbox = sandbox();
        let here = versions(&sandbox);
        let output = here.sh(&format!("git lane merge {args}"));
        let output = output.code(*code).says(says);
        assert!(output.stdout.starts_with(prints), "{output}");
        if *code == 2 {
            assert_eq!(output.stdout, "");
        }
    }
}

#[test]
fn the_versions_may_be_pipes_and_the_result_may_go_into_one_of_them() {
    let sandbox = sandbox();
    let here = versions(&sandbox);
    here.sh("mkfifo p q r && { cat base.txt >p & cat ours.txt >q & cat theirs.txt >r & } && git lane merge p q r >piped").ok();
    assert_eq!(here.read("piped"), "A\nb\nc\nD\n");
    here.sh("git lane merge --output ours.txt base.txt ours.txt theirs.txt")
        .ok()
        .prints("");
    assert_eq!(here.read("ours.txt"), "A\nb\nc\nD\n");
}

#[test]
fn a_file_is_known_by_its_path_in_the_repository_else_by_what_it_is() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.sh("printf '[merge]\\nregistries = [\"docs/words.txt\"]\\n' >>.agents/policy.toml && git commit -qam words").ok();
    let task = "id = \"T-1\"\ntitle = \"x\"\n";
    for (file, text, expected) in [
        ("CHANGELOG.md", "x\n", "changelog, by the path CHANGELOG.md"),
        ("docs/words.txt", "x\n", "registry, by the path docs/words.txt"),
        (
            "words.txt",
            "x\n",
            "text, for words.txt: the policy on main names it neither as changelog nor as registry, and its content does not say",
        ),
        (
            ".agents/gates.toml",
            "x\n",
            "record, by the path .agents/gates.toml",
        ),
        ("T-1.toml", task, "record, by what the file is"),
        (
            "NEWS",
            "# News\n\n## [Unreleased]\n",
            "changelog, by what the file is",
        ),
        (
            "../home/CHANGELOG.md",
            "x\n",
            "changelog, by the path CHANGELOG.md",
        ),
        (
            "../home/q/.agents/locks/L-1.toml",
            "x\n",
            "record, by the path .agents/locks/L-1.toml",
        ),
        ("../home/T-1.toml", task, "record, by what the file is"),
    ] {
        repo.write(file, text);
        for (folder, name) in [(&repo, file.to_owned()), (&repo.at("src"), format!("../{file}"))] {
            folder
                .lane(["merge", "--explain", &name, &name, &name])
                .ok()
                .says(expected);
        }
    }
}

#[test]
fn a_broken_policy_is_told_and_the_defaults_hold() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.sh("echo '[merge' >>.agents/policy.toml && git -c core.hooksPath=/dev/null commit -qam x && echo x >CHANGELOG.md")
        .ok();
    let all = [
        "merge",
        "--explain",
        "CHANGELOG.md",
        "CHANGELOG.md",
        "CHANGELOG.md",
    ];
    repo.lane(all)
        .ok()
        .says("warning: the policy cannot be read")
        .says("changelog, by the path");
}

#[test]
fn the_policy_shows_and_checks_what_is_merged() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let shown = repo.lane(["policy", "show"]).ok().stdout;
    let row = |key: &str| {
        shown
            .lines()
            .find(|line| line.starts_with(key))
            .unwrap_or_default()
            .to_owned()
    };
    assert!(
        row("merge.changelogs").contains("\"**/CHANGELOG.md\"")
            && row("merge.changelogs").ends_with("default"),
        "{shown}"
    );
    assert!(row("merge.registries").contains("[]"), "{shown}");
    for (line, says) in [
        (
            "registries = [\".agents/x.toml\"]",
            "`merge.registries`: \".agents/x.toml\" is below `.agents/`",
        ),
        (
            "changelogs = [\"a{b,c}.md\"]",
            "`merge.changelogs`: \"a{b,c}.md\" is not a plain path",
        ),
        (
            "registries = [\"**/CHANGELOG.md\"]",
            "is in `merge.changelogs` too",
        ),
        ("registries = \"x\"", "line 2"),
    ] {
        repo.write(
            "policy.toml",
            format!("repository = \"x\"\nmerge = {{ {line} }}\n"),
        );
        repo.lane(["policy", "validate", "policy.toml"])
            .code(1)
            .says(says);
    }
    repo.write("policy.toml", "repository = \"x\"\n[merge]\nchangelog = []\n");
    repo.lane(["policy", "validate", "policy.toml"])
        .ok()
        .says("`merge.changelog` is not known to this version");
}
