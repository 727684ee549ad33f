//! `cargo xtask install`: the release binary and its man page, where git and man find them.

use std::env;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use tempfile::NamedTempFile;

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::build;

/// Build git-lane for release, and install it with its man page
///
/// Writes `<root>/bin/git-lane`, which git runs as `git lane`, and `<root>/share/man/man1/git-lane.1`, which man
/// finds by itself for a bin directory on PATH. Each file is replaced in one step: a hook that runs meanwhile sees
/// the old binary or the new one. Nothing is written before the build has succeeded and the new binary has printed
/// its man page.
#[derive(clap::Args)]
pub(super) struct Install {
    /// Where to; by default where `cargo install` would: CARGO_INSTALL_ROOT, else CARGO_HOME, else ~/.cargo
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

impl Tool for Install {
    const NAME: &'static str = "install";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        let root =
            chosen_root(self.root, |name| env::var_os(name).map(PathBuf::from)).ok_or(Error::NoRoot)?;
        let root = std::path::absolute(&root).map_err(|source| Error::Write { path: root, source })?;
        let built = build::binary(workspace, RELEASE, "git-lane")?;
        let page = workspace.read(&built.to_string_lossy(), &["man"])?;
        let binary = fs::read(&built).map_err(|source| Error::Read {
            path: built.clone(),
            source,
        })?;

        let bin = root.join("bin");
        let name = built.file_name().unwrap_or("git-lane".as_ref());
        put(&bin.join(name), &binary, Mode::Program)?;
        put(
            &root.join("share/man/man1/git-lane.1"),
            page.as_bytes(),
            Mode::Text,
        )?;
        anstream::println!("{}", advice(&bin, &env::var_os("PATH").unwrap_or_default()));
        Ok(Exit::Done)
    }
}

/// The same order as `cargo install`'s, but for its configuration files. An empty variable is no place.
fn chosen_root(asked: Option<PathBuf>, variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let set = |name| variable(name).filter(|path| !path.as_os_str().is_empty());
    asked
        .or_else(|| set("CARGO_INSTALL_ROOT"))
        .or_else(|| set("CARGO_HOME"))
        .or_else(|| set("HOME").map(|home| home.join(".cargo")))
}

/// What builds the optimised binary.
pub(super) const RELEASE: &[&str] = &["--release", "--locked", "-p", "git-lane", "--bin", "git-lane"];

#[derive(Clone, Copy)]
enum Mode {
    Program,
    Text,
}

/// Writes beside the target and renames over it.
fn put(path: &Path, content: &[u8], mode: Mode) -> Result<(), Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(failed)?;
    let mut file = NamedTempFile::new_in(directory).map_err(failed)?;
    file.write_all(content).map_err(failed)?;
    allow(file.as_file(), mode).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    anstream::println!("installed {}", path.display());
    Ok(())
}

/// A temporary file is its owner's alone; an installed one is everybody's to read.
#[cfg(unix)]
fn allow(file: &fs::File, mode: Mode) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let bits = match mode {
        Mode::Program => 0o755,
        Mode::Text => 0o644,
    };
    file.set_permissions(fs::Permissions::from_mode(bits))
}

#[cfg(not(unix))]
fn allow(_: &fs::File, _: Mode) -> std::io::Result<()> {
    Ok(())
}

/// What is left for the person to do.
fn advice(bin: &Path, path: &std::ffi::OsStr) -> String {
    let shown = bin.display();
    if env::split_paths(path).any(|entry| entry == bin) {
        return format!("{shown} is on PATH: start with `git lane help`");
    }
    format!("{shown} is not on PATH: add it (export PATH=\"{shown}:$PATH\"), then start with `git lane help`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asked_root_comes_before_the_environment() {
        let all = |name: &str| Some(PathBuf::from(format!("/{name}")));
        assert_eq!(chosen_root(Some("/x".into()), all), Some("/x".into()));
        assert_eq!(chosen_root(None, all), Some("/CARGO_INSTALL_ROOT".into()));
        let only = |wanted: &'static str| move |name: &str| (name == wanted).then(|| PathBuf::from("/h"));
        assert_eq!(chosen_root(None, only("CARGO_HOME")), Some("/h".into()));
        assert_eq!(chosen_root(None, only("HOME")), Some("/h/.cargo".into()));
        assert_eq!(chosen_root(None, |_| Some(PathBuf::new())), None);
    }

    #[test]
    fn file_is_replaced_and_nothing_is_left_beside_it() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("bin/git-lane");
        put(&path, b"old", Mode::Program).unwrap();
        put(&path, b"new", Mode::Program).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn program_can_be_run_and_a_page_cannot() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        for (mode, bits) in [(Mode::Program, 0o755), (Mode::Text, 0o644)] {
            let path = root.path().join("file");
            put(&path, b"", mode).unwrap();
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, bits);
        }
    }

    #[test]
    fn advice_depends_on_path() {
        let path = env::join_paths(["/usr/bin", "/x/bin"]).unwrap();
        assert!(advice(Path::new("/x/bin"), &path).contains("is on PATH"));
        assert!(advice(Path::new("/x"), &path).contains("is not on PATH"));
    }
}
