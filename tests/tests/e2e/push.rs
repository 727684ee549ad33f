//! What may leave the clone: ranges by destination, lanes by their own scope, the state, the integration branch.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::around;
use crate::following::follow;
use crate::sandbox;

/// A lane for `src/**` with a commit in scope, and two empty remotes beside the repository.
fn lane<'s>(sandbox: &'s Sandbox, policy: &str) -> Place<'s> {
    let repo = sandbox.lanes("r");
    repo.stages(&[]);
    let text = repo.read(".agents/policy.toml");
    repo.commit(".agents/policy.toml", &format!("{text}{policy}\n"), "more policy")
        .ok();
    repo.tell();
    for name in ["origin", "other"] {
        sandbox
            .at(".")
            .git(["init", "--quiet", "--bare", &format!("{name}.git")])
            .ok();
        let url = sandbox.path().join(format!("{name}.git"));
        repo.git(["remote", "add", name, &url.to_string_lossy()]).ok();
        around(&repo, &["push", "--quiet", name, "main"]).ok();
    }
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    lane
}

/// A commit that no hook saw, with a message of its own.
fn unseen(lane: &Place<'_>, path: &str, message: &str) {
    lane.write(path, message);
    lane.git(["add", "--", path]).ok();
    around(lane, &["commit", "--quiet", "-m", message]).ok();
}

fn outside(push: Output, path: &str) -> Output {
    push.code(1)
        .says(&format!("error: outside-scope: T-1 does not hold {path}"))
}

fn push(place: &Place<'_>, args: &[&str]) -> Output {
    place.git([&["push", "--quiet"], args].concat())
}

#[test]
fn a_branch_is_judged_when_it_is_new_grown_and_rewritten() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    push(&lane, &["origin", "T-1"]).ok();
    lane.commit("src/b.rs", "mine\n", "mine too").ok();
    push(&lane, &["origin", "T-1"]).ok();
    unseen(&lane, "docs/guide.md", "stray");
    let refused = outside(push(&lane, &["origin", "T-1"]), "docs/guide.md");
    let commit = lane.rev("HEAD");
    refused.says(&format!("(commit {})", &commit[..12]));
    lane.git(["reset", "--quiet", "--hard", "HEAD~2"]).ok();
    lane.commit("src/c.rs", "mine\n", "another way").ok();
    push(&lane, &["--force", "origin", "T-1"]).ok();
    unseen(&lane, "docs/guide.md", "stray");
    outside(push(&lane, &["--force", "origin", "T-1"]), "docs/guide.md");
    push(&lane, &["origin", ":T-1"]).ok();
}

#[test]
fn what_slipped_through_before_is_found_by_the_net_difference_until_it_is_repaired() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    unseen(&lane, "docs/guide.md", "stray");
    around(&lane, &["push", "--quiet", "origin", "T-1"]).ok();
    lane.commit("src/b.rs", "mine\n", "mine too").ok();
    let refused = outside(push(&lane, &["origin", "T-1"]), "docs/guide.md").does_not_say("(commit");
    follow(&lane, &refused, "git lane task show").ok();
    lane.commit("docs/guide.md", "guide\n", "put back").ok();
    push(&lane, &["origin", "T-1"]).ok();
}

#[test]
fn every_way_to_name_the_push_is_judged_alike() {
    let ways: [&[&str]; 8] = [
        &["origin", "T-1"],
        &["origin", "HEAD"],
        &["origin", "HEAD~0:refs/heads/T-1"],
        &["origin", "--all"],
        &["origin", "--mirror"],
        &["--atomic", "origin", "main", "T-1"],
        &["../../../origin.git", "T-1"],
        &["other", "T-1"],
    ];
    for way in ways {
        let sandbox = sandbox();
        let lane = lane(&sandbox, "");
        unseen(&lane, "docs/guide.md", "stray");
        // What one remote has is no excuse for another.
        let refused = outside(push(&lane, way), "docs/guide.md");
        assert_eq!(
            lane.git(["ls-remote", "--heads", "origin", "T-1"]).ok().stdout,
            "",
            "{refused}"
        );
        lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
        push(&lane, way).ok();
    }
}

