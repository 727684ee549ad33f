//! Worktrees of lanes: what prune removes, what it refuses, what is made again, and that nothing of it is ever lost.

mod areas;
mod areas_beside;
mod areas_submodules;
mod at_once;
mod bytes;
mod kept;
mod layouts;
mod lost;
mod put_back;
mod rebuilt;
mod refused;
mod told;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::clones::first;
use crate::following::around;

/// A repository with a remote, and the lane `T-1` of agent-a with one commit.
fn lane(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let repo = first(
        sandbox,
        "[pipeline]\nstages = []\n[landing]\nclean_up = false\n[evidence]\n",
    );
    repo.write(".gitignore", ".env\nsecret/\ntarget/\n");
    repo.git(["add", ".gitignore"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "ignoring"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.task("T-1", "**");
    let lane = repo.start("T-1");
    lane.commit("src/a.rs", "mine\n", "one").ok();
    (repo, lane)
}

/// The lane is merged, pushed, and done.
fn land(repo: &Place<'_>) {
    around(repo, &["merge", "--quiet", "--no-ff", "-m", "land", "T-1"]).ok();
    around(repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["done", "T-1"]).ok();
}

/// The refs below `refs/rescue`, with their commits.
fn rescued(repo: &Place<'_>) -> Vec<(String, String)> {
    let refs = ["for-each-ref", "--format=%(refname) %(objectname)", "refs/rescue"];
    let listed = repo.git(refs).ok();
    let pairs = listed.stdout.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(name, oid)| (name.to_owned(), oid.to_owned()))
        .collect()
}

/// A file as a commit has it.
fn at(repo: &Place<'_>, revision: &str, path: &str) -> String {
    repo.git(["show", &format!("{revision}:{path}")]).ok().stdout
}
