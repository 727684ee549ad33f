//! `git lane worktree list --rescued`: what was kept of worktrees, and the commands that show it and take it back.

use lane_core::id::TaskId;
use lane_core::refusal::command;
use lane_core::text;
use lane_git::Oid;
use lane_git::TreeChange;
use lane_git::git_version;
use serde_json::Value;
use serde_json::json;

use super::look::held_beside_rescues;
use crate::error::CliError;
use crate::range::COMMITS_MAX;
use crate::rescue::MARK;
use crate::rescue::RESCUED;
use crate::session::Session;
use crate::show::paint;

/// How much of a ref's name is shown, in characters.
const NAME_CHARS: usize = 300;
/// How many files a command names.
const NAMED: usize = 10;
/// The git that has `--attr-source`.
const ATTR_SOURCE: (u32, u32, u32) = (2, 41, 0);
/// With attributes out of the way, what has a checkout write the bytes of blobs.
const AS_STORED: [&str; 6] = [
    "-c",
    "core.attributesFile=",
    "-c",
    "core.autocrlf=false",
    "-c",
    "core.eol=lf",
];
/// How many commits of ours are on top of one another: what was staged, and the files.
const STEPS: usize = 2;

/// One ref.
pub(super) struct Kept {
    name: String,
    tip: Oid,
    task: Option<TaskId>,
    time: Option<String>,
    /// Commits that nothing but rescue refs holds, those of ours that hold files not counted.
    commits: usize,
    /// Files that differ from the commit below, where the tip was made to keep files.
    files: usize,
    /// Their paths, where they are few, all there, and can stand in a command.
    paths: Option<Vec<String>>,
    /// What the files were put on top of.
    below: Option<Oid>,
    /// The command by which one of the files is had byte for byte, where a checkout here may convert some of them.
    bytes: Option<String>,
    /// Whether git can be told for one command to convert nothing.
    can_pass_by: bool,
}

/// All that was kept, by task and time.
///
/// # Errors
/// When refs or commits cannot be read.
pub(super) fn all(session: &Session<'_>) -> Result<Vec<Kept>, CliError> {
    let known = held_beside_rescues(session)?;
    let mut kept = Vec::new();
    for (name, tip) in session.repo.refs_under(RESCUED)? {
        // A ref that somebody else put there may hold anything.
        let Some(tip) = session.repo.peel_to_commit(tip)? else {
            continue;
        };
        kept.push(one(session, name, tip, &known)?);
    }
    Ok(kept)
}

fn one(session: &Session<'_>, name: String, tip: Oid, known: &[Oid]) -> Result<Kept, CliError> {
    let repo = session.repo;
    let mut parts = name.split('/').skip(2);
    let task = parts.next().and_then(|id| TaskId::new(id).ok());
    let time = parts.next().and_then(moment);
    let (mut below, mut ours) = (Some(tip), 0);
    while let Some(at) = below
        && ours < STEPS
    {
        let commit = repo.commit(at)?;
        if !commit.message.starts_with(MARK.as_bytes()) {
            break;
        }
        ours += 1;
        below = commit.parents.first().copied();
    }
    let files = match ours {
        0 => Vec::new(),
        _ => {
            let tree = |oid: Oid| repo.commit(oid).map(|commit| commit.tree);
            repo.compare_trees(below.map(tree).transpose()?, Some(tree(tip)?))?
        }
    };
    let commits = match below {
        Some(below) => repo.rev_list(&[below], known, COMMITS_MAX)?.len(),
        None => 0,
    };
    let there = files.iter().filter(|file| file.new.is_some());
    let there: Vec<&[u8]> = there.map(|file| file.path.as_slice()).collect();
    let converts = !there.is_empty() && repo.converts_any(&there)?;
    Ok(Kept {
        bytes: converts.then(|| format!("git cat-file blob {tip}:PATH > PATH")),
        can_pass_by: git_version()? >= ATTR_SOURCE,
        name,
        tip,
        task,
        time,
        commits,
        files: files.len(),
        paths: plain(&files),
        below: below.filter(|_| ours > 0),
    })
}

/// The paths, where a command can name each of them and would find it.
fn plain(files: &[TreeChange]) -> Option<Vec<String>> {
    let path = |file: &TreeChange| {
        let path = String::from_utf8(file.path.clone()).ok()?;
        let is_magic =
            path.starts_with(':') || path.contains(['*', '?', '[', '\\']) || path.contains(text::is_unsafe);
        (file.new.is_some() && !is_magic).then_some(path)
    };
    match files.len() {
        1..=NAMED => files.iter().map(path).collect(),
        _ => None,
    }
}

