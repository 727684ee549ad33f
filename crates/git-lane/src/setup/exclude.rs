//! The line of `info/exclude` that keeps worktrees below the main one out of `git add -A`.

use std::fs;
use std::path::Component;
use std::path::Path;
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

/// The pattern for a folder below the main worktree; none for one elsewhere, and for that itself.
fn pattern(main: &Path, folder: &Path) -> Option<String> {
    let whole = main.join(folder);
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.strip_prefix(main).ok()?.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()?),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    let mut written = String::new();
    for part in &parts {
        written.push('/');
        for c in part.chars() {
            if ['\\', '*', '?', '['].contains(&c) {
                written.push('\\');
            }
            written.push(c);
        }
    }
    (!parts.is_empty()).then(|| written + "/")
}

/// Keeps a worktree that is about to be made out of `git add`: by the root of all, or by itself where that is the main worktree's
/// own root. Nothing to do where `init` did it already.
///
/// # Errors
/// When `info/exclude` cannot be read or written.
pub(crate) fn keep_out(session: &Session<'_>, worktree: &Path) -> Result<(), CliError> {
    let main = session.main_folder()?;
    let root = worktree.parent().unwrap_or(worktree);
    match pattern(&main, root).or_else(|| pattern(&main, worktree)) {
        Some(pattern) => add(session, &pattern).map(drop),
        None => Ok(()),
    }
}

/// Adds a line, and says whether it was missing.
fn add(session: &Session<'_>, pattern: &str) -> Result<bool, CliError> {
    let old = read(session)?;
    if old.lines().any(|line| line == pattern) {
        return Ok(false);
    }
    let (gap, mark) = if old.is_empty() || old.ends_with('\n') {
        ("", MARK)
    } else {
        ("\n", MARK_GAP)
    };
    let path = file(session);
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    let written = folder.and_then(|()| fs::write(&path, format!("{old}{gap}{mark}\n{pattern}\n")));
    written.map_err(|e| CliError::io(format!("{} could not be written", path.display()), e))?;
    Ok(true)
}

pub(super) fn write(session: &Session<'_>, root: &str, dry_run: bool) -> Result<Report, CliError> {
    let Some(pattern) = pattern(&session.main_folder()?, Path::new(root)) else {
        return Ok(Report::kept(format!(
            "worktrees are made in {root}, outside this one"
        )));
    };
    let missing = match dry_run {
        true => !read(session)?.lines().any(|line| line == pattern),
        false => add(session, &pattern)?,
    };
    Ok(match missing {
        true => Report::made(format!("{pattern} is kept out of `git add`, by info/exclude")),
        false => Report::kept(format!("{pattern} is kept out of `git add`")),
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_below_the_main_worktree_is_kept_out_however_it_is_written() {
        let of = |root: &str| pattern(Path::new("/r"), Path::new(root));
        for (root, wanted) in [
            (".worktrees", Some("/.worktrees/")),
            ("./a/b/", Some("/a/b/")),
            ("/r/lanes", Some("/lanes/")),
            ("a/../b", Some("/b/")),
            ("a[1]*", Some("/a\\[1]\\*/")),
            (".", None),
            ("../x", None),
            ("/elsewhere", None),
            ("/r", None),
        ] {
            assert_eq!(of(root).as_deref(), wanted, "{root}");
        }
    }
}
