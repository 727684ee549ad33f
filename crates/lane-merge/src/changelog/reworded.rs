//! What an entry that is gone may have become on one side.
//!
//! The same text at another place is the entry, moved. An addition at the entry's old place is the entry, reworded, if at
//! least half of the words of both are the same in the same order. An addition that stands exactly where the entry
//! stood, between the same neighbours, may be the entry with quite other words; that is not sure.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use similar::Algorithm;
use similar::DiffOp;
use similar::capture_diff_slices;

use crate::changelog::entries::At;
use crate::changelog::entries::Index;
use crate::changelog::model::Entry;
use crate::changelog::model::Key;
use crate::changelog::model::Place;

/// How many pairs of entries are compared at most; beyond that none are alike, which disputes more.
const COMPARISONS_MAX: usize = 20_000;

/// The longest entry that is compared, in words.
const WORDS_MAX: usize = 400;

/// What an entry may be on one side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Versions {
    pub(super) all: Vec<At>,
    /// Whether that is known, if it is one.
    pub(super) sure: bool,
}

/// Follows entries of the base to what one side added.
pub(super) struct Reworded<'a> {
    base: &'a Index<'a>,
    side: &'a Index<'a>,
    /// What the side added, by text.
    by_text: BTreeMap<&'a str, Vec<&'a At>>,
    /// What the side added that is no entry of the base at another place, by place.
    by_place: BTreeMap<&'a Place, Vec<&'a At>>,
    /// What stands exactly where an entry stood.
    replaced: BTreeMap<&'a At, &'a At>,
    comparisons: usize,
}

impl<'a> Reworded<'a> {
    /// Each index with its entries in the order of the text.
    pub(super) fn new(base: (&'a Index<'a>, &'a [At]), side: (&'a Index<'a>, &'a [At])) -> Self {
        let gone = base.1.iter().filter(|at| !side.0.contains_key(*at));
        let gone: BTreeSet<&str> = gone.map(|(_, key)| key.name.as_str()).collect();
        let mut new = Self {
            base: base.0,
            side: side.0,
            by_text: BTreeMap::new(),
            by_place: BTreeMap::new(),
            replaced: replaced(base, side, &gone),
            comparisons: 0,
        };
        for at in side.1.iter().filter(|at| !base.0.contains_key(*at)) {
            let text = at.1.name.as_str();
            new.by_text.entry(text).or_default().push(at);
            if !gone.contains(text) {
                new.by_place.entry(&at.0).or_default().push(at);
            }
        }
        new
    }

    /// Every addition that `at`, an entry that is gone here, may be now.
    pub(super) fn versions(&mut self, at: &At) -> Versions {
        let Some(entry) = self.base.get(at).copied() else {
            return Versions::default();
        };
        let moved = self.by_text.get(at.1.name.as_str()).into_iter().flatten();
        let mut all: Vec<At> = moved
            .filter(|new| new.1.nth == at.1.nth)
            .map(|new| (*new).clone())
            .collect();
        let left = COMPARISONS_MAX.saturating_sub(self.comparisons);
        let added = self.by_place.get(&at.0).map_or(&[] as &[&At], Vec::as_slice);
        self.comparisons = self.comparisons.saturating_add(added.len());
        for new in added.iter().take(left) {
            if self.side.get(*new).is_some_and(|new| alike(entry, new)) {
                all.push((*new).clone());
            }
        }
        let sure = !all.is_empty();
        if let Some(new) = self.replaced.get(at).filter(|_| !sure) {
            all.push((*new).clone());
        }
        Versions { all, sure }
    }
}

/// Entries that are gone, and as many additions between the same neighbours, in pairs.
fn replaced<'a>(
    base: (&Index<'_>, &'a [At]),
    side: (&Index<'_>, &'a [At]),
    gone: &BTreeSet<&str>,
) -> BTreeMap<&'a At, &'a At> {
    let is_new = |at: &&'a At| !gone.contains(at.1.name.as_str());
    let (removed, added) = (between(base.1, side.0), between(side.1, base.0));
    let mut pairs = BTreeMap::new();
    for (gap, removed) in &removed {
        let added: Vec<&At> = added
            .get(gap)
            .into_iter()
            .flatten()
            .copied()
            .filter(is_new)
            .collect();
        if added.len() == removed.len() {
            pairs.extend(removed.iter().copied().zip(added));
        }
    }
    pairs
}

/// The entries of one version that the `other` has not, by the entry before them that both have at that place.
fn between<'a>(order: &'a [At], other: &Index<'_>) -> BTreeMap<(&'a Place, Option<&'a Key>), Vec<&'a At>> {
    let mut last: BTreeMap<&Place, &Key> = BTreeMap::new();
    let mut found: BTreeMap<_, Vec<&At>> = BTreeMap::new();
    for at in order {
        if other.contains_key(at) {
            last.insert(&at.0, &at.1);
        } else {
            found
                .entry((&at.0, last.get(&at.0).copied()))
                .or_default()
                .push(at);
        }
    }
    found
}

/// Whether two entries are two wordings of one.
fn alike(one: &Entry, other: &Entry) -> bool {
    let (one_words, other_words) = (words(one), words(other));
    let (a, b) = (one_words.len(), other_words.len());
    if one.kind != other.kind || a.max(b) > WORDS_MAX || 4 * a.min(b) < a + b {
        return false;
    }
    let diff = capture_diff_slices(Algorithm::Myers, &one_words, &other_words);
    let same = diff.iter().map(|part| {
        if let DiffOp::Equal { len, .. } = part {
            *len
        } else {
            0
        }
    });
    4 * same.sum::<usize>() >= a + b
}

/// The words of an entry: letters and digits, in lower case.
fn words(entry: &Entry) -> Vec<String> {
    let words = entry
        .text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}
