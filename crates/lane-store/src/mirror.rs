//! A state's tree in memory: what its object names must be, computed from writes alone. Nothing is read or written.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_git::Oid;
use lane_git::TreeEntry;
use lane_git::hash_tree;

/// A folder: files and folders by name, and its name as a tree while nothing in it changed.
#[derive(Default)]
pub(crate) struct Mirror {
    files: BTreeMap<String, Oid>,
    folders: BTreeMap<String, Mirror>,
    known: Option<Oid>,
}

impl Mirror {
    /// The mode of a file.
    pub(crate) const FILE: u32 = 0o100_644;
    /// The mode of a folder.
    pub(crate) const FOLDER: u32 = 0o040_000;

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
        let files = self.files.iter().map(|(name, oid)| entry(name, Self::FILE, *oid));
        let mut entries: Vec<TreeEntry> = files.collect();
        for (name, folder) in &mut self.folders {
            entries.push(entry(name, Self::FOLDER, folder.oid()));
        }
        let oid = hash_tree(&entries);
        self.known = Some(oid);
        oid
    }

    /// The same, for one that was named since it changed.
    pub(crate) fn name(&self) -> Oid {
        self.known.unwrap_or(Oid::ZERO)
    }

    /// The names of its files and folders.
    pub(crate) fn names(&self) -> BTreeSet<String> {
        self.files.keys().chain(self.folders.keys()).cloned().collect()
    }

    /// A file's blob.
    pub(crate) fn file(&self, name: &str) -> Option<Oid> {
        self.files.get(name).copied()
    }

    /// A folder.
    pub(crate) fn folder(&self, name: &str) -> Option<&Mirror> {
        self.folders.get(name)
    }
}

fn entry(name: &str, mode: u32, oid: Oid) -> TreeEntry {
    TreeEntry {
        name: name.as_bytes().to_vec(),
        mode,
        oid,
    }
}
