//! Setting up and taking away: each thing that `init` makes is a step that knows whether it is made already.

mod adoption;
mod attributes;
mod columns;
mod decisions;
mod driver;
pub(crate) mod exclude;
mod gates_template;
mod guard;
mod guard_settings;
mod home;
mod hook_files;
mod instructions;
mod languages;
mod policy_template;
mod shims;
mod state;
mod work_file;
mod xtask;

pub(crate) use adoption::Adoption;
pub(crate) use adoption::Wanted;
pub(crate) use adoption::uncommitted;
pub(crate) use attributes::attribute_command;
pub(crate) use attributes::attribute_line;
pub(crate) use attributes::attributes_here;
pub(crate) use attributes::is_attributed;
pub(crate) use attributes::is_followed;
pub(crate) use attributes::removal_command;
pub(crate) use decisions::decisions_removal;
pub(crate) use driver::driver_fault;
pub(crate) use driver::filled_driver;
pub(crate) use driver::registered_driver;
pub(crate) use guard::GUARD_PATH;
pub(crate) use guard::Guard;
pub(crate) use guard::missing_guard;
pub(crate) use home::HooksHome;
pub(crate) use hook_files::HookState;
pub(crate) use hook_files::state_of;
pub(crate) use instructions::Instructions;
pub(crate) use policy_template::policy_command;
pub(crate) use shims::quoted;
pub(crate) use state::Known;
pub(crate) use work_file::WorkFiles;
pub(crate) use xtask::has_xtask;

use crate::error::CliError;
use crate::session::Session;
use crate::unbinding;

/// What a step did, or would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// It was so already.
    Kept,
    /// It was made.
    Made,
    /// It was there and not as it should be; now it is.
    Mended,
}

/// One line of what `init` and `uninstall` report.
pub(crate) struct Report {
    pub(crate) done: Done,
    pub(crate) what: String,
}

impl Report {
    pub(crate) fn made(what: impl Into<String>) -> Self {
        Self {
            done: Done::Made,
            what: what.into(),
        }
    }

    pub(crate) fn mended(what: impl Into<String>) -> Self {
        Self {
            done: Done::Mended,
            what: what.into(),
        }
    }

    pub(crate) fn kept(what: impl Into<String>) -> Self {
        Self {
            done: Done::Kept,
            what: what.into(),
        }
    }
}

/// Sets up what is missing. With `dry_run` nothing is written, and the reports say what would be. With `attributes`
/// our section of `.gitattributes` is written in any case, and at its end.
pub(crate) fn init(
    session: &Session<'_>,
    known: &Known,
    dry_run: bool,
    attributes: bool,
) -> Result<Vec<Report>, CliError> {
    hook_files::no_worktree_setting(session)?;
    let mut reports = Vec::new();
    if !known.joins {
        let policy = policy_template::write(session, known, dry_run)?;
        let decisions = match policy.done {
            Done::Made => Some(decisions::write(session, dry_run)?),
            Done::Kept | Done::Mended => None,
        };
        reports.push(policy);
        reports.extend(decisions);
    }
    if attributes || !known.joins {
        reports.push(attributes::write(session, &known.merge, attributes, dry_run)?);
    }
    reports.extend(state::make(session, known, dry_run)?);
    reports.extend(hook_files::install(session, dry_run)?);
    reports.push(driver::register(session, dry_run)?);
    reports.push(exclude::write(session, &known.worktree_root, dry_run)?);
    reports.extend(unbinding::leave_over(session, dry_run)?);
    Ok(reports)
}

/// Takes hooks, driver and settings away; what was there before comes back.
pub(crate) fn take_away(session: &Session<'_>) -> Result<Vec<Report>, CliError> {
    let mut reports = hook_files::uninstall(session)?;
    reports.push(driver::unregister(session)?);
    reports.push(exclude::remove(session)?);
    reports.extend(guard::remove(session)?);
    Ok(reports)
}
