//! What tracked files have on disk, looked at while git looks for changed ones.

use std::path::PathBuf;

use git2::ObjectType;

use super::Wanted;
use super::listing::Entry;
use super::memory::Mark;
use super::memory::Memory;
use super::side_by_side::side_by_side;
use super::work_tree::READ;
use super::work_tree::WorkTree;
use crate::GitError;
use crate::Oid;

/// Files that are looked at, and not read, for which another thread is worth it.
const LOOKED_AT: usize = 4096;
/// The kind of file in a mode, and that of plain files.
const KIND: u32 = 0o170_000;
const PLAIN: u32 = 0o100_000;

/// What is known of a tracked path before git's word on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ahead {
    NotAsked,
    /// If git calls it clean, it is what is listed: a link, or nobody asks for bytes.
    Listed,
    /// The blob that its bytes make.
    Bytes(Oid),
    /// It could not be read; to be looked at again, whatever git says.
    Moving,
}

/// A file that must be read.
struct Unknown<'e> {
    place: usize,
    path: &'e [u8],
    file: PathBuf,
    mark: Mark,
}

impl Ahead {
    pub(super) fn bytes(self) -> Option<Oid> {
        match self {
            Self::Bytes(oid) => Some(oid),
            _ => None,
        }
    }
}

impl WorkTree<'_> {
    /// For each entry what is known, in their order.
    pub(super) fn ahead(&self, entries: &[Entry<'_>], wanted: Wanted<'_>) -> Result<Vec<Ahead>, GitError> {
        let asked = entries.iter().map(|entry| match self.asked(entry.path, wanted) {
            true => Ahead::Listed,
            false => Ahead::NotAsked,
        });
        let mut ahead: Vec<Ahead> = asked.collect();
        if let Some(memory) = self.memory {
            self.look_ahead(memory, entries, &mut ahead)?;
        }
        Ok(ahead)
    }

    fn look_ahead(
        &self,
        memory: &Memory<'_>,
        entries: &[Entry<'_>],
        ahead: &mut [Ahead],
    ) -> Result<(), GitError> {
        let (asked, rest): (Vec<usize>, Vec<usize>) = (0..entries.len())
            .filter(|place| is_looked_at(&entries[*place]))
            .partition(|place| ahead[*place] == Ahead::Listed);
        rest.iter()
            .for_each(|place| memory.keep(&self.outermost(entries[*place].path)));
        let marks = side_by_side(&asked, LOOKED_AT, |place| self.mark(entries[*place].path))?;
        let mut unknown = Vec::new();
        for (place, found) in asked.into_iter().zip(marks) {
            let path = entries[place].path;
            let Some((file, mark)) = found? else {
                ahead[place] = Ahead::Moving;
                continue;
            };
            let full = self.outermost(path);
            match memory.find(&full, &mark) {
                Some(oid) => ahead[place] = Ahead::Bytes(oid),
                None => unknown.push(Unknown {
                    place,
                    path,
                    file,
                    mark,
                }),
            }
        }
        let read = |unknown: &Unknown<'_>| git2::Oid::hash_file(ObjectType::Blob, &unknown.file).ok();
        let read = side_by_side(&unknown, READ, read)?;
        for (unknown, oid) in unknown.iter().zip(read) {
            let oid = oid.map(Oid::from);
            if let Some(oid) = oid {
                memory.learn(&self.outermost(unknown.path), &unknown.mark, oid);
            }
            ahead[unknown.place] = oid.map_or(Ahead::Moving, Ahead::Bytes);
        }
        Ok(())
    }

    /// None where there is no plain file.
    fn mark(&self, path: &[u8]) -> Result<Option<(PathBuf, Mark)>, GitError> {
        let path = self.on_disk(path)?;
        let meta = path.symlink_metadata().ok().filter(std::fs::Metadata::is_file);
        Ok(meta.map(|meta| (path, Mark::of(&meta))))
    }
}

/// Links are not converted; what git does not watch, or has no word on, is read anyway.
fn is_looked_at(entry: &Entry<'_>) -> bool {
    entry.stage == 0 && entry.mode & KIND == PLAIN && !entry.unwatched
}
