//! Fields that are one value together: a claim with its status, the grant of a lock.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::record::schema::Group;
use lane_core::record::schema::Law;
use lane_core::record::schema::Schema;

use super::document::Document;
use super::document::KeyPath;
use super::document::Leaf;
use super::document::below;
use super::fields::Side;
use super::meaning::Meaning;

/// One group in one record; of a schema with entries (`check.*`) each entry has its own.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) group: &'static Group,
    /// The known fields that a version has.
    pub(super) members: BTreeSet<KeyPath>,
    /// The tables whose known fields are members.
    pub(super) tables: BTreeSet<KeyPath>,
}

/// What becomes of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Both sides agree.
    Agreed,
    /// All of it as this side has it.
    Take(Side),
    Disputed,
}

/// What a version says of a group.
type State<'a> = BTreeMap<&'a KeyPath, &'a Meaning>;

/// The groups that the documents have.
pub(super) fn instances(schema: &Schema, docs: [&Document; 3]) -> Vec<Instance> {
    let mut found: BTreeMap<(&str, KeyPath), Instance> = BTreeMap::new();
    if schema.groups.is_empty() {
        return Vec::new();
    }
    for path in docs
        .iter()
        .flat_map(|doc| doc.leaves.keys().chain(doc.headers.keys()))
    {
        let Some((group, bound, is_table)) = member(schema, path) else {
            continue;
        };
        let instance = found.entry((group.name, bound)).or_insert_with(|| Instance {
            group,
            members: BTreeSet::new(),
            tables: BTreeSet::new(),
        });
        if is_table {
            instance.tables.insert(path.clone());
        } else {
            instance.members.insert(path.clone());
        }
    }
    for instance in found.values_mut() {
        // A member below a table of the group belongs to that table; an inline table is a value.
        let tables = instance.members.iter().filter(|path| path.len() > 1);
        let tables = tables.map(|path| path[..path.len() - 1].to_vec());
        let tables: Vec<KeyPath> = tables.filter(|table| member(schema, table).is_some()).collect();
        instance.tables.extend(tables);
        let values = instance.tables.iter();
        let values = values.filter(|path| docs.iter().any(|doc| doc.leaves.contains_key(*path)));
        instance.members.extend(values.cloned().collect::<Vec<_>>());
    }
    found.into_values().collect()
}

/// The group that the field at `path` is in, the keys that stand where the row has `*`, and whether the row is that of a
/// table.
fn member(schema: &Schema, path: &[String]) -> Option<(&'static Group, KeyPath, bool)> {
    let (place, row) = schema.row(path)?;
    let Law::Together(name) = row.law else {
        return None;
    };
    let bound = row.path.split('.').zip(path).filter(|(part, _)| *part == "*");
    let bound = bound.map(|(_, key)| key.clone()).collect();
    let next = schema.rows.get(place + 1);
    let is_table = next.is_some_and(|next| {
        next.path
            .strip_prefix(row.path)
            .is_some_and(|rest| rest.starts_with('.'))
    });
    Some((schema.group(name)?, bound, is_table))
}

impl Instance {
    /// What a version says: the members that it has.
    fn state<'a>(&'a self, doc: &'a Document) -> State<'a> {
        let said = self.members.iter().map(|path| (path, doc.meaning(path)));
        said.filter_map(|(path, meaning)| Some((path, meaning?)))
            .collect()
    }

    /// Decides. What the loser alone says besides (unknown keys, comments) is never dropped: then it is a conflict.
    pub(super) fn verdict(&self, schema: &Schema, docs: [&Document; 3]) -> Verdict {
        let side = match self.winner(docs) {
            Ok(None) => return Verdict::Agreed,
            Ok(Some(side)) => side,
            Err(Conflict) => return Verdict::Disputed,
        };
        let (taken, other) = match side {
            Side::Ours => (docs[1], docs[2]),
            Side::Theirs => (docs[2], docs[1]),
        };
        if self.drops(schema, docs[0], taken, other) || self.is_outdated(docs[0], taken, other) {
            Verdict::Disputed
        } else {
            Verdict::Take(side)
        }
    }

    fn winner(&self, docs: [&Document; 3]) -> Result<Option<Side>, Conflict> {
        let [b, o, t] = docs.map(|doc| self.state(doc));
        if o == t {
            return Ok(None);
        }
        let later = self.group.later.map(key_path);
        let [vb, vo, vt] = docs.map(|doc| later.as_ref().map(|path| version(doc, path)));
        let counted = |doc| {
            let fields = self.group.counted.iter();
            fields
                .map(|field| version(doc, &key_path(field)))
                .collect::<Vec<_>>()
        };
        let [cb, co, ct] = docs.map(counted);
        match (
            (&o, &vo, co) == (&b, &vb, cb.clone()),
            (&t, &vt, ct) == (&b, &vb, cb),
        ) {
            (_, true) => return Ok(Some(Side::Ours)),
            (true, _) => return Ok(Some(Side::Theirs)),
            _ => {}
        }
        let (Some(Some(vo)), Some(Some(vt))) = (vo, vt) else {
            return Err(Conflict);
        };
        let advanced = vb.flatten() != Some(vo) && vb.flatten() != Some(vt);
        if !advanced || vo == vt || !self.is_same(docs[1], docs[2]) {
            return Err(Conflict);
        }
        Ok(Some(if vo > vt { Side::Ours } else { Side::Theirs }))
    }

