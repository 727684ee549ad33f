//! Many processes at once: one winner for one task, and nobody lost where nobody is in the way.

use std::fs::File;
use std::process::Child;
use std::process::Output;
use std::process::Stdio;
use std::thread;
use std::time::Instant;

use lane_testkit::Place;

use crate::sandbox;
use crate::stress::report;
use crate::stress::size;

/// A linked worktree that is no lane.
fn linked<'s>(repo: &Place<'s>, name: &str) -> Place<'s> {
    repo.git(["worktree", "add", "--quiet", "--detach", name]).ok();
    repo.at(name)
}

/// Starts `git-lane` in the background; without `git` between, so that a race is one of ours.
fn spawn(place: &Place<'_>, args: &[&str]) -> Child {
    let mut command = place.command("git-lane");
    command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("git-lane starts")
}

/// Starts them all while nobody can decide anything, and lets them go at once.
fn at_once(repo: &Place<'_>, racers: &[Place<'_>], args: &[&str]) -> Vec<Output> {
    let gate = File::options()
        .write(true)
        .open(repo.path().join(".git/lane/state.lock"))
        .expect("the lock of the state");
    gate.lock().expect("the lock is ours");
    let children: Vec<Child> = racers.iter().map(|racer| spawn(racer, args)).collect();
    drop(gate);
    let wait = |child: Child| child.wait_with_output().expect("it ends");
    children.into_iter().map(wait).collect()
}

/// The one who won; asserts that all others were told who it was, and what leads on.
fn winner(outputs: &[Output]) -> usize {
    let won: Vec<usize> = (0..outputs.len())
        .filter(|n| outputs[*n].status.code() == Some(0))
        .collect();
    assert_eq!(won.len(), 1, "{outputs:?}");
    let name = format!("held by  racer-{} (T-1", won[0]);
    for (n, output) in outputs.iter().enumerate().filter(|(n, _)| *n != won[0]) {
        let words = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "racer {n}: {words}");
        assert!(words.contains("error: already-claimed: "), "racer {n}: {words}");
        assert!(words.contains(&name), "racer {n}: {words}");
        assert!(words.contains("\nhint: "), "racer {n}: {words}");
        assert!(output.stdout.is_empty(), "racer {n}: {output:?}");
    }
    won[0]
}

#[test]
fn of_many_who_claim_one_task_at_once_one_wins_and_the_others_are_told_who() {
    let (count, rounds) = (size(12, 64), size(5, 200));
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let places = [repo.person(), linked(&repo, "../w1"), linked(&repo, "../w2")];
    let racers: Vec<Place<'_>> = (0..count)
        .map(|n| places[n % places.len()].agent(&format!("racer-{n}")))
        .collect();
    let start = Instant::now();
    for _ in 0..rounds {
        let won = winner(&at_once(&repo, &racers, &["claim", "T-1"]));
        let lanes = repo.lane(["status", "--json"]).ok().json()["lanes"].clone();
        assert_eq!(lanes.as_array().map(Vec::len), Some(1), "{lanes}");
        assert_eq!(lanes[0]["by"], format!("racer-{won}"), "{lanes}");
        racers[won].lane(["release", "T-1", "--why", "next round"]).ok();
    }
    report(
        &format!("claims of one task by {count} processes, {rounds} rounds"),
        count * rounds,
        start,
    );
    // The policy, the task, and one claim and release a round: a loser writes nothing.
    let claims = repo
        .git([
            "rev-list",
            "--count",
            "--grep",
            "^kind = \"task.claimed\"$",
            "refs/agents/state",
        ])
        .ok();
    assert_eq!(claims.text(), rounds.to_string());
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn of_many_who_take_the_best_task_at_once_each_gets_another_one() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    // As many as the default policy lets work at once.
    for n in 0..6 {
        repo.task(&format!("T-{n}"), &format!("part-{n}/**"));
    }
    let racers: Vec<Place<'_>> = (0..8).map(|n| repo.agent(&format!("racer-{n}"))).collect();
    let outputs = at_once(&repo, &racers, &["claim"]);
    let mut got: Vec<String> = outputs
        .iter()
        .filter(|output| output.status.success())
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .collect();
    got.sort();
    assert_eq!(got, ["T-0", "T-1", "T-2", "T-3", "T-4", "T-5"], "{outputs:?}");
    for output in outputs.iter().filter(|output| !output.status.success()) {
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("not-ready"),
            "{output:?}"
        );
    }
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn all_locks_on_disjoint_scopes_land_whoever_asks_at_once() {
    let (count, each) = (size(8, 16), size(6, 50));
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let places = [repo.person(), linked(&repo, "../w1")];
    let start = Instant::now();
    thread::scope(|scope| {
        for n in 0..count {
            let agent = places[n % places.len()].agent(&format!("racer-{n}"));
            // A place holds its sandbox, which stays here: a thread gets the finished commands.
            let commands: Vec<_> = (0..each)
                .map(|k| {
                    let mut command = agent.command("git-lane");
                    command.args(["lock", &format!("part-{n}/{k}/**"), "--objective", "a part"]);
                    command
                })
                .collect();
            scope.spawn(move || {
                for mut command in commands {
                    let output = command.output().expect("git-lane starts");
                    assert!(output.status.success(), "{command:?}: {output:?}");
                }
            });
        }
    });
    report(
        &format!("locks by {count} processes at once"),
        count * each,
        start,
    );
    let locks = repo.lane(["locks", "--json"]).ok().json();
    let locks = locks.as_array().expect("a list");
    assert_eq!(locks.len(), count * each);
    let mut fences: Vec<u64> = locks.iter().filter_map(|lock| lock["fence"].as_u64()).collect();
    fences.sort_unstable();
    fences.dedup();
    assert_eq!(fences.len(), locks.len(), "two locks have one fence");
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn of_many_who_lock_what_overlaps_at_once_one_wins() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let racers: Vec<Place<'_>> = (0..8).map(|n| repo.agent(&format!("racer-{n}"))).collect();
    let outputs = at_once(&repo, &racers, &["lock", "src/**", "--objective", "mine"]);
    let won = outputs.iter().filter(|output| output.status.success()).count();
    assert_eq!(won, 1, "{outputs:?}");
    for output in outputs.iter().filter(|output| !output.status.success()) {
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("held by  racer-"),
            "{output:?}"
        );
    }
    assert_eq!(
        repo.lane(["locks", "--json"])
            .ok()
            .json()
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}
