//! What a merge commit changes beside what git makes of its parents by itself.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use git2::Delta;

use crate::Commit;
use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::TreeChange;
use crate::error::Doing as _;
use crate::git_version;
use crate::oid::lib_oid;

/// The first git with `merge-tree --write-tree`.
const MERGE_TREE: (u32, u32, u32) = (2, 38, 0);

/// Mode and object; none = it is not there.
type Entry = Option<(u32, Oid)>;

impl Repo {
    /// The paths in which a merge differs from what its parents come to by themselves, from that to what it has. Paths in
    /// conflict are left out. Of two parents both libgit2 and, from git 2.38 on, `git merge-tree` must find it: the one reads no
    /// drivers, the other does. An older git finds only what is plain without looking into files,
    /// as do three parents and more: a path that one side alone changed, or none.
    ///
    /// # Errors
    /// When an object is not there.
    pub fn beside_merge(&self, merge: &Commit) -> Result<Vec<TreeChange>, GitError> {
        match merge.parents.as_slice() {
            [] | [_] => Ok(Vec::new()),
            [ours, theirs] => self.beside_two(merge, *ours, *theirs),
            several => self.beside_several(merge, several),
        }
    }

    /// Whether two commits merge without a conflict, by libgit2: no driver is asked.
    ///
    /// # Errors
    /// When an object is not there.
    pub fn merges_cleanly(&self, ours: Oid, theirs: Oid) -> Result<bool, GitError> {
        let read = || -> Result<bool, git2::Error> {
            let ours = self.git.find_commit(lib_oid(ours))?;
            let theirs = self.git.find_commit(lib_oid(theirs))?;
            Ok(!self.git.merge_commits(&ours, &theirs, None)?.has_conflicts())
        };
        read().doing(format!("merging {} and {}", ours.short(), theirs.short()))
    }

    fn beside_two(&self, merge: &Commit, ours: Oid, theirs: Oid) -> Result<Vec<TreeChange>, GitError> {
        let found = self.beside_index(merge, ours, theirs)?;
        if found.is_empty() {
            return Ok(found);
        }
        if git_version()? >= MERGE_TREE {
            let there = self.beside_tree(merge, ours, theirs)?;
            return Ok(found
                .into_iter()
                .filter(|one| there.contains(&one.path))
                .collect());
        }
        let sides = [self.commit(ours)?.tree, self.commit(theirs)?.tree];
        let mut plain = Vec::new();
        for one in found {
            let path = String::from_utf8_lossy(&one.path);
            let has = |tree: Oid| -> Result<Entry, GitError> {
                Ok(self.entry_at(tree, &path)?.map(|entry| (entry.mode, entry.oid)))
            };
            if has(sides[0])? == one.old || has(sides[1])? == one.old {
                plain.push(one);
            }
        }
        Ok(plain)
    }

    /// By libgit2, in memory.
    fn beside_index(&self, merge: &Commit, ours: Oid, theirs: Oid) -> Result<Vec<TreeChange>, GitError> {
        let doing = || format!("merging {} and {}", ours.short(), theirs.short());
        let read = || -> Result<Vec<TreeChange>, git2::Error> {
            let (a, b) = (
                self.git.find_commit(lib_oid(ours))?,
                self.git.find_commit(lib_oid(theirs))?,
            );
            let index = self.git.merge_commits(&a, &b, None)?;
            let mut conflicts = BTreeSet::new();
            for conflict in index.conflicts()? {
                let conflict = conflict?;
                let sides = [conflict.ancestor, conflict.our, conflict.their];
                conflicts.extend(sides.into_iter().flatten().map(|entry| entry.path));
            }
            let tree = self.git.find_tree(lib_oid(merge.tree))?;
            let diff = self.git.diff_tree_to_index(Some(&tree), Some(&index), None)?;
            let changes = diff.deltas().filter(|delta| delta.status() != Delta::Conflicted);
            let changes = changes.map(|delta| {
                let side = |file: git2::DiffFile<'_>| {
                    let mode = u32::from(file.mode());
                    (mode != 0).then(|| (mode, Oid::from(file.id())))
                };
                let path = delta.new_file().path_bytes().or(delta.old_file().path_bytes());
                TreeChange {
                    path: path.unwrap_or_default().to_vec(),
                    old: side(delta.new_file()),
                    new: side(delta.old_file()),
                }
            });
            Ok(changes
                .filter(|change| !conflicts.contains(&change.path))
                .collect())
        };
        read().doing(doing())
    }

    /// By git itself: the paths. What it writes goes to a folder that goes with this call.
    fn beside_tree(&self, merge: &Commit, ours: Oid, theirs: Oid) -> Result<BTreeSet<Vec<u8>>, GitError> {
        let doing = "merging two commits";
        let folder = tempfile::tempdir().doing("making a folder for objects")?;
        let aside = || self.writer(doing).configured().objects_in(folder.path(), self);
        let git = aside()?.args(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"]);
        let (_, output) = git
            .arg(ours.to_string())
            .arg(theirs.to_string())
            .run_expecting(&[1])?;
        let mut fields = output.split(|byte| *byte == 0);
        let tree = fields.next().and_then(|name| Oid::from_hex(name).ok());
        let tree = tree.ok_or_else(|| GitError::unreadable(doing))?;
        let conflicts: BTreeSet<&[u8]> = fields.collect();
        let git = aside()?.args(["diff-tree", "-r", "-z", "--name-only", "--no-renames"]);
        let changed = git.arg(tree.to_string()).arg(merge.tree.to_string()).run()?;
        let paths = changed.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths
            .filter(|path| !conflicts.contains(path))
            .map(<[u8]>::to_vec)
            .collect())
    }

    /// Path by path, from what all of them have in common.
    fn beside_several(&self, merge: &Commit, parents: &[Oid]) -> Result<Vec<TreeChange>, GitError> {
        let mut base = parents.first().copied();
        for parent in parents.iter().skip(1) {
            base = match base {
                Some(base) => self.merge_base(base, *parent)?,
                None => None,
            };
        }
        let base = base
            .map(|base| self.commit(base))
            .transpose()?
            .map(|base| base.tree);
        let mut sides: BTreeMap<Vec<u8>, BTreeSet<Entry>> = BTreeMap::new();
        for parent in parents {
            for change in self.compare_trees(base, Some(self.commit(*parent)?.tree))? {
                sides.entry(change.path).or_default().insert(change.new);
            }
        }
        let made = self.compare_trees(base, Some(merge.tree))?;
        let mut made: BTreeMap<Vec<u8>, TreeChange> = made
            .into_iter()
            .map(|change| (change.path.clone(), change))
            .collect();
        let mut found = Vec::new();
        for (path, ways) in sides {
            let was = made.remove(&path);
            let [way] = Vec::from_iter(ways)[..] else { continue };
            match was {
                Some(change) if change.new == way => {}
                Some(change) => found.push(TreeChange {
                    path,
                    old: way,
                    new: change.new,
                }),
                // The merge has what the base has, and one side changed that.
                None => {
                    let name = String::from_utf8_lossy(&path).into_owned();
                    let entry = base.map(|base| self.entry_at(base, &name)).transpose()?.flatten();
                    let new = entry.map(|entry| (entry.mode, entry.oid));
                    found.push(TreeChange { path, old: way, new });
                }
            }
        }
        found.extend(made.into_values());
        Ok(found)
    }
}
