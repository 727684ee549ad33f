//! A release that one side removed and the other changed: in conflict as a whole.

use std::collections::BTreeSet;

use lane_core::text::excerpt;

use crate::changelog::entries::At;
use crate::changelog::entries::Index;
use crate::changelog::entries::Outcome;
use crate::changelog::model::Category;
use crate::changelog::model::Key;
use crate::changelog::model::Release;
use crate::changelog::three::Three;
use crate::changelog::write;
use crate::changelog::write::Value;

/// How much of a name a sentence quotes, in characters.
const QUOTE_CHARS: usize = 60;

/// Refuses what no single piece can hold: something of the release is, or was, in another one.
pub(super) fn check(key: &Key, outcome: &Outcome) -> Result<(), String> {
    let into = |at: &At| at.0.0 == *key;
    let moved = outcome.moved.keys().any(into);
    let spread = outcome.disputes.iter().any(|dispute| {
        let places = dispute.places();
        places.iter().any(|place| place.0 == *key) && places.iter().any(|place| place.0 != *key)
    });
    if moved || spread { Err(what(key)) } else { Ok(()) }
}

fn what(key: &Key) -> String {
    let name = excerpt(&key.name, QUOTE_CHARS);
    format!("the release \"{name}\" was removed on one side and changed on the other")
}

/// The release as each version has it, without what the side that removed it moved to another release.
pub(super) fn release(
    key: &Key,
    versions: &Three<Option<&Release>>,
    index: &Three<Index<'_>>,
) -> (Value, String) {
    let remover = if versions.ours.is_none() {
        &index.ours
    } else {
        &index.theirs
    };
    let added = remover.keys().filter(|at| !index.base.contains_key(*at));
    let added: BTreeSet<&str> = added.map(|(_, key)| key.name.as_str()).collect();
    let text = |release: &Option<&Release>| {
        release.map_or_else(String::new, |release| {
            let mut left = release.clone();
            left.categories.retain_mut(|category| {
                let was_empty = category.entries.is_empty();
                without_moved(&release.key, category, &added, index);
                category.heading.is_none() || was_empty || !category.entries.is_empty()
            });
            write::text(&write::release(&left), &Default::default())
        })
    };
    (Value::Disputed(versions.map(text)), what(key))
}

fn without_moved(release: &Key, category: &mut Category, added: &BTreeSet<&str>, index: &Three<Index<'_>>) {
    let key = category.key.clone();
    category.entries.retain(|entry| {
        let at = ((release.clone(), key.clone()), entry.key.clone());
        !(index.base.contains_key(&at) && added.contains(entry.key.name.as_str()))
    });
}
