//! Which packages a change reaches: pure, with the reason for each, and everything rather than too little.
//!
//! A package is *touched* when a changed path is in its folder (the deepest package wins), Rust in the folder of a
//! target outside it, or among what `[package.NAME] reads` declares. What is touched is built differently, and so is all that
//! needs it, transitively, by normal and build dependencies, optional or of another platform or not. What needs any of
//! these for its tests (dev) is tested again; it ends there, because its library does not hold its dev-dependencies.
//!
//! Not seen: `include!` and `#[path]` out of the package, links to files of another package, programs that a test runs
//! without depending on them. That is what `[package.NAME] reads` is for.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::fmt;

use lane_core::text::escape_path;
use lane_core::text::excerpt;

use super::ownership::Owner;
use super::ownership::owner;
use super::workspace::NeedKind;
use super::workspace::Workspace;
use crate::Reads;
use crate::change::Changed;

/// Which packages a change reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Affected {
    /// All of them.
    Everything(Cause),
    /// These, each with the reason; possibly none.
    Packages(BTreeMap<String, Reason>),
}

/// Why all packages are affected. Paths are git's bytes; they are escaped when shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The check is about all of them, whatever changed.
    Whole,
    /// It is not known what changed, or everything was asked for.
    Change(String),
    /// cargo's metadata could not be read.
    Metadata(String),
    /// Which members need which through packages that are no members could not be resolved.
    Unresolved(String),
    /// A manifest or lock file.
    Manifest(Vec<u8>),
    /// A file that names the toolchain.
    Toolchain(Vec<u8>),
    /// Configuration of cargo or its tools: clippy, nextest.
    Configuration(Vec<u8>),
    /// A submodule.
    Submodule(Vec<u8>),
    /// A file of a package that is needed, but is no member.
    OutsideMember(Vec<u8>),
    /// A file of no package.
    Unowned(Vec<u8>),
}

/// Why one package is affected: of several reasons the nearest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A changed path is its own.
    Touched(Vec<u8>),
    /// It reads a changed path, by this glob of `[package.NAME] reads`.
    Reads(Vec<u8>, String),
    /// It needs a package that is built differently.
    Needs(String, NeedKind),
}

/// The packages that these changed paths reach. The same set for any order of the paths; with more paths never fewer.
pub fn affected<'a>(
    files: impl IntoIterator<Item = &'a Changed>,
    workspace: &Workspace,
    reads: &Reads,
) -> Affected {
    let files: BTreeSet<&Changed> = files.into_iter().collect();
    if let (Some(why), false) = (&workspace.unresolved, files.is_empty()) {
        return Affected::Everything(Cause::Unresolved(why.clone()));
    }
    let mut touched = BTreeMap::new();
    for file in files {
        match owner(file, workspace, reads) {
            Owner::Everybody(cause) => return Affected::Everything(cause),
            Owner::Packages(owners) => {
                for (name, glob) in owners {
                    let path = file.path.clone();
                    let reason = match glob {
                        None => Reason::Touched(path),
                        Some(glob) => Reason::Reads(path, glob.to_string()),
                    };
                    touched.entry(name.to_owned()).or_insert(reason);
                }
            }
        }
    }
    Affected::Packages(reached(touched, workspace))
}

/// Adds those that need what is there: breadth first, so that the nearest reason stands.
fn reached(touched: BTreeMap<String, Reason>, workspace: &Workspace) -> BTreeMap<String, Reason> {
    let mut rebuilt = touched;
    let mut news: BTreeSet<String> = rebuilt.keys().cloned().collect();
    while !news.is_empty() {
        let found = dependants(workspace, &news, |kind| kind != NeedKind::Dev);
        news.clear();
        for (name, reason) in found {
            if let Entry::Vacant(place) = rebuilt.entry(name) {
                news.insert(place.key().clone());
                place.insert(reason);
            }
        }
    }
    let names = rebuilt.keys().cloned().collect();
    for (name, reason) in dependants(workspace, &names, |kind| kind == NeedKind::Dev) {
        rebuilt.entry(name).or_insert(reason);
    }
    rebuilt
}

/// Who needs one of these, by a dependency of such a kind.
fn dependants(
    workspace: &Workspace,
    names: &BTreeSet<String>,
    such: impl Fn(NeedKind) -> bool,
) -> BTreeMap<String, Reason> {
    let users = workspace.packages.iter().filter_map(|(name, package)| {
        let needs = &mut package.needs.iter();
        let need = needs.find(|need| such(need.kind) && names.contains(&need.package))?;
        Some((name.clone(), Reason::Needs(need.package.clone(), need.kind)))
    });
    users.collect()
}

impl Affected {
    /// Whether it reaches this member.
    pub fn contains(&self, package: &str) -> bool {
        match self {
            Self::Everything(_) => true,
            Self::Packages(packages) => packages.contains_key(package),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, what) = match self {
            Self::Whole => return f.write_str("it is about the whole workspace"),
            Self::Change(why) => return write!(f, "{}", excerpt(why, 300)),
            Self::Metadata(why) => return write!(f, "cargo's metadata is missing: {}", excerpt(why, 300)),
            Self::Unresolved(why) => {
                let what = "who needs whom through packages that are no members is not known";
                return write!(f, "{what}: {}", excerpt(why, 300));
            }
            Self::Manifest(path) => (path, "is a manifest or lock file"),
            Self::Toolchain(path) => (path, "names the toolchain"),
            Self::Configuration(path) => (path, "configures cargo or its tools"),
            Self::Submodule(path) => (path, "is a submodule"),
            Self::OutsideMember(path) => (path, "belongs to a path dependency that is no member"),
            Self::Unowned(path) => (path, "belongs to no package"),
        };
        write!(f, "{} {what}", escape_path(path))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Touched(path) => write!(f, "{} changed", escape_path(path)),
            Self::Reads(path, glob) => {
                write!(
                    f,
                    "{} changed, which it reads ({})",
                    escape_path(path),
                    excerpt(glob, 200)
                )
            }
            Self::Needs(package, NeedKind::Normal) => write!(f, "needs {package}"),
            Self::Needs(package, NeedKind::Build) => write!(f, "needs {package} to be built"),
            Self::Needs(package, NeedKind::Dev) => write!(f, "needs {package} in its tests"),
        }
    }
}
