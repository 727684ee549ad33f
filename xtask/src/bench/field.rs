//! A temporary folder for a benchmark: its own home and git configuration, nothing of the machine's.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use tempfile::TempDir;

use crate::Error;

/// The user's configuration. Nothing about syncing: what is measured is what is the default.
const CONFIG: &str = "[user]\n\tname = Pat\n\temail = pat@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[advice]\n\tdetachedHead = false\n";

/// The folder, with `bin/` first on PATH.
pub(super) struct Field {
    dir: TempDir,
    path: std::ffi::OsString,
}

impl Field {
    /// With `binary` as `git-lane`.
    pub(super) fn new(binary: &Path) -> Result<Self, Error> {
        let dir = tempfile::Builder::new()
            .prefix("git-lane-bench-")
            .tempdir()
            .map_err(|source| Error::Write {
                path: std::env::temp_dir(),
                source,
            })?;
        let bin = dir.path().join("bin");
        let outer = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(std::iter::once(bin.clone()).chain(std::env::split_paths(&outer)))
            .unwrap_or(outer);
        let field = Self { dir, path };
        field.write("home/gitconfig", CONFIG)?;
        field.write("bin/.keep", "")?;
        let target = bin.join("git-lane");
        fs::copy(binary, &target)
            .map(drop)
            .map_err(|source| Error::Write { path: target, source })?;
        Ok(field)
    }

    /// A path in the folder.
    pub(super) fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Writes a file, its folders included.
    pub(super) fn write(&self, path: impl AsRef<Path>, text: &str) -> Result<(), Error> {
        let path = self.at(path);
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|source| Error::Write { path, source })
    }

    /// A command that sees the folder's configuration only.
    pub(super) fn command<A: AsRef<OsStr>>(&self, dir: &Path, program: &str, args: &[A]) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        let home = self.at("home");
        command
            .args(args)
            .current_dir(dir)
            .stdin(Stdio::null())
            .env("PATH", &self.path)
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", &home)
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C");
        command
    }

    /// Runs a command that must succeed; gives its standard output.
    pub(super) fn run<A: AsRef<OsStr>>(
        &self,
        dir: &Path,
        program: &str,
        args: &[A],
    ) -> Result<String, Error> {
        finish(self.command(dir, program, args)).map(|(output, _)| output)
    }
}

impl Field {
    /// A repository `name` with a policy and the task T-1, added with these further words.
    pub(super) fn with_lanes(&self, name: &str, task: &[&str]) -> Result<PathBuf, Error> {
        self.write(format!("{name}/a"), "a\n")?;
        let repo = self.at(name);
        let add = ["lane", "task", "add", "the first", "--id", "T-1"];
        for args in [
            &["init", "--quiet"][..],
            &["lane", "init", "--agents-md"],
            &["add", "--all"],
            &["commit", "--quiet", "-m", "first"],
            &[&add, task].concat(),
        ] {
            self.run(&repo, "git", args)?;
        }
        Ok(repo)
    }
}

/// Runs a command that must succeed; gives its standard output, and how long it took.
pub(super) fn finish(command: Command) -> Result<(String, Duration), Error> {
    finish_as(command, &[0])
}

/// Runs a command that must end with one of `codes`; gives its standard output, and how long it took.
pub(super) fn finish_as(mut command: Command, codes: &[i32]) -> Result<(String, Duration), Error> {
    let start = Instant::now();
    let output = command.output();
    let took = start.elapsed();
    let line = || format!("{command:?}");
    let output = output.map_err(|source| Error::Spawn {
        command: line(),
        source,
    })?;
    let code = output.status.code();
    if !code.is_some_and(|code| codes.contains(&code)) {
        anstream::eprintln!("{}", String::from_utf8_lossy(&output.stderr).trim_end());
        return Err(Error::Failed {
            command: line(),
            code,
        });
    }
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), took))
}

/// What the figures were measured on, in a line.
pub(super) fn machine(field: &Field) -> Result<String, Error> {
    let here = field.at("");
    let git = field.run(&here, "git", &["version"])?;
    let date = field.run(&here, "date", &["-u", "+%Y-%m-%d"])?;
    // What else ran meanwhile belongs to the figures.
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load
        .split(' ')
        .next()
        .filter(|load| !load.is_empty())
        .unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Ok(format!(
        "{} cores ({}), load {load} at the start, {}, git-lane {}, {}",
        cores,
        std::env::consts::OS,
        git.trim(),
        env!("CARGO_PKG_VERSION"),
        date.trim()
    ))
}
