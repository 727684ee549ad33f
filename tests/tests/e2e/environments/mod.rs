//! Every command and every hook in every odd place: the expected word or refusal, and nothing lost.

mod places;
mod story;

use std::collections::BTreeSet;

use lane_testkit::Output;
use lane_testkit::Place;

use crate::sandbox;
use places::Odd;
use places::PLACES;
use story::STORY;
use story::Step;

/// Runs the story in one place and reports every line that ended otherwise than its row says.
#[track_caller]
fn check(name: &str) {
    let place = PLACES
        .iter()
        .find(|place| place.name == name)
        .expect("a row of PLACES");
    let sandbox = sandbox();
    let here = (place.make)(&sandbox).agent("agent-a");
    let before = heads(&here);
    let mut wrong = Vec::new();
    for step in STORY.iter().filter(|step| !place.skips.contains(&step.what)) {
        let line = if step.what == "after" {
            place.after
        } else {
            step.line
        };
        let output = here.sh(line);
        if let Some(fault) = fault(place, step, &output) {
            wrong.push(format!("[{}] {fault}\n{output}", step.what));
        }
    }
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    lost_nothing(&here, &before);
}

/// What is wrong with how a line ended.
fn fault(place: &Odd, step: &Step, output: &Output) -> Option<String> {
    let own = place.differs.iter().find(|row| row.0 == step.what);
    let ours = step.line.contains("git lane");
    let (code, says) = match (own, place.all) {
        (Some(row), _) => (row.1, row.2),
        (None, Some(all)) if ours => all,
        _ => (step.code, step.says),
    };
    // A hook that cannot judge refuses, whatever the reason.
    let code = if own.is_none() && code == 6 && step.what.starts_with("hook ") {
        1
    } else {
        code
    };
    let said = format!("{}{}", output.stdout, output.stderr);
    let broke = ["itself broke", "panicked", "backtrace", "not acceptable"];
    if let Some(word) = broke.iter().find(|word| said.contains(**word)) {
        return Some(format!("it says {word:?}"));
    }
    if output.code != code {
        return Some(format!("expected exit code {code}"));
    }
    if !said.contains(says) {
        return Some(format!("expected {says:?}"));
    }
    (ours && code != 0 && !output.stderr.contains("error: ")).then(|| "expected a line of error:".to_owned())
}

/// All local branches with their tips; nothing outside a repository.
fn heads(here: &Place<'_>) -> Vec<(String, String)> {
    let listed = here.git(["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads"]);
    let pairs = listed.stdout.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(name, oid)| (name.to_owned(), oid.to_owned()))
        .collect()
}

/// What was on a branch is on some branch still, and the repository is whole.
#[track_caller]
fn lost_nothing(here: &Place<'_>, before: &[(String, String)]) {
    for (name, oid) in before {
        let on = here.git(["branch", "--all", "--contains", oid]).ok();
        assert!(
            !on.stdout.trim().is_empty(),
            "{name} at {oid} is on no branch any more"
        );
    }
    // A symbolic ref of git's own that a rename left behind is no loss.
    here.git(["remote", "set-head", "origin", "--delete"]);
    if !before.is_empty() {
        here.git(["fsck", "--no-dangling"]).ok();
    }
}

#[test]
fn every_command_and_hook_has_a_step() {
    let mut known = commands();
    let pages = git_lane::docs::pages();
    let hooks = pages
        .iter()
        .find(|(path, _)| *path == "docs/hooks.md")
        .map(|(_, text)| text.as_str());
    let rows = hooks
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.strip_prefix("| `"));
    known.extend(
        rows.filter_map(|row| row.split('`').next())
            .map(|hook| format!("hook {hook}")),
    );
    assert!(
        known.contains("hook pre-push") && known.contains("task add"),
        "{known:?}"
    );
    let told: BTreeSet<String> = STORY.iter().map(|step| step.what.to_owned()).collect();
    let missing: Vec<_> = known.difference(&told).collect();
    assert!(missing.is_empty(), "STORY has no step for {missing:?}");
}

