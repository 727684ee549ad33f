//! Comments, merged: a side that did not change them gives way; where both did, their lines are a set.

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
    let same = |side: &[(&str, usize)]| side.len() == b.len() && b.iter().all(|line| side.contains(line));
    if more.is_empty() && same(&o) && same(&t) {
        return ours.min(theirs).to_vec(); // the same lines in three orders
    }
    let kept = b
        .iter()
        .filter(|line| o.contains(line) && t.contains(line))
        .map(|(line, _)| *line);
    let kept: Vec<&str> = kept.collect();
    let added = o.iter().chain(&t).filter(|line| !b.contains(line));
    let mut added: Vec<(&str, usize)> = added.copied().collect();
    added.sort_unstable();
    added.dedup();
    let mut added: Vec<&str> = added.into_iter().map(|(line, _)| line).collect();
    let lost = more.iter().map(String::as_str);
    let mut lost: Vec<&str> = lost
        .filter(|line| !kept.contains(line) && !added.contains(line))
        .collect();
    lost.sort_unstable();
    lost.dedup();
    added.append(&mut lost);
    added.sort_unstable();
    kept.into_iter().chain(added).map(str::to_owned).collect()
}

/// Each comment line, with how many like it came before.
fn numbered(lines: &[String]) -> Vec<(&str, usize)> {
    let mut out: Vec<(&str, usize)> = Vec::new();
    for line in comments(lines) {
        let before = out.iter().filter(|(other, _)| *other == line).count();
        out.push((line, before));
    }
    out
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
