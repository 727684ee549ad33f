//! Installing the shims beside the hooks that are there, and taking them away again.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use super::HooksHome;
use super::Report;
use super::shims;
use crate::error::CliError;
use crate::hooks::HOOKS;
use crate::hooks::chained_dir;
use crate::hooks::hooks_folder;
use crate::session::Session;

const HOOKS_PATH: &str = "core.hooksPath";
const CHAINED: &str = "lane.chainedHooksPath";
const CHAINED_LOCAL: &str = "lane.chainedHooksPathWasLocal";

/// Hooks of git besides ours that a chained folder may hold; each that is there gets a shim that only forwards.
const FORWARDED: &[&str] = &[
    "applypatch-msg",
    "fsmonitor-watchman",
    "post-applypatch",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-rewrite",
    "pre-auto-gc",
    "pre-merge-commit",
    "pre-rebase",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
];

/// What stands where a shim belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HookState {
    /// Nothing.
    Absent,
    /// The shim as this program writes it.
    Current,
    /// A shim of ours, of another version or for another binary.
    Outdated,
    /// Somebody else's hook.
    Foreign,
}

/// Our own folder takes the place of a foreign `core.hooksPath`; what it chains lies there.
fn chains_elsewhere(folder: &Path) -> bool {
    folder.parent().is_some_and(|parent| parent.ends_with("lane"))
}

/// Looks at one hook file.
pub(crate) fn state_of(folder: &Path, name: &str) -> Result<HookState, CliError> {
    let path = folder.join(name);
    if fs::symlink_metadata(&path).is_err() {
        return Ok(HookState::Absent);
    }
    let text = fs::read(&path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    Ok(match shims::version(&text) {
        None => HookState::Foreign,
        Some(_)
            if text == shims::shim(name, chains_elsewhere(folder))? && crate::hooks::is_runnable(&path) =>
        {
            HookState::Current
        }
        Some(_) => HookState::Outdated,
    })
}

fn io(doing: String) -> impl Fn(std::io::Error) -> CliError {
    move |e| CliError::io(doing.clone(), e)
}

/// Installs all shims.
pub(super) fn install(session: &Session<'_>, dry_run: bool) -> Result<Vec<Report>, CliError> {
    let home = HooksHome::find(session.repo)?;
    let folder = home.folder().clone();
    let mut reports = Vec::new();
    if let HooksHome::Instead { foreign, local, .. } = &home {
        if !dry_run {
            take_over(session, &folder, foreign, *local)?;
        }
        reports.push(Report::made(format!(
            "core.hooksPath is ours now, and {foreign:?} is chained"
        )));
    }
    let chained = match &home {
        HooksHome::Instead { foreign, .. } => hooks_folder(session.repo, foreign),
        _ => chained_dir(session.repo)?,
    };
    let mut names: BTreeSet<&str> = HOOKS.iter().map(|hook| hook.name).collect();
    if !matches!(home, HooksHome::Common(_)) {
        names.extend(
            FORWARDED
                .iter()
                .filter(|name| crate::hooks::is_runnable(&chained.join(name))),
        );
    }
    let (mut made, mut aside, mut outdated) = (Vec::new(), Vec::new(), 0);
    for name in names {
        match state_of(&folder, name)? {
            HookState::Current => continue,
            HookState::Foreign => aside.push(name),
            HookState::Outdated => outdated += 1,
            HookState::Absent => {}
        }
        made.push(name);
        if !dry_run {
            put(&folder, name)?;
        }
    }
    if !aside.is_empty() {
        reports.push(Report::made(format!(
            "hooks that were there go on, chained first: {}",
            aside.join(", ")
        )));
    }
    let which = format!("hooks in {}: {}", folder.display(), made.join(", "));
    reports.push(match made.len() {
        0 => Report::kept(format!("the hooks are in {}", folder.display())),
        all if all == outdated => Report::mended(which),
        _ => Report::made(which),
    });
    Ok(reports)
}

/// A setting of one worktree hides the clone's: ours would never run there.
pub(crate) fn no_worktree_setting(session: &Session<'_>) -> Result<(), CliError> {
    let values = session.repo.config_get_all(HOOKS_PATH)?;
    match values.iter().find(|value| value.origin == "worktree") {
        Some(value) => {
            let what = format!(
                "this worktree's own configuration sets core.hooksPath to {:?}, which hides this clone's",
                value.value
            );
            Err(CliError::setup(
                what,
                "git config --worktree --unset core.hooksPath",
            ))
        }
        None => Ok(()),
    }
}

fn take_over(session: &Session<'_>, folder: &Path, foreign: &str, local: bool) -> Result<(), CliError> {
    fs::create_dir_all(folder).map_err(io(format!("{} could not be made", folder.display())))?;
    let ours = folder
        .to_str()
        .ok_or_else(|| CliError::Usage(format!("{} is no text", folder.display())))?;
    // The memory of what was there first: a kill in between leaves the old hooks in force.
    session.repo.config_set_local(CHAINED, foreign)?;
    session
        .repo
        .config_set_local(CHAINED_LOCAL, if local { "true" } else { "false" })?;
    Ok(session.repo.config_set_local(HOOKS_PATH, ours)?)
}

/// Writes one shim; what stands there moves to the chained folder first.
fn put(folder: &Path, name: &str) -> Result<(), CliError> {
    let path = folder.join(name);
    fs::create_dir_all(folder).map_err(io(format!("{} could not be made", folder.display())))?;
    if state_of(folder, name)? == HookState::Foreign {
        let chained = folder.join("git-lane-chained");
        fs::create_dir_all(&chained).map_err(io(format!("{} could not be made", chained.display())))?;
        keep_older(&chained, name)?;
        move_hook(&path, &chained.join(name), Down)?;
    }
    write_executable(folder, &path, &shims::shim(name, chains_elsewhere(folder))?)
}

/// A hook that was chained before is not overwritten by the one that took its place since.
fn keep_older(chained: &Path, name: &str) -> Result<(), CliError> {
    let path = chained.join(name);
    if fs::symlink_metadata(&path).is_err() {
        return Ok(());
    }
    let free = (1..1000)
        .map(|n| chained.join(format!("{name}.older-{n}")))
        .find(|p| !p.exists());
    let to =
        free.ok_or_else(|| CliError::Usage(format!("{} holds too many older hooks", chained.display())))?;
    fs::rename(&path, &to).map_err(io(format!("{} could not be moved", path.display())))
}

#[derive(Clone, Copy)]
enum Way {
    Down,
    Up,
}
use Way::Down;
use Way::Up;

/// Moves a hook one folder down or up; a relative link keeps pointing at the same file.
fn move_hook(from: &Path, to: &Path, way: Way) -> Result<(), CliError> {
    let failed = io(format!(
        "{} could not be moved to {}",
        from.display(),
        to.display()
    ));
    let target = fs::read_link(from).ok().filter(|target| target.is_relative());
    let Some(target) = target else {
        return fs::rename(from, to).map_err(failed);
    };
    let moved = match way {
        Down => Path::new("..").join(target),
        Up => target
            .strip_prefix("..")
            .map_or_else(|_| Path::new("git-lane-chained").join(&target), PathBuf::from),
    };
    link(&moved, to)
        .and_then(|()| fs::remove_file(from))
        .map_err(failed)
}

#[cfg(unix)]
fn link(target: &Path, at: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(target, at)
}

#[cfg(not(unix))]
fn link(target: &Path, at: &Path) -> std::io::Result<()> {
    fs::copy(at.parent().unwrap_or(at).join(target), at).map(drop)
}

fn write_executable(folder: &Path, path: &Path, text: &str) -> Result<(), CliError> {
    let failed = io(format!("{} could not be written", path.display()));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(&failed)?;
    std::io::Write::write_all(&mut file, text.as_bytes()).map_err(&failed)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o755))
            .map_err(&failed)?;
    }
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

