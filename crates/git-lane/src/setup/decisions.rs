//! The folder of decisions, begun together with the policy that names it.

use std::fs;
use std::path::PathBuf;

use lane_core::text;

use super::Report;
use super::work_file::WorkFiles;
use crate::error::CliError;
use crate::session::Session;

const FOLDER: &str = "docs/decisions";

/// The file that begins it.
pub(super) const PATH: &str = "docs/decisions/README.md";

/// How much of a reason is shown, in characters.
const REASON_CHARS: usize = 200;

const TEXT: &str = "\
# Decisions

Why things are as they are: a file for each decision, with

- its rationale,
- the alternatives that were considered, and why it is none of them,
- what is still open,
- policy locks: what is not to be changed without another decision.

What happened and who did it does not belong here. That is in the ledger, `refs/agents/state`: `git lane log` prints it.
";

/// Writes the file where nothing is in its place. What is left out is told, and why.
pub(super) fn write(session: &Session<'_>, dry_run: bool) -> Result<Report, CliError> {
    let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
    if fs::symlink_metadata(root.join(FOLDER)).is_ok() {
        return Ok(Report::kept(format!("{FOLDER} is there")));
    }
    let files = WorkFiles::new(root, "git lane init");
    let left_out = |why: &str| {
        let why = text::excerpt(why, REASON_CHARS);
        Report::kept(format!(
            "{why}, so {FOLDER} is left out: name another place for the decisions in [worklog]"
        ))
    };
    if let Err(fault) = files.is_there(PATH) {
        return Ok(left_out(&fault.to_string()));
    }
    if session.repo.is_ignored(PATH)? {
        return Ok(left_out(&format!("git ignores {PATH}")));
    }
    if !dry_run {
        files.write(PATH, TEXT)?;
    }
    Ok(Report::made(format!("{PATH}, where the decisions go: commit it")))
}

/// Whether the file is there, could be committed, and was not.
pub(super) fn is_uncommitted(session: &Session<'_>) -> Result<bool, CliError> {
    if file(session).is_none_or(|file| !file.is_file()) || session.repo.is_ignored(PATH)? {
        return Ok(false);
    }
    Ok(!is_committed(session)?)
}

/// The command that takes the file away, where nobody has changed it.
pub(crate) fn decisions_removal(session: &Session<'_>) -> Result<Option<String>, CliError> {
    let Some(file) = file(session).filter(|file| fs::read(file).is_ok_and(|text| text == TEXT.as_bytes()))
    else {
        return Ok(None);
    };
    Ok(Some(match is_committed(session)? {
        true => format!("git rm --quiet -- :/{PATH}"),
        false => format!("rm {}", super::quoted(&file.display().to_string())),
    }))
}

fn file(session: &Session<'_>) -> Option<PathBuf> {
    Some(session.repo.work_dir()?.join(PATH))
}

fn is_committed(session: &Session<'_>) -> Result<bool, CliError> {
    let Some(head) = session.repo.head()?.oid() else {
        return Ok(false);
    };
    let tree = session.repo.commit(head)?.tree;
    // A file where a folder should be, say.
    Ok(session.repo.entry_at(tree, PATH).ok().flatten().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lies_where_the_policy_has_the_decisions() {
        let policy = lane_core::policy::Policy::default();
        assert_eq!(policy.worklog.decisions, FOLDER);
        assert!(PATH.starts_with(&format!("{FOLDER}/")));
    }
}
