//! Commands killed in the middle: the state is the old or the new one, nothing is corrupt, and the next command works.

use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use lane_testkit::FAILPOINT_VAR;
use lane_testkit::Place;

use crate::plumbing::STATE;
use crate::sandbox;
use crate::stress::Dice;
use crate::stress::report;
use crate::stress::size;

/// No command that follows a kill may come near this: a leftover that is waited for costs 60 s.
const AT_ONCE: Duration = Duration::from_secs(20);

/// The most events that one command writes: its own, and what was due before.
const EVENTS_MAX: usize = 2;

/// A command to kill, and what comes before it.
struct Victim {
    args: &'static [&'static str],
    before: &'static [&'static str],
}

const VICTIMS: &[Victim] = &[
    Victim {
        args: &["claim", "T-1"],
        before: &[],
    },
    Victim {
        args: &["release", "T-1", "--why", "again"],
        before: &["claim", "T-1"],
    },
    Victim {
        args: &["lock", "docs/**", "--objective", "docs"],
        before: &[],
    },
    Victim {
        args: &["task", "add", "one more", "--scope", "web/**"],
        before: &[],
    },
];

fn begin(place: &Place<'_>, args: &[&str]) -> Child {
    let mut command = place.command("git-lane");
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    // A group of its own, so that its git children can be killed with it.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().expect("git-lane starts")
}

/// Lets a child run for `time`, and kills it with its own children. Says whether it still ran.
fn kill_after(mut child: Child, time: Duration) -> bool {
    let start = Instant::now();
    while start.elapsed() < time {
        if child.try_wait().expect("it can be asked").is_some() {
            return false;
        }
        std::hint::spin_loop();
    }
    // It may have ended this instant; then there is nobody to kill. Its children follow it, before its id is free.
    let _ = child.kill();
    let group = format!("kill -s KILL -- -{} 2>&-", child.id());
    let _ = Command::new("sh").args(["-c", &group]).status();
    !child.wait().expect("it ends").success()
}

/// What must hold at once after any kill, given the tip before it.
fn goes_on(repo: &Place<'_>, before: &str, what: &str) {
    repo.git(["merge-base", "--is-ancestor", before, STATE]).ok();
    let newer = repo
        .git(["rev-list", "--count", &format!("{before}..{STATE}")])
        .ok();
    assert!(
        newer.text().parse::<usize>().is_ok_and(|n| n <= EVENTS_MAX),
        "{what}: {newer}"
    );
    let start = Instant::now();
    let agent = repo.agent("bystander");
    let lock = agent.lane(["lock", "elsewhere/**", "--objective", "next"]).ok();
    agent.lane(["unlock", lock.text()]).ok();
    assert!(
        start.elapsed() < AT_ONCE,
        "{what}: the next command took {:?}",
        start.elapsed()
    );
    repo.lane(["verify", "--full"]).ok();
}

/// Asserts that git finds nothing broken or missing; objects that nobody needs are no fault.
fn intact(repo: &Place<'_>, what: &str) {
    let fsck = repo.git(["fsck", "--strict", "--no-dangling"]).ok();
    assert!(
        fsck.text().is_empty() && !fsck.stderr.contains("error"),
        "{what}: {fsck}"
    );
}

/// Puts the state to where a victim begins. What holds already is refused, and that is well.
fn prepare(repo: &Place<'_>, victim: &Victim) {
    repo.lane(["release", "T-1", "--why", "from the start"]);
    let locks = repo.lane(["locks", "--json"]).ok().json();
    for lock in locks.as_array().into_iter().flatten() {
        repo.lane(["unlock", lock["id"].as_str().unwrap_or_default()])
            .ok();
    }
    if !victim.before.is_empty() {
        repo.lane(victim.before).ok();
    }
}

#[test]
fn a_command_killed_at_any_moment_leaves_the_old_state_or_the_new_one() {
    let kills = size(16, 200);
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let repo = repo.agent("agent-a");
    let mut dice = Dice(0x1234_5678_9abc_def1);
    let (start, mut hit) = (Instant::now(), 0);
    for n in 0..kills {
        let victim = &VICTIMS[n % VICTIMS.len()];
        prepare(&repo, victim);
        // How long it takes here and now, when nobody kills it.
        let whole = Instant::now();
        begin(&repo, victim.args).wait().expect("it ends");
        let whole = whole.elapsed();
        prepare(&repo, victim);
        let before = repo.rev(STATE);
        hit += usize::from(kill_after(begin(&repo, victim.args), dice.below(whole)));
        let what = format!("kill {n} of {:?}", victim.args);
        intact(&repo, &what);
        goes_on(&repo, &before, &what);
    }
    report(
        &format!("kills at random moments ({hit} while it ran)"),
        kills,
        start,
    );
    assert!(hit > 0, "every command had ended before its kill");
}

