//! The gate in another language: what a declared command is given, word by word, and which ones a change calls for.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use lane_testkit::Place;

use crate::sandbox;

/// Writes its folder and its arguments to `$ARGS`, each ended by NUL.
const ARGS: &str = "for word in \"${PWD##*/}\" \"$@\"; do printf '%s\\0' \"$word\"; done >>\"$ARGS\"\n";

/// A repository whose gates are these, on branch `lane`, with the variable `ARGS` set.
fn gated<'s>(sandbox: &'s lane_testkit::Sandbox, gates: &str) -> Place<'s> {
    let repo = sandbox.script_workspace("r");
    repo.write("scripts/args", ARGS);
    repo.write("ui/one.ts", "one\n");
    repo.write(".agents/gates.toml", gates);
    repo.git(["add", "--all"]).ok();
    repo.git(["commit", "--quiet", "-m", "gates"]).ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    let args = sandbox.path().join("args");
    let runs = sandbox.path().join("runs");
    repo.env("ARGS", &args.display().to_string())
        .env("RUNS", &runs.display().to_string())
}

/// What the commands were given since this was asked last.
fn given(repo: &Place<'_>) -> Vec<Vec<u8>> {
    let path = repo.path().with_file_name("args");
    let bytes = std::fs::read(&path).unwrap_or_default();
    let _ = std::fs::remove_file(path);
    let words = bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec);
    words.filter(|word| !word.is_empty()).collect()
}

fn texts(words: &[Vec<u8>]) -> Vec<String> {
    words
        .iter()
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect()
}

#[test]
fn every_name_arrives_as_one_argument_and_none_is_an_option_or_a_script() {
    let sandbox = sandbox();
    let repo = gated(
        &sandbox,
        "[check.args]\nrung = 1\nrun = [\"sh\", \"scripts/args\", \"{files}\"]\npaths = [\"src/**\", \"-*\"]\n\
         [check.shell]\nrung = 2\nshell = true\nrun = ['. scripts/args', \"{files}\", \"; touch owned\"]\npaths = [\"src/**\", \"-*\"]\n",
    );
    let mut names: Vec<Vec<u8>> = [
        &b"-rf"[..],
        b"src/$(touch owned)",
        b"src/`touch owned`",
        b"src/a b",
        b"src/a\nb",
        b"src/a\\b",
        b"src/caf\xc3\xa9",
        b"src/no\xff\xfetext",
        b"src/quote'\"",
        b"src/{base}",
        b"src/{files}",
        b"src/~",
        b"src/\x1b[31mred",
    ]
    .map(<[u8]>::to_vec)
    .to_vec();
    for name in &names {
        repo.write(OsString::from_vec(name.clone()), "new\n");
    }
    // Gone, renamed away, or a link: not to be named.
    repo.sh("git rm -q src/one.txt && git mv src/two.txt src/three.txt && ln -s /etc/passwd src/link")
        .ok();
    names.push(b"src/three.txt".to_vec());
    names.sort();
    let dotted: Vec<Vec<u8>> = names.iter().map(|name| [b"./", &name[..]].concat()).collect();
    let shown = repo.lane(["gate", "--explain"]).ok();
    assert!(!shown.stdout.contains('\x1b'), "{shown}");
    repo.lane(["gate", "--rung", "1"]).ok();
    let expected = [vec![b"r".to_vec()], dotted].concat();
    assert_eq!(given(&repo), expected, "{:?}", texts(&expected));
    repo.lane(["gate", "--rung", "2"]).ok();
    let expected = [expected, vec![b"; touch owned".to_vec()]].concat();
    assert_eq!(given(&repo), expected, "{:?}", texts(&expected));
    assert!(!repo.has("owned"));
}

