//! The ladder, climbed with real processes in real repositories.

use std::cell::RefCell;
use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use lane_core::glob::Scope;
use lane_core::time::Timestamp;
use lane_gate::Climb;
use lane_gate::Command as Line;
use lane_gate::Event;
use lane_gate::Files;
use lane_gate::Folder;
use lane_gate::Inputs;
use lane_gate::Interrupt;
use lane_gate::Kept;
use lane_gate::Outcome;
use lane_gate::Planned;
use lane_gate::PlannedWork;
use lane_gate::Reader;
use lane_gate::Receipts;
use lane_gate::Remember;
use lane_gate::Report;
use lane_gate::Showing;
use lane_gate::Step;
use lane_gate::Why;
use lane_gate::climb;
use tempfile::TempDir;

use crate::place::LONG;

/// A repository with `a/x` and `b/y` in one commit.
pub(crate) struct Gate {
    _dir: TempDir,
    pub(crate) root: PathBuf,
    receipts: Receipts,
    remember: Remember,
    keep_going: bool,
    interrupt: Interrupt,
    told: RefCell<Vec<String>>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap().join("repo");
        fs::create_dir(&root).unwrap();
        git(&root, &["init", "-q", "-b", "main"]);
        for name in ["a/x", "b/y"] {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), "1\n").unwrap();
        }
        fs::write(root.join(".gitignore"), "out/\n").unwrap();
        fs::create_dir(root.join("out")).unwrap();
        git(&root, &["add", "-A"]);
        git(&root, &["commit", "-qm", "first"]);
        Self {
            receipts: Receipts::of(&root.join(".git")),
            _dir: dir,
            root,
            remember: Remember::Use,
            keep_going: false,
            interrupt: Interrupt::none(),
            told: RefCell::default(),
        }
    }

    pub(crate) fn climb(&self, steps: &[Step]) -> Report {
        self.climb_in(&self.root, steps)
    }

    /// How the steps are climbed in this worktree.
    pub(crate) fn how<'a>(&'a self, root: &'a Path) -> Climb<'a> {
        Climb {
            root,
            receipts: Some(&self.receipts),
            remember: self.remember,
            jobs: NonZero::new(4).unwrap(),
            keep_going: self.keep_going,
            pristine: false,
            seen: None,
            logs: None,
            now: &|| Timestamp::from_secs(1_795_248_000),
            interrupt: &self.interrupt,
        }
    }

    fn climb_in(&self, root: &Path, steps: &[Step]) -> Report {
        let mut told = Vec::new();
        let report = climb(steps, &self.how(root), &mut |event| match event {
            Event::Started { name, rung } => told.push(format!("{rung} {name} started")),
            Event::Done(done) => told.push(format!("{} {} {}", done.rung, done.name, word(&done.outcome))),
            Event::Running(list) => assert!(!list.is_empty()),
        });
        self.told.replace(told);
        report.unwrap()
    }

    /// What came of the steps, a word each.
    fn words(&self, steps: &[Step]) -> String {
        words(&self.climb(steps))
    }

    /// How often a script wrote this line.
    pub(crate) fn count(&self, line: &str) -> usize {
        let ran = fs::read_to_string(self.root.join("out/ran")).unwrap_or_default();
        ran.lines().filter(|ran| *ran == line).count()
    }
}

fn git(dir: &Path, args: &[&str]) {
    let mut git = Command::new("git");
    lane_git::clear_git_env(&mut git);
    git.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"])
        .args(args)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .current_dir(dir);
    assert!(git.status().unwrap().success(), "{args:?}");
}

fn sh_in(dir: &Path, line: &str) {
    let status = Command::new("sh").args(["-c", line]).current_dir(dir).status();
    assert!(status.unwrap().success(), "{line}");
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed(Showing::Run { .. }) => "passed",
        Outcome::Passed(Showing::Receipt(_)) => "receipt",
        Outcome::Failed(_) => "failed",
        Outcome::Flaky(Showing::Run { .. }) => "flaky",
        Outcome::Flaky(Showing::Receipt(_)) => "flaky-receipt",
        Outcome::Empty(_) => "empty",
        Outcome::NotStarted(_) => "not-started",
        Outcome::Moved { .. } => "moved",
        Outcome::Changed { .. } => "changed",
        Outcome::Skipped(_) => "skipped",
        Outcome::NotRun(Why::LowerRung) => "lower-rung",
        Outcome::NotRun(Why::Interrupted) => "interrupted",
        Outcome::NotRun(Why::Moved) => "not-run-moved",
        Outcome::NotRun(Why::Changed) => "not-run-changed",
        Outcome::NotRun(Why::NoReceipt) => "no-receipt",
    }
}

