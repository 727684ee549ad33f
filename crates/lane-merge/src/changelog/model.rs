//! A changelog taken apart. What stands between two parts is kept as blank lines, so that writing gives back what was read.

use crate::changelog::block::Kind;

/// A name, and which of several of that name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) name: String,
    /// 0 for the first of its name; names are not always unique.
    pub(super) nth: usize,
}

/// Where an entry stands: its release and its category.
pub(super) type Place = (Key, Key);

/// A changelog. Texts are whole lines without blank ones at the end.
#[derive(Clone, Debug, Default)]
pub(super) struct Changelog {
    /// The level of the releases' headings; 0 when there is none.
    pub(super) level: usize,
    /// Blank lines at the start.
    pub(super) lead: String,
    /// Everything before the first release.
    pub(super) preamble: String,
    pub(super) releases: Vec<Release>,
    /// The links' definitions at the end, by label.
    pub(super) footer: Vec<Entry>,
    /// Blank lines at the end.
    pub(super) tail: String,
}

/// A heading line (or two), and the blank lines around it where the text says how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) text: String,
    /// Before it, unless it follows a heading that it belongs to.
    pub(super) before: Option<String>,
    /// Between it and the first thing that belongs to it.
    pub(super) after: Option<String>,
}

/// A release, or another section of that level.
#[derive(Clone, Debug)]
pub(super) struct Release {
    pub(super) key: Key,
    pub(super) heading: Heading,
    pub(super) categories: Vec<Category>,
}

/// The entries under one heading.
#[derive(Clone, Debug)]
pub(super) struct Category {
    pub(super) key: Key,
    /// `None` for entries that stand directly below the release's heading.
    pub(super) heading: Option<Heading>,
    pub(super) entries: Vec<Entry>,
}

/// A list item or another block.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its text without white space at the ends of lines; of a link's definition, the label.
    pub(super) key: Key,
    pub(super) kind: Kind,
    pub(super) text: String,
    /// Blank lines before it, unless it is the first below its heading.
    pub(super) before: Option<String>,
}

impl Changelog {
    pub(super) fn release(&self, key: &Key) -> Option<&Release> {
        self.releases.iter().find(|release| release.key == *key)
    }

    pub(super) fn category(&self, place: &Place) -> Option<&Category> {
        self.release(&place.0)?.category(&place.1)
    }

    /// Every entry with its place, in the order of the text.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Place, &Entry)> {
        self.releases.iter().flat_map(|release| {
            release.categories.iter().flat_map(|category| {
                let place = (release.key.clone(), category.key.clone());
                category.entries.iter().map(move |entry| (place.clone(), entry))
            })
        })
    }
}

impl Release {
    pub(super) fn category(&self, key: &Key) -> Option<&Category> {
        self.categories.iter().find(|category| category.key == *key)
    }
}
