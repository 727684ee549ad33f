//! What lands of several lanes, or of a lane beside a person's commit: each lane's part by itself.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::published;
use crate::delivering::started;
use crate::following::around;
use crate::sandbox;

/// A published repository with tests, and two lanes that have a commit each: the first takes a test away if `removes`.
fn lanes(sandbox: &Sandbox, removes: bool) -> Place<'_> {
    let repo = published(sandbox);
    repo.stages(&[]);
    repo.write("tests/all.rs", "#[test]\nfn one() {}\n#[test]\nfn two() {}\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "tests"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    for (id, agent, scope) in [("T-1", "agent-a", "tests/**"), ("T-2", "agent-b", "src/**")] {
        repo.lane(["task", "add", "work", "--id", id, "--scope", scope])
            .ok();
        let lane = repo.agent(agent).start(id);
        let (path, text) = match id {
            "T-1" if removes => ("tests/all.rs", "#[test]\nfn one() {}\n"),
            "T-1" => ("tests/more.rs", "#[test]\nfn three() {}\n"),
            _ => ("src/fresh.rs", "mine\n"),
        };
        lane.commit(path, text, "work").ok();
    }
    repo
}

fn merge(repo: &Place<'_>, branch: &str) {
    around(repo, &["merge", "--quiet", "--no-ff", "--no-edit", branch]).ok();
}

fn land(repo: &Place<'_>) -> Output {
    repo.git(["push", "--quiet", "origin", "main"])
}

#[track_caller]
fn check(bring: fn(&Place<'_>)) {
    for removes in [true, false] {
        let sandbox = sandbox();
        let repo = lanes(&sandbox, removes);
        bring(&repo);
        match removes {
            true => land(&repo).code(1).says("error: removed-tests: "),
            false => land(&repo).ok().does_not_say("removed-tests"),
        };
    }
}

#[test]
fn a_defect_lands_behind_other_work_by_the_proof_that_it_was_handed_off_with() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    repo.stages(&[]);
    let policy = repo.read(".agents/policy.toml") + "\n[rule.defect-proof]\nlevel = \"refuse\"\n";
    repo.write(".agents/policy.toml", policy);
    repo.lane(["init", "--agents-md"]).ok();
    around(&repo, &["commit", "--quiet", "--all", "-m", "policy"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let check = "check = [\"grep\", \"-q\", \"right\", \"src/a.rs\"]\npurpose = [\"regression\"]";
    let contract = format!(
        "title = \"work\"\nkind = \"defect\"\nscope = [\"src/**\"]\n[acceptance.a1]\ntext = \"a\"\n{check}\n"
    );
    let lane = started(&repo, &contract);
    lane.commit("src/a.rs", "right\n", "mend").ok();
    lane.lane(["handoff"]).ok();
    repo.write("README.md", "meanwhile\n");
    around(&repo, &["commit", "--quiet", "--all", "-m", "meanwhile"]).ok();
    land(&repo).ok();
    merge(&repo, "T-1");
    land(&repo).ok().does_not_say("defect-proof");
}

#[test]
fn each_of_two_lanes_that_land_together_is_judged() {
    check(|repo| {
        merge(repo, "T-1");
        merge(repo, "T-2");
    });
}

#[test]
fn a_persons_commit_beside_a_lane_hides_nothing() {
    check(|repo| {
        merge(repo, "T-1");
        repo.write("README.md", "mine\n");
        repo.git(["add", "--all"]).ok();
        around(repo, &["commit", "--quiet", "-m", "mine"]).ok();
    });
}

#[test]
fn lanes_that_cannot_be_told_apart_keep_their_tests() {
    check(|repo| {
        around(repo, &["merge", "--quiet", "--no-ff", "--no-edit", "T-1", "T-2"]).ok();
    });
}

#[test]
fn a_person_takes_tests_away_beside_a_lane() {
    let sandbox = sandbox();
    let repo = lanes(&sandbox, false);
    merge(&repo, "T-2");
    // A lane holds them.
    repo.lane(["override", "tests/all.rs", "--why", "obsolete"]).ok();
    repo.write("tests/all.rs", "#[test]\nfn one() {}\n");
    around(&repo, &["commit", "--quiet", "--all", "-m", "mine"]).ok();
    land(&repo).ok().does_not_say("removed-tests");
}
