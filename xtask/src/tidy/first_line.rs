//! Every Rust file begins with one line that says what it is responsible for.

use super::Finding;
use crate::tree::Tree;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let silent = tree.rust().filter(|file| !says_something(&file.text));
    silent
        .map(|file| {
            Finding::at(
                &file.path,
                1,
                "it does not begin with a `//!` line that says what it is",
            )
        })
        .collect()
}

fn says_something(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first
        .strip_prefix("//!")
        .is_some_and(|words| !words.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::count;

    #[test]
    fn first_line_is_the_responsibility() {
        assert_eq!(count(check, "a.rs", "//! What it is.\nfn f() {}"), 0);
        assert_eq!(count(check, "a.rs", "fn f() {}\n//! Late.\n"), 1);
        assert_eq!(count(check, "a.rs", "// Not a doc comment.\n"), 1);
        assert_eq!(count(check, "a.rs", "//!\n//! Empty.\n"), 1);
        assert_eq!(count(check, "a.rs", ""), 1);
        assert_eq!(count(check, "tests/fixtures/a.rs", "fn f() {}"), 0);
    }
}
