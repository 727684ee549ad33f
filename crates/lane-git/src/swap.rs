//! Compare-and-swap of a ref, by git's own loose-ref protocol.
//!
//! libgit2's swap leaves a stale `<ref>.lock` in 9–15 % of SIGKILLs, which then blocks every writer. This one makes
//! the lock as a hard link to a file in `<common>/lane/swap/`: git and libgit2 respect it, and a leftover is known
//! as ours by its inode and removed at once.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use git2::ErrorCode;

use crate::GitError;
use crate::Oid;
use crate::OsLock;
use crate::Repo;
use crate::hostile::check_shared_ref;
use crate::lockfile;
use crate::lockfile::Draft;
use crate::lockfile::RefLock;
use crate::oid::lib_oid;
use crate::ref_file;
use crate::ref_file::OnDisk;
use crate::reflog;
use crate::set_aside::set_aside;

/// Waits between attempts at a foreign lock, in milliseconds: about 2 s in all.
const WAITS_MS: [u64; 12] = [1, 2, 4, 8, 16, 32, 64, 128, 250, 500, 500, 500];

/// Why a ref was not swapped. In every case the ref is untouched by us, except that after an `Io` of the last sync
/// the new value may already stand.
#[derive(Debug, thiserror::Error)]
pub enum SwapError {
    /// Somebody was faster: load again, decide again.
    #[error("the ref moved meanwhile")]
    Moved {
        /// What it holds now.
        found: Option<Oid>,
    },
    /// A foreign lock stands in the way.
    #[error("the ref is locked by {path:?}: {note}")]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// A sentence on why it was left alone.
        note: String,
    },
    /// Another ref's name is above or below this one: one path would be a file and a directory.
    #[error("the ref cannot stand beside {with:?}")]
    Conflict {
        /// The other ref.
        with: String,
    },
    /// It is a symbolic ref, or no ref at all.
    #[error("the ref is not a plain one")]
    NotPlain,
    /// The name is not acceptable, or libgit2 failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file operation failed.
    #[error("the ref could not be written")]
    Io(#[from] io::Error),
}

/// How an attempt to make the lock ended.
enum Attempt {
    Locked(RefLock),
    Taken,
    NoHardLinks,
}

impl Repo {
    /// Makes `name` hold `new` if it holds `expected` now (none = does not exist). Durable before it returns, if
    /// [`Repo::set_fsync`] is on. `guard` proves that the caller holds the lock that *all* swaps in this repository
    /// take: whoever passes different lock files breaks the removal of leftovers.
    ///
    /// # Errors
    /// [`SwapError::Moved`] when the ref holds something else; see [`SwapError`].
    pub fn swap_ref(
        &self,
        name: &str,
        expected: Option<Oid>,
        new: Oid,
        guard: &OsLock,
    ) -> Result<(), SwapError> {
        let _held = guard;
        check_shared_ref(name)?;
        self.flush_objects()?;
        if new.is_zero() || !self.has_object(new)? {
            return Err(GitError::Missing { oid: new }.into());
        }
        let lock = self.common_dir().join(format!("{name}.lock"));
        lockfile::sweep(self.common_dir(), &lock)?;
        let draft = Draft::write(
            self.common_dir(),
            &lock,
            format!("{new}\n").as_bytes(),
            self.fsync.get(),
        )?;
        match self.lock_ref(name, &draft, &lock)? {
            Some(held) => self.swap_locked(name, expected, new, held),
            None => self.swap_by_library(name, expected, new),
        }
    }

    /// None = the file system has no hard links.
    fn lock_ref(&self, name: &str, draft: &Draft, lock: &Path) -> Result<Option<RefLock>, SwapError> {
        for wait in WAITS_MS {
            match attempt(self.common_dir(), name, draft, lock)? {
                Attempt::Locked(held) => return Ok(Some(held)),
                Attempt::NoHardLinks => return Ok(None),
                Attempt::Taken => thread::sleep(Duration::from_millis(wait)),
            }
        }
        if let Err(note) = set_aside(self.common_dir(), self.work_dir(), lock)? {
            return Err(SwapError::Locked {
                path: lock.to_owned(),
                note,
            });
        }
        match attempt(self.common_dir(), name, draft, lock)? {
            Attempt::Locked(held) => Ok(Some(held)),
            Attempt::NoHardLinks => Ok(None),
            Attempt::Taken => {
                let note = "another git took it while a stale one was set aside".to_owned();
                Err(SwapError::Locked {
                    path: lock.to_owned(),
                    note,
                })
            }
        }
    }

