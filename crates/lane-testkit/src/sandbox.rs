//! A folder of its own for a test: repositories made by real git, with nothing of the machine's configuration.

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use tempfile::TempDir;

use crate::frozen::CLOCK_VAR;
use crate::output::Output;

/// Where the clock stands at first: 2026-11-21T08:00:00Z.
pub const START: i64 = 1_795_248_000;

/// A temporary folder with a binary, a clock and an environment.
pub struct Sandbox {
    dir: TempDir,
    now: Cell<i64>,
    frozen: bool,
}

/// A folder to run commands in, as an agent or as the person.
pub struct Place<'s> {
    sandbox: &'s Sandbox,
    path: PathBuf,
    agent: Option<String>,
    extra: Vec<(String, String)>,
}

impl Sandbox {
    /// A sandbox whose `git lane` is `binary` (the one with the movable clock).
    pub fn new(binary: impl AsRef<Path>) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("git-lane-test-")
            .tempdir()
            .expect("a temporary folder");
        let sandbox = Self {
            dir,
            now: Cell::new(START),
            frozen: true,
        };
        for folder in ["bin", "home"] {
            fs::create_dir_all(sandbox.path().join(folder)).expect("a folder of the sandbox");
        }
        link(binary.as_ref(), &sandbox.path().join("bin").join("git-lane"));
        sandbox.set_clock(START);
        sandbox
    }

    /// The sandbox's folder, its real path.
    pub fn path(&self) -> PathBuf {
        self.dir
            .path()
            .canonicalize()
            .unwrap_or_else(|_| self.dir.path().to_owned())
    }

    /// Leaves the folder where it is when this is dropped.
    pub fn keep(&mut self) {
        self.dir.disable_cleanup(true);
    }

    /// Puts the clock at a moment, in seconds since 1970.
    pub fn set_clock(&self, secs: i64) {
        self.now.set(secs);
        fs::write(self.path().join("clock"), secs.to_string()).expect("the clock's file");
    }

    /// Moves the clock on.
    pub fn advance(&self, secs: i64) {
        self.set_clock(self.now.get() + secs);
    }

    /// The clock's moment.
    pub fn now(&self) -> i64 {
        self.now.get()
    }

    /// A place below the sandbox's folder, or an absolute one. Acts as the person.
    pub fn at(&self, path: impl AsRef<Path>) -> Place<'_> {
        Place {
            sandbox: self,
            path: self.path().join(path),
            agent: None,
            extra: Vec::new(),
        }
    }

    /// An empty repository on branch `main`.
    pub fn empty_repo(&self, name: &str) -> Place<'_> {
        fs::create_dir_all(self.path().join(name)).expect("the repository's folder");
        let place = self.at(name);
        place.git(["init", "--quiet"]).ok();
        place
    }

    /// A repository with `src/a.rs`, `src/b.rs`, `docs/guide.md` and `README.md` in one commit.
    pub fn repo(&self, name: &str) -> Place<'_> {
        let place = self.empty_repo(name);
        for (path, text) in [
            ("src/a.rs", "a\n"),
            ("src/b.rs", "b\n"),
            ("docs/guide.md", "guide\n"),
            ("README.md", "readme\n"),
        ] {
            place.write(path, text);
        }
        place.git(["add", "--all"]).ok();
        place.git(["commit", "--quiet", "-m", "first"]).ok();
        place
    }

    /// A repository like [`Sandbox::repo`], set up, its policy and what agents are told committed.
    pub fn lanes(&self, name: &str) -> Place<'_> {
        let place = self.repo(name);
        place.lane(["init", "--agents-md"]).ok();
        place
            .git(["add", ".agents", ".gitattributes", "AGENTS.md", "docs"])
            .ok();
        place.git(["commit", "--quiet", "-m", "policy"]).ok();
        place
    }

    /// A command with the sandbox's environment and nothing of the machine's git and cargo configuration: of the machine's
    /// Rust it has the toolchains only.
    pub fn command(&self, program: impl AsRef<OsStr>, dir: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let told = ["CARGO", "CI_", "GITHUB_", "GITLAB_", "GIT_", "NEXTEST"]
                .map(|prefix| name.to_string_lossy().starts_with(prefix));
            if told.contains(&true) {
                command.env_remove(name);
            }
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(self.path().join("bin")).chain(std::env::split_paths(&path));
        let now = self.now.get();
        command
            .current_dir(dir)
            .stdin(Stdio::null())
            .env("PATH", std::env::join_paths(paths).expect("a PATH"))
            .env("HOME", self.path().join("home"))
            .env("XDG_CONFIG_HOME", self.path().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", self.path().join("home").join("gitconfig"))
            .env("GIT_AUTHOR_DATE", format!("@{now} +0000"))
            .env("GIT_COMMITTER_DATE", format!("@{now} +0000"))
            .env("GIT_EDITOR", "true")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .env("NO_COLOR", "1")
            .env("CARGO_HOME", self.path().join("home").join("cargo"))
            .env("CARGO_NET_OFFLINE", "true")
            .env_remove("EMAIL")
            .env_remove("VISUAL")
            .env_remove("EDITOR")
            .env_remove("RUSTFLAGS")
            .env_remove("RUSTDOCFLAGS")
            .env_remove("RUSTC_WRAPPER");
        if let Some(toolchains) = toolchains() {
            command.env("RUSTUP_HOME", toolchains);
        }
        if self.frozen {
            command.env(CLOCK_VAR, self.path().join("clock"));
        }
        self.configure();
        command
    }

    /// The user's configuration: who they are, `main` as the first branch, and no disk to wait for.
    fn configure(&self) {
        let file = self.path().join("home").join("gitconfig");
        if !file.exists() {
            let text = "[user]\n\tname = Pat\n\temail = pat@example.org\n[init]\n\tdefaultBranch = main\n[lane]\n\tfsync = false\n[protocol \"file\"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n";
            fs::write(file, text).expect("the user's configuration");
        }
    }
}

