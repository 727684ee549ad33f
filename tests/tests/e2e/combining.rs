//! Processes of one clone at once: what waits goes in one push, and the death of one is nobody else's.

use std::fs;
use std::fs::File;
use std::io::Read as _;
use std::process::Child;
use std::process::Output;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use lane_testkit::FAILPOINT_VAR;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::clones::converge;
use crate::clones::first;
use crate::clones::origin;
use crate::clones::script;
use crate::clones::times;
use crate::clones::tip;
use crate::following::around;
use crate::plumbing::STATE;
use crate::sandbox;

/// How many claim at once.
const MANY: usize = 12;

/// A server that takes one push only when it is told to, and counts what it has taken.
struct Slow<'s> {
    remote: Place<'s>,
}

impl<'s> Slow<'s> {
    fn new(sandbox: &'s Sandbox) -> Self {
        let remote = origin(sandbox);
        remote.sh("mkfifo gate entered").ok();
        let hold = "mv gate held 2>&- || exit 0; echo in >entered; read word <held";
        script(&remote, "hooks/pre-receive", hold);
        script(&remote, "hooks/post-receive", "echo push >>pushes");
        Self { remote }
    }

    /// Returns once a push is held.
    fn entered(&self) {
        let mut word = String::new();
        let mut fifo = File::open(self.remote.path().join("entered")).expect("a fifo");
        fifo.read_to_string(&mut word).expect("the hook writes");
    }

    fn let_go(&self) {
        fs::write(self.remote.path().join("held"), "go\n").expect("the hook reads");
    }

    fn pushes(&self) -> usize {
        self.remote.read("pushes").lines().count()
    }
}

fn spawn(place: &Place<'_>, args: &[&str]) -> Child {
    let mut command = place.command("git-lane");
    command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("git-lane starts")
}

fn end(child: Child) -> Output {
    child.wait_with_output().expect("it ends")
}

/// Returns once so many decisions wait.
fn queued(repo: &Place<'_>, count: usize) {
    let (folder, begun) = (repo.path().join(".git/lane/publish"), Instant::now());
    let waiting = || {
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let files = entries.filter(|e| e.path().extension().is_some_and(|end| end == "toml"));
        files.count()
    };
    while waiting() < count {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "only {} wait",
            waiting()
        );
        std::thread::yield_now();
    }
}

/// A clone with so many tasks, and a slow server.
fn slow<'s>(sandbox: &'s Sandbox, tasks: usize) -> (Place<'s>, Slow<'s>) {
    let repo = first(sandbox, "");
    let policy = repo.read(".agents/policy.toml");
    let policy = policy.replace("total = 6", &format!("total = {}", 2 * MANY));
    repo.commit(".agents/policy.toml", &policy, "more lanes").ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    for n in 0..tasks {
        let (id, scope) = (format!("T-{n}"), format!("part-{n}/**"));
        let add = ["--offline", "task", "add", "work", "--id", &id, "--scope", &scope];
        repo.lane(add).ok();
    }
    repo.lane(["sync"]).ok();
    (repo, Slow::new(sandbox))
}

fn claim(repo: &Place<'_>, n: usize) -> Child {
    spawn(&repo.agent(&format!("agent-{n}")), &["claim", &format!("T-{n}")])
}

#[test]
fn what_waits_while_one_pushes_goes_in_one_push() {
    let sandbox = sandbox();
    let (repo, server) = slow(&sandbox, MANY);
    let holder = claim(&repo, 0);
    server.entered();
    let waiting: Vec<Child> = (1..MANY).map(|n| claim(&repo, n)).collect();
    queued(&repo, MANY - 1);
    server.let_go();
    for (n, child) in std::iter::once(holder).chain(waiting).enumerate() {
        let output = end(child);
        assert!(output.status.success(), "{n}: {output:?}");
        assert_eq!(times(&server.remote, &format!("claim T-{n} by agent-{n}")), 1);
    }
    assert_eq!(server.pushes(), 2, "one for the first, one for all others");
    converge(&[&repo], &sandbox);
    let left = fs::read_dir(repo.path().join(".git/lane/publish")).expect("a folder");
    assert_eq!(left.count(), 0);
}

