//! What a receipt spares and what it does not: the same files are not checked again, and nothing else is believed.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// One check that tells when it runs, and fails while the file `$SANDBOX/fail` is there.
const GATES: &str = r#"[check.one]
rung = 1
run = ["sh", "-c", "echo ran >>../runs; test ! -e ../fail || { echo it failed; exit 1; }"]
reads = ["src/**"]
env = ["MODE"]
toolchain = ["faketool --version"]
"#;

/// A repository whose gates these are, on branch `lane`, with a work of one file.
fn gated<'s>(sandbox: &'s Sandbox, gates: &str) -> Place<'s> {
    let repo = sandbox.script_workspace("r");
    tool(sandbox, "1.0");
    repo.commit(".agents/gates.toml", gates, "gates").ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.write("src/one.txt", "changed\n");
    repo
}

/// A tool on `PATH` that says this version.
fn tool(sandbox: &Sandbox, version: &str) {
    let bin = sandbox.at("bin");
    bin.write("faketool", format!("#!/bin/sh\necho {version}\n"));
    bin.run("chmod", ["+x", "faketool"]).ok();
}

/// How often a check ran since this was asked last.
fn runs(sandbox: &Sandbox) -> usize {
    let path = sandbox.path().join("runs");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(path);
    text.lines().count()
}

#[track_caller]
fn again(sandbox: &Sandbox, repo: &Place<'_>, what: &str) {
    let gate = repo.lane(["gate"]).ok();
    assert_eq!(runs(sandbox), 1, "{what}: should run\n{gate}");
    known(sandbox, repo, what);
}

#[track_caller]
fn known(sandbox: &Sandbox, repo: &Place<'_>, what: &str) {
    let gate = repo.lane(["gate"]).ok().prints("not run again");
    assert_eq!(runs(sandbox), 0, "{what}: should not run\n{gate}");
}

fn receipts(repo: &Place<'_>) -> Vec<PathBuf> {
    let root = repo.path().join(".git/lane/gate");
    let folders = fs::read_dir(root).expect("the folder is there").flatten();
    let folders = folders.filter(|entry| entry.file_name().len() == 2);
    let files = folders.flat_map(|folder| fs::read_dir(folder.path()).expect("a folder").flatten());
    files.map(|entry| entry.path()).collect()
}

#[test]
fn the_same_files_are_not_checked_again_wherever_they_lie() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, GATES);
    again(&sandbox, &repo, "new");
    repo.sh("touch src/one.txt src/two.txt").ok();
    known(&sandbox, &repo, "touched");
    repo.write("docs/new.md", "not read\n");
    known(&sandbox, &repo, "what it does not read");
    repo.sh("echo /ignored >.git/info/exclude && echo x >ignored")
        .ok();
    known(&sandbox, &repo, "ignored");
    repo.git(["add", "--all"]).ok();
    known(&sandbox, &repo, "staged");
    repo.git(["commit", "--quiet", "-m", "work"]).ok();
    known(&sandbox, &repo, "committed");
    repo.git(["worktree", "add", "--quiet", "--detach", "../other"])
        .ok();
    known(&sandbox, &repo.at("../other"), "another worktree");
    repo.commit("src/one.txt", "more\n", "more").ok();
    again(&sandbox, &repo, "other content");
    repo.git(["switch", "--quiet", "--detach", "HEAD~1"]).ok();
    known(&sandbox, &repo, "back");
    repo.git(["switch", "--quiet", "lane"]).ok();
    known(&sandbox, &repo, "forth");
    // In a clone of its own nothing is known.
    sandbox.at("").git(["clone", "--quiet", "r", "clone"]).ok();
    let clone = sandbox.at("clone");
    clone.lane(["gate", "--base", "origin/main"]).ok();
    assert_eq!(runs(&sandbox), 1);
}

#[test]
fn whatever_may_change_the_result_makes_it_run_again() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, GATES);
    again(&sandbox, &repo, "new");
    for change in [
        "echo x >src/untracked",
        "mkdir src/deep && mv src/untracked src/deep/",
        "chmod +x src/two.txt",
        "rm src/two.txt && ln -s one.txt src/two.txt",
        "git rm -qf --cached src/one.txt && rm src/one.txt",
        "git config core.autocrlf input",
    ] {
        repo.sh(change).ok();
        again(&sandbox, &repo, change);
    }
    tool(&sandbox, "1.1");
    again(&sandbox, &repo, "another tool");
    let other = repo.env("MODE", "x");
    again(&sandbox, &other, "another environment");
    again(&sandbox, &repo.env("MODE", ""), "set to nothing is not unset");
    known(
        &sandbox,
        &repo.env("OTHER", "x"),
        "an environment that nobody declared",
    );
    known(&sandbox, &repo, "as before");
    let gates = sandbox.at("");
    gates.write("gates.toml", GATES.replace("echo ran", "echo  ran"));
    repo.lane(["gate", "--gates", "../gates.toml"]).ok();
    assert_eq!(runs(&sandbox), 1, "another command");
    fs::remove_file(sandbox.path().join("bin/faketool")).unwrap();
    for _ in 0..2 {
        repo.lane(["gate"]).ok().prints("its tools are not known");
        assert_eq!(runs(&sandbox), 1, "a tool that is not there");
    }
}