pub(crate) fn words(report: &Report) -> String {
    let words: Vec<&str> = report.done.iter().map(|done| word(&done.outcome)).collect();
    words.join(" ")
}

fn commands(commands: &[&[&str]]) -> PlannedWork {
    let command = |words: &&[&str]| Line {
        words: words.iter().map(Into::into).collect(),
        dir: Folder::root(),
        reader: Reader::Exit,
    };
    PlannedWork::Commands(commands.iter().map(command).collect())
}

/// A check that reads `a/**`, and notes that it ran.
fn sh(name: &str, rung: u8, script: &str) -> Planned {
    let script = format!("echo {name} >>out/ran; {script}");
    Planned {
        name: name.to_owned(),
        rung,
        work: commands(&[&["sh", "-c", &script]]),
        texts: None,
        dir: Folder::root(),
        limit: LONG,
        turn: None,
        inputs: Some(Inputs {
            reads: Scope::parse(&["a/**"]).unwrap(),
            commit: None,
            toolchain: Vec::new(),
            env: Vec::new(),
            outside: Vec::new(),
            builtin: 0,
        }),
    }
}

pub(crate) fn check(name: &str, rung: u8, script: &str) -> Step {
    Step::Check(Box::new(sh(name, rung, script)))
}

#[test]
fn what_passed_is_not_run_again_until_something_that_it_reads_changes() {
    let gate = Gate::new();
    let steps = [check("one", 1, "true"), check("two", 2, "true")];
    assert_eq!(gate.words(&steps), "passed passed");
    assert_eq!(
        *gate.told.borrow(),
        ["1 one started", "1 one passed", "2 two started", "2 two passed"]
    );
    assert_eq!(gate.words(&steps), "receipt receipt");
    assert_eq!(*gate.told.borrow(), ["1 one receipt", "2 two receipt"]);
    fs::write(gate.root.join("b/y"), "2\n").unwrap();
    assert_eq!(gate.words(&steps), "receipt receipt", "not read");
    fs::write(gate.root.join("a/new"), "untracked\n").unwrap();
    assert_eq!(gate.words(&steps), "passed passed");
    fs::remove_file(gate.root.join("a/new")).unwrap();
    assert_eq!(gate.words(&steps), "receipt receipt", "as it was");
    for (there, back) in [("mv a/x a/z", "mv a/z a/x"), ("chmod +x a/x", "chmod -x a/x")] {
        sh_in(&gate.root, there);
        assert_eq!(gate.words(&steps), "passed passed", "{there}");
        sh_in(&gate.root, back);
        assert_eq!(gate.words(&steps), "receipt receipt", "{back}");
    }
    assert_eq!(gate.words(&[check("one", 1, "true # other words")]), "passed");
    let mut forgetful = sh("one", 1, "true");
    forgetful.inputs = None;
    assert_eq!(gate.words(&[Step::Check(Box::new(forgetful.clone()))]), "passed");
    assert_eq!(gate.words(&[Step::Check(Box::new(forgetful))]), "passed");
    assert_eq!(gate.count("two"), 4);
}

#[test]
fn the_rung_is_finished_and_the_next_not_begun_behind_a_failure() {
    let mut gate = Gate::new();
    let skip = Step::Skip {
        name: "docs".to_owned(),
        rung: 1,
        why: "nothing changed".to_owned(),
    };
    // Given in disorder.
    let steps = [
        check("high", 3, "true"),
        check("bad", 1, "echo error: no; exit 3"),
        skip,
        check("good", 1, "true"),
    ];
    let report = gate.climb(&steps);
    assert_eq!(words(&report), "failed skipped passed lower-rung");
    assert!(!report.passed() && !report.interrupted());
    let Outcome::Failed(Showing::Run {
        run,
        kept: Kept::Yes(receipt),
        ..
    }) = &report.done[0].outcome
    else {
        panic!("{report:?}")
    };
    assert_eq!(run.excerpt, "error: no");
    assert_eq!(receipt.failure.as_ref().unwrap().signature, run.signature);
    gate.keep_going = true;
    assert_eq!(
        gate.words(&steps),
        "failed skipped receipt passed",
        "a failure is tried again"
    );
    assert_eq!(gate.count("bad"), 2);
}