/// Where rustup has its toolchains, if it is there: beside the true home, not beside the sandbox's.
fn toolchains() -> Option<PathBuf> {
    let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".rustup"));
    let told = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
    told.or_else(home).filter(|folder| folder.is_dir())
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) {
    std::os::unix::fs::symlink(target, at).expect("a link to the binary");
}

#[cfg(not(unix))]
fn link(target: &Path, at: &Path) {
    fs::copy(target, at.with_extension("exe")).expect("a copy of the binary");
}

impl<'s> Place<'s> {
    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same folder, acting as an agent.
    pub fn agent(&self, name: &str) -> Place<'s> {
        Place {
            agent: Some(name.to_owned()),
            ..self.again()
        }
    }

    /// The same folder, acting as the person.
    pub fn person(&self) -> Place<'s> {
        Place {
            agent: None,
            ..self.again()
        }
    }

    /// The same, with one more environment variable.
    pub fn env(&self, name: &str, value: &str) -> Place<'s> {
        let mut place = self.again();
        place.extra.push((name.to_owned(), value.to_owned()));
        place
    }

    /// Another folder (relative to this one, or absolute), acting alike.
    pub fn at(&self, path: impl AsRef<Path>) -> Place<'s> {
        Place {
            path: self.path.join(path),
            ..self.again()
        }
    }

    fn again(&self) -> Place<'s> {
        Place {
            sandbox: self.sandbox,
            path: self.path.clone(),
            agent: self.agent.clone(),
            extra: self.extra.clone(),
        }
    }

    /// A command to be run here.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.sandbox.command(program, &self.path);
        if let Some(agent) = &self.agent {
            command.env("GIT_LANE_AGENT", agent);
        }
        command.envs(self.extra.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a program.
    pub fn run<A: AsRef<OsStr>>(&self, program: &str, args: impl IntoIterator<Item = A>) -> Output {
        let mut command = self.command(program);
        command.args(args);
        let line = format!("{command:?}");
        let raw = command.output().unwrap_or_else(|e| panic!("{line}: {e}"));
        Output::new(line, &raw)
    }

    /// Runs git.
    pub fn git<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        self.run("git", args)
    }

    /// Runs `git lane`.
    pub fn lane<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Output {
        let lane = std::iter::once(std::ffi::OsString::from("lane"));
        self.run("git", lane.chain(args.into_iter().map(|a| a.as_ref().to_owned())))
    }

    /// Runs a line in a shell: for hints.
    pub fn sh(&self, line: &str) -> Output {
        self.run("sh", ["-c", line])
    }

    /// Writes a file, its folders included.
    pub fn write(&self, path: impl AsRef<Path>, text: impl AsRef<[u8]>) {
        let path = self.path.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).expect("a folder");
        }
        fs::write(&path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }

    /// Reads a file.
    pub fn read(&self, path: impl AsRef<Path>) -> String {
        let path = self.path.join(path);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// Whether a file is there.
    pub fn has(&self, path: impl AsRef<Path>) -> bool {
        self.path.join(path).symlink_metadata().is_ok()
    }

    /// Writes, stages and commits one file.
    pub fn commit(&self, path: &str, text: &str, message: &str) -> Output {
        self.write(path, text);
        self.git(["add", "--", path]).ok();
        self.git(["commit", "--quiet", "-m", message])
    }

    /// Tells agents what a changed policy says: a lane beside another waits for it.
    pub fn tell(&self) {
        self.person().lane(["init", "--agents-md"]).ok();
        self.git(["add", "AGENTS.md"]).ok();
        self.person()
            .git([
                "commit",
                "--quiet",
                "--allow-empty",
                "-m",
                "told",
                "--",
                "AGENTS.md",
            ])
            .ok();
    }

    /// Sets the stages of the policy in this worktree, and leaves it uncommitted. With none, what is handed off is queued at
    /// once: for tests that are about something else.
    pub fn stages(&self, stages: &[&str]) {
        const POLICY: &str = ".agents/policy.toml";
        let (before, wanted) = (self.read(POLICY), format!("stages = {stages:?}"));
        let is_it = |line: &&str| line.starts_with("stages = ");
        let after = match before.lines().find(is_it) {
            Some(line) => before.replacen(line, &wanted, 1),
            None => format!("{before}\n[pipeline]\n{wanted}\n"),
        };
        self.write(POLICY, after);
    }

    /// Adds a task with an id and a scope.
    pub fn task(&self, id: &str, scope: &str) -> Output {
        self.lane([
            "task",
            "add",
            &format!("work on {scope}"),
            "--id",
            id,
            "--scope",
            scope,
        ])
        .ok()
    }

    /// Starts a task and gives its worktree.
    pub fn start(&self, id: &str) -> Place<'s> {
        let path = self.lane(["start", id]).ok().text().to_owned();
        self.at(path)
    }

    /// A revision's commit id.
    pub fn rev(&self, name: &str) -> String {
        self.git(["rev-parse", "--verify", name]).ok().text().to_owned()
    }
}
