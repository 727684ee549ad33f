//! A merged record, written: sections and keys in their order, and what is in conflict where it belongs.

use std::collections::BTreeMap;

use lane_core::record::schema::Kind;
use lane_core::record::schema::Schema;

use super::comments::merged_above;
use super::comments::merged_lines;
use super::decide::Decided;
use super::decide::Odd;
use super::document::Above;
use super::document::Document;
use super::document::KeyPath;
use super::document::Leaf;
use super::meaning::Meaning;
use crate::Piece;
use crate::order;
use crate::three_way::three_way_or_least;

/// Some lines of the result.
#[derive(Debug)]
enum Slot {
    Agreed(String),
    /// The lines of base, ours and theirs, and the group that they are part of.
    Disputed([String; 3], Option<usize>),
}

/// Writes a merged record.
pub(super) fn pieces(schema: &Schema, docs: [&Document; 3], decided: &Decided) -> Result<Vec<Piece>, Odd> {
    let mut layout = Layout {
        schema,
        docs,
        decided,
        homes: BTreeMap::new(),
        slots: Vec::new(),
        is_start: true,
    };
    layout.find_homes()?;
    layout.head();
    layout.section(&Vec::new());
    for path in layout.sections() {
        layout.section_at(&path);
    }
    let [base, ours, theirs] = docs.map(|doc| &doc.tail);
    let tail = merged_above(Some(base), ours, theirs, &[], 0);
    let tail = layout.above(&tail, 0);
    layout.slots.push(Slot::Agreed(tail));
    Ok(bound_together(layout.slots))
}

struct Layout<'a> {
    schema: &'a Schema,
    docs: [&'a Document; 3],
    decided: &'a Decided,
    /// The values of each section.
    homes: BTreeMap<KeyPath, Vec<KeyPath>>,
    slots: Vec<Slot>,
    is_start: bool,
}

/// Where a key or section stands among the others: in the schema's order, what it does not know by the alphabet.
type Rank = Vec<(usize, String)>;

impl<'a> Layout<'a> {
    /// `unknown` is the place of what the schema does not know; places of what it knows begin with 1.
    fn rank(&self, path: &KeyPath, unknown: usize) -> Rank {
        let place = |n: usize| self.schema.place(&path[..n]).map_or(unknown, |place| place + 1);
        path.iter()
            .enumerate()
            .map(|(n, key)| (place(n + 1), key.clone()))
            .collect()
    }

