//! The changelog has a place for what is not released yet.

use super::Finding;
use crate::tree::Tree;

const CHANGELOG: &str = "CHANGELOG.md";
const HEADING: &str = "## [Unreleased]";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let text = tree.file(CHANGELOG).map(|file| file.text.as_str());
    if text.is_some_and(|text| text.lines().any(|line| line.trim_end() == HEADING)) {
        return Vec::new();
    }
    let what = if text.is_some() {
        "it has no heading"
    } else {
        "the file is missing, with its heading"
    };
    vec![Finding::at(CHANGELOG, 1, format!("{what} `{HEADING}`"))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::count;

    #[test]
    fn heading_must_be_there() {
        assert_eq!(count(check, CHANGELOG, "# Changelog\n\n## [Unreleased]\n"), 0);
        assert_eq!(count(check, CHANGELOG, "# Changelog\n\n## [0.1.0]\n"), 1);
        assert_eq!(count(check, CHANGELOG, "see ## [Unreleased]\n"), 1);
        assert_eq!(count(check, "docs/CHANGELOG.md", HEADING), 1);
    }
}
