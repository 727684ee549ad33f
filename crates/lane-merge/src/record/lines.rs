//! A record merged by lines: where that is clean and says what was decided, its layout is what both authors meant.

use std::collections::BTreeSet;

use super::list::inner_comments;

/// The most lines of a version that are compared: a comparison takes the product of lines and differences.
const LINES_MAX: usize = 4_000;

/// The lines of base, ours and theirs merged. `None` if there is no base, if they conflict or are very long, or if a
/// comment that a side added is not in the result.
pub(super) fn merged([base, ours, theirs]: [&str; 3]) -> Option<String> {
    let large = |text: &str| text.lines().count() > LINES_MAX;
    if base.is_empty() || [base, ours, theirs].into_iter().any(large) {
        return None;
    }
    let text = diffy::merge(base, ours, theirs).ok()?;
    let [before, here] = [base, &text].map(comments);
    let there = |comment: &String| before.contains(comment) || here.contains(comment);
    let kept = [ours, theirs].iter().all(|side| comments(side).iter().all(there));
    kept.then_some(text)
}

fn comments(text: &str) -> BTreeSet<String> {
    inner_comments(text).into_iter().collect()
}
