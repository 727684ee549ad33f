//! The words in our hints that stand for something of the reader's: sent as they are, they say nothing, and are refused.

use clap::ArgMatches;
use clap::Command;
use clap::error::ContextKind;
use clap::error::ContextValue;
use clap::parser::ValueSource;
use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;

/// A word as hints have it, what belongs there, and an example.
struct Placeholder {
    word: &'static str,
    stands_for: &'static str,
    example: &'static str,
}

const fn word(word: &'static str, stands_for: &'static str, example: &'static str) -> Placeholder {
    Placeholder {
        word,
        stands_for,
        example,
    }
}

/// All of them, sorted. A test holds our hints and these together.
const PLACEHOLDERS: &[Placeholder] = &[
    word("AREA", "an area of the policy", "backend"),
    word("BRANCH", "a branch", "main"),
    word("COMMAND", "a command line", "'cargo test'"),
    word("FILE", "a file", "task.toml"),
    word("FOLDER", "a folder", "src"),
    word("GLOB", "the paths that are meant", "'src/parser/**'"),
    word("ID", "an id", "T-7k2m"),
    word("LEVEL", "how far", "2"),
    word("NAME", "a name", "parser"),
    word("OTHER", "another one's id", "T-7k2m"),
    word("PATH", "a path", "src/parser.rs"),
    word("RULE", "a rule's id", "co-change"),
    word("SOURCE", "what was consulted", "docs.rs"),
    word(
        "TEXT",
        "a line of your own words",
        "'the lexer must be there first'",
    ),
    word(
        "TITLE",
        "what the task is about, in one line",
        "'Parser accepts empty groups'",
    ),
    word("VERB", "what is to be done", "claim"),
];

/// The word that stands in the hints for a commit's subject.
pub(crate) const SUBJECT: &str = "TEXT";

/// Commands whose arguments are names of files that somebody else chose.
const OTHERS_NAMES: &[&str] = &["hook", "merge"];

fn found(value: &str) -> Option<&'static Placeholder> {
    PLACEHOLDERS.iter().find(|one| one.word == value)
}

/// What stands against a command line of which a value is a placeholder: any option's and any argument's.
pub(crate) fn against(definition: &Command, matches: &ArgMatches) -> Option<Refusal> {
    against_of(definition, matches, &mut vec!["git", "lane", "help"])
}

fn against_of<'a>(
    definition: &'a Command,
    matches: &'a ArgMatches,
    help: &mut Vec<&'a str>,
) -> Option<Refusal> {
    for arg in definition.get_arguments() {
        let id = arg.get_id().as_str();
        let said =
            arg.get_action().takes_values() && matches.value_source(id) == Some(ValueSource::CommandLine);
        let values = if said {
            matches.try_get_raw(id).ok().flatten()
        } else {
            None
        };
        let mut words = values.into_iter().flatten().filter_map(|value| value.to_str());
        if let Some(placeholder) = words.find_map(found) {
            let option = arg.get_long().map(|name| format!("--{name}"));
            return Some(refusal(option.as_deref(), placeholder).hint(command(help)));
        }
    }
    let (name, inner) = matches.subcommand()?;
    if OTHERS_NAMES.contains(&name) {
        return None;
    }
    help.push(name);
    against_of(definition.find_subcommand(name)?, inner, help)
}

/// The same of a value that was refused before, because no value of its sort is written so.
pub(crate) fn refused_value(error: &clap::Error) -> Option<Refusal> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let placeholder = found(text(ContextKind::InvalidValue)?)?;
    let option = text(ContextKind::InvalidArg)?.split_whitespace().next();
    let option = option.filter(|name| name.starts_with('-'));
    Some(refusal(option, placeholder).hint("git lane help"))
}

fn refusal(option: Option<&str>, placeholder: &Placeholder) -> Refusal {
    let Placeholder {
        word,
        stands_for,
        example,
    } = placeholder;
    let example = match option {
        Some(option) => format!("{option} {example}"),
        None => (*example).to_owned(),
    };
    let what =
        format!("{word} in our hints stands for {stands_for}, such as {example}; nothing was recorded");
    Refusal::new(&ground::PLACEHOLDER, what)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;
    use std::path::PathBuf;

    use super::*;

    fn judged(line: &str) -> Option<String> {
        let definition = crate::command();
        let words = shlex::split(line).unwrap();
        match definition.clone().try_get_matches_from(words) {
            Ok(matches) => against(&definition, &matches),
            Err(error) => refused_value(&error),
        }
        .map(|no| no.what)
    }

    #[test]
    fn any_option_and_argument_that_is_a_placeholder_is_refused() {
        for line in [
            "git-lane release T-1 --why TEXT",
            "git-lane release ID --why x",
            "git-lane reclaim L-1 --note=TEXT",
            "git-lane lock src GLOB --objective x",
            "git-lane task add TITLE",
            "git-lane task add x --scope a --scope GLOB",
            "git-lane task edit T-1 --add-accept TEXT --check true",
            "git-lane task edit T-1 --accept x --check COMMAND",
            "git-lane task edit T-1 --area AREA",
            "git-lane override PATH --why x",
            "git-lane note T-1 TEXT",
            "git-lane handoff --cause x --layer TEXT --file a",
            "git-lane consult --source TEXT --query x",
            "git-lane checkpoint --done TEXT",
            "git-lane init --integration BRANCH",
            "git-lane rules ID",
        ] {
            let what = judged(line).unwrap_or_else(|| panic!("{line}"));
            assert!(what.contains("in our hints stands for"), "{line}: {what}");
        }
    }

    #[test]
    fn words_that_only_hold_one_and_names_of_others_are_taken() {
        for line in [
            "git-lane release T-1 --why 'TEXT is a placeholder'",
            "git-lane release T-1 --why text",
            "git-lane lock GLOB/** --objective x",
            "git-lane merge FILE PATH NAME --path PATH",
            "git-lane ready --why",
            "git-lane status",
        ] {
            assert_eq!(judged(line), None, "{line}");
        }
    }

    /// The sources of all crates, without their tests' trees.
    fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, out);
            } else if path.extension().is_some_and(|end| end == "rs") {
                out.push(path);
            }
        }
    }

    /// The words in capitals of the command lines that a text quotes.
    fn capitals(text: &str) -> impl Iterator<Item = &str> {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let lines = lines.flat_map(|line| line.split(['"', '`']));
        let lines = lines.filter(|words| words.contains("git lane ") || words.starts_with("git commit "));
        let words = lines.flat_map(|words| words.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
        words.filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()))
    }

    #[test]
    fn every_word_that_our_hints_leave_to_the_reader_is_known() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = Vec::new();
        for name in ["git-lane", "lane-core", "lane-rules", "lane-store", "lane-gate"] {
            sources(&crates.join(name).join("src"), &mut files);
        }
        let texts: Vec<String> = files.iter().map(|f| fs::read_to_string(f).unwrap()).collect();
        let used: BTreeSet<&str> = texts.iter().flat_map(|text| capitals(text)).collect();
        assert!(used.contains("TEXT") && used.contains("GLOB"), "{used:?}");
        let is_git = |word: &str| word == "HEAD";
        let unknown: Vec<&&str> = used
            .iter()
            .filter(|word| found(word).is_none() && !is_git(word))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(PLACEHOLDERS.is_sorted_by(|a, b| a.word < b.word));
    }
}