    fn ordered(
        &self,
        of: impl Fn(&'a Document) -> &'a [KeyPath],
        present: &[KeyPath],
        unknown: usize,
    ) -> Vec<KeyPath> {
        let [base, ours, theirs] = self.docs.map(of);
        order::merged(base, ours, theirs, present, |path| self.rank(path, unknown))
    }

    /// Among sections the store writes what it does not know first; people write it last.
    fn unknown_sections(&self) -> usize {
        match self.schema.kind {
            Kind::Policy | Kind::Gates | Kind::Other => usize::MAX,
            _ => 0,
        }
    }

    /// The section that a value stands in: that of the nearest header above it.
    fn home(&self, path: &KeyPath) -> KeyPath {
        let has = |n: &usize| self.decided.headers.contains_key(&path[..*n]);
        let n = (1..path.len()).rev().find(has).unwrap_or(0);
        path[..n].to_vec()
    }

    fn find_homes(&mut self) -> Result<(), Odd> {
        for (path, leaf) in &self.decided.leaves {
            if !leaf.is_tables {
                self.homes.entry(self.home(path)).or_default().push(path.clone());
            }
        }
        for path in self.decided.values.keys() {
            let home = self.home(path);
            let sides = [self.docs[1], self.docs[2]];
            let sides = sides.into_iter().filter_map(|doc| doc.leaves.get(path));
            let (mut tables, mut values) = (0, 0);
            for leaf in sides {
                if leaf.is_tables {
                    tables += 1;
                } else if leaf.home == home {
                    values += 1;
                } else {
                    return Err(Odd);
                }
            }
            if tables > 0 && values > 0 {
                return Err(Odd);
            }
            if values > 0 {
                self.homes.entry(home).or_default().push(path.clone());
            }
        }
        Ok(())
    }

    fn is_disputed_tables(&self, path: &KeyPath) -> bool {
        self.decided.values.contains_key(path)
            && self.docs[1..]
                .iter()
                .any(|doc| doc.leaves.get(path).is_some_and(|leaf| leaf.is_tables))
    }

    fn sections(&self) -> Vec<KeyPath> {
        let tables = self.decided.leaves.iter().filter(|(_, leaf)| leaf.is_tables);
        let disputed = self
            .decided
            .values
            .keys()
            .filter(|path| self.is_disputed_tables(path));
        let headers = self.decided.headers.keys().chain(self.decided.tables.keys());
        let present = headers.chain(tables.map(|(path, _)| path)).chain(disputed);
        let present: Vec<KeyPath> = present.cloned().collect();
        self.ordered(|doc| &doc.sections, &present, self.unknown_sections())
    }

    fn head(&mut self) {
        let [base, ours, theirs] = self.docs;
        let lines = merged_lines(&base.head, &ours.head, &theirs.head, &[]);
        let gap = three_way_or_least(&base.head_gap, ours.head_gap, theirs.head_gap);
        let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        if self.docs[1..]
            .iter()
            .any(|doc| !doc.sections.is_empty() || !doc.leaves.is_empty())
            && (!text.is_empty() || gap > 0)
        {
            text += &"\n".repeat(gap.max(1));
        }
        self.slots.push(Slot::Agreed(text));
    }

    fn section_at(&mut self, path: &KeyPath) {
        if let Some(group) = self.decided.tables.get(path) {
            let above = self
                .docs
                .map(|doc| doc.headers.get(path).map(|header| &header.above));
            let texts = self.docs.map(|doc| {
                doc.headers.get(path).map_or_else(String::new, |header| {
                    header.written() + &self.rest_of_table(doc, path)
                })
            });
            self.disputed(above, texts, *group, 1);
        } else if self.is_disputed_tables(path) {
            self.value(path, path);
        } else if let Some(leaf) = self.decided.leaves.get(path) {
            let text = self.above(&leaf.above, 1) + &leaf.written();
            self.agreed(text);
        } else if let Some(header) = self.decided.headers.get(path) {
            let text = self.above(&header.above, 1) + &header.written();
            self.agreed(text);
            self.section(path);
        }
    }

    /// What a version writes in the table at `path`, behind its header.
    fn rest_of_table(&self, doc: &Document, path: &KeyPath) -> String {
        let mut out = String::new();
        let plain = |above: &Above| written_above(above, above.blanks.unwrap_or(0));
        let values = |section: &KeyPath| {
            let leaves = doc.keys_of(section).iter().filter_map(|key| doc.leaves.get(key));
            let leaves = leaves.filter(|leaf| leaf.meaning != Meaning::Unknown);
            leaves
                .map(|leaf| plain(&leaf.above) + &leaf.written())
                .collect::<String>()
        };
        out += &values(path);
        for section in doc.sections.iter().filter(|s| *s != path && s.starts_with(path)) {
            if let Some(header) = doc.headers.get(section) {
                out += &(plain(&header.above) + &header.written() + &values(section));
            } else if let Some(leaf) = doc.leaves.get(section) {
                out += &(plain(&leaf.above) + &leaf.written());
            }
        }
        out
    }

    fn section(&mut self, section: &KeyPath) {
        let Some(present) = self.homes.remove(section) else {
            return;
        };
        for path in self.ordered(|doc| doc.keys_of(section), &present, usize::MAX) {
            self.value(&path, section);
        }
    }

    fn value(&mut self, path: &KeyPath, section: &KeyPath) {
        let leaves = self.docs.map(|doc| doc.leaves.get(path));
        if let Some(group) = self.decided.values.get(path) {
            let above = leaves.map(|leaf| leaf.map(|leaf| &leaf.above));
            let known = |leaf: &&Leaf| leaf.meaning != Meaning::Unknown;
            let texts = leaves.map(|leaf| leaf.filter(known).map_or_else(String::new, Leaf::written));
            let default = usize::from(leaves.iter().flatten().any(|leaf| leaf.is_tables));
            self.disputed(above, texts, *group, default);
        } else if let Some(leaf) = self.decided.leaves.get(path) {
            let leaf = Leaf {
                key: key_text(path, section, leaves),
                ..leaf.clone()
            };
            let text = self.above(&leaf.above, 0) + &leaf.written();
            self.agreed(text);
        }
    }

    fn agreed(&mut self, text: String) {
        self.is_start &= text.is_empty();
        self.slots.push(Slot::Agreed(text));
    }

    /// What stands above is agreed on, if both sides have the same there.
    fn disputed(
        &mut self,
        above: [Option<&Above>; 3],
        texts: [String; 3],
        group: Option<usize>,
        default: usize,
    ) {
        let shared = above[1].filter(|_| above[1] == above[2]);
        if let Some(shared) = shared {
            let text = self.above(shared, default);
            self.agreed(text);
        }
        let mut texts = texts;
        for (text, above) in texts.iter_mut().zip(above) {
            if let (None, Some(above)) = (shared, above) {
                *text = self.above(above, default) + text;
            }
        }
        self.is_start = false;
        self.slots.push(Slot::Disputed(texts, group));
    }

    /// The lines above something; `default` is the number of blank lines where nothing is known of that.
    fn above(&self, above: &Above, default: usize) -> String {
        if self.is_start {
            // Comments that a blank line follows would be the file's head.
            let lines: Vec<String> = above.comments().into_iter().map(str::to_owned).collect();
            return written_above(&Above { blanks: None, lines }, 0);
        }
        written_above(above, above.blanks.unwrap_or(default))
    }
}

fn written_above(above: &Above, blanks: usize) -> String {
    let lines = above.lines.iter().map(|line| format!("{line}\n"));
    std::iter::repeat_n("\n".to_owned(), blanks)
        .chain(lines)
        .collect()
}

/// The key as it is written in `section`.
fn key_text(path: &[String], section: &[String], leaves: [Option<&Leaf>; 3]) -> String {
    let [base, ours, theirs] =
        leaves.map(|leaf| leaf.filter(|leaf| leaf.home == section).map(|leaf| &leaf.key));
    let key = match (ours, theirs) {
        (Some(ours), Some(theirs)) => Some(three_way_or_least(&base, Some(ours), Some(theirs))),
        (one, other) => one.or(other).map(Some),
    };
    let bare = || {
        path[section.len()..]
            .iter()
            .map(|key| bare_or_quoted(key))
            .collect::<Vec<_>>()
            .join(".")
    };
    key.flatten().cloned().unwrap_or_else(bare)
}

fn bare_or_quoted(key: &str) -> String {
    let is_bare = !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if is_bare {
        return key.to_owned();
    }
    toml_edit::Key::new(key).display_repr().into_owned()
}

/// The pieces. The slots of a group are one piece, with what is agreed between them in all three versions.
fn bound_together(slots: Vec<Slot>) -> Vec<Piece> {
    let mut last: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, slot) in slots.iter().enumerate() {
        if let Slot::Disputed(_, Some(group)) = slot {
            last.insert(*group, at);
        }
    }
    let mut out = Vec::new();
    let mut open: Option<([String; 3], usize)> = None;
    for (at, slot) in slots.into_iter().enumerate() {
        let group = match &slot {
            Slot::Disputed(_, Some(group)) => last.get(group).copied(),
            _ => None,
        };
        let (mut texts, mut until) = match (open.take(), group) {
            (Some(open), _) => open,
            (None, Some(_)) => (Default::default(), at),
            (None, None) => {
                out.push(slot.piece());
                continue;
            }
        };
        until = until.max(group.unwrap_or(0));
        for (text, more) in texts.iter_mut().zip(slot.texts()) {
            text.push_str(&more);
        }
        if at == until {
            out.push(conflict(texts));
        } else {
            open = Some((texts, until));
        }
    }
    out
}

fn conflict([base, ours, theirs]: [String; 3]) -> Piece {
    Piece::Conflict { base, ours, theirs }
}

impl Slot {
    fn piece(self) -> Piece {
        match self {
            Self::Agreed(text) => Piece::Agreed(text),
            Self::Disputed(texts, _) => conflict(texts),
        }
    }

    fn texts(self) -> [String; 3] {
        match self {
            Self::Agreed(text) => [text.clone(), text.clone(), text],
            Self::Disputed(texts, _) => texts,
        }
    }
}
