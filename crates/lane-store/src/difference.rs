//! Where a stored tree differs from what follows from the events: the first file, and the first key in it.

use std::collections::BTreeMap;

use lane_core::codec;
use lane_git::Oid;
use lane_git::Repo;

use crate::fields::fields;
use crate::mirror::Mirror;
use crate::rebuild::Edit;

/// One file that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its path in the state's tree. Bytes that are not UTF-8 are replaced.
    pub path: String,
    /// The first key that differs (`claim.by`); none when one of the two is no record, or no file.
    pub key: Option<String>,
    /// What is stored under that key, or the whole file; none when it is not there.
    pub stored: Option<String>,
    /// What follows from the events; none when it must not be there.
    pub rebuilt: Option<String>,
}

/// The first file that differs, by path. `before` is the stored tree that the event followed, and was right.
pub(crate) fn first_difference(
    repo: &Repo,
    files: &Mirror,
    stored: Oid,
    before: Oid,
    edits: &[Edit],
) -> Option<Difference> {
    let found = differing(repo, files, stored, "")?;
    let read = |blob: Oid| repo.blob(blob, codec::MAX_BYTES).ok();
    let stored = found.stored.map(|(mode, oid)| match read(oid) {
        Some(bytes) if mode == Mirror::FILE => bytes,
        _ => format!("mode {mode:o}, object {oid}").into_bytes(),
    });
    let written = edits.iter().rev().find(|(path, _)| *path == found.path);
    let rebuilt = found.rebuilt.map(|oid| match written {
        Some((_, Some(text))) => text.clone().into_bytes(),
        _ => {
            let entry = repo.entry_at(before, &found.path).ok().flatten();
            entry
                .and_then(|entry| read(entry.oid))
                .unwrap_or_else(|| format!("object {oid}").into_bytes())
        }
    });
    Some(by_key(found.path, stored, rebuilt))
}

fn by_key(path: String, stored: Option<Vec<u8>>, rebuilt: Option<Vec<u8>>) -> Difference {
    if let (Some(a), Some(b)) = (&stored, &rebuilt)
        && let (Some(a), Some(b)) = (fields(a), fields(b))
        && let Some(key) = first_key(&a, &b)
    {
        return Difference {
            path,
            stored: a.get(&key).cloned(),
            rebuilt: b.get(&key).cloned(),
            key: Some(key),
        };
    }
    let text = |bytes: Option<Vec<u8>>| bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Difference {
        path,
        key: None,
        stored: text(stored),
        rebuilt: text(rebuilt),
    }
}

fn first_key(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Option<String> {
    let keys = a.keys().chain(b.keys());
    keys.filter(|key| a.get(*key) != b.get(*key)).min().cloned()
}

/// A path with what is stored there (mode and object) and what must be.
struct Found {
    path: String,
    stored: Option<(u32, Oid)>,
    rebuilt: Option<Oid>,
}

/// How deep folders go: deeper ones are none of ours.
const DEPTH_MAX: usize = 8;

fn differing(repo: &Repo, files: &Mirror, stored: Oid, prefix: &str) -> Option<Found> {
    if files.name() == stored {
        return None;
    }
    let there = match repo.tree(stored) {
        Ok(entries) if prefix.matches('/').count() < DEPTH_MAX => entries,
        _ => {
            return Some(Found {
                path: prefix.to_owned(),
                stored: Some((Mirror::FOLDER, stored)),
                rebuilt: Some(files.name()),
            });
        }
    };
    let mut names = files.names();
    let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    names.extend(there.iter().map(|entry| text(&entry.name)));
    for name in names {
        let entry = there.iter().find(|entry| text(&entry.name) == name);
        let path = format!("{prefix}{name}");
        let side = entry.map(|entry| (entry.mode, entry.oid));
        match (files.folder(&name), side) {
            (Some(folder), Some((Mirror::FOLDER, tree))) => {
                if let Some(found) = differing(repo, folder, tree, &format!("{path}/")) {
                    return Some(found);
                }
            }
            (Some(folder), side) => {
                return Some(Found {
                    path,
                    stored: side,
                    rebuilt: Some(folder.name()),
                });
            }
            (None, side) => {
                let wanted = files.file(&name);
                if side != wanted.map(|blob| (Mirror::FILE, blob)) {
                    return Some(Found {
                        path,
                        stored: side,
                        rebuilt: wanted,
                    });
                }
            }
        }
    }
    None
}