#[test]
fn every_place_names_steps_that_exist_and_has_a_test() {
    let names: Vec<&str> = PLACES.iter().map(|place| place.name).collect();
    assert_eq!(names, TESTED);
    for place in PLACES {
        let named = place.differs.iter().map(|row| row.0);
        for what in named.chain(place.skips.iter().copied()) {
            let known = STORY.iter().any(|step| step.what == what);
            assert!(known, "{}: no step {what}", place.name);
        }
    }
}

#[test]
fn lanes_of_a_submodule_lie_in_the_submodule_and_can_be_resumed_there() {
    let sandbox = sandbox();
    let linked = places::linked_to_submodule(&sandbox).agent("agent-a");
    linked.lane(["init", "--agents-md"]).ok();
    linked
        .git(["add", ".agents", ".gitattributes", "AGENTS.md", "docs"])
        .ok();
    linked.git(["commit", "--quiet", "-m", "policy"]).ok();
    linked.task("T-1", "src/**");
    let main = linked.at("../super/vendor/sub");
    let lane = linked.start("T-1");
    assert_eq!(
        lane.path(),
        main.path().canonicalize().expect("a path").join(".worktrees/T-1")
    );
    main.task("T-2", "docs/**");
    for _ in 0..2 {
        main.lane(["start", "--here", "T-2"]).ok();
    }
    linked.lane(["start", "T-2"]).fails().says("super/vendor/sub");
}

#[test]
fn a_worktree_of_a_bare_repository_shares_once_the_remotes_branches_are_followed() {
    let sandbox = sandbox();
    let linked = places::linked_to_bare(&sandbox).agent("agent-a");
    linked.lane(["init"]).ok();
    linked.git(["add", ".agents", ".gitattributes", "docs"]).ok();
    linked.git(["commit", "--quiet", "-m", "policy"]).ok();
    linked.git(["push", "--quiet", "origin", "main"]).ok();
    let refused = linked
        .lane(["sync"])
        .code(6)
        .says("does not follow origin's branches");
    linked.sh(&refused.hints()[0]).ok();
    linked.lane(["sync"]).ok().prints("published; both are at");
}

/// The commands that do something, by their full name.
fn commands() -> BTreeSet<String> {
    let root = git_lane::command();
    let mut found = BTreeSet::new();
    let mut open = vec![(String::new(), &root)];
    while let Some((path, command)) = open.pop() {
        if !command.has_subcommands() {
            found.insert(path.trim().to_owned());
        }
        let below = command.get_subcommands().filter(|sub| !sub.is_hide_set());
        open.extend(below.map(|sub| (format!("{path} {}", sub.get_name()), sub)));
    }
    found
}

/// A test per row of `PLACES`, and the list of their names.
macro_rules! tests {
    ($($test:ident $name:literal)*) => {
        const TESTED: &[&str] = &[$($name),*];
        $( #[test] fn $test() { check($name) } )*
    };
}

tests! {
    an_ordinary_clone "ordinary clone"
    no_remote_is_no_obstacle "no remote"
    a_linked_worktree_is_as_good_as_the_main_one "linked worktree"
    a_worktree_of_a_bare_repository_is_as_good_as_any "worktree of a bare repository"
    a_submodule_has_lanes_of_its_own "submodule"
    a_linked_worktree_of_a_submodule "worktree of a submodule"
    a_shallow_clone_works "shallow clone"
    a_partial_clone_works "partial clone"
    two_remotes_work "two remotes"
    a_clone_of_a_fork_works "clone of a fork"
    a_split_index_works "split index"
    a_sparse_index_works "sparse index"
    an_unborn_branch_starts_no_lane "unborn branch"
    a_detached_head_is_free_for_a_person "detached HEAD"
    a_bare_repository_is_refused "bare repository"
    a_bare_repository_with_the_state_can_be_asked "bare repository with the state"
    a_renamed_default_branch_is_named "renamed default branch"
    foreign_hooks_path_is_named "core.hooksPath set by somebody else"
    outside_any_repository_everything_says_so "outside any repository"
    without_state_everything_names_init "no state"
    reftable_is_named "reftable"
    sha256_is_named "sha256"
}
