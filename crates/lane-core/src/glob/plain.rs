//! Globs that are understood at a glance: a plain path, and everything below it. Lists have thousands of them, and
//! reading each in full costs more than all the rest.

use super::MAX_BYTES;
use super::branch::Branch;
use super::pattern::trimmed;
use super::scope::Scope;

/// A valid glob that covers one path and what is below it.
#[derive(Clone, Copy, Debug)]
pub struct Plain<'g> {
    /// ASCII, in the case in which it was written.
    root: &'g str,
}

impl<'g> Plain<'g> {
    /// Understands `a/b`, `a/b/` and `a/b/**` of letters, digits, `.`, `_` and `-`. None says nothing about the glob.
    pub fn read(glob: &'g str) -> Option<Self> {
        let text = trimmed(glob);
        let root = text.strip_suffix("/**").unwrap_or(text);
        let is_name = |name: &str| {
            !matches!(name, "" | "." | "..")
                && name
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        (text.len() <= MAX_BYTES && root.split('/').all(is_name)).then_some(Self { root })
    }

    /// True only if no path can be covered by both.
    pub fn is_apart_from(self, scope: &Scope) -> bool {
        scope.branches().all(|branch| self.is_apart_from_branch(branch))
    }

    fn is_apart_from_branch(self, branch: &Branch) -> bool {
        let (ours, theirs) = (self.root.as_bytes(), branch.prefix().as_bytes());
        // The prefix is folded, so whatever is not ASCII there differs from all that is here.
        if ours.iter().zip(theirs).any(|(a, b)| a.to_ascii_lowercase() != *b) {
            return true;
        }
        match (theirs.get(ours.len()), ours.get(theirs.len())) {
            // Ours goes on: below theirs, or beside it (`src` and `src2`). Wildcards may go on as well.
            (_, Some(next)) => !theirs.is_empty() && branch.subtree().is_some() && *next != b'/',
            (Some(next), None) => *next != b'/',
            (None, None) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::glob::Glob;
    use crate::glob::overlap;
    use proptest::prelude::*;

    #[test]
    fn only_plain_paths_are_read() {
        for (glob, root) in [
            ("src", "src"),
            ("./src/", "src"),
            ("/a/b-c/d_e.rs", "a/b-c/d_e.rs"),
            ("A/b/**", "A/b"),
        ] {
            assert_eq!(Plain::read(glob).map(|plain| plain.root), Some(root), "{glob}");
        }
        for glob in [
            "", "**", "a//b", "a/./b", "../a", "a/*", "a?", "[a]", "{a,b}", "é", "a\\b", "a/**/b", "a/**/**",
        ] {
            assert!(Plain::read(glob).is_none(), "{glob}");
        }
        assert!(Plain::read(&"a".repeat(MAX_BYTES + 1)).is_none());
    }

    proptest! {
        #[test]
        fn what_is_read_is_valid_and_what_is_apart_never_overlaps(
            ours in "[./]{0,2}[aAbk.]{1,3}(/[ab.]{1,2}){0,2}(/|/\\*\\*)?",
            theirs in "[akAbK\u{212a}é]{1,2}(/[ab*?]{1,2}){0,2}(/\\*\\*)?",
        ) {
            let (Some(plain), Ok(scope)) = (Plain::read(&ours), Scope::parse(&[&theirs])) else {
                return Ok(());
            };
            let parsed = Scope::new(vec![Glob::parse(&ours).expect("a plain glob is a glob")]);
            if plain.is_apart_from(&scope) {
                prop_assert_eq!(overlap(&parsed, &scope, &Scope::default()), Ok(None));
            }
        }
    }
}
