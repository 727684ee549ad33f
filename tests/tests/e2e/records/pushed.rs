//! Records that came past the commit hooks do not leave the clone; what others have already is not held against it.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::File;
use super::lock;
use super::queue;
use super::stage;
use super::unseen;
use crate::following::around;
use crate::following::follow;
use crate::sandbox;

/// Main is on a remote.
fn shared(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    repo.git(["init", "--quiet", "--bare", "../origin.git"]).ok();
    repo.git(["remote", "add", "origin", "../origin.git"]).ok();
    repo.git(["push", "--quiet", "origin", "main"]).ok();
    repo
}

fn overlap() -> [File; 2] {
    [("L-1", "agent-a"), ("L-2", "agent-b")].map(|(id, by)| lock(id, by, "src/**", "exclusive", None))
}

#[test]
fn what_no_hook_saw_is_refused_until_it_is_mended() {
    for branch in ["main", "proposal"] {
        let sandbox = sandbox();
        let repo = shared(&sandbox);
        repo.git(["switch", "--quiet", "-C", branch]).ok();
        unseen(&repo, &overlap(), "flawed");
        unseen(&repo, &[(queue("T-1"), "id = \n".into())], "broken");
        repo.commit("README.md", "more\n", "on top").ok();
        let refused = repo
            .git(["push", "origin", branch])
            .code(1)
            .says("records-disagree: L-1 of agent-a and L-2 of agent-b both cover src")
            .says("record-unreadable: .agents/queue/");
        follow(&repo, &refused, "git lane validate").code(1).says("L-2");
        repo.git(["rm", "--quiet", &queue("T-1"), ".agents/locks/L-2.toml"])
            .ok();
        repo.git(["commit", "--quiet", "-m", "mended"]).ok();
        repo.git(["push", "origin", branch]).ok();
    }
}

#[test]
fn a_push_to_a_path_is_compared_with_what_is_there() {
    let sandbox = sandbox();
    let repo = shared(&sandbox);
    repo.git(["remote", "remove", "origin"]).ok();
    unseen(&repo, &overlap(), "flawed");
    repo.git(["push", "../origin.git", "main"])
        .code(1)
        .says("records-disagree: L-1 of agent-a and L-2 of agent-b both cover src");
}

#[test]
fn what_others_have_already_is_let_through() {
    let sandbox = sandbox();
    let repo = shared(&sandbox);
    repo.git(["switch", "--quiet", "-c", "old"]).ok();
    unseen(&repo, &overlap(), "flawed");
    around(&repo, &["push", "--quiet", "--no-verify", "origin", "old"]).ok();
    repo.git(["switch", "--quiet", "-c", "new"]).ok();
    stage(&repo, &[lock("L-3", "agent-c", "docs/**", "exclusive", None)]);
    repo.git(["commit", "--quiet", "-m", "more"]).ok();
    repo.git(["push", "origin", "new"]).ok();
    repo.git(["push", "origin", "old:again"]).ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    repo.git(["merge", "--quiet", "--no-edit", "new"]).ok();
    repo.git(["push", "origin", "main"]).ok();
    repo.git(["push", "origin", "--delete", "new"]).ok();
}

#[test]
fn a_policy_that_nobody_could_use_stays_here() {
    let sandbox = sandbox();
    let repo = shared(&sandbox);
    let path = ".agents/policy.toml";
    let policy = repo.read(path);
    let broken = policy.replace("# [merge]", "[merge]\nregistries = [\"docs/{a,b}.txt\"]\n#");
    unseen(&repo, &[(path.into(), broken)], "broken");
    let refused = repo
        .git(["push", "origin", "main"])
        .code(1)
        .says("record-unreadable: .agents/policy.toml: `merge.registries`: ");
    follow(&repo, &refused, "git lane validate")
        .code(1)
        .says("merge.registries");
    unseen(&repo, &[(path.into(), policy)], "mended");
    repo.git(["push", "origin", "main"]).ok();
}
