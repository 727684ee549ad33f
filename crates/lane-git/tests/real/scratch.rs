//! A hermetic repository: no configuration, identity or clock but its own.

use std::ffi::OsStr;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use lane_git::Oid;
use lane_git::OsLock;
use lane_git::Repo;
use tempfile::TempDir;

pub(crate) struct Scratch {
    _dir: TempDir,
    pub(crate) root: PathBuf,
}

impl Scratch {
    /// A repository on the unborn branch main.
    pub(crate) fn new() -> Scratch {
        let scratch = Scratch::empty();
        scratch.git(["init", "-q", "-b", "main"]);
        scratch
    }

    /// A folder without a repository.
    pub(crate) fn empty() -> Scratch {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap().join("repo");
        std::fs::create_dir(&root).unwrap();
        Scratch { _dir: dir, root }
    }

    /// A repository with one commit.
    pub(crate) fn with_commit() -> Scratch {
        let scratch = Scratch::new();
        scratch.write("a.txt", "a\n");
        scratch.write("dir/b.txt", "b\n");
        scratch.commit("first");
        scratch
    }

    pub(crate) fn repo(&self) -> Repo {
        Repo::open(&self.root).unwrap()
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Stages everything and commits it.
    pub(crate) fn commit(&self, message: &str) -> Oid {
        self.git(["add", "-A"]);
        self.git(["commit", "-q", "--allow-empty", "-m", message]);
        self.oid("HEAD")
    }

    pub(crate) fn oid(&self, revision: &str) -> Oid {
        self.git(["rev-parse", revision]).parse().unwrap()
    }

    pub(crate) fn git<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> String {
        self.git_in(&self.root, args)
    }

    pub(crate) fn git_in<S: AsRef<OsStr>>(&self, dir: &Path, args: impl IntoIterator<Item = S>) -> String {
        let output = self.command(dir).args(args).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    pub(crate) fn command(&self, dir: &Path) -> Command {
        let mut git = Command::new("git");
        lane_git::clear_git_env(&mut git);
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "Ann")
                .env(format!("GIT_{who}_EMAIL"), "ann@example.org");
            git.env(format!("GIT_{who}_DATE"), "1700000000 +0000");
        }
        git.env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("LC_ALL", "C");
        git.env("HOME", self.root.parent().unwrap()).current_dir(dir);
        git
    }

    /// The lock that swaps take.
    pub(crate) fn lock(&self) -> OsLock {
        OsLock::acquire(self.root.join(".git/lane/lock"), Duration::from_secs(20)).unwrap()
    }
}
