//! Files out of git's sight that checks read: configuration in the folders above and in the home, and what is ignored.

use std::env;
use std::path::Path;
use std::path::PathBuf;

use lane_core::glob::Glob;
use lane_core::glob::Plain;

use crate::Check;
use crate::Files;
use crate::Work;

/// What is looked for in every folder above.
const ABOVE: [&str; 8] = [
    ".cargo/config",
    ".cargo/config.toml",
    ".clippy.toml",
    ".rustfmt.toml",
    "clippy.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
    "rustfmt.toml",
];

/// What is looked for in the folders within, where git ignores it.
const WITHIN: [&str; 3] = ["Cargo.lock", "Cargo.toml", ".config/nextest.toml"];

/// Files in the work tree that the list does not have, for git ignores them, and that count all the same: configuration
/// of cargo and its tools from the check's folder up to the root, for what is built in; and those that its `reads` name
/// without a wildcard.
pub fn ignored(root: &Path, check: &Check, files: &Files) -> Vec<PathBuf> {
    let built_in = matches!(check.work, Work::Builtin(_));
    let folders = Path::new(check.dir.as_str()).ancestors();
    let names = folders.filter(|_| built_in).flat_map(|dir| {
        let names = ABOVE.iter().chain(&WITHIN);
        names.map(move |name| dir.join(name))
    });
    let named = check.reads.globs().iter().map(Glob::as_str);
    let named = named
        .filter(|glob| Plain::read(glob).is_some())
        .map(PathBuf::from);
    let there = names.chain(named).filter(|path| root.join(path).is_file());
    let mut there: Vec<PathBuf> = there.collect();
    there.sort();
    there.dedup();
    there.retain(|path| {
        let path = path.as_os_str().as_encoded_bytes();
        files.list().iter().all(|file| file.path != path)
    });
    there.into_iter().map(|path| root.join(path)).collect()
}

/// Those that are there now, the nearest first.
pub(super) fn files(root: &Path) -> Vec<PathBuf> {
    let above = root.ancestors().skip(1);
    let above = above.flat_map(|dir| ABOVE.iter().map(move |name| dir.join(name)));
    let home = env::var_os("HOME").map(PathBuf::from);
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| Some(home.as_ref()?.join(".cargo")));
    let config = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let config = config.or_else(|| Some(home?.join(".config")));
    let cargo = cargo
        .into_iter()
        .flat_map(|dir| ["config", "config.toml"].map(|name| dir.join(name)));
    let rustfmt = config
        .into_iter()
        .flat_map(|dir| ["rustfmt.toml", ".rustfmt.toml"].map(|name| dir.join("rustfmt").join(name)));
    let clippy = env::var_os("CLIPPY_CONF_DIR").map(PathBuf::from);
    let clippy = clippy
        .into_iter()
        .flat_map(|dir| ["clippy.toml", ".clippy.toml"].map(|name| dir.join(name)));
    above
        .chain(cargo)
        .chain(clippy)
        .chain(rustfmt)
        .filter(|path| path.is_file())
        .collect()
}