#[test]
fn failed_then_passed_is_never_silently_green() {
    let mut gate = Gate::new();
    let steps = [check("flip", 1, "test -e out/mended"), check("next", 2, "true")];
    assert_eq!(gate.words(&steps), "failed lower-rung");
    fs::write(gate.root.join("out/mended"), "").unwrap();
    assert_eq!(gate.words(&steps), "flaky passed");
    let report = gate.climb(&steps);
    assert_eq!(words(&report), "flaky-receipt receipt");
    assert!(report.passed() && report.flaky().count() == 1);
    gate.remember = Remember::Renew;
    assert_eq!(gate.words(&steps), "flaky passed");
    gate.remember = Remember::Nothing;
    let report = gate.climb(&steps);
    assert_eq!(words(&report), "passed passed");
    assert!(matches!(
        &report.done[0].outcome,
        Outcome::Passed(Showing::Run {
            kept: Kept::NotAsked,
            ..
        })
    ));
    assert_eq!(gate.count("flip"), 4);
}

#[test]
fn a_run_during_which_what_it_reads_changed_has_not_passed() {
    let gate = Gate::new();
    let steps = [
        check("writes", 1, "date +%N >>a/x"),
        check("other", 1, "echo >>b/y"),
    ];
    let report = gate.climb(&steps[..1]);
    assert_eq!(changed(&report), ["a/x changed"]);
    assert!(!report.passed());
    assert_eq!(gate.words(&steps[1..]), "passed");
    assert_eq!(
        gate.words(&steps[1..]),
        "receipt",
        "what it does not read may change"
    );
    let once = [check("makes", 1, "touch a/1 a/2 a/3")];
    assert_eq!(changed(&gate.climb(&once)), ["a/1, a/2 and 1 more changed"]);
    assert_eq!(gate.words(&once), "passed", "stable from now on");
    assert_eq!(gate.words(&[check("no", 1, "date +%N >>a/x; false")]), "failed");
}

#[test]
fn what_passed_on_files_that_a_later_check_changed_has_not_passed() {
    let gate = Gate::new();
    let mut good = sh("good", 1, "grep -q 1 a/x");
    good.turn = Some("one".to_owned());
    let good = Step::Check(Box::new(good));
    for mend in [2, 1] {
        fs::write(gate.root.join("a/x"), "1\n").unwrap();
        let mut fix = sh("fix", mend, "echo bad >a/x");
        fix.inputs.as_mut().unwrap().reads = Scope::parse(&["b/**"]).unwrap();
        fix.turn = Some("one".to_owned());
        let report = gate.climb(&[good.clone(), Step::Check(Box::new(fix))]);
        assert_eq!(words(&report), "changed passed", "{:?}", gate.told.borrow());
        assert_eq!(changed(&report), ["a/x changed"]);
        assert_eq!(gate.told.borrow().last().unwrap(), "1 good changed");
        fs::remove_dir_all(gate.root.join(".git/lane")).unwrap();
    }
    assert_eq!(gate.words(&[good]), "failed");
}

#[test]
fn what_was_written_and_put_back_while_a_check_ran_leaves_no_receipt() {
    let gate = Gate::new();
    for script in [
        "cp a/x out/x; echo good >a/x; cp out/x a/x",
        "mv a/x out/x; echo good >a/x; mv out/x a/x",
        "touch a/x",
    ] {
        let steps = [check("back", 1, script)];
        let report = gate.climb(&steps);
        let Outcome::Passed(Showing::Run {
            kept: Kept::No(why), ..
        }) = &report.done[0].outcome
        else {
            panic!("{report:?}")
        };
        assert_eq!(why, "a/x was written while it ran, and is as it was");
        assert_eq!(gate.words(&steps), "passed", "{script}");
    }
    assert_eq!(gate.words(&[check("other", 1, "touch b/y")]), "passed");
    assert_eq!(gate.words(&[check("other", 1, "touch b/y")]), "receipt");
}

/// What changed under the checks that passed all the same.
pub(crate) fn changed(report: &Report) -> Vec<&str> {
    let changed = report.done.iter().filter_map(|done| match &done.outcome {
        Outcome::Changed { what, .. } => Some(what.as_str()),
        _ => None,
    });
    changed.collect()
}

