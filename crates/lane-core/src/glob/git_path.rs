//! What git accepts as a path in a tree, one byte at a time.

/// How far the current component has come. Folded paths are assumed: `.GIT` is refused by git as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part {
    /// Nothing yet: at the start, or behind a slash.
    Empty,
    /// `.`
    Dot,
    /// `..`
    DotDot,
    /// `.g`
    DotG,
    /// `.gi`
    DotGi,
    /// `.git`
    DotGit,
    /// Anything else: a component that may stand.
    Name,
}

impl Part {
    /// The bytes that this automaton tells from all others.
    pub(super) const TOLD_APART: [u8; 6] = [b'/', b'.', b'g', b'i', b't', 0];

    /// Whether a component, and so a path, may end here.
    pub(super) fn may_end(self) -> bool {
        matches!(self, Self::DotG | Self::DotGi | Self::Name)
    }

    /// The next state; `None` if no path goes on like that.
    pub(super) fn next(self, byte: u8) -> Option<Self> {
        Some(match (self, byte) {
            (_, 0) => return None,
            (part, b'/') => return part.may_end().then_some(Self::Empty),
            (Self::Empty, b'.') => Self::Dot,
            (Self::Dot, b'.') => Self::DotDot,
            (Self::Dot, b'g') => Self::DotG,
            (Self::DotG, b'i') => Self::DotGi,
            (Self::DotGi, b't') => Self::DotGit,
            _ => Self::Name,
        })
    }
}

/// Whether a folded path can be in a tree: no empty component, no `.`, `..` or `.git`, no NUL.
pub(super) fn is_valid(path: &str) -> bool {
    let end = path.bytes().try_fold(Part::Empty, Part::next);
    end.is_some_and(Part::may_end)
}

#[cfg(test)]
mod tests {
    use super::is_valid;

    #[test]
    fn only_what_git_can_store_is_a_path() {
        for path in [
            "a",
            "a/b",
            ".gi",
            ".g",
            ".gitx",
            "a.git",
            ".git.",
            "...",
            ".a",
            "..a",
            "a/.gita/b",
            "é",
        ] {
            assert!(is_valid(path), "{path}");
        }
        for path in [
            "", "/", "a/", "/a", "a//b", ".", "..", ".git", "a/.git", ".git/a", "a/./b", "../a", "a\0",
        ] {
            assert!(!is_valid(path), "{path}");
        }
    }
}
