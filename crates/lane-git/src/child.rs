//! Git children: how they are started, fed, bounded and judged.

use std::ffi::OsStr;
use std::io::Read;
use std::io::Write;
use std::process::Child;
use std::process::ChildStderr;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::thread;

use crate::GitError;
use crate::OsLock;
use crate::Repo;
use crate::env::clear_git_env;
use crate::error::Doing;
use crate::error::STDERR_LIMIT;
use crate::error::excerpt;
use crate::repo::Origin;

/// Bytes of output taken from a child before it is killed: a tree of trees of trees can unfold without end.
const OUTPUT_LIMIT: usize = 512 << 20;

/// A git command being put together.
pub(crate) struct Git {
    command: Command,
    doing: String,
    input: Option<Vec<u8>>,
}

impl Repo {
    /// A git that only reads: takes no optional locks, and sees commits as they are pushed, without replacements
    /// and grafts (libgit2 knows no replacements either, so both ways of reading agree).
    pub(crate) fn reader(&self, doing: impl Into<String>) -> Git {
        let mut git = self.writer_here(doing);
        git.command
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_REPLACE_OBJECTS", "1");
        git
    }

    /// A git that changes something of the repository and must not be bound to a hook's index.
    pub(crate) fn writer(&self, doing: impl Into<String>) -> Git {
        let mut git = Git::new(doing);
        clear_git_env(&mut git.command);
        // Named, not found again: with core.worktree set, looking up from the work tree finds another repository.
        git.command.env("GIT_DIR", self.git_dir());
        if let Some(work_dir) = self.work_dir() {
            git.command.env("GIT_WORK_TREE", work_dir);
        }
        git.command.current_dir(self.work_dir().unwrap_or(self.git_dir()));
        git
    }

    fn writer_here(&self, doing: impl Into<String>) -> Git {
        match self.origin {
            Origin::Environment => Git::new(doing),
            Origin::Path => self.writer(doing),
        }
    }
}

impl Git {
    /// `git` on PATH, speaking C, with nothing on stdin and no terminal to prompt on.
    pub(crate) fn new(doing: impl Into<String>) -> Git {
        Git::program("git", doing)
    }

    /// Another program, treated like git.
    pub(crate) fn program(name: &str, doing: impl Into<String>) -> Git {
        let mut command = Command::new(name);
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Git {
            command,
            doing: doing.into(),
            input: None,
        }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Git {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Git {
        self.command.args(args);
        self
    }

    /// Lets the child hold a lock together with this process, as its standard input, which it does not read.
    pub(crate) fn holding(mut self, lock: &OsLock) -> Result<Git, GitError> {
        self.command.stdin(
            lock.share()
                .doing(format!("handing a lock to git ({})", self.doing))?,
        );
        Ok(self)
    }

    pub(crate) fn in_dir(mut self, dir: &std::path::Path) -> Git {
        clear_git_env(&mut self.command);
        self.command.current_dir(dir);
        self
    }

    /// Lets the child use another index than the worktree's.
    pub(crate) fn index(mut self, file: &std::path::Path) -> Git {
        self.command.env("GIT_INDEX_FILE", file);
        self
    }

    /// Lets the child see what `git -c` and `GIT_CONFIG_COUNT` configured for this process.
    pub(crate) fn configured(mut self) -> Git {
        for (name, value) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_CONFIG_") {
                self.command.env(name, value);
            }
        }
        self
    }

    /// Lets the child write objects into `folder` alone, as a hook must that leaves no trace. Those of `repo` are read
    /// from there too.
    pub(crate) fn objects_in(mut self, folder: &std::path::Path, repo: &Repo) -> Result<Git, GitError> {
        let info = folder.join("info");
        let mut own = repo.common_dir().join("objects").into_os_string();
        own.push("\n");
        std::fs::create_dir_all(&info)
            .and_then(|()| std::fs::write(info.join("alternates"), own.as_encoded_bytes()))
            .doing(format!("making a folder for objects ({})", self.doing))?;
        self.command.env("GIT_OBJECT_DIRECTORY", folder);
        Ok(self)
    }

    /// Lets the child find the repository by the folder that it starts in, if there is a work tree.
    pub(crate) fn found_by_folder(mut self, repo: &Repo) -> Git {
        if let Some(work_dir) = repo.work_dir() {
            self.command.env_remove("GIT_DIR").env_remove("GIT_WORK_TREE");
            self.command.current_dir(work_dir);
        }
        self
    }

    /// Gives the child a file as its standard input.
    pub(crate) fn fed(mut self, file: std::fs::File) -> Git {
        self.command.stdin(file);
        self
    }

    /// Lets the child ask on the terminal.
    pub(crate) fn may_ask(mut self) -> Git {
        self.command.env_remove("GIT_TERMINAL_PROMPT");
        self
    }

