//! What a difference takes away of tests and checks: files of tests, tests by their names, tests that are switched
//! off, and checks of the gates.
//!
//! A name that is gone from one file and came to another was moved; one whose test stands there under another name was
//! renamed. Both are no removals. Files are read line by line, with comments and strings known roughly; nothing is
//! parsed. Not seen, therefore:
//!
//! - tests of languages that [`language`] does not list, unless a pattern of `[tests] names` finds them,
//! - tests that a loop, a macro or a table of cases makes, and single cases of such a table,
//! - a test that lost its assertions, or returns early; and a check of the gates that kept its name and runs less, or nothing,
//! - what is switched off from outside: build files, configuration, `cfg`, an `if`,
//! - a test that was renamed and changed at once: it counts as removed, and is declared.

mod blank;
mod checks;
mod compare;
mod found;
mod language;
mod patterns;
#[cfg(test)]
mod properties;

use lane_core::glob::Scope;
use lane_core::policy::Tests;

use super::Removed;
use compare::File;
use compare::compare;
use found::found;
use patterns::Patterns;

pub use patterns::pattern_faults;

/// A changed file before and after.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// The path from the root.
    pub path: &'a [u8],
    /// Its content at the merge base; none where it was not there.
    pub before: Option<&'a [u8]>,
    /// Its content now; none where it is not there.
    pub after: Option<&'a [u8]>,
}

/// What these changes take away, sorted by path. A file that is no UTF-8 holds no test that is known by its name; a glob
/// or pattern of the policy that cannot be read counts for nothing here.
pub fn removed(files: &[Sides<'_>], tests: &Tests) -> Vec<Removed> {
    let scope = Scope::parse(&tests.files).unwrap_or_default();
    let patterns = Patterns::of(tests);
    let read: Vec<File<'_>> = files
        .iter()
        .filter(|sides| sides.before != sides.after)
        .map(|sides| File {
            sides: *sides,
            is_tests: scope.covers(sides.path),
            before: found(sides.path, sides.before.unwrap_or_default(), &patterns),
            after: found(sides.path, sides.after.unwrap_or_default(), &patterns),
        })
        .collect();
    let mut gone = compare(&read);
    gone.extend(read.iter().flat_map(|file| checks::removed(&file.sides)));
    gone.sort();
    gone
}
