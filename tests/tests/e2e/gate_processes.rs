//! What runs in a check: never longer than it may, never in our repository, never beyond the gate.

use std::fs;
use std::process::Child;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A repository with these checks, each a script, on branch `lane` with something changed.
fn gated<'s>(sandbox: &'s Sandbox, checks: &[(&str, &str, &str)]) -> Place<'s> {
    let repo = sandbox.script_workspace("r");
    let check = |(name, more, script): &(&str, &str, &str)| {
        format!("[check.{name}]\n{more}\nrun = ['sh', '-c', '''{script}''']\n")
    };
    let gates: String = checks.iter().map(check).collect();
    repo.commit(".agents/gates.toml", &gates, "gates").ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.write("src/one.txt", "changed\n");
    repo
}

/// Waits for something, for a minute at most.
#[track_caller]
fn until(what: &str, mut there: impl FnMut() -> bool) {
    let started = Instant::now();
    while !there() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// The processes whose numbers the scripts wrote into this file that still run, zombies apart.
fn running(sandbox: &Sandbox, file: &str) -> Vec<String> {
    let text = fs::read_to_string(sandbox.path().join(file)).unwrap_or_default();
    let alive = |pid: &&str| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let state = stat.rsplit(") ").next().unwrap_or_default();
        !state.is_empty() && !state.starts_with('Z')
    };
    text.split_whitespace().filter(alive).map(str::to_owned).collect()
}

fn spawn(repo: &Place<'_>) -> Child {
    let mut gate = repo.command("git-lane");
    gate.arg("gate").stdout(Stdio::piped()).stderr(Stdio::piped());
    gate.spawn().expect("the gate")
}

/// A parent, a child, and a grandchild that does not listen to a request to end.
const FAMILY: &str = "echo $$ >>../pids; sh -c 'trap \"\" TERM HUP INT; echo $$ >>../pids; \
    sh -c \"trap \\\"\\\" TERM; echo \\$\\$ >>../pids; tail -f /dev/null\" & wait' & wait";

/// The same for TOML's literal text.
fn family() -> String {
    FAMILY.replace("'''", "''")
}

