//! Who writes into an area's worktree while the next lane takes it loses nothing.

use super::areas::folder;
use super::areas::per_area;
use super::areas::task;
use super::at;
use super::rescued;
use crate::sandbox;

/// A hook of git's, which runs each time an index was written: once it is armed, by a file in the main git dir, it writes.
const LATE: &str = r#"#!/bin/sh
armed="$(git rev-parse --git-common-dir)/armed"
test -e "$armed" || exit 0
rm "$armed"
cd "$(git rev-parse --show-toplevel)" && mkdir -p new && printf late >"$LATE"
"#;

/// Something is written to `path` after the files were looked at for the last time and taken out.
fn check(path: &str, carried: bool) {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    task(&repo, "T-2", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.write("src/a.rs", "mine\n");
    lane.write("new/file", "untracked\n");
    lane.git(["add", "src/a.rs"]).ok();
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    repo.write(".git/hooks/post-index-change", LATE);
    repo.sh("chmod +x .git/hooks/post-index-change && touch .git/armed")
        .ok();
    let started = repo
        .agent("agent-b")
        .env("LATE", path)
        .lane(["start", "T-2"])
        .ok();
    let next = repo.at(started.text());
    assert!(!repo.has(".git/armed"), "{path}: {started}");
    assert_eq!(lane.read(path), "late", "{path}: {started}");
    assert_eq!(
        folder(&next),
        if carried { "back" } else { "back-2" },
        "{started}"
    );
    if !carried {
        started.says("is passed over").says("changed just now");
    }
    let kept = rescued(&repo);
    assert_eq!(at(&repo, &kept[0].1, "src/a.rs"), "mine\n", "{path}");
    assert_eq!(at(&repo, &kept[0].1, "new/file"), "untracked\n", "{path}");
}

#[test]
fn what_is_written_while_its_files_are_taken_out_is_there_afterwards() {
    for path in ["src/a.rs", "new/file", "new/other"] {
        check(path, false);
    }
    // What is ignored stays in any case.
    check(".env", true);
}
