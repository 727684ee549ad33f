//! What stops a landing before anything is made: a freeze, a signature that is missing, a part that comes first.

use super::phase;
use super::queued;
use super::team;
use super::there;
use crate::sandbox;

#[test]
fn nothing_lands_while_it_is_frozen() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let lander = repo.agent("agent-i");
    let before = there(&repo);
    lander.lane(["freeze", "--why", "a release"]).ok().says("frozen");
    for line in [&["land"][..], &["land", "T-1"]] {
        lander
            .lane(line)
            .code(3)
            .says("error: landing-frozen: landings are frozen by agent-i")
            .says("a release");
    }
    assert_eq!((phase(&repo, "T-1").as_str(), there(&repo)), ("queued", before));
    for line in ["next", "plan-next", "status", "board"] {
        let said = lander.lane([line]);
        assert!(
            said.stderr.starts_with("warning: landings are frozen by agent-i"),
            "{said}"
        );
    }
    for line in ["next", "status", "board"] {
        let told = lander.lane([line, "--json"]).json();
        assert_eq!(told["frozen"]["why"], "a release", "{line}");
    }
    // By hand, neither.
    repo.git(["push", "--quiet", "origin", "T-1:main"])
        .code(1)
        .says("error: landing-frozen: ");
    lander
        .lane(["freeze", "--why", "again"])
        .code(3)
        .says("nothing-changes");
    lander.lane(["thaw", "--why", "it is out"]).ok();
    lander.lane(["land"]).ok().says("landed T-1");
}

#[test]
fn where_the_policy_wants_it_a_person_signs_what_lands() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "[landing]\nsign_off = true\n", "");
    let lanes = queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let lander = repo.agent("agent-i");
    let refused = lander.lane(["land", "T-1"]).code(3);
    refused.says("error: unsigned: ");
    lander.lane(["sign", "T-1"]).code(3).says("error: not-a-person");
    // Each is told what is theirs: the integrator to wait, the person to sign.
    lander
        .lane(["--role", "integrator", "next"])
        .code(3)
        .says("1 unsigned");
    lander
        .lane(["--role", "maintainer", "next"])
        .code(3)
        .says("1 not-a-person");
    let next = repo.person().lane(["next"]).ok().says("as maintainer");
    assert_eq!(next.hints(), ["git lane sign T-1"]);
    repo.person()
        .lane(["board", "--stale"])
        .ok()
        .does_not_say("git lane land");
    repo.person()
        .lane(["sign", "T-1"])
        .ok()
        .says("signed T-1 at")
        .says("git lane land T-1");
    let trail = lander.lane(["log", "--trail", "-n", "1"]).ok();
    assert!(trail.text().ends_with(", the own clone of agent-a"), "{trail}");
    // Another handoff needs it anew.
    lanes[0].lane(["resume"]).ok();
    lanes[0].commit("src/more", "more\n", "more").ok();
    lanes[0].lane(["handoff"]).ok();
    lander.lane(["land", "T-1"]).code(3).says("error: unsigned: ");
    repo.person().lane(["sign", "T-1"]).ok();
    lander.lane(["land", "T-1"]).ok().says("landed T-1");
}

#[test]
fn what_cannot_be_had_from_the_remote_lands_nothing() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let lander = repo.agent("agent-i");
    lander
        .lane(["--offline", "land", "T-1"])
        .code(2)
        .says("land without --offline");
    std::fs::rename(sandbox.path().join("origin.git"), sandbox.path().join("away")).expect("moved");
    lander.lane(["land", "T-1"]).code(4);
    std::fs::rename(sandbox.path().join("away"), sandbox.path().join("origin.git")).expect("moved");
    lander.lane(["land", "T-1"]).ok();
}
