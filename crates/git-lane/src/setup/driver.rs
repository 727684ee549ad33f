//! The merge driver's registration. It is per clone: git never takes a driver from a commit.

use std::path::Path;

use lane_core::text;

use super::Report;
use super::shims::binary;
use super::shims::quoted;
use crate::error::CliError;
use crate::session::Session;

const NAME: &str = "merge.git-lane.name";
const DRIVER: &str = "merge.git-lane.driver";

/// What the command begins with, before the binary.
const LANE: &str = "lane=";

/// The command that git runs. An exit code from 1 to 128 means "conflict" to git, whatever is in the file: so
/// everything but 0 and 1 becomes 129, which stops the merge cleanly, and without the binary git's own merge runs
/// and a line says so, without the path: a shell would write it to the terminal as it is.
/// A git before 2.44 leaves `%S`, `%X` and `%Y` as they are.
pub(crate) fn driver_command() -> Result<String, CliError> {
    Ok(command_for(&binary()?))
}

fn command_for(binary: &str) -> String {
    // What stands before the binary's call is expanded by git too.
    let binary = quoted(binary).replace('%', "%%");
    format!(
        "{LANE}{binary}; [ -x \"$lane\" ] || lane=git-lane; if command -v \"$lane\" >/dev/null; then \"$lane\" merge-driver --base-label=%S --ours-label=%X --theirs-label=%Y %O %A %B %L -- %P; s=$?; test $s -le 1 || s=129; exit $s; else echo 'git-lane is not here, so a file is merged as text' >&2; git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B; fi"
    )
}

/// What is wrong with a registered command; nothing when it is ours.
pub(crate) fn driver_fault(found: &str) -> Result<Option<String>, CliError> {
    let wanted = binary()?;
    if found == command_for(&wanted) {
        return Ok(None);
    }
    Ok(Some(match named_binary(found) {
        None => "is somebody else's command".to_owned(),
        Some(path) if path == wanted => "is of another version".to_owned(),
        Some(path) => {
            let gone = if Path::new(&path).exists() {
                ""
            } else {
                ", which is not there"
            };
            format!(
                "is registered for another binary, {}{gone}",
                text::excerpt(&path, 200)
            )
        }
    }))
}

/// The binary that a command of ours names.
fn named_binary(command: &str) -> Option<String> {
    let rest = command.strip_prefix(LANE)?;
    let (word, _) = rest.split_once("; [ -x ")?;
    shlex::split(word)?.pop().map(|path| path.replace("%%", "%"))
}

/// The driver that is registered, if one is.
pub(crate) fn registered_driver(session: &Session<'_>) -> Result<Option<String>, CliError> {
    Ok(session.repo.config_get(DRIVER)?)
}

/// A registered command with its placeholders filled in as git does, each as one word of a shell.
pub(crate) fn filled_driver(command: &str, values: &[(char, &str)]) -> String {
    let mut out = String::new();
    let mut rest = command;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let key = after.chars().next();
        let value = values.iter().find(|(name, _)| Some(*name) == key);
        match (key, value) {
            (Some('%'), _) => out.push('%'),
            (_, Some((_, value))) => out.push_str(&quoted(value)),
            (Some(other), None) => out.extend(['%', other]),
            (None, _) => out.push('%'),
        }
        rest = after.get(key.map_or(0, char::len_utf8)..).unwrap_or_default();
    }
    out + rest
}

pub(super) fn register(session: &Session<'_>, dry_run: bool) -> Result<Report, CliError> {
    let wanted = driver_command()?;
    let found = registered_driver(session)?;
    if found.as_deref() == Some(wanted.as_str()) {
        return Ok(Report::kept("the merge driver is registered"));
    }
    if !dry_run {
        session
            .repo
            .config_set_local(NAME, "git-lane: records, changelogs, registries")?;
        session.repo.config_set_local(DRIVER, &wanted)?;
    }
    let what = "the merge driver, in this clone's configuration";
    let Some(found) = found else {
        return Ok(Report::made(what));
    };
    let was = driver_fault(&found)?
        .unwrap_or_default()
        .replacen("is ", "was ", 1);
    Ok(Report::mended(format!("{what}: it {was}")))
}

pub(super) fn unregister(session: &Session<'_>) -> Result<Report, CliError> {
    if registered_driver(session)?.is_none() {
        return Ok(Report::kept("no merge driver is registered"));
    }
    session.repo.config_unset_local(NAME)?;
    session.repo.config_unset_local(DRIVER)?;
    Ok(Report::made("the merge driver is unregistered"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_as_git_does() {
        let values = [('O', "/t/base"), ('P', "a b'c"), ('L', "7")];
        for (command, expected) in [
            ("x %O %L -- %P", r"x '/t/base' '7' -- 'a b'\''c'"),
            ("100%% %Z %", "100% %Z %"),
            ("%%O%Oé", "%O'/t/base'é"),
        ] {
            assert_eq!(filled_driver(command, &values), expected);
        }
    }

    #[test]
    fn the_binary_is_read_back_from_the_command() {
        for path in ["/usr/bin/git-lane", "/a b/it's/100%S/git-lane"] {
            let command = command_for(path);
            assert_eq!(named_binary(&command).as_deref(), Some(path));
            assert!(!command.contains("100%S"), "git would expand it: {command}");
        }
        assert_eq!(named_binary("mergiraf merge %O %A %B"), None);
    }
}
