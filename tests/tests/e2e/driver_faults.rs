//! The merge driver when it breaks: git stops, nothing is lost, and the way on is open.

use lane_testkit::FAILPOINT_VAR;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::driver::then;
use crate::sandbox;

/// A repository with two branches that both changed `f.txt`, and a third commit on ours.
fn diverged(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    repo.write(".git/info/attributes", "*.txt merge=git-lane\n");
    repo.commit("f.txt", "one\n", "base").ok();
    repo.git(["switch", "--quiet", "-c", "theirs"]).ok();
    repo.commit("f.txt", "theirs\n", "theirs").ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    repo.commit("f.txt", "ours\n", "ours").ok();
    repo.commit("g.txt", "more\n", "more").ok();
    repo
}

/// Puts a script in the place of the binary that the registered command names.
fn stub(repo: &Place<'_>, script: &str) {
    repo.write("../stub", format!("#!/bin/sh\n{script}\n"));
    let line = "chmod +x ../stub && git config merge.git-lane.driver \"$(git config merge.git-lane.driver | sed \"s|^lane='[^']*'|lane='$PWD/../stub'|\")\"";
    repo.sh(line).ok();
}

/// How a driver can end without an answer.
const BREAKS: &[&str] = &[
    "exit 2",
    "exit 101",
    "exit 70",
    "exit 126",
    "exit 127",
    "exit 128",
    "exit 129",
    "kill -9 $$",
    "kill -SEGV $$",
];

#[test]
fn a_driver_that_breaks_stops_the_merge_and_nothing_is_lost() {
    for script in BREAKS {
        let sandbox = sandbox();
        let repo = diverged(&sandbox);
        stub(&repo, script);
        let head = repo.rev("HEAD");
        repo.git(["merge", "--quiet", "theirs"]).fails();
        // git has nothing to abort, or what it has can be aborted.
        repo.git(["merge", "--abort"]);
        let status = repo.git(["status", "--porcelain"]).ok();
        assert_eq!((status.stdout.as_str(), repo.rev("HEAD")), ("", head), "{script}");
        assert_eq!(repo.read("f.txt"), "ours\n", "{script}");
        repo.lane(["init"]).ok();
        repo.git(["merge", "--quiet", "theirs"])
            .code(1)
            .says("conflict in f.txt");
    }
}

#[test]
fn a_driver_that_breaks_in_a_rebase_lets_it_go_on() {
    for script in ["exit 101", "exit 129", "kill -9 $$"] {
        let sandbox = sandbox();
        let repo = diverged(&sandbox);
        stub(&repo, script);
        repo.git(["rebase", "--quiet", "theirs"]).fails();
        repo.lane(["init"]).ok();
        let again = repo
            .git(["rebase", "--continue"])
            .fails()
            .says("conflict in f.txt");
        repo.write("f.txt", "both\n");
        let hints = again.hints();
        let hint = hints
            .iter()
            .find(|hint| hint.starts_with("git add -- "))
            .expect("a hint");
        repo.sh(hint).ok();
        repo.sh(then(&again).expect("the way on")).ok();
        assert_eq!(
            (repo.read("f.txt"), repo.read("g.txt")),
            ("both\n".to_owned(), "more\n".to_owned())
        );
        let log = repo.git(["log", "--format=%s", "-3"]).ok();
        assert_eq!(log.text(), "more\nours\ntheirs", "{script}");
    }
}

#[test]
fn an_abort_and_a_panic_of_ours_are_no_conflict() {
    for (point, code) in [("merge-driver", 128), ("panic merge-driver", 129)] {
        let sandbox = sandbox();
        let repo = diverged(&sandbox);
        let broken = repo.env(FAILPOINT_VAR, point);
        broken
            .run(
                "git-lane",
                ["merge-driver", "f.txt", "g.txt", "f.txt", "7", "--", "f.txt"],
            )
            .code(code);
        broken
            .git(["merge", "--quiet", "theirs"])
            .fails()
            .does_not_say("conflict in");
        assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "");
        repo.git(["merge", "--quiet", "theirs"])
            .code(1)
            .says("conflict in f.txt");
    }
}

#[test]
fn without_the_binary_git_merges_with_markers() {
    let sandbox = sandbox();
    let repo = diverged(&sandbox);
    stub(&repo, "exit 0");
    repo.sh("rm ../stub ../bin/git-lane").ok();
    // On PATH there may be another git-lane of the machine: only git's own folder and the system's are left.
    let plain = repo.sh("PATH=$(dirname \"$(command -v git)\"):/usr/bin:/bin; command -v git-lane || git -c core.hooksPath=/dev/null merge -q theirs");
    plain
        .code(1)
        .says("git-lane is not here, so a file is merged as text\n");
    assert_eq!(
        repo.read("f.txt"),
        "<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs\n"
    );
    assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "UU f.txt\n");
}

