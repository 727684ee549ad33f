//! The laws of merging records, on generated ones: the order of sides and merges is nowhere to be seen, nothing that
//! one side added is lost, and what comes out is a record.

#![allow(clippy::unwrap_used)] // the lint's exception for tests does not see functions beside them

mod generated;
mod seeded;

use std::collections::BTreeSet;

use lane_merge::Markers;
use lane_merge::Merged;
use lane_merge::Sides;
use lane_merge::Strategy;
use lane_merge::merge;
use proptest::prelude::*;

use self::generated::Kind;
use self::generated::Trio;
use self::generated::trio;

fn merged(path: &str, base: &str, ours: &str, theirs: &str) -> Result<String, (String, String)> {
    let sides = Sides {
        base: base.as_bytes(),
        ours: ours.as_bytes(),
        theirs: theirs.as_bytes(),
    };
    match merge(Strategy::Record, path, &sides) {
        Merged::Clean(bytes) => Ok(String::from_utf8(bytes).unwrap()),
        Merged::Conflicts(conflicts) => {
            assert!(!conflicts.what.is_empty());
            let text = String::from_utf8(conflicts.text(&Markers::default())).unwrap();
            Err(chosen(&text))
        }
        Merged::Unsuited(why) => panic!("{why}"),
    }
}

/// A text with conflicts, with its first and with its second side chosen everywhere.
fn chosen(text: &str) -> (String, String) {
    let (mut first, mut second, mut part, mut conflicts) = (String::new(), String::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        match line.get(..7) {
            Some("<<<<<<<") => (part, conflicts) = (1, conflicts + 1),
            Some("=======") => part = 2,
            Some(">>>>>>>") => part = 0,
            _ => {
                first += if part == 2 { "" } else { line };
                second += if part == 1 { "" } else { line };
            }
        }
    }
    assert!(conflicts > 0 && part == 0, "{text}");
    (first, second)
}

fn parses(text: &str) -> bool {
    text.parse::<toml_edit::DocumentMut>().is_ok()
}

/// The words of comments and unknown keys: each is unique to the side that added it.
fn marks(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words
        .filter(|word| word.starts_with("x_") || word.starts_with("c_"))
        .collect()
}

fn check_symmetry(kind: Kind, t: &Trio) {
    let path = kind.path();
    match (
        merged(path, &t.base, &t.x, &t.y),
        merged(path, &t.base, &t.y, &t.x),
    ) {
        (Ok(one), Ok(other)) => assert_eq!(one, other),
        (Err((first, second)), Err((second_too, first_too))) => {
            assert_eq!((first, second), (first_too, second_too));
        }
        (one, other) => panic!("{one:?}\nand swapped\n{other:?}"),
    }
}

fn check_nothing_is_lost(kind: Kind, t: &Trio) {
    let path = kind.path();
    let result = merged(path, &t.base, &t.x, &t.y);
    let (first, second) = match &result {
        Ok(text) => (text, text),
        Err((first, second)) => (first, second),
    };
    assert!(parses(first) && parses(second), "{first}\n---\n{second}");
    let before = marks(&t.base);
    for (side, text) in [(&t.x, first), (&t.y, second)] {
        let there = marks(text);
        for mark in marks(side).iter().filter(|mark| !before.contains(mark)) {
            assert!(there.contains(mark), "{mark} is lost:\n{text}");
        }
    }
    if result.is_ok() && kind.decodes(&t.x) && kind.decodes(&t.y) {
        assert!(kind.decodes(first), "{first}");
    }
}

/// What a text says: its values, and its comments.
fn said(text: &str) -> (String, BTreeSet<&str>) {
    let values = toml::from_str::<toml::Table>(text).map(|table| format!("{table:?}"));
    (values.unwrap(), marks(text).into_iter().collect())
}

fn check_any_order(kind: Kind, t: &Trio, alike: impl Fn(&str, &str) -> bool) {
    let path = kind.path();
    let m = |a: &str, b: &str| merged(path, &t.base, a, b);
    let (Ok(xy), Ok(yz), Ok(xz)) = (m(&t.x, &t.y), m(&t.y, &t.z), m(&t.x, &t.z)) else {
        return;
    };
    let (Ok(left), Ok(right), Ok(other)) = (m(&xy, &t.z), m(&t.x, &yz), m(&xz, &t.y)) else {
        return;
    };
    assert!(alike(&left, &right), "{left}\n{right}\nxy\n{xy}\nyz\n{yz}");
    assert!(alike(&left, &other), "{left}\n{other}\nxy\n{xy}\nxz\n{xz}");
    if let Ok(again) = m(&xy, &t.y) {
        assert!(alike(&again, &xy), "merging again changed {xy}\nto {again}");
    }
}

fn check_written(kind: Kind, t: &Trio) {
    let added = "# why\n";
    let other = t.base.clone() + added;
    if t.base.is_empty() || t.x.is_empty() || t.x == t.base {
        return;
    }
    let expected = t.x.trim_end().to_owned() + "\n" + added;
    // A task that lost its time of creation is another one.
    if let Ok(result) = merged(kind.path(), &t.base, &t.x, &other) {
        assert_eq!(result, expected);
    } else {
        assert!(!t.x.contains("created ="));
    }
}

proptest! {
    #![proptest_config(seeded::config())]

    #[test]
    fn the_sides_may_be_swapped((kind, t) in trio()) {
        check_symmetry(kind, &t);
    }

    #[test]
    fn nothing_that_a_side_added_is_lost((kind, t) in trio()) {
        check_nothing_is_lost(kind, &t);
    }

    #[test]
    fn merges_in_any_order_of_what_the_store_wrote_are_the_same_bytes((kind, t) in trio()) {
        if let Some(t) = t.as_stored(kind) {
            check_any_order(kind, &t, |one, other| one == other);
        }
    }

    #[test]
    fn whatever_the_layout_merges_in_any_order_say_the_same((kind, t) in trio()) {
        check_any_order(kind, &t, |one, other| said(one) == said(other));
    }

    #[test]
    fn what_one_side_wrote_stays_as_it_wrote_it((kind, t) in trio()) {
        check_written(kind, &t);
    }

    #[test]
    fn a_base_with_conflicts_is_read((kind, t) in trio()) {
        let markers = Markers { size: 9, ..Markers::default() };
        let path = kind.path();
        let sides = Sides { base: t.base.as_bytes(), ours: t.x.as_bytes(), theirs: t.y.as_bytes() };
        if let Merged::Conflicts(conflicts) = merge(Strategy::Record, path, &sides) {
            let base = String::from_utf8(conflicts.text(&markers)).unwrap();
            let virtual_base = Trio { base, x: t.y, y: t.z, z: t.x };
            check_symmetry(kind, &virtual_base);
            check_nothing_is_lost(kind, &virtual_base);
        }
    }

    #[test]
    fn any_text_is_merged(base in ".{0,80}", ours in "(.|\n|[=\\[\\]#a\"']){0,60}", theirs in "(.|\n|[=\\[\\]#a\"']){0,60}") {
        for path in [".agents/policy.toml", ".agents/queue/aa/T-1.toml", "x"] {
            let _ = merge(Strategy::Record, path, &Sides { base: base.as_bytes(), ours: ours.as_bytes(), theirs: theirs.as_bytes() });
        }
    }
}
