//! The project's invariants as checks. A new one: a file in `tidy/`, its `mod` line, its line in `CHECKS`.

mod arrows;
mod changelog;
mod doors;
mod first_line;
mod forgotten;
mod generated;
mod length;
mod links;
mod purity;
mod unfinished;
mod versions;

use std::fmt;

use crate::Error;
use crate::Workspace;
use crate::tree::Tree;

/// Every check, in alphabetical order.
pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "arrows",
        run: arrows::run,
    },
    Check {
        name: "changelog",
        run: |tree, _| Ok(changelog::check(tree)),
    },
    Check {
        name: "doors",
        run: |tree, _| Ok(doors::check(tree)),
    },
    Check {
        name: "first-line",
        run: |tree, _| Ok(first_line::check(tree)),
    },
    Check {
        name: "forgotten",
        run: |tree, _| Ok(forgotten::check(tree)),
    },
    Check {
        name: "generated",
        run: generated::run,
    },
    Check {
        name: "length",
        run: |tree, _| Ok(length::check(tree)),
    },
    Check {
        name: "links",
        run: |tree, _| Ok(links::check(tree)),
    },
    Check {
        name: "purity",
        run: |tree, _| Ok(purity::check(tree)),
    },
    Check {
        name: "unfinished",
        run: |tree, _| Ok(unfinished::check(tree)),
    },
    Check {
        name: "versions",
        run: |tree, _| Ok(versions::check(tree)),
    },
];

/// One invariant.
pub(crate) struct Check {
    /// Shown behind each of its findings.
    pub(crate) name: &'static str,
    /// What it finds; an error means that it could not look.
    pub(crate) run: fn(&Tree, &Workspace) -> Result<Vec<Finding>, Error>,
}

/// A place where an invariant does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    message: String,
}

impl Finding {
    /// At a line, from 1, of a file.
    pub(crate) fn at(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// The findings of a check over some files, as `path:line` and message.
#[cfg(test)]
fn found(check: fn(&Tree) -> Vec<Finding>, files: &[(&str, &str)]) -> Vec<String> {
    check(&crate::tree::tree(files))
        .iter()
        .map(Finding::to_string)
        .collect()
}

/// How many findings a check has on one file.
#[cfg(test)]
fn count(check: fn(&Tree) -> Vec<Finding>, path: &str, text: &str) -> usize {
    found(check, &[(path, text)]).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_order() {
        assert!(CHECKS.is_sorted_by_key(|check| check.name));
    }

    #[test]
    fn finding_is_a_place_that_an_editor_opens() {
        assert_eq!(Finding::at("a.rs", 3, "no").to_string(), "a.rs:3: no");
    }
}
