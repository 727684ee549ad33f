//! Files outside the repository that cargo and its tools read: configuration in the folders above, and in the home.

use std::env;
use std::path::Path;
use std::path::PathBuf;

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
