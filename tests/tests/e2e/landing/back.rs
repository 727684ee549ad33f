//! What does not land goes back to its author with the class and what was found, and main has not moved.

use lane_testkit::Place;

use super::phase;
use super::queued;
use super::swept;
use super::team;
use super::there;
use crate::following::around;
use crate::sandbox;

/// What the open verdict says of why it could not land.
fn class(repo: &Place<'_>, id: &str) -> String {
    let shown = repo.lane(["task", "show", id, "--json"]).ok();
    let value: serde_json::Value = serde_json::from_str(&shown.stdout).expect("JSON");
    value.to_string()
}

#[test]
fn a_textual_conflict_goes_back_with_its_files() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    let both = [
        ("T-1", "agent-a", "src/**", "src/one", "one\n"),
        ("T-2", "agent-b", "docs/**", "docs/two", "two\n"),
    ];
    queued(&repo, &both);
    // Somebody outside of the lanes wrote the same file.
    repo.person().git(["switch", "--quiet", "main"]).ok();
    repo.write("docs/two", "another\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "mine"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let before = there(&repo);
    let lander = repo.agent("agent-i");
    lander
        .lane(["land", "T-2"])
        .code(5)
        .says("T-2 cannot land (textual) and goes back to agent-b; main has not moved")
        .says("docs/two does not merge with main");
    assert_eq!(there(&repo), before);
    assert_eq!(phase(&repo, "T-2"), "in-progress");
    assert!(class(&repo, "T-2").contains("\"conflict\":\"textual\""));
    swept(&repo);
    // It holds up nobody.
    lander.lane(["land"]).ok().says("landed T-1");
}

/// A name that one lane changes, and another lane's use of the old one: each passes by itself.
const GATES: &str = "[check.linked]\nrung = 1\nrun = [\"sh\", \"-c\", \"for use in uses/*; do grep -q $(cat $use) api/names || { echo $use: unknown $(cat $use); exit 1; }; done\"]\n";

#[test]
fn a_drift_that_only_the_merged_tree_shows_goes_back_with_the_check_named() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    repo.write("api/names", "old\n");
    repo.write("uses/first", "ld\n");
    repo.write(".agents/gates.toml", GATES);
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "api"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    queued(
        &repo,
        &[
            ("T-1", "agent-a", "api/**", "api/names", "bold\n"),
            ("T-2", "agent-b", "uses/**", "uses/second", "^old\n"),
        ],
    );
    let lander = repo.agent("agent-i");
    lander.lane(["land", "T-1"]).ok();
    let before = there(&repo);
    lander
        .lane(["land", "T-2"])
        .code(5)
        .says("T-2 cannot land (interface)")
        .says("linked fails once it is merged with main")
        .says("uses/second: unknown ^old");
    assert_eq!(there(&repo), before);
    assert_eq!(phase(&repo, "T-2"), "in-progress");
    swept(&repo);
}

#[test]
fn a_check_of_what_is_generated_only_is_called_golden() {
    let sandbox = sandbox();
    let repo = team(
        &sandbox,
        "[generated.client]\nfiles = [\"web/**\"]\nfrom = [\"api/**\"]\n",
        "[check.fresh]\nrung = 1\nrun = [\"sh\", \"-c\", \"test \\\"$(cat web/client)\\\" = \\\"$(cat api/*)\\\"\"]\npaths = [\"web/**\", \"api/**\"]\nlevel = \"wave\"\n",
    );
    repo.write("api/a", "a\n");
    repo.write("web/client", "a\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "api"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    queued(&repo, &[("T-1", "agent-a", "api/**", "api/b", "b\n")]);
    repo.agent("agent-i")
        .lane(["land", "T-1"])
        .code(5)
        .says("T-1 cannot land (golden)");
}

#[test]
fn what_fails_on_main_itself_is_nobodys_fault() {
    let sandbox = sandbox();
    let repo = team(
        &sandbox,
        "",
        "[check.red]\nrung = 1\nrun = [\"false\"]\nlevel = \"wave\"\n",
    );
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let before = there(&repo);
    repo.agent("agent-i")
        .lane(["land", "T-1"])
        .code(5)
        .says("error: base-red: red fails on main itself");
    assert_eq!((phase(&repo, "T-1").as_str(), there(&repo)), ("queued", before));
    swept(&repo);
}
