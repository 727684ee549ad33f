//! A defect's proof: its check fails at the merge base and passes on the tip, both recorded, and nothing of the user's is touched.

use std::io::BufRead as _;
use std::process::Stdio;

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::published;
use crate::delivering::push;
use crate::delivering::started;
use crate::following::around;
use crate::following::hinted;
use crate::plumbing::STATE;
use crate::plumbing::file;
use crate::sandbox;

/// A defect whose check is a test that the lane adds.
const DEFECT: &str = r#"title = "a is wrong"
kind = "defect"
scope = ["src/**", "tests/**"]

[acceptance.a1]
text = "a is right"
check = ["sh", "tests/a.sh"]
purpose = ["regression"]
"#;

const TEST: &str = "test \"$(cat src/a.rs)\" = right\n";

/// The lane with a mended file and this test; its temporary folder is the sandbox's.
fn lane<'s>(sandbox: &'s Sandbox, contract: &str, test: &str) -> Place<'s> {
    let repo = published(sandbox);
    std::fs::create_dir(sandbox.path().join("tmp")).expect("a folder");
    let tmp = sandbox.path().join("tmp").display().to_string();
    let lane = started(&repo, contract).env("TMPDIR", &tmp);
    lane.write("tests/a.sh", test);
    lane.write("src/a.rs", "right\n");
    lane.git(["add", "--all"]).ok();
    lane.git(["commit", "--quiet", "-m", "mend a"]).ok();
    lane
}

fn receipts(lane: &Place<'_>) -> String {
    let files = lane.git(["ls-tree", "-r", "--name-only", STATE]).ok();
    let path = files.stdout.lines().find(|path| path.contains("/receipts/"));
    path.map(|path| file(lane, path)).unwrap_or_default()
}

/// Nothing is left of what was made for the run: no folder, no worktree, no note of one.
#[track_caller]
fn nothing_left(sandbox: &Sandbox, lane: &Place<'_>) {
    let left: Vec<_> = std::fs::read_dir(sandbox.path().join("tmp"))
        .expect("the folder")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert!(left.is_empty(), "{left:?}");
    let worktrees = lane.git(["worktree", "list", "--porcelain"]).ok();
    assert_eq!(worktrees.stdout.matches("worktree ").count(), 2, "{worktrees}");
    let notes = sandbox.path().join("r/.git/lane/before");
    let notes = std::fs::read_dir(notes).into_iter().flatten().count();
    assert_eq!(notes, 0);
}

/// All that is the user's: heads, indexes, stash, settings and files of both worktrees.
fn of_the_user(sandbox: &Sandbox, lane: &Place<'_>) -> String {
    let main = sandbox.at("r");
    let look = "git for-each-ref --format='%(refname) %(objectname)' refs/heads refs/stash; git stash list; \
                git config --local --list; git rev-parse HEAD; git symbolic-ref HEAD; git ls-files --stage -v; \
                git status --porcelain=v2; git reflog --format=%H%gs";
    format!("{}{}", main.sh(look).ok().stdout, lane.sh(look).ok().stdout)
}

