//! What tells that a program is the same as last time, without starting it.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

/// How many toolchains of rustup are looked at.
const TOOLCHAINS: usize = 100;

/// The program's file, its size and time, and for rustup all that it chooses by; none when the file does not tell.
pub(super) fn stamp(words: &[String], dir: &Path) -> Option<String> {
    let named = Path::new(words.first()?);
    let found = find(named, dir)?;
    let real = found.canonicalize().ok()?;
    let mut stamp = String::new();
    add(&mut stamp, &real)?;
    if is_rustup(&real) {
        rustup(&mut stamp, &rustup_home()?, dir)?;
        return Some(stamp);
    }
    let (asked, got) = (named.file_name()?.to_str()?, real.file_name()?.to_str()?);
    // `python3` may be `python3.12`; `node` that is `volta-shim` decides by itself.
    (got.starts_with(asked) && !is_script(&real)?).then_some(stamp)
}

fn find(named: &Path, dir: &Path) -> Option<PathBuf> {
    if named.components().count() > 1 {
        return Some(dir.join(named));
    }
    let path = env::var_os("PATH")?;
    for folder in env::split_paths(&path) {
        // What a relative folder holds depends on where one stands.
        if !folder.is_absolute() {
            return None;
        }
        let candidate = folder.join(named);
        if is_executable(&candidate) {
            return Some(candidate);
        }
    }
    None
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}

fn is_script(path: &Path) -> Option<bool> {
    let mut first = [0; 2];
    File::open(path).ok()?.read_exact(&mut first).ok()?;
    Some(&first == b"#!")
}

/// rustup's proxies are links to it, or the same file under other names.
fn is_rustup(real: &Path) -> bool {
    let own = real.file_name().is_some_and(|name| name == "rustup");
    own || same_file(real, &real.with_file_name("rustup"))
}

#[cfg(unix)]
fn same_file(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let id = |path| fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()));
    id(one).is_some() && id(one) == id(other)
}

#[cfg(not(unix))]
fn same_file(_one: &Path, other: &Path) -> bool {
    other.exists()
}

fn rustup_home() -> Option<PathBuf> {
    let named = env::var_os("RUSTUP_HOME").map(PathBuf::from);
    named.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".rustup")))
}

/// All that rustup chooses a toolchain by, and the toolchains themselves.
fn rustup(stamp: &mut String, home: &Path, dir: &Path) -> Option<()> {
    let dir = dir.canonicalize().ok()?;
    // The settings may name another toolchain for this very folder.
    let _ = writeln!(stamp, "{dir:?} {:?}", env::var_os("RUSTUP_TOOLCHAIN"));
    for settings in [
        home.join("settings.toml"),
        PathBuf::from("/etc/rustup/settings.toml"),
    ] {
        add_if_there(stamp, &settings);
    }
    let installed = fs::read_dir(home.join("toolchains")).ok()?;
    let mut installed: Vec<PathBuf> = installed
        .take(TOOLCHAINS)
        .flatten()
        .map(|entry| entry.path())
        .collect();
    installed.sort();
    for toolchain in installed {
        for part in ["bin", "bin/rustc", "bin/cargo"] {
            add_if_there(stamp, &toolchain.join(part));
        }
    }
    for folder in dir.ancestors() {
        for name in ["rust-toolchain", "rust-toolchain.toml"] {
            add_if_there(stamp, &folder.join(name));
        }
    }
    Some(())
}

fn add_if_there(stamp: &mut String, path: &Path) {
    // That it is not there is told by the missing line.
    let _ = add(stamp, path);
}

fn add(stamp: &mut String, path: &Path) -> Option<()> {
    let meta = fs::metadata(path).ok()?;
    let made = meta.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    writeln!(stamp, "{path:?} {} {}", meta.len(), made.as_nanos()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn whatever_rustup_chooses_by_is_in_the_stamp() {
        let dir = tempfile::tempdir().unwrap();
        let (home, work) = (dir.path().join("home"), dir.path().join("work/deep"));
        fs::create_dir_all(&work).unwrap();
        write(&home.join("toolchains/stable/bin/rustc"), "1");
        let stamp = || {
            let mut stamp = String::new();
            rustup(&mut stamp, &home, &work).unwrap();
            stamp
        };
        let mut last = stamp();
        assert_eq!(stamp(), last);
        for (path, text) in [
            (home.join("settings.toml"), "default"),
            (home.join("settings.toml"), "default and an override"),
            (home.join("toolchains/stable/bin/rustc"), "1.1"),
            (home.join("toolchains/nightly/bin/rustc"), "2"),
            (dir.path().join("work/rust-toolchain.toml"), "channel"),
            (work.join("rust-toolchain"), "nightly"),
        ] {
            write(&path, text);
            assert_ne!(stamp(), last, "{}", path.display());
            last = stamp();
        }
        let mut elsewhere = String::new();
        rustup(&mut elsewhere, &home, dir.path()).unwrap();
        assert_ne!(elsewhere, last);
    }

    #[test]
    #[cfg(unix)]
    fn a_proxy_is_known_by_its_link_and_by_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        write(&at("rustup"), "program");
        std::os::unix::fs::symlink("rustup", at("cargo")).unwrap();
        fs::hard_link(at("rustup"), at("rustc")).unwrap();
        write(&at("node"), "program");
        std::os::unix::fs::symlink("node", at("npm")).unwrap();
        for (name, proxy) in [("cargo", true), ("rustc", true), ("node", false)] {
            assert_eq!(is_rustup(&at(name).canonicalize().unwrap()), proxy, "{name}");
        }
        let named = |name: &str| stamp(&[at(name).to_str().unwrap().to_owned()], dir.path());
        assert!(named("node").is_some());
        assert!(named("npm").is_none(), "what it is, only it knows");
        assert!(named("none").is_none());
    }
}
