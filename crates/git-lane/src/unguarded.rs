//! A clone that has the state but not the hooks is told so, once.

use std::fs;

use crate::hooks::HOOKS;
use crate::session::Session;
use crate::setup;
use crate::setup::HookState;
use crate::setup::HooksHome;
use crate::show::paint;

/// Says it, if no hook of ours is installed and it was not said before.
pub(crate) fn tell_once(session: &Session<'_>) {
    if session.repo.work_dir().is_none() || session.store().tip().ok().flatten().is_none() {
        return;
    }
    let Ok(home) = HooksHome::find(session.repo) else {
        return;
    };
    let absent = |name| matches!(setup::state_of(home.folder(), name), Ok(HookState::Absent));
    if !HOOKS.iter().all(|hook| absent(hook.name)) {
        return;
    }
    let told = session.store().local_dir().join("told-to-join");
    if told.exists() || fs::write(&told, b"").is_err() {
        return;
    }
    paint::warning("this clone has not joined: without its hooks, nothing stops a commit outside a lane");
    paint::hint("git lane init");
}