#[test]
fn a_proof_fails_before_and_passes_after_and_both_are_recorded() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, DEFECT, TEST);
    let main = sandbox.at("r");
    main.write("src/b.rs", "stashed\n");
    main.git(["stash", "--quiet"]).ok();
    main.write("src/b.rs", "half done\n");
    let before = of_the_user(&sandbox, &lane);
    let ran = lane.lane(["check", "--before"]).ok();
    assert!(ran.stdout.contains("fails at the base, exit 1"), "{ran}");
    assert_eq!(of_the_user(&sandbox, &lane), before);
    nothing_left(&sandbox, &lane);
    let base = lane.rev("main^{tree}");
    let record = receipts(&lane);
    assert!(
        record.contains("[before.a1]") && record.contains(&format!("tree = \"{base}\"")),
        "{record}"
    );
    assert!(
        !record.contains("[acceptance.a1]") && !record.contains("[failure."),
        "{record}"
    );
    let said = [
        "--cause",
        "a was never set right",
        "--layer",
        "core",
        "--file",
        "src/a.rs",
    ];
    let done = lane.lane([&["handoff"][..], &said].concat()).ok();
    for line in [
        "Cause: a was never set right",
        "Layer: core",
        "Mended in: src/a.rs",
        "- [x] a1 a is right (for regression)",
        "at the base, tree ",
    ] {
        assert!(done.stdout.contains(line), "{line}\n{done}");
    }
    let json = lane.lane(["show", "T-1", "--json"]).ok().json();
    let record = &json["checkpoints"][0];
    assert_eq!(record["before"]["a1"]["tree"], base.as_str());
    assert_eq!(record["before"]["a1"]["exit"], 1);
    assert_eq!(record["acceptance"]["a1"]["exit"], 0);
    assert_eq!(record["cause"]["file"], "src/a.rs");
    push(&lane).ok();
    lane.lane(["verify", "--full"]).ok();
    nothing_left(&sandbox, &lane);
}

#[test]
fn a_handoff_runs_what_is_missing_once_and_again_when_a_test_changed() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, DEFECT, &format!("echo ran >>\"$RUNS\"\n{TEST}"));
    let runs = sandbox.path().join("runs");
    let lane = lane.env("RUNS", &runs.display().to_string());
    let ran = || {
        let count = std::fs::read_to_string(&runs).unwrap_or_default().lines().count();
        let _ = std::fs::remove_file(&runs);
        count
    };
    lane.lane([
        "--offline",
        "handoff",
        "--cause",
        "c",
        "--layer",
        "l",
        "--file",
        "src/a.rs",
    ])
    .ok();
    assert_eq!(ran(), 2, "at the tip and at the base");
    lane.lane(["--offline", "resume", "T-1"])
        .ok()
        .prints("passed")
        .prints("regression; failed at the base");
    lane.commit("src/c.rs", "c\n", "more").ok();
    let again = lane.lane(["--offline", "handoff"]).ok();
    assert_eq!(ran(), 1, "the proof stands while the tests are the same");
    assert!(again.stdout.contains("Cause: c"), "{again}");
    lane.lane(["--offline", "resume", "T-1"]).ok();
    lane.commit("tests/a.sh", "echo ran >>\"$RUNS\"\ntrue\n", "weaker")
        .ok();
    lane.lane(["--offline", "handoff"])
        .code(5)
        .says("proof-passes-before");
    nothing_left(&sandbox, &lane);
}

#[test]
fn what_passes_at_the_base_shows_nothing_and_the_hint_gives_it_a_proof() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, DEFECT, "true\n");
    for verb in [&["check", "--before"][..], &["handoff"]] {
        let refused = lane.lane(verb).code(5).says("proof-passes-before").says("a1");
        refused.prints("PASSES at the base");
    }
    assert_eq!(
        lane.lane(["task", "show", "T-1", "--json"]).ok().json()["status"],
        "in-progress"
    );
    lane.commit("tests/b.sh", TEST, "a proof").ok();
    let refused = lane.lane(["check", "--before"]).code(5);
    let edit = hinted(&refused, "git lane task edit").replace("COMMAND", "'sh tests/b.sh'");
    lane.sh(&edit).ok();
    lane.lane(["check", "--before"]).ok().prints("fails at the base");
    lane.lane(["handoff"]).ok();
    nothing_left(&sandbox, &lane);
}

