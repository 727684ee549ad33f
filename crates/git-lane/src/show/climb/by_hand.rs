//! What a check ran, as a line that a person or agent can run by hand: quoted for a shell, or told that it is not.

use std::ffi::OsString;

use lane_core::text;
use lane_gate::Command;
use lane_gate::Folder;
use lane_gate::FormatFile;
use lane_gate::Outcome;
use lane_gate::Planned;
use lane_gate::PlannedWork;
use lane_gate::Reader;
use lane_gate::Spot;

use super::about::About;
use super::words;

/// The longest line, in characters: all the files of a check may be many.
const LINE_CHARS: usize = 1000;
/// How many files a line that mends their format names.
const FILES: usize = 20;

/// The command for a shell where the caller stands; none where a word is no text, or holds what a terminal could trip over.
pub(super) fn line(about: &About<'_>, command: &Command) -> Option<String> {
    let words: Vec<&str> = command
        .words
        .iter()
        .map(|word| word.to_str())
        .collect::<Option<_>>()?;
    let dir = from_here(about, command.dir.as_str())?;
    let plain = |word: &str| !word.chars().any(text::is_unsafe);
    if !plain(&dir) || !words.iter().all(|word| plain(word)) {
        return None;
    }
    let line = shlex::try_join(words.iter().copied()).ok()?;
    match dir.as_str() {
        "" => Some(line),
        dir => Some(format!("cd {} && {line}", shlex::try_quote(dir).ok()?)),
    }
}

/// A path of the work tree from where the caller stands; with a dot or slash in front it is no option and no `-`. Empty for
/// the root where the caller stands in it.
fn from_here(about: &About<'_>, path: &str) -> Option<String> {
    Some(match (about.here?, path) {
        (here, "") => here.to_owned(),
        ("", path) => format!("./{path}"),
        (here, path) => format!("{}/{path}", here.trim_end_matches('/')),
    })
}

/// The line as it is printed: with a remark where it is not for a shell.
pub(super) fn shown(about: &About<'_>, command: &Command) -> String {
    match line(about, command) {
        Some(line) if line.chars().count() <= LINE_CHARS => format!("$ {line}"),
        Some(line) => format!(
            "$ {}  (cut; `--json` has all of it)",
            text::excerpt(&line, LINE_CHARS)
        ),
        None => {
            let words: Vec<_> = command.words.iter().map(|word| word.as_encoded_bytes()).collect();
            let words = text::escape_path(&words.join(&b' '));
            let folder = match command.dir.as_str() {
                "" => String::new(),
                dir => format!("in {}: ", text::escape(dir)),
            };
            format!(
                "$ {}  (escaped, not for a shell; `--json` has the words)",
                text::excerpt(&format!("{folder}{words}"), LINE_CHARS)
            )
        }
    }
}

/// The command that a check ended with, and the line that mends the format of files: what leads on from a failure.
pub(super) fn lines(about: &About<'_>, outcome: &Outcome, planned: &Planned) -> Vec<String> {
    match &planned.work {
        PlannedWork::Commands(commands) => {
            let mut lines = of_commands(about, outcome, commands);
            lines.extend(no_tests(about, outcome, planned));
            lines.extend(no_program(outcome, planned, commands));
            lines
        }
        PlannedWork::Format(files) => {
            let spots = words::run(outcome).map_or(&[][..], |run| &run.spots);
            mending(about, spots, files, &planned.dir)
                .into_iter()
                .map(|line| format!("mend: $ {line}"))
                .collect()
        }
    }
}

fn of_commands(about: &About<'_>, outcome: &Outcome, commands: &[Command]) -> Vec<String> {
    // What did not start is not known to be the first.
    let ran = words::run(outcome).map(|run| run.commands);
    let at = match ran {
        Some(ran) => ran.clamp(1, commands.len()) - 1,
        None if commands.len() == 1 => 0,
        None => {
            return commands
                .iter()
                .take(5)
                .map(|command| shown(about, command))
                .collect();
        }
    };
    let which = match commands.len() {
        1 => String::new(),
        all => format!("  (command {} of {all})", at + 1),
    };
    commands
        .get(at)
        .map(|command| format!("{}{which}", shown(about, command)))
        .into_iter()
        .collect()
}

/// `rustfmt --edition 2024 FILE…`; of files that a shell cannot be given nothing. rustfmt follows their `mod`s, too.
fn mending(about: &About<'_>, spots: &[Spot], files: &[FormatFile], dir: &Folder) -> Option<String> {
    let named = |spot: &Spot| {
        let file = files.iter().find(|file| file.path == spot.path.as_bytes())?;
        let plain = !spot.path.chars().any(text::is_unsafe);
        let path = from_here(about, &spot.path).filter(|_| plain)?;
        Some((file.edition.as_str(), path))
    };
    let different = spots.iter().filter(|spot| spot.line.is_some());
    let named: Vec<_> = different.filter_map(named).collect();
    let (edition, _) = named.first()?;
    if named.len() > FILES || named.iter().any(|(other, _)| other != edition) {
        return line(
            about,
            &Command {
                words: ["cargo", "fmt", "--all"].map(OsString::from).into(),
                dir: dir.clone(),
                reader: Reader::Exit,
            },
        );
    }
    let words = ["rustfmt", "--edition", *edition].into_iter();
    shlex::try_join(words.chain(named.iter().map(|(_, path)| path.as_str()))).ok()
}

/// What leads on where no test ran: the same command again never does.
fn no_tests(about: &About<'_>, outcome: &Outcome, planned: &Planned) -> Option<String> {
    let Outcome::Empty(_) = outcome else {
        return None;
    };
    let globs = about.untested(&planned.name);
    let globs: Vec<String> = globs.iter().map(|folder| format!("{folder:?}")).collect();
    Some(match globs.is_empty() {
        true => "mend: add a test".to_owned(),
        false => format!(
            "mend: add a test, or say in [check.{}] that these need none: ignore = [{}]",
            planned.name,
            globs.join(", ")
        ),
    })
}

/// What leads on where the program is none because it is a whole line.
fn no_program(outcome: &Outcome, planned: &Planned, commands: &[Command]) -> Option<String> {
    let program = commands.first()?.words.first()?.to_str()?;
    let of_a_shell = |c: char| c.is_whitespace() || "|&;<>()$`\"'*?~".contains(c);
    let taken = matches!(outcome, Outcome::NotStarted(_)) && program.contains(of_a_shell);
    taken.then(|| {
        format!(
            "mend: if it is a script for `sh`: shell = true in [check.{}]",
            planned.name
        )
    })
}
