//! What a command line meant: a verb of the lists that is no command of its own, or a role that the verb is not for.

use std::ffi::OsString;

use clap::error::ContextKind;
use clap::error::ContextValue;
use clap::error::ErrorKind;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::refusal::command;

use crate::error::CliError;

/// The longest command line that is repeated.
const REPEATED_CHARS: usize = 300;

/// The command that does what a verb of `git lane can` says, where no command has the verb's name.
pub(crate) fn verb(error: &clap::Error, args: &[OsString]) -> Option<String> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(verb)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let (name, rest): (_, &[&str]) = match verb.as_str() {
        "approve" => ("review", &["--approve"]),
        "self-review" => ("review", &["--self"]),
        "pass" => ("test", &["--pass"]),
        "fail" => ("test", &["--fail", "--finding", "TEXT"]),
        _ => return None,
    };
    let after = args.iter().skip_while(|arg| *arg != verb.as_str()).nth(1);
    let id = after
        .and_then(|arg| arg.to_str())
        .and_then(|arg| arg.parse::<TaskId>().ok());
    let id = id.as_ref().map_or("ID", TaskId::as_str);
    Some(command(&[&["git", "lane", name, id], rest].concat()))
}

/// The same error; of a role that was named and that the verb is not for, with the command line without it.
pub(crate) fn as_implied(error: CliError, args: &[OsString]) -> CliError {
    match error {
        CliError::Refused(mut no) if no.ground.id == ground::ROLE_NOT_ALLOWED.id => {
            // The other refusals of this ground say that the policy gives a role to others.
            let is_for_others = no.hints.iter().any(|hint| hint.starts_with("git lane can "));
            if let Some(line) = without_role(args).filter(|_| is_for_others) {
                no.hints = vec![line];
            }
            CliError::Refused(no)
        }
        other => other,
    }
}

/// The command line without `--role`; none where it has none.
fn without_role(args: &[OsString]) -> Option<String> {
    let words: Vec<&str> = args
        .iter()
        .skip(1)
        .map(|arg| arg.to_str())
        .collect::<Option<_>>()?;
    let options = words.iter().position(|word| *word == "--").unwrap_or(words.len());
    let is_named = |word: &&str| *word == "--role" || word.starts_with("--role=");
    let at = words[..options].iter().position(is_named)?;
    let value = usize::from(words[at] == "--role");
    let rest = words
        .iter()
        .enumerate()
        .filter(|(n, _)| *n < at || *n > at + value);
    let rest: Vec<&str> = rest.map(|(_, word)| *word).collect();
    let line = command(&[&["git", "lane"], rest.as_slice()].concat());
    let plain = line.len() <= REPEATED_CHARS && !line.chars().any(char::is_control);
    plain.then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        shlex::split(line)
            .unwrap()
            .into_iter()
            .map(OsString::from)
            .collect()
    }

    #[test]
    fn a_verb_that_is_no_command_leads_to_the_command_that_does_it() {
        for (line, expected) in [
            ("git-lane approve T-1", Some("git lane review T-1 --approve")),
            ("git-lane --offline pass T-1", Some("git lane test T-1 --pass")),
            ("git-lane fail", Some("git lane test ID --fail --finding TEXT")),
            ("git-lane self-review 'x;y'", Some("git lane review ID --self")),
            ("git-lane aprove T-1", None),
            ("git-lane review T-1 --aprove", None),
        ] {
            let args = words(line);
            let error = crate::command().try_get_matches_from(&args).unwrap_err();
            assert_eq!(verb(&error, &args).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn a_role_is_taken_out_of_a_command_line_and_nothing_else() {
        for (line, expected) in [
            ("git-lane --role tester handoff T-1", Some("git lane handoff T-1")),
            (
                "git-lane retry T-1 --role=worker --why 'a b'",
                Some("git lane retry T-1 --why \"a b\""),
            ),
            ("git-lane note T-1 -- --role x", None),
            ("git-lane handoff", None),
        ] {
            let found = without_role(&words(line)).map(|line| shlex::split(&line));
            assert_eq!(found, expected.map(shlex::split), "{line}");
        }
    }
}