#[test]
fn a_program_that_is_not_there_before_is_no_proof_and_is_not_recorded() {
    let cases = [
        ("[\"./tool.sh\"]", "tool.sh"),
        ("[\"sh\", \"-c\", \"no-such-program-here\"]", "tool.sh"),
        ("[\"sh\", \"-c\", \"exec ./tool.sh\"]", "tool.sh"),
    ];
    for (check, program) in cases {
        let sandbox = sandbox();
        let contract = DEFECT
            .replace("[\"sh\", \"tests/a.sh\"]", check)
            .replace("\"src/**\"", "\"**\"");
        let lane = lane(&sandbox, &contract, TEST);
        lane.write(program, "#!/bin/sh\ntrue\n");
        lane.sh("chmod +x tool.sh && git add --all && git commit --quiet -m tool")
            .ok();
        lane.lane(["check", "--before"])
            .code(5)
            .says("proof-not-started")
            .prints("NOT STARTED at the base");
        assert_eq!(receipts(&lane), "", "{check}");
        nothing_left(&sandbox, &lane);
    }
}

#[test]
fn a_check_that_wrecks_its_place_or_itself_leaves_nothing_behind() {
    let deeds: [(&str, i32, &str); 6] = [
        ("kill -9 $$", 0, "exit 137"),
        ("sleep 600", 0, "exit 124"),
        ("rm -rf ./* .git; exit 1", 0, "exit 1"),
        ("mkdir d; touch d/f; chmod 500 d; mkfifo p; exit 1", 0, "exit 1"),
        (
            "git init --quiet inner; git checkout --quiet -b sly; echo x >src/b.rs; git add -A; exit 3",
            0,
            "exit 3",
        ),
        ("git config core.bare true; exit 1", 5, "core.bare"),
    ];
    for (deed, code, said) in deeds {
        let sandbox = sandbox();
        let test = format!("test \"$(cat src/a.rs)\" = right && exit 0\n{deed}\n");
        let lane = lane(&sandbox, DEFECT, &test);
        let before = of_the_user(&sandbox, &lane);
        let ran = lane.lane(["check", "--before", "--limit", "1s"]).code(code);
        assert!(
            format!("{}{}", ran.stdout, ran.stderr).contains(said),
            "{deed}\n{ran}"
        );
        if deed.contains("core.bare") {
            sandbox.at("r").git(["config", "core.bare", "false"]).ok();
        }
        if deed.contains("sly") {
            sandbox.at("r").git(["branch", "--quiet", "-D", "sly"]).ok();
        }
        assert_eq!(of_the_user(&sandbox, &lane), before, "{deed}");
        nothing_left(&sandbox, &lane);
    }
}

