//! Notes of what was begun with a worktree's folder, so that whoever comes after a kill finishes it or takes it back.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use lane_git::native_path;

use super::look::shown;
use crate::error::CliError;
use crate::session::Session;
use crate::show::paint;

/// What the name of a folder that goes ends with.
const GOING: &str = ".lane-going";
/// What the name of a note begins with that is being written.
const UNFINISHED: &str = ".new-";
/// How many such names are tried.
const NAMES_MAX: usize = 10;

/// What was begun.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// git makes a worktree there.
    Making(PathBuf),
    /// The folder was moved to another name beside it, to be looked at once more.
    Aside(PathBuf, PathBuf),
    /// It was looked at, all that it held is kept, and it goes.
    Going(PathBuf, PathBuf),
}

impl Step {
    /// Its fields with a NUL after each: a path may hold anything else.
    fn written(&self) -> Vec<u8> {
        let (word, paths) = match self {
            Self::Making(path) => ("making", vec![path]),
            Self::Aside(from, to) => ("aside", vec![from, to]),
            Self::Going(from, to) => ("going", vec![from, to]),
        };
        let mut bytes = word.as_bytes().to_vec();
        for path in paths {
            bytes.push(0);
            bytes.extend_from_slice(path.as_os_str().as_encoded_bytes());
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut fields = bytes.split(|byte| *byte == 0);
        let word = fields.next()?;
        let mut path = || {
            let path = native_path(fields.next()?).ok()?;
            path.is_absolute().then_some(path)
        };
        let step = match word {
            b"making" => Self::Making(path()?),
            b"aside" => Self::Aside(path()?, path()?),
            b"going" => Self::Going(path()?, path()?),
            _ => return None,
        };
        Some(step)
    }
}

/// A note in git-lane's own folder. The turn to make worktrees is its author's as long as it is there, unless they were killed.
pub(in crate::commands) struct Note {
    file: PathBuf,
}

fn folder(session: &Session<'_>) -> PathBuf {
    session.store().local_dir().join("half-done")
}

impl Note {
    /// Notes that a worktree is being made.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(in crate::commands) fn making(session: &Session<'_>, path: &Path) -> Result<Self, CliError> {
        let note = Self::named(session, path);
        note.write(&Step::Making(path.to_owned()))?;
        Ok(note)
    }

    /// By the folder's name, which tells it to people, and a number where an older note still has something to say.
    fn named(session: &Session<'_>, path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default();
        let folder = folder(session);
        let mut file = folder.join(name);
        let mut number = 1;
        while is_there(&file) && number < NAMES_MAX {
            number += 1;
            let mut other = name.to_owned();
            other.push(format!(".{number}"));
            file = folder.join(other);
        }
        Self { file }
    }

    fn write(&self, step: &Step) -> Result<(), CliError> {
        let failed = |e| CliError::io(format!("{} could not be written", self.file.display()), e);
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(failed)?;
        let mut file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(folder)
            .map_err(failed)?;
        file.write_all(&step.written()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.file).map_err(|e| failed(e.error))?;
        Ok(())
    }

    /// It is done.
    pub(in crate::commands) fn done(self) {
        // One that stays is looked at by the next, and has nothing to say.
        let _ = fs::remove_file(&self.file);
    }
}

/// A worktree's folder under another name beside it: whoever wrote by its path finds nothing there.
pub(super) struct Aside {
    note: Note,
    from: PathBuf,
    to: PathBuf,
}

impl Aside {
    /// Moves a worktree's folder aside.
    ///
    /// # Errors
    /// When it cannot be moved: then it is where it was.
    pub(super) fn of(session: &Session<'_>, path: &Path) -> Result<Self, CliError> {
        let failed = |e| CliError::io(format!("{} could not be moved aside", path.display()), e);
        let Some(to) = free_name(path) else {
            let taken = io::Error::from(io::ErrorKind::AlreadyExists);
            return Err(failed(taken));
        };
        let note = Note::named(session, path);
        note.write(&Step::Aside(path.to_owned(), to.clone()))?;
        match fs::rename(path, &to) {
            Ok(()) => Ok(Self {
                note,
                from: path.to_owned(),
                to,
            }),
            Err(e) => {
                note.done();
                Err(failed(e))
            }
        }
    }

    /// Where it is now.
    pub(super) fn folder(&self) -> &Path {
        &self.to
    }

    /// Moves it back.
    ///
    /// # Errors
    /// When something is in its place: then it stays aside, and the next one says so.
    pub(super) fn put_back(self) -> Result<(), CliError> {
        match back(&self.from, &self.to)? {
            true => self.note.done(),
            false => place_taken(&self.from, &self.to),
        }
        Ok(())
    }

    /// Removes it, and what git knows of it. All that it held is kept.
    ///
    /// # Errors
    /// When git does not forget it.
    pub(super) fn finish(self, session: &Session<'_>) -> Result<(), CliError> {
        self.note
            .write(&Step::Going(self.from.clone(), self.to.clone()))?;
        session.source.failpoint("worktree-judged");
        if gone(session, &self.from, &self.to)? {
            self.note.done();
        }
        Ok(())
    }
}

