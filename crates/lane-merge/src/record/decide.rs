//! What becomes of each value, header and table of a record: merged, gone, or in conflict.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::record::schema::Group;
use lane_core::record::schema::Law;
use lane_core::record::schema::Schema;

use super::document::Document;
use super::document::Header;
use super::document::KeyPath;
use super::document::Leaf;
use super::document::below;
use super::fields;
use super::fields::Side;
use super::groups;
use super::groups::Instance;
use super::groups::Verdict;
use super::groups::key_path;
use super::groups::value_at;
use super::meaning::Meaning;
use super::words;

/// The merged record. What is in conflict is named by its path, with the group that it belongs to.
#[derive(Debug, Default)]
pub(super) struct Decided {
    pub(super) leaves: BTreeMap<KeyPath, Leaf>,
    pub(super) headers: BTreeMap<KeyPath, Header>,
    /// Single values in conflict.
    pub(super) values: BTreeMap<KeyPath, Option<usize>>,
    /// Tables in conflict, as a whole.
    pub(super) tables: BTreeMap<KeyPath, Option<usize>>,
    pub(super) what: Vec<String>,
}

/// Why a record cannot be taken apart: its tables are written in ways that do not fit together.
#[derive(Debug)]
pub(super) struct Odd;

struct Deciding<'a> {
    schema: &'a Schema,
    base: &'a Document,
    ours: &'a Document,
    theirs: &'a Document,
    /// Values and tables of which a side is taken.
    taken: BTreeMap<KeyPath, Side>,
    /// The tables of groups, which groups decide about.
    grouped: BTreeSet<KeyPath>,
    out: Decided,
}

/// Decides about everything in the three documents.
pub(super) fn decide(schema: &Schema, docs: [&Document; 3]) -> Result<Decided, Odd> {
    let [base, ours, theirs] = docs;
    let mut deciding = Deciding {
        schema,
        base,
        ours,
        theirs,
        taken: BTreeMap::new(),
        grouped: BTreeSet::new(),
        out: Decided::default(),
    };
    deciding.groups()?;
    deciding.tables()?;
    deciding.values()?;
    deciding.headers();
    Ok(deciding.out)
}

impl<'a> Deciding<'a> {
    fn docs(&self) -> [&'a Document; 3] {
        [self.base, self.ours, self.theirs]
    }

