//! The alias `xtask` in cargo's configuration, added without touching anything else.

use toml_edit::DocumentMut;
use toml_edit::Item;

/// What the alias is to be.
const ALIAS: &str = "run --quiet --package xtask --";

/// What became of the alias.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Alias {
    /// It was there, and runs the package `xtask`.
    There,
    /// It was there, and means something else: these words.
    Other(String),
    /// It is in this text now.
    Added(String),
}

/// The configuration with the alias; `Err` says why it cannot be read.
pub(super) fn with_alias(config: &str) -> Result<Alias, String> {
    let mut document: DocumentMut = config.parse().map_err(|e| format!("{e}"))?;
    let Some(aliases) = document.get_mut("alias") else {
        let gap = match config {
            "" => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        return Ok(Alias::Added(format!("{config}{gap}[alias]\nxtask = {ALIAS:?}\n")));
    };
    let aliases = aliases.as_table_like_mut().ok_or("`alias` is no table")?;
    if let Some(there) = aliases.get("xtask") {
        let words = words(there).ok_or("`alias.xtask` is neither a string nor a list of strings")?;
        return Ok(match runs_xtask(&words) {
            true => Alias::There,
            false => Alias::Other(words.join(" ")),
        });
    }
    aliases.insert("xtask", toml_edit::value(ALIAS));
    Ok(Alias::Added(document.to_string()))
}

/// As cargo splits it: at white space, or as a list.
fn words(alias: &Item) -> Option<Vec<String>> {
    if let Some(text) = alias.as_str() {
        return Some(text.split_whitespace().map(str::to_owned).collect());
    }
    let list = alias.as_array()?.iter();
    list.map(|word| word.as_str().map(str::to_owned)).collect()
}

/// Whether the words run the package or binary `xtask`.
fn runs_xtask(words: &[String]) -> bool {
    let ours = words.iter().take_while(|word| *word != "--");
    let ours: Vec<&str> = ours.map(String::as_str).collect();
    let named = ours.windows(2).any(|pair| {
        let by_name = ["--package", "-p", "--bin"].contains(&pair[0]) && pair[1] == "xtask";
        by_name || (pair[0] == "--manifest-path" && is_manifest(pair[1]))
    });
    let joined = ours.iter().any(|word| {
        ["--package=xtask", "-pxtask", "-p=xtask", "--bin=xtask"].contains(word)
            || word.strip_prefix("--manifest-path=").is_some_and(is_manifest)
    });
    ours.iter().any(|word| ["run", "r"].contains(word)) && (named || joined)
}

fn is_manifest(path: &str) -> bool {
    path.trim_start_matches("./") == "xtask/Cargo.toml"
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "xtask = \"run --quiet --package xtask --\"\n";

    #[track_caller]
    fn added(config: &str, expected: &str) {
        let expected = expected.replace("OURS\n", OURS);
        assert_eq!(
            with_alias(config),
            Ok(Alias::Added(expected.clone())),
            "{config:?}"
        );
        assert_eq!(with_alias(&expected), Ok(Alias::There), "{expected:?}");
    }

    #[test]
    fn it_is_added_where_aliases_are_and_nothing_else_changes() {
        added("", "[alias]\nOURS\n");
        added(
            "# c\n[build]\njobs = 2",
            "# c\n[build]\njobs = 2\n\n[alias]\nOURS\n",
        );
        added(
            "[alias] # mine\nb = \"build\" # b\n\n# n\n[net]\noffline = true\n",
            "[alias] # mine\nb = \"build\" # b\nOURS\n\n# n\n[net]\noffline = true\n",
        );
        added(
            "alias = { b = \"build\" }\n",
            "alias = { b = \"build\" , xtask = \"run --quiet --package xtask --\" }\n",
        );
        added(
            "alias.b = \"build\"\n[net]\n",
            "alias.b = \"build\"\nalias.OURS\n[net]\n",
        );
    }

    #[test]
    fn what_is_there_stays_and_is_told_apart_by_what_it_runs() {
        for (alias, same) in [
            ("\"run -p xtask --\"", true),
            ("\"run --package=xtask --release --\"", true),
            (
                "[\"run\", \"--quiet\", \"--manifest-path\", \"./xtask/Cargo.toml\", \"--\"]",
                true,
            ),
            ("\"r --bin xtask --\"", true),
            ("\"run --package tools -- --package xtask\"", false),
            ("\"test -p xtask\"", false),
            ("\"run --package xtask2 --\"", false),
            ("[]", false),
        ] {
            let found = with_alias(&format!("[alias]\nxtask = {alias}\n")).unwrap();
            assert_eq!(found == Alias::There, same, "{alias}: {found:?}");
            assert_eq!(matches!(found, Alias::Other(_)), !same, "{alias}: {found:?}");
        }
    }

    #[test]
    fn what_cargo_could_not_read_either_is_no_configuration() {
        for text in [
            "[alias",
            "alias = 3\n",
            "[alias]\nxtask = 3\n",
            "[alias]\nxtask = [1]\n",
        ] {
            assert!(with_alias(text).is_err(), "{text:?}");
        }
    }
}
