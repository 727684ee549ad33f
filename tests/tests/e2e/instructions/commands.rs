//! Every command line that the section names, run as it stands in a repository of its own.

use std::collections::BTreeSet;

use lane_testkit::Place;

use crate::sandbox;

/// Who runs a line, and where.
#[derive(Clone, Copy)]
enum As {
    /// agent-a, in the main worktree.
    Agent,
    /// agent-a, in its lane.
    Lane,
    /// The person, in the main worktree.
    Person,
}

/// A line of the section, who runs it, the words for ID and OTHER, and a line that prepares it.
struct Step(&'static str, As, &'static str, &'static str, &'static str);

const TASKS: &str = "git lane task add 'the first' --id T-1 --scope 'src/**' --accept ok --check true && git lane task add 'the second' --id T-2 --scope 'docs/**' && git lane task add 'the third' --id T-3 --scope 'x/**'";
const EDIT: &str = "echo more >>src/a.rs";
const TASK_ADD: &str = "git lane task add TEXT --scope GLOB --out-of-scope GLOB --accept TEXT --check COMMAND --risk high --depends-on OTHER";

/// Mode B, in an order in which each line has something to do.
const OWN_BRANCHES: &[Step] = &[
    Step("git lane init --agents-md", As::Person, "", "", ""),
    Step("git lane preflight", As::Person, "", "", ""),
    Step("git lane policy show", As::Person, "", "", ""),
    Step(TASK_ADD, As::Person, "", "T-2", ""),
    Step("export GIT_LANE_AGENT=NAME", As::Person, "", "", ""),
    Step("git lane inbox", As::Agent, "", "", ""),
    Step("git lane ready", As::Agent, "", "", ""),
    Step("git lane task show ID", As::Agent, "T-1", "", ""),
    Step("git lane start ID", As::Agent, "T-1", "", ""),
    Step("git add PATH", As::Lane, "", "", EDIT),
    Step("git commit -m TEXT", As::Lane, "", "", ""),
    Step("git push origin BRANCH", As::Lane, "", "", ""),
    Step(
        "git lane checkpoint --done TEXT --pending TEXT --next COMMAND",
        As::Lane,
        "",
        "",
        "",
    ),
    Step("git lane lock GLOB --objective TEXT", As::Lane, "", "", ""),
    Step("git lane rules RULE", As::Lane, "", "", ""),
    Step(
        "git lane consult --source SOURCE --query TEXT",
        As::Lane,
        "",
        "",
        "",
    ),
    Step(
        "git lane block ID --on OTHER",
        As::Lane,
        "T-3",
        "T-2",
        "git lane claim T-3",
    ),
    Step("git lane block ID --why TEXT", As::Lane, "T-1", "", ""),
    Step("git lane note ID TEXT", As::Lane, "T-1", "", ""),
    Step("git lane unblock ID", As::Lane, "T-1", "", ""),
    Step("git lane resume ID", As::Lane, "T-1", "", ""),
    Step("git lane resume", As::Lane, "", "", ""),
    Step("git lane status", As::Lane, "", "", ""),
    Step("git lane check", As::Lane, "", "", ""),
    Step("git lane gate", As::Lane, "", "", ""),
    Step("git lane help handoff", As::Lane, "", "", ""),
    Step("git lane handoff --risk TEXT --next TEXT", As::Lane, "", "", ""),
    Step("git lane review ID", As::Person, "T-1", "", ""),
    Step(
        "git lane test ID",
        As::Person,
        "T-1",
        "",
        "git lane review T-1 --approve",
    ),
    Step("git lane test ID --pass", As::Person, "T-1", "", ""),
    Step("git lane land ID", As::Person, "T-1", "", ""),
];

