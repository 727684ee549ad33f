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
