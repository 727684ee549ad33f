//! What a text of gates says that this version does not act on: for who writes it, and no reason to refuse it elsewhere.

use lane_core::text::excerpt;
use toml::Table;

use super::placeholders::BASE;
use super::placeholders::FILES;
use super::placeholders::PACKAGES;
use crate::builtin::BUILTINS;
use crate::builtin::Builtin;

/// How much of a name is shown, in characters.
const NAME_CHARS: usize = 64;

/// The keys of each table; those of the first kind hold tables by name.
const NAMED: [(&str, &[&str]); 3] = [
    (
        "check",
        &[
            "area",
            "builtin",
            "dir",
            "env",
            "golden",
            "ignore",
            "level",
            "paths",
            "reads",
            "run",
            "rung",
            "shell",
            "timeout",
            "toolchain",
        ],
    ),
    ("package", &["reads"]),
    ("service", &["http", "remedy", "roles", "run", "tcp", "timeout"]),
];
const ALONE: [(&str, &[&str]); 2] = [
    ("hooks", &["handoff", "integration", "pre_commit"]),
    ("preflight", &["disk", "sources"]),
];

/// What was written and means nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Built-in checks that this version has not: such a check fails whenever it is run.
    pub missing: Vec<String>,
    /// Keys that are ignored, and words that look like placeholders and are none.
    pub odd: Vec<String>,
}

impl Doubts {
    /// Of a text that [`super::Gates::parse`] takes.
    pub fn of(text: &[u8]) -> Self {
        let mut doubts = Self::default();
        let file: Option<Table> = str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        for (key, value) in file.iter().flatten() {
            let tables = value.as_table();
            if let Some((_, keys)) = NAMED.iter().find(|(name, _)| name == key) {
                for (name, table) in tables.into_iter().flatten() {
                    let path = format!("{key}.{}", excerpt(name, NAME_CHARS));
                    doubts.table(&path, keys, table.as_table());
                }
            } else if let Some((_, keys)) = ALONE.iter().find(|(name, _)| name == key) {
                doubts.table(key, keys, tables);
            } else {
                doubts.key(key);
            }
        }
        doubts
    }

    fn table(&mut self, path: &str, keys: &[&str], table: Option<&Table>) {
        for key in table.into_iter().flat_map(Table::keys) {
            if !keys.contains(&key.as_str()) {
                self.key(&format!("{path}.{}", excerpt(key, NAME_CHARS)));
            }
        }
        let builtin = table.and_then(|table| table.get("builtin")?.as_str());
        if let Some(name) = builtin.filter(|name| Builtin::named(name).is_none()) {
            let known: Vec<&str> = BUILTINS.iter().map(|(name, _)| *name).collect();
            self.missing.push(format!(
                "`{path}.builtin` is {:?}; known are {}",
                excerpt(name, NAME_CHARS),
                known.join(", ")
            ));
        }
        let words = table.and_then(|table| table.get("run")?.as_array());
        let words = words.into_iter().flatten().filter_map(|word| word.as_str());
        for word in words.filter(|word| is_almost(word)) {
            self.odd.push(format!(
                "`{path}.run` has the word {}, which stands for nothing; there are {FILES}, {PACKAGES} and {BASE}",
                excerpt(word, NAME_CHARS)
            ));
        }
    }

    fn key(&mut self, key: &str) {
        self.odd.push(format!(
            "`{}` is not known to this version: a newer one's, or misspelt",
            excerpt(key, 2 * NAME_CHARS)
        ));
    }
}

/// One name in braces that is no placeholder's. `{}` and what holds more are other tools' own.
fn is_almost(word: &str) -> bool {
    let name = word.strip_prefix('{').and_then(|word| word.strip_suffix('}'));
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_' || c == '-';
    name.is_some_and(|name| !name.is_empty() && name.chars().all(letter))
        && ![FILES, PACKAGES, BASE].contains(&word)
}

#[cfg(test)]
mod tests {
    use super::Doubts;

    fn check(text: &str, missing: &[&str], odd: &[&str]) {
        let doubts = Doubts::of(text.as_bytes());
        let told = |lines: &[String], begin: &[&str]| {
            assert_eq!(lines.len(), begin.len(), "{text}: {doubts:?}");
            for (line, begin) in lines.iter().zip(begin) {
                assert!(line.starts_with(begin), "{text}: {line}");
            }
        };
        told(&doubts.missing, missing);
        told(&doubts.odd, odd);
    }

    #[test]
    fn what_means_nothing_is_told() {
        check("[check.a]\nrung = 1\nbuiltin = \"rustfmt\"", &[], &[]);
        check(
            "[check.a]\nbuiltin = \"fmt\"",
            &["`check.a.builtin` is \"fmt\"; known are build, clippy"],
            &[],
        );
        check("[check.a]\npath = [\"x\"]", &[], &["`check.a.path` is not known"]);
        check("[checks.a]\nrung = 1", &[], &["`checks` is not known"]);
        check(
            "[hooks]\npre-commit = 1",
            &[],
            &["`hooks.pre-commit` is not known"],
        );
        check(
            "[service.a]\nport = 1\n[package.a]\nread = []",
            &[],
            &["`package.a.read`", "`service.a.port`"],
        );
        check(
            "[check.a]\nrun = [\"x\", \"{file}\"]",
            &[],
            &["`check.a.run` has the word {file}"],
        );
        for fine in [
            "{files}",
            "{packages}",
            "{base}",
            "{}",
            "${file}",
            "a{b}",
            "{print $1}",
            "{a,b}",
        ] {
            check(&format!("[check.a]\nrun = [\"x\", \"{fine}\"]"), &[], &[]);
        }
    }
}
