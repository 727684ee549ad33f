//! The net difference where branches were merged criss-cross, so that there are several merge bases: compared with what
//! these come to together, path by path. One base alone lacks what another has, and a change that drops it would not show.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_git::Oid;
use lane_git::PathChange;
use lane_git::Repo;

use crate::error::CliError;

/// What a path has: mode and object, both zero where it is not there.
type Entry = (u32, Oid);

/// What changed from one tree to another, by path: before and after.
type Changes = BTreeMap<Vec<u8>, (Entry, Entry)>;

/// The paths in which `tip` differs from what `bases` have together. A path that only one of them changed since they
/// parted is as that one has it; of one that several changed in different ways, each way counts as there before.
pub(super) fn net(repo: &Repo, bases: &[Oid], tip: Oid) -> Result<Vec<PathChange>, CliError> {
    let mut root = bases.first().copied();
    for base in bases.iter().skip(1) {
        root = match root {
            Some(root) => repo.merge_base(root, *base)?,
            None => None,
        };
    }
    let tree = |commit: Oid| repo.commit(commit).map(|commit| commit.tree);
    let root = root.map_or(Ok(Oid::EMPTY_TREE), tree)?;
    let changes = |commit: Oid| -> Result<Changes, CliError> {
        let list = repo.tree_changes(root, tree(commit)?)?;
        let sides = |c: PathChange| (c.path, ((c.old_mode, c.old), (c.new_mode, c.new)));
        Ok(list.into_iter().map(sides).collect())
    };
    let bases = bases
        .iter()
        .map(|base| changes(*base))
        .collect::<Result<Vec<Changes>, _>>()?;
    Ok(differing(&bases, &changes(tip)?))
}

fn differing(bases: &[Changes], tip: &Changes) -> Vec<PathChange> {
    let all = bases.iter().chain([tip]);
    let paths: BTreeSet<&Vec<u8>> = all.flat_map(BTreeMap::keys).collect();
    let change = |path: &Vec<u8>| {
        let known: BTreeSet<Entry> = bases.iter().filter_map(|base| Some(base.get(path)?.1)).collect();
        let root = bases
            .iter()
            .chain([tip])
            .find_map(|side| Some(side.get(path)?.0))?;
        let now = tip.get(path).map_or(root, |(_, now)| *now);
        let before = known.first().copied().unwrap_or(root);
        let is_known = now == before || known.contains(&now);
        (!is_known).then(|| changed(path, before, now))
    };
    paths.into_iter().filter_map(change).collect()
}

fn changed(path: &[u8], before: Entry, now: Entry) -> PathChange {
    PathChange {
        status: match (before.0, now.0) {
            (0, _) => b'A',
            (_, 0) => b'D',
            _ => b'M',
        },
        path: path.to_vec(),
        old_mode: before.0,
        new_mode: now.0,
        old: before.1,
        new: now.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str) -> Entry {
        match text {
            "-" => (0, Oid::EMPTY_TREE),
            _ => (0o100_644, text.repeat(40).parse().unwrap()),
        }
    }

    fn side(root: &str, now: &str) -> Changes {
        match root == now {
            true => Changes::new(),
            false => Changes::from([(b"f".to_vec(), (entry(root), entry(now)))]),
        }
    }

    #[test]
    fn a_path_is_changed_where_it_is_as_no_base_made_it() {
        for (root, one, other, tip, status) in [
            ("-", "a", "-", "-", Some(b'D')),
            ("-", "a", "-", "a", None),
            ("-", "-", "-", "a", Some(b'A')),
            ("a", "b", "a", "a", Some(b'M')),
            ("a", "b", "a", "b", None),
            ("a", "b", "c", "c", None),
            ("a", "b", "c", "d", Some(b'M')),
            ("a", "b", "c", "a", Some(b'M')),
            ("a", "-", "a", "a", Some(b'A')),
            ("a", "-", "a", "-", None),
        ] {
            let bases = [side(root, one), side(root, other)];
            let found = differing(&bases, &side(root, tip));
            let found = found.first().map(|change| change.status);
            assert_eq!(found, status, "{root} {one} {other} {tip}");
        }
    }
}
