//! What the list says of each worktree.

use super::land;
use super::lane;
use crate::sandbox;

#[test]
fn the_list_names_whose_each_is_what_it_holds_and_what_prune_would_do() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    lane.write("src/b.rs", "more\n");
    lane.write("new", "x");
    lane.write(".env", "x");
    lane.write("target/x", "x");
    let list = |at: usize| repo.lane(["worktree", "list", "--json"]).ok().json()[at].clone();
    let (main, held) = (list(0), list(1));
    assert_eq!((&main["main"], &main["prune"]), (&true.into(), &"stays".into()));
    for (key, value) in [
        ("task", "T-1"),
        ("branch", "T-1"),
        ("holder", "agent-a"),
        ("phase", "in-progress"),
        ("prune", "stays"),
    ] {
        assert_eq!(held[key], value, "{held}");
    }
    for (key, value) in [("uncommitted", 2), ("unpushed", 1), ("ignored", 2)] {
        assert_eq!(held[key], value, "{held}");
    }
    assert_eq!(held["ignored_kept"], serde_json::json!([".env"]));
    let words = repo.lane(["worktree", "list"]).ok();
    let words = words.prints("uncommitted").prints("stays: worktree-in-use");
    assert_eq!(words.stdout.lines().count(), 3, "{words}");
    land(&repo);
    assert_eq!(list(1)["prune"], "refuses");
    lane.sh("rm .env").ok();
    let over = list(1);
    assert_eq!(
        (&over["prune"], &over["holder"]),
        (&"rescues".into(), &serde_json::Value::Null)
    );
}

#[test]
fn what_was_rescued_is_listed_with_the_commands_that_show_it_and_take_it_back() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    repo.lane(["worktree", "list", "--rescued"])
        .ok()
        .says("nothing was rescued");
    let data = || repo.lane(["worktree", "list", "--rescued", "--json"]).ok().json();
    let command = |one: &serde_json::Value, key: &str| one[key].as_str().expect("a command").to_owned();
    lane.write("src/b.rs", "files only\n");
    repo.lane(["worktree", "rebuild", "T-1"]).ok();
    let one = data()[0].clone();
    for (key, value) in [("commits", 0.into()), ("files", 1.into()), ("task", "T-1".into())] {
        let value: serde_json::Value = value;
        assert_eq!(one[key], value, "{one}");
    }
    assert_eq!(one["time"], "2026-11-21T08:00:00Z");
    repo.sh(&command(&one, "look")).ok().prints("src/b.rs");
    repo.sh(&command(&one, "take")).ok();
    assert_eq!(repo.read("src/b.rs"), "files only\n");
    repo.git(["checkout", "--quiet", "--", "src/b.rs"]).ok();
    sandbox.advance(60);
    lane.write("src/b.rs", "staged\n");
    lane.git(["add", "src/b.rs"]).ok();
    lane.write("src/b.rs", "changed after it was staged\n");
    lane.git(["rm", "--quiet", "docs/guide.md"]).ok();
    repo.lane(["release", "T-1", "--why", "x"]).ok();
    repo.person()
        .lane(["--role", "orchestrator", "abandon", "T-1", "--why", "x"])
        .ok();
    repo.lane(["worktree", "prune"]).ok();
    // What a stranger put there is a name like any other.
    repo.git(["update-ref", "refs/rescue/x;rm", "HEAD"]).ok();
    let all = data();
    assert_eq!(all.as_array().map(Vec::len), Some(3), "{all}");
    let one = all[1].clone();
    assert_eq!((&one["commits"], &one["files"]), (&1.into(), &2.into()), "{one}");
    assert_eq!(one["time"], "2026-11-21T08:01:00Z");
    let words = repo.lane(["worktree", "list", "--rescued"]).ok();
    words.prints("1 commit, 2 files\n").prints("'refs/rescue/x;rm'");
    for at in 0..3 {
        repo.sh(&command(&all[at], "look")).ok();
    }
    repo.sh(&command(&one, "look")).ok().prints("rescue: the files");
    repo.person().sh(&command(&one, "take")).ok();
    assert_eq!(repo.read("src/b.rs"), "changed after it was staged\n");
    assert_eq!(
        (repo.read("src/a.rs"), repo.has("docs/guide.md")),
        ("mine\n".to_owned(), false)
    );
}

#[test]
fn what_was_rescued_is_listed_without_steering_the_terminal() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    // A right-to-left override, and a space of no width.
    lane.write("src/\u{202e}gnp.exe", "x\n");
    lane.write("src/\u{200b}b.rs", "y\n");
    repo.lane(["worktree", "rebuild", "T-1"]).ok();
    let (name, tip) = super::rescued(&repo)[0].clone();
    let odd = "refs/rescue/T-1/\u{202e}Z000080T12116202";
    repo.git(["update-ref", odd, &tip]).ok();
    repo.git(["update-ref", "-d", &name]).ok();
    let words = repo.lane(["worktree", "list", "--rescued"]).ok();
    let steers = |text: &str| text.contains(['\u{202e}', '\u{200b}']);
    assert!(!steers(&words.stdout) && !steers(&words.stderr), "{words}");
    let words = words
        .prints("refs/rescue/T-1/\\u{202e}Z000080T12116202")
        .prints("2 files");
    let json = repo.lane(["worktree", "list", "--rescued", "--json"]).ok();
    assert!(!steers(&json.stdout), "{json}");
    assert_eq!(json.json()[0]["ref"], odd);
    for begins in ["  look  ", "  take  "] {
        let line = words.stdout.lines().find_map(|line| line.strip_prefix(begins));
        let line = line.expect("a command");
        assert!(line.contains(&tip), "{line}");
        repo.person().sh(line).ok();
    }
    assert_eq!(repo.read("src/\u{200b}b.rs"), "y\n");
}
