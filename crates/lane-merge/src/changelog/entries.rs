//! Which entries a merge has, and where: sets by text, and what became of an entry that both sides took away.
//!
//! An entry of the base that is gone on *one* side is simply gone; what that side wrote instead is an addition. Where it
//! is gone on *both*, it is followed to what it became ([`Reworded`]). If that says for both sides one thing, place and text merge
//! like two values; if not, it is disputed. So nothing depends on a guess where only one side touched an entry.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::text::excerpt;

use crate::changelog::model::Changelog;
use crate::changelog::model::Entry;
use crate::changelog::model::Key;
use crate::changelog::model::Place;
use crate::changelog::reworded::Reworded;
use crate::changelog::reworded::Versions;
use crate::changelog::three::Three;
use crate::three_way::three_way;

/// The most entries that are followed; where more are gone on both sides in different ways, both wrote the file anew.
const FOLLOWED_MAX: usize = 1000;

/// An entry's place and its text.
pub(super) type At = (Place, Key);

/// How much of a disputed entry a sentence quotes, in characters.
const QUOTE_CHARS: usize = 60;

/// The entries of one version.
pub(super) type Index<'a> = BTreeMap<At, &'a Entry>;

/// What became of the entries.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What the result has.
    pub(super) present: BTreeSet<At>,
    /// Entries that one side put there and the other reworded: by where they are now, what tells place and text.
    pub(super) moved: BTreeMap<At, Moved>,
    pub(super) disputes: Vec<Dispute>,
}

/// An entry at a new place with a new text.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    /// The entry at the new place.
    pub(super) place: At,
    /// The entry with the new text.
    pub(super) text: At,
}

/// Entries of the base, and what they are on the sides.
#[derive(Clone, Debug)]
pub(super) struct Dispute {
    pub(super) versions: Three<Vec<At>>,
    pub(super) what: String,
}

/// Where the entries of `changelog` stand, in the order of the text.
pub(super) fn order(changelog: &Changelog) -> Vec<At> {
    changelog
        .entries()
        .map(|(place, entry)| (place, entry.key.clone()))
        .collect()
}

/// The entries of `changelog` by place and text.
pub(super) fn index(changelog: &Changelog) -> Index<'_> {
    let entries = changelog.entries();
    entries
        .map(|(place, entry)| ((place, entry.key.clone()), entry))
        .collect()
}

/// Merges the entries. `orders` are they as they stand in the texts. A sentence where only the whole file can be in
/// conflict.
pub(super) fn merge(orders: &Three<Vec<At>>, sides: &Three<Index<'_>>) -> Result<Outcome, String> {
    let all: BTreeSet<&At> = sides
        .base
        .keys()
        .chain(sides.ours.keys())
        .chain(sides.theirs.keys())
        .collect();
    let has = |at: &At| sides.map(|index| index.contains_key(at)).settled() == Some(true);
    let mut outcome = Outcome {
        present: all.into_iter().filter(|at| has(at)).cloned().collect(),
        ..Outcome::default()
    };
    let fates = fates(orders, sides);
    if fates.len() > FOLLOWED_MAX {
        return Err(format!("{} entries were changed in two ways", fates.len()));
    }
    for fate in &fates {
        match fate.moved(&fates) {
            Some(moved) => outcome.follow(moved, sides),
            None => outcome.dispute(fate, sides),
        }
    }
    Ok(outcome)
}

/// An entry of the base that both sides took away, and what it may be now on each.
struct Fate {
    base: At,
    ours: Versions,
    theirs: Versions,
}

/// The entries that are gone on both sides and whose versions do not agree.
fn fates(orders: &Three<Vec<At>>, sides: &Three<Index<'_>>) -> Vec<Fate> {
    let gone = |at: &&At| !sides.ours.contains_key(at) && !sides.theirs.contains_key(at);
    let mut ours = Reworded::new((&sides.base, &orders.base), (&sides.ours, &orders.ours));
    let mut theirs = Reworded::new((&sides.base, &orders.base), (&sides.theirs, &orders.theirs));
    let fates = orders.base.iter().filter(gone).map(|at| Fate {
        base: at.clone(),
        ours: ours.versions(at),
        theirs: theirs.versions(at),
    });
    let agree = |fate: &Fate| {
        let (ours, theirs) = (&fate.ours.all, &fate.theirs.all);
        (ours.is_empty() && theirs.is_empty()) || ours.iter().any(|at| theirs.contains(at))
    };
    fates.filter(|fate| !agree(fate)).collect()
}

