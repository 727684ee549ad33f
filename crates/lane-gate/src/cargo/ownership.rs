//! Whose a path is: the packages that it belongs to, or why it may matter to all of them.

use lane_core::glob::Glob;

use super::affected::Cause;
use super::workspace::Package;
use super::workspace::Workspace;
use super::workspace::is_within;
use crate::Reads;
use crate::change::Changed;

/// File names that mean everything wherever they are: a manifest can move features and members, and a toolchain file
/// or the configuration of cargo and its tools binds all that is built, linted and tested beside it.
const MANIFESTS: &[&[u8]] = &[b"Cargo.toml", b"Cargo.lock"];
const TOOLCHAINS: &[&[u8]] = &[b"rust-toolchain", b"rust-toolchain.toml"];
const CONFIGURATIONS: &[&[u8]] = &[b".clippy.toml", b"clippy.toml"];
const NEXTEST: (&[u8], &[u8]) = (b".config", b"nextest.toml");

/// The same as globs, for what a check of packages reads.
pub(crate) const BINDING: [&str; 9] = [
    "**/.cargo",
    "**/.cargo/**",
    "**/.clippy.toml",
    "**/.config/nextest.toml",
    "**/Cargo.lock",
    "**/Cargo.toml",
    "**/clippy.toml",
    "**/rust-toolchain",
    "**/rust-toolchain.toml",
];

/// Whose a path is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Owner<'a> {
    Everybody(Cause),
    /// At least one, each with the glob by which it reads the path where the path is not its own.
    Packages(Vec<(&'a str, Option<&'a Glob>)>),
}

pub(super) fn owner<'a>(file: &Changed, workspace: &'a Workspace, reads: &'a Reads) -> Owner<'a> {
    if let Some(cause) = for_all(file, workspace) {
        return Owner::Everybody(cause);
    }
    let path = file.path.as_slice();
    let own = own(path, workspace).map(|name| (name, None));
    let by_target = workspace.packages.iter().filter(|(_, package)| {
        let dirs = &mut package.target_dirs.iter();
        dirs.any(|dir| !is_within(dir, &package.dir) && is_within(path, dir))
    });
    let readers = reads.iter().filter_map(|(name, scope)| {
        let (name, _) = workspace.packages.get_key_value(name)?;
        Some((name.as_str(), Some(scope.covering(path)?)))
    });
    let by_target = by_target.map(|(name, _)| (name.as_str(), None));
    let mut owners: Vec<_> = own.into_iter().chain(readers).collect();
    // In the folder of a target outside its package lie sources of it; data there are anybody's until somebody says so.
    let nobody = owners.is_empty() && !path.ends_with(b".rs");
    owners.extend(by_target);
    if nobody || owners.is_empty() {
        return Owner::Everybody(Cause::Unowned(path.to_vec()));
    }
    Owner::Packages(owners)
}

/// Why a path means everything to cargo by its name alone, in any workspace.
pub(crate) fn binds_all(path: &[u8]) -> Option<Cause> {
    let mut parts = path.split(|byte| *byte == b'/');
    let name = parts.next_back().unwrap_or_default();
    if MANIFESTS.contains(&name) {
        return Some(Cause::Manifest(path.to_vec()));
    }
    if TOOLCHAINS.contains(&name) {
        return Some(Cause::Toolchain(path.to_vec()));
    }
    let of_nextest = name == NEXTEST.1 && parts.clone().next_back() == Some(NEXTEST.0);
    // A link or file of that name counts too: what it leads to is configuration.
    let of_cargo = name == b".cargo" || parts.any(|part| part == b".cargo");
    if of_cargo || of_nextest || CONFIGURATIONS.contains(&name) {
        return Some(Cause::Configuration(path.to_vec()));
    }
    None
}

/// Why a path means everything, whoever it belongs to.
fn for_all(file: &Changed, workspace: &Workspace) -> Option<Cause> {
    let path = file.path.as_slice();
    if let Some(cause) = binds_all(path) {
        return Some(cause);
    }
    if file.is_gitlink() {
        return Some(Cause::Submodule(path.to_vec()));
    }
    // Where a folder with packages was, or will be, something else is: a file or a link.
    let above = |package: &Package| is_within(&package.dir, path);
    if workspace.packages.values().any(above) {
        return Some(Cause::Unowned(path.to_vec()));
    }
    let outside = workspace.outside.iter().any(|dir| is_within(path, dir));
    outside.then(|| Cause::OutsideMember(path.to_vec()))
}

/// The member in whose folder the path lies, the deepest one first. One that lies in the workspace's root owns only what
/// is in the folders of its targets (`src`, `tests`): the rest of the repository lies in its folder by accident.
fn own<'a>(path: &[u8], workspace: &'a Workspace) -> Option<&'a str> {
    let within = workspace
        .packages
        .iter()
        .filter(|(_, package)| is_within(path, &package.dir));
    let (name, package) = within.max_by_key(|(_, package)| package.dir.len())?;
    if package.dir != workspace.dir {
        return Some(name);
    }
    let sources = &mut package.target_dirs.iter();
    sources
        .any(|dir| *dir != workspace.dir && is_within(dir, &workspace.dir) && is_within(path, dir))
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use lane_core::glob::Scope;

    use super::*;

    #[test]
    fn what_binds_all_by_name_is_covered_by_the_globs_too_and_nothing_else() {
        let globs = Scope::parse(&BINDING).unwrap();
        let names = [MANIFESTS, TOOLCHAINS, CONFIGURATIONS].concat();
        let more: [&[u8]; 6] = [
            b".cargo",
            b".cargo/config.toml",
            b".cargo/deep/x",
            b".config/nextest.toml",
            b"nextest.toml",
            b"src/lib.rs",
        ];
        for name in names.into_iter().chain(more) {
            for path in [name.to_vec(), [b"a/b/", name].concat()] {
                let shown = String::from_utf8_lossy(&path).into_owned();
                assert_eq!(globs.covers(&path), binds_all(&path).is_some(), "{shown}");
            }
        }
    }
}
