//! Many starts at once: each makes its own worktree, whole.

use std::thread;
use std::time::Instant;

use lane_testkit::Place;

use crate::clones::another;
use crate::clones::first;
use crate::sandbox;
use crate::stress::report;
use crate::stress::size;

const POLICY: &str = "[capacity]\ntotal = 64";

/// Starts a lane for each of `count` tasks at once, from these places in turn, and gives the worktrees.
fn all_at_once<'s>(places: &[Place<'s>], count: usize, what: &str) -> Vec<Place<'s>> {
    for n in 0..count {
        places[0].task(&format!("T-{n}"), &format!("part-{n}/**"));
    }
    places[0].lane(["sync"]).ok();
    let start = Instant::now();
    let said: Vec<_> = thread::scope(|scope| {
        let begun: Vec<_> = (0..count)
            .map(|n| {
                let place = places[n % places.len()].agent(&format!("agent-{n}"));
                let mut command = place.command("git-lane");
                command.args(["start", &format!("T-{n}")]);
                scope.spawn(move || command.output().expect("git-lane starts"))
            })
            .collect();
        begun
            .into_iter()
            .map(|thread| thread.join().expect("it ends"))
            .collect()
    });
    report(what, count, start);
    let mut lanes = Vec::new();
    for (n, output) in said.iter().enumerate() {
        assert!(output.status.success(), "T-{n}: {output:?}");
        let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        lanes.push(places[n % places.len()].at(path).agent(&format!("agent-{n}")));
    }
    for (n, lane) in lanes.iter().enumerate() {
        assert_eq!(
            lane.git(["branch", "--show-current"]).ok().text(),
            format!("T-{n}")
        );
        assert_eq!(lane.git(["status", "--porcelain"]).ok().text(), "");
        lane.commit(&format!("part-{n}/a"), "a\n", "work").ok();
    }
    for place in places {
        let locked = place.sh("ls .git/worktrees/*/locked .git/lane/half-done/* 2>/dev/null");
        assert_eq!(locked.stdout, "", "nothing is half made");
    }
    lanes
}

#[test]
fn starts_at_once_in_one_clone_all_make_their_worktree() {
    let count = size(12, 30);
    let sandbox = sandbox();
    let repo = first(&sandbox, POLICY);
    let lanes = all_at_once(&[repo.agent("agent-a")], count, "starts at once in one clone");
    assert_eq!(lanes.len(), count);
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn starts_at_once_in_several_clones_all_make_their_worktree() {
    let count = size(12, 30);
    let sandbox = sandbox();
    let repo = first(&sandbox, POLICY);
    repo.lane(["sync"]).ok();
    let mut places = vec![repo];
    for name in ["b", "c"] {
        places.push(another(&sandbox, name).agent("agent-a"));
    }
    all_at_once(&places, count, "starts at once in three clones");
    places[0].lane(["sync"]).ok();
    places[0].lane(["verify", "--full"]).ok();
}
