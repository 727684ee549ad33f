//! What differs between two trees, looking only where tree names differ.

use std::cmp::Ordering;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::TreeEntry;

/// How many changes are gathered: few kilobytes of trees can unfold to billions.
const CHANGES_LIMIT: usize = 1_000_000;
/// How deep folders go.
const DEPTH_LIMIT: usize = 512;

/// A file, link or submodule that differs. A folder that became a file is a deletion and an addition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeChange {
    /// The path from the root of the trees.
    pub path: Vec<u8>,
    /// Mode and object before; none = it was not there.
    pub old: Option<(u32, Oid)>,
    /// Mode and object after; none = it is gone.
    pub new: Option<(u32, Oid)>,
}

/// A pair of folders still to be compared.
struct Pair {
    prefix: Vec<u8>,
    depth: usize,
    old: Option<Oid>,
    new: Option<Oid>,
}

impl Repo {
    /// The changes from `old` to `new` (none = the empty tree), by path.
    ///
    /// # Errors
    /// When a tree cannot be read, and [`GitError::TooMuch`] at more than 1,000,000 changes or 512 levels.
    pub fn compare_trees(&self, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<TreeChange>, GitError> {
        let mut changes = Vec::new();
        let mut pending = vec![Pair {
            prefix: Vec::new(),
            depth: 0,
            old,
            new,
        }];
        while let Some(pair) = pending.pop() {
            if pair.old == pair.new {
                continue;
            }
            check(pair.depth, DEPTH_LIMIT, "levels")?;
            let (old, new) = (self.side(pair.old)?, self.side(pair.new)?);
            join(&pair, &old, &new, &mut changes, &mut pending);
            check(changes.len() + pending.len(), CHANGES_LIMIT, "changes")?;
        }
        changes.sort();
        Ok(changes)
    }

    fn side(&self, tree: Option<Oid>) -> Result<Vec<TreeEntry>, GitError> {
        tree.map_or_else(|| Ok(Vec::new()), |tree| self.tree(tree))
    }
}

fn check(count: usize, limit: usize, unit: &'static str) -> Result<(), GitError> {
    if count <= limit {
        return Ok(());
    }
    Err(GitError::TooMuch {
        doing: "comparing trees".to_owned(),
        limit,
        unit,
    })
}

/// Both lists are in git's order, where a folder and a file of one name stand apart.
fn join(
    pair: &Pair,
    old: &[TreeEntry],
    new: &[TreeEntry],
    changes: &mut Vec<TreeChange>,
    pending: &mut Vec<Pair>,
) {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => old.git_order(new),
        };
        let before = if order.is_le() { old.next() } else { None };
        let after = if order.is_ge() { new.next() } else { None };
        note(pair, before, after, changes, pending);
    }
}

fn note(
    pair: &Pair,
    old: Option<&TreeEntry>,
    new: Option<&TreeEntry>,
    changes: &mut Vec<TreeChange>,
    pending: &mut Vec<Pair>,
) {
    let Some(entry) = old.or(new) else { return };
    let side = |entry: Option<&TreeEntry>| entry.map(|entry| (entry.mode, entry.oid));
    if side(old) == side(new) {
        return;
    }
    let mut path = pair.prefix.clone();
    path.extend_from_slice(&entry.name);
    if entry.is_tree() {
        path.push(b'/');
        let (old, new) = (old.map(|entry| entry.oid), new.map(|entry| entry.oid));
        pending.push(Pair {
            prefix: path,
            depth: pair.depth + 1,
            old,
            new,
        });
    } else {
        changes.push(TreeChange {
            path,
            old: side(old),
            new: side(new),
        });
    }
}
