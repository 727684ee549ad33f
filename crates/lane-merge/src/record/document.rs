//! A TOML document taken apart for a merge: what each key means, how it is written, and the comments around it.

use std::collections::BTreeMap;

use super::list;
use super::meaning::Meaning;

/// The keys from the root to a value or table.
pub(super) type KeyPath = Vec<String>;

/// A document. Values are known by their full path, however it is split over headers and dotted keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Document {
    /// What stands above the first section or key, set apart from it by a blank line.
    pub(super) head: Vec<String>,
    /// The blank lines behind the head.
    pub(super) head_gap: usize,
    pub(super) leaves: BTreeMap<KeyPath, Leaf>,
    pub(super) headers: BTreeMap<KeyPath, Header>,
    /// The sections in their order: the paths of headers, and of arrays of tables.
    pub(super) sections: Vec<KeyPath>,
    /// The values of each section in their order, by full path.
    pub(super) keys: BTreeMap<KeyPath, Vec<KeyPath>>,
    /// What stands below everything else.
    pub(super) tail: Above,
}

/// A key with its value; or an array of tables, which is kept in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    /// The path of the section that it stands in.
    pub(super) home: KeyPath,
    pub(super) above: Above,
    pub(super) indent: String,
    /// The key as it is written; empty for an array of tables.
    pub(super) key: String,
    /// From the key to the value: `=` and the spaces around it.
    pub(super) sign: String,
    /// The value as it is written.
    pub(super) text: String,
    pub(super) meaning: Meaning,
    pub(super) beside: Option<Beside>,
    pub(super) is_tables: bool,
}

/// A section's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) above: Above,
    pub(super) indent: String,
    /// The header as it is written, `[a.b]`.
    pub(super) text: String,
    pub(super) beside: Option<Beside>,
}

/// The lines between one thing and the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Above {
    /// How many blank lines come first; nothing is known of that at the start of a file.
    pub(super) blanks: Option<usize>,
    /// Comment lines, and blank lines among them, which are empty.
    pub(super) lines: Vec<String>,
}

/// A comment behind a value or header, on its line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Beside {
    pub(super) text: String,
    /// The space before it.
    pub(super) gap: String,
}

/// What a subtree says, without how it is written: values, and comments.
pub(super) type Said<'a> = (
    Vec<(&'a KeyPath, &'a Meaning, Vec<String>)>,
    Vec<(&'a KeyPath, Vec<String>)>,
);

impl Above {
    /// The comments, without blank lines.
    pub(super) fn comments(&self) -> Vec<&str> {
        comments(&self.lines).collect()
    }
}

/// The lines that are not blank.
pub(super) fn comments(lines: &[String]) -> impl Iterator<Item = &str> {
    lines.iter().map(String::as_str).filter(|line| !line.is_empty())
}

fn around(above: &Above, beside: Option<&Beside>) -> Vec<String> {
    let beside = beside.map(|beside| beside.text.as_str());
    comments(&above.lines).chain(beside).map(str::to_owned).collect()
}

impl Leaf {
    /// The comments above, beside and inside the value.
    pub(super) fn comments(&self) -> Vec<String> {
        let mut out = around(&self.above, self.beside.as_ref());
        if self.text.contains('#') {
            out.append(&mut list::inner_comments(&self.text));
        }
        out
    }

    /// The lines from the key to the end of its value.
    pub(super) fn written(&self) -> String {
        let beside = self.beside.as_ref().map_or_else(String::new, Beside::written);
        format!("{}{}{}{}{beside}\n", self.indent, self.key, self.sign, self.text)
    }
}

impl Header {
    /// The comments above and beside the header.
    pub(super) fn comments(&self) -> Vec<String> {
        around(&self.above, self.beside.as_ref())
    }

    pub(super) fn written(&self) -> String {
        let beside = self.beside.as_ref().map_or_else(String::new, Beside::written);
        format!("{}{}{beside}\n", self.indent, self.text)
    }
}

impl Beside {
    fn written(&self) -> String {
        format!("{}{}", self.gap, self.text)
    }
}

/// The entries of a map whose paths begin with `prefix`.
pub(super) fn below<'a, 'p, V>(
    map: &'a BTreeMap<KeyPath, V>,
    prefix: &'p [String],
) -> impl Iterator<Item = (&'a KeyPath, &'a V)> + use<'a, 'p, V> {
    map.range(prefix.to_vec()..)
        .take_while(move |(path, _)| path.starts_with(prefix))
}

impl Document {
    /// Whether there is a value or a header at `prefix` or below.
    pub(super) fn has(&self, prefix: &[String]) -> bool {
        below(&self.leaves, prefix).next().is_some() || below(&self.headers, prefix).next().is_some()
    }

    /// What the values at `prefix` and below mean.
    pub(super) fn meanings<'a>(&'a self, prefix: &'a [String]) -> Vec<(&'a KeyPath, &'a Meaning)> {
        below(&self.leaves, prefix)
            .map(|(path, leaf)| (path, &leaf.meaning))
            .collect()
    }

    /// What everything at `prefix` and below says, with its comments.
    pub(super) fn said<'a>(&'a self, prefix: &'a [String]) -> Said<'a> {
        let leaves = below(&self.leaves, prefix);
        let headers = below(&self.headers, prefix);
        (
            leaves
                .map(|(path, leaf)| (path, &leaf.meaning, leaf.comments()))
                .collect(),
            headers.map(|(path, header)| (path, header.comments())).collect(),
        )
    }

    pub(super) fn meaning(&self, path: &[String]) -> Option<&Meaning> {
        self.leaves.get(path).map(|leaf| &leaf.meaning)
    }

    pub(super) fn keys_of(&self, section: &[String]) -> &[KeyPath] {
        self.keys.get(section).map_or(&[], Vec::as_slice)
    }

    /// Whether the table at `prefix` stands under headers of its own, as a whole.
    pub(super) fn is_sectioned(&self, prefix: &[String]) -> bool {
        self.headers.contains_key(prefix)
            && below(&self.leaves, prefix).all(|(_, leaf)| leaf.is_tables || leaf.home.starts_with(prefix))
    }
}