#[test]
fn a_command_killed_at_a_known_step_leaves_the_old_state_before_the_swap_and_the_new_one_after_it() {
    for (step, moves) in [("decided", false), ("written", false), ("swapped", true)] {
        let sandbox = sandbox();
        let repo = sandbox.lanes("r");
        repo.task("T-1", "src/**");
        let repo = repo.agent("agent-a");
        for victim in VICTIMS {
            let what = format!("{step}: {:?}", victim.args);
            prepare(&repo, victim);
            let before = repo.rev(STATE);
            let killed = repo.env(FAILPOINT_VAR, step).lane(victim.args).fails();
            assert!(
                killed.stdout.is_empty(),
                "{what}: it spoke before it was done: {killed}"
            );
            assert_eq!(repo.rev(STATE) != before, moves, "{what}");
            intact(&repo, &what);
            goes_on(&repo, &before, &what);
        }
    }
}

#[test]
fn a_start_killed_at_any_moment_is_taken_up_by_the_next_one() {
    let kills = size(8, 60);
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    let mut dice = Dice(0x0fed_cba9_8765_4321);
    let (start, mut hit) = (Instant::now(), 0);
    repo.task("T-whole", "whole/**");
    let whole = Instant::now();
    repo.lane(["start", "T-whole"]).ok();
    let whole = whole.elapsed();
    for n in 0..kills {
        let (id, what) = (format!("T-{n}"), format!("kill {n} of start"));
        repo.task(&id, &format!("part-{n}/**"));
        let before = repo.rev(STATE);
        hit += usize::from(kill_after(begin(&repo, &["start", &id]), dice.below(whole)));
        goes_on(&repo, &before, &what);
        let path = repo.lane(["start", &id]).ok().text().to_owned();
        // The lane is whole: on its branch, with the files, bound, and it commits.
        let lane = repo.at(path);
        assert_eq!(lane.git(["branch", "--show-current"]).ok().text(), id, "{what}");
        assert_eq!(lane.git(["status", "--porcelain"]).ok().text(), "", "{what}");
        lane.commit(&format!("part-{n}/a"), "a\n", "work").ok();
        // Only now: in a worktree that git was making, git itself finds faults.
        intact(&repo, &what);
        repo.lane(["release", &id, "--why", "next"]).ok();
    }
    report(&format!("kills of start ({hit} while it ran)"), kills, start);
    assert!(hit > 0, "every start had ended before its kill");
}

#[test]
fn a_rebuild_killed_at_any_moment_is_gone_on_with_and_loses_no_file() {
    let kills = size(8, 60);
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    let mut dice = Dice(0x1357_9bdf_0246_8ace);
    repo.task("T-1", "src/**");
    let lane = repo.start("T-1");
    let rebuild = ["worktree", "rebuild", "T-1"];
    lane.write("src/b.rs", "at first\n");
    let (start, mut hit) = (Instant::now(), 0);
    repo.lane(rebuild).ok();
    let whole = start.elapsed();
    for n in 0..kills {
        let what = format!("kill {n} of rebuild");
        let text = format!("edit {n}\n");
        lane.write("src/b.rs", &text);
        hit += usize::from(kill_after(begin(&repo, &rebuild), dice.below(whole)));
        repo.lane(rebuild).ok();
        let refs = repo
            .git(["for-each-ref", "--format=%(refname)", "refs/rescue"])
            .ok();
        let holds = |name: &str| {
            let shown = repo.git(["show", &format!("{name}:src/b.rs")]);
            shown.stdout == text
        };
        assert!(refs.stdout.lines().any(holds), "{what}: {refs}");
        assert_eq!(
            lane.git(["branch", "--show-current"]).ok().text(),
            "T-1",
            "{what}"
        );
        assert_eq!(lane.git(["status", "--porcelain"]).ok().text(), "", "{what}");
        let left = repo.sh("ls -A .worktrees .git/lane/half-done").ok();
        assert!(!left.stdout.contains("lane-going"), "{what}: {left}");
        lane.person().commit(&format!("src/new-{n}"), "n\n", "work").ok();
        intact(&repo, &what);
    }
    report(&format!("kills of rebuild ({hit} while it ran)"), kills, start);
    assert!(hit > 0, "every rebuild had ended before its kill");
}

#[test]
fn a_worktree_that_git_marks_as_unfinished_is_made_anew() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    repo.task("T-1", "src/**");
    let lane = repo.start("T-1");
    // As a `git worktree add` leaves it that is killed in the middle of the checkout.
    let admin = repo.at(".git/worktrees/T-1");
    admin.write("locked", "initializing");
    for gone in ["index", "lane/binding.toml"] {
        std::fs::remove_file(admin.path().join(gone)).expect("it was there");
    }
    std::fs::remove_file(lane.path().join("src/a.rs")).expect("it was there");
    assert_ne!(lane.git(["status", "--porcelain"]).ok().text(), "");
    let again = repo.lane(["start", "T-1"]).ok().says("made anew");
    assert_eq!(lane.path(), repo.at(again.text()).path());
    assert_eq!(lane.git(["status", "--porcelain"]).ok().text(), "");
    lane.commit("src/a.rs", "work\n", "work").ok();
}
