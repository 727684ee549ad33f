//! A state's tree in memory: what its object names must be, computed from writes alone. Nothing is read or written.

use std::collections::BTreeMap;

use lane_core::apply::Write;
use lane_core::codec::CodecError;
use lane_git::Oid;
use lane_git::TreeEntry;
use lane_git::hash_blob;
use lane_git::hash_tree;

use crate::layout;

const FILE: u32 = 0o100_644;
const FOLDER: u32 = 0o040_000;

/// A folder: files and folders by name, and its name as a tree while nothing in it changed.
#[derive(Default)]
pub(crate) struct Mirror {
    files: BTreeMap<String, Oid>,
    folders: BTreeMap<String, Mirror>,
    known: Option<Oid>,
}

impl Mirror {
    /// Takes what an event wrote.
    pub(crate) fn write(&mut self, write: &Write) -> Result<(), CodecError> {
        for (path, text) in layout::edits(write)? {
            self.put(&path, text.map(|text| hash_blob(text.as_bytes())));
        }
        Ok(())
    }

    /// Sets or removes one file.
    pub(crate) fn put(&mut self, path: &str, blob: Option<Oid>) {
        self.known = None;
        match path.split_once('/') {
            Some((folder, rest)) => {
                let below = self.folders.entry(folder.to_owned()).or_default();
                below.put(rest, blob);
                if below.files.is_empty() && below.folders.is_empty() {
                    self.folders.remove(folder);
                }
            }
            None => match blob {
                Some(blob) => drop(self.files.insert(path.to_owned(), blob)),
                None => drop(self.files.remove(path)),
            },
        }
    }

    /// The tree's object name.
    pub(crate) fn oid(&mut self) -> Oid {
        if let Some(known) = self.known {
            return known;
        }
        let files = self.files.iter().map(|(name, oid)| entry(name, FILE, *oid));
        let mut entries: Vec<TreeEntry> = files.collect();
        for (name, folder) in &mut self.folders {
            entries.push(entry(name, FOLDER, folder.oid()));
        }
        let oid = hash_tree(&entries);
        self.known = Some(oid);
        oid
    }
}

fn entry(name: &str, mode: u32, oid: Oid) -> TreeEntry {
    TreeEntry {
        name: name.as_bytes().to_vec(),
        mode,
        oid,
    }
}