    fn of(&self, side: Side) -> &'a Document {
        match side {
            Side::Ours => self.ours,
            Side::Theirs => self.theirs,
        }
    }

    fn groups(&mut self) -> Result<(), Odd> {
        for (number, instance) in groups::instances(self.schema, self.docs())
            .into_iter()
            .enumerate()
        {
            self.grouped.extend(instance.tables.iter().cloned());
            match instance.verdict(self.schema, self.docs()) {
                Verdict::Agreed => {}
                Verdict::Take(side) => {
                    self.taken
                        .extend(instance.members.iter().map(|path| (path.clone(), side)));
                }
                Verdict::Disputed => {
                    self.dispute_group(number, &instance)?;
                    self.out
                        .what
                        .push(words::group(self.schema, &instance, self.docs()));
                }
            }
        }
        Ok(())
    }

    fn dispute_group(&mut self, number: usize, instance: &Instance) -> Result<(), Odd> {
        for table in &instance.tables {
            let is_value = |doc: &Document| doc.leaves.contains_key(table);
            let is_table = |doc: &Document| doc.has(table) && !is_value(doc);
            let differ = self.ours.said(table) != self.theirs.said(table);
            if differ && (is_table(self.ours) || is_table(self.theirs)) {
                if is_value(self.ours) || is_value(self.theirs) {
                    return Err(Odd);
                }
                self.dispute_table(table, Some(number))?;
            }
        }
        let Group { with, bound, .. } = instance.group;
        let besides = with.iter().chain(*bound).map(|field| key_path(field));
        for path in instance.members.iter().cloned().chain(besides) {
            let below_table = instance
                .tables
                .iter()
                .any(|t| path.len() > t.len() && path.starts_with(t));
            if self.ours.meaning(&path) != self.theirs.meaning(&path) && !below_table {
                self.out.values.insert(path, Some(number));
            }
        }
        Ok(())
    }

    /// Whether a version has a value, like an inline table, at `path`.
    fn is_value(&self, path: &[String]) -> bool {
        self.docs().iter().any(|doc| doc.leaves.contains_key(path))
    }

    fn dispute_table(&mut self, table: &[String], group: Option<usize>) -> Result<(), Odd> {
        let sectioned = |doc: &Document| !doc.has(table) || doc.is_sectioned(table);
        if !sectioned(self.ours) || !sectioned(self.theirs) {
            return Err(Odd);
        }
        self.out.tables.insert(table.to_vec(), group);
        Ok(())
    }

    /// Tables that are one thing: entries, and whatever one side removed.
    fn tables(&mut self) -> Result<(), Odd> {
        let mut candidates: BTreeMap<KeyPath, Option<Law>> = BTreeMap::new();
        for path in self.base.headers.keys() {
            candidates.insert(path.clone(), None);
        }
        for doc in self.docs() {
            for path in doc.leaves.keys().chain(doc.headers.keys()) {
                for n in 1..=path.len() {
                    let row = self.schema.row(&path[..n]);
                    if let Some((_, row)) = row
                        && matches!(row.law, Law::Entry | Law::Newest(_))
                    {
                        candidates.insert(path[..n].to_vec(), Some(row.law));
                    }
                }
            }
        }
        let mut candidates: Vec<(KeyPath, Option<Law>)> = candidates.into_iter().collect();
        candidates.sort_by_key(|(path, _)| path.len());
        for (path, law) in candidates {
            if !self.is_decided(&path) && !self.is_value(&path) {
                self.table(&path, law)?;
            }
        }
        Ok(())
    }

    fn is_decided(&self, path: &[String]) -> bool {
        let above = |n| {
            let prefix: &[String] = &path[..n];
            self.grouped.contains(prefix) || self.out.tables.contains_key(prefix)
        };
        (1..=path.len()).any(above)
    }

    fn table(&mut self, path: &[String], law: Option<Law>) -> Result<(), Odd> {
        let has = self.docs().map(|doc| doc.has(path));
        match (has, law) {
            ([true, true, false], _) => self.removed(path, self.ours, Side::Theirs),
            ([true, false, true], _) => self.removed(path, self.theirs, Side::Ours),
            ([_, true, true], Some(Law::Newest(tag))) => self.newest(path, tag),
            ([false, true, true], Some(Law::Entry))
                if self.ours.meanings(path) != self.theirs.meanings(path) =>
            {
                self.out.what.push(words::added(path));
                self.dispute_table(path, None)
            }
            _ => Ok(()),
        }
    }

    /// A table that one side removed: gone, unless the other one changed it.
    fn removed(&mut self, path: &[String], left: &Document, by: Side) -> Result<(), Odd> {
        if left.said(path) == self.base.said(path) {
            return Ok(());
        }
        self.out.what.push(words::removed(path, by));
        self.dispute_table(path, None)
    }

    fn newest(&mut self, path: &[String], tag: &str) -> Result<(), Odd> {
        // What this version does not know of it is merged key by key.
        let known = |doc: &'a Document| -> Vec<(&'a KeyPath, &'a Meaning)> {
            let all = below(&doc.leaves, path).filter(|(path, _)| self.schema.row(path).is_some());
            all.map(|(path, leaf)| (path, &leaf.meaning)).collect()
        };
        let [b, o, t] = self.docs().map(known);
        if o == t {
            return Ok(());
        }
        let paths: BTreeSet<KeyPath> = b
            .iter()
            .chain(&o)
            .chain(&t)
            .map(|(path, _)| (*path).clone())
            .collect();
        let tag: KeyPath = [path.to_vec(), key_path(tag)].concat();
        let number = |doc| match value_at(doc, &tag) {
            Some(Meaning::Integer(number)) => Some(*number),
            _ => None,
        };
        let side = match (number(self.ours), number(self.theirs)) {
            _ if o == b => Side::Theirs,
            _ if t == b => Side::Ours,
            (Some(o), Some(t)) if o > t => Side::Ours,
            (Some(o), Some(t)) if t > o => Side::Theirs,
            _ => {
                self.out.what.push(words::same_number(path, &tag));
                return self.dispute_table(path, None);
            }
        };
        if paths.iter().any(|path| self.loses_comments(path, side)) {
            self.out.what.push(words::added(path));
            return self.dispute_table(path, None);
        }
        self.taken.extend(paths.into_iter().map(|path| (path, side)));
        Ok(())
    }

    /// Whether the side that is not taken commented on a value that the taken one does not have.
    fn loses_comments(&self, path: &[String], side: Side) -> bool {
        let (taken, other) = match side {
            Side::Ours => (self.ours, self.theirs),
            Side::Theirs => (self.theirs, self.ours),
        };
        let comments = |doc: &'a Document| doc.leaves.get(path).map(Leaf::comments).unwrap_or_default();
        !taken.leaves.contains_key(path)
            && other.leaves.contains_key(path)
            && comments(other) != comments(self.base)
    }

    fn values(&mut self) -> Result<(), Odd> {
        let paths = self.docs().into_iter().flat_map(|doc| doc.leaves.keys());
        let paths: BTreeSet<&'a KeyPath> = paths.collect();
        for path in paths {
            let disputed = self.out.values.contains_key(path);
            if disputed || (1..=path.len()).any(|n| self.out.tables.contains_key(&path[..n])) {
                continue;
            }
            self.value(path)?;
        }
        Ok(())
    }

    fn value(&mut self, path: &KeyPath) -> Result<(), Odd> {
        let [base, ours, theirs] = self.docs().map(|doc| doc.leaves.get(path));
        let taken = self.taken.get(path).copied();
        let merged = match (ours, theirs) {
            (None, None) => return Ok(()),
            (Some(ours), Some(theirs)) => {
                if ours.is_tables != theirs.is_tables {
                    return Err(Odd);
                }
                let row = self.schema.row(path);
                let law = row.map_or(Law::One, |(_, row)| row.law);
                fields::merged(
                    law,
                    taken,
                    base.filter(|b| b.is_tables == ours.is_tables),
                    ours,
                    theirs,
                )
            }
            (Some(one), None) | (None, Some(one)) => {
                let side = if ours.is_some() { Side::Ours } else { Side::Theirs };
                match (taken, base) {
                    (Some(taken), _) if taken != side => return Ok(()),
                    (None, Some(base))
                        if base.meaning == one.meaning && base.comments() == one.comments() =>
                    {
                        return Ok(());
                    }
                    (None, Some(base)) if self.is_set(path) => match fields::emptied(base, one) {
                        Some(rest) => Some(rest),
                        None if base.comments() == one.comments() => return Ok(()),
                        None => None,
                    },
                    (None, Some(_)) => None,
                    _ => Some(one.clone()),
                }
            }
        };
        if let Some(leaf) = merged {
            self.out.leaves.insert(path.clone(), leaf);
        } else {
            self.out.what.push(words::value(path, self.docs()));
            self.out.values.insert(path.clone(), None);
        }
        Ok(())
    }

    fn is_set(&self, path: &[String]) -> bool {
        self.schema.row(path).is_some_and(|(_, row)| row.law == Law::Set)
    }

    fn headers(&mut self) {
        let paths = self.docs().into_iter().flat_map(|doc| doc.headers.keys());
        let paths: BTreeSet<&'a KeyPath> = paths.collect();
        for path in paths {
            if (1..=path.len()).any(|n| self.out.tables.contains_key(&path[..n])) {
                continue;
            }
            let taken = below(&self.taken, path).next().map(|(_, side)| self.of(*side));
            if taken.is_some_and(|doc| !doc.has(path)) && below(&self.out.leaves, path).next().is_none() {
                continue; // the side that was taken has no such table
            }
            if let Some(header) = self.header(path) {
                self.out.headers.insert(path.clone(), header);
            }
        }
    }

    fn header(&self, path: &KeyPath) -> Option<Header> {
        let [base, ours, theirs] = self.docs().map(|doc| doc.headers.get(path));
        match (base, ours, theirs) {
            (_, None, None) => None,
            (base, Some(ours), Some(theirs)) => Some(fields::merged_header(base, ours, theirs)),
            (None, one, other) => one.or(other).cloned(),
            (Some(base), one, other) => {
                let left = one.or(other)?;
                let without = if one.is_some() { self.theirs } else { self.ours };
                let stays = without.has(path) && left.comments() != base.comments();
                (stays || self.keeps(path)).then(|| left.clone())
            }
        }
    }

    /// Whether a table that one side removed is kept, because the other side is taken.
    fn keeps(&self, path: &KeyPath) -> bool {
        let taken = below(&self.taken, path).next();
        taken.is_some_and(|(_, side)| self.of(*side).headers.contains_key(path))
    }
}
