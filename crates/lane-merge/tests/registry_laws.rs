//! The laws of merging, on registries that three sides edit at random.

mod seeded;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_merge::Merged;
use lane_merge::Sides;
use lane_merge::Strategy as By;
use lane_merge::merge;
use proptest::prelude::*;

type Values = BTreeMap<char, u8>;

fn values() -> impl Strategy<Value = Values> {
    prop::collection::btree_map(prop::char::range('a', 'h'), 0..3_u8, 0..6)
}

/// Each key with its value, as a line; without values the lines are known by themselves.
fn keyed(values: &Values) -> String {
    values
        .iter()
        .map(|(key, value)| format!("{key} = {value}\n"))
        .collect()
}

fn plain(values: &Values) -> String {
    values
        .iter()
        .map(|(key, value)| format!("use {key}{value};\n"))
        .collect()
}

/// The merged text; `None` where it conflicts.
fn merged(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let sides = Sides {
        base: base.as_bytes(),
        ours: ours.as_bytes(),
        theirs: theirs.as_bytes(),
    };
    match merge(By::Registry, "list", &sides) {
        Merged::Clean(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Merged::Conflicts(_) => None,
        Merged::Unsuited(why) => panic!("unsuited: {why}"),
    }
}

fn lines(text: &str) -> BTreeSet<&str> {
    text.lines().collect()
}

proptest! {
    #![proptest_config(seeded::config())]

    #[test]
    fn the_result_does_not_depend_on_sides_or_order(base in values(), a in values(), b in values(), c in values(), by_key: bool) {
        let text = if by_key { keyed } else { plain };
        let [base, a, b, c] = [base, a, b, c].map(|values| text(&values));
        prop_assert_eq!(merged(&base, &a, &b), merged(&base, &b, &a));
        let all = |one: &str, two: &str, three: &str| merged(&base, &merged(&base, one, two)?, three);
        let orders = [all(&a, &b, &c), all(&b, &c, &a), all(&a, &c, &b)];
        let clean: BTreeSet<&String> = orders.iter().flatten().collect();
        prop_assert!(clean.len() <= 1, "{clean:?}");
    }

    #[test]
    fn a_line_is_there_if_a_side_added_it_and_gone_if_a_side_removed_it(base in values(), a in values(), b in values(), by_key: bool) {
        let text = if by_key { keyed } else { plain };
        let [base, a, b] = [base, a, b].map(|values| text(&values));
        let Some(result) = merged(&base, &a, &b) else { return Ok(()) };
        let [base, a, b] = [&base, &a, &b].map(|text| lines(text));
        let kept = a.intersection(&b).copied();
        let added = a.symmetric_difference(&b).filter(|line| !base.contains(*line)).copied();
        prop_assert_eq!(lines(&result), kept.chain(added).collect());
        prop_assert!(result.lines().is_sorted());
    }

    #[test]
    fn two_values_of_one_key_are_never_merged(base in values(), a in values(), b in values()) {
        let disputed = a.keys().chain(b.keys()).any(|key| {
            let (base, a, b) = (base.get(key), a.get(key), b.get(key));
            a != b && a != base && b != base
        });
        prop_assert_eq!(merged(&keyed(&base), &keyed(&a), &keyed(&b)).is_none(), disputed);
    }
}