#[test]
fn a_holder_killed_in_its_push_and_a_waiter_killed_while_it_waits_stop_nobody() {
    let sandbox = sandbox();
    let (repo, server) = slow(&sandbox, 5);
    let mut holder = claim(&repo, 0);
    server.entered();
    let mut waiting: Vec<Child> = (1..5).map(|n| claim(&repo, n)).collect();
    queued(&repo, 4);
    // The waiter first, so that nobody can take its decision along.
    let mut dead = waiting.remove(0);
    for victim in [&mut dead, &mut holder] {
        victim.kill().expect("it runs");
        victim.wait().expect("it ends");
    }
    // The others publish while the dead one's push is still held, so that cannot land any more.
    for (n, child) in waiting.into_iter().enumerate() {
        let output = end(child);
        assert!(output.status.success(), "{n}: {output:?}");
    }
    server.let_go();
    repo.lane(["sync"]).ok();
    let there: Vec<usize> = (0..5)
        .map(|n| times(&server.remote, &format!("claim T-{n} by")))
        .collect();
    assert_eq!(there, [0, 0, 1, 1, 1]);
    converge(&[&repo], &sandbox);
    for n in [0, 1] {
        end(claim(&repo, n)).status.success().then_some(()).expect("free");
    }
}

#[test]
fn what_a_killed_holder_took_along_is_done_once() {
    let sandbox = sandbox();
    let (repo, server) = slow(&sandbox, 4);
    let gate = repo.path().join(".git/lane/publish.lock");
    fs::create_dir_all(gate.parent().expect("a folder")).expect("it is ours");
    let turn = File::create(gate).expect("the publish lock");
    turn.lock().expect("it is free");
    let waiting: Vec<Child> = (0..4).map(|n| claim(&repo, n)).collect();
    queued(&repo, 4);
    drop(turn);
    server.entered();
    // Whoever got the turn has taken all along; which one it is, the publish lock does not say: it is the one without a file.
    let mut ended = Vec::new();
    let pusher = holder_of(&repo, &waiting);
    for (n, mut child) in waiting.into_iter().enumerate() {
        if Some(n) == pusher {
            child.kill().expect("it runs");
            child.wait().expect("it ends");
        } else {
            ended.push(child);
        }
    }
    server.let_go();
    for child in ended {
        let output = end(child);
        assert!(output.status.success(), "{output:?}");
    }
    repo.lane(["sync"]).ok();
    for n in 0..4 {
        let count = times(&server.remote, &format!("claim T-{n} by"));
        assert!(count == 1 || (count == 0 && Some(n) == pusher), "T-{n}: {count}");
    }
    converge(&[&repo], &sandbox);
}

/// Which of the processes started the git that pushes now.
fn holder_of(repo: &Place<'_>, children: &[Child]) -> Option<usize> {
    let parents = repo.sh("ps -o ppid=,args= -e").ok();
    let pushing: Vec<u32> = parents
        .stdout
        .lines()
        .filter(|line| line.contains("git push --porcelain"))
        .filter_map(|line| line.split_whitespace().next()?.parse().ok())
        .collect();
    children.iter().position(|child| pushing.contains(&child.id()))
}

#[test]
fn a_decision_whose_process_died_in_the_queue_is_not_carried_out() {
    let sandbox = sandbox();
    let repo = first(&sandbox, "");
    repo.task("T-1", "src/**");
    let turn = File::open(repo.path().join(".git/lane/publish.lock")).expect("the publish lock");
    turn.lock().expect("it is free");
    repo.env(FAILPOINT_VAR, "queued").lane(["claim", "T-1"]).fails();
    drop(turn);
    repo.task("T-2", "docs/**");
    assert_eq!(times(&origin(&sandbox), "claim"), 0);
    repo.lane(["claim", "T-1"]).ok();
    assert_eq!(tip(&origin(&sandbox), STATE), tip(&repo, STATE));
}
