//! Hosts that limit pushes: what is asked for while one waits goes in one push, and nothing waits for long.

use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use lane_testkit::Place;

use crate::clones::converge;
use crate::clones::first;
use crate::clones::origin;
use crate::clones::script;
use crate::clones::times;
use crate::sandbox;

const PACE: Duration = Duration::from_secs(3);

fn begin(place: &Place<'_>, args: &[&str]) -> std::process::Child {
    let mut command = place.command("git-lane");
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("git-lane starts")
}

#[test]
fn two_commands_within_the_pace_go_in_one_push() {
    let sandbox = sandbox();
    let a = first(&sandbox, "[sync]\npace = \"3s\"\n");
    let remote = origin(&sandbox);
    script(&remote, "hooks/post-receive", "echo push >>pushes");
    let begun = Instant::now();
    a.task("T-1", "src/**");
    let children: Vec<_> = ["T-2", "T-3"]
        .map(|id| begin(&a, &["task", "add", "work", "--id", id]))
        .into_iter()
        .collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    assert!(begun.elapsed() >= PACE, "{:?}", begun.elapsed());
    for id in ["T-1", "T-2", "T-3"] {
        assert_eq!(times(&remote, &format!("add {id}")), 1);
    }
    assert_eq!(remote.read("pushes"), "push\npush\n");
    // What asks for nothing waits for nothing.
    let begun = Instant::now();
    a.lane(["note", "T-1", "a word"]).ok();
    a.lane(["status"]).ok();
    assert!(begun.elapsed() < PACE, "{:?}", begun.elapsed());
    converge(&[&a], &sandbox);
}
