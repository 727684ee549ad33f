//! What a check ran, as a line that a person or agent can run by hand: quoted for a shell, or told that it is not.

use lane_core::text;
use lane_gate::Command;
use lane_gate::FormatFile;
use lane_gate::Outcome;
use lane_gate::Planned;
use lane_gate::PlannedWork;
use lane_gate::Spot;

use super::words;

/// The longest line, in characters: all the files of a check may be many.
const LINE_CHARS: usize = 1000;
/// How many files a line that mends their format names.
const FILES: usize = 20;

/// The command for a shell at the work tree's root; none where a word is no text, or holds what a terminal could trip over.
pub(super) fn line(command: &Command) -> Option<String> {
    let words: Vec<&str> = command
        .words
        .iter()
        .map(|word| word.to_str())
        .collect::<Option<_>>()?;
    let dir = command.dir.as_str();
    let plain = |word: &str| !word.chars().any(text::is_unsafe);
    if !plain(dir) || !words.iter().all(|word| plain(word)) {
        return None;
    }
    let line = shlex::try_join(words.iter().copied()).ok()?;
    match dir {
        "" => Some(line),
        // With `./` no folder is an option or `-`.
        dir => Some(format!(
            "cd {} && {line}",
            shlex::try_quote(&format!("./{dir}")).ok()?
        )),
    }
}

/// The line as it is printed: with a remark where it is not for a shell.
pub(super) fn shown(command: &Command) -> String {
    match line(command) {
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
pub(super) fn lines(outcome: &Outcome, planned: &Planned) -> Vec<String> {
    match &planned.work {
        PlannedWork::Commands(commands) => of_commands(outcome, commands),
        PlannedWork::Format(files) => {
            let spots = words::run(outcome).map_or(&[][..], |run| &run.spots);
            mending(spots, files)
                .into_iter()
                .map(|line| format!("mend: $ {line}"))
                .collect()
        }
    }
}

fn of_commands(outcome: &Outcome, commands: &[Command]) -> Vec<String> {
    // What did not start is not known to be the first.
    let ran = words::run(outcome).map(|run| run.commands);
    let at = match ran {
        Some(ran) => ran.clamp(1, commands.len()) - 1,
        None if commands.len() == 1 => 0,
        None => return commands.iter().take(5).map(shown).collect(),
    };
    let which = match commands.len() {
        1 => String::new(),
        all => format!("  (command {} of {all})", at + 1),
    };
    commands
        .get(at)
        .map(|command| format!("{}{which}", shown(command)))
        .into_iter()
        .collect()
}

/// `rustfmt --edition 2024 FILE…`; of files that a shell cannot be given nothing. rustfmt follows their `mod`s, too.
fn mending(spots: &[Spot], files: &[FormatFile]) -> Option<String> {
    let named = |spot: &Spot| {
        let file = files.iter().find(|file| file.path == spot.path.as_bytes())?;
        let plain = !spot.path.chars().any(text::is_unsafe);
        plain.then(|| (file.edition.as_str(), format!("./{}", spot.path)))
    };
    let different = spots.iter().filter(|spot| spot.line.is_some());
    let named: Vec<_> = different.filter_map(named).collect();
    let (edition, _) = named.first()?;
    if named.len() > FILES || named.iter().any(|(other, _)| other != edition) {
        return Some("cargo fmt --all".to_owned());
    }
    let words = ["rustfmt", "--edition", *edition].into_iter();
    shlex::try_join(words.chain(named.iter().map(|(_, path)| path.as_str()))).ok()
}