/// Mode A.
const ONE_BRANCH: &[Step] = &[
    Step("git lane init --agents-md", As::Person, "", "", ""),
    Step("git lane preflight", As::Person, "", "", ""),
    Step("git lane policy show", As::Person, "", "", ""),
    Step(TASK_ADD, As::Person, "", "T-2", ""),
    Step("export GIT_LANE_AGENT=NAME", As::Person, "", "", ""),
    Step("git lane inbox", As::Agent, "", "", ""),
    Step("git lane ready", As::Agent, "", "", ""),
    Step("git lane task show ID", As::Agent, "T-3", "", ""),
    Step(
        "git lane consult --source SOURCE --query TEXT",
        As::Agent,
        "",
        "",
        "git lane claim T-1",
    ),
    Step("git diff -- PATH", As::Agent, "", "", EDIT),
    Step(
        "git lane checkpoint ID --done TEXT --pending TEXT --next COMMAND",
        As::Agent,
        "T-1",
        "",
        "",
    ),
    Step("git lane lock GLOB --objective TEXT", As::Agent, "", "", ""),
    Step("git lane rules RULE", As::Agent, "", "", ""),
    Step(
        "git lane block ID --on OTHER",
        As::Agent,
        "T-3",
        "T-2",
        "git lane claim T-3",
    ),
    Step("git lane block ID --why TEXT", As::Agent, "T-1", "", ""),
    Step("git lane note ID TEXT", As::Agent, "T-1", "", ""),
    Step("git lane unblock ID", As::Agent, "T-1", "", ""),
    Step("git lane resume ID", As::Agent, "T-1", "", ""),
    Step("git lane status", As::Agent, "", "", ""),
    Step("git lane gate --rung 1", As::Agent, "", "", ""),
    Step("git lane release ID --why TEXT", As::Agent, "T-1", "", ""),
    Step("git lane claim ID", As::Person, "T-1", "", ""),
    Step(
        "git commit -m TEXT --trailer 'Lane-Task: ID' -- PATH",
        As::Person,
        "T-1",
        "",
        "",
    ),
    Step(
        "git lane done ID",
        As::Person,
        "T-1",
        "",
        "git push --quiet origin main",
    ),
];

/// The lines of a section that are commands: code spans that begin with a word of a command.
fn named(section: &str) -> BTreeSet<String> {
    let spans = section.split('`').skip(1).step_by(2);
    let is_command = |span: &&str| {
        ["git ", "cd ", "export "]
            .iter()
            .any(|word| span.starts_with(word))
            && *span != "git lane"
    };
    spans.filter(is_command).map(str::to_owned).collect()
}

/// Plays the lines and says which the section names besides.
#[track_caller]
fn check(mode: &str, steps: &[Step]) {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.lane(["init"]).ok();
    repo.sh(&format!(
        "sed -i 's/^mode = \"B\"/mode = \"{mode}\"/' .agents/policy.toml && printf '[check.a]\\nrung = 1\\nrun = [\"true\"]\\n' >.agents/gates.toml && git lane init --agents-md && git add -A && git commit -qm policy && git init -q --bare ../hub.git && git remote add origin \"$PWD/../hub.git\" && git push -q origin main && git lane sync && {TASKS}"
    ))
    .ok();
    let section = repo.read("AGENTS.md");
    let told: BTreeSet<String> = steps.iter().map(|step| step.0.to_owned()).collect();
    assert_eq!(named(&section), told, "what the section names, and what is run");
    let agent = repo.agent("agent-a");
    for Step(line, who, id, other, before) in steps {
        let here: Place<'_> = match who {
            As::Agent => agent.at("."),
            As::Lane => agent.at(".worktrees/T-1"),
            As::Person => repo.person(),
        };
        if !before.is_empty() {
            here.sh(before).ok();
        }
        here.sh(&filled(line, id, other)).ok();
    }
    if mode == "B" {
        agent
            .git(["log", "--format=%B", "origin/main"])
            .ok()
            .prints("Lane-Task: T-1");
    }
    assert!(repo.lane(["show", "T-1"]).ok().stdout.contains("done"));
}

/// A line with its capital words filled in, as its reader would.
fn filled(line: &str, id: &str, other: &str) -> String {
    [
        ("NAME", "agent-a"),
        ("OTHER", other),
        ("BRANCH", "T-1"),
        ("TEXT", "'some words'"),
        ("GLOB", "'lib/**'"),
        ("PATH", "'src/a.rs'"),
        ("COMMAND", "true"),
        ("SOURCE", "docs.rs"),
        ("RULE", "outside-scope"),
        (
            "GIT_LANE_AGENT=agent-a",
            "GIT_LANE_AGENT=agent-a && git lane status | grep 'you are agent-a'",
        ),
        ("ID", id),
    ]
    .iter()
    .fold(line.to_owned(), |line, (word, value)| line.replace(word, value))
}

#[test]
fn each_line_works_as_it_stands_where_lanes_have_branches() {
    check("B", OWN_BRANCHES);
}

#[test]
fn each_line_works_as_it_stands_where_all_share_a_branch() {
    check("A", ONE_BRANCH);
}
