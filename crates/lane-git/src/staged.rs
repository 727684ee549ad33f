//! Objects on their way to disk: gathered first, then written and synced side by side, for a sync waits for the disk
//! and libgit2 does two for each object, one after the other.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::thread;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use git2::ObjectType;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::error::Doing;
use crate::lockfile::sync_folder;
use crate::oid::lib_oid;
use crate::repo::Origin;

/// How many objects are synced at once.
const WRITERS: usize = 16;

/// Objects that are not on disk yet, with their kinds.
pub(crate) type Staged = BTreeMap<Oid, (ObjectType, Vec<u8>)>;

impl Repo {
    /// Writes an object and gives its name. With syncing on, it may wait for [`Repo::flush_objects`].
    pub(crate) fn put(&self, kind: ObjectType, content: Vec<u8>, what: &str) -> Result<Oid, GitError> {
        let doing = || format!("writing {what}");
        let oid = git2::Oid::hash_object(kind, &content).doing(doing())?;
        let odb = self.git.odb().doing("opening the objects")?;
        // One that exists is touched by libgit2, so that no `git gc` takes it for garbage meanwhile.
        if !self.fsync.get() || self.is_quarantined() || odb.exists(oid) {
            return Ok(odb.write(kind, &content).doing(doing())?.into());
        }
        self.staged.borrow_mut().insert(oid.into(), (kind, content));
        Ok(oid.into())
    }

    /// Puts on disk, durably, what was written since the last time. Whoever reads an object that was just written,
    /// or hands its name to a git child, calls this first; [`Repo::swap_ref`] does.
    ///
    /// # Errors
    /// When one of them cannot be written; they are written by the next call then.
    pub fn flush_objects(&self) -> Result<(), GitError> {
        let staged = self.staged.borrow().clone();
        if staged.is_empty() {
            return Ok(());
        }
        write_all(&self.common_dir().join("objects"), &staged).doing("writing objects")?;
        self.staged.borrow_mut().clear();
        Ok(())
    }

    /// Whether an object is there or will be.
    pub(crate) fn is_staged(&self, oid: Oid) -> bool {
        self.staged.borrow().contains_key(&oid)
    }

    /// Whether git's environment sends objects elsewhere.
    fn is_quarantined(&self) -> bool {
        self.origin == Origin::Environment && std::env::var_os("GIT_OBJECT_DIRECTORY").is_some()
    }
}

fn write_all(objects: &Path, staged: &Staged) -> io::Result<()> {
    let names: Vec<(String, &(ObjectType, Vec<u8>))> = staged
        .iter()
        .map(|(oid, object)| (lib_oid(*oid).to_string(), object))
        .collect();
    let folders: BTreeSet<&str> = names.iter().map(|(name, _)| &name[..2]).collect();
    let mut made = false;
    for folder in folders {
        match fs::create_dir(objects.join(folder)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            outcome => made |= outcome.is_ok(),
        }
    }
    for group in names.chunks(WRITERS) {
        thread::scope(|scope| {
            let writers: Vec<_> = group
                .iter()
                .map(|(name, (kind, content))| scope.spawn(move || write_one(objects, name, *kind, content)))
                .collect();
            writers.into_iter().try_for_each(|writer| {
                writer
                    .join()
                    .unwrap_or_else(|_| Err(io::Error::other("a writer of objects panicked")))
            })
        })?;
    }
    if made { sync_folder(objects) } else { Ok(()) }
}

/// As git does: a temporary file that `git gc` knows, synced before it gets its name.
fn write_one(objects: &Path, name: &str, kind: ObjectType, content: &[u8]) -> io::Result<()> {
    let folder = objects.join(&name[..2]);
    let mut file = tempfile::Builder::new().prefix("tmp_obj_").tempfile_in(&folder)?;
    let mut packed = ZlibEncoder::new(&mut file, Compression::fast());
    write!(packed, "{} {}\0", kind.str(), content.len())?;
    packed.write_all(content)?;
    packed.finish()?;
    let mut rights = file.as_file().metadata()?.permissions();
    read_only(&mut rights);
    file.as_file().set_permissions(rights)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(folder.join(&name[2..])) {
        // Somebody else wrote the same.
        Err(lost) if lost.error.kind() == io::ErrorKind::AlreadyExists => {}
        outcome => drop(outcome.map_err(|lost| lost.error)?),
    }
    sync_folder(&folder)
}

/// As git has objects: for everybody to read, as far as the file system lets them in.
#[cfg(unix)]
fn read_only(rights: &mut fs::Permissions) {
    use std::os::unix::fs::PermissionsExt as _;
    rights.set_mode(0o444);
}

#[cfg(not(unix))]
fn read_only(rights: &mut fs::Permissions) {
    rights.set_readonly(true);
}
