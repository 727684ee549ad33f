//! A folder that git forgot as a worktree while it was elsewhere, and that was put back: said, and had again with its files.

use super::land;
use super::lane;
use crate::sandbox;

#[test]
fn a_folder_that_was_put_back_after_git_forgot_it_is_named_and_its_files_are_had_again() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    lane.write("src/b.rs", "mine\n");
    lane.write("new/file", "new\n");
    repo.write(".worktrees/T-1.aside/x", "somebody's\n");
    repo.sh("mv .worktrees/T-1 ../away && git worktree prune && mv ../away .worktrees/T-1")
        .ok();
    // In it there is no repository, and it is said of which it was one.
    let inside = lane.at("src").lane(["status"]).code(6);
    let inside = inside.says("git has forgotten it").does_not_say("git init");
    assert!(lane.at("src").sh(&inside.hints()[0]).code == 0, "{inside}");
    let listed = repo.lane(["worktree", "list"]).ok();
    let listed = listed.says("T-1 is no worktree any more");
    assert_eq!(listed.stderr.matches("no worktree").count(), 1, "{listed}");
    let entry = repo.lane(["worktree", "list", "--json"]).ok().json()[1].clone();
    assert_eq!(
        (&entry["task"], &entry["phase"]),
        (&"T-1".into(), &"in-progress".into())
    );
    let no = repo.sh(&listed.hints()[0]).code(2);
    let no = no.says("what was only staged is not");
    for words in [["resume", "T-1", "--json"], ["worktree", "rebuild", "T-1"]] {
        assert_eq!(repo.lane(words).code(2).hints(), no.hints());
    }
    repo.sh(&no.hints()[0]).ok();
    assert_eq!(lane.git(["branch", "--show-current"]).ok().text(), "T-1");
    assert_eq!(
        (lane.read("src/b.rs"), lane.read("new/file")),
        ("mine\n".to_owned(), "new\n".to_owned())
    );
    lane.commit("src/b.rs", "more\n", "going on").ok();
    assert!(repo.has(".worktrees/T-1.aside/x") && repo.has(".worktrees/T-1.aside-2/src/b.rs"));
    assert_eq!(repo.lane(["resume", "T-1"]).ok().hints().len(), 1);
}

#[test]
fn a_folder_of_a_task_that_has_ended_or_of_none_is_compared_with_what_became_of_it() {
    for ended in ["landed", "abandoned", "of no task"] {
        let sandbox = sandbox();
        let (repo, lane) = lane(&sandbox);
        let from = match ended {
            "landed" => {
                land(&repo);
                "main"
            }
            "abandoned" => {
                repo.lane(["abandon", "T-1", "--why", "enough"]).ok();
                "T-1"
            }
            _ => "main",
        };
        let name = if ended == "of no task" { "other" } else { "T-1" };
        lane.write("src/b.rs", "mine\n");
        let folder = format!(".worktrees/{name}");
        repo.sh(&format!(
            "mv .worktrees/T-1 ../away && git worktree prune && mv ../away {folder}"
        ))
        .ok();
        let listed = repo.lane(["worktree", "list"]).ok();
        let listed = listed
            .says("is no worktree any more")
            .does_not_say("git lane start");
        let json = repo.lane(["worktree", "list", "--json"]).ok().json();
        let keys = |at: usize| {
            json[at]
                .as_object()
                .map(|o| o.keys().cloned().collect::<Vec<_>>())
        };
        assert_eq!(
            (keys(0), &json[0]["forgotten"]),
            (keys(1), &false.into()),
            "{json}"
        );
        let entry = &json[1];
        let hint = entry["refusals"][0]["hints"][0].as_str();
        assert_eq!(
            (&entry["forgotten"], hint),
            (&true.into(), Some(&*listed.hints()[0]))
        );
        assert_eq!(
            entry["task"].as_str(),
            (name == "T-1").then_some("T-1"),
            "{entry}"
        );
        repo.sh(&listed.hints()[0]).ok();
        let again = repo.at(&folder);
        assert_eq!(again.rev("HEAD"), repo.rev(from), "{ended}");
        assert_eq!(again.read("src/b.rs"), "mine\n");
        repo.lane(["worktree", "list"])
            .ok()
            .does_not_say("no worktree any more");
        // Git tells what is not in what became of it, and no lane's worktree is made of it.
        assert!(
            again
                .git(["status", "--porcelain"])
                .ok()
                .stdout
                .contains("src/b.rs")
        );
        repo.lane(["worktree", "prune", &folder])
            .code(3)
            .says("is no lane's worktree");
    }
}

#[test]
fn what_was_never_a_worktree_is_only_in_the_way() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    repo.sh("git worktree remove --force .worktrees/T-1").ok();
    lane.write("x", "somebody's\n");
    lane.write(".git", "gitdir: /no/such/worktrees/T-1\n");
    let no = repo.lane(["start", "T-1"]).code(2).says("is in the way");
    repo.sh(&no.hints()[0]).ok();
    repo.lane(["start", "T-1"]).ok();
    assert!(lane.has("src/a.rs") && repo.has(".worktrees/T-1.aside/x"));
}
