//! `doctor`: one line when all is well; for each ill, what it hints mends it.

use lane_testkit::Output;
use lane_testkit::Place;

use crate::sandbox;

/// An ill: its name, the line that makes it, and what doctor says.
type Ill = (&'static str, &'static str, &'static str);

const ILLS: &[Ill] = &[
    (
        "a hook is missing",
        "rm .git/hooks/pre-commit",
        "hooks: pre-commit is missing",
    ),
    ("all hooks are missing", "rm -r .git/hooks", "pre-push is missing"),
    (
        "a hook is outdated",
        "sed -i '2s/version 1/version 0/' .git/hooks/pre-push",
        "pre-push is of another version",
    ),
    (
        "a hook is for another binary",
        "sed -i \"s|^lane=.*|lane='/gone/git-lane'|\" .git/hooks/commit-msg",
        "commit-msg is of another version or binary",
    ),
    (
        "a hook is not executable",
        "chmod -x .git/hooks/pre-commit",
        "pre-commit",
    ),
    (
        "a hook is foreign",
        "printf '#!/bin/sh\\nexit 0\\n' >.git/hooks/pre-commit && chmod +x .git/hooks/pre-commit",
        "pre-commit is somebody else's",
    ),
    (
        "a hook is a link to nothing",
        "ln -sf /nowhere .git/hooks/pre-commit",
        "pre-commit",
    ),
    (
        "core.hooksPath, relative",
        "git config core.hooksPath .husky/_",
        "core.hooksPath is \".husky/_\" by this clone's",
    ),
    (
        "core.hooksPath, absolute",
        "git config core.hooksPath /nowhere",
        "core.hooksPath is \"/nowhere\"",
    ),
    (
        "core.hooksPath, global",
        "git config --global core.hooksPath ~/hooks",
        "by another configuration file",
    ),
    (
        "core.hooksPath, of the worktree",
        "git config extensions.worktreeConfig true && git config --worktree core.hooksPath .husky",
        "core.hooksPath is \".husky\"",
    ),
    (
        "the driver is missing",
        "git config --remove-section merge.git-lane",
        "not registered in this clone",
    ),
    (
        "the driver is another's",
        "git config merge.git-lane.driver 'old %O %A %B'",
        "the merge driver is somebody else's command",
    ),
    (
        "the driver is for a binary that is gone",
        "git config merge.git-lane.driver \"$(git config merge.git-lane.driver | sed \"s|^lane='[^']*'|lane='/gone/git-lane'|\")\"",
        "registered for another binary, /gone/git-lane, which is not there",
    ),
    (
        "the driver is an older one",
        "git config merge.git-lane.driver \"$(git config merge.git-lane.driver | sed 's|--base-label=%S ||')\"",
        "the merge driver is of another version",
    ),
    (
        "the policy names more than the attributes",
        "printf '[merge]\\nregistries = [\"a b.txt\"]\\n' >>.agents/policy.toml && git commit -qam x",
        "names the merge driver otherwise than `merge` of the policy",
    ),
    (
        "the policy names less than the attributes",
        "printf '[merge]\\nchangelogs = []\\n' >>.agents/policy.toml && git commit -qam x",
        "names the merge driver otherwise than `merge` of the policy",
    ),
    (
        "a later line says otherwise",
        "echo 'CHANGELOG.md merge=union' >>.gitattributes && git commit -qam x",
        "git merges CHANGELOG.md by \"union\" in this worktree: a later line of .gitattributes",
    ),
    (
        "info/attributes says otherwise",
        "echo '*.toml -merge' >.git/info/attributes",
        "git takes our side of .agents/policy.toml and reports a conflict in this worktree: info/attributes says",
    ),
    (
        "a folder's .gitattributes says otherwise",
        "printf '*.toml !merge\\n' >.agents/.gitattributes && git add .agents && git commit -qm x",
        "git merges .agents/policy.toml as text in this worktree",
    ),
    (
        "info/attributes overrules a later line",
        "echo 'CHANGELOG.md merge=union' >>.gitattributes && git commit -qam x && echo 'CHANGELOG.md -merge' >.git/info/attributes",
        "git takes our side of CHANGELOG.md and reports a conflict in this worktree: info/attributes says",
    ),
    (
        "our section was taken out",
        "sed -i '/git-lane: begin/,/git-lane: end/d' .gitattributes",
        "as text in this worktree: its .gitattributes lacks the section that is committed",
    ),
    (
        "our section was taken out on a branch",
        "git switch -qc aside && sed -i '/git-lane: begin/,/git-lane: end/d' .gitattributes && git commit -qam x",
        "as text in this worktree: its .gitattributes lacks our section",
    ),
    (
        "our section was taken out, which is not pushed",
        "git init -q --bare ../hub.git && git remote add origin ../hub.git && git push -q origin main && sed -i '/git-lane: begin/,/git-lane: end/d' .gitattributes && git commit -qam x",
        "as text in this worktree: its .gitattributes lacks our section",
    ),
    (
        "the checkout is older than the attributes",
        "git switch -q -c old HEAD~1",
        "it lacks .gitattributes of main",
    ),
    (
        "the attribute is missing",
        "git rm -q .gitattributes && git commit -qm x",
        ".gitattributes on main does not name",
    ),
    (
        "the attribute is not committed",
        "git rm -q .gitattributes && git commit -qm x && git lane init",
        ".gitattributes on main does not name",
    ),
    (
        "the policy is missing",
        "git rm -rq .agents && git commit -qm x",
        "policy.toml is not on main",
    ),
    (
        "the policy is not committed",
        "sed -i 's/^total = 6/total = 5/' .agents/policy.toml",
        "policy here: the policy in this worktree is not the one in force on main: commit it",
    ),
    (
        "the state is gone",
        "git update-ref -d refs/agents/state",
        "there is no refs/agents/state",
    ),
    (
        "the branch was renamed",
        "git branch -m main trunk",
        "lanes land on main, and there is no such branch here",
    ),
    (
        "a lock was left",
        "touch -d '2 minutes ago' .git/refs/agents/state.lock",
        "left by a killed one",
    ),
    (
        "nobody is known",
        "git config --global --unset user.email && git config --global --unset user.name && git config --global user.useConfigOnly true",
        "git does not know who you are",
    ),
];

/// Follows the first hint until doctor is content; one that is refused names the next step itself.
#[track_caller]
fn follow(repo: &Place<'_>, name: &str) {
    for _ in 0..4 {
        let seen = repo.lane(["doctor"]);
        if seen.code == 0 {
            assert_eq!(seen.stdout.lines().count(), 1, "{name}: {seen}");
            return;
        }
        let mended = first_hint(repo, &seen);
        if mended.code != 0 {
            assert_eq!(first_hint(repo, &mended).code, 0, "{name}\n{seen}\n{mended}");
        }
    }
    panic!("{name}: not mended\n{}", repo.lane(["doctor"]));
}

#[track_caller]
fn first_hint(repo: &Place<'_>, seen: &Output) -> Output {
    let hints = seen.hints();
    assert!(!hints.is_empty(), "no hint\n{seen}");
    repo.sh(&hints[0].replace("YOU", "pat"))
}

#[track_caller]
fn check((name, line, says): &Ill) {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.lane(["doctor"]).ok().prints("ok: ");
    repo.sh(line).ok();
    let seen = repo.lane(["doctor"]).code(1).says(says);
    let json = repo.lane(["doctor", "--json"]).code(1).json();
    assert_eq!(json["ok"], false, "{name}: {seen}");
    follow(&repo, name);
    repo.lane(["verify", "--full"]).ok();
}

macro_rules! ills {
    ($($test:ident $range:expr;)*) => { $( #[test] fn $test() { ILLS[$range].iter().for_each(check); } )* };
}

ills! {
    what_ails_hooks_is_mended_by_the_hint 0..7;
    what_ails_hooks_path_is_mended_by_the_hint 7..11;
    what_ails_the_driver_is_mended_by_the_hint 11..15;
    what_ails_the_attributes_is_mended_by_the_hint 15..27;
    what_ails_policy_and_state_is_mended_by_the_hint 27..31;
    what_ails_the_surroundings_is_mended_by_the_hint 31..33;
}

#[test]
fn every_ill_is_looked_at() {
    assert_eq!(ILLS.len(), 33);
}

#[test]
fn json_of_a_healthy_repository_names_every_check() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let seen = repo.lane(["doctor", "--json"]).ok().json();
    let checks = seen["checks"].as_array().expect("a list");
    assert!(
        seen["ok"] == true && checks.len() >= 10 && checks.iter().all(|check| check["ok"] == true),
        "{seen}"
    );
}

#[test]
fn attributes_are_mended_where_the_integration_branch_is_checked_out() {
    for (before, folder) in [
        ("git switch -q -c aside", "r"),
        ("git worktree add -q -b aside ../linked", "linked"),
    ] {
        let sandbox = sandbox();
        let repo = sandbox.lanes("r");
        repo.sh(
            "printf '[merge]\\nregistries = [\"w.txt\"]\\n' >>.agents/policy.toml && git commit -qam words",
        )
        .ok();
        repo.sh(before).ok();
        let here = sandbox.at(folder);
        let seen = here.lane(["doctor"]).code(1).says("attributes: ");
        here.sh(&seen.hints()[0]).ok();
        let main = repo.git(["show", "main:.gitattributes"]).ok();
        assert!(main.stdout.contains("/w.txt merge=git-lane\n"), "{main}");
        // The branch aside lacks it until it has merged it.
        here.git(["switch", "--quiet", "aside"]);
        let seen = here
            .lane(["doctor"])
            .code(1)
            .says("git merges w.txt as text in this worktree");
        here.sh(&seen.hints()[0]).ok();
        here.lane(["doctor"]).ok();
    }
}

#[test]
fn a_fresh_clone_is_told_that_its_merges_are_gits() {
    let sandbox = sandbox();
    sandbox.lanes("r");
    sandbox.at("").git(["clone", "--quiet", "r", "fresh"]).ok();
    let fresh = sandbox.at("fresh");
    let seen = fresh.lane(["doctor"]).code(1);
    let told = "merge driver: the merge driver is not registered in this clone, so git merges what .gitattributes names as text\nhint: git lane init\n";
    assert!(seen.stderr.contains(told), "{seen}");
}

/// How a worktree's lane ended behind its back, told in the main worktree.
const ENDS: &[(&str, &str)] = &[
    ("released", "git lane release T-1 --why x"),
    (
        "taken by another",
        "git lane release T-1 --why x && GIT_LANE_AGENT=agent-b git lane claim T-1",
    ),
    (
        "claimed again",
        "git lane release T-1 --why x && git lane claim T-1",
    ),
    // From within it, or it would be gone.
    (
        "done",
        "git merge -q T-1 && cd .worktrees/T-1 && git lane done T-1",
    ),
];

#[test]
fn a_stale_binding_is_mended_by_the_hint_and_its_work_is_kept() {
    for (name, line) in ENDS {
        let sandbox = sandbox();
        let repo = sandbox.lanes("r").agent("agent-a");
        repo.task("T-1", "src/**");
        let lane = repo.start("T-1");
        lane.commit("src/a.rs", "work\n", "work").ok();
        let work = lane.rev("HEAD");
        lane.lane(["doctor"]).ok();
        repo.sh(line).ok();
        let seen = lane.lane(["doctor"]).code(1).says("worktree: ");
        lane.sh(&seen.hints()[0]).ok();
        if lane.has("") {
            lane.lane(["doctor"]).ok();
        }
        repo.lane(["doctor"]).ok();
        assert_eq!(repo.rev("T-1"), work, "{name}");
    }
}

#[test]
fn a_borrowed_worktree_whose_lane_was_taken_is_freed_by_the_hint() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    repo.task("T-1", "src/**");
    repo.lane(["start", "--here", "T-1"]).ok();
    let lock = repo.lane(["locks", "--json"]).ok().json()[0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    sandbox.advance(2 * 3600 + 61);
    repo.agent("agent-b")
        .lane(["reclaim", &lock, "--note", "gone"])
        .ok();
    repo.commit("src/a.rs", "late\n", "late")
        .code(1)
        .says("stale-fence");
    repo.git(["reset", "--quiet", "--hard"]).ok();
    let seen = repo.lane(["doctor"]).code(1).says("worktree: ");
    repo.sh(&seen.hints()[0]).ok();
    repo.lane(["doctor"]).ok();
    repo.person()
        .commit("docs/guide.md", "a person's\n", "guide")
        .ok();
}

#[test]
fn a_worktree_that_was_borrowed_is_free_after_its_lane() {
    for end in [
        "git lane release T-1 --why x && git switch -q main",
        "git switch -q main && git merge -q T-1 && git lane done T-1",
    ] {
        let sandbox = sandbox();
        let repo = sandbox.lanes("r").agent("agent-a");
        repo.task("T-1", "src/**");
        repo.lane(["start", "--here", "T-1"]).ok();
        repo.commit("docs/guide.md", "out\n", "out")
            .code(1)
            .says("outside-scope");
        repo.git(["reset", "--quiet", "--hard"]).ok();
        repo.commit("src/a.rs", "in\n", "in").ok();
        repo.sh(end).ok();
        let person = repo.person();
        person.commit("docs/guide.md", "a person's\n", "guide").ok();
        let message = person.git(["log", "-1", "--format=%B"]).ok();
        assert!(!message.stdout.contains("Lane-Task"), "{end}: {message}");
        person.lane(["doctor"]).ok();
    }
}