/// Takes the shims away; hooks and `core.hooksPath` that were there before come back.
pub(crate) fn uninstall(session: &Session<'_>) -> Result<Vec<Report>, CliError> {
    let home = HooksHome::find(session.repo)?;
    let mut reports = Vec::new();
    // First, so that a kill in between leaves the old hooks in force and not none.
    if matches!(home, HooksHome::Ours(_)) {
        reports.push(give_back(session)?);
    }
    // Shims may lie in both places: `core.hooksPath` may have been set after `init`.
    for folder in [
        session.repo.common_dir().join("hooks"),
        session.repo.common_dir().join("lane").join("hooks"),
    ] {
        reports.extend(clear(&folder)?);
    }
    for key in [CHAINED, CHAINED_LOCAL] {
        if session.repo.config_get(key)?.is_some() {
            session.repo.config_unset_local(key)?;
        }
    }
    if reports.is_empty() {
        reports.push(Report::kept("no hook of ours is installed"));
    }
    Ok(reports)
}

fn give_back(session: &Session<'_>) -> Result<Report, CliError> {
    let foreign = session.repo.config_get(CHAINED)?;
    let local = session.repo.config_get_bool(CHAINED_LOCAL)?.unwrap_or(false);
    match foreign.filter(|_| local) {
        Some(value) => {
            session.repo.config_set_local(HOOKS_PATH, &value)?;
            Ok(Report::made(format!("core.hooksPath is {value:?} again")))
        }
        None => {
            session.repo.config_unset_local(HOOKS_PATH)?;
            Ok(Report::made("core.hooksPath is no longer ours"))
        }
    }
}

/// Removes the shims of one folder and brings back what they chained.
fn clear(folder: &Path) -> Result<Vec<Report>, CliError> {
    let chained = folder.join("git-lane-chained");
    let (mut gone, mut back) = (Vec::new(), Vec::new());
    for name in HOOKS
        .iter()
        .map(|hook| hook.name)
        .chain(FORWARDED.iter().copied())
    {
        let path = folder.join(name);
        if matches!(state_of(folder, name)?, HookState::Current | HookState::Outdated) {
            fs::remove_file(&path).map_err(io(format!("{} could not be removed", path.display())))?;
            gone.push(name);
        }
        let kept = chained.join(name);
        if fs::symlink_metadata(&kept).is_ok() && fs::symlink_metadata(&path).is_err() {
            move_hook(&kept, &path, Up)?;
            back.push(name);
        }
    }
    // Only when empty: an older hook in there is somebody's.
    let _ = fs::remove_dir(&chained);
    let mut reports = Vec::new();
    if !gone.is_empty() {
        reports.push(Report::made(format!(
            "hooks removed from {}: {}",
            folder.display(),
            gone.join(", ")
        )));
    }
    if !back.is_empty() {
        reports.push(Report::made(format!(
            "hooks that were there before are back: {}",
            back.join(", ")
        )));
    }
    Ok(reports)
}
