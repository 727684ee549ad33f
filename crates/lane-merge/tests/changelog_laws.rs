//! The laws of merging, on changelogs that three sides edit at random.

mod seeded;

use lane_merge::Markers;
use lane_merge::Merged;
use lane_merge::Sides;
use lane_merge::Strategy as By;
use lane_merge::Style;
use lane_merge::merge;
use proptest::prelude::*;

/// A changelog as its author thinks of it: releases, categories, entries.
type Log = Vec<(String, Vec<(&'static str, Vec<String>)>)>;

/// What an author does. The numbers choose what it is done to.
#[derive(Clone, Debug)]
enum Edit {
    Add(usize, usize, usize, String),
    Remove(usize),
    Reword(usize, String),
    Move(usize, usize),
    Release(usize),
    DropRelease(usize),
}

const CATEGORIES: &[&str] = &["", "Added", "Changed", "Fixed", "Internal"];
const VERSIONS: &[&str] = &["1.2.0", "1.3.0", "2.0.0-rc.1"];

fn entry() -> impl Strategy<Value = String> + Clone {
    let word = || {
        prop::sample::select(vec![
            "add", "the", "flag", "fix", "crash", "of", "a", "b", "c", "d",
        ])
    };
    let words = prop::collection::vec(word(), 2..6).prop_map(|words| words.join(" "));
    let more = prop::sample::select(vec![
        "",
        "",
        "",
        "\n  more text",
        "\n  - nested\n  - twice",
        "\n\n  ```\n  ## code\n  ```",
    ]);
    (words, more).prop_map(|(words, more)| format!("- {words}{more}\n"))
}

fn log() -> impl Strategy<Value = Log> {
    let category = prop::collection::vec(entry(), 0..5);
    let release = prop::collection::vec(category, CATEGORIES.len());
    (release.clone(), release.clone(), release).prop_map(|(a, b, c)| {
        let names = ["[Unreleased]", "[1.1.0] - 2026-01-01", "[1.0.0] - 2025-01-01"];
        let release = |(name, lists): (&str, Vec<Vec<String>>)| {
            let mut lists: Vec<_> = CATEGORIES
                .iter()
                .copied()
                .zip(lists)
                .filter(|(_, list)| !list.is_empty())
                .collect();
            for (_, list) in &mut lists {
                list.sort_by_key(|e| e.len() % 7);
                list.dedup();
            }
            (name.to_owned(), lists)
        };
        names.into_iter().zip([a, b, c]).map(release).collect()
    })
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        5 => (0..3_usize, 0..5_usize, 0..6_usize, entry()).prop_map(|(r, c, at, e)| Edit::Add(r / 2, c, at, e)),
        2 => (0..40_usize).prop_map(Edit::Remove),
        2 => (0..40_usize, entry()).prop_map(|(at, e)| Edit::Reword(at, e)),
        1 => (0..40_usize, 0..40_usize).prop_map(|(from, to)| Edit::Move(from, to)),
        1 => (0..VERSIONS.len()).prop_map(Edit::Release),
        1 => (0..30_usize).prop_map(Edit::DropRelease),
    ]
}

fn find(log: &Log, number: usize) -> Option<(usize, usize, usize)> {
    let all: Vec<_> = (0..log.len())
        .flat_map(|r| (0..log[r].1.len()).flat_map(move |c| (0..log[r].1[c].1.len()).map(move |e| (r, c, e))))
        .collect();
    (!all.is_empty()).then(|| all[number % all.len()])
}

fn add(log: &mut Log, release: usize, category: &'static str, at: usize, entry: String) {
    let release = release % log.len();
    let categories = &mut log[release].1;
    let found = categories
        .iter()
        .position(|c| c.0 == category)
        .unwrap_or_else(|| {
            let rank = |name: &str| CATEGORIES.iter().position(|c| *c == name);
            let place = categories
                .iter()
                .position(|c| rank(c.0) > rank(category))
                .unwrap_or(categories.len());
            categories.insert(place, (category, Vec::new()));
            place
        });
    let list = &mut categories[found].1;
    if !list.contains(&entry) {
        list.insert(at.min(list.len()), entry);
    }
}

fn apply(log: &mut Log, edit: &Edit) {
    match edit {
        Edit::Add(release, category, at, entry) => {
            add(log, *release, CATEGORIES[*category], *at, entry.clone());
        }
        Edit::Remove(number) => {
            if let Some((r, c, e)) = find(log, *number) {
                log[r].1[c].1.remove(e);
            }
        }
        Edit::Reword(number, new) => {
            if let Some((r, c, e)) = find(log, *number) {
                let words = new.strip_prefix("- ").unwrap_or(new);
                let old = log[r].1[c].1[e].lines().next().unwrap_or_default().to_owned();
                log[r].1[c].1[e] = format!("{old} {words}");
            }
        }
        Edit::Move(from, to) => {
            if let (Some((r, c, e)), Some(to)) = (find(log, *from), find(log, *to)) {
                let entry = log[r].1[c].1.remove(e);
                let category = log[to.0].1[to.1].0;
                add(log, to.0, category, to.2, entry);
            }
        }
        Edit::Release(version) => {
            let name = format!("[{}] - 2026-05-05", VERSIONS[*version]);
            if log[0].0 == "[Unreleased]" && !log[0].1.is_empty() && log.iter().all(|r| r.0 != name) {
                log[0].0 = name;
                log.insert(0, ("[Unreleased]".to_owned(), Vec::new()));
            }
        }
        Edit::DropRelease(number) => {
            if *number == 0 && log.len() > 2 {
                log.pop();
            }
        }
    }
    for release in log {
        release.1.retain(|category| !category.1.is_empty());
    }
}

fn edited(log: &Log, edits: &[Edit]) -> Log {
    let mut log = log.clone();
    edits.iter().for_each(|edit| apply(&mut log, edit));
    log
}

fn text(log: &Log, loose: bool) -> String {
    let mut out = "# Changelog\n\nAll changes.\n".to_owned();
    for (name, categories) in log {
        out += &format!("\n## {name}\n");
        for (category, list) in categories {
            if category.is_empty() {
                out += "\n";
            } else {
                out += &format!("\n### {category}\n\n");
            }
            out += &list.join(if loose { "\n" } else { "" });
        }
    }
    out + "\n[1.1.0]: https://example.org/1.1.0\n"
}

fn merged(base: &str, ours: &str, theirs: &str) -> Result<String, String> {
    let sides = Sides {
        base: base.as_bytes(),
        ours: ours.as_bytes(),
        theirs: theirs.as_bytes(),
    };
    match merge(By::Changelog, "CHANGELOG.md", &sides) {
        Merged::Clean(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Merged::Conflicts(conflicts) => {
            let markers = Markers {
                style: Style::Diff3,
                ..Markers::default()
            };
            let text = String::from_utf8_lossy(&conflicts.text(&markers)).into_owned();
            assert!(text.contains("<<<<<<<") && !conflicts.what.is_empty(), "{text}");
            Err(text)
        }
        Merged::Unsuited(why) => panic!("unsuited: {why}\n{base}\n{ours}\n{theirs}"),
    }
}

/// The entries of a text, as this test writes them: a bullet and all up to the next bullet, heading or link.
fn entries(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("- ") {
            out.push(format!("{line}\n"));
            inside = true;
        } else if line.starts_with(['#', '[', '<', '=', '>', '|']) {
            inside = false;
        } else if inside && let Some(last) = out.last_mut() {
            *last += &format!("{line}\n");
        }
    }
    out.iter().map(|entry| entry.trim_end().to_owned()).collect()
}

fn count(entries: &[String], entry: &str) -> usize {
    entries.iter().filter(|e| *e == entry).count()
}

/// A text with its conflicts resolved to one side.
fn resolved(text: &str, ours: bool) -> String {
    let mut part = 0;
    let lines = text.split_inclusive('\n').filter(|line| {
        let marker = match line.get(..7) {
            Some("<<<<<<<") => Some(1),
            Some("|||||||") => Some(2),
            Some("=======") => Some(3),
            Some(">>>>>>>") => Some(0),
            _ => None,
        };
        part = marker.unwrap_or(part);
        marker.is_none() && (part == 0 || part == if ours { 1 } else { 3 })
    });
    lines.collect()
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(edit(), 1..5)
}

proptest! {
    #![proptest_config(seeded::config())]

    #[test]
    fn which_side_is_ours_makes_no_difference(base in log(), a in edits(), b in edits(), loose: [bool; 3]) {
        let (a, b) = (text(&edited(&base, &a), loose[1]), text(&edited(&base, &b), loose[2]));
        let base = text(&base, loose[0]);
        match (merged(&base, &a, &b), merged(&base, &b, &a)) {
            (Ok(one), Ok(other)) => prop_assert_eq!(one, other),
            (Err(one), Err(other)) => {
                prop_assert_eq!(resolved(&one, true), resolved(&other, false));
                prop_assert_eq!(resolved(&one, false), resolved(&other, true));
            }
            (one, other) => prop_assert!(false, "{one:?} {other:?}"),
        }
    }

    #[test]
    fn three_sides_may_be_merged_in_any_order(base in log(), a in edits(), b in edits(), c in edits(), loose: bool) {
        let [a, b, c] = [a, b, c].map(|edits| text(&edited(&base, &edits), loose));
        let base = text(&base, loose);
        let all = |one: &str, two: &str, three: &str| merged(&base, one, two).and_then(|both| merged(&base, &both, three));
        let orders = [all(&a, &b, &c), all(&b, &c, &a), all(&a, &c, &b)];
        let clean: Vec<&String> = orders.iter().flatten().collect();
        for pair in clean.windows(2) {
            prop_assert_eq!(pair[0], pair[1], "\nbase\n{}\na\n{}\nb\n{}\nc\n{}", base, a, b, c);
        }
    }

    #[test]
    fn merging_a_side_again_changes_nothing(base in log(), a in edits(), b in edits()) {
        let [a, b, base] = [edited(&base, &a), edited(&base, &b), base].map(|log| text(&log, false));
        let Ok(both) = merged(&base, &a, &b) else { return Ok(()) };
        for side in [&a, &b] {
            // It may be undecidable, but never anything else.
            if let Ok(again) = merged(&base, &both, side) {
                prop_assert_eq!(&again, &both, "\nbase\n{}\na\n{}\nb\n{}", base, a, b);
            }
        }
    }

    #[test]
    fn what_one_side_added_is_there_once_and_what_it_removed_is_gone(base in log(), a in edits(), b in edits()) {
        let [a, b, base] = [edited(&base, &a), edited(&base, &b), base].map(|log| text(&log, false));
        let [in_a, in_b, in_base] = [&a, &b, &base].map(|text| entries(text));
        let Ok(result) = merged(&base, &a, &b) else { return Ok(()) };
        let found = entries(&result);
        for (one, other) in [(&in_a, &in_b), (&in_b, &in_a)] {
            for entry in one.iter().filter(|e| count(one, e) == 1 && count(&in_base, e) == 0 && count(other, e) == 0) {
                prop_assert_eq!(count(&found, entry), 1, "{} in\n{}", entry, result);
            }
            for entry in in_base.iter().filter(|e| count(&in_base, e) == 1 && count(one, e) == 0 && count(other, e) == 1) {
                prop_assert_eq!(count(&found, entry), 0, "{} in\n{}", entry, result);
            }
        }
        for entry in &found {
            prop_assert!(in_a.contains(entry) || in_b.contains(entry), "{entry} came from nowhere");
        }
        // Of one that stands twice each side may remove another.
        for entry in in_base.iter().filter(|e| count(&in_base, e) == 1 && in_a.contains(e) && in_b.contains(e)) {
            prop_assert!(found.contains(entry), "{entry} is lost");
        }
    }

    #[test]
    fn a_conflict_resolved_to_one_side_has_whole_entries_of_that_side(base in log(), a in edits(), b in edits()) {
        let [a, b, base] = [edited(&base, &a), edited(&base, &b), base].map(|log| text(&log, false));
        let Err(conflict) = merged(&base, &a, &b) else { return Ok(()) };
        for (ours, side) in [(true, &a), (false, &b)] {
            let found = entries(&resolved(&conflict, ours));
            let known = [entries(&a), entries(&b)].concat();
            for entry in &found {
                prop_assert!(known.contains(entry), "{entry} is half an entry of\n{conflict}");
            }
            let in_base = entries(&base);
            for entry in entries(side).iter().filter(|e| !in_base.contains(e)) {
                prop_assert!(found.contains(entry), "{entry} is lost in\n{conflict}");
            }
        }
    }

    #[test]
    fn no_bytes_make_it_fail(base: Vec<u8>, ours: Vec<u8>, theirs: Vec<u8>) {
        let sides = Sides { base: &base, ours: &ours, theirs: &theirs };
        let _ = merge(By::Changelog, "CHANGELOG.md", &sides);
        let _ = merge(By::Registry, "list", &sides);
    }

    #[test]
    fn no_lines_make_it_fail(sides in prop::array::uniform3(lines())) {
        let [base, ours, theirs] = &sides;
        let sides = |ours, theirs| Sides { base: str::as_bytes(base), ours: str::as_bytes(ours), theirs: str::as_bytes(theirs) };
        let one = merge(By::Changelog, "CHANGELOG.md", &sides(ours, theirs));
        let other = merge(By::Changelog, "CHANGELOG.md", &sides(theirs, ours));
        match (one, other) {
            (Merged::Conflicts(_), Merged::Conflicts(_)) => {}
            (one, other) => prop_assert_eq!(one, other),
        }
    }
}

/// Lines that mean something, in an order that need not.
fn lines() -> impl Strategy<Value = String> + Clone {
    let line = prop::sample::select(vec![
        "# Changelog",
        "## [Unreleased]",
        "## 1.0.0",
        "## 1.1.0 - 2026-01-01",
        "### Added",
        "### Added",
        "### Fixed",
        "#### Sub",
        "- a",
        "- b",
        "- c\n  more",
        "* x",
        "  - nested",
        "1. one",
        "    indented",
        "text",
        "lazy",
        "```",
        "<!--",
        "-->",
        "| a | b |",
        "[x]: y",
        "[1.0.0]: z",
        "---",
        "===",
        "> quote",
        "",
        "",
        "",
        " ",
        "\r",
        "<<<<<<< ours",
        "=======",
        ">>>>>>> theirs",
        "\t- tab",
    ]);
    prop::collection::vec(line, 0..14)
        .prop_map(|lines| lines.iter().map(|line| format!("{line}\n")).collect())
}
