//! The order of the entries in one category.
//!
//! A side that alone changed the category gives its order. Otherwise: entries of the base in the base's order, each
//! addition behind the entry of the base that its author put it behind (or what is left before that one), and
//! additions at one place by text. That is a function of the set, so that it is the same in whichever order merges happen.
//! In a category that the base has not, every entry whose text stands anywhere in the base counts as the base's.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::changelog::entries::At;
use crate::changelog::entries::Moved;
use crate::changelog::entries::Outcome;
use crate::changelog::model::Changelog;
use crate::changelog::model::Key;
use crate::changelog::model::Place;
use crate::changelog::three::Three;

/// The entries of the base by their position, from 1; 0 is before all.
pub(super) struct Ranks {
    by_at: BTreeMap<At, usize>,
    by_text: BTreeMap<String, usize>,
    places: BTreeSet<Place>,
    /// Of every entry of a side: the rank of the entry that its author put it behind.
    anchors: [BTreeMap<At, usize>; 2],
}

impl Ranks {
    pub(super) fn new(order: &[At], sides: &Three<Changelog>) -> Self {
        let ranked = || order.iter().enumerate().map(|(at, entry)| (entry, at + 1));
        let mut ranks = Self {
            by_at: ranked().map(|(at, rank)| (at.clone(), rank)).collect(),
            // The first of a text counts.
            by_text: ranked()
                .rev()
                .map(|(at, rank)| (at.1.name.clone(), rank))
                .collect(),
            places: order.iter().map(|at| at.0.clone()).collect(),
            anchors: Default::default(),
        };
        ranks.anchors = [&sides.ours, &sides.theirs].map(|side| ranks.anchors_of(side));
        ranks
    }

    fn anchors_of(&self, side: &Changelog) -> BTreeMap<At, usize> {
        let mut anchors = BTreeMap::new();
        let (mut category, mut last) = (None, 0);
        for (place, entry) in side.entries() {
            if category.as_ref() != Some(&place) {
                (category, last) = (Some(place.clone()), 0);
            }
            let rank = self.of(&place, &entry.key);
            anchors.insert((place, entry.key.clone()), last);
            last = rank.unwrap_or(last);
        }
        anchors
    }

    /// The rank of what counts as an entry of the base at `place`.
    fn of(&self, place: &Place, key: &Key) -> Option<usize> {
        if self.places.contains(place) {
            self.by_at.get(&(place.clone(), key.clone())).copied()
        } else {
            self.by_text.get(&key.name).copied()
        }
    }

    /// The first of the ranks that the sides put `at` behind. `None` if no side has it.
    fn anchor(&self, at: &At) -> Option<usize> {
        self.anchors.iter().filter_map(|side| side.get(at).copied()).min()
    }
}

/// An entry of the result, or disputes that stand there, by their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Entry(Key),
    Dispute(usize),
}

/// The order of what the result has at `place`.
pub(super) fn order(
    place: &Place,
    outcome: &Outcome,
    ranks: &Ranks,
    sides: &Three<Changelog>,
) -> Vec<Element> {
    let first = Key {
        name: String::new(),
        nth: 0,
    };
    let here = outcome
        .present
        .range((place.clone(), first)..)
        .take_while(|at| at.0 == *place);
    let present: Vec<&Key> = here.map(|at| &at.1).collect();
    let disputes = outcome
        .disputes
        .iter()
        .enumerate()
        .filter(|(_, d)| d.places().contains(place));
    let disputes: Vec<usize> = disputes.map(|(number, _)| number).collect();
    let written = sides.map(|side| {
        side.category(place)
            .map(|c| c.entries.iter().map(|e| &e.key).collect())
    });
    if let Some(Some(order)) = written.map(Option::as_ref).settled() {
        let order: &Vec<&Key> = order;
        let set: BTreeSet<&&Key> = order.iter().collect();
        if disputes.is_empty() && set == present.iter().collect() {
            return order.iter().map(|key| Element::Entry((*key).clone())).collect();
        }
    }
    canonical(place, &present, &disputes, outcome, ranks)
}

fn canonical(
    place: &Place,
    present: &[&Key],
    disputes: &[usize],
    outcome: &Outcome,
    ranks: &Ranks,
) -> Vec<Element> {
    let left: BTreeSet<usize> = present.iter().filter_map(|key| ranks.of(place, key)).collect();
    let behind = |anchor: usize| left.range(..=anchor).next_back().copied().unwrap_or(0);
    let mut elements: Vec<((usize, bool, Key), Element)> = Vec::new();
    for key in present {
        let rank = ranks.of(place, key);
        let at = || (place.clone(), (*key).clone());
        let position = rank.unwrap_or_else(|| behind(anchor(&at(), outcome, ranks)));
        elements.push((
            (position, rank.is_none(), (*key).clone()),
            Element::Entry((*key).clone()),
        ));
    }
    for number in disputes {
        let position = dispute_position(place, &outcome.disputes[*number].versions, ranks);
        elements.push((position, Element::Dispute(*number)));
    }
    elements.sort_by(|a, b| a.0.cmp(&b.0));
    elements.into_iter().map(|(_, element)| element).collect()
}

/// Where the authors of an addition put it: the first of two places.
fn anchor(at: &At, outcome: &Outcome, ranks: &Ranks) -> usize {
    let anchor = match outcome.moved.get(at) {
        Some(Moved { place, .. }) if ranks.places.contains(&place.0) => ranks.anchor(place),
        Some(Moved { text, .. }) => ranks.anchor(text),
        None => ranks.anchor(at),
    };
    anchor.unwrap_or(0)
}

/// A dispute stands where the base has the entry, or where the sides put it.
fn dispute_position(place: &Place, versions: &Three<Vec<At>>, ranks: &Ranks) -> (usize, bool, Key) {
    let base = versions
        .base
        .iter()
        .filter(|at| at.0 == *place)
        .filter_map(|at| ranks.of(place, &at.1))
        .min();
    let all = || {
        versions
            .ours
            .iter()
            .chain(&versions.theirs)
            .filter(|at| at.0 == *place)
    };
    let ranked = || all().filter_map(|at| ranks.of(place, &at.1)).min();
    let put = || all().filter_map(|at| ranks.anchor(at)).min();
    let position = base.or_else(ranked).or_else(put).unwrap_or(0);
    let key = all().map(|at| at.1.clone()).min();
    let key = key.unwrap_or(Key {
        name: String::new(),
        nth: 0,
    });
    (position, true, key)
}