    fn swap_locked(
        &self,
        name: &str,
        expected: Option<Oid>,
        new: Oid,
        held: RefLock,
    ) -> Result<(), SwapError> {
        let found = match ref_file::read(self.common_dir(), name)? {
            OnDisk::Nothing => None,
            OnDisk::Holds(oid) => Some(oid),
            OnDisk::Other => return Err(SwapError::NotPlain),
            OnDisk::Blocked(with) => return Err(SwapError::Conflict { with }),
        };
        if found != expected {
            return Err(SwapError::Moved { found });
        }
        let target = self.common_dir().join(name);
        remove_empty_folders(&target);
        if target.is_dir() {
            return Err(SwapError::Conflict {
                with: format!("{name}/…"),
            });
        }
        reflog::append(self, name, expected, new)?;
        Ok(held.rename_to(&target, self.fsync.get())?)
    }

    /// Never an unchecked create: from zero is compared too.
    fn swap_by_library(&self, name: &str, expected: Option<Oid>, new: Oid) -> Result<(), SwapError> {
        let (new, old) = (lib_oid(new), lib_oid(expected.unwrap_or(Oid::ZERO)));
        for wait in WAITS_MS {
            let swapped = self.git.reference_matching(name, new, true, old, "git-lane");
            match swapped.map_err(|error| (error.code(), error)) {
                Ok(_) => return Ok(()),
                Err((ErrorCode::Locked, _)) => thread::sleep(Duration::from_millis(wait)),
                Err((ErrorCode::Modified | ErrorCode::Exists | ErrorCode::NotFound, _)) => {
                    return Err(SwapError::Moved {
                        found: self.find_ref(name)?,
                    });
                }
                Err((_, error)) => {
                    return Err(GitError::library(format!("swapping {name}"), error).into());
                }
            }
        }
        let path = self.common_dir().join(format!("{name}.lock"));
        Err(SwapError::Locked {
            path,
            note: "another git holds it".to_owned(),
        })
    }
}

fn attempt(common: &Path, name: &str, draft: &Draft, lock: &Path) -> Result<Attempt, SwapError> {
    // Twice, for git removes folders that have become empty while we are between the two steps.
    for _ in 0..2 {
        match draft.link(lock) {
            Ok(held) => return Ok(Attempt::Locked(held)),
            Err(error) => match error.kind() {
                io::ErrorKind::AlreadyExists => return Ok(Attempt::Taken),
                io::ErrorKind::NotFound => make_folders(common, name)?,
                io::ErrorKind::NotADirectory => {
                    return Err(SwapError::Conflict {
                        with: above(common, name),
                    });
                }
                io::ErrorKind::Unsupported
                | io::ErrorKind::PermissionDenied
                | io::ErrorKind::CrossesDevices => {
                    return Ok(Attempt::NoHardLinks);
                }
                _ => return Err(error.into()),
            },
        }
    }
    Ok(Attempt::Taken)
}

fn make_folders(common: &Path, name: &str) -> Result<(), SwapError> {
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    fs::create_dir_all(common.join(folder)).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => SwapError::Conflict {
            with: above(common, name),
        },
        _ => error.into(),
    })
}

/// The ref above `name` that is a file where a folder is needed.
fn above(common: &Path, name: &str) -> String {
    let mut cuts = name.rmatch_indices('/').map(|(at, _)| &name[..at]);
    cuts.find(|upper| common.join(upper).is_file())
        .unwrap_or(name)
        .to_owned()
}

/// git leaves empty folders where refs were; they give way to a ref. Full ones stay.
fn remove_empty_folders(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_empty_folders(&entry.path());
        }
    }
    // Fails for a full folder, a file, or nothing: all of them are left as they are.
    let _ = fs::remove_dir(folder);
}
