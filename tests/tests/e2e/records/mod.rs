//! Records that lie on working branches: what a merge leaves inconsistent across files is not committed.

mod by_hand;
mod markers;
mod old_flaws;
mod operations;
mod pushed;
mod validated;

use lane_core::id::shard;
use lane_testkit::Place;

use crate::following::around;

/// A file: its path and its text.
pub(crate) type File = (String, String);

const CREATED: &str = "2026-11-20T09:00:00Z";

/// A task that nobody holds.
pub(crate) fn todo(id: &str) -> File {
    (queue(id), task_text(id, "todo", ""))
}

/// A task in progress: who holds it, in which lane.
pub(crate) fn held(id: &str, by: &str, lane: &str) -> File {
    let claim = format!(
        "[claim]\nby = \"{by}\"\nclone = \"c1\"\nlane = \"{lane}\"\nfence = 7\nsince = \"{CREATED}\"\nattempt = 1\n"
    );
    (queue(id), task_text(id, "in-progress", &claim))
}

/// The same id, done.
pub(crate) fn archived(id: &str) -> File {
    let path = format!(".agents/archive/{}/{id}/task.toml", shard(id));
    (path, task_text(id, "done", ""))
}

/// A lock: its owner, what it covers, its mode, and its task if it has one.
pub(crate) fn lock(id: &str, owner: &str, glob: &str, mode: &str, task: Option<&str>) -> File {
    let task = task.map_or(String::new(), |task| format!("task = \"{task}\"\n"));
    let text = format!(
        "id = \"{id}\"\n{task}owner = \"{owner}\"\nclone = \"c1\"\nscope = [\"{glob}\"]\nmode = \"{mode}\"\nobjective = \"x\"\n\
         fence = 7\nstart = \"{CREATED}\"\nheartbeat = \"{CREATED}\"\nexpires = \"{CREATED}\"\n"
    );
    (format!(".agents/locks/{id}.toml"), text)
}

pub(crate) fn queue(id: &str) -> String {
    format!(".agents/queue/{}/{id}.toml", shard(id))
}

fn task_text(id: &str, status: &str, more: &str) -> String {
    format!(
        "id = \"{id}\"\ntitle = \"work\"\nstatus = \"{status}\"\nbranch = \"{id}\"\ncreated = \"{CREATED}\"\n{more}"
    )
}

/// Writes files, and stages them.
pub(crate) fn stage(place: &Place<'_>, files: &[File]) {
    for (path, text) in files {
        place.write(path, text);
        place.git(["add", "--", path]).ok();
    }
}

/// A commit that no hook saw.
pub(crate) fn unseen(place: &Place<'_>, files: &[File], message: &str) {
    stage(place, files);
    around(place, &["commit", "--quiet", "--allow-empty", "-m", message]).ok();
}

/// `ours` on main, and `theirs` on a branch `side` from before it; main is checked out.
pub(crate) fn apart(place: &Place<'_>, ours: &[File], theirs: &[File]) {
    around(place, &["switch", "--quiet", "-c", "side"]).ok();
    unseen(place, theirs, "theirs");
    around(place, &["switch", "--quiet", "main"]).ok();
    unseen(place, ours, "ours");
}
