//! The laws of merging, checked on one merge.

use std::collections::BTreeSet;

use lane_merge::MARKER_MIN;
use lane_merge::Markers;
use lane_merge::Merged;
use lane_merge::Sides;
use lane_merge::Strategy;

use super::Kind;
use super::tokens;
use crate::validity;

/// What a strategy made of three texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The result.
    Clean(String),
    /// The file with markers.
    Conflict(String),
    /// The file is not what the strategy is for, and why.
    Unsuited(String),
}

/// Merges by the strategy of the kind.
pub fn merged(kind: &Kind, base: &str, ours: &str, theirs: &str, marker_size: usize) -> Outcome {
    let sides = Sides {
        base: base.as_bytes(),
        ours: ours.as_bytes(),
        theirs: theirs.as_bytes(),
    };
    let markers = Markers {
        size: marker_size,
        ..Markers::default()
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    match lane_merge::merge(kind.strategy, kind.path, &sides) {
        Merged::Clean(bytes) => Outcome::Clean(text(bytes)),
        Merged::Conflicts(conflicts) => Outcome::Conflict(text(conflicts.text(&markers))),
        Merged::Unsuited(why) => Outcome::Unsuited(why),
    }
}

/// The law that a merge breaks, if any. The sides must be valid.
pub fn broken(kind: &Kind, base: &str, ours: &str, theirs: &str) -> Option<String> {
    let one = merged(kind, base, ours, theirs, MARKER_MIN);
    let other = merged(kind, base, theirs, ours, MARKER_MIN);
    let why = match (&one, &other) {
        (Outcome::Clean(one), Outcome::Clean(other)) if one == other => clean(kind, base, ours, theirs, one),
        (Outcome::Conflict(one), Outcome::Conflict(other)) => conflict(kind, ours, theirs, one, other),
        (Outcome::Unsuited(why), _) => Some(format!("unsuited: {why}")),
        _ => Some("it depends on which side was ours".to_owned()),
    };
    why.map(|why| {
        format!(
            "{why}\n=== base\n{base}=== ours\n{ours}=== theirs\n{theirs}=== merged\n{one}=== swapped\n{other}"
        )
    })
}

fn clean(kind: &Kind, base: &str, ours: &str, theirs: &str, text: &str) -> Option<String> {
    if let Some(fault) = validity::fault(kind.path, text) {
        return Some(format!("invalid: {fault}"));
    }
    let [before, one, other, after] = [base, ours, theirs, text].map(tokens);
    // What stands between markers in a base is nobody's: it cannot be removed, only be there.
    let (sure, unsure) = if has_markers(base) {
        (tokens(&agreed(base)), before)
    } else {
        (before, BTreeSet::new())
    };
    let wanted = |token: &&String| {
        let (in_one, in_other) = (one.contains(*token), other.contains(*token));
        (in_one && in_other) || ((in_one || in_other) && !sure.contains(*token))
    };
    let wanted: BTreeSet<String> = one.union(&other).filter(wanted).cloned().collect();
    // A comment of a record goes with the key below it. Where sides put different keys there, it may come twice, or back.
    let comment = |token: &str| {
        let mut lines = text.lines().filter(|line| line.contains(token));
        kind.strategy == Strategy::Record && lines.all(|line| line.starts_with('#'))
    };
    let lost = wanted.difference(&after).filter(|token| !unsure.contains(*token));
    let lost: Vec<&String> = lost.collect();
    // An entry that one side removed, and the other released in other words, stays as it was released.
    let reworded = |token: &str| {
        let said = |text: &str, line: &str| text.lines().any(|it| it == line);
        let mut lines = text.lines().filter(|line| line.contains(token));
        kind.strategy == Strategy::Changelog && lines.all(|line| !said(base, line))
    };
    let back = after
        .difference(&wanted)
        .filter(|token| !unsure.contains(*token) && !comment(token) && !reworded(token));
    let back: Vec<&String> = back.collect();
    if !lost.is_empty() {
        return Some(format!("lost: {lost:?}"));
    }
    if !back.is_empty() {
        return Some(format!("removed, and there again: {back:?}"));
    }
    let count = |text: &str, token: &str| text.matches(token).count();
    let doubled = after.iter().find(|token| {
        !comment(token)
            && !unsure.contains(*token)
            && count(text, token) > count(ours, token).max(count(theirs, token))
    });
    if let Some(token) = doubled {
        return Some(format!("doubled: {token}"));
    }
    mixed(text).or_else(|| absorbed(kind, base, ours, theirs, text))
}

/// What is merged already (a commit that was picked before) adds nothing and takes nothing away. It may be a conflict:
/// what happened to it meanwhile is not in the base.
fn absorbed(kind: &Kind, base: &str, ours: &str, theirs: &str, text: &str) -> Option<String> {
    let again = [ours, theirs].map(|side| merged(kind, base, text, side, MARKER_MIN));
    let alike = |again: &str| {
        tokens(again) == tokens(text) && (same(kind, again, text) || lines(again) == lines(text))
    };
    let differs = again
        .iter()
        .find(|outcome| matches!(outcome, Outcome::Clean(again) if !alike(again)))?;
    Some(format!(
        "merged with one of its sides again, it is another:\n{differs}"
    ))
}

/// Whether two results of the same edits agree: byte for byte, but of a record that people laid out the values and
/// comments.
pub fn same(kind: &Kind, one: &str, other: &str) -> bool {
    let comments = |text: &str| -> BTreeSet<String> {
        let lines = text
            .lines()
            .filter_map(|line| line.find('#').map(|at| line[at..].to_owned()));
        lines.collect()
    };
    let values = |text: &str| text.parse::<toml::Table>().ok();
    one == other
        || kind.strategy == Strategy::Record
            && values(one) == values(other)
            && comments(one) == comments(other)
}

/// How many lines say something.
fn lines(text: &str) -> usize {
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

/// A claim whose parts are of different events.
fn mixed(text: &str) -> Option<String> {
    let record: toml::Table = text.parse().ok()?;
    let claim = record.get("claim")?;
    let fence = claim.get("fence")?.as_integer()?;
    let by = claim.get("by")?.as_str()?;
    let lane = claim.get("lane")?.as_str()?;
    let todo = record.get("status")?.as_str() != Some("in-progress");
    (by != format!("agent-{fence}") || lane != format!("lane-{fence}") || todo)
        .then(|| "a claim mixed from two".to_owned())
}

fn conflict(kind: &Kind, ours: &str, theirs: &str, one: &str, other: &str) -> Option<String> {
    if !has_markers(one) {
        return Some("a conflict without markers".to_owned());
    }
    let [mine, yours] = [2, 3].map(|side| side_of(one, side));
    if [side_of(other, 3), side_of(other, 2)] != [mine.clone(), yours.clone()] {
        return Some("the conflict depends on which side was ours".to_owned());
    }
    let shown: BTreeSet<String> = tokens(one);
    let all = [tokens(ours), tokens(theirs)];
    let lost: Vec<&String> = all[0]
        .intersection(&all[1])
        .filter(|token| !shown.contains(*token))
        .collect();
    if !lost.is_empty() {
        return Some(format!("the conflict does not show what both have: {lost:?}"));
    }
    [mine, yours].iter().find_map(|side| {
        let fault = validity::fault(kind.path, side)?;
        Some(format!("one side of the conflict is invalid: {fault}"))
    })
}

fn has_markers(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("<<<<<<<"))
}

fn agreed(text: &str) -> String {
    side_of(text, 0)
}

/// A text with markers of any length if one side (2 or 3) is taken throughout.
pub fn side_of(text: &str, side: u8) -> String {
    let (mut depth, mut part, mut out) = (0, 0, String::new());
    for line in text.split_inclusive('\n') {
        match line.get(..7) {
            Some("<<<<<<<") if depth == 0 => (depth, part) = (1, 2),
            Some("|||||||") if part == 2 => part = 1,
            Some("=======") if part != 0 => part = 3,
            Some(">>>>>>>") if part == 3 => (depth, part) = (0, 0),
            _ if part == 0 || part == side => out += line,
            _ => {}
        }
    }
    out
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Clean(text) => write!(f, "clean:\n{text}"),
            Self::Conflict(text) => write!(f, "conflict:\n{text}"),
            Self::Unsuited(why) => writeln!(f, "unsuited: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_side_of_a_conflict_is_taken_throughout() {
        let text = "a\n<<<<<<< o\nb\n||||||| x\nc\n=======\nd\n>>>>>>> t\ne\n";
        assert_eq!(side_of(text, 2), "a\nb\ne\n");
        assert_eq!(side_of(text, 3), "a\nd\ne\n");
        assert_eq!(agreed(text), "a\ne\n");
        assert_eq!(side_of("=======\n", 2), "=======\n");
    }

    #[test]
    fn what_is_lost_doubled_or_there_again_is_seen() {
        let kind = super::super::KINDS[0];
        let check = |base: &str, ours: &str, theirs: &str, text: &str| {
            clean(&kind, base, ours, theirs, text).unwrap_or_default()
        };
        assert!(check("n00001\n", "n00001\nn00002\n", "n00001\n", "n00001\n").starts_with("lost"));
        assert!(check("n00001\n", "", "n00001\n", "n00001\n").starts_with("removed"));
        assert!(check("", "n00001\n", "", "n00001\nn00001\n").starts_with("doubled"));
        assert!(check("", "## [1.0.0]\n", "", "## [1.0.0]\n## [1.0.0]\n").starts_with("invalid"));
    }

    #[test]
    fn a_claim_of_two_is_seen() {
        let claim = |fence: u32| {
            format!(
                "status = \"in-progress\"\n[claim]\nby = \"agent-2\"\nlane = \"lane-2\"\nfence = {fence}\n"
            )
        };
        assert_eq!(mixed(&claim(2)), None);
        assert!(mixed(&claim(3)).is_some());
    }
}