/// A name beside it that nothing has.
fn free_name(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?;
    (1..=NAMES_MAX).find_map(|number| {
        let mut other: OsString = name.to_owned();
        match number {
            1 => other.push(GOING),
            _ => other.push(format!("{GOING}-{number}")),
        }
        let other = path.with_file_name(other);
        other.symlink_metadata().is_err().then_some(other)
    })
}

/// Whether `to` is a name that such a folder would have had: nothing else goes, whatever a note says.
fn is_going(from: &Path, to: &Path) -> bool {
    let (Some(name), Some(other)) = (from.file_name(), to.file_name()) else {
        return false;
    };
    let start = [name.as_encoded_bytes(), GOING.as_bytes()].concat();
    from.parent() == to.parent() && other.as_encoded_bytes().starts_with(&start)
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Puts a folder back in its place; false where that is taken.
fn back(from: &Path, to: &Path) -> Result<bool, CliError> {
    if is_there(from) {
        return Ok(false);
    }
    match fs::rename(to, from) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(CliError::io(
            format!("{} could not be moved back to {}", to.display(), from.display()),
            e,
        )),
        _ => Ok(true),
    }
}

/// Somebody made something in its place meanwhile: it waits beside that, and its note stays.
fn place_taken(from: &Path, to: &Path) {
    paint::warning(&format!(
        "{} was set aside to be removed, and something else is in its place now: it stays there, with all that it holds",
        shown(to)
    ));
    let (place, other) = (from.display().to_string(), format!("{}.other", from.display()));
    let (place, other) = (crate::setup::quoted(&place), crate::setup::quoted(&other));
    paint::hint(&format!("mv {place} {other} && git lane worktree list"));
}

/// Lets git forget the worktree and removes its folder. False where something of the folder stays, which is said.
fn gone(session: &Session<'_>, from: &Path, to: &Path) -> Result<bool, CliError> {
    // One that somebody has made there since is another.
    if !is_there(from) && session.repo.git_dir_of(from).is_some() {
        session.repo.worktree_forget(from)?;
    }
    session.source.failpoint("worktree-forgotten");
    match fs::remove_dir_all(to) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            paint::warning(&format!(
                "{} could not be removed, and is tried again next time: {e}",
                shown(to)
            ));
            Ok(false)
        }
        _ => Ok(true),
    }
}

/// Whether anything is noted: a killed process's, or that of one at work.
pub(in crate::commands) fn is_any(session: &Session<'_>) -> bool {
    fs::read_dir(folder(session)).is_ok_and(|mut entries| entries.next().is_some())
}

/// Finishes or takes back what killed processes left. The turn to make worktrees is the caller's, so that all that is noted is
/// nobody's any more. What cannot be done is said, and stops nothing.
pub(in crate::commands) fn sweep(session: &Session<'_>) {
    let mut files: Vec<PathBuf> = fs::read_dir(folder(session))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    for file in files {
        match settle(session, &file) {
            Ok(true) => Note { file }.done(),
            Ok(false) => {}
            Err(fault) => paint::warning(&format!("{}: {fault}", shown(&file))),
        }
    }
}

/// Says whether its note has nothing more to say.
fn settle(session: &Session<'_>, file: &Path) -> Result<bool, CliError> {
    let name = file.file_name().unwrap_or_default();
    if name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
        return Ok(true);
    }
    let bytes = fs::read(file).map_err(|e| CliError::io(format!("{} cannot be read", file.display()), e))?;
    match Step::read(&bytes) {
        Some(Step::Making(path)) => {
            if session.repo.discard_unfinished_worktree(&path)? {
                paint::note(&format!(
                    "{} was cut off while it was made, and is gone again",
                    shown(&path)
                ));
            }
            Ok(true)
        }
        Some(Step::Aside(from, to)) if is_going(&from, &to) && is_there(&to) => {
            let is_back = back(&from, &to)?;
            match is_back {
                true => paint::note(&format!(
                    "{} is back: it was set aside to be removed, and that was not done",
                    shown(&from)
                )),
                false => place_taken(&from, &to),
            }
            Ok(is_back)
        }
        Some(Step::Going(from, to)) if is_going(&from, &to) => gone(session, &from, &to),
        _ => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_read_as_it_was_written_and_nothing_else_is_one() {
        let (a, b) = (PathBuf::from("/r/T-1"), PathBuf::from("/r/T-1.lane-going"));
        for step in [
            Step::Making(a.clone()),
            Step::Aside(a.clone(), b.clone()),
            Step::Going(a, b),
        ] {
            assert_eq!(Step::read(&step.written()), Some(step));
        }
        for text in ["", "going\0/a", "going\0a\0b", "other\0/a\0/b"] {
            assert_eq!(Step::read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn only_a_name_of_ours_beside_it_goes() {
        let is = |to: &str| is_going(Path::new("/r/T-1"), Path::new(to));
        assert!(is("/r/T-1.lane-going") && is("/r/T-1.lane-going-2"));
        for to in ["/r/T-1", "/r/T-10", "/r/T-2.lane-going", "/s/T-1.lane-going", "/"] {
            assert!(!is(to), "{to}");
        }
    }
}
