//! Two clones of one remote, and what the remote has: for tests of publishing.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::around;
use crate::plumbing::STATE;

/// This clone's last sight of the remote's state.
pub(crate) const SEEN: &str = "refs/agents-remote/origin/state";

/// The branch that stands in where a host takes no other refs.
pub(crate) const BRANCH: &str = "refs/heads/agents/state";

/// The text, without the table that `more` begins with.
fn without_table_of(text: &str, more: &str) -> String {
    let table = more.lines().next().filter(|line| line.starts_with('['));
    let (mut kept, mut inside) = (String::new(), false);
    for line in text.lines() {
        if line.starts_with('[') {
            inside = Some(line) == table;
        }
        if !inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept + "\n"
}

/// A repository `a` with the remote `origin.git` that has its integration branch. `policy` goes into its policy.
pub(crate) fn first<'s>(sandbox: &'s Sandbox, policy: &str) -> Place<'s> {
    let a = sandbox.repo("a");
    a.lane(["init"]).ok();
    let text = a.read(".agents/policy.toml");
    a.write(
        ".agents/policy.toml",
        without_table_of(&text, policy) + policy + "\n",
    );
    a.lane(["init", "--agents-md"]).ok();
    a.git(["add", ".agents", ".gitattributes", "AGENTS.md", "docs"])
        .ok();
    a.git(["commit", "--quiet", "-m", "policy"]).ok();
    let bare = ["init", "--quiet", "--bare", "origin.git"];
    sandbox.at(".").git(bare).ok();
    a.git(["remote", "add", "origin", &url(sandbox)]).ok();
    around(&a, &["push", "--quiet", "origin", "main"]).ok();
    a.agent("agent-a")
}

/// The same, its state published, and a second clone `b` that has joined.
pub(crate) fn two<'s>(sandbox: &'s Sandbox, policy: &str) -> (Place<'s>, Place<'s>) {
    let a = first(sandbox, policy);
    a.lane(["sync"]).ok();
    (a, another(sandbox, "b").agent("agent-b"))
}

/// One more clone that has joined.
pub(crate) fn another<'s>(sandbox: &'s Sandbox, name: &str) -> Place<'s> {
    let clone = ["clone", "--quiet", "--", &url(sandbox), name];
    sandbox.at(".").git(clone).ok();
    let place = sandbox.at(name);
    place.lane(["init"]).ok();
    place
}

pub(crate) fn url(sandbox: &Sandbox) -> String {
    sandbox.path().join("origin.git").display().to_string()
}

pub(crate) fn origin(sandbox: &Sandbox) -> Place<'_> {
    sandbox.at("origin.git")
}

/// What a ref of this repository is at; empty when it is not there.
pub(crate) fn tip(place: &Place<'_>, name: &str) -> String {
    let found = place.git(["rev-parse", "--quiet", "--verify", name]);
    found.text().to_owned()
}

/// The sentences of a ledger, the newest first.
pub(crate) fn sentences(place: &Place<'_>, name: &str) -> Vec<String> {
    let log = place.git(["log", "--format=%s", name]);
    log.stdout.lines().map(str::to_owned).collect()
}

/// How many events of the remote's ledger begin so.
pub(crate) fn times(place: &Place<'_>, begins: &str) -> usize {
    let all = sentences(place, STATE);
    all.iter().filter(|line| line.starts_with(begins)).count()
}

/// An executable script.
pub(crate) fn script(place: &Place<'_>, path: &str, text: &str) -> String {
    place.write(path, format!("#!/bin/sh\n{text}\n"));
    let file = place.path().join(path);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("it is ours");
    file.display().to_string()
}

/// Asserts that both clones and the remote have one state, and that it is a ledger.
#[track_caller]
pub(crate) fn converge(clones: &[&Place<'_>], sandbox: &Sandbox) {
    let (all, last) = (clones.iter(), clones.iter().take(clones.len() - 1));
    for place in all.chain(last) {
        place.lane(["sync"]).ok();
    }
    let there = tip(&origin(sandbox), STATE);
    for place in clones {
        assert_eq!(tip(place, STATE), there, "{}", place.path().display());
        assert_eq!(tip(place, SEEN), there, "{}", place.path().display());
    }
    clones[0].lane(["verify", "--full"]).ok();
}
