//! What each CI host says, as it says it: events and variables, the host's merge commits, pushes, and the script.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::ci::checkout;
use crate::ci::pushed;
use crate::ci::shared;
use crate::ci::stray;
use crate::following::around;
use crate::gated::ran;
use crate::sandbox;

const NONE: &str = "0000000000000000000000000000000000000000";

/// On GitHub, with this event.
fn on_github(ci: &Place<'_>, name: &str, event: &str) -> Output {
    std::fs::write(ci.path().join(".git/event.json"), event).expect("the event");
    let path = ci.path().join(".git/event.json").display().to_string();
    ci.env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", name)
        .env("GITHUB_EVENT_PATH", &path)
        .lane(["gate", "--ci"])
}

fn pull(head: &str, from: &str) -> String {
    format!(
        r#"{{"pull_request": {{"base": {{"ref": "main", "repo": {{"full_name": "o/r"}}}},
            "head": {{"ref": "T-1", "sha": "{head}", "repo": {{"full_name": "{from}"}}}}}}}}"#
    )
}

/// A push to a branch of a repository whose default branch is main.
fn pushes(branch: &str, before: &str, after: &str) -> String {
    format!(
        r#"{{"ref": "refs/heads/{branch}", "before": "{before}", "after": "{after}", "repository": {{"default_branch": "main"}}}}"#
    )
}

/// The host's merge of the lane's branch into main, one commit deep, as GitHub checks it out; and the branch's tip.
fn merged<'s>(sandbox: &'s Sandbox, repo: &Place<'s>, lane: &Place<'_>) -> (Place<'s>, String) {
    let head = lane.rev("HEAD");
    repo.git(["switch", "--quiet", "--detach", "origin/main"]).ok();
    around(repo, &["merge", "--quiet", "--no-ff", "--no-edit", &head]).ok();
    around(
        repo,
        &["push", "--quiet", "--force", "origin", "HEAD:refs/heads/merged"],
    )
    .ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    (checkout(sandbox, "merged"), head)
}

#[test]
fn githubs_merge_of_a_pull_request_is_judged_by_the_branch_and_checked_as_merged() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    repo.commit("docs/guide.md", "landed\n", "landed").ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let (ci, head) = merged(&sandbox, &repo, &lane);
    let passed = on_github(&ci, "pull_request", &pull(&head, "o/r")).ok();
    // Of the merge only what the lane changes differs.
    passed.prints("1 path differs from ");
    assert_eq!(ran(&sandbox), "lint unit");
    let commit = stray(&lane, "README.md");
    let (ci, head) = merged(&sandbox, &repo, &lane);
    let refused = on_github(&ci, "pull_request", &pull(&head, "o/r")).code(1);
    let line = format!(
        "::error file=README.md,title=outside-scope::T-1 does not hold README.md (commit {})",
        &commit[..12]
    );
    refused.prints(&line);
    // The same from a fork is a person's work.
    on_github(&ci, "pull_request", &pull(&head, "x/r"))
        .ok()
        .prints("::warning file=src/a.rs,title=foreign-lock::");
}

#[test]
fn a_handed_off_lane_is_what_was_handed_off_also_behind_the_hosts_merge() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    lane.lane(["handoff", "--risk", "none", "--next", "review"]).ok();
    let (ci, head) = merged(&sandbox, &repo, &lane);
    on_github(&ci, "pull_request", &pull(&head, "o/r")).ok();
}

