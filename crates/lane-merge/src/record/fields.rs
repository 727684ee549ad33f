//! One value on three sides, by the law of its field.

use std::collections::BTreeSet;

use lane_core::record::schema::Law;
use lane_core::time::Timestamp;

use super::comments::merged_above;
use super::comments::merged_beside;
use super::comments::merged_lines;
use super::document::Header;
use super::document::Leaf;
use super::list;
use super::meaning::Meaning;
use crate::three_way::three_way;
use crate::three_way::three_way_or_least;

/// Whose value is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Ours,
    Theirs,
}

/// Merges a value that both sides have. `taken` overrides the law. `None` is a conflict.
pub(super) fn merged(
    law: Law,
    taken: Option<Side>,
    base: Option<&Leaf>,
    ours: &Leaf,
    theirs: &Leaf,
) -> Option<Leaf> {
    let (text, meaning) = value(law, taken, base, ours, theirs)?;
    let (beside, mut more) = merged_beside(
        base.and_then(|leaf| leaf.beside.as_ref()),
        ours.beside.as_ref(),
        theirs.beside.as_ref(),
    );
    more.extend(lost_inside(&text, base, ours, theirs));
    let same = |part| spelling(base, ours, theirs, part);
    let blanks = usize::from(ours.is_tables);
    Some(Leaf {
        home: ours.home.clone(), // the layout decides
        above: merged_above(
            base.map(|leaf| &leaf.above),
            &ours.above,
            &theirs.above,
            &more,
            blanks,
        ),
        indent: same(|leaf| &leaf.indent),
        key: same(|leaf| &leaf.key),
        sign: same(|leaf| &leaf.sign),
        text,
        meaning,
        beside,
        is_tables: ours.is_tables,
    })
}

/// How something is written that means the same on both sides.
fn spelling<T>(base: Option<&T>, ours: &T, theirs: &T, part: fn(&T) -> &String) -> String {
    let merged = three_way_or_least(&base.map(part), Some(part(ours)), Some(part(theirs)));
    merged.cloned().unwrap_or_default()
}

/// The merged value, as it is written and what it means.
fn value(
    law: Law,
    taken: Option<Side>,
    base: Option<&Leaf>,
    ours: &Leaf,
    theirs: &Leaf,
) -> Option<(String, Meaning)> {
    let of = |leaf: &Leaf| (leaf.text.clone(), leaf.meaning.clone());
    match taken {
        Some(Side::Ours) if ours.meaning != theirs.meaning => return Some(of(ours)),
        Some(Side::Theirs) if ours.meaning != theirs.meaning => return Some(of(theirs)),
        _ => {}
    }
    let base_text = base.map(|leaf| leaf.text.as_str());
    if let Some(text) = three_way(&base_text, Some(ours.text.as_str()), Some(theirs.text.as_str())) {
        let leaf = if Some(ours.text.as_str()) == text {
            ours
        } else {
            theirs
        };
        return Some(of(leaf));
    }
    if law == Law::Set
        && let Some(list) = list::merged(base_text, &ours.text, &theirs.text)
    {
        return Some(list);
    }
    if ours.meaning == theirs.meaning {
        let text = spelling(base, ours, theirs, |leaf| &leaf.text);
        return Some((text, ours.meaning.clone()));
    }
    let meaning = base.map(|leaf| &leaf.meaning);
    match three_way(&meaning, Some(&ours.meaning), Some(&theirs.meaning)) {
        Some(Some(chosen)) if *chosen == ours.meaning => Some(of(ours)),
        Some(_) => Some(of(theirs)),
        None if law == Law::Greatest => greater(ours, theirs).map(of),
        None => None,
    }
}

/// A set that one side changed and the other left empty, which is written as no key at all: what the first one added.
/// `None` if that is nothing.
pub(super) fn emptied(base: &Leaf, changed: &Leaf) -> Option<Leaf> {
    let (text, meaning) = list::merged(Some(&base.text), &changed.text, "[]")?;
    let leaf = Leaf {
        text,
        meaning,
        ..changed.clone()
    };
    (leaf.meaning != Meaning::List(Vec::new())).then_some(leaf)
}

/// The greater of two numbers or times.
fn greater<'a>(ours: &'a Leaf, theirs: &'a Leaf) -> Option<&'a Leaf> {
    let number = |leaf: &Leaf| match &leaf.meaning {
        Meaning::Integer(number) => Some((*number, 0)),
        Meaning::Text(text) => text.parse::<Timestamp>().ok().map(|time| (time.secs(), 1)),
        _ => None,
    };
    let (o, t) = (number(ours)?, number(theirs)?);
    if o.1 != t.1 || o.0 == t.0 {
        return None;
    }
    Some(if o.0 > t.0 { ours } else { theirs })
}

/// Comments that a side wrote into its value and that the chosen text does not have.
fn lost_inside(text: &str, base: Option<&Leaf>, ours: &Leaf, theirs: &Leaf) -> Vec<String> {
    if !ours.text.contains('#') && !theirs.text.contains('#') {
        return Vec::new();
    }
    let before = base.map_or_else(Vec::new, |leaf| list::inner_comments(&leaf.text));
    let here = list::inner_comments(text);
    let sides = [ours, theirs].map(|leaf| list::inner_comments(&leaf.text));
    let mut lost = merged_lines(&before, &sides[0], &sides[1], &[]);
    let known: BTreeSet<&String> = here.iter().chain(&before).collect();
    lost.retain(|line| !known.contains(line));
    lost
}

/// Merges a header that both sides have.
pub(super) fn merged_header(base: Option<&Header>, ours: &Header, theirs: &Header) -> Header {
    let (beside, more) = merged_beside(
        base.and_then(|header| header.beside.as_ref()),
        ours.beside.as_ref(),
        theirs.beside.as_ref(),
    );
    let same = |part| spelling(base, ours, theirs, part);
    Header {
        above: merged_above(
            base.map(|header| &header.above),
            &ours.above,
            &theirs.above,
            &more,
            1,
        ),
        indent: same(|header| &header.indent),
        text: same(|header| &header.text),
        beside,
    }
}
