//! A worktree for a while, in a temporary folder, gone with this process whatever happens; one that a killed process
//! left behind goes with the next.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use lane_core::text;
use lane_git::Oid;
use lane_git::OsLock;
use lane_git::PlacedFile;
use lane_git::Repo;
use tempfile::TempDir;

use crate::error::CliError;
use crate::session::Session;
use crate::show::paint;

/// What such a worktree is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Checks that must fail without the change.
    Before,
    /// What would land.
    Landing,
}

impl Purpose {
    /// The folder of the notes, in git-lane's own.
    fn notes(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Landing => "landing",
        }
    }

    /// What such a folder's name begins with.
    fn prefix(self) -> &'static str {
        match self {
            Self::Before => "git-lane-before-",
            Self::Landing => "git-lane-landing-",
        }
    }
}

/// How much of a reason is shown, in characters.
const WHY_CHARS: usize = 200;
/// A name of our own is locked by nobody for longer than one look at it takes.
const OWN: Duration = Duration::from_secs(2);

/// The worktree. Its path is written down, in a file locked as long as this lives, so that others see whether it is in use.
pub(crate) struct Scratch<'s> {
    repo: &'s Repo,
    path: PathBuf,
    noted: PathBuf,
    // Dropped after the worktree is removed: the folder, then the lock.
    _folder: TempDir,
    _lock: OsLock,
}

impl<'s> Scratch<'s> {
    /// The commit `base` with these files in place of its own.
    ///
    /// # Errors
    /// When no folder or no worktree can be made.
    pub(crate) fn make(
        session: &Session<'s>,
        purpose: Purpose,
        (base, files): (Oid, &[PlacedFile]),
    ) -> Result<Self, CliError> {
        sweep(session, purpose);
        let notes = session.store().local_dir().join(purpose.notes());
        let failed = |e| CliError::io("no temporary folder could be made", e);
        let folder = tempfile::Builder::new()
            .prefix(purpose.prefix())
            .tempdir()
            .map_err(failed)?;
        // As git will name it.
        let path = folder.path().canonicalize().map_err(failed)?;
        let noted = notes.join(path.file_name().unwrap_or_default());
        let lock = OsLock::acquire(locked(&noted), OWN)
            .map_err(|e| CliError::io(e.to_string(), std::io::Error::other(e)))?;
        let scratch = Self {
            repo: session.repo,
            path,
            noted,
            _folder: folder,
            _lock: lock,
        };
        fs::write(&scratch.noted, scratch.path.as_os_str().as_encoded_bytes())
            .map_err(|e| CliError::io(format!("{} could not be written", scratch.noted.display()), e))?;
        session.repo.scratch_add(&scratch.path, base, files)?;
        Ok(scratch)
    }

    /// Checks out the submodules that this clone has, as the commit that is there now names them; those that it has not are said.
    pub(crate) fn fill(&self) {
        let filled = Repo::open(&self.path).map_err(CliError::from);
        match filled.and_then(|repo| Ok(repo.fill_submodules()?)) {
            Ok(left) => left.iter().for_each(|one| {
                paint::note(&format!(
                    "submodule {} is not checked out for the checks: {}",
                    text::escape_path(&one.path),
                    text::excerpt(&one.why, WHY_CHARS)
                ));
            }),
            Err(fault) => paint::warning(&format!(
                "the submodules of what is checked could not be looked at: {fault}"
            )),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        remove(self.repo, &self.path, &self.noted);
    }
}

fn locked(noted: &Path) -> PathBuf {
    noted.with_extension("lock")
}

/// Removes a worktree and then its note; what cannot be removed keeps its note for the next time.
fn remove(repo: &Repo, path: &Path, noted: &Path) {
    match repo.scratch_remove(path) {
        Ok(()) => {
            let _ = fs::remove_file(noted);
            let _ = fs::remove_file(locked(noted));
        }
        Err(fault) => paint::warning(&format!(
            "{} could not be removed, and is tried again next time: {fault}",
            path.display()
        )),
    }
}

/// Removes what killed processes left behind. Nothing that is in the way here stops anything.
pub(crate) fn sweep(session: &Session<'_>, purpose: Purpose) {
    let (repo, prefix) = (session.repo, purpose.prefix());
    let notes = session.store().local_dir().join(purpose.notes());
    for entry in fs::read_dir(&notes).into_iter().flatten().flatten() {
        let noted = entry.path();
        let name = entry.file_name();
        let own = name.to_str().is_some_and(|name| name.starts_with(prefix));
        if !own || noted.extension().is_some() {
            continue;
        }
        let Ok(_lock) = OsLock::acquire(locked(&noted), Duration::ZERO) else {
            continue;
        };
        // Only what has our name goes, whatever the note says.
        let path = fs::read_to_string(&noted).map(PathBuf::from).unwrap_or_default();
        if path.is_absolute() && path.file_name() == Some(&name) {
            remove(repo, &path, &noted);
        } else {
            let _ = fs::remove_file(&noted);
        }
    }
}
