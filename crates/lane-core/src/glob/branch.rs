//! One alternative of a glob with what makes questions about it cheap: its literal prefix.

use std::sync::OnceLock;

use super::automaton;
use super::automaton::Dfa;
use super::error::TooComplex;
use super::matcher;
use super::pattern::Segment;
use super::pattern::Token;

/// An alternative. Every path that it covers starts with `prefix`.
#[derive(Debug)]
pub(super) struct Branch {
    segments: Vec<Segment>,
    /// The folded text up to the first wildcard, or all of it.
    prefix: String,
    /// No wildcards: it covers the path `prefix`, what is below it, and nothing else.
    subtree: bool,
    /// Compiled when first needed for a decision; `None` if that went over the bounds.
    dfa: OnceLock<Option<Box<Dfa>>>,
}

/// What an alternative takes whatever it says.
const BRANCH_WEIGHT: usize = 8;

impl Branch {
    pub(super) fn new(segments: Vec<Segment>) -> Self {
        let (prefix, subtree) = literal_prefix(&segments);
        Self {
            segments,
            prefix,
            subtree,
            dfa: OnceLock::new(),
        }
    }

    /// How much is kept of it: about as many words of 16 bytes.
    pub(super) fn weight(&self) -> usize {
        let tokens = |segment: &Segment| match segment {
            Segment::AnyDepth => 0,
            Segment::Name(tokens) => tokens.len(),
        };
        BRANCH_WEIGHT
            + self
                .segments
                .iter()
                .map(|segment| 2 + tokens(segment))
                .sum::<usize>()
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The folded path whose whole tree this is, if it is one; empty for everything.
    pub(super) fn subtree(&self) -> Option<&str> {
        self.subtree.then_some(&*self.prefix)
    }

    pub(super) fn is_everything(&self) -> bool {
        self.segments.is_empty()
    }

    /// Whether a folded path is covered.
    pub(super) fn covers(&self, path: &str) -> bool {
        match self.subtree() {
            Some(root) => is_within(path, root),
            None => path.starts_with(&self.prefix) && matcher::covers(&self.segments, path),
        }
    }

    /// False only if no path can be covered by both.
    pub(super) fn may_meet(&self, other: &Self) -> bool {
        let (short, long) = if self.prefix.len() <= other.prefix.len() {
            (self, other)
        } else {
            (other, self)
        };
        match short.subtree() {
            Some(root) => is_within(&long.prefix, root),
            None => long.prefix.starts_with(&short.prefix),
        }
    }

    /// True only if this covers whatever the other covers.
    pub(super) fn encloses(&self, other: &Self) -> bool {
        match self.subtree() {
            Some(root) if root.len() == other.prefix.len() => other.subtree && other.prefix == root,
            Some(root) => is_within(&other.prefix, root),
            None => false,
        }
    }

    pub(super) fn dfa(&self) -> Result<&Dfa, TooComplex> {
        self.dfa
            .get_or_init(|| automaton::compile(&self.segments).map(Box::new))
            .as_deref()
            .ok_or(TooComplex)
    }
}

/// Whether the path is the root or below it; the empty root is that of the repository.
fn is_within(path: &str, root: &str) -> bool {
    root.is_empty()
        || path
            .strip_prefix(root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The text up to the first wildcard, and whether that is all there is.
fn literal_prefix(segments: &[Segment]) -> (String, bool) {
    let mut prefix = String::new();
    for (index, segment) in segments.iter().enumerate() {
        if index > 0 {
            prefix.push('/');
        }
        let Segment::Name(tokens) = segment else {
            return (prefix, false);
        };
        for token in tokens {
            let Token::Char(c) = token else {
                return (prefix, false);
            };
            prefix.push(*c);
        }
    }
    (prefix, true)
}

#[cfg(test)]
mod tests {
    use super::super::Glob;

    #[test]
    fn prefixes_tell_what_cannot_meet_and_what_encloses() {
        // (left, right, may meet, left encloses right)
        let table = [
            ("crates/a/**", "crates/b/**", false, false),
            ("crates/a", "crates/ab", false, false),
            ("crates/a", "crates/ab*", false, false),
            ("crates/a", "crates/a*", true, false),
            ("crates/a", "crates/a/*", true, true),
            ("crates/a", "crates/A/b", true, true),
            ("crates/a/b", "crates/a", true, false),
            ("crates/a", "crates/a", true, true),
            ("crates/a?", "crates/a", true, false),
            ("**", "x*", true, true),
            ("**", "**", true, true),
            ("**/x", "y", true, false),
            ("a*", "b*", false, false),
        ];
        for (left, right, meet, enclosed) in table {
            let (a, b) = (Glob::parse(left).unwrap(), Glob::parse(right).unwrap());
            assert_eq!(a.branches()[0].may_meet(&b.branches()[0]), meet, "{left} {right}");
            assert_eq!(b.branches()[0].may_meet(&a.branches()[0]), meet, "{right} {left}");
            assert_eq!(
                a.branches()[0].encloses(&b.branches()[0]),
                enclosed,
                "{left} {right}"
            );
        }
    }
}
