//! A hint that is copied with the words that stand for the reader's own.

use crate::sandbox;

#[test]
fn what_is_copied_from_a_hint_is_refused_and_nothing_is_recorded() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    let before = repo.rev("refs/agents/state");
    for (line, said) in [
        ("release T-1 --why TEXT", "such as --why "),
        ("block T-1 --why=TEXT", "such as --why "),
        ("lock GLOB --objective x", "such as 'src/parser/**'"),
        ("lock docs --objective TEXT", "a line of your own words"),
        ("override PATH --why x", "a path"),
        ("task add TITLE --scope 'docs/**'", "what the task is about"),
        ("task add x --scope GLOB", "such as --scope "),
        (
            "task edit T-1 --add-accept TEXT --check true",
            "such as --add-accept ",
        ),
        ("task edit T-1 --accept x --check COMMAND", "such as --check "),
        ("task edit T-1 --area AREA", "such as --area "),
        ("checkpoint --done TEXT", "such as --done "),
        ("consult --source TEXT --query x", "such as --source "),
        ("handoff --cause TEXT --layer x --file y", "such as --cause "),
        ("note T-1 TEXT", "nothing was recorded"),
        ("show ID", "such as T-7k2m"),
        ("can VERB T-1", "such as claim"),
    ] {
        let refused = lane.sh(&format!("git lane {line}")).code(2);
        let refused = refused.says("error: placeholder: ").says(said);
        for hint in refused.hints() {
            lane.sh(&hint).ok();
        }
    }
    assert_eq!(repo.rev("refs/agents/state"), before);
    lane.lane(["note", "T-1", "TEXT is what the hint said"]).ok();
}

#[test]
fn a_lanes_commit_says_what_it_changes_and_a_persons_is_her_own() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.write("src/a.rs", "new\n");
    lane.git(["add", "--all"]).ok();
    let refused = lane.git(["commit", "--quiet", "-m", "TEXT"]).code(1);
    let refused = refused.says("error: placeholder: the subject is TEXT");
    lane.sh(&refused.hints()[0]).ok();
    let json = lane.env("GIT_LANE_FORMAT", "json");
    json.git(["commit", "--quiet", "-m", "TEXT"])
        .code(1)
        .says("\"id\":\"placeholder\"");
    lane.git(["commit", "--quiet", "-m", "parser: TEXT is read"]).ok();
    // Reworded it goes through, and one that an editor left so does not.
    lane.env("GIT_EDITOR", "printf 'TEXT\\n' >")
        .git(["commit", "--quiet", "--amend"])
        .code(1)
        .says("placeholder");
    repo.commit("notes.txt", "x\n", "TEXT").ok();
}
