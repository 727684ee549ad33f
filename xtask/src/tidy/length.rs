//! Files are short enough to be read whole.

use super::Finding;
use crate::rust_text::test_modules;
use crate::tree::File;
use crate::tree::Tree;

/// Lines of a source file, its test modules not counted.
const LINES_MAX: usize = 500;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let sources = tree
        .rust()
        .filter(|file| file.path.contains("/src/") && !file.shipped().is_empty());
    let long = sources
        .map(|file| (file, lines(file)))
        .filter(|&(_, lines)| lines > LINES_MAX);
    let message = |lines| {
        format!("{lines} lines without its tests, of {LINES_MAX} at most: split it by responsibility")
    };
    long.map(|(file, lines)| Finding::at(&file.path, LINES_MAX + 1, message(lines)))
        .collect()
}

fn lines(file: &File) -> usize {
    let tests = test_modules(file.code())
        .into_iter()
        .map(|range| file.text[range].lines().count());
    file.text.lines().count().saturating_sub(tests.sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::count;

    fn source(lines: usize) -> String {
        "fn f() {}\n".repeat(lines)
    }

    #[test]
    fn one_line_more_is_one_too_many() {
        assert_eq!(count(check, "c/src/a.rs", &source(LINES_MAX)), 0);
        assert_eq!(count(check, "c/src/a.rs", &source(LINES_MAX + 1)), 1);
    }

    #[test]
    fn tests_do_not_count() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", source(100));
        assert_eq!(count(check, "c/src/a.rs", &(source(LINES_MAX) + &tests)), 0);
        assert_eq!(count(check, "c/src/a.rs", &(source(LINES_MAX + 1) + &tests)), 1);
        assert_eq!(count(check, "c/tests/a.rs", &source(LINES_MAX + 1)), 0);
    }
}