#[test]
fn a_push_to_the_integration_branch_is_judged_from_what_it_had_before() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    let before = repo.rev("origin/main");
    stray(&lane, "docs/guide.md");
    around(&repo, &["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let after = repo.rev("main");
    let ci = checkout(&sandbox, "main");
    let refused = on_github(&ci, "push", &pushes("main", &before, &after)).code(1);
    refused.says("T-1 does not hold docs/guide.md");
    // What was there before is not judged again; what lands is checked as a wave.
    repo.commit("docs/guide.md", "guide\n", "a person's").ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let ci = checkout(&sandbox, "main");
    on_github(&ci, "push", &pushes("main", &after, &repo.rev("main"))).ok();
    assert_eq!(ran(&sandbox), "lint unit whole");
}

#[test]
fn other_events_of_github_are_judged_too() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    stray(&lane, "docs/guide.md");
    pushed(&lane);
    let (ci, head) = (checkout(&sandbox, "T-1"), lane.rev("HEAD"));
    on_github(&ci, "push", &pushes("T-1", NONE, &head))
        .code(1)
        .says("T-1 does not hold docs/guide.md");
    let queue = format!(r#"{{"merge_group": {{"head_sha": "{head}", "base_ref": "refs/heads/main"}}}}"#);
    on_github(&ci, "merge_group", &queue)
        .code(1)
        .says("T-1 does not hold docs/guide.md");
    let main = checkout(&sandbox, "main");
    let whole = on_github(&main, "push", &pushes("main", NONE, &repo.rev("main"))).ok();
    whole
        .says("the branch is new")
        .prints("everything is checked: the branch is new");
    let schedule = r#"{"repository": {"default_branch": "main"}}"#;
    on_github(&main, "schedule", schedule)
        .ok()
        .prints("everything is checked: nothing differs from main");
    on_github(&main, "push", "{").code(6).says("error: ci-unclear: ");
}

#[test]
fn gitlabs_variables_say_the_same() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    stray(&lane, "docs/guide.md");
    pushed(&lane);
    let ci = checkout(&sandbox, "T-1")
        .env("GITLAB_CI", "true")
        .env("CI_DEFAULT_BRANCH", "main")
        .env("CI_COMMIT_SHA", &lane.rev("HEAD"))
        .env("CI_COMMIT_BEFORE_SHA", NONE);
    let request = ci
        .env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")
        .env("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "T-1")
        .env("CI_MERGE_REQUEST_PROJECT_ID", "7");
    let says = "T-1 does not hold docs/guide.md";
    let own = request.env("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "7");
    own.lane(["gate", "--ci"]).code(1).says(says);
    let fork = request.env("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "8");
    fork.lane(["gate", "--ci"]).ok().does_not_say(says);
    let branch = ci.env("CI_COMMIT_BRANCH", "T-1");
    branch.lane(["gate", "--ci"]).code(1).says(says);
    around(&repo, &["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let main = checkout(&sandbox, "main")
        .env("GITLAB_CI", "true")
        .env("CI_DEFAULT_BRANCH", "main")
        .env("CI_COMMIT_BRANCH", "main")
        .env("CI_COMMIT_BEFORE_SHA", &repo.rev("main~1"))
        .env("CI_COMMIT_SHA", &repo.rev("main"));
    main.lane(["gate", "--ci"]).code(1).says(says);
    // A schedule, or a person, began it: nothing is known to be new, and all is checked, with a base to compare with.
    let by_hand = main
        .env("CI_COMMIT_BEFORE_SHA", NONE)
        .lane(["gate", "--ci", "--json"])
        .ok();
    let by_hand = by_hand.does_not_say("the branch is new").does_not_say(says);
    let told = by_hand.json();
    assert_eq!(told["base"], repo.rev("main"));
    assert_eq!(told["everything"], "nothing differs from main");
}

#[test]
fn the_script_in_the_documentation_judges_a_branch() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/ci/ci.sh");
    let run = |ci: &Place<'_>| ci.env("BRANCH", "T-1").env("TARGET", "main").run("sh", [script]);
    run(&checkout(&sandbox, "T-1")).ok().prints("ok: ");
    stray(&lane, "docs/guide.md");
    pushed(&lane);
    run(&checkout(&sandbox, "T-1"))
        .code(1)
        .says("T-1 does not hold docs/guide.md");
}

#[test]
fn the_page_shows_the_files_as_they_are() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");
    let page = std::fs::read_to_string(format!("{root}/ci.md")).expect("the page");
    for name in ["github.yml", "gitlab.yml", "ci.sh"] {
        let text = std::fs::read_to_string(format!("{root}/ci/{name}")).expect("a file");
        let shown = format!("```\n{}```", text.replace("\r\n", "\n"));
        let lang = page.replace("```yaml\n", "```\n").replace("```sh\n", "```\n");
        assert!(
            lang.contains(&shown),
            "docs/ci.md does not show docs/ci/{name} as it is"
        );
    }
}
