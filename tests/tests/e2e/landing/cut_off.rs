//! Clones that do not have all: a shallow one, whose history ends, and a partial one, which left contents out. What they cannot see
//! they say, and nothing is closed by mistake.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::Lane;
use super::elsewhere::host;
use super::phase;
use super::queued;
use super::team;
use super::there;
use crate::following::around;
use crate::following::follow;
use crate::following::hinted;
use crate::sandbox;

const ONE: Lane = ("T-1", "agent-a", "src/**", "src/one", "one\n");

/// T-1 is queued, and main has gone on from where it began.
fn waiting<'s>(sandbox: &'s Sandbox) -> (Place<'s>, Place<'s>) {
    let repo = team(sandbox, "", "");
    around(&repo, &["commit", "--quiet", "--allow-empty", "-m", "before"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    queued(&repo, &[ONE]);
    let host = host(sandbox);
    for n in ["1", "2", "3"] {
        add(&host, "docs/counted", n);
    }
    host.git(["push", "--quiet", "origin", "main"]).ok();
    (repo, host)
}

fn add(host: &Place<'_>, path: &str, text: &str) {
    host.write(path, text);
    host.git(["add", "--all"]).ok();
    host.git(["commit", "--quiet", "-m", text]).ok();
}

/// Another clone that has joined, made in this way.
fn clone<'s>(sandbox: &'s Sandbox, how: &str) -> Place<'s> {
    let url = format!("file://{}", crate::clones::url(sandbox));
    let clone = ["clone", "--quiet", how, "--no-single-branch", "--", &url, "s"];
    sandbox.at(".").git(clone).ok();
    let place = sandbox.at("s");
    place.lane(["init"]).ok();
    place.agent("agent-s")
}

#[test]
fn a_shallow_clone_lands_nothing_that_it_cannot_merge_and_says_how_to_go_on() {
    let sandbox = sandbox();
    waiting(&sandbox);
    let shallow = clone(&sandbox, "--depth=2");
    let before = there(&shallow);
    let refused = shallow
        .lane(["land", "T-1"])
        .code(6)
        .says("error: history-cut: this clone is shallow, and its history ends before T-1 at ");
    assert_eq!(hinted(&refused, "git fetch"), "git fetch --unshallow -- origin");
    assert_eq!(
        (there(&shallow), phase(&shallow, "T-1")),
        (before, "queued".to_owned())
    );
    super::swept(&shallow);
    follow(&shallow, &refused, "git fetch").ok();
    shallow.lane(["land", "T-1"]).ok();
    assert_eq!(phase(&shallow, "T-1"), "done");
}

#[test]
fn a_shallow_clone_that_has_enough_lands() {
    let sandbox = sandbox();
    waiting(&sandbox);
    let shallow = clone(&sandbox, "--depth=5");
    shallow
        .git(["rev-parse", "--is-shallow-repository"])
        .ok()
        .prints("true");
    shallow.lane(["land", "T-1"]).ok();
    assert_eq!(phase(&shallow, "T-1"), "done");
}

#[test]
fn a_shallow_clone_closes_nothing_that_it_cannot_see_and_says_so() {
    let sandbox = sandbox();
    let (_, host) = waiting(&sandbox);
    host.git(["merge", "--quiet", "--squash", "origin/T-1"]).ok();
    host.git(["commit", "--quiet", "-m", "squashed (#1)"]).ok();
    let squashed = host.rev("HEAD");
    add(&host, "docs/counted", "4");
    host.git(["push", "--quiet", "origin", "main"]).ok();
    let shallow = clone(&sandbox, "--depth=1");
    let synced = shallow
        .lane(["sync"])
        .ok()
        .says("whether T-1 has landed cannot be told: this clone is shallow");
    shallow.lane(["done", "T-1"]).code(6).says("history-cut");
    shallow.lane(["land", "T-1"]).code(6).says("history-cut");
    assert_eq!(phase(&shallow, "T-1"), "queued");
    follow(&shallow, &synced, "git fetch --unshallow").ok();
    shallow
        .lane(["sync"])
        .ok()
        .says(&format!("done T-1: {} makes the same change", &squashed[..8]));
}

