//! The guard's registration with a coding tool, in a tracked file of this worktree that is there already.

use std::path::Path;

use lane_core::text;

use super::Report;
use super::guard_settings::COMMAND;
use super::guard_settings::Settings;
use super::quoted;
use super::work_file::WorkFiles;
use crate::commands::guard::matcher;
use crate::error::CliError;
use crate::hooks;
use crate::session::Session;

/// The settings, from the root.
pub(crate) const GUARD_PATH: &str = ".claude/settings.json";

/// The command that is repeated once something was put right.
const AGAIN: &str = "git lane init --guard";

/// How much of a fault is shown, in characters.
const FAULT_CHARS: usize = 200;

/// What is to be done, decided before anything is written.
pub(crate) enum Guard {
    /// There are no such settings.
    Nowhere,
    /// It is registered.
    Kept,
    /// The settings' new text.
    Register(String),
    /// The same, for a command that was registered and could not be run, or was asked about fewer tools.
    Mend(String),
}

impl Guard {
    /// Looks at the settings. Without any nothing is to be done.
    ///
    /// # Errors
    /// When they are behind a symbolic link, or are no JSON that a hook can be put into.
    pub(crate) fn plan(session: &Session<'_>) -> Result<Self, CliError> {
        let Some(text) = files(session).read(GUARD_PATH)? else {
            return Ok(Self::Nowhere);
        };
        let settings = Settings::parse(&text).map_err(|why| unusable(&why))?;
        let registered = settings.commands();
        if registered.is_empty() {
            settings.register().map_err(|why| unusable(&why))?;
            return Ok(Self::Register(settings.text()));
        }
        settings.mend(&|command| !can_run(command));
        settings.renew();
        match settings.text() {
            same if same == text => Ok(Self::Kept),
            mended => Ok(Self::Mend(mended)),
        }
    }

    /// Whether the settings change.
    pub(crate) fn changes(&self) -> bool {
        matches!(self, Self::Register(_) | Self::Mend(_))
    }

    /// Does it.
    pub(crate) fn write(&self, session: &Session<'_>, dry_run: bool) -> Result<Report, CliError> {
        let report = match self {
            Self::Nowhere => Report::kept(format!("{GUARD_PATH} is not here, so no guard is registered")),
            Self::Kept => Report::kept(format!("`{COMMAND}` is registered in {GUARD_PATH}")),
            Self::Register(_) => Report::made(format!("`{COMMAND}` before edits, in {GUARD_PATH}")),
            Self::Mend(_) => Report::mended(format!(
                "`{COMMAND}` in {GUARD_PATH}: what was there could not be run, or asked about fewer tools"
            )),
        };
        if let (Self::Register(text) | Self::Mend(text), false) = (self, dry_run) {
            files(session).write(GUARD_PATH, text)?;
        }
        Ok(report)
    }

    /// What to put where, when there are no settings to put it into.
    pub(crate) fn advice(&self) -> Vec<String> {
        match self {
            Self::Nowhere => vec![
                format!("Where {GUARD_PATH} is made, this registers the guard, and so does {AGAIN} then:"),
                format!(
                    r#"  {{"hooks": {{"PreToolUse": [{{"matcher": "{}", "hooks": [{{"type": "command", "command": "{COMMAND}"}}]}}]}}}}"#,
                    matcher()
                ),
                format!(
                    r#"Any other tool hands {{"cwd": "FOLDER", "paths": ["FILE"]}} to the stdin of `{COMMAND}` before an edit; exit code 1 refuses it."#
                ),
            ],
            Self::Kept | Self::Register(_) | Self::Mend(_) => Vec::new(),
        }
    }
}

/// Takes the guard out of this worktree's settings. Settings that cannot be used stay, and are told.
pub(super) fn remove(session: &Session<'_>) -> Result<Option<Report>, CliError> {
    if session.repo.work_dir().is_none() {
        return Ok(None);
    }
    let stays = |why: &str| {
        let why = text::excerpt(why, FAULT_CHARS);
        Some(Report::kept(format!("{GUARD_PATH} stays as it is: {why}")))
    };
    let text = match files(session).read(GUARD_PATH) {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(None),
        Err(fault) => return Ok(stays(&fault.to_string())),
    };
    let settings = match Settings::parse(&text) {
        Ok(settings) if settings.commands().is_empty() => return Ok(None),
        Ok(settings) => settings,
        Err(why) => return Ok(stays(&why)),
    };
    settings.unregister();
    files(session).write(GUARD_PATH, settings.text())?;
    let what = format!("`{COMMAND}` is out of {GUARD_PATH}: commit that");
    Ok(Some(Report::made(what)))
}

/// A guard that is registered here and cannot be run, and what mends it. What cannot be read registers none.
pub(crate) fn missing_guard(session: &Session<'_>) -> Option<(String, String)> {
    session.repo.work_dir()?;
    let text = files(session).read(GUARD_PATH).ok()??;
    let registered = Settings::parse(&text).ok()?.commands();
    let command = registered.into_iter().find(|command| !can_run(command))?;
    let mend = match std::env::current_exe().ok().as_deref().and_then(Path::parent) {
        Some(folder) if command == COMMAND => {
            format!("export PATH={}:\"$PATH\"", quoted(&folder.display().to_string()))
        }
        _ => AGAIN.to_owned(),
    };
    Some((command, mend))
}

fn files<'r>(session: &Session<'r>) -> WorkFiles<'r> {
    WorkFiles::new(session.repo.work_dir().unwrap_or(session.repo.git_dir()), AGAIN)
}

fn unusable(why: &str) -> CliError {
    let why = text::excerpt(why, FAULT_CHARS);
    CliError::setup(
        format!("{GUARD_PATH} cannot be used, and stays as it is: {why}"),
        AGAIN,
    )
}

/// Whether a shell would find the program. What cannot be known without one (a variable, a relative path) is taken to be
/// there.
fn can_run(command: &str) -> bool {
    let words = shlex::split(command).unwrap_or_default();
    let program = match words.as_slice() {
        [git, lane, ..] if git == "git" && lane == "lane" => "git-lane",
        [program, ..] => program,
        [] => return false,
    };
    let path = Path::new(program);
    if program.contains(['$', '=', '~']) {
        return true;
    }
    if program.contains('/') {
        return path.is_relative() || hooks::is_runnable(path);
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| {
        let file = folder.join(program);
        hooks::is_runnable(&file) || hooks::is_runnable(&file.with_extension("exe"))
    })
}
