//! `git lane preflight`: whether work can start here. Looks, and changes nothing.

mod capacity;
mod clean;
mod disk;
mod driver;
mod gates;
mod hooks;
mod instructions;
mod overlap;
mod probes;
mod report;
mod services;
mod sources;
mod worklog;
mod worktree;

use std::cell::OnceCell;
use std::path::Path;
use std::process::ExitCode;

use lane_core::policy::Role;
use lane_gate::Gates;
use lane_gate::Interrupt;

use super::Outcome;
use crate::error::CliError;
use crate::evidence;
use crate::session::Session;
use probes::PROBES;
use probes::Probe;
use probes::WORKTREE;
use report::Row;

/// Check that work can start here: each probe is ok, or names what mends it.
///
/// Looks at git, the state, the policy and the gates, the declared worklog, what agents are told, the tracked files, the capacity, the disk,
/// the hooks and the merge driver (each is really run, on nothing of yours), this worktree's branch and path, and what
/// `.agents/gates.toml` declares as `[preflight]` and `[service.NAME]`. Without `--role` the role is worker. All probes are
/// made; nothing is started, and nothing is written. Exit code 5 when one failed.
#[derive(Debug, clap::Args)]
pub(crate) struct Preflight {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What the probes look at.
struct Scene<'a> {
    session: Session<'a>,
    role: Role,
    interrupt: Interrupt,
    gates: OnceCell<Gates>,
}

/// What a probe found.
enum Found {
    /// All is well; more may be said.
    Well(Option<String>),
    /// What is wrong, and what mends it.
    Ill { fault: String, mend: String },
    /// There was nothing to look at, and why.
    Skipped(String),
}

pub(super) fn run(session: &Session<'_>, args: &Preflight) -> Outcome {
    // A store of a commit writes no caches.
    let session = match session.store().tip() {
        Ok(Some(tip)) => session.as_of(tip),
        _ => *session,
    };
    let scene = Scene {
        session,
        role: session.named_role().unwrap_or(Role::Worker),
        interrupt: Interrupt::install().unwrap_or_else(|_| Interrupt::none()),
        gates: OnceCell::new(),
    };
    let mut rows: Vec<Row> = Vec::new();
    for probe in PROBES {
        let found = scene.skips(probe, &rows).unwrap_or_else(|| looked(probe, &scene));
        rows.push(Row::new(probe.id, found));
    }
    rows.extend(services::ask(&scene, &rows));
    overlap::leave_out(&scene, &mut rows)?;
    if scene.interrupt.asked() {
        return Err(CliError::Interrupted);
    }
    report::print(scene.role, &rows, args.json);
    Ok(match rows.iter().any(Row::is_ill) {
        true => ExitCode::from(report::FAILED),
        false => ExitCode::SUCCESS,
    })
}

fn looked(probe: &Probe, scene: &Scene<'_>) -> Found {
    (probe.look)(scene).unwrap_or_else(|fault| {
        let (fault, mend) = super::doctor::broken(&fault);
        Found::Ill { fault, mend }
    })
}

impl Scene<'_> {
    /// Why a probe is not made, if it is not.
    fn skips(&self, probe: &Probe, rows: &[Row]) -> Option<Found> {
        if !(probe.is_for)(self.role) {
            return Some(Found::Skipped(format!("not for the role {}", self.role)));
        }
        if probe.in_work_tree {
            match self.session.repo.work_dir() {
                None => return Some(Found::Skipped("there is no work tree here".to_owned())),
                Some(root) if !root.is_dir() && probe.id != WORKTREE => {
                    return Some(Found::Skipped(format!("{WORKTREE} comes first")));
                }
                Some(_) => {}
            }
        }
        let first = |row: &&Row| probe.after == Some(row.id.as_str()) && !row.is_well();
        let before = rows.iter().find(first)?;
        Some(Found::Skipped(format!("{} comes first", before.id)))
    }

    /// Where what is asked runs: in the worktree's root, where there is one.
    fn dir(&self) -> &Path {
        let repo = self.session.repo;
        let root = repo.work_dir().filter(|root| root.is_dir());
        root.unwrap_or(repo.git_dir())
    }

    /// The gates of the integration branch.
    fn gates(&self) -> Result<&Gates, CliError> {
        if let Some(gates) = self.gates.get() {
            return Ok(gates);
        }
        let gates = evidence::read_gates(&self.session)?;
        Ok(self.gates.get_or_init(|| gates))
    }
}

fn well() -> Result<Found, CliError> {
    Ok(Found::Well(None))
}

fn well_with(note: impl Into<String>) -> Result<Found, CliError> {
    Ok(Found::Well(Some(note.into())))
}

fn ill(fault: impl Into<String>, mend: impl Into<String>) -> Result<Found, CliError> {
    let (fault, mend) = (fault.into(), mend.into());
    Ok(Found::Ill { fault, mend })
}