#[test]
#[cfg(target_os = "linux")]
fn a_check_that_hangs_ends_on_time_with_all_that_it_started() {
    let sandbox = sandbox();
    let hang = family();
    let repo = gated(
        &sandbox,
        &[
            ("hang", "rung = 1\ntimeout = \"1s\"", &hang),
            ("beside", "rung = 1", "echo fine"),
            (
                "deaf",
                "rung = 1\ntimeout = \"1s\"",
                "exec >/dev/null 2>&1; echo $$ >>../pids; tail -f /dev/null",
            ),
            // Its first process ends well; what it leaves behind ends too, and holds nothing up.
            ("leaves", "rung = 1", "tail -f /dev/null & echo $! >>../pids"),
        ],
    );
    let started = Instant::now();
    let gate = repo.lane(["gate"]).code(5).prints("time limit");
    assert!(started.elapsed() < Duration::from_secs(30), "{gate}");
    assert!(
        gate.stdout.contains("ok       beside") && gate.stdout.contains("ok       leaves"),
        "{gate}"
    );
    assert_eq!(running(&sandbox, "pids"), [""; 0]);
    let said = fs::read_to_string(sandbox.path().join("pids")).unwrap();
    assert_eq!(said.lines().count(), 5, "{said}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupt_ends_all_checks_and_starts_no_further_one() {
    let sandbox = sandbox();
    let family = family();
    let repo = gated(
        &sandbox,
        &[("a", "rung = 1", &family), ("z", "rung = 2", "echo z >../z")],
    );
    for signal in ["INT", "TERM"] {
        let _ = fs::remove_file(sandbox.path().join("pids"));
        let gate = spawn(&repo);
        until("three processes", || running(&sandbox, "pids").len() == 3);
        repo.run("kill", [format!("-{signal}"), gate.id().to_string()])
            .ok();
        let output = gate.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{output:?}");
        assert_eq!(running(&sandbox, "pids"), [""; 0]);
        assert!(!sandbox.path().join("z").exists());
    }
}

#[test]
fn a_gate_that_was_killed_leaves_nothing_in_the_way_of_the_next() {
    let sandbox = sandbox();
    let repo = gated(
        &sandbox,
        &[(
            "a",
            "rung = 1",
            "echo $$ >>../pids; while test ! -e ../go; do sleep 0.05; done; echo went >>../went",
        )],
    );
    let mut gate = spawn(&repo);
    until("the check", || sandbox.path().join("pids").exists());
    gate.kill().unwrap();
    gate.wait().unwrap();
    sandbox.at("").write("go", "");
    // The check outlives the killed gate, and nobody believes it.
    until("the check's end", || running(&sandbox, "pids").is_empty());
    repo.lane(["gate"]).ok();
    let went = fs::read_to_string(sandbox.path().join("went")).unwrap();
    assert_eq!(went.lines().count(), 2);
    repo.lane(["gate"]).ok().prints("not run again");
}

#[test]
fn what_git_tells_a_hook_does_not_reach_a_check() {
    let sandbox = sandbox();
    // The trap: in a hook of a linked worktree, this would make a commit in ours and set `core.bare`.
    let fixture = "rm -rf ../fixture && mkdir ../fixture && cd ../fixture && git init -q && echo x >x && git add x \
        && git commit -qm fixture && git config core.bare true && env | grep -E '^GIT_(DIR|INDEX_FILE|WORK_TREE|PREFIX)=' && exit 1; exit 0";
    let repo = gated(&sandbox, &[("fixture", "rung = 1", fixture)]);
    repo.git(["commit", "--quiet", "--all", "-m", "work"]).ok();
    repo.git(["worktree", "add", "--quiet", "-b", "other", "../other"])
        .ok();
    let other = sandbox.at("other");
    other.write("src/one.txt", "staged\n");
    other.git(["add", "--all"]).ok();
    let git_dir = repo.path().join(".git/worktrees/other");
    let index = git_dir.join("index");
    let before = (
        other.rev("HEAD"),
        fs::read(&index).unwrap(),
        repo.read(".git/config"),
    );
    let hook = other
        .env("GIT_DIR", &git_dir.display().to_string())
        .env("GIT_INDEX_FILE", &index.display().to_string())
        .env("GIT_PREFIX", "");
    for words in [&["gate"][..], &["gate", "--staged", "--again"]] {
        hook.run("git-lane", words).ok();
    }
    assert_eq!(
        sandbox
            .at("fixture")
            .git(["-c", "core.bare=false", "log", "--format=%s"])
            .ok()
            .text(),
        "fixture"
    );
    assert_eq!(
        (
            other.rev("HEAD"),
            fs::read(&index).unwrap(),
            repo.read(".git/config")
        ),
        before
    );
    // As git itself runs it: a commit of one file, with an index of its own.
    other.write("src/two.txt", "committed alone\n");
    let hooks = sandbox.at("hooks");
    hooks.write("pre-commit", "#!/bin/sh\nexec git-lane gate --staged --again\n");
    fs::set_permissions(
        hooks.path().join("pre-commit"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    let path = format!("core.hooksPath={}", hooks.path().display());
    other
        .git([
            "-c",
            &path,
            "commit",
            "--quiet",
            "-m",
            "alone",
            "--",
            "src/two.txt",
        ])
        .ok();
    assert_eq!(
        other
            .git(["show", "--name-only", "--format=%s", "HEAD"])
            .ok()
            .stdout,
        "alone\n\nsrc/two.txt\n"
    );
    assert_eq!(
        other.git(["diff", "--cached", "--name-only"]).ok().text(),
        "src/one.txt"
    );
}

#[test]
fn a_check_that_moves_the_ground_fails_and_nothing_follows() {
    for (script, what) in [
        ("git commit -q --allow-empty -m moved", "HEAD was moved"),
        ("git switch -q -c elsewhere", "another branch was checked out"),
        ("git switch -q --detach", "another branch was checked out"),
        ("git config core.bare true", "`core.bare` was changed"),
        ("rm .git/HEAD", "the repository became unreadable"),
    ] {
        let sandbox = sandbox();
        let repo = gated(
            &sandbox,
            &[("a", "rung = 1", script), ("b", "rung = 2", "echo b >../b")],
        );
        let gate = repo
            .lane(["gate", "--keep-going"])
            .code(5)
            .says("gate-failed")
            .prints(what);
        assert!(
            gate.stdout.contains("not run  b") && !sandbox.path().join("b").exists(),
            "{gate}"
        );
    }
}

#[test]
fn a_check_that_runs_its_own_gate_comes_to_an_end() {
    let sandbox = sandbox();
    let gates = [("a", "rung = 1", "echo level >>../levels; git lane gate")];
    let repo = gated(&sandbox, &gates);
    let gate = repo.lane(["gate"]).code(5);
    assert!(
        gate.stdout.contains("a check runs the gate that it belongs to"),
        "{gate}"
    );
    let levels = fs::read_to_string(sandbox.path().join("levels")).unwrap();
    assert_eq!(levels.lines().count(), 8);
}

#[test]
fn two_gates_at_once_each_have_their_own_verdict_and_their_own_words() {
    let sandbox = sandbox();
    // Both run at the same time, for each waits for the other; one fails, by its own file.
    let script = "echo \"says $(cat src/one.txt)\"; : >../here-$(cat src/one.txt); \
        while test ! -e ../here-good || test ! -e ../here-bad; do sleep 0.02; done; test \"$(cat src/one.txt)\" = good";
    let repo = gated(&sandbox, &[("a", "rung = 1\ntimeout = \"1m\"", script)]);
    repo.git(["worktree", "add", "--quiet", "--detach", "../other"])
        .ok();
    let other = sandbox.at("other");
    repo.write("src/one.txt", "good\n");
    other.write("src/one.txt", "bad\n");
    let (one, two) = (spawn(&repo), spawn(&other));
    let (one, two) = (one.wait_with_output().unwrap(), two.wait_with_output().unwrap());
    assert_eq!(
        (one.status.code(), two.status.code()),
        (Some(0), Some(5)),
        "{one:?} {two:?}"
    );
    assert!(
        String::from_utf8_lossy(&two.stdout).contains("says bad"),
        "{two:?}"
    );
    let log = |git_dir: &str| repo.read(format!("{git_dir}/lane/gate-logs/a.log"));
    assert_eq!(
        (log(".git"), log(".git/worktrees/other")),
        ("says good\n".to_owned(), "says bad\n".to_owned())
    );
    repo.lane(["gate"]).ok().prints("not run again");
    other.lane(["gate"]).code(5);
}

#[test]
fn the_words_of_checks_side_by_side_do_not_mix_and_their_amount_is_bounded() {
    let sandbox = sandbox();
    let talk =
        |word: &str| format!("i=0; while test $i -lt 300; do echo {word} $i; i=$((i+1)); done; exit 1");
    let (a, b) = (talk("aaa"), talk("bbb"));
    let flood = "yes floods | head -c 20000000; printf '\\033[2Jend\\377'; exit 1";
    let repo = gated(
        &sandbox,
        &[
            ("a", "rung = 1", &a),
            ("b", "rung = 1", &b),
            ("flood", "rung = 1", flood),
        ],
    );
    let gate = repo.lane(["gate"]).code(5);
    let words: Vec<&str> = gate
        .stdout
        .lines()
        .filter_map(|line| line.trim_start().split(' ').next())
        .collect();
    let turns = words
        .windows(2)
        .filter(|pair| pair[0] != pair[1] && pair.iter().all(|word| ["aaa", "bbb"].contains(word)));
    assert_eq!(turns.count(), 0, "{gate}");
    for last in ["aaa 299", "bbb 299", "floods", "\\u{1b}[2Jend\\xff"] {
        assert!(gate.stdout.contains(last), "{last}\n{gate}");
    }
    assert!(
        gate.stdout.len() < 10_000 && !gate.stdout.contains('\x1b'),
        "{}",
        gate.stdout.len()
    );
    let log = fs::metadata(repo.path().join(".git/lane/gate-logs/flood.log")).unwrap();
    assert_eq!(log.len(), 16 << 20);
    assert_eq!(repo.read(".git/lane/gate-logs/a.log").lines().count(), 300);
}
