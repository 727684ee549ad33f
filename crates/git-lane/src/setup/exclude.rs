//! The line of `info/exclude` that keeps worktrees below the main one out of `git add -A`.

use std::fs;
use std::path::PathBuf;

use super::Report;
use crate::error::CliError;
use crate::session::Session;

const MARK: &str = "# git-lane: worktrees";
/// The same after a last line that had no end: taking ours away takes that end away too.
const MARK_GAP: &str = "# git-lane: worktrees, after a line without end";

fn file(session: &Session<'_>) -> PathBuf {
    session.repo.common_dir().join("info").join("exclude")
}

fn read(session: &Session<'_>) -> Result<String, CliError> {
    match fs::read_to_string(file(session)) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(CliError::io(
            format!("{} cannot be read", file(session).display()),
            e,
        )),
    }
}

/// The pattern for a root below the main worktree; none for one elsewhere.
fn pattern(root: &str) -> Option<String> {
    let inside = !root.starts_with('/') && !root.split('/').any(|part| part == "..") && root != ".";
    inside.then(|| format!("/{}/", root.trim_start_matches("./").trim_end_matches('/')))
}

pub(super) fn write(session: &Session<'_>, root: &str, dry_run: bool) -> Result<Report, CliError> {
    let Some(pattern) = pattern(root) else {
        return Ok(Report::kept(format!(
            "worktrees are made in {root}, outside this one"
        )));
    };
    let old = read(session)?;
    if old.lines().any(|line| line == pattern) {
        return Ok(Report::kept(format!("{pattern} is kept out of `git add`")));
    }
    if !dry_run {
        let (gap, mark) = if old.is_empty() || old.ends_with('\n') {
            ("", MARK)
        } else {
            ("\n", MARK_GAP)
        };
        let path = file(session);
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = folder.and_then(|()| fs::write(&path, format!("{old}{gap}{mark}\n{pattern}\n")));
        written.map_err(|e| CliError::io(format!("{} could not be written", path.display()), e))?;
    }
    Ok(Report::made(format!(
        "{pattern} is kept out of `git add`, by info/exclude"
    )))
}

pub(super) fn remove(session: &Session<'_>) -> Result<Report, CliError> {
    let old = read(session)?;
    let kept = without_ours(&old);
    if kept == old {
        return Ok(Report::kept("info/exclude has no line of ours"));
    }
    let below = session.main_folder()?;
    let linked = session.repo.worktree_list()?.into_iter().skip(1);
    let linked = linked
        .filter(|w| !w.prunable && w.path.starts_with(&below))
        .count();
    if linked > 0 {
        // Without it `git add -A` would stage each of them as a submodule.
        return Ok(Report::kept(format!(
            "info/exclude: {linked} worktrees are still below this one, see git worktree list"
        )));
    }
    let path = file(session);
    let written = if kept.is_empty() {
        fs::remove_file(path)
    } else {
        fs::write(path, kept)
    };
    written.map_err(|e| CliError::io("info/exclude could not be written", e))?;
    Ok(Report::made("our line of info/exclude is gone"))
}

/// Everybody else's lines, byte for byte.
fn without_ours(old: &str) -> String {
    let mut kept = String::new();
    let mut lines = old.split_inclusive('\n');
    while let Some(line) = lines.next() {
        match line.trim_end() {
            MARK => drop(lines.next()),
            MARK_GAP => {
                lines.next();
                kept.truncate(kept.trim_end_matches('\n').len());
            }
            _ => kept.push_str(line),
        }
    }
    kept
}
