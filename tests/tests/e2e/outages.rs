//! A remote that is gone, hangs, or breaks off in the middle; and commands killed at every step of a push.

use std::fs;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use lane_testkit::FAILPOINT_VAR;
use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::clones::SEEN;
use crate::clones::converge;
use crate::clones::first;
use crate::clones::origin;
use crate::clones::script;
use crate::clones::times;
use crate::clones::tip;
use crate::clones::two;
use crate::following::around;
use crate::following::follow;
use crate::plumbing::STATE;
use crate::sandbox;

/// What one talk may take in these tests, and what a command may take that has several and a slow machine.
const LIMIT: &str = "2s";
const BOUND: Duration = Duration::from_secs(40);

/// From now on the clone waits no longer than that; what was set up before had time.
fn impatient(a: &Place<'_>) {
    let policy = a.read(".agents/policy.toml");
    let text = format!("{policy}\n[sync]\ntimeout = \"{LIMIT}\"\n");
    a.commit(".agents/policy.toml", &text, "impatient").ok();
    around(a, &["push", "--quiet", "origin", "main"]).ok();
    a.lane(["sync"]).ok();
}

/// Runs a command, and asserts that it came back in time.
fn bounded(place: &Place<'_>, args: &[&str]) -> Output {
    let begun = Instant::now();
    let output = place.lane(args);
    assert!(begun.elapsed() < BOUND, "{:?}\n{output}", begun.elapsed());
    output
}

/// A program in place of the remote's: it says its process and never comes back.
fn hangs(place: &Place<'_>, program: &str) {
    place.sh("test -p .git/never || mkfifo .git/never").ok();
    let folder = place.path().join(".git");
    let text = format!("echo $$ >>{0}/hanging; exec cat {0}/never", folder.display());
    let file = script(place, &format!(".git/{program}"), &text);
    place
        .git(["config", &format!("remote.origin.{program}"), &file])
        .ok();
}

fn answers(place: &Place<'_>) {
    for program in ["uploadpack", "receivepack"] {
        place.git(["config", "--unset-all", &format!("remote.origin.{program}")]);
    }
}

/// Asserts that none of the programs that hung is left.
fn nobody_hangs(place: &Place<'_>) {
    let pids = place.read(".git/hanging");
    assert!(!pids.is_empty());
    for pid in pids.lines() {
        let begun = Instant::now();
        while Path::new("/proc").join(pid).join("fd/0").exists() {
            assert!(begun.elapsed() < Duration::from_secs(10), "{pid} is left");
            std::thread::yield_now();
        }
    }
}

/// A clone with T-1, and the tips that nothing may move.
fn clone(sandbox: &Sandbox) -> (Place<'_>, [String; 2]) {
    let a = first(sandbox, "");
    a.task("T-1", "src/**");
    let tips = tips(&a);
    (a, tips)
}

fn tips(a: &Place<'_>) -> [String; 2] {
    [STATE, SEEN].map(|name| tip(a, name))
}

#[test]
fn without_the_remote_nothing_is_decided_and_all_else_goes_on() {
    let sandbox = sandbox();
    let (a, before) = clone(&sandbox);
    let (here, gone) = (sandbox.path().join("origin.git"), sandbox.path().join("gone"));
    fs::rename(&here, &gone).expect("it is there");
    for args in [
        &["claim", "T-1"][..],
        &["lock", "docs/**", "--objective", "x"],
        &["task", "add", "more"],
        &["start", "T-1"],
        &["sync"],
        &["sync", "--republish"],
        &["reconcile", "refs/agents/state"],
    ] {
        let failed = bounded(&a, args).code(4).says("origin cannot be reached");
        assert!(failed.stdout.is_empty(), "{failed}");
        assert_eq!(tips(&a), before, "{failed}");
    }
    for args in [&["status"][..], &["ready"], &["board"], &["task", "show", "T-1"]] {
        a.lane(args).ok();
    }
    a.lane(["note", "T-1", "a word"]).ok();
    let lane = a.lane(["--offline", "start", "T-1"]).ok().says("provisional");
    let lane = a.at(lane.text());
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    let failed = bounded(&lane, &["handoff"]).code(4);
    fs::rename(&gone, &here).expect("it is there");
    follow(&a, &failed, "git lane sync").ok();
    for event in ["note on T-1", "claim T-1"] {
        assert_eq!(times(&origin(&sandbox), event), 1, "{event}");
    }
    converge(&[&a], &sandbox);
}

