//! A cargo workspace as own values: packages, where they lie, what they need from each other.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use cargo_metadata::DependencyKind;
use serde::Deserialize;
use serde::Serialize;

/// A workspace. All folders are paths from the repository's root with `/` between, without one at the end; empty for
/// the root itself. What lies outside the repository is not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// The folder of its root manifest.
    pub dir: Vec<u8>,
    /// Its members, by name: cargo allows each name once.
    pub packages: BTreeMap<String, Package>,
    /// Folders of path dependencies that are no members: what lies there reaches members by ways that are not known.
    pub outside: BTreeSet<Vec<u8>>,
    /// Whether cargo takes `--features package/feature` for the packages that `-p` names: not with resolver 1.
    pub features_by_package: bool,
    /// Why the ways from member to member through packages that are no members are not known, where there may be some.
    pub unresolved: Option<String>,
}

impl Workspace {
    /// The edition of the deepest package whose folder the path lies in; for a path of none the newest of the workspace,
    /// and 2021 where there is no package at all.
    pub fn edition_of(&self, path: &[u8]) -> &str {
        let packages = self.packages.values();
        let within = packages.filter(|package| is_within(path, &package.dir));
        let deepest = within.max_by_key(|package| package.dir.len());
        let newest = || self.packages.values().max_by_key(|package| &package.edition);
        deepest.or_else(newest).map_or("2021", |package| &package.edition)
    }
}

/// A member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// The folder of its manifest.
    pub dir: Vec<u8>,
    /// The folders of its targets' root files, where these are others.
    pub target_dirs: BTreeSet<Vec<u8>>,
    /// The edition, as rustfmt takes it: `2024`.
    pub edition: String,
    /// Whether it has a library whose documentation is tested.
    pub doctests: bool,
    /// Whether a target has a harness of its own, which need not say how many tests it ran.
    pub own_harness: bool,
    /// Its features, and what each turns on. Optional dependencies have theirs, as cargo lists them.
    pub features: BTreeMap<String, Vec<String>>,
    /// What it needs from other members, or from packages of their names.
    pub needs: Vec<Need>,
}

/// A dependency on another member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The member's name.
    pub package: String,
    /// What it is called in the manifest.
    pub called: String,
    /// Of which kind it is.
    pub kind: NeedKind,
    /// Whether a feature turns it on.
    pub optional: bool,
    /// The features that it asks for.
    pub features: Vec<String>,
    /// Whether it asks for the default features.
    pub default_features: bool,
}

/// Of which kind a dependency is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum NeedKind {
    /// Of library and programs, or of a kind that this version does not know.
    Normal,
    /// Of the build script.
    Build,
    /// Of tests, examples and benchmarks.
    Dev,
}

impl NeedKind {
    pub(super) fn of(kind: DependencyKind) -> Self {
        match kind {
            DependencyKind::Development => Self::Dev,
            DependencyKind::Build => Self::Build,
            _ => Self::Normal,
        }
    }
}

/// Whether a path is this folder or lies below it.
pub(super) fn is_within(path: &[u8], dir: &[u8]) -> bool {
    match path.strip_prefix(dir) {
        Some(rest) => dir.is_empty() || rest.is_empty() || rest[0] == b'/',
        None => false,
    }
}

/// The folder that a path lies in.
pub(super) fn parent(path: &[u8]) -> &[u8] {
    let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
    &path[..end]
}
