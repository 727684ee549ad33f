//! Random histories: what people and agents do to files, commits with several merge bases, and the laws of merging.

mod changelog;
mod commits;
mod deed;
mod laws;
mod record;
mod registry;

pub use commits::Commits;
pub use commits::Merge;
pub use deed::Deeds;
pub use deed::tokens;
pub use laws::Outcome;
pub use laws::broken;
pub use laws::merged;
pub use laws::same;
pub use laws::side_of;

use lane_merge::Strategy;

/// A kind of file: its path, how it is merged, and the file of `bases/` that it begins as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// For messages.
    pub name: &'static str,
    /// Where it lies.
    pub path: &'static str,
    /// How it is merged.
    pub strategy: Strategy,
    base: &'static str,
}

/// All kinds.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "changelog",
        path: "CHANGELOG.md",
        strategy: Strategy::Changelog,
        base: "CHANGELOG.md",
    },
    Kind {
        name: "gates",
        path: ".agents/gates.toml",
        strategy: Strategy::Record,
        base: "gates.toml",
    },
    Kind {
        name: "lock",
        path: ".agents/locks/L-1.toml",
        strategy: Strategy::Record,
        base: "lock.toml",
    },
    Kind {
        name: "policy",
        path: ".agents/policy.toml",
        strategy: Strategy::Record,
        base: "policy.toml",
    },
    Kind {
        name: "registry",
        path: "docs/registry.txt",
        strategy: Strategy::Registry,
        base: "registry.txt",
    },
    Kind {
        name: "task",
        path: ".agents/queue/aa/T-1.toml",
        strategy: Strategy::Record,
        base: "task.toml",
    },
];

impl Kind {
    /// The file that every history begins with.
    pub fn begin(&self) -> String {
        crate::scenario::text(self.base)
    }
}