#[test]
fn a_check_that_moves_head_the_branch_or_core_bare_has_failed_and_nothing_follows() {
    for (script, said) in [
        (
            "git -c user.name=A -c user.email=a@b commit -q --allow-empty -m x",
            "HEAD was moved",
        ),
        ("git checkout -q -b other", "another branch was checked out"),
        ("git config core.bare true", "`core.bare` was changed"),
    ] {
        let mut gate = Gate::new();
        gate.keep_going = true;
        let steps = [check("moves", 1, script), check("next", 2, "true")];
        let report = gate.climb(&steps);
        assert_eq!(words(&report), "moved not-run-moved", "{script}");
        assert!(matches!(&report.done[0].outcome, Outcome::Moved { what, .. } if what == said));
        assert_eq!((gate.count("next"), report.passed()), (0, false));
    }
}

#[test]
fn checks_of_a_rung_run_side_by_side_but_not_those_of_one_turn() {
    let gate = Gate::new();
    assert!(
        Command::new("mkfifo")
            .arg(gate.root.join("out/p"))
            .status()
            .unwrap()
            .success()
    );
    // Each waits for the other: alone, neither would end.
    let steps = [
        check("gives", 1, "echo x >out/p"),
        check("takes", 1, "read x <out/p"),
    ];
    assert_eq!(gate.words(&steps), "passed passed");
    let alone = "mkdir out/alone && sleep 0.05 && rmdir out/alone";
    let steps: Vec<Step> = ["c1", "c2", "c3"]
        .map(|name| {
            let mut planned = sh(name, 1, alone);
            planned.turn = Some("cargo".to_owned());
            Step::Check(Box::new(planned))
        })
        .to_vec();
    assert_eq!(gate.words(&steps), "passed passed passed");
}

#[test]
fn a_check_that_hangs_ends_on_time_and_one_that_cannot_start_is_not_kept() {
    let gate = Gate::new();
    let mut hangs = sh("hangs", 1, "sleep 600 & wait");
    hangs.limit = Duration::from_millis(200);
    let mut missing = sh("missing", 1, "");
    missing.work = commands(&[&["./no-such-program"]]);
    let report = gate.climb(&[Step::Check(Box::new(hangs)), Step::Check(Box::new(missing))]);
    assert_eq!(words(&report), "failed not-started");
    let Outcome::Failed(Showing::Run { run, .. }) = &report.done[0].outcome else {
        panic!("{report:?}")
    };
    assert_eq!(run.ending.code(), 124);
}

#[test]
fn an_interrupt_ends_all_that_runs_and_starts_nothing_more() {
    let gate = Gate::new();
    assert!(
        Command::new("mkfifo")
            .arg(gate.root.join("out/p"))
            .status()
            .unwrap()
            .success()
    );
    let steps = [
        check("one", 1, "echo >out/p; sleep 600"),
        check("two", 1, "sleep 600"),
        check("next", 2, "true"),
    ];
    let report = std::thread::scope(|scope| {
        let (interrupt, pipe) = (gate.interrupt.clone(), gate.root.join("out/p"));
        scope.spawn(move || {
            fs::read(pipe).unwrap();
            interrupt.raise();
        });
        gate.climb(&steps)
    });
    assert_eq!(words(&report), "interrupted interrupted interrupted");
    assert!(report.interrupted() && !report.passed());
    assert_eq!(gate.count("next"), 0);
}

#[test]
fn nothing_checked_is_not_passed() {
    let gate = Gate::new();
    let mut tests = sh("tests", 1, "echo running 0 tests");
    let PlannedWork::Commands(lines) = &mut tests.work else {
        panic!("{tests:?}")
    };
    lines[0].reader = Reader::Libtest;
    let steps = [Step::Check(Box::new(tests)), check("next", 2, "true")];
    for _ in 0..2 {
        let report = gate.climb(&steps);
        assert_eq!(words(&report), "empty lower-rung");
        assert!(!report.passed());
    }
}