/// A check that says that it runs, and waits.
fn waiting(sandbox: &Sandbox) -> (Place<'_>, std::process::Child) {
    let fifo = sandbox.path().join("runs");
    let lane = lane(sandbox, DEFECT, "echo runs >\"$RUNS\"\nsleep 600\n");
    let lane = lane.env("RUNS", &fifo.display().to_string());
    lane.run("mkfifo", [fifo.as_os_str()]).ok();
    let check = lane
        .command("git")
        .args(["lane", "check", "--before"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("git starts");
    let mut said = String::new();
    std::io::BufReader::new(std::fs::File::open(fifo).expect("the pipe"))
        .read_line(&mut said)
        .expect("a line");
    assert_eq!(said, "runs\n");
    (lane, check)
}

/// The process of git-lane that `git lane` started.
fn own(lane: &Place<'_>, child: &std::process::Child) -> String {
    let found = lane.run("pgrep", ["-P".to_owned(), child.id().to_string()]);
    let pid = found.stdout.trim().to_owned();
    if pid.is_empty() {
        child.id().to_string()
    } else {
        pid
    }
}

#[test]
fn an_interrupt_takes_the_worktree_away() {
    let sandbox = sandbox();
    let (lane, mut check) = waiting(&sandbox);
    lane.run("kill", ["-INT".to_owned(), own(&lane, &check)]).ok();
    assert!(!check.wait().unwrap().success());
    assert_eq!(receipts(&lane), "");
    nothing_left(&sandbox, &lane);
}

#[test]
fn what_a_killed_process_left_goes_with_the_next() {
    let sandbox = sandbox();
    let (lane, mut check) = waiting(&sandbox);
    lane.run("kill", ["-KILL".to_owned(), own(&lane, &check)]).ok();
    check.wait().unwrap();
    let left = std::fs::read_dir(sandbox.path().join("tmp")).unwrap().count();
    assert_eq!(left, 1);
    lane.commit("tests/a.sh", TEST, "a test that ends").ok();
    lane.lane(["check", "--before"]).ok();
    nothing_left(&sandbox, &lane);
}

#[test]
fn what_a_lane_deleted_or_put_in_place_of_a_link_stands_as_it_should() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    repo.write("tests/old.sh", "true\n");
    repo.write("outside/kept.sh", "echo kept\n");
    std::os::unix::fs::symlink("../outside", repo.path().join("tests/more")).unwrap();
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "tests"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    std::fs::create_dir(sandbox.path().join("tmp")).expect("a folder");
    let tmp = sandbox.path().join("tmp").display().to_string();
    let lane = started(&repo, &DEFECT.replace("tests/a.sh", "tests/more/kept.sh")).env("TMPDIR", &tmp);
    lane.git(["rm", "--quiet", "tests/old.sh", "tests/more"]).ok();
    // Old tests stay, the folder is no link, and what the link named is as it was.
    lane.write(
        "tests/more/kept.sh",
        "test -f tests/old.sh && test ! -L tests/more && cat outside/kept.sh && exit 9\ntrue\n",
    );
    lane.git(["add", "--all"]).ok();
    lane.git(["commit", "--quiet", "-m", "moved"]).ok();
    let ran = lane.lane(["check", "--before"]).ok();
    assert!(
        ran.stdout.contains("exit 9") && ran.stdout.contains("echo kept"),
        "{ran}"
    );
    nothing_left(&sandbox, &lane);
}

#[track_caller]
fn refused(output: Output, code: i32, says: &str) {
    output.code(code).says(says);
}

#[test]
fn a_cause_is_said_whole_and_of_a_file_that_the_lane_changes() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, DEFECT, TEST);
    refused(lane.lane(["handoff", "--cause", "c"]), 2, "--layer");
    refused(
        lane.lane(["handoff", "--cause", "c", "--file", "src/a.rs"]),
        2,
        "--layer",
    );
    let said =
        |cause: &str, file: &str| lane.lane(["handoff", "--cause", cause, "--layer", "l", "--file", file]);
    refused(said("c", "src/b.rs"), 2, "does not change");
    refused(said("a\u{1b}[2J", "src/a.rs"), 2, "U+001B");
    refused(said("", "src/a.rs"), 2, "empty");
    refused(
        lane.lane(["handoff", "--removes", "src/b.rs", "--why", "w"]),
        2,
        "nor tests in it",
    );
    said("c", "src/a.rs").ok();
    lane.lane(["resume", "T-1"]).ok();
    // The next handoff says the same while the lane still changes the file, and only then.
    lane.lane(["handoff"]).ok().prints("Cause: c");
    lane.lane(["resume", "T-1"]).ok();
    lane.write("src/a.rs", "a\n");
    lane.write("src/b.rs", "right\n");
    lane.write("tests/a.sh", "test \"$(cat src/b.rs)\" = right\n");
    lane.git(["commit", "--quiet", "-am", "elsewhere"]).ok();
    let done = lane.lane(["handoff"]).ok();
    assert!(!done.stdout.contains("Cause:"), "{done}");
}

#[test]
fn commands_that_came_with_the_state_are_not_run_at_the_base_either() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, DEFECT, TEST);
    let trusted = sandbox.path().join("r/.git/lane/trusted");
    std::fs::remove_file(trusted).unwrap();
    lane.lane(["check", "--before"])
        .code(3)
        .says("command-not-trusted");
    // An edit accepts what it wrote, and nothing else.
    lane.lane(["task", "edit", "T-1", "--add-accept", "b", "--check", "true"])
        .ok();
    lane.lane(["check", "--before"])
        .code(3)
        .says("command-not-trusted");
    lane.lane(["check", "--only", "a2"]).ok();
    lane.lane(["trust", "T-1"]).ok();
    lane.lane(["check", "--before"]).ok();
}