impl Fate {
    /// The entry with both sides' changes; `None` if they contradict each other or it is not sure what it became.
    fn moved(&self, all: &[Self]) -> Option<(At, Moved)> {
        let ([ours], [theirs]) = (self.ours.all.as_slice(), self.theirs.all.as_slice()) else {
            return None;
        };
        let shares = |fate: &&Self| fate.ours.all.contains(ours) || fate.theirs.all.contains(theirs);
        let sure = self.ours.sure && self.theirs.sure && all.iter().filter(shares).count() == 1;
        let place = three_way(&&self.base.0, &ours.0, &theirs.0).filter(|_| sure)?;
        let key = three_way(&&self.base.1, &ours.1, &theirs.1)?;
        let from = |is: bool| if is { ours } else { theirs }.clone();
        let moved = Moved {
            place: from(*place == ours.0),
            text: from(*key == ours.1),
        };
        Some(((place.clone(), key.clone()), moved))
    }

    fn what(&self) -> String {
        let first = self.base.1.name.lines().next().unwrap_or_default();
        let quoted = format!("\"{}\"", excerpt(first.trim(), QUOTE_CHARS));
        let (ours, theirs) = (&self.ours.all, &self.theirs.all);
        let moved = |versions: &[At]| versions.iter().any(|at| at.0 != self.base.0);
        if ours.is_empty() || theirs.is_empty() {
            let changed = if moved(ours) || moved(theirs) {
                "moved"
            } else {
                "reworded"
            };
            format!("{quoted} was removed on one side and {changed} on the other")
        } else if moved(ours) && moved(theirs) {
            format!("{quoted} was moved to two places")
        } else if moved(ours) || moved(theirs) {
            format!("{quoted} was moved on one side and replaced on the other")
        } else {
            format!("{quoted} was reworded in two ways")
        }
    }
}

impl Outcome {
    fn follow(&mut self, (at, moved): (At, Moved), sides: &Three<Index<'_>>) {
        for old in [&moved.place, &moved.text] {
            self.take_away(old, sides);
        }
        self.present.insert(at.clone());
        self.moved.insert(at, moved);
    }

    /// What only one side added is no longer there on its own.
    fn take_away(&mut self, at: &At, sides: &Three<Index<'_>>) {
        if sides.ours.contains_key(at) != sides.theirs.contains_key(at) {
            self.present.remove(at);
        }
    }

    /// Disputes that share an entry are one.
    fn dispute(&mut self, fate: &Fate, sides: &Three<Index<'_>>) {
        for at in fate.ours.all.iter().chain(&fate.theirs.all) {
            self.take_away(at, sides);
        }
        let mut new = Dispute {
            versions: Three {
                base: vec![fate.base.clone()],
                ours: fate.ours.all.clone(),
                theirs: fate.theirs.all.clone(),
            },
            what: fate.what(),
        };
        let (same, other) = std::mem::take(&mut self.disputes)
            .into_iter()
            .partition(|d| d.shares(&new));
        self.disputes = other;
        let same: Vec<Dispute> = same;
        for old in same {
            new.what = old.what;
            new.versions = Three {
                base: union(old.versions.base, new.versions.base),
                ours: union(old.versions.ours, new.versions.ours),
                theirs: union(old.versions.theirs, new.versions.theirs),
            };
        }
        self.disputes.push(new);
    }
}

impl Dispute {
    fn shares(&self, other: &Self) -> bool {
        let share = |a: &[At], b: &[At]| a.iter().any(|at| b.contains(at));
        share(&self.versions.ours, &other.versions.ours)
            || share(&self.versions.theirs, &other.versions.theirs)
    }

    /// Every place where it is written.
    pub(super) fn places(&self) -> BTreeSet<&Place> {
        self.versions
            .ours
            .iter()
            .chain(&self.versions.theirs)
            .map(|(place, _)| place)
            .collect()
    }
}

fn union(mut first: Vec<At>, second: Vec<At>) -> Vec<At> {
    let new: Vec<At> = second.into_iter().filter(|at| !first.contains(at)).collect();
    first.extend(new);
    first
}
