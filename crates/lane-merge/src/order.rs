//! The order of named things (keys, sections, releases) after a merge: it does not depend on which side was ours.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::three_way::three_way;

/// The merged order of `present`, the names that the result has, each once.
///
/// Each of the three sequences names what that side has, in its order. A side that left the order alone gives way. If
/// both changed it, the names of the base keep their order, and every other name stands before the first of them
/// that ranks after it; of two other orders of nothing but the base's names, the one that ranks first is taken.
/// `rank` must be a total order of all names.
pub(crate) fn merged<K: Clone + PartialEq, R: Ord>(
    base: &[K],
    ours: &[K],
    theirs: &[K],
    present: &[K],
    rank: impl Fn(&K) -> R,
) -> Vec<K> {
    let mut added: BTreeMap<R, &K> = present.iter().map(|k| (rank(k), k)).collect();
    let chosen = three_way(&base, ours, theirs).unwrap_or_else(|| both_changed(base, ours, theirs, &rank));
    let ranked = chosen.iter().map(|k| (rank(k), k));
    let skeleton: Vec<(R, &K)> = ranked.filter(|(r, _)| added.remove(r).is_some()).collect();
    let mut added = added.into_iter().peekable();
    let mut order: Vec<K> = Vec::with_capacity(present.len());
    for (place, name) in skeleton {
        while let Some((_, before)) = added.next_if(|(r, _)| *r < place) {
            order.push(before.clone());
        }
        order.push(name.clone());
    }
    order.extend(added.map(|(_, k)| k.clone()));
    order
}

/// The order where both sides changed it in different ways.
fn both_changed<'a, K, R: Ord>(
    base: &'a [K],
    ours: &'a [K],
    theirs: &'a [K],
    rank: impl Fn(&K) -> R,
) -> &'a [K] {
    let ranks = |side: &[K]| side.iter().map(&rank).collect::<Vec<R>>();
    let (b, o, t) = (ranks(base), ranks(ours), ranks(theirs));
    let same =
        |side: &[R]| side.len() == b.len() && side.iter().collect::<BTreeSet<_>>() == b.iter().collect();
    match (same(&o) && same(&t), o < t) {
        (false, _) => base,
        (true, true) => ours,
        (true, false) => theirs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(base: &str, ours: &str, theirs: &str, present: &str, expected: &str) {
        let names = |text: &str| text.chars().collect::<Vec<char>>();
        for (ours, theirs) in [(ours, theirs), (theirs, ours)] {
            let order = merged(&names(base), &names(ours), &names(theirs), &names(present), |k| {
                *k
            });
            assert_eq!(order.into_iter().collect::<String>(), expected);
        }
    }

    #[test]
    fn a_side_that_left_the_order_alone_gives_way() {
        check("dba", "dba", "dbxa", "abdx", "dbxa");
        check("dba", "abd", "dba", "abd", "abd");
    }

    #[test]
    fn what_both_added_stands_by_rank_among_the_names_of_the_base() {
        check("bd", "bda", "bdc", "abcd", "abcd");
        check("", "ca", "b", "abc", "abc");
        check("db", "dbc", "dba", "abcd", "acdb");
    }

    #[test]
    fn three_orders_of_the_same_names_are_merged_in_any_order() {
        check("abc", "cba", "bac", "abc", "bac");
        check("abc", "cba", "abcd", "abcd", "abcd");
    }

    #[test]
    fn a_name_that_is_gone_leaves_no_place() {
        check("abc", "ac", "abcd", "acd", "acd");
    }
}
