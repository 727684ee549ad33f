//! Comments, merged: a side that did not change them gives way; where both did, their lines are a set.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::document::Above;
use super::document::Beside;
use super::document::comments;
use crate::three_way::three_way;
use crate::three_way::three_way_or_least;

/// Merges comment lines. `more` are lines that belong to them besides: comments that lost their place.
///
/// Lines that both changed: those of the base that nobody removed, in their order, then the added ones, sorted. A line
/// that stands there twice is two lines.
pub(super) fn merged_lines(
    base: &[String],
    ours: &[String],
    theirs: &[String],
    more: &[String],
) -> Vec<String> {
    if more.is_empty()
        && let Some(chosen) = three_way(&base, ours, theirs)
    {
        return chosen.to_vec();
    }
    let (b, o, t) = (numbered(base), numbered(ours), numbered(theirs));
    let [in_b, in_o, in_t] = [&b, &o, &t].map(|side| side.iter().copied().collect::<BTreeSet<Line<'_>>>());
    if more.is_empty() && in_b == in_o && in_b == in_t {
        return ours.min(theirs).to_vec(); // the same lines in three orders
    }
    let kept = b.iter().filter(|line| in_o.contains(line) && in_t.contains(line));
    let kept: Vec<&str> = kept.map(|(line, _)| *line).collect();
    let added = in_o.union(&in_t).filter(|line| !in_b.contains(line));
    let mut added: Vec<&str> = added.map(|(line, _)| *line).collect();
    let known: BTreeSet<&str> = kept.iter().chain(&added).copied().collect();
    let lost: BTreeSet<&str> = more.iter().map(String::as_str).collect();
    added.extend(lost.difference(&known));
    added.sort_unstable();
    kept.into_iter().chain(added).map(str::to_owned).collect()
}

/// A comment line, with how many like it came before.
type Line<'a> = (&'a str, usize);

fn numbered(lines: &[String]) -> Vec<Line<'_>> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let number = |line| {
        let count = seen.entry(line).or_insert(0);
        *count += 1;
        (line, *count - 1)
    };
    comments(lines).map(number).collect()
}

/// Merges the lines above something. `blanks` is the number of blank lines where a version does not say.
pub(super) fn merged_above(
    base: Option<&Above>,
    ours: &Above,
    theirs: &Above,
    more: &[String],
    blanks: usize,
) -> Above {
    let base_lines = base.map_or(&[] as &[String], |above| &above.lines);
    let known = |above: &Above| Some(above.blanks.unwrap_or(blanks));
    Above {
        blanks: three_way_or_least(&base.and_then(known), known(ours), known(theirs)),
        lines: merged_lines(base_lines, &ours.lines, &theirs.lines, more),
    }
}

/// Merges comments behind a value. Of two that both changed the lesser one stays; the other goes above, as does one
/// that a side changed and the other removed.
pub(super) fn merged_beside(
    base: Option<&Beside>,
    ours: Option<&Beside>,
    theirs: Option<&Beside>,
) -> (Option<Beside>, Vec<String>) {
    let text = |side: Option<&Beside>| side.map(|beside| beside.text.clone());
    let gap = |side: Option<&Beside>| side.map_or_else(String::new, |beside| beside.gap.clone());
    match three_way(&text(base), text(ours), text(theirs)) {
        Some(None) => (None, Vec::new()),
        Some(Some(chosen)) => {
            let has = |side: Option<&Beside>| text(side).as_ref() == Some(&chosen);
            let gap = match (has(ours), has(theirs)) {
                (true, true) => three_way_or_least(&gap(base), gap(ours), gap(theirs)),
                (true, false) => gap(ours),
                _ => gap(theirs),
            };
            (Some(Beside { text: chosen, gap }), Vec::new())
        }
        None => {
            let (least, most) = (ours.min(theirs), ours.max(theirs));
            (least.cloned(), text(most).into_iter().collect())
        }
    }
}
