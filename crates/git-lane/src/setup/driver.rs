//! The merge driver's registration. It is per clone: git never takes a driver from a commit.

use super::Report;
use super::shims::binary;
use super::shims::quoted;
use crate::error::CliError;
use crate::session::Session;

const NAME: &str = "merge.git-lane.name";
const DRIVER: &str = "merge.git-lane.driver";

/// The command that git runs. An exit code from 1 to 128 means "conflict" to git, whatever is in the file: so
/// everything but 0 and 1 becomes 129, which stops the merge cleanly, and without the binary git's own merge runs.
pub(crate) fn driver_command() -> Result<String, CliError> {
    Ok(format!(
        "lane={}; [ -x \"$lane\" ] || lane=git-lane; if command -v \"$lane\" >/dev/null; then \"$lane\" merge-driver %O %A %B %L -- %P; s=$?; test $s -le 1 || s=129; exit $s; else git merge-file --marker-size=%L %A %O %B; fi",
        quoted(&binary()?)
    ))
}

/// The driver that is registered, if one is.
pub(crate) fn registered_driver(session: &Session<'_>) -> Result<Option<String>, CliError> {
    Ok(session.repo.config_get(DRIVER)?)
}

pub(super) fn register(session: &Session<'_>, dry_run: bool) -> Result<Report, CliError> {
    let wanted = driver_command()?;
    if registered_driver(session)?.as_deref() == Some(wanted.as_str()) {
        return Ok(Report::kept("the merge driver is registered"));
    }
    if !dry_run {
        session.repo.config_set_local(NAME, "git-lane: queue files")?;
        session.repo.config_set_local(DRIVER, &wanted)?;
    }
    Ok(Report::made("the merge driver, in this clone's configuration"))
}

pub(super) fn unregister(session: &Session<'_>) -> Result<Report, CliError> {
    if registered_driver(session)?.is_none() {
        return Ok(Report::kept("no merge driver is registered"));
    }
    session.repo.config_unset_local(NAME)?;
    session.repo.config_unset_local(DRIVER)?;
    Ok(Report::made("the merge driver is unregistered"))
}
