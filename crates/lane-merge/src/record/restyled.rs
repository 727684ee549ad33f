//! Tables that one version writes as a value (`a = { b = 1 }`) and another one key by key (`a.b = 1`, `[a]`).
//!
//! Values are merged where they stand, so that there the base says nothing of a key: one that a side removed would come
//! back as the other one's addition. What was decided is compared here with what each key means on its own.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::record::schema::Law;
use lane_core::record::schema::Schema;

use super::decide::Decided;
use super::decide::Odd;
use super::document::Document;
use super::document::KeyPath;
use super::document::Leaf;
use super::document::below;
use super::meaning::Meaning;
use crate::three_way::three_way;

type Leaves = BTreeMap<KeyPath, Leaf>;

/// Refuses what was decided about a table that is written in two ways, if a key that at most one side changed came out
/// otherwise, or one that both changed came out at all.
pub(super) fn check(schema: &Schema, docs: [&Document; 3], decided: &Decided) -> Result<(), Odd> {
    let versions = docs.map(|doc| &doc.leaves);
    for table in in_two_ways(versions) {
        let [base, ours, theirs] = versions.map(|leaves| keys(leaves, &table));
        let result = keys(&decided.leaves, &table);
        let all: BTreeSet<&KeyPath> = [&base, &ours, &theirs]
            .into_iter()
            .flat_map(BTreeMap::keys)
            .collect();
        for path in all.into_iter().filter(|path| !is_disputed(decided, path)) {
            let meant = three_way(&base.get(path), ours.get(path), theirs.get(path));
            let fits = meant.map_or_else(|| has_law(schema, path), |meant| meant == result.get(path));
            if !fits {
                return Err(Odd);
            }
        }
    }
    Ok(())
}

/// The tables that are a value in one version and not in another one that has them.
fn in_two_ways(versions: [&Leaves; 3]) -> BTreeSet<KeyPath> {
    let is_table = |leaf: &Leaf| matches!(leaf.meaning, Meaning::Table(_));
    let values = versions.into_iter().flatten();
    let values = values.filter(|(_, leaf)| is_table(leaf)).map(|(path, _)| path);
    let has_keys = |path: &KeyPath| {
        versions
            .iter()
            .any(|leaves| below(leaves, path).any(|(found, _)| found != path))
    };
    values.filter(|path| has_keys(path)).cloned().collect()
}

/// Whether two changes of the value at `path` may be one.
fn has_law(schema: &Schema, path: &[String]) -> bool {
    schema.row(path).is_some_and(|(_, row)| row.law != Law::One)
}

fn is_disputed(decided: &Decided, path: &[String]) -> bool {
    (1..=path.len())
        .any(|n| decided.values.contains_key(&path[..n]) || decided.tables.contains_key(&path[..n]))
}

/// The values in a table, those within values too.
fn keys<'a>(leaves: &'a Leaves, table: &[String]) -> BTreeMap<KeyPath, &'a Meaning> {
    let mut found = BTreeMap::new();
    for (path, leaf) in below(leaves, table) {
        take_apart(path.clone(), &leaf.meaning, &mut found);
    }
    found
}

fn take_apart<'a>(path: KeyPath, meaning: &'a Meaning, found: &mut BTreeMap<KeyPath, &'a Meaning>) {
    let Meaning::Table(table) = meaning else {
        found.insert(path, meaning);
        return;
    };
    for (key, meaning) in table {
        let mut path = path.clone();
        path.push(key.clone());
        take_apart(path, meaning, found);
    }
}