#[test]
fn one_remotes_word_does_not_count_at_another() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    unseen(&lane, "docs/guide.md", "stray");
    around(&lane, &["push", "--quiet", "origin", "T-1"]).ok();
    outside(push(&lane, &["other", "T-1"]), "docs/guide.md").says("(commit");
}

#[test]
fn a_lane_is_a_lane_whoever_pushes_it() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    let person = lane.at("../..").person();
    push(&person, &["origin", "T-1"]).ok();
    unseen(&lane, "docs/guide.md", "stray");
    outside(push(&person, &["origin", "T-1"]), "docs/guide.md");
}

#[test]
fn a_lanes_commit_is_judged_by_its_task_wherever_it_goes() {
    for trailer in ["\n\nLane-Task: T-1", "\n\nLane-Task: T-404", ""] {
        for to in ["other", "main"] {
            let sandbox = sandbox();
            let lane = lane(&sandbox, "");
            unseen(&lane, "docs/guide.md", &format!("stray{trailer}"));
            outside(
                push(&lane, &["origin", &format!("HEAD:refs/heads/{to}")]),
                "docs/guide.md",
            );
        }
    }
}

#[test]
fn a_trailer_that_names_no_task_does_not_take_a_commit_off_its_lane() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    unseen(&lane, "docs/guide.md", "stray\n\nLane-Task: T-404");
    outside(push(&lane, &["origin", "T-1"]), "docs/guide.md").says("(commit");
}

#[test]
fn a_person_lands_a_lane_beside_work_of_their_own_but_not_over_landed_work() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    let main = lane.at("../..").person();
    main.commit("docs/guide.md", "landed\n", "landed").ok();
    main.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    push(&main, &["origin", "main"]).ok();
    lane.git(["merge", "--quiet", "--ff-only", "main"]).ok();
    lane.commit("src/b.rs", "more\n", "more").ok();
    main.commit("docs/guide.md", "landed again\n", "landed again")
        .ok();
    push(&main, &["origin", "main"]).ok();
    main.git(["switch", "--quiet", "--detach", "T-1"]).ok();
    main.git(["merge", "--quiet", "-s", "ours", "--no-edit", "main"])
        .ok();
    outside(push(&main, &["origin", "HEAD:main"]), "docs/guide.md");
}

#[test]
fn a_tag_of_a_lanes_work_passes() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    lane.git(["tag", "light"]).ok();
    lane.git(["tag", "-a", "-m", "heavy", "heavy"]).ok();
    push(&lane, &["origin", "--tags"]).ok();
    push(&lane, &["--follow-tags", "origin", "T-1"]).ok();
}

#[test]
fn a_merge_that_took_ours_over_landed_work_is_found() {
    for fetched in [true, false] {
        let sandbox = sandbox();
        let lane = lane(&sandbox, "");
        let person = lane.at("../..").person();
        person.commit("docs/guide.md", "landed\n", "landed").ok();
        if fetched {
            push(&person, &["origin", "main"]).ok();
        }
        lane.git(["merge", "--quiet", "-s", "ours", "--no-edit", "main"])
            .ok();
        outside(push(&lane, &["origin", "T-1"]), "docs/guide.md");
        lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
        lane.git(["merge", "--quiet", "--no-edit", "main"]).ok();
        let brought = push(&lane, &["origin", "T-1"]).code(i32::from(!fetched));
        if !fetched {
            // What is on the integration branch of this clone alone goes first, as the hint says.
            follow(&lane, &brought, "git push -- origin main").ok();
            push(&lane, &["origin", "T-1"]).ok();
        }
    }
}

#[test]
fn the_former_holder_of_a_reclaimed_lane_is_refused() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    let lock = lane.lane(["locks", "--json"]).ok().json()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    sandbox.advance(3 * 3600);
    let other = lane.at("../..").agent("agent-b");
    other.lane(["reclaim", &lock, "--note", "gone"]).ok();
    other.lane(["claim", "T-1"]).ok();
    let refused = push(&lane, &["origin", "T-1"])
        .code(1)
        .says("error: stale-fence: T-1 is held by agent-b");
    follow(&lane, &refused, "git lane log").ok();
    push(&other, &["origin", "T-1"]).ok();
}