    /// Whether one side put another one in its place, and the other changed what means nothing without the old one: a lock
    /// granted again, and a sign of life of the former holder; a claim, and another scope than the one that was claimed.
    fn is_outdated(&self, base: &Document, taken: &Document, other: &Document) -> bool {
        let changed = |field: &&str| {
            let path = key_path(field);
            let now = other.meaning(&path);
            now != base.meaning(&path) && now != taken.meaning(&path)
        };
        let is_new = !self.is_same(base, taken);
        let is_bound = || self.has_one(taken) && self.group.bound.iter().any(changed);
        is_new && (self.group.with.iter().any(changed) || is_bound())
    }

    /// Whether both are versions of the same one.
    fn is_same(&self, ours: &Document, theirs: &Document) -> bool {
        let same = |field: &&str| {
            let path = key_path(field);
            let (o, t) = (value_at(ours, &path), value_at(theirs, &path));
            o.is_some() && o == t
        };
        !self.group.same.is_empty() && self.group.same.iter().all(same)
    }

    /// Whether taking a side would drop what only the other one says.
    fn drops(&self, schema: &Schema, base: &Document, taken: &Document, other: &Document) -> bool {
        let comments_lost = self.members.iter().any(|path| {
            let before = base.leaves.get(path).map(Leaf::comments).unwrap_or_default();
            let now = other.leaves.get(path).map(Leaf::comments);
            !taken.leaves.contains_key(path) && now.is_some_and(|now| now != before)
        });
        comments_lost
            || self.tables.iter().any(|table| {
                let unknown = |doc: &Document| {
                    let leaves = below(&doc.leaves, table).filter(|(path, _)| schema.row(path).is_none());
                    let leaves = leaves
                        .map(|(path, leaf)| format!("{path:?} {:?} {:?}", leaf.meaning, leaf.comments()));
                    let headers = below(&doc.headers, table).filter(|(_, h)| !h.comments().is_empty());
                    let headers = headers.map(|(path, header)| format!("{path:?} {:?}", header.comments()));
                    leaves.chain(headers).collect::<Vec<String>>()
                };
                !taken.has(table) && other.has(table) && {
                    let now = unknown(other);
                    !now.is_empty() && now != unknown(base)
                }
            })
    }

    /// Whether a version has one.
    fn has_one(&self, doc: &Document) -> bool {
        let has = |field: &&str| value_at(doc, &key_path(field)).is_some();
        !self.group.named.is_empty() && self.group.named.iter().all(has)
    }

    /// Whether both sides have one, and not the same.
    pub(super) fn are_two(&self, ours: &Document, theirs: &Document) -> bool {
        self.has_one(ours) && self.has_one(theirs) && !self.is_same(ours, theirs)
    }

    /// The one that a version has, in words: who, and its number.
    pub(super) fn shown(&self, doc: &Document) -> String {
        let mut parts = self.group.named.iter().map(|field| {
            let path = key_path(field);
            let name = path.last().cloned().unwrap_or_default();
            let shown = match value_at(doc, &path) {
                Some(Meaning::Text(text)) => lane_core::text::excerpt(text, 60),
                Some(other) => other.shown(),
                None => "nobody".to_owned(),
            };
            (name, shown)
        });
        let who = parts.next().map_or_else(String::new, |(_, who)| who);
        let rest: Vec<String> = parts.map(|(name, shown)| format!("{name} {shown}")).collect();
        format!("{who} ({})", rest.join(", "))
    }

    /// What a version changed, in words: the first few fields in the order of the schema.
    pub(super) fn changes(&self, schema: &Schema, base: &Document, doc: &Document) -> String {
        let (before, now) = (self.state(base), self.state(doc));
        let name = |path: &[String]| lane_core::text::excerpt(&path.join("."), 60);
        let mut members: Vec<&KeyPath> = self.members.iter().collect();
        members.sort_by_key(|path| schema.place(path));
        let mut out = Vec::new();
        for path in members
            .into_iter()
            .filter(|path| before.get(path) != now.get(path))
        {
            let table = self
                .tables
                .iter()
                .find(|table| path.starts_with(table) && !doc.has(table));
            let words = match now.get(path) {
                Some(meaning) => format!("{} {}", name(path), meaning.shown()),
                None => format!("no {}", name(table.unwrap_or(path))),
            };
            if !out.contains(&words) {
                out.push(words);
            }
        }
        let changed = |field: &str| {
            let path = key_path(field);
            let number = doc
                .meaning(&path)
                .filter(|now| base.meaning(&path) != Some(*now))?;
            Some(format!("{} {}", name(&path), number.shown()))
        };
        if let Some(words) = self.group.later.and_then(changed) {
            out.insert(0, words);
        }
        if out.is_empty() {
            let Group {
                counted, bound, with, ..
            } = self.group;
            let besides = counted.iter().chain(*bound).chain(*with);
            out.extend(besides.copied().filter_map(changed));
        }
        out.truncate(4);
        if out.is_empty() {
            "keys that this git-lane does not know, or comments".to_owned()
        } else {
            out.join(", ")
        }
    }
}

/// Both sides have changed a group, and neither is the later one.
struct Conflict;

/// `None` for a version that nobody can know.
fn version(doc: &Document, path: &[String]) -> Option<i64> {
    match doc.meaning(path) {
        None => Some(0),
        Some(Meaning::Integer(number)) => Some(*number),
        Some(_) => None,
    }
}

pub(super) fn key_path(field: &str) -> KeyPath {
    field.split('.').map(str::to_owned).collect()
}

/// The value at `path`, also inside an inline table.
pub(super) fn value_at<'a>(doc: &'a Document, path: &[String]) -> Option<&'a Meaning> {
    (1..=path.len()).find_map(|n| {
        let mut meaning = doc.meaning(&path[..n])?;
        for key in &path[n..] {
            let Meaning::Table(table) = meaning else {
                return None;
            };
            meaning = table.get(key)?;
        }
        Some(meaning)
    })
}
