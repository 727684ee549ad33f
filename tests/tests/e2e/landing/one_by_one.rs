//! What lands: merged aside, checked, in one push with its event, one after the other.

use super::queued;
use super::swept;
use super::team;
use super::there;
use crate::following::around;
use crate::sandbox;

const GATES: &str = "[check.all]\nrung = 1\nrun = [\"true\"]\n[check.together]\nrung = 2\nrun = [\"test\", \"-s\", \"README.md\"]\nlevel = \"wave\"\n";

#[test]
fn three_lanes_land_one_after_the_other_and_each_brings_its_own() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", GATES);
    queued(
        &repo,
        &[
            ("T-1", "agent-a", "src/**", "src/one", "one\n"),
            ("T-2", "agent-b", "docs/**", "docs/two", "two\n"),
            ("T-3", "agent-c", "tests/**", "tests/three", "three\n"),
        ],
    );
    let lander = repo.agent("agent-i");
    for (id, path) in [("T-1", "src/one"), ("T-2", "docs/two"), ("T-3", "tests/three")] {
        let (before, tip) = (there(&repo), repo.rev(id));
        let landed = lander.lane(["land"]).ok();
        let landed = landed
            .says(&format!("landed {id}: main on origin"))
            .says("together");
        let now = there(&repo);
        assert_eq!(landed.text(), now);
        assert_eq!(repo.rev(&format!("{now}^1")), before);
        assert_eq!(repo.rev(&format!("{now}^2")), tip);
        repo.git(["log", "-1", "--format=%B", &now])
            .ok()
            .prints(&format!("land {id}: work on"))
            .prints(&format!("Lane-Task: {id}"));
        // The clean checkout of main came along.
        assert_eq!(repo.rev("HEAD"), now);
        assert!(repo.has(path), "{path}");
        repo.lane(["show", id]).ok().prints("done");
        swept(&repo);
        // What it leaves has landed: the worktree and the branches, here and there, go.
        assert!(!repo.has(format!(".worktrees/{id}")));
        for refs in [
            repo.git(["branch", "--list", id]),
            repo.git(["ls-remote", "origin", id]),
        ] {
            assert_eq!(refs.ok().text(), "");
        }
    }
    lander
        .lane(["land"])
        .code(3)
        .says("error: not-ready: nothing is queued");
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn the_record_says_what_was_checked_on_which_tree() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", GATES);
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let before = there(&repo);
    let said = repo.lane(["land", "T-1", "--json"]).ok();
    let value: serde_json::Value = serde_json::from_str(&said.stdout).expect("JSON");
    let now = there(&repo);
    assert_eq!(value["landed"], now.as_str());
    assert_eq!(value["landing"]["base"], before.as_str());
    assert_eq!(
        value["landing"]["tree"],
        repo.rev(&format!("{now}^{{tree}}")).as_str()
    );
    let gate = value["landing"]["gate"].as_object().expect("a gate");
    for name in ["all", "together"] {
        assert_eq!(gate[name]["tree"], value["landing"]["tree"], "{name}");
    }
    assert_eq!(value["tries"], 1);
}

#[test]
fn a_dirty_checkout_of_main_is_left_and_said() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    repo.write("README.md", "mine, and not committed\n");
    let before = repo.rev("HEAD");
    let landed = repo.agent("agent-i").lane(["land", "T-1"]).ok();
    landed.says("stays behind: it has uncommitted files");
    assert_eq!(repo.rev("HEAD"), before);
    assert_eq!(repo.read("README.md"), "mine, and not committed\n");
    assert_ne!(there(&repo), before);
}

#[test]
fn somebody_who_pushes_to_main_meanwhile_is_built_upon() {
    let sandbox = sandbox();
    // The check itself is the moment: it pushes once, as another clone would.
    let gates = "[check.slow]\nrung = 1\nrun = [\"sh\", \"-c\", \"test -e $HOME/raced || { touch $HOME/raced; cd $HOME/other && git push --quiet origin main; }\"]\nlevel = \"wave\"\n";
    let home = sandbox.path();
    let gates = gates.replace("$HOME", &home.display().to_string());
    let repo = team(&sandbox, "", &gates);
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    sandbox
        .at(".")
        .git(["clone", "--quiet", "origin.git", "other"])
        .ok();
    let other = sandbox.at("other");
    other.commit("NEWS", "theirs\n", "theirs").ok();
    let theirs = other.rev("HEAD");
    let landed = repo.agent("agent-i").lane(["land", "T-1"]).ok();
    landed.says("try 1 of 5: main moved on origin meanwhile");
    assert_eq!(repo.rev(&format!("{}^1", there(&repo))), theirs);
}

#[test]
fn what_was_judged_lands_also_when_it_is_put_on_top_of_what_came_meanwhile() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "[landing]\nmerge = \"ff\"\n", "");
    repo.stages(&["review"]);
    around(&repo, &["commit", "--quiet", "--all", "-m", "stages"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let lanes = queued(
        &repo,
        &[
            ("T-1", "agent-a", "src/**", "src/one", "one\n"),
            ("T-2", "agent-b", "docs/**", "docs/two", "two\n"),
        ],
    );
    lanes[1].lane(["review", "T-1", "--approve"]).ok();
    lanes[0].lane(["review", "T-2", "--approve"]).ok();
    let (first, lander) = (lanes[0].rev("T-1"), repo.agent("agent-i"));
    lander.lane(["land", "T-1"]).ok();
    // The first is on top already; the second is put there, as another commit.
    assert_eq!(there(&repo), first);
    lander.lane(["land", "T-2"]).ok();
    assert_eq!(repo.rev(&format!("{}^", there(&repo))), first);
    repo.lane(["show", "T-2"]).ok().prints("done");
    repo.lane(["verify", "--full"]).ok();
    repo.lane(["validate", "--git"]).ok();
}

#[test]
fn branches_that_a_cut_off_clean_up_left_go_with_the_next_prune() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let tip = repo.rev("T-1");
    repo.agent("agent-i").lane(["land", "T-1"]).ok();
    for (commit, goes) in [(tip.as_str(), true), ("main", false)] {
        repo.git(["branch", "T-1", commit]).ok();
        around(&repo, &["push", "--quiet", "origin", "T-1"]).ok();
        let pruned = repo.lane(["worktree", "prune"]).ok();
        if goes {
            let pruned = pruned.says("deleted branch T-1");
            pruned.says("deleted origin's branch T-1");
        } else {
            // Somebody took the name for something else.
            pruned.does_not_say("T-1");
            repo.git(["push", "--quiet", "--no-verify", "origin", ":T-1"])
                .ok();
            repo.git(["branch", "--quiet", "-D", "T-1"]).ok();
        }
    }
}
