//! The parts of the merged changelog: preamble, releases with their categories and entries, links.

use std::collections::BTreeSet;

use lane_core::text::excerpt;

use crate::changelog::entries;
use crate::changelog::entries::At;
use crate::changelog::entries::Index;
use crate::changelog::entries::Outcome;
use crate::changelog::model::Category;
use crate::changelog::model::Changelog;
use crate::changelog::model::Entry;
use crate::changelog::model::Heading;
use crate::changelog::model::Key;
use crate::changelog::model::Place;
use crate::changelog::model::Release;
use crate::changelog::name;
use crate::changelog::place;
use crate::changelog::place::Element;
use crate::changelog::place::Ranks;
use crate::changelog::removed;
use crate::changelog::three::Three;
use crate::changelog::write;
use crate::changelog::write::Part;
use crate::changelog::write::Role;
use crate::changelog::write::Value;
use crate::order;

/// How much of a line a sentence quotes, in characters.
const QUOTE_CHARS: usize = 60;

/// The merged changelog, and what is disputed in it.
pub(super) struct Combined {
    pub(super) parts: Vec<Part>,
    pub(super) what: Vec<String>,
    /// The entries that are not disputed.
    pub(super) present: BTreeSet<At>,
}

/// Merges three changelogs; a sentence where only the whole file can be in conflict.
pub(super) fn combine(sides: &Three<Changelog>) -> Result<Combined, String> {
    let orders = sides.map(entries::order);
    let index = sides.map(entries::index);
    let outcome = entries::merge(&orders, &index)?;
    let mut merge = Merge {
        sides,
        used: used(&outcome),
        outcome,
        index: &index,
        ranks: Ranks::new(&orders.base, sides),
        parts: Vec::new(),
        what: Vec::new(),
    };
    merge.preamble();
    for key in merge.releases()? {
        merge.release(&key);
    }
    merge
        .what
        .extend(merge.outcome.disputes.iter().map(|dispute| dispute.what.clone()));
    merge.footer();
    Ok(Combined {
        parts: merge.parts,
        what: merge.what,
        present: merge.outcome.present,
    })
}

/// The places where the result has something.
fn used(outcome: &Outcome) -> BTreeSet<Place> {
    let entries = outcome.present.iter().map(|(place, _)| place);
    let disputes = outcome.disputes.iter().flat_map(|dispute| dispute.places());
    entries.chain(disputes).cloned().collect()
}

struct Merge<'a> {
    sides: &'a Three<Changelog>,
    index: &'a Three<Index<'a>>,
    outcome: Outcome,
    used: BTreeSet<Place>,
    ranks: Ranks,
    parts: Vec<Part>,
    what: Vec<String>,
}

