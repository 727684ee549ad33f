//! The table of probes: each is a row, made in this order.

use lane_core::policy::Role;

use super::Found;
use super::Scene;
use super::capacity;
use super::clean;
use super::disk;
use super::driver;
use super::gates;
use super::hooks;
use super::ill;
use super::instructions;
use super::sources;
use super::well;
use super::well_with;
use super::worklog;
use super::worktree;
use crate::commands::doctor;
use crate::commands::doctor::Ill;
use crate::error::CliError;
use crate::session::Session;

/// The probe that says that the work tree is not where git has it.
pub(super) const WORKTREE: &str = "worktree";

/// One probe.
pub(super) struct Probe {
    /// Its stable name.
    pub(super) id: &'static str,
    /// The roles that it is made for.
    pub(super) is_for: fn(Role) -> bool,
    /// Whether there is nothing to look at without a work tree.
    pub(super) in_work_tree: bool,
    /// The probe that must be well before this one can know anything.
    pub(super) after: Option<&'static str>,
    pub(super) look: fn(&Scene<'_>) -> Result<Found, CliError>,
}

const ANY: Probe = Probe {
    id: "",
    is_for: |_| true,
    in_work_tree: false,
    after: None,
    look: |_| well(),
};

/// All probes but those of the services, which the gates name.
pub(super) static PROBES: &[Probe] = &[
    Probe {
        id: "git",
        look: |scene| {
            let (major, minor, patch) = lane_git::git_version()?;
            as_found(doctor::git(&scene.session)?).or_well_with(format!("{major}.{minor}.{patch}"))
        },
        ..ANY
    },
    Probe {
        id: "identity",
        look: |scene| said(scene, doctor::identity),
        ..ANY
    },
    Probe {
        id: "state",
        look: |scene| said(scene, doctor::state),
        ..ANY
    },
    Probe {
        id: "policy",
        after: Some("state"),
        look: |scene| said(scene, doctor::policy::in_force),
        ..ANY
    },
    Probe {
        id: "policy-here",
        in_work_tree: true,
        after: Some("policy"),
        look: |scene| said(scene, doctor::policy::here),
        ..ANY
    },
    Probe {
        id: "gates",
        after: Some("policy"),
        look: gates::in_force,
        ..ANY
    },
    Probe {
        id: "gates-here",
        in_work_tree: true,
        after: Some("gates"),
        look: gates::here,
        ..ANY
    },
    Probe {
        id: "worklog",
        after: Some("policy"),
        look: worklog::look,
        ..ANY
    },
    Probe {
        id: "instructions",
        after: Some("gates"),
        look: instructions::look,
        ..ANY
    },
    Probe {
        id: "clean",
        // Who maintains the rules is in the middle of changing them.
        is_for: |role| role != Role::Maintainer,
        in_work_tree: true,
        look: clean::look,
        ..ANY
    },
    Probe {
        id: "capacity",
        // The others take no place.
        is_for: |role| matches!(role, Role::Worker | Role::Reviewer | Role::Tester),
        after: Some("policy"),
        look: capacity::look,
        ..ANY
    },
    Probe {
        id: "disk",
        after: Some("gates"),
        look: disk::look,
        ..ANY
    },
    Probe {
        id: "hooks",
        in_work_tree: true,
        look: hooks::look,
        ..ANY
    },
    Probe {
        id: "attributes",
        in_work_tree: true,
        after: Some("policy"),
        look: |scene| match said(scene, doctor::merging::attributes)? {
            Found::Well(_) => said(scene, doctor::merging::in_force),
            ill => Ok(ill),
        },
        ..ANY
    },
    Probe {
        id: "merge-driver",
        look: driver::look,
        ..ANY
    },
    Probe {
        id: WORKTREE,
        in_work_tree: true,
        after: Some("state"),
        look: worktree::look,
        ..ANY
    },
    Probe {
        id: "sources",
        in_work_tree: true,
        after: Some("gates"),
        look: sources::look,
        ..ANY
    },
];

/// What a check of `git lane doctor` says.
fn said(scene: &Scene<'_>, look: fn(&Session<'_>) -> Result<Ill, CliError>) -> Result<Found, CliError> {
    Ok(as_found(look(&scene.session)?))
}

/// A finding of `git lane doctor`.
pub(super) fn as_found(found: Ill) -> Found {
    match found {
        None => Found::Well(None),
        Some((fault, mend)) => Found::Ill { fault, mend },
    }
}

impl Found {
    fn or_well_with(self, note: String) -> Result<Self, CliError> {
        match self {
            Self::Ill { fault, mend } => ill(fault, mend),
            _ => well_with(note),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_distinct_and_stand_behind_what_they_wait_for() {
        for (at, probe) in PROBES.iter().enumerate() {
            let is_kebab = probe.id.split('-').all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            });
            assert!(is_kebab, "{}", probe.id);
            let before = &PROBES[..at];
            assert!(
                before.iter().all(|other| other.id != probe.id),
                "{} twice",
                probe.id
            );
            let waits = probe
                .after
                .is_none_or(|first| before.iter().any(|other| other.id == first));
            assert!(waits, "{} waits for what comes later", probe.id);
        }
    }
}
