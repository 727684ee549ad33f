//! The style of a changelog: how many blank lines stand between two parts where nobody said so.

use std::collections::BTreeMap;

use crate::changelog::three::Three;
use crate::changelog::write::Part;
use crate::changelog::write::Role;

type Pair = (Role, Role);

/// Blank lines by what stands before and behind them.
#[derive(Debug, Default)]
pub(super) struct Style(BTreeMap<Pair, String>);

impl Style {
    /// The base's habit, so that it does not depend on who merges first; the sides' least where the base has none.
    pub(super) fn of(parts: &Three<Vec<Part>>) -> Self {
        let seen = parts.map(|parts| counts(parts));
        let mut style: BTreeMap<Pair, String> = BTreeMap::new();
        for (pair, blanks) in seen.ours.iter().chain(&seen.theirs) {
            for blank in blanks.keys() {
                let least = style.entry(*pair).or_insert_with(|| (*blank).to_owned());
                if **blank < **least {
                    *least = (*blank).to_owned();
                }
            }
        }
        style.extend(
            seen.base
                .iter()
                .filter_map(|(pair, blanks)| Some((*pair, usual(blanks)?))),
        );
        Self(style)
    }

    pub(super) fn blank(&self, before: Role, behind: Role) -> String {
        let tight = matches!(
            (before, behind),
            (Role::Item, Role::Item) | (Role::Link, Role::Link)
        );
        let common = if tight { "" } else { "\n" };
        self.0
            .get(&(before, behind))
            .map_or(common, String::as_str)
            .to_owned()
    }
}

/// How often each number of blank lines stands between two parts.
fn counts(parts: &[Part]) -> BTreeMap<Pair, BTreeMap<&str, usize>> {
    let mut counts: BTreeMap<Pair, BTreeMap<&str, usize>> = BTreeMap::new();
    for (before, behind) in parts.iter().zip(parts.iter().skip(1)) {
        if let Some(blank) = before.blank(behind) {
            let pair = (before.role, behind.role);
            *counts.entry(pair).or_default().entry(blank).or_default() += 1;
        }
    }
    counts
}

/// The most frequent, of several the least.
fn usual(blanks: &BTreeMap<&str, usize>) -> Option<String> {
    let most = blanks.values().max()?;
    blanks
        .iter()
        .find(|(_, count)| *count == most)
        .map(|(blank, _)| (*blank).to_owned())
}
