//! `<ref>.lock` made by a hard link from our own folder, so that what a killed git-lane left is known as ours.

use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use crate::hash_blob;

/// A file with the new content of a ref, in `<common>/lane/swap/<ref>/`, removed when dropped.
pub(crate) struct Draft {
    path: PathBuf,
}

/// `<ref>.lock`, ours until it is renamed; removed when dropped before that.
pub(crate) struct RefLock {
    path: PathBuf,
    renamed: bool,
}

/// The folder of the drafts of one lock: a name may be longer than a file's may be. Under the OS lock, whatever lies in it
/// was left by somebody who died. Each lock has its own, for a draft is what tells whose a lock is: whoever swaps another
/// ref must not take it away.
pub(crate) fn folder(common: &Path, lock: &Path) -> PathBuf {
    let name = lock.strip_prefix(common).unwrap_or(lock);
    let hash = hash_blob(name.as_os_str().as_encoded_bytes()).to_string();
    common.join("lane").join("swap").join(hash)
}

impl Draft {
    /// Writes the content, synced if `fsync`.
    pub(crate) fn write(common: &Path, lock: &Path, content: &[u8], fsync: bool) -> io::Result<Draft> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = folder(common, lock);
        fs::create_dir_all(&folder)?;
        let name = format!("{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = folder.join(name);
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        let draft = Draft { path };
        file.write_all(content)?;
        if fsync {
            file.sync_all()?;
        }
        Ok(draft)
    }

    /// Makes the lock, with all of the content, in one step that fails when it exists: git's own protocol.
    pub(crate) fn link(&self, lock: &Path) -> io::Result<RefLock> {
        fs::hard_link(&self.path, lock)?;
        Ok(RefLock {
            path: lock.to_owned(),
            renamed: false,
        })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // If it stays, the next swap of the same ref sweeps it.
        let _ = fs::remove_file(&self.path);
        if let Some(folder) = self.path.parent() {
            let _ = fs::remove_dir(folder);
        }
    }
}

impl RefLock {
    /// Makes the content the ref's; with `fsync`, also durable.
    pub(crate) fn rename_to(mut self, target: &Path, fsync: bool) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.renamed = true;
        match target.parent() {
            Some(folder) if fsync => sync_folder(folder),
            _ => Ok(()),
        }
    }
}

impl Drop for RefLock {
    fn drop(&mut self) {
        if !self.renamed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
pub(crate) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes what killed processes left in the folder, and `lock` too if it is one of those files. Says whether it
/// was. To be called under the OS lock, while no draft of our own exists.
pub(crate) fn sweep(common: &Path, lock: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(folder(common, lock)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let locked = identity(lock);
    let mut ours = false;
    for entry in entries {
        let path = entry?.path();
        if locked.is_some() && identity(&path) == locked {
            fs::remove_file(lock)?;
            ours = true;
        }
        fs::remove_file(&path)?;
    }
    Ok(ours)
}

/// Device and inode. The draft still exists, so its inode cannot have been given to another file.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let file = fs::symlink_metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identity(_path: &Path) -> Option<(u64, u64)> {
    None
}
