//! Whether git runs our hooks in this worktree: each that git would run is run, and must answer.

use std::path::Path;
use std::thread;
use std::time::Duration;

use lane_core::text;
use lane_gate::Interrupt;
use lane_gate::Job;
use lane_gate::run;

use super::Found;
use super::Scene;
use super::ill;
use super::probes::as_found;
use super::well_with;
use crate::commands::doctor;
use crate::error::CliError;
use crate::hooks::HOOKS;
use crate::hooks::PROBE_VAR;
use crate::hooks::answer_in;
use crate::hooks::is_runnable;
use crate::setup;
use crate::setup::HookState;

/// How long a hook may take to answer.
const LIMIT: Duration = Duration::from_secs(10);

/// How much of what a hook says is shown, in characters.
const SAID_CHARS: usize = 200;

/// A hook that git would run, and the question for it.
struct Asked<'a> {
    name: &'a str,
    path: &'a Path,
    dir: &'a Path,
    nonce: &'a str,
}

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let session = &scene.session;
    if let Some(ill) = doctor::hooks_path(session)? {
        return Ok(as_found(Some(ill)));
    }
    let names: Vec<&str> = HOOKS.iter().map(|hook| hook.name).collect();
    let paths = session.repo.hook_paths(&names)?;
    let nonce = session.source.nonce();
    let dir = scene.dir();
    let asked: Vec<Asked<'_>> = names
        .iter()
        .zip(&paths)
        .map(|(name, path)| Asked {
            name,
            path,
            dir,
            nonce: &nonce,
        })
        .collect();
    let mut wrong = Vec::new();
    for hook in &asked {
        wrong.extend(hook.lies_wrong()?);
    }
    // What is not ours is not run: who knows what it does.
    if wrong.is_empty() {
        wrong = answers(&asked, &scene.interrupt);
    }
    match wrong.as_slice() {
        [] => well_with(format!("{} answer", asked.len())),
        wrong => ill(wrong.join(", "), "git lane init"),
    }
}

/// What is wrong with their answers. All are asked at once.
fn answers(asked: &[Asked<'_>], interrupt: &Interrupt) -> Vec<String> {
    thread::scope(|scope| {
        let running: Vec<_> = asked
            .iter()
            .map(|hook| scope.spawn(|| hook.is_silent(interrupt)))
            .collect();
        running
            .into_iter()
            .filter_map(|one| one.join().ok().flatten())
            .collect()
    })
}

impl Asked<'_> {
    /// What is wrong with the file.
    fn lies_wrong(&self) -> Result<Option<String>, CliError> {
        let (name, folder) = (self.name, self.path.parent().unwrap_or(self.path));
        Ok(match setup::state_of(folder, name)? {
            HookState::Absent => Some(format!("{name} is missing")),
            HookState::Foreign => Some(format!("{name} is somebody else's")),
            HookState::Outdated if !is_runnable(self.path) => {
                Some(format!("{name} may not be executed, so git passes it over"))
            }
            HookState::Outdated | HookState::Current => None,
        })
    }

    /// Why it does not count, if it does not: no answer, or one of another version.
    fn is_silent(&self, interrupt: &Interrupt) -> Option<String> {
        let ask = format!("{PROBE_VAR}=$1 exec \"$2\"");
        let words = ["sh", "-c", &ask, "sh", self.nonce].map(std::ffi::OsStr::new);
        let words = [words.as_slice(), &[self.path.as_os_str()]].concat();
        let job = Job {
            words: &words,
            dir: self.dir,
            limit: LIMIT,
        };
        let name = self.name;
        let ran = match run(&job, interrupt) {
            Ok(ran) => ran,
            Err(fault) => return Some(format!("{name} does not run: {fault}")),
        };
        let Some(answer) = answer_in(&ran.excerpt, self.nonce) else {
            let said = ran.excerpt.lines().next().unwrap_or_default();
            let said = text::excerpt(said.trim_start_matches("error: "), SAID_CHARS);
            return Some(format!("{name} does not answer ({}): {said}", ran.ending));
        };
        let version = env!("CARGO_PKG_VERSION");
        let fits = answer.hook == name && answer.version == version;
        (!fits).then(|| {
            let other = text::excerpt(answer.version, 40);
            format!("{name} is run by git-lane {other}, and this is {version}")
        })
    }
}
