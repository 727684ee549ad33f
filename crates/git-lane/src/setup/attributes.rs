//! Our section of `.gitattributes`: the files that the merge driver resolves.

use std::fs;

use super::Report;
use crate::error::CliError;
use crate::session::Session;

const BEGIN: &str = "# git-lane: begin";
const END: &str = "# git-lane: end";
const LINES: &str = "/.agents/**/*.toml text eol=lf merge=git-lane";

/// Our lines, with the line ends that the file has.
fn section(old: &str) -> String {
    let end = if old.contains("\r\n") { "\r\n" } else { "\n" };
    [BEGIN, LINES, END].map(|line| format!("{line}{end}")).concat()
}

/// The command that puts our line on the branch that is checked out: where lanes exist, `init` touches no tracked file.
pub(crate) fn attribute_command(session: &Session<'_>) -> String {
    let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
    let text = fs::read_to_string(root.join(".gitattributes")).unwrap_or_default();
    let write = if is_attributed(&text) {
        String::new()
    } else {
        format!("printf '\\n%s\\n' '{LINES}' >>.gitattributes && ")
    };
    format!("{write}git add .gitattributes && git commit -m 'git-lane: attributes'")
}

/// Whether a `.gitattributes` text names our driver.
pub(crate) fn is_attributed(text: &str) -> bool {
    text.lines().any(|line| line.trim() == LINES)
}

pub(super) fn write(session: &Session<'_>, dry_run: bool) -> Result<Report, CliError> {
    let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
    let path = root.join(".gitattributes");
    let old = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => return Err(CliError::io(format!("{} cannot be read", path.display()), e)),
    };
    if is_attributed(&old) {
        return Ok(Report::kept(".gitattributes names the merge driver"));
    }
    if !dry_run {
        let gap = if old.is_empty() || old.ends_with('\n') {
            ""
        } else {
            "\n"
        };
        let written = fs::write(&path, format!("{old}{gap}{}", section(&old)));
        written.map_err(|e| CliError::io(format!("{} could not be written", path.display()), e))?;
    }
    Ok(Report::made(
        ".gitattributes, a section that names the merge driver: commit it",
    ))
}