#[test]
fn what_a_shallow_clone_sees_landed_it_closes() {
    let sandbox = sandbox();
    let (_, host) = waiting(&sandbox);
    host.git(["merge", "--quiet", "--no-ff", "-m", "merge", "origin/T-1"])
        .ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    let shallow = clone(&sandbox, "--depth=2");
    let synced = shallow.lane(["sync"]).ok();
    assert!(!synced.stderr.contains("cannot be told"), "{synced}");
    assert_eq!(phase(&shallow, "T-1"), "done");
}

/// A squash merge whose contents, and the lane's, are in no tree that a clone checks out.
fn squashed_and_gone(sandbox: &Sandbox) -> Place<'_> {
    let (_, host) = waiting(sandbox);
    host.git(["merge", "--quiet", "--squash", "origin/T-1"]).ok();
    host.git(["commit", "--quiet", "-m", "squashed (#1)"]).ok();
    add(&host, "src/one", "another\n");
    host.git(["push", "--quiet", "origin", "main"]).ok();
    let origin = crate::clones::origin(sandbox);
    origin.git(["config", "uploadpack.allowFilter", "true"]).ok();
    let partial = clone(sandbox, "--filter=blob:none");
    let lacking = ["rev-list", "--objects", "--missing=print", "--all"];
    let lacking = partial.git(lacking).ok();
    assert!(
        lacking.stdout.lines().any(|line| line.starts_with('?')),
        "{lacking}"
    );
    partial
}

#[test]
fn a_partial_clone_fetches_what_it_compares() {
    let sandbox = sandbox();
    let partial = squashed_and_gone(&sandbox);
    partial.lane(["sync"]).ok().says("makes the same change");
    assert_eq!(phase(&partial, "T-1"), "done");
}

#[test]
fn a_partial_clone_fetches_what_both_sides_changed() {
    let sandbox = sandbox();
    let lines = |first: &str, last: &str| format!("{first}\n{}{last}\n", "same\n".repeat(20));
    let repo = team(&sandbox, "", "");
    repo.write("src/one", lines("first", "last"));
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "before"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let own: &str = lines("first", "lane's").leak();
    queued(&repo, &[(ONE.0, ONE.1, ONE.2, ONE.3, own)]);
    let host = host(&sandbox);
    add(&host, "src/one", &lines("main's", "last"));
    host.git(["merge", "--quiet", "--squash", "origin/T-1"]).ok();
    host.git(["commit", "--quiet", "-m", "squashed (#1)"]).ok();
    add(&host, "src/one", "another\n");
    host.git(["push", "--quiet", "origin", "main"]).ok();
    let origin = crate::clones::origin(&sandbox);
    origin.git(["config", "uploadpack.allowFilter", "true"]).ok();
    let partial = clone(&sandbox, "--filter=blob:none");
    partial.lane(["sync"]).ok().says("makes the same change");
}

#[test]
fn a_partial_clone_that_cannot_fetch_says_so_and_closes_nothing() {
    let sandbox = sandbox();
    let partial = squashed_and_gone(&sandbox);
    let refused = partial
        .lane(["--offline", "done", "T-1"])
        .code(4)
        .says("this clone left out contents of files");
    assert_eq!(phase(&partial, "T-1"), "queued");
    follow(&partial, &refused, "git lane sync").ok();
    assert_eq!(phase(&partial, "T-1"), "done");
}

#[test]
fn a_lane_lands_from_a_partial_clone() {
    let sandbox = sandbox();
    waiting(&sandbox);
    let origin = crate::clones::origin(&sandbox);
    origin.git(["config", "uploadpack.allowFilter", "true"]).ok();
    let partial = clone(&sandbox, "--filter=blob:none");
    partial.lane(["land", "T-1"]).ok();
    assert_eq!(phase(&partial, "T-1"), "done");
}
