//! Where the host merges: the branch is there, the text is printed, and `sync` sees the merge.

use super::alone::alone;
use super::elsewhere::host;
use super::phase;
use super::queued;
use super::swept;
use super::team;
use super::there;
use crate::following::around;
use crate::sandbox;

const HOST: &str = "[landing]\nvia = \"host\"\n";

#[test]
fn a_pull_request_is_told_and_nothing_moves_until_the_host_merges() {
    let sandbox = sandbox();
    let repo = team(&sandbox, HOST, "");
    let lane = queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]).remove(0);
    let (before, tip) = (there(&repo), lane.rev("T-1"));
    // Somebody tidied up there.
    repo.git(["push", "--quiet", "--no-verify", "origin", ":T-1"])
        .ok();
    let lander = repo.agent("agent-i");
    let told = lander.lane(["land"]).ok();
    assert!(told.stdout.starts_with("T-1: "), "{told}");
    let told = told
        .prints("Lane-Task: T-1")
        .says("open a pull request")
        .says("git lane sync");
    assert_eq!(told.hints(), [] as [&str; 0]);
    let listed = repo.git(["ls-remote", "origin", "refs/heads/T-1"]).ok();
    assert!(listed.text().starts_with(&tip), "{listed}");
    assert_eq!((phase(&repo, "T-1").as_str(), there(&repo)), ("queued", before));
    swept(&repo);
    let json = lander.lane(["land", "T-1", "--json"]).ok().json();
    assert_eq!(
        (&json["landed"], &json["tip"]),
        (&serde_json::Value::Null, &tip.as_str().into())
    );

    let host = host(&sandbox);
    host.git(["merge", "--quiet", "--squash", "origin/T-1"]).ok();
    host.git(["commit", "--quiet", "-m", "T-1 (#1)"]).ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    let told = repo.lane(["sync"]).ok().says("done T-1");
    told.prints("1 event published, 1 task closed; both are at");
    assert_eq!(phase(&repo, "T-1"), "done");
}

#[test]
fn what_the_host_was_asked_for_is_not_offered_again_while_it_waits() {
    let sandbox = sandbox();
    let repo = team(&sandbox, HOST, "");
    let lanes = queued(
        &repo,
        &[
            ("T-1", "agent-a", "src/**", "src/one", "one\n"),
            ("T-2", "agent-b", "lib/**", "lib/two", "two\n"),
        ],
    );
    let lander = repo.agent("agent-i");
    let next = |id: &str| {
        let told = lander.lane(["--role", "integrator", "next"]).ok();
        assert_eq!(told.hints(), [format!("git lane land {id}")]);
    };
    next("T-1");
    lander.lane(["land"]).ok().says("T-1 is on origin");
    next("T-2");
    lander.lane(["land"]).ok().says("T-2 is on origin");
    let idle = lander.lane(["--role", "integrator", "next"]).code(3);
    idle.says("2 at-host").says("hint: git lane sync");
    let idle = lander.lane(["land"]).code(3).says("2 at-host");
    assert_eq!(idle.hints(), ["git lane sync"]);
    // Named, it is told again.
    lander.lane(["land", "T-1"]).ok().prints("T-1");
    // What is handed off anew is another question.
    lanes[0].lane(["resume"]).ok();
    lanes[0].commit("src/more", "more\n", "more").ok();
    lanes[0].lane(["handoff"]).ok();
    next("T-1");
}

#[test]
fn the_command_that_opens_it_is_the_hosts_own() {
    let sandbox = sandbox();
    let repo = team(&sandbox, HOST, "");
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    // The name of the host stands in the URL; what is talked to is next door.
    let url = sandbox.path().join("origin.git").display().to_string();
    repo.git([
        "config",
        &format!("url.{url}.insteadOf"),
        "https://github.com/o/r.git",
    ])
    .ok();
    repo.git(["remote", "set-url", "origin", "https://github.com/o/r.git"])
        .ok();
    let told = repo.agent("agent-i").lane(["land", "T-1"]).ok();
    assert_eq!(
        told.hints(),
        [
            "git lane pr T-1 | tail -n +3 | gh pr create --base main --head T-1 --title 'T-1: work on src/**' --body-file -"
        ]
    );
}

#[test]
fn what_does_not_merge_goes_back_before_anybody_opens_anything() {
    let sandbox = sandbox();
    let repo = team(&sandbox, HOST, "");
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    repo.person().git(["switch", "--quiet", "main"]).ok();
    repo.write("src/one", "another\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "mine"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.agent("agent-i")
        .lane(["land", "T-1"])
        .code(5)
        .says("T-1 cannot land (textual)");
    assert_eq!(phase(&repo, "T-1"), "in-progress");
}

#[test]
fn without_a_remote_there_is_no_host() {
    let sandbox = sandbox();
    let (repo, _) = alone(&sandbox, HOST);
    repo.lane(["land", "T-1"]).code(1).says("no remote is shared");
}
