//! The changelog's entry of a task that was given up: put where the integration branch is checked out, else printed.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use lane_core::glob::Scope;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::text;
use lane_git::native_path;
use lane_merge::changelog_added;
use lane_merge::changelog_with;

use crate::delivery;
use crate::error::CliError;
use crate::integration;
use crate::merging::pathspec;
use crate::session::Session;
use crate::setup;
use crate::show::markdown;
use crate::show::paint;

/// How many characters of a title or a reason an entry has.
const CHARS: usize = 200;
/// The modes of plain files.
const FILES: [u32; 2] = [0o100_644, 0o100_755];
/// What a git that is half way through something leaves; a part of the changes cannot be committed then.
const HALF_WAY: [&str; 3] = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"];

/// Puts the entry into the changelog, or prints it and says where it goes.
pub(super) fn write(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    let entry = entry(task);
    let main = integration::name(&session.store())?;
    let Some(path) = changelog(session, &main)? else {
        paint::out(&format!("- {entry}"));
        paint::note(&format!("{main} has no changelog, so the entry goes nowhere"));
        return Ok(());
    };
    match place(session, &main, &path)? {
        Place::Here(file) => put(session, task, &entry, &path, &file),
        Place::Unfit(why, first) => {
            elsewhere(&entry, &path, &main, &why);
            let again = command(&["git", "lane", "abandon", task.id.as_str(), "--entry"]);
            paint::hint(&format!("{first} && {again}"));
            Ok(())
        }
    }
}

/// One line of Markdown in which nothing of the title or the reason is Markdown.
fn entry(task: &Task) -> String {
    let why = task.abandoned.as_ref().map_or("", |end| end.why.as_str());
    format!(
        "Abandoned {}: {} ({})",
        markdown::plain(task.id.as_str(), CHARS),
        markdown::plain(&task.title, CHARS),
        markdown::plain(why, CHARS)
    )
}

/// The changelog of the integration branch: of those that the policy names, the one nearest to the root.
fn changelog(session: &Session<'_>, main: &str) -> Result<Option<Vec<u8>>, CliError> {
    let tips = integration::tips(session.repo, main)?;
    let globs = delivery::merge_settings(session.repo, main).changelogs;
    let (false, Ok(scope)) = (tips.is_empty(), Scope::parse(&globs)) else {
        return Ok(None);
    };
    let tree = session
        .repo
        .commit(integration::start_point(session.repo, main)?)?
        .tree;
    let files = session.repo.files_in_tree(tree, &|path| scope.covers(path))?;
    let paths = files
        .into_iter()
        .filter(|file| FILES.contains(&file.mode))
        .map(|file| file.path);
    let depth = |path: &Vec<u8>| path.iter().filter(|byte| **byte == b'/').count();
    Ok(paths.min_by_key(|path| (depth(path), path.clone())))
}

/// Where the entry can be written.
enum Place {
    /// Into this file of the current worktree.
    Here(PathBuf),
    /// Not here; why, and what leads to where it can.
    Unfit(String, String),
}

fn place(session: &Session<'_>, main: &str, path: &[u8]) -> Result<Place, CliError> {
    let head = session.repo.head()?;
    let here = session.repo.work_dir().filter(|_| head.branch() == Some(main));
    let Some(root) = here else {
        let why = format!("this is no checkout of {main}");
        return Ok(Place::Unfit(why, to_checkout(session, main)?));
    };
    let file = root.join(native_path(path)?);
    let dir = session.repo.git_dir();
    if let Some(half) = HALF_WAY.iter().find(|name| dir.join(name).exists()) {
        let why = format!("git is half way through something here ({half})");
        return Ok(Place::Unfit(why, "git commit".to_owned()));
    }
    let spec = pathspec(path, false);
    let is_file = file.symlink_metadata().is_ok_and(|meta| meta.is_file());
    if !is_file || session.repo.is_changed(path)? {
        let why = format!("{} is changed here", text::escape_path(path));
        return Ok(Place::Unfit(why, command(&["git", "stash", "push", "--", &spec])));
    }
    Ok(Place::Here(file))
}

/// A worktree of the branch, else this one switched to it.
fn to_checkout(session: &Session<'_>, main: &str) -> Result<String, CliError> {
    let full = format!("refs/heads/{main}");
    let list = session.repo.worktree_list()?;
    let there = list
        .iter()
        .find(|one| !one.bare && !one.prunable && one.branch.as_deref() == Some(full.as_str()));
    Ok(match there {
        Some(there) => format!("cd {}", setup::quoted(&there.path.display().to_string())),
        None => command(&["git", "switch", main]),
    })
}

fn put(session: &Session<'_>, task: &Task, entry: &str, path: &[u8], file: &Path) -> Result<(), CliError> {
    let shown = text::escape_path(path);
    let failed = |e| CliError::io(format!("{shown} could not be written"), e);
    let old = fs::read(file).map_err(failed)?;
    let spec = pathspec(path, false);
    let words = format!("{} is abandoned", task.id);
    let commit = command(&["git", "commit", "-m", &words, "--", &spec]);
    if stands(&old, entry) {
        paint::note(&format!("the entry is in {shown} already"));
        return Ok(());
    }
    let Some(new) = changelog_with(&old, entry) else {
        let main = integration::name(&session.store())?;
        elsewhere(entry, path, &main, "it has no heading Unreleased");
        return Ok(());
    };
    fs::write(file, new).map_err(failed)?;
    paint::note(&format!("put under Unreleased of {shown}, and not committed:"));
    paint::out(&format!("- {entry}"));
    paint::hint(&commit);
    Ok(())
}

/// Whether it is one of the entries under Unreleased.
fn stands(bytes: &[u8], entry: &str) -> bool {
    changelog_added(b"", bytes)
        .iter()
        .any(|one| one.get(2..) == Some(entry))
}

fn elsewhere(entry: &str, path: &[u8], main: &str, why: &str) {
    paint::out(&format!("- {entry}"));
    paint::note(&format!(
        "this belongs under Unreleased of {} on {main}, and was not put there: {why}",
        text::escape_path(path)
    ));
}