impl Merge<'_> {
    fn preamble(&mut self) {
        let texts = self.sides.map(|side| side.preamble.as_str());
        let value = self.value(
            &texts.map(|text| Some(*text)),
            "what stands before the first release",
        );
        if value != Value::Agreed(String::new()) {
            self.parts.push(Part {
                value,
                ..Part::plain(Role::Preamble, String::new())
            });
        }
    }

    /// The one text, or all three and a sentence about them.
    fn value(&mut self, texts: &Three<Option<&str>>, what: &str) -> Value {
        let trimmed = texts.map(|text| text.map(str::trim_end));
        let settled = match (texts.settled(), texts.ours, texts.theirs) {
            (Some(text), ..) => text.or(texts.ours).or(texts.theirs).or(texts.base),
            // They differ in white space alone.
            (None, ours, theirs) if trimmed.ours == trimmed.theirs => ours.min(theirs),
            (None, ..) => None,
        };
        if let Some(text) = settled {
            return Value::Agreed(text.to_owned());
        }
        self.what.push(format!("{what} was changed in two ways"));
        Value::Disputed(texts.map(|text| text.unwrap_or_default().to_owned()))
    }

    /// The releases of the result, in order.
    fn releases(&mut self) -> Result<Vec<Key>, String> {
        let keys = self
            .sides
            .map(|side| side.releases.iter().map(|r| r.key.clone()).collect::<Vec<Key>>());
        let used: BTreeSet<&Key> = self.used.iter().map(|place| &place.0).collect();
        let all: BTreeSet<&Key> = keys.base.iter().chain(&keys.ours).chain(&keys.theirs).collect();
        let mut present = Vec::new();
        for key in all {
            let has = keys.map(|keys| keys.contains(key));
            let removed = has.base && has.ours != has.theirs && key.name != name::UNRELEASED;
            let kept = used.contains(key) || has.settled() == Some(true);
            let disputed = removed && (kept || self.heading_changed(key));
            if disputed {
                removed::check(key, &self.outcome)?;
            }
            if kept || disputed {
                present.push(key.clone());
            }
        }
        Ok(order::merged(
            &keys.base,
            &keys.ours,
            &keys.theirs,
            &present,
            name::release_rank,
        ))
    }

    /// Whether a side that has the release wrote its heading anew, or a category's.
    fn heading_changed(&self, key: &Key) -> bool {
        let headings = self
            .sides
            .map(|side| side.release(key).map(|release| release.heading.text.trim_end()));
        let changed = |side: Option<&str>| side.is_some() && side != headings.base;
        let categories = self.sides.map(|side| {
            let categories = side.release(key).map(|release| &release.categories);
            let named = categories.into_iter().flatten();
            named
                .filter_map(|c| Some(c.heading.as_ref()?.text.trim_end()))
                .collect::<BTreeSet<&str>>()
        });
        let added = |side: &BTreeSet<&str>| !side.is_subset(&categories.base);
        changed(headings.ours)
            || changed(headings.theirs)
            || added(&categories.ours)
            || added(&categories.theirs)
    }

    fn release(&mut self, key: &Key) {
        let versions = self.sides.map(|side| side.release(key));
        let gone = versions.ours.is_none() || versions.theirs.is_none();
        if versions.base.is_some() && gone && key.name != name::UNRELEASED {
            let (value, what) = removed::release(key, &versions, self.index);
            self.outcome
                .disputes
                .retain(|dispute| dispute.places().iter().all(|place| place.0 != *key));
            self.outcome.present.retain(|at| at.0.0 != *key);
            self.what.push(what);
            let part = self.heading(
                Role::Release,
                &versions.map(|v| v.map(|release| &release.heading)),
            );
            self.what
                .truncate(self.what.len() - usize::from(matches!(part.value, Value::Disputed(_))));
            self.parts.push(Part { value, ..part });
            return;
        }
        let start = self.parts.len();
        let heading = self.heading(
            Role::Release,
            &versions.map(|v| v.map(|release| &release.heading)),
        );
        self.parts.push(heading);
        for category in self.categories(key, &versions) {
            self.category(&(key.clone(), category));
        }
        self.one_sided(start, &versions.map(Option::is_some));
    }

    /// The categories of a release of the result, in order.
    fn categories(&self, key: &Key, versions: &Three<Option<&Release>>) -> Vec<Key> {
        let keys = versions.map(|release| {
            let categories = release.iter().flat_map(|release| &release.categories);
            categories
                .map(|category| category.key.clone())
                .collect::<Vec<Key>>()
        });
        let all: BTreeSet<&Key> = keys.base.iter().chain(&keys.ours).chain(&keys.theirs).collect();
        let stays = |category: &&&Key| {
            let has = keys.map(|keys| keys.contains(category));
            has.settled() == Some(true) || self.used.contains(&(key.clone(), (**category).clone()))
        };
        let present: Vec<Key> = all.iter().filter(stays).map(|key| (*key).clone()).collect();
        order::merged(
            &keys.base,
            &keys.ours,
            &keys.theirs,
            &present,
            name::category_rank,
        )
    }

    fn category(&mut self, place: &Place) {
        let start = self.parts.len();
        let versions = self.sides.map(|side| side.category(place));
        let headings = versions.map(|category: &Option<&Category>| category.and_then(|c| c.heading.as_ref()));
        let has_heading = headings != Three::default();
        if has_heading {
            let heading = self.heading(Role::Category, &headings);
            self.parts.push(heading);
        }
        for element in place::order(place, &self.outcome, &self.ranks, self.sides) {
            let part = match element {
                Element::Entry(key) => self.entry(&(place.clone(), key)),
                Element::Dispute(number) => self.dispute(place, number),
            };
            self.parts.push(part);
        }
        if has_heading {
            self.one_sided(start, &headings.map(Option::is_some));
        }
    }

    fn heading(&mut self, role: Role, headings: &Three<Option<&Heading>>) -> Part {
        let texts = headings.map(|h| h.map(|heading| heading.text.as_str()));
        let first = texts.base.or(texts.ours).or(texts.theirs).unwrap_or_default();
        let what = format!(
            "the heading \"{}\"",
            excerpt(first.lines().next().unwrap_or_default(), QUOTE_CHARS)
        );
        Part {
            role,
            value: self.value(&texts, &what),
            before: headings
                .map(|h| h.and_then(|heading| heading.before.as_deref()))
                .blank(),
            after: headings
                .map(|h| h.and_then(|heading| heading.after.as_deref()))
                .blank(),
        }
    }

    fn entry(&self, at: &At) -> Part {
        let (place, text) = self
            .outcome
            .moved
            .get(at)
            .map_or((at, at), |moved| (&moved.place, &moved.text));
        let befores = self
            .versions(place)
            .map(|entry| entry.and_then(|entry| entry.before.as_deref()));
        let texts = self.versions(text);
        let raw = texts.map(|entry| entry.map(|entry| entry.text.as_str()));
        // The versions differ in white space at the ends of lines, if they do.
        let merged = match raw.settled() {
            Some(Some(text)) => Some(text),
            _ => raw.ours.into_iter().chain(raw.theirs).min(),
        };
        let kind = texts.ours.or(texts.theirs).map(|entry| write::role(entry.kind));
        Part {
            before: befores.blank(),
            ..Part::plain(kind.unwrap_or(Role::Item), merged.unwrap_or_default().to_owned())
        }
    }

    fn versions(&self, at: &At) -> Three<Option<&Entry>> {
        self.index.map(|index| index.get(at).copied())
    }

    fn dispute(&self, place: &Place, number: usize) -> Part {
        let versions = &self.outcome.disputes[number].versions;
        let here = |ats: &[At], index: &Index<'_>| -> Vec<Part> {
            let here = ats
                .iter()
                .filter(|at| at.0 == *place)
                .filter_map(|at| index.get(at));
            let parts = here.map(|entry| Part {
                before: entry.before.clone(),
                ..Part::plain(write::role(entry.kind), entry.text.clone())
            });
            parts.collect()
        };
        let parts = Three {
            base: here(&versions.base, &self.index.base),
            ours: here(&versions.ours, &self.index.ours),
            theirs: here(&versions.theirs, &self.index.theirs),
        };
        let first = parts.map(|parts| parts.first());
        let role = first.ours.or(first.theirs).map_or(Role::Item, |part| part.role);
        Part {
            role,
            value: Value::Disputed(parts.map(|parts| write::text(parts, &Default::default()))),
            before: first
                .map(|part| part.and_then(|part| part.before.as_deref()))
                .blank(),
            after: None,
        }
    }

    /// A heading that only one side has belongs to that side's disputed entries, if there are no others.
    fn one_sided(&mut self, start: usize, has: &Three<bool>) {
        if has.base || has.ours == has.theirs || self.parts.len() == start + 1 {
            return;
        }
        let other = |value: &Value| match value {
            Value::Disputed(three) if has.ours => three.theirs.is_empty() && three.base.is_empty(),
            Value::Disputed(three) => three.ours.is_empty() && three.base.is_empty(),
            Value::Agreed(_) => false,
        };
        if !self.parts[start + 1..].iter().all(|part| other(&part.value)) {
            return;
        }
        if let Value::Agreed(text) = &self.parts[start].value {
            let text = |has: &bool| if *has { text.clone() } else { String::new() };
            self.parts[start].value = Value::Disputed(has.map(text));
        }
    }

    fn footer(&mut self) {
        let keys = self.sides.map(|side| {
            side.footer
                .iter()
                .map(|link| link.key.clone())
                .collect::<Vec<Key>>()
        });
        let all: BTreeSet<&Key> = keys.base.iter().chain(&keys.ours).chain(&keys.theirs).collect();
        let sides = self.sides;
        let link = |key: &Key| sides.map(|side| side.footer.iter().find(|link| link.key == *key));
        let stays = |key: &&Key| {
            let texts = link(key).map(|l| l.map(|link| link.text.trim_end()));
            texts.settled() != Some(None)
        };
        let present: Vec<Key> = all.into_iter().filter(stays).cloned().collect();
        for key in order::merged(&keys.base, &keys.ours, &keys.theirs, &present, name::release_rank) {
            let links = link(&key);
            let what = format!("the link \"{}\"", excerpt(&key.name, QUOTE_CHARS));
            let value = self.value(&links.map(|l| l.map(|link| link.text.as_str())), &what);
            self.parts.push(Part {
                before: links.map(|l| l.and_then(|link| link.before.as_deref())).blank(),
                value,
                ..Part::plain(Role::Link, String::new())
            });
        }
    }
}
