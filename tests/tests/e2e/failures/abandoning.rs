//! What is given up: the changelog's entry, those that waited for it, and that nothing is deleted.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::state;
use super::worked;
use crate::following::follow;
use crate::sandbox;

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- a thing\n\n## [1.0.0]\n\n- old\n";
const ENTRY: &str = "- Abandoned T-1: work on src/\\*\\* (nobody wants it)\n";

/// T-1 in progress, where there is a changelog.
fn with_changelog(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let (repo, lane) = worked(sandbox);
    repo.person().commit("CHANGELOG.md", CHANGELOG, "changelog").ok();
    (repo, lane)
}

/// The changelog with the entry, and nothing else changed.
#[track_caller]
fn has_entry(repo: &Place<'_>) {
    let now = repo.read("CHANGELOG.md");
    let added = format!("{ENTRY}\n");
    assert!(
        now.contains(&format!("## [Unreleased]\n\n{added}### Added\n")),
        "{now}"
    );
    assert_eq!(now.replacen(&added, "", 1), CHANGELOG);
}

const ABANDON: [&str; 4] = ["abandon", "T-1", "--why", "nobody wants it"];

#[test]
fn on_the_integration_branch_the_entry_is_put_there_and_the_hint_commits_it() {
    for agent in [None, Some("boss")] {
        let sandbox = sandbox();
        let (repo, lane) = with_changelog(&sandbox);
        let here = agent.map_or_else(|| repo.person(), |name| repo.agent(name));
        here.write("notes.txt", "beside\n");
        let tip = lane.rev("HEAD");
        let given_up = here
            .lane(ABANDON)
            .ok()
            .prints(ENTRY)
            .says("its branch and worktree stay");
        has_entry(&repo);
        assert_eq!(state(&repo, "T-1"), ["abandoned", "-", "-"]);
        follow(&here, &given_up, "git commit -m 'T-1 is abandoned' -- ").ok();
        let changed = repo.git(["show", "--name-only", "--format=", "HEAD"]).ok();
        assert_eq!(changed.text(), "CHANGELOG.md");
        assert_eq!((repo.rev("T-1"), lane.has("src/a.rs")), (tip, true));
        // Once more says that it is there.
        here.lane(["abandon", "T-1", "--entry"]).ok().says("already");
        has_entry(&repo);
    }
}

#[test]
fn elsewhere_the_entry_is_printed_and_the_hint_leads_to_where_it_goes() {
    let cases: [(&str, &str, &str); 3] = [
        (".worktrees/T-1", "this is no checkout of main", "cd "),
        (".", "CHANGELOG.md is changed here", "git stash push -- "),
        (".aside", "this is no checkout of main", "cd "),
    ];
    for (place, why, begins) in cases {
        let sandbox = sandbox();
        let (repo, _) = with_changelog(&sandbox);
        repo.git(["worktree", "add", "--quiet", "--detach", ".aside"])
            .ok();
        if place == "." {
            repo.write("CHANGELOG.md", "# Mine\n");
        }
        let before = repo.read("CHANGELOG.md");
        let here = repo.at(place).agent("boss");
        let given_up = here.lane(ABANDON).ok().prints(ENTRY).says(why);
        assert_eq!(repo.read("CHANGELOG.md"), before);
        follow(&here, &given_up, begins).ok();
        has_entry(&repo);
    }
}

#[test]
fn what_is_hostile_in_a_title_or_a_reason_is_no_markdown() {
    let sandbox = sandbox();
    let (repo, _) = with_changelog(&sandbox);
    let title = "[x](http://e.vil) <img src=x> `a` **b** # c | ~d~ &lt; \\";
    repo.lane(["task", "add", title, "--id", "T-9", "--scope", "x/**"])
        .ok();
    let why = "_e_ ](f) \u{202e}";
    repo.lane(["abandon", "T-9", "--why", why]).fails();
    repo.lane(["abandon", "T-9", "--why", "_e_ ](f) <!-- g"]).ok();
    let now = repo.read("CHANGELOG.md");
    let line = now.lines().find(|line| line.contains("T-9")).expect("the entry");
    assert_eq!(
        line,
        "- Abandoned T-9: \\[x\\](http://e.vil) \\<img src=x\\> \\`a\\` \\*\\*b\\*\\* # c \\| \\~d\\~ \\&lt; \\\\ \
         (\\_e\\_ \\](f) \\<!-- g)"
    );
}

#[test]
fn those_that_waited_for_it_are_named_with_what_frees_them() {
    let sandbox = sandbox();
    let (repo, _) = worked(&sandbox);
    repo.lane([
        "task",
        "add",
        "next",
        "--id",
        "T-2",
        "--scope",
        "b/**",
        "--depends-on",
        "T-1",
    ])
    .ok();
    repo.task("T-3", "c/**");
    repo.lane(["block", "T-3", "--on", "T-1"]).ok();
    let given_up = repo
        .lane(ABANDON)
        .ok()
        .says("T-2 waits for T-1, which will never be done")
        .says("T-3 waits for T-1, which will never be done");
    repo.lane(["ready"]).code(3);
    follow(&repo, &given_up, "git lane task edit T-2 --remove-depends-on T-1").ok();
    follow(&repo, &given_up, "git lane unblock T-3").ok();
    let ready = repo.lane(["ready"]).ok();
    ready.prints("T-2").prints("T-3");
}

#[test]
fn what_is_abandoned_is_listed_apart_and_can_be_looked_at() {
    let sandbox = sandbox();
    let (repo, _) = worked(&sandbox);
    repo.lane(ABANDON).ok().says("main has no changelog");
    repo.lane(["task", "list"]).ok().says("no tasks");
    repo.lane(["task", "list", "--status", "abandoned"])
        .ok()
        .prints("T-1");
    assert!(
        repo.lane(["task", "list", "--status", "done"])
            .ok()
            .stdout
            .is_empty()
    );
    repo.lane(["board"])
        .ok()
        .prints("done or abandoned: 1")
        .prints("abandoned");
    let board = repo.lane(["board", "--json"]).ok().json();
    assert_eq!(board["done"][0]["abandoned"]["why"], "nobody wants it");
    repo.lane(["task", "show", "T-1"]).ok().prints("nobody wants it");
    repo.lane(["show", "T-1"]).ok().prints("abandon T-1");
    repo.lane(["abandon", "T-1", "--why", "again"])
        .code(3)
        .says("not-in-phase: T-1 is abandoned");
    repo.task("T-2", "b/**");
    let early = repo
        .lane(["abandon", "T-2", "--entry"])
        .code(3)
        .says("not-in-phase");
    follow(&repo, &early, "git lane abandon T-2 --why").ok();
}
