//! Invariant 1: the pure crates see no clock, environment, disk, process, network, thread or terminal.

use std::ops::Range;

use super::Finding;
use crate::rust_text::closing_brace;
use crate::rust_text::mentions;
use crate::tree::File;
use crate::tree::Tree;

const PURE: &[&str] = &[
    "crates/lane-core/src/",
    "crates/lane-insight/src/",
    "crates/lane-merge/src/",
    "crates/lane-rules/src/",
];

/// Modules of `std`, named in full or in a group of imports.
const MODULES: &[&str] = &["env", "fs", "net", "process", "thread"];

const WORDS: &[&str] = &[
    "Command::new",
    "Instant::now",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "dbg!",
    "eprint!",
    "eprintln!",
    "print!",
    "println!",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let pure = tree
        .rust()
        .filter(|file| PURE.iter().any(|folder| file.path.starts_with(folder)));
    pure.flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let code = file.shipped();
    let words = WORDS
        .iter()
        .flat_map(|&word| mentions(code, word).map(move |at| (word.to_owned(), at)));
    let modules = MODULES.iter().flat_map(|module| {
        let full = format!("std::{module}");
        let direct: Vec<usize> = mentions(code, &full).collect();
        let grouped = std_groups(code)
            .into_iter()
            .flat_map(move |group| first_segments(code, group, module));
        direct
            .into_iter()
            .chain(grouped)
            .map(move |at| (full.clone(), at))
    });
    words
        .chain(modules)
        .map(|(word, at)| file.finding(at, format!("a pure crate may not use {word}")))
        .collect()
}

/// The insides of `std::{…}`.
fn std_groups(code: &str) -> Vec<Range<usize>> {
    const OPENING: &str = "std::{";
    let opened = mentions(code, OPENING).map(|at| at + OPENING.len());
    opened
        .map(|start| start..closing_brace(code, start - 1))
        .collect()
}

/// Where `name` begins a path of the group, and not deeper: `fs` in `{io, fs::File}`, not in `{a::{fs}}`.
fn first_segments(code: &str, group: Range<usize>, name: &str) -> Vec<usize> {
    let inside = &code[group.clone()];
    let depth = |at: usize| inside[..at].matches('{').count() - inside[..at].matches('}').count();
    let begins = |at: &usize| depth(*at) == 0 && !inside[..*at].trim_end().ends_with("::");
    mentions(inside, name)
        .filter(begins)
        .map(|at| group.start + at)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::count;
    use crate::tidy::found;

    const CORE: &str = "crates/lane-core/src/a.rs";

    #[test]
    fn every_word_is_found_in_every_pure_crate() {
        for folder in PURE {
            for word in WORDS
                .iter()
                .map(|&word| word.to_owned())
                .chain(MODULES.iter().map(|name| format!("std::{name}")))
            {
                assert_eq!(
                    count(check, &format!("{folder}a.rs"), &format!("fn f() {{ {word}; }}")),
                    1,
                    "{word}"
                );
            }
        }
    }

    #[test]
    fn finding_has_its_line() {
        let path = "crates/lane-core/src/a.rs";
        assert_eq!(
            found(check, &[(path, "//! x\n\nuse std::fs::File;\n")]),
            ["crates/lane-core/src/a.rs:3: a pure crate may not use std::fs"]
        );
    }

    #[test]
    fn grouped_imports_hide_nothing() {
        assert_eq!(
            count(check, CORE, "use std::{collections::{BTreeMap}, fs, io};"),
            1
        );
        assert_eq!(count(check, CORE, "use std::{env::{self}, process::Command};"), 2);
        assert_eq!(
            count(check, CORE, "use std::{fmt, ops::Range, odd::fs, sync::{net}};"),
            0
        );
    }

    #[test]
    fn neighbours_are_free() {
        assert_eq!(
            count(
                check,
                CORE,
                "// std::fs\nfn f() { \"std::env\"; env!(\"X\"); instant_now; }"
            ),
            0
        );
        assert_eq!(count(check, CORE, "#[cfg(test)]\nmod tests { use std::fs; }"), 0);
        assert_eq!(count(check, "crates/lane-core/tests/a.rs", "use std::fs;"), 0);
        assert_eq!(count(check, "crates/lane-store/src/a.rs", "use std::fs;"), 0);
    }
}
