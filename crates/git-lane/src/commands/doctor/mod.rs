//! `git lane doctor`: each check is fine, or names the command that mends it.

pub(super) mod merging;
pub(super) mod policy;
pub(super) mod worktree;

use std::process::ExitCode;

use lane_core::text;
use lane_core::view::View as _;
use lane_store::STATE_REF;
use serde_json::json;

use super::Outcome;
use crate::cli::Json;
use crate::error::CliError;
use crate::hooks::HOOKS;
use crate::instructions::OnBranch;
use crate::session::Session;
use crate::setup;
use crate::setup::HookState;
use crate::setup::HooksHome;
use crate::show::error;
use crate::show::json;
use crate::show::paint;

/// The oldest git that this is made for.
const GIT_MIN: (u32, u32, u32) = (2, 34, 0);

/// What a check found: nothing, or what is wrong and what mends it.
pub(super) type Ill = Option<(String, String)>;

/// One check: its name, and how it looks.
struct Check {
    name: &'static str,
    look: fn(&Session<'_>) -> Result<Ill, CliError>,
}

static CHECKS: &[Check] = &[
    Check {
        name: "git",
        look: git,
    },
    Check {
        name: "identity",
        look: identity,
    },
    Check {
        name: "state",
        look: state,
    },
    Check {
        name: "ref lock",
        look: ref_lock,
    },
    Check {
        name: "policy",
        look: policy::in_force,
    },
    Check {
        name: "policy here",
        look: policy::here,
    },
    Check {
        name: "instructions",
        look: instructions,
    },
    Check {
        name: "remote",
        look: remote,
    },
    Check {
        name: "hooks path",
        look: hooks_path,
    },
    Check {
        name: "hooks",
        look: hooks,
    },
    Check {
        name: "merge driver",
        look: merging::driver,
    },
    Check {
        name: "attributes",
        look: merging::attributes,
    },
    Check {
        name: "attributes in force",
        look: merging::in_force,
    },
    Check {
        name: "guard",
        look: guard,
    },
    Check {
        name: "worktree",
        look: worktree::lane,
    },
];

pub(super) fn run(session: &Session<'_>, args: &Json) -> Outcome {
    let mut found = Vec::new();
    for check in CHECKS {
        let ill = (check.look)(session).unwrap_or_else(|fault| Some(broken(&fault)));
        found.push((check.name, ill));
    }
    let odd = policy::odd(session);
    let ill = found.iter().filter(|(_, ill)| ill.is_some()).count();
    if args.json {
        let all: Vec<_> = found
            .iter()
            .map(|(name, ill)| json!({ "check": name, "ok": ill.is_none(), "fault": ill.as_ref().map(|i| &i.0), "mend": ill.as_ref().map(|i| &i.1) }))
            .collect();
        json::out(&json!({ "ok": ill == 0, "checks": all, "warnings": odd }));
    } else if ill == 0 {
        paint::out(&format!("ok: {} checks", found.len()));
    } else {
        for (name, ill) in &found {
            if let Some((fault, mend)) = ill {
                paint::error(&format!("{name}: {fault}"));
                paint::hint(mend);
            } else {
                paint::out(&format!("ok: {name}"));
            }
        }
    }
    if !args.json {
        odd.iter().for_each(|odd| paint::warning(odd));
    }
    Ok(if ill == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// What a check that could not look has found.
pub(super) fn broken(fault: &CliError) -> (String, String) {
    let hint = error::hints(fault).into_iter().next();
    let hint = hint.unwrap_or_else(|| "git lane verify".to_owned());
    (error::sentence(fault), hint)
}

pub(super) fn ill(fault: impl Into<String>, mend: impl Into<String>) -> Result<Ill, CliError> {
    Ok(Some((fault.into(), mend.into())))
}

pub(super) fn git(_: &Session<'_>) -> Result<Ill, CliError> {
    let (major, minor, patch) = lane_git::git_version()?;
    if (major, minor, patch) < GIT_MIN {
        return ill(
            format!("git {major}.{minor}.{patch} is older than 2.34"),
            "install git 2.34 or newer",
        );
    }
    Ok(None)
}

pub(super) fn identity(session: &Session<'_>) -> Result<Ill, CliError> {
    match session.repo.identity()? {
        Some(_) => Ok(None),
        None => ill(
            "git does not know who you are",
            "git config user.email YOU@example.org",
        ),
    }
}

pub(super) fn state(session: &Session<'_>) -> Result<Ill, CliError> {
    let store = session.store();
    if store.tip()?.is_none() {
        return ill(format!("there is no {STATE_REF}"), "git lane init");
    }
    let view = store.view()?;
    view.locks()?;
    view.policy()?;
    match view.meta()?.integration.is_empty() {
        true => ill(
            "the integration branch is not named",
            "git lane init --integration BRANCH",
        ),
        false => Ok(None),
    }
}

/// A lock file of git's that nobody seems to hold any more.
fn ref_lock(session: &Session<'_>) -> Result<Ill, CliError> {
    let path = session.repo.common_dir().join(format!("{STATE_REF}.lock"));
    let Ok(found) = std::fs::metadata(&path) else {
        return Ok(None);
    };
    let age = found
        .modified()
        .ok()
        .and_then(|at| at.elapsed().ok())
        .map_or(0, |age| age.as_secs());
    if age < 60 {
        return Ok(None);
    }
    let quoted = setup::quoted(&path.display().to_string());
    ill(
        format!(
            "{} is {age} s old; if no git is at work here, it was left by a killed one",
            path.display()
        ),
        format!("rm {quoted}"),
    )
}

/// Whether git would run our hooks at all, in this worktree.
pub(super) fn hooks_path(session: &Session<'_>) -> Result<Ill, CliError> {
    let own = session.repo.config_get_all("core.hooksPath")?;
    if let Some(value) = own.iter().find(|value| value.origin == "worktree") {
        let what = format!(
            "this worktree's own core.hooksPath is {:?}, so our hooks do not run here",
            value.value
        );
        return ill(what, "git config --worktree --unset core.hooksPath");
    }
    match HooksHome::find(session.repo)? {
        HooksHome::Instead { foreign, local, .. } => {
            let who = if local {
                "this clone's configuration"
            } else {
                "another configuration file"
            };
            ill(
                format!("core.hooksPath is {foreign:?} by {who}, so our hooks do not run"),
                "git lane init",
            )
        }
        HooksHome::Common(_) | HooksHome::Ours(_) => Ok(None),
    }
}

/// What agents are told. Who works alone needs to tell nobody; what is told is to be true.
fn instructions(session: &Session<'_>) -> Result<Ill, CliError> {
    if session.store().tip()?.is_none() {
        return Ok(None);
    }
    let lanes = session.store().view()?.lanes()?.len();
    let there = OnBranch::look(session)?.filter(|there| lanes > 1 || there.has_section());
    let Some((there, fault)) = there.and_then(|there| there.fault().map(|fault| (there, fault))) else {
        return Ok(None);
    };
    ill(fault, there.mend(session)?)
}

/// The way to the shared remote; it is not asked, for nothing here uses the network.
fn remote(session: &Session<'_>) -> Result<Ill, CliError> {
    let store = session.store();
    let Some(link) = store.link()? else {
        return Ok(None);
    };
    // Nothing was exchanged yet: the first published decision does it.
    let Some(seen) = store.seen(&link)? else {
        return Ok(None);
    };
    match store.tip()? {
        Some(tip) if session.repo.is_ancestor(seen, tip)? => Ok(None),
        _ => ill(
            format!(
                "{STATE_REF} lacks events that were seen on {}: it was moved by hand",
                link.remote()
            ),
            "git lane sync",
        ),
    }
}

/// A guard that is registered in this worktree and could not be run.
fn guard(session: &Session<'_>) -> Result<Ill, CliError> {
    Ok(setup::missing_guard(session).map(|(command, mend)| {
        let command = text::excerpt(&command, 200);
        let path = setup::GUARD_PATH;
        (
            format!("{path} registers `{command}`, and there is no such command here"),
            mend,
        )
    }))
}

fn hooks(session: &Session<'_>) -> Result<Ill, CliError> {
    let home = HooksHome::find(session.repo)?;
    let mut wrong = Vec::new();
    for hook in HOOKS {
        match setup::state_of(home.folder(), hook.name)? {
            HookState::Current => {}
            HookState::Absent => wrong.push(format!("{} is missing", hook.name)),
            HookState::Outdated => wrong.push(format!("{} is of another version or binary", hook.name)),
            HookState::Foreign => wrong.push(format!("{} is somebody else's", hook.name)),
        }
    }
    if wrong.is_empty() {
        Ok(None)
    } else {
        ill(wrong.join(", "), "git lane init")
    }
}
