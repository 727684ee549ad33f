//! One value on three sides: a side that did not change gives way.

/// The value, if both sides agree or only one changed it; `None` if both changed it in different ways.
///
/// A value that both sides added has no base: `base` is then something that neither side equals.
pub(crate) fn three_way<T: PartialEq>(base: &T, ours: T, theirs: T) -> Option<T> {
    if ours == theirs || *base == theirs {
        Some(ours)
    } else if *base == ours {
        Some(theirs)
    } else {
        None
    }
}

/// Like [`three_way`]; if both changed it, the lesser of the two, which is the same for both orders of the sides.
/// For what has no meaning: spacing, line ends.
pub(crate) fn three_way_or_least<T: PartialEq + Ord>(base: &T, ours: T, theirs: T) -> T {
    if ours == theirs || *base == theirs {
        ours
    } else if *base == ours {
        theirs
    } else {
        ours.min(theirs)
    }
}
