//! Hooks that were there before: run first, with what git handed over, in the environment that git made for hooks.

use std::ffi::OsString;
use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::ExitCode;
use std::process::ExitStatus;
use std::process::Stdio;

use lane_git::Repo;

use crate::error::CliError;

/// The most that a hook is fed on standard input, in bytes.
const STDIN_MAX: u64 = 64 << 20;

/// Names the repository whose hook is chaining: a hook manager that runs our shim from its own hook gets the verdict
/// from it, but no second turn of the chain.
const NESTED: &str = "GIT_LANE_CHAINING";

/// What git feeds the hook, read whole.
pub(super) fn read_stdin() -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(STDIN_MAX).read_to_end(&mut bytes);
    read.map_err(|e| CliError::io("what git feeds the hook could not be read", e))?;
    Ok(bytes)
}

/// The folder of hooks that ours chain: the foreign `core.hooksPath` that was there, else beside ours.
pub(crate) fn chained_dir(repo: &Repo) -> Result<PathBuf, CliError> {
    Ok(match repo.config_get("lane.chainedHooksPath")? {
        Some(path) => hooks_folder(repo, &path),
        None => repo.common_dir().join("hooks").join("git-lane-chained"),
    })
}

/// The folder that a `core.hooksPath` names: `~/` is the home, and a relative path is relative to where git runs hooks.
pub(crate) fn hooks_folder(repo: &Repo, path: &str) -> PathBuf {
    let home = path
        .strip_prefix("~/")
        .and_then(|rest| Some(Path::new(&std::env::var_os("HOME")?).join(rest)));
    home.unwrap_or_else(|| repo.work_dir().unwrap_or(repo.git_dir()).join(path))
}

fn find(repo: &Repo, name: &str) -> Result<Option<PathBuf>, CliError> {
    let key = marker(repo, name);
    if std::env::var_os(NESTED).is_some_and(|v| v.to_string_lossy().split('\n').any(|one| one == key)) {
        return Ok(None);
    }
    let path = chained_dir(repo)?.join(name);
    Ok(is_runnable(&path).then_some(path))
}

fn marker(repo: &Repo, name: &str) -> String {
    format!("{name} {}", repo.common_dir().display())
}

/// git runs hooks that are executable, and no others.
pub(crate) fn is_runnable(path: &Path) -> bool {
    let Ok(found) = std::fs::metadata(path) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        found.is_file() && found.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    {
        found.is_file()
    }
}

/// The chained hook's process. git hands its hooks `GIT_DIR` and `GIT_INDEX_FILE`; in a linked worktree a test suite
/// that runs `git init && git commit` in a temporary folder would then commit to the agent's branch and make the
/// repository bare. The hook finds the same repository from where it stands, so those variables are left out; only an
/// index that it could not find (that of `commit -a` and `commit PATH`) is named.
fn command(repo: &Repo, path: &Path, name: &str, args: &[OsString]) -> Command {
    let mut command = Command::new(path);
    lane_git::clear_git_env(&mut command);
    if let Some(index) = unusual_index(repo) {
        command.env("GIT_INDEX_FILE", index);
    }
    let outer = std::env::var(NESTED).map(|v| v + "\n").unwrap_or_default();
    command
        .args(args)
        .env(NESTED, format!("{outer}{}", marker(repo, name)));
    command
}

/// The index that git is about to commit, where it is not the worktree's own.
fn unusual_index(repo: &Repo) -> Option<PathBuf> {
    let named = std::path::absolute(std::env::var_os("GIT_INDEX_FILE")?).ok()?;
    let same = |a: &Path, b: &Path| {
        a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
    };
    (!same(&named, &repo.git_dir().join("index"))).then_some(named)
}

/// Runs the chained hook. Its exit code when it refused; none when it let pass or is not there.
pub(super) fn run(
    repo: &Repo,
    name: &str,
    args: &[OsString],
    stdin: &[u8],
) -> Result<Option<ExitCode>, CliError> {
    let Some(path) = find(repo, name)? else {
        return Ok(None);
    };
    let failed = |e| CliError::io(format!("the chained hook {} could not be run", path.display()), e);
    let mut child = command(repo, &path, name, args)
        .stdin(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    if let Some(mut pipe) = child.stdin.take() {
        // A hook that does not read what it is fed closes the pipe: that is its right.
        let _ = pipe.write_all(stdin);
    }
    Ok(verdict(child.wait().map_err(failed)?))
}

/// Runs a chained hook that is none of ours, with the input that git gave us.
pub(super) fn run_inheriting(
    repo: &Repo,
    name: &str,
    args: &[OsString],
) -> Result<Option<ExitCode>, CliError> {
    let Some(path) = find(repo, name)? else {
        return Ok(None);
    };
    let failed = |e| CliError::io(format!("the chained hook {} could not be run", path.display()), e);
    Ok(verdict(
        command(repo, &path, name, args).status().map_err(failed)?,
    ))
}

fn verdict(status: ExitStatus) -> Option<ExitCode> {
    if status.success() {
        return None;
    }
    Some(ExitCode::from(
        status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(1),
    ))
}