/// A call of the driver by hand: its arguments behind `merge-driver`, its exit code, and what it says.
const CALLS: &[(&[&str], i32, &str)] = &[
    (&[], 129, "required arguments"),
    (&["--no-such", "b", "o", "t", "7"], 129, "unexpected argument"),
    (&["b", "gone", "t", "7", "--", "f"], 129, "gone cannot be read"),
    (&["gone", "o", "t", "7", "--", "f"], 129, "gone cannot be read"),
    (&["b", "o", "gone", "7", "--", "f"], 129, "gone cannot be read"),
    (
        &["b", "dir", "t", "7", "--", "f"],
        129,
        "the merge driver broke on f: dir cannot be read",
    ),
    (
        &["b", "/proc/version", "t", "7", "--", "f"],
        129,
        "/proc/version could not be written",
    ),
    (&["b", "o", "t", "seven", "--", "f"], 1, "conflict in f"),
    (&["b", "o", "t", "-7", "--", "f"], 129, "unexpected argument"),
    (&["b", "o", "t", "0", "--", "f"], 1, "conflict in f"),
    (
        &["b", "o", "t", "99999999999999999999", "--", "f"],
        1,
        "conflict in f",
    ),
    (&["b", "o", "t", "7"], 1, "conflict in "),
    (
        &[
            "--base-label=",
            "--ours-label=",
            "--theirs-label=",
            "b",
            "o",
            "t",
            "7",
            "--",
            "f",
        ],
        1,
        "conflict in f",
    ),
    (&["/dev/null", "o", "t", "7", "--", "f"], 1, "conflict in f"),
    (&["b", "o", "b", "7", "--", "f"], 0, ""),
    (&["b", "b", "t", "7", "--", "f"], 0, ""),
    (&["b", "o", "o", "7", "--", "f"], 0, ""),
    (&["b", "binary", "t", "7", "--", "f"], 1, "it is no text"),
    (
        &["b", "binary", "t", "7", "--", ".agents/queue/00/T-1.toml"],
        1,
        "conflict in .agents/queue/00/T-1.toml",
    ),
    (
        &["b", "binary", "t", "7", "--", "CHANGELOG.md"],
        1,
        "error: conflict in CHANGELOG.md: both sides changed it, and it is no text\n",
    ),
    (&["b", "empty", "t", "7", "--", "f"], 1, "conflict in f"),
    (&["b", "o", "t", "9", "--", "f"], 1, ""),
];

#[test]
fn a_call_ends_with_0_or_visibly_with_1_or_with_129() {
    let sandbox = sandbox();
    for (number, (args, code, says)) in CALLS.iter().enumerate() {
        let here = sandbox.at(format!("call-{number}"));
        for (name, text) in [("b", "base\n"), ("o", "ours\n"), ("t", "theirs\n"), ("empty", "")] {
            here.write(name, text);
        }
        here.write("binary", b"\0\xff\n");
        here.sh("mkdir dir").ok();
        let all = std::iter::once(&"merge-driver").chain(*args);
        let output = here.run("git-lane", all).code(*code).says(says);
        assert_eq!(output.stdout, "");
        if *code == 1 {
            let result = std::fs::read(
                here.path().join(
                    args.iter()
                        .find(|a| ["o", "binary", "empty"].contains(a))
                        .expect("ours"),
                ),
            );
            let result = String::from_utf8_lossy(&result.expect("a result")).into_owned();
            let lines: Vec<&str> = result.lines().collect();
            assert!(
                lines.iter().any(|line| line.starts_with('<')),
                "{args:?}: {result}"
            );
            assert!(
                lines.iter().any(|line| line.starts_with('>')),
                "{args:?}: {result}"
            );
            assert!(lines.contains(&"theirs"), "{args:?}: {result}");
        }
    }
}

#[test]
fn what_the_policy_says_never_stops_a_merge() {
    for (line, says) in [
        ("git update-ref -d refs/agents/state", ""),
        (
            "git rm -rq .agents && git -c core.hooksPath=/dev/null commit -qm x",
            "",
        ),
        (
            "echo '[merge' >>.agents/policy.toml && git -c core.hooksPath=/dev/null commit -qam x",
            "warning: the policy cannot be read",
        ),
        (
            "printf '[merge]\\nchangelogs = [\"a[\"]\\n' >>.agents/policy.toml && git -c core.hooksPath=/dev/null commit -qam x",
            "warning: the policy cannot be read",
        ),
    ] {
        let sandbox = sandbox();
        let repo = diverged(&sandbox);
        let head = repo.rev("HEAD");
        repo.sh(&format!("git switch -q -c aside && git -c core.hooksPath=/dev/null merge -q -s ours main && git switch -q main && ( {line} )")).ok();
        repo.git(["switch", "--quiet", "--detach", &head]).ok();
        let stopped = repo
            .git(["-c", "core.hooksPath=/dev/null", "merge", "--quiet", "theirs"])
            .code(1);
        assert!(
            stopped.stderr.contains(says) && stopped.stderr.contains("conflict in f.txt"),
            "{line}\n{stopped}"
        );
        if says.is_empty() {
            assert!(!stopped.stderr.contains("warning: "), "{line}\n{stopped}");
        }
    }
}

#[test]
fn in_a_repository_that_we_cannot_open_the_driver_merges_all_the_same() {
    for option in ["--ref-format=reftable", "--object-format=sha256"] {
        let sandbox = sandbox();
        let registered = diverged(&sandbox).git(["config", "merge.git-lane.driver"]).ok();
        sandbox.at("").git(["init", "--quiet", option, "odd"]).ok();
        let odd = sandbox.at("odd");
        odd.git(["config", "merge.git-lane.driver", registered.text()])
            .ok();
        odd.commit(".gitattributes", "* merge=git-lane\n", "attributes")
            .ok();
        for (path, text) in [("f.txt", "one\n"), ("CHANGELOG.md", "# Changelog\n")] {
            odd.commit(path, text, "base").ok();
        }
        odd.git(["switch", "--quiet", "-c", "theirs"]).ok();
        odd.commit("f.txt", "theirs\n", "theirs").ok();
        odd.git(["switch", "--quiet", "main"]).ok();
        odd.commit("f.txt", "ours\n", "ours").ok();
        let stopped = odd.git(["merge", "--quiet", "theirs"]).code(1);
        assert!(
            stopped.stderr.contains("error: conflict in f.txt: both sides"),
            "{stopped}"
        );
        assert!(!stopped.stderr.contains("warning"), "{stopped}");
        assert_eq!(
            odd.read("f.txt"),
            "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> theirs\n"
        );
    }
}