#[test]
fn no_shell_reads_a_command_unless_it_says_so_and_a_folder_is_where_it_runs() {
    let sandbox = sandbox();
    let repo = gated(
        &sandbox,
        "[check.plain]\nrung = 1\nrun = [\"sh\", \"scripts/args\", \"$HOME\", \"a;b\", \"*\", \"{}\", \"{base}\"]\n\
         [check.dir]\nrung = 2\nrun = [\"sh\", \"../scripts/args\", \"{files}\"]\ndir = \"ui\"\n\
         [check.own]\nrung = 3\nrun = [\"./own\", \"{base}..HEAD\"]\ndir = \"ui\"\n",
    );
    repo.write("ui/own", format!("#!/bin/sh\n{ARGS}"));
    repo.write("src/new.txt", "new\n");
    repo.sh("chmod +x ui/own").ok();
    repo.lane(["gate", "--rung", "1"]).ok();
    let base = repo.rev("main");
    assert_eq!(
        texts(&given(&repo)),
        ["r", "$HOME", "a;b", "*", "{}", base.as_str()]
    );
    repo.lane(["gate", "--rung", "2"]).ok();
    assert_eq!(texts(&given(&repo)), ["ui", "../src/new.txt", "./own"]);
    // The base is where the work left, and not the tip that moved on since.
    repo.git(["add", "--all"]).ok();
    repo.git(["commit", "--quiet", "-m", "work"]).ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    repo.commit("src/later.txt", "later\n", "later").ok();
    repo.git(["switch", "--quiet", "lane"]).ok();
    repo.lane(["gate", "--rung", "3"]).ok();
    assert_eq!(texts(&given(&repo)), ["ui", &format!("{base}..HEAD")]);
    repo.lane(["gate", "--rung", "3", "--base", "HEAD~1"]).ok();
    repo.lane(["gate", "--rung", "3", "--base", "HEAD"]).ok();
    assert!(
        given(&repo).is_empty(),
        "the same base by another name, and nothing changed"
    );
    repo.lane(["gate", "--rung", "3", "--base=--no-such"]).code(5);
    repo.lane(["gate", "--rung", "3", "--all"])
        .code(5)
        .prints("it needs {base}, and there is none to compare with");
    assert!(given(&repo).is_empty());
}

#[test]
fn paths_ignore_area_level_and_rung_choose_what_runs() {
    let sandbox = sandbox();
    let echo = |name: &str, more: &str| {
        format!("[check.{name}]\nrun = [\"sh\", \"scripts/args\", \"{name}\"]\n{more}\n")
    };
    let gates = [
        echo("all", "rung = 1"),
        echo("src", "rung = 1\npaths = [\"src/**\"]"),
        echo("rest", "rung = 1\nignore = [\"src/**\"]"),
        echo("ui", "rung = 2\narea = \"ui\""),
        echo("api", "rung = 2\narea = \"api\""),
        echo("wave", "rung = 2\nlevel = \"wave\""),
        echo("final", "rung = 3\nlevel = \"final\""),
    ]
    .concat();
    let repo = gated(&sandbox, &gates);
    for (change, words, expected) in [
        ("src/x", &[][..], "all src api ui"),
        ("ui/x", &[], "all rest api ui"),
        ("src/x", &["--area", "ui"], "all src ui"),
        ("src/x", &["--level", "wave"], "all src api ui wave"),
        ("src/x", &["--level", "final", "--rung", "3"], "final"),
        ("src/x", &["--rung", "1"], "all src"),
        ("none", &[], ""),
    ] {
        if change != "none" {
            repo.write(change, format!("{words:?}"));
        }
        let line = [&["gate", "--again"][..], words].concat();
        let gate = repo.lane(line).ok();
        let mut ran = texts(&given(&repo));
        ran.retain(|word| word != "r");
        let mut expected: Vec<&str> = expected.split_whitespace().collect();
        ran.sort();
        expected.sort();
        assert_eq!(ran, expected, "{change} {words:?}\n{gate}");
        repo.git(["clean", "-fdq"]).ok();
    }
}

#[test]
fn a_rung_waits_for_the_one_below_and_keep_going_does_not() {
    let sandbox = sandbox();
    let repo = sandbox.script_workspace("r");
    let runs = sandbox.path().join("runs");
    let repo = repo.env("RUNS", &runs.display().to_string());
    let ran = || {
        let text = std::fs::read_to_string(&runs).unwrap_or_default();
        let _ = std::fs::remove_file(&runs);
        text
    };
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.write("src/one.txt", "wrong\n");
    let gate = repo.lane(["gate"]).code(5).says("gate-failed").prints("wrong");
    assert!(gate.stdout.contains("not run  check"), "{gate}");
    assert_eq!(ran(), "lint ./src/one.txt\n");
    repo.lane(["gate", "--keep-going"]).code(5);
    assert_eq!(ran(), "lint ./src/one.txt\ncheck\n");
    // The check passed on these files, the linter did not.
    repo.lane(["gate", "--keep-going"]).code(5);
    assert_eq!(ran(), "lint ./src/one.txt\n");
    repo.write("src/one.txt", "right\n");
    repo.lane(["gate"]).ok();
    assert_eq!(ran(), "lint ./src/one.txt\ncheck\n");
}