#[test]
fn commands_of_one_check_follow_each_other_until_one_fails_within_one_time_limit() {
    let gate = Gate::new();
    let of = |name: &str, lines: &[&[&str]], limit: Duration| {
        let mut planned = sh(name, 1, "");
        (planned.work, planned.limit) = (commands(lines), limit);
        Step::Check(Box::new(planned))
    };
    let say = |word: &'static str| ["sh", "-c", word];
    let (one, two, bad) = (say("echo one"), say("echo two"), say("echo bad; exit 1"));
    let report = gate.climb(&[
        of("both", &[&one, &two], LONG),
        of("stops", &[&one, &bad, &two], LONG),
        of("slow", &[&one, &["sleep", "600"]], Duration::from_millis(300)),
    ]);
    assert_eq!(words(&report), "passed failed failed");
    let run = |at: usize| match &report.done[at].outcome {
        Outcome::Passed(Showing::Run { run, .. }) | Outcome::Failed(Showing::Run { run, .. }) => run.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((run(0).bytes, run(0).excerpt.as_str()), (8, "two"));
    assert_eq!((run(1).bytes, run(1).excerpt.as_str()), (8, "bad"));
    assert_eq!((run(2).ending.code(), run(2).excerpt.as_str()), (124, "one"));
}

#[test]
fn all_that_a_check_prints_is_in_its_log() {
    let gate = Gate::new();
    let logs = gate.root.join("out/logs");
    let mut planned = sh("says", 1, "");
    planned.work = commands(&[&["sh", "-c", "seq 1 20000"], &["echo", "end"]]);
    let how = Climb {
        receipts: None,
        remember: Remember::Nothing,
        logs: Some(&logs),
        ..gate.how(&gate.root)
    };
    let steps = [Step::Check(Box::new(planned))];
    for _ in 0..2 {
        assert!(climb(&steps, &how, &mut |_| {}).unwrap().passed());
        let log = fs::read_to_string(logs.join("says.log")).unwrap();
        assert!(log.starts_with("1\n2\n") && log.ends_with("20000\nend\n"));
        assert_eq!(log.lines().count(), 20_001);
    }
}

#[test]
fn what_is_not_checked_out_is_shown_by_receipts_or_not_at_all() {
    let gate = Gate::new();
    let steps = [
        check("one", 1, "true"),
        check("two", 2, "exit 1"),
        check("three", 3, "true"),
    ];
    gate.climb(&steps[..1]);
    fs::write(gate.root.join("a/x"), "2\n").unwrap();
    git(&gate.root, &["commit", "-qam", "second"]);
    let repo = lane_git::Repo::open(&gate.root).unwrap();
    let second = repo.head().unwrap().oid().unwrap();
    let commits: Vec<_> = repo.first_parents(second).map(Result::unwrap).collect();
    for (commit, said) in [
        (&commits[1], "receipt no-receipt no-receipt"),
        (&commits[0], "no-receipt no-receipt no-receipt"),
    ] {
        let files = Files::of_tree(&repo, commit.tree).unwrap();
        let how = Climb {
            remember: Remember::Only,
            seen: Some(&files),
            ..gate.how(&gate.root)
        };
        let report = climb(&steps, &how, &mut |_| {}).unwrap();
        assert_eq!(words(&report), said);
    }
    assert_eq!(gate.count("two"), 0);
}

#[test]
fn gates_in_two_worktrees_at_once_share_receipts_and_nothing_else() {
    let gate = Gate::new();
    let other = gate.root.parent().unwrap().join("other");
    git(
        &gate.root,
        &["worktree", "add", "-q", "-b", "other", other.to_str().unwrap()],
    );
    fs::create_dir(other.join("out")).unwrap();
    fs::write(other.join("a/x"), "another\n").unwrap();
    // Each fails on the other's files, and is long enough to run beside it.
    let steps = |expected: &str| -> Vec<Step> {
        let script = format!("sleep 0.1; test $(cat a/x) = {expected}");
        (0..4)
            .map(|n| check(&format!("c{n}"), 1 + n % 2, &script))
            .collect()
    };
    let (all, mine) = ("passed passed passed passed", steps("1"));
    std::thread::scope(|scope| {
        let receipts = gate.receipts.clone();
        let (root, steps) = (other.clone(), steps("another"));
        let there = scope.spawn(move || {
            let second = Gate {
                receipts,
                ..Gate::new()
            };
            words(&second.climb_in(&root, &steps))
        });
        assert_eq!(gate.words(&mine), all);
        assert_eq!(there.join().unwrap(), all);
    });
    fs::write(other.join("a/x"), "1\n").unwrap();
    let report = gate.climb_in(&other, &steps("1"));
    assert_eq!(
        words(&report),
        "receipt receipt receipt receipt",
        "the same files are the same files"
    );
}