    /// Lets the child's words through to this process's stderr.
    pub(crate) fn words_through(mut self) -> Git {
        self.command.stderr(Stdio::inherit());
        self
    }

    /// Starts it for somebody who waits in another way; gives what it is doing, too. `grouped`: as the leader of a process
    /// group of its own.
    pub(crate) fn start(mut self, grouped: bool) -> Result<(Child, String), GitError> {
        #[cfg(unix)]
        if grouped {
            std::os::unix::process::CommandExt::process_group(&mut self.command, 0);
        }
        #[cfg(not(unix))]
        let _ = grouped;
        let child = self
            .command
            .spawn()
            .doing(format!("starting git ({})", self.doing))?;
        Ok((child, self.doing))
    }

    pub(crate) fn input(mut self, bytes: Vec<u8>) -> Git {
        self.input = Some(bytes);
        self.command.stdin(Stdio::piped());
        self
    }

    /// Runs it and gives its output; anything but exit code 0 is an error.
    pub(crate) fn run(self) -> Result<Vec<u8>, GitError> {
        self.begin()?.output()
    }

    /// Runs it and gives its exit code and output; a code in `expected` is no error.
    pub(crate) fn run_expecting(self, expected: &[i32]) -> Result<(i32, Vec<u8>), GitError> {
        let doing = self.doing.clone();
        let (status, stdout, stderr) = self.finish()?;
        match status.code() {
            Some(code) if code == 0 || expected.contains(&code) => Ok((code, stdout)),
            code => Err(GitError::Child {
                doing,
                code,
                stderr: excerpt(&stderr),
            }),
        }
    }

    fn finish(self) -> Result<(ExitStatus, Vec<u8>, Vec<u8>), GitError> {
        self.begin()?.finish()
    }

    /// Starts it, so that something else can be done meanwhile.
    pub(crate) fn begin(mut self) -> Result<Running, GitError> {
        let child = self
            .command
            .spawn()
            .doing(format!("starting git ({})", self.doing))?;
        Ok(Running {
            child,
            doing: self.doing,
            input: self.input,
        })
    }
}

/// A git command that was started.
pub(crate) struct Running {
    child: Child,
    doing: String,
    input: Option<Vec<u8>>,
}

impl Running {
    /// Waits for its output; anything but exit code 0 is an error.
    pub(crate) fn output(self) -> Result<Vec<u8>, GitError> {
        let doing = self.doing.clone();
        let (status, stdout, stderr) = self.finish()?;
        if status.success() {
            return Ok(stdout);
        }
        Err(GitError::Child {
            doing,
            code: status.code(),
            stderr: excerpt(&stderr),
        })
    }

    /// stdin and stderr get a thread each, so that no full pipe can stop the child.
    fn finish(mut self) -> Result<(ExitStatus, Vec<u8>, Vec<u8>), GitError> {
        let mut child = self.child;
        let (input, stdin) = (self.input.take(), child.stdin.take());
        let stderr = child.stderr.take();
        let (stdout, stderr) = thread::scope(|scope| {
            if let (Some(bytes), Some(mut pipe)) = (input, stdin) {
                // A child that stops reading says why by its exit code.
                scope.spawn(move || pipe.write_all(&bytes));
            }
            let stderr = scope.spawn(|| stderr.map(drain).unwrap_or_default());
            let stdout = take_output(&mut child, &self.doing);
            (stdout, stderr.join().unwrap_or_default())
        });
        let status = child.wait().doing(&self.doing)?;
        Ok((status, stdout?, stderr))
    }
}

fn take_output(child: &mut Child, doing: &str) -> Result<Vec<u8>, GitError> {
    let mut bytes = Vec::new();
    let Some(pipe) = child.stdout.take() else {
        return Ok(bytes);
    };
    let read = pipe.take(OUTPUT_LIMIT as u64 + 1).read_to_end(&mut bytes);
    if read.is_err() || bytes.len() > OUTPUT_LIMIT {
        // It may have ended already; waiting for it is what matters, and comes next.
        let _ = child.kill();
    }
    read.doing(doing)?;
    if bytes.len() > OUTPUT_LIMIT {
        return Err(GitError::TooMuch {
            doing: doing.to_owned(),
            limit: OUTPUT_LIMIT,
            unit: "bytes",
        });
    }
    Ok(bytes)
}

/// The beginning of stderr; the rest is read too, and dropped.
fn drain(mut pipe: ChildStderr) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(length @ 1..) = pipe.read(&mut chunk) {
        let room = STDERR_LIMIT.saturating_sub(kept.len());
        kept.extend_from_slice(&chunk[..length.min(room)]);
    }
    kept
}
