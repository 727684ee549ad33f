//! A state with many live tasks, made in seconds: the records are real, the way to them is not.
//!
//! The last commit of a state is written again with the tasks in its tree, by `git fast-import`. So every reading
//! command sees a state like any other, and `verify` holds; `verify --full` does not, as no event added the tasks.

use std::fmt::Write as _;
use std::path::Path;

use sha2::Digest as _;

use super::field::Field;
use super::field::finish;
use crate::Error;

/// The id of the seeded task `n`, from 0.
pub(super) fn id(n: usize) -> String {
    format!("S-{n:06}")
}

/// Puts tasks into the state of the repository at `repo`.
pub(super) fn tasks(field: &Field, repo: &Path, count: usize) -> Result<(), Error> {
    let git = |args: &[&str]| field.run(repo, "git", args);
    let tip = git(&["rev-parse", "refs/agents/state"])?;
    let parent = git(&["rev-parse", "refs/agents/state^"])?;
    let date = git(&["log", "-1", "--format=%ct", tip.trim()])?;
    let message = git(&["log", "-1", "--format=%B", tip.trim()])?;
    let message = format!("{}\n", message.trim_end());

    let mut stream = format!(
        "reset refs/agents/state\nfrom {}\n\ncommit refs/agents/state\ncommitter Pat <pat@example.org> {} +0000\n",
        parent.trim(),
        date.trim()
    );
    data(&mut stream, &message);
    // What the written-again commit had, and the tasks beside it.
    let tree = git(&["rev-parse", &format!("{}^{{tree}}", tip.trim())])?;
    let _ = writeln!(stream, "M 040000 {} \"\"", tree.trim());
    for n in 0..count {
        let _ = writeln!(stream, "M 100644 inline {}", path(n));
        data(&mut stream, &task(n));
    }
    let file = format!("seed-{count}");
    field.write(&file, &stream)?;
    let path = field.at(file);
    let input = std::fs::File::open(&path).map_err(|source| Error::Read { path, source })?;
    let mut import = field.command(repo, "git", &["fast-import", "--quiet", "--force"]);
    import.stdin(input);
    finish(import).map(drop)
}

/// Where the task `n` lies.
pub(super) fn path(n: usize) -> String {
    let id = id(n);
    let shard = sha2::Sha256::digest(id.to_ascii_lowercase().as_bytes())[0];
    format!(".agents/queue/{shard:02x}/{id}.toml")
}

/// A `data` command of `git fast-import`.
pub(super) fn data(stream: &mut String, text: &str) {
    let _ = write!(stream, "data {}\n{text}\n", text.len());
}

/// A task of ordinary size. One in ten waits for another, and so is not ready.
pub(super) fn task(n: usize) -> String {
    let id = id(n);
    let priority = ["high", "medium", "low"][n % 3];
    let waits = if n % 10 == 9 {
        format!("depends_on = [\"{}\"]\n", self::id(n - 1))
    } else {
        String::new()
    };
    let notes = "Where it is, what was tried, how it is tested. ".repeat(4);
    format!(
        "id = \"{id}\"\ntitle = \"Piece {n} of the work, told in one line\"\nkind = \"feature\"\nstatus = \"todo\"\npriority = \"{priority}\"\nbranch = \"{id}\"\nlabels = [\"bench\"]\nscope = [\"pieces/{n}/**\", \"docs/pieces/{n}.md\"]\n{waits}notes = \"{notes}\"\ncreated = \"2026-11-20T09:00:00Z\"\n\n[acceptance.a1]\ntext = \"piece {n} does what its title says\"\n"
    )
}