#[test]
fn what_failed_is_run_again_and_what_failed_and_passed_is_called_flaky_from_then_on() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, GATES);
    sandbox.at("").write("fail", "");
    for _ in 0..2 {
        repo.lane(["gate"])
            .code(5)
            .prints("it failed")
            .says("gate-failed");
        assert_eq!(runs(&sandbox), 1);
    }
    fs::remove_file(sandbox.path().join("fail")).unwrap();
    for (words, ran) in [
        (&["gate"][..], 1),
        (&["gate"], 0),
        (&["gate", "--again"], 1),
        (&["gate"], 0),
    ] {
        repo.lane(words).ok().prints("flaky").says("one is flaky");
        assert_eq!(runs(&sandbox), ran, "{words:?}");
    }
    repo.write("src/one.txt", "other\n");
    let gate = repo.lane(["gate"]).ok().does_not_say("flaky");
    assert!(!gate.stdout.contains("flaky"), "{gate}");
    // Passed first and failing now is a failure, and flaky when it passes again.
    sandbox.at("").write("fail", "");
    repo.lane(["gate"]).ok().does_not_say("flaky");
    repo.lane(["gate", "--again"]).code(5);
    repo.lane(["gate"]).code(5);
    fs::remove_file(sandbox.path().join("fail")).unwrap();
    repo.lane(["gate"]).ok().says("one is flaky");
}

#[test]
fn a_check_that_changes_what_it_reads_has_not_passed() {
    let sandbox = sandbox();
    for (script, what) in [
        ("echo ran >>../runs; echo x >>src/one.txt", "src/one.txt changed"),
        (
            "echo ran >>../runs; rm -f src/two.txt; echo $$ >src/new",
            "src/new",
        ),
        (
            "echo ran >>../runs; test -x src/one.txt && chmod -x src/one.txt || chmod +x src/one.txt",
            "src/one.txt changed",
        ),
    ] {
        let gates = format!("[check.one]\nrung = 1\nrun = ['sh', '-c', '''{script}''']\n");
        let repo = gated(&sandbox, &gates);
        for _ in 0..2 {
            repo.lane(["gate"])
                .code(5)
                .prints("FAILED   one")
                .prints("meanwhile")
                .prints(what)
                .says("gate-failed: 1 check of 1 did not pass: one")
                .says("hint: git lane gate");
            assert_eq!(runs(&sandbox), 1, "{script}");
        }
        fs::remove_dir_all(repo.path()).unwrap();
    }
}

#[test]
fn a_receipt_that_is_spoilt_or_another_s_is_none() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, GATES);
    again(&sandbox, &repo, "new");
    let path = receipts(&repo).remove(0);
    let good = fs::read_to_string(&path).unwrap();
    let other = path.with_file_name(format!("{}.toml", "0".repeat(64)));
    fs::write(&other, &good).unwrap();
    let spoilt: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("cut", good.as_bytes()[..good.len() / 2].to_vec()),
        ("no text", vec![0xff; 100]),
        ("too long", [good.as_bytes(), &vec![b'#'; 20_000]].concat()),
        ("another format", good.replace("format = 1", "format = 2").into()),
        (
            "another key",
            good.replacen(&path.file_stem().unwrap().to_string_lossy()[..8], "00000000", 1)
                .into(),
        ),
        (
            "failed and passed",
            good.replace("failures = 0", "failures = 1").into(),
        ),
        ("never passed", good.replace("passes = 1", "passes = 0").into()),
        ("no time", good.replace("secs = ", "secs = nan #").into()),
    ];
    for (what, bytes) in spoilt {
        assert_ne!(bytes, good.as_bytes(), "{what}");
        fs::write(&path, bytes).unwrap();
        again(&sandbox, &repo, what);
    }
    // No plain file: a folder, a pipe, a link to a good one.
    let spoil = |line: &str| repo.sh(&line.replace("$R", &path.display().to_string())).ok();
    fs::write(sandbox.path().join("good"), &good).unwrap();
    for line in ["rm $R && mkfifo $R", "rm $R && ln -s ../../../../../good $R"] {
        spoil(line);
        again(&sandbox, &repo, line);
    }
    spoil("rm $R && mkdir $R");
    repo.lane(["gate"]).ok().prints("not remembered");
    assert_eq!(runs(&sandbox), 1);
}

#[test]
fn where_nothing_can_be_kept_the_checks_run_all_the_same() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, GATES);
    let lane = repo.path().join(".git/lane");
    let clear = |path: &Path| {
        let _ = fs::remove_dir_all(path);
        let _ = fs::remove_file(path);
    };
    for spoil in [
        "echo file >.git/lane/gate",
        "ln -s /nonexistent/place .git/lane/gate",
        "ln -s gate .git/lane/gate",
        "mkdir -p .git/lane/gate/lock",
    ] {
        clear(&lane.join("gate"));
        clear(&lane.join("gate-logs"));
        repo.sh(&spoil.replace(".git/lane/gate", ".git/lane/gate-logs"))
            .ok();
        repo.sh(spoil).ok();
        for _ in 0..2 {
            repo.lane(["gate"]).ok().prints("not remembered");
            assert_eq!(runs(&sandbox), 1, "{spoil}");
        }
        sandbox.at("").write("fail", "");
        repo.lane(["gate"]).code(5).prints("it failed");
        clear(&sandbox.path().join("fail"));
        runs(&sandbox);
    }
    // Kept elsewhere is kept.
    clear(&lane.join("gate"));
    repo.sh("mkdir ../kept && ln -s ../../../kept .git/lane/gate")
        .ok();
    again(&sandbox, &repo, "a link to a folder");
}