/// `20261122T091500Z` → `2026-11-22T09:15:00Z`; the number behind it does not count.
fn moment(stamp: &str) -> Option<String> {
    let stamp = stamp.split('-').next()?;
    let is_right = |(at, byte): (usize, u8)| match at {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    let is_one = stamp.len() == 16 && stamp.bytes().enumerate().all(is_right);
    is_one.then(|| {
        let part = |from: usize, to: usize| &stamp[from..to];
        format!(
            "{}-{}-{}T{}:{}:{}Z",
            part(0, 4),
            part(4, 6),
            part(6, 8),
            part(9, 11),
            part(11, 13),
            part(13, 15)
        )
    })
}

impl Kept {
    fn what(&self) -> String {
        let count = |n: usize, one: &str| match n {
            0 => None,
            1 => Some(format!("1 {one}")),
            n => Some(format!("{n} {one}s")),
        };
        let what: Vec<String> = [count(self.commits, "commit"), count(self.files, "file")]
            .into_iter()
            .flatten()
            .collect();
        match what.is_empty() {
            true => "nothing that is not elsewhere by now".to_owned(),
            false => what.join(", "),
        }
    }

    /// What a command calls it by: its name, or its commit where a name would steer a terminal.
    fn called(&self) -> String {
        match self.name.contains(text::is_unsafe) {
            true => self.tip.to_string(),
            false => self.name.clone(),
        }
    }

    /// The command that shows it.
    fn look(&self) -> String {
        match self.below {
            Some(below) if self.commits == 0 => {
                command(&["git", "diff", "--stat", &below.to_string(), &self.called()])
            }
            _ => {
                let most = (self.commits + STEPS).to_string();
                command(&["git", "log", "--stat", &format!("-{most}"), &self.called()])
            }
        }
    }

    /// The command that takes it back: a few files into the worktree in whose root it is given, all else as a branch of its own.
    fn take(&self) -> String {
        let called = self.called();
        if let (Some(paths), 0) = (&self.paths, self.commits) {
            let empty = format!("--attr-source={}", Oid::EMPTY_TREE);
            let mut words = vec!["git"];
            if self.bytes.is_some() && self.can_pass_by {
                words.push(&empty);
                words.extend(AS_STORED);
            }
            words.extend(["restore", "--source", &called, "--"]);
            words.extend(paths.iter().map(String::as_str));
            return command(&words);
        }
        let branch = format!("rescued-{}", self.tip.short());
        command(&["git", "switch", "-c", &branch, &called])
    }

    fn data(&self) -> Value {
        json!({
            "ref": self.name,
            "tip": self.tip.to_string(),
            "task": self.task,
            "time": self.time,
            "commits": self.commits,
            "files": self.files,
            "look": self.look(),
            "take": self.take(),
            "bytes": self.bytes,
        })
    }
}

/// Prints them as JSON.
pub(super) fn as_data(kept: &[Kept]) -> Value {
    json!(kept.iter().map(Kept::data).collect::<Vec<_>>())
}

/// Prints them: a line each, and two with the commands.
pub(super) fn print(kept: &[Kept]) {
    if kept.is_empty() {
        paint::note("nothing was rescued in this clone");
    }
    for one in kept {
        let task = one.task.as_ref().map_or("-".to_owned(), ToString::to_string);
        let time = one.time.as_deref().unwrap_or("-");
        let name = text::excerpt(&one.name, NAME_CHARS);
        paint::out(&format!("{name}  {task}  {time}  {}", one.what()));
        paint::out(&format!("  look  {}", one.look()));
        paint::out(&format!("  take  {}", one.take()));
        if let Some(bytes) = &one.bytes {
            paint::out(&format!("  bytes {bytes}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn the_time_of_a_ref_is_that_of_its_name() {
        for stamp in ["20261121T080000Z", "20261121T080000Z-2"] {
            assert_eq!(moment(stamp).as_deref(), Some("2026-11-21T08:00:00Z"));
        }
        for other in [
            "",
            "x",
            "2026-11-21",
            "éééééééé",
            "2026112xT080000Z",
            "20261121T0800000",
        ] {
            assert_eq!(moment(other), None, "{other}");
        }
    }
}
