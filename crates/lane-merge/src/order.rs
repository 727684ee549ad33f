//! The order of named things (keys, sections, releases) after a merge: it does not depend on which side was ours.

use crate::three_way::three_way;

/// The merged order of `present`, the names that the result has, each once.
///
/// Each of the three sequences names what that side has, in its order. A side that left the order alone gives way; if
/// both changed it, the names of the base keep their order, and every other name stands before the first of them
/// that ranks after it. `rank` must be a total order of all names.
pub(crate) fn merged<K: Clone + PartialEq, R: Ord>(
    base: &[K],
    ours: &[K],
    theirs: &[K],
    present: &[K],
    rank: impl Fn(&K) -> R,
) -> Vec<K> {
    let chosen = three_way(&base, ours, theirs).unwrap_or(base);
    let mut order: Vec<K> = chosen.iter().filter(|k| present.contains(k)).cloned().collect();
    let skeleton = order.clone();
    let mut added: Vec<&K> = present.iter().filter(|k| !skeleton.contains(k)).collect();
    added.sort_by_key(|k| rank(k));
    // From the last to the first, so that places found in the skeleton stay true.
    for name in added.into_iter().rev() {
        let place = skeleton.iter().position(|k| rank(k) > rank(name));
        order.insert(place.unwrap_or(skeleton.len()), name.clone());
    }
    order
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
    fn a_name_that_is_gone_leaves_no_place() {
        check("abc", "ac", "abcd", "acd", "acd");
    }
}