#[test]
fn the_state_only_grows() {
    let state = "refs/agents/state:refs/agents/state";
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    push(&lane, &["origin", state]).ok();
    lane.task("T-2", "docs/**");
    push(&lane, &["origin", state]).ok();
    let there = |expected: &str| {
        let line = lane.git(["ls-remote", "origin", "refs/agents/state"]).ok().stdout;
        assert!(line.starts_with(expected), "{line}");
    };
    let tip = lane.rev("refs/agents/state");
    for args in [
        ["--force", "origin", "refs/agents/state~1:refs/agents/state"],
        ["--force", "origin", "main:refs/agents/state"],
        ["--delete", "origin", "refs/agents/state"],
    ] {
        push(&lane, &args)
            .code(1)
            .says("error: state-rewrite: the push would");
        there(&tip);
    }
}

#[test]
fn the_integration_branch_is_the_integrators_where_the_policy_says_so() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "[roles]\nintegrator = [\"person:*\"]\n");
    let main = lane.at("../..");
    main.person().commit("README.md", "landed\n", "landed").ok();
    for refspec in ["main", "T-1:main", "+main~2:main", ":main"] {
        push(&main, &["origin", refspec])
            .code(1)
            .says("error: integration-guarded: ")
            .says("agent-a");
    }
    push(&main, &["origin", "T-1"]).ok();
    push(&main.person(), &["origin", "main"]).ok();
}

#[test]
fn the_branch_of_a_task_that_is_done_is_still_its_branch() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "");
    let main = lane.at("../..").person();
    main.git(["merge", "--quiet", "--ff-only", "T-1"]).ok();
    around(&main, &["push", "--quiet", "origin", "main"]).ok();
    lane.lane(["done", "T-1"]).ok();
    unseen(&lane, "docs/guide.md", "stray");
    outside(push(&lane, &["origin", "T-1"]), "docs/guide.md");
    push(&main, &["origin", "main"]).ok();
}

#[test]
fn json_is_one_line_and_stdout_is_gits() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, "").env("GIT_LANE_FORMAT", "json");
    let refused = lane.commit("docs/guide.md", "changed\n", "stray").code(1);
    assert_eq!(
        (refused.stdout.as_str(), refused.stderr.lines().count()),
        ("", 1),
        "{refused}"
    );
    unseen(&lane, "docs/guide.md", "stray");
    let pushed = lane.git(["push", "--porcelain", "origin", "T-1"]).code(1);
    assert_eq!(pushed.stdout, "");
    for (output, hook) in [(refused, "pre-commit"), (pushed, "pre-push")] {
        let lines: Vec<serde_json::Value> = output
            .stderr
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        assert_eq!(lines.len(), 1, "{output}");
        let word = &lines[0];
        assert_eq!(
            (word["hook"].as_str(), word["ok"].as_bool()),
            (Some(hook), Some(false))
        );
        assert_eq!(word["findings"][0]["id"], "outside-scope");
        assert_eq!(word["findings"][0]["path"], "docs/guide.md");
        assert!(
            word["hints"][0]
                .as_str()
                .unwrap()
                .starts_with("git lane lock docs/guide.md"),
            "{word}"
        );
    }
    lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    let passed = lane.git(["push", "--porcelain", "origin", "T-1"]).ok();
    let kinds: Vec<&str> = passed
        .stdout
        .lines()
        .map(|line| line.split(['\t', ' ']).next().unwrap())
        .collect();
    assert_eq!(kinds, ["To", "*", "Done"], "{passed}");
    assert!(!passed.stderr.contains('{'), "{passed}");
}

#[test]
fn what_a_push_did_not_look_into_is_said_in_json_too() {
    let sandbox = sandbox();
    let (_, lane) = crate::delivering::worked(&sandbox);
    lane.commit("src/large.txt", &"x\n".repeat(4_200_000), "large")
        .ok();
    lane.lane(["--offline", "handoff", "--risk", "none", "--next", "review"])
        .ok();
    lane.env("GIT_LANE_FORMAT", "json")
        .git(["push", "--quiet", "origin", "T-1"])
        .ok()
        .says(r#""unseen":["not looked into for tests and entries, longer than 8 MiB: src/large.txt"]"#);
}