#[test]
fn a_server_that_does_not_come_back_costs_a_bounded_time_and_leaves_no_process() {
    let sandbox = sandbox();
    let (a, _) = clone(&sandbox);
    impatient(&a);
    let before = tips(&a);
    hangs(&a, "receivepack");
    bounded(&a, &["task", "add", "more"])
        .code(4)
        .says("git lane sync");
    assert_eq!(tips(&a), before);
    hangs(&a, "uploadpack");
    bounded(&a, &["claim", "T-1"])
        .code(4)
        .says("did not answer within 2 s")
        .says("may have arrived");
    assert_eq!(tips(&a), before);
    nobody_hangs(&a);
    answers(&a);
    a.lane(["claim", "T-1"]).ok();
    assert_eq!(times(&origin(&sandbox), "add"), 1);
    converge(&[&a], &sandbox);
}

#[test]
fn a_server_that_takes_the_push_and_then_breaks_off_has_it_once() {
    for hook in ["kill -9 $PPID", "exec cat never"] {
        let sandbox = sandbox();
        let (a, _) = clone(&sandbox);
        if hook.contains("never") {
            impatient(&a);
        }
        let remote = origin(&sandbox);
        remote.sh("mkfifo never").ok();
        script(&remote, "hooks/post-receive", hook);
        let done = bounded(&a, &["claim", "T-1"]);
        assert!([0, 4].contains(&done.code), "{hook}: {done}");
        assert_eq!(
            tip(&a, STATE) == tip(&remote, STATE),
            done.code == 0,
            "{hook}: {done}"
        );
        fs::remove_file(remote.path().join("hooks/post-receive")).expect("it is there");
        a.lane(["sync"]).ok();
        assert_eq!(times(&remote, "claim T-1"), 1, "{hook}: {done}");
        converge(&[&a], &sandbox);
    }
}

#[test]
fn an_outcome_that_cannot_be_found_out_is_said_to_be_unknown_and_the_next_sync_tells() {
    let sandbox = sandbox();
    let (a, _) = clone(&sandbox);
    impatient(&a);
    let before = tips(&a);
    // The push is taken, its answer is lost, and nobody answers afterwards.
    hangs(&a, "uploadpack");
    let remote = origin(&sandbox);
    remote.sh("mkfifo never").ok();
    script(&remote, "hooks/post-receive", "exec cat never");
    let unknown = bounded(&a, &["claim", "T-1"]).code(4).says("may have arrived");
    assert_eq!(tips(&a), before, "{unknown}");
    assert_eq!(times(&remote, "claim T-1"), 1);
    answers(&a);
    fs::remove_file(remote.path().join("hooks/post-receive")).expect("it is there");
    follow(&a, &unknown, "git lane sync")
        .ok()
        .prints("1 event received");
    a.lane(["claim", "T-1"]).code(3).says("already-claimed");
    assert_eq!(times(&remote, "claim T-1"), 1);
    converge(&[&a], &sandbox);
}

#[test]
fn a_command_killed_at_any_step_of_its_push_has_done_it_once_or_not_at_all() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    for (n, (step, done)) in [
        ("decided", false),
        ("written", false),
        ("pushing", false),
        ("pushed", true),
        ("tracked", true),
        ("taken", true),
    ]
    .into_iter()
    .enumerate()
    {
        let (id, scope) = (format!("T-{n}"), format!("part-{n}/**"));
        a.task(&id, &scope);
        // Something of this clone's own goes along, and must not be lost or doubled either.
        a.lane(["note", &id, "a word"]).ok();
        a.env(FAILPOINT_VAR, step).lane(["claim", &id]).fails();
        // The one who was killed asks again, or somebody else takes it first.
        let (next, other) = if n % 2 == 0 { (&a, &b) } else { (&b, &a) };
        let again = next.lane(["claim", &id]);
        assert_eq!(again.code, if done { 3 } else { 0 }, "{step}: {again}");
        other.lane(["claim", &id]).code(3).says("already-claimed");
        other.lane(["sync"]).ok();
        let remote = origin(&sandbox);
        assert_eq!(times(&remote, &format!("claim {id}")), 1, "{step}");
        a.lane(["sync"]).ok();
        assert_eq!(times(&remote, &format!("note on {id}")), 1, "{step}");
        let holder = if done || n % 2 == 0 { &a } else { &b };
        holder.lane(["release", &id, "--why", "next"]).ok();
    }
    converge(&[&a, &b], &sandbox);
}
