//! The first gates of a repository: for Rust a ladder that can be climbed at once, else examples to take the `#` from.

use std::fmt::Write as _;

use super::columns::aligned;
use super::languages::Languages;
use super::languages::Suggestion;

/// The text of `.agents/gates.toml`; `branch` is where it counts.
pub(super) fn template(languages: &Languages, branch: &str) -> String {
    let mut text = format!(
        r#"# What a change must pass, in three rungs: `git lane gate` climbs them and stops at the first that fails, and
# `git lane gate --explain` says why each check would run. Read from the integration branch ({branch}): no lane loosens
# its own checks. `git lane gate --gates .agents/gates.toml` tries this file before that.
#
# A line with `#` and no space behind it is an example: take the `#` away.

# Up to which rung is climbed without being asked; 0 is none.
[hooks]
pre_commit = 0 ~# what is staged, before a commit
handoff = 3 ~# a task at its handoff, and its branch when it is pushed afterwards
integration = 3 ~# what is pushed to {branch}
"#
    );
    if languages.rust {
        text.push_str(&rust(languages, branch));
    }
    text.push_str(OTHERS);
    if let Some(folder) = languages.rust_below() {
        text.push_str(&below(folder));
    }
    languages
        .suggested
        .iter()
        .for_each(|one| text.push_str(&suggested(one)));
    text.push_str(SURROUNDINGS);
    aligned(&text)
}

fn rust(languages: &Languages, branch: &str) -> String {
    let (test, tests) = match languages.tests {
        true => ("", ""),
        false => (
            "# No test was found, and a run without any is not passed: take the `#` away with the first.\n",
            "#",
        ),
    };
    let ignore = match languages.untested_xtask {
        true => "ignore = [\"xtask/**\"] ~# it has no tests",
        false => IGNORE,
    };
    let marked = |ladder: &str| {
        let line = |line: &str| match line.is_empty() || line.starts_with('#') {
            true => format!("{line}\n"),
            false => format!("{tests}{line}\n"),
        };
        ladder.lines().map(line).collect::<String>()
    };
    let mut text = String::from(RUNGS);
    let _ = write!(text, "\n{test}{}", marked(&format!("{TEST}{ignore}\n")));
    text.push_str(READS);
    let _ = write!(
        text,
        "\n# Rung 3: everything. `level = \"wave\"`: not for each lane, but for what is pushed to {branch}.\n\n{WHOLE}\n{}",
        marked(TESTS)
    );
    text
}

const RUNGS: &str = r#"
# Rung 1: seconds, nothing is built.

[check.format]
rung = 1 ~# 1, 2 or 3
builtin = "rustfmt" ~# the touched Rust files are formatted

# Rung 2: the packages that a change reaches, and those that depend on them.

[check.clippy]
rung = 2
builtin = "clippy" ~# no warning, in all targets
timeout = "30m" ~# it is ended then, with its children; ten minutes without the key
#ignore = ["docs/**", "*.md"] ~# a file of no package calls for all packages; these for none
"#;

const IGNORE: &str =
    "#ignore = [\"docs/**\", \"*.md\"] ~# as above; a package without tests belongs here, too";

const TEST: &str = r#"[check.test]
rung = 2
builtin = "test" ~# by cargo-nextest where it is installed; doctests too
timeout = "30m"
"#;

const READS: &str = r#"
# A file of no package is everybody's, until one package says that it reads it: then only theirs who say so.

#[package.app]
#reads = ["docs/**"] ~# outside its folder; whoever else reads it says so too
"#;

const WHOLE: &str = r#"[check.build]
rung = 3
builtin = "build" ~# all targets: examples and benchmarks too
level = "wave" ~# lane, wave or final; without the key, always
timeout = "1h"

[check.doc]
rung = 3
builtin = "doc" ~# no warning of rustdoc
level = "wave"
timeout = "1h"
"#;

const TESTS: &str = r#"[check.tests]
rung = 3
builtin = "tests" ~# every test, doctests too
level = "wave"
timeout = "1h"
"#;

const OTHERS: &str = r#"
# Any other check is a command, word by word, without a shell. {files} are the changed files that are still there, {base}
# is the commit that the change is compared with, {packages} are the packages that it reaches, as options of cargo.

#[check.web-lint]
#rung = 1
#run = ["npx", "eslint", "{files}"]
#dir = "web" ~# where it runs; without the key, at the root
#paths = ["web/**"] ~# which changed files call for it; without the key, all
#ignore = ["**/*.md"] ~# which of them do not
#reads = ["web/**"] ~# what its result depends on: the same files, the same result; without the key, all
#env = ["NODE_ENV"] ~# variables that it depends on
#toolchain = ["node --version"] ~# commands that tell which tools it runs with
#timeout = "5m"

#[check.contract]
#rung = 3
#run = ["git diff --quiet \"$1\" -- api/ || ./scripts/validate-contract", "{base}"]
#shell = true ~# the first word is a script for sh, the others are its arguments
#area = "governance" ~# whose check it is
#level = "final"

#[check.features]
#rung = 2
#run = ["cargo", "check", "{packages}", "--no-default-features"]
"#;

const SURROUNDINGS: &str = r#"
# What `git lane preflight` asks before work starts, besides what it always looks at. It starts nothing.

#[service.database]
#tcp = "localhost:5432" ~# or http = "http://localhost:8080/health", or run = ["pg_isready"]
#timeout = "5s"
#roles = ["worker", "tester"] ~# who needs it; without the key, all
#remedy = "docker compose up -d database" ~# what is said to whoever misses it

#[preflight]
#disk = "1GiB" ~# how much must be free
#sources = ["docs/specification.md"] ~# what must be readable
"#;

/// A workspace of cargo in a folder below the root, as examples.
fn below(folder: &str) -> String {
    let check = |name: &str, rung: u8, builtin: &str, what: &str| {
        format!(
            "\n#[check.{name}]\n#rung = {rung}\n#builtin = {builtin:?} ~# {what}\n#dir = {folder:?} ~# where its Cargo.toml is\n"
        )
    };
    [
        check(
            "rust-format",
            1,
            "rustfmt",
            "the touched Rust files are formatted",
        ),
        check(
            "rust-clippy",
            2,
            "clippy",
            "no warning in the packages that a change reaches",
        ),
        check("rust-test", 2, "test", "their tests, doctests too"),
    ]
    .concat()
}

/// A check that a file of the repository suggests, as an example.
fn suggested(one: &Suggestion) -> String {
    format!(
        "\n#[check.{}]\n#rung = {}\n#run = {:?}\n#paths = [{:?}]\n#toolchain = [{:?}]\n",
        one.name, one.rung, one.run, one.paths, one.toolchain
    )
}

#[cfg(test)]
mod tests {
    use lane_gate::Builtin;
    use lane_gate::Gates;
    use lane_gate::Work;

    use super::*;

    fn names(text: &str) -> Vec<String> {
        let gates = Gates::parse(text.as_bytes()).unwrap_or_else(|e| panic!("{e}\n{text}"));
        for (name, check) in gates.checks() {
            if let Work::Builtin(builtin) = &check.work {
                assert!(Builtin::named(builtin).is_some(), "{name}: {builtin}");
            }
        }
        gates.checks().map(|(name, _)| name.to_string()).collect()
    }

    /// The text with the `#` taken from every example.
    fn with_examples(text: &str) -> String {
        let line = |line: &str| match line.strip_prefix('#') {
            Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        };
        text.lines().map(line).collect()
    }

    fn forms() -> Vec<(Languages, &'static [&'static str])> {
        let suggestion = Suggestion {
            name: "js-lint",
            rung: 1,
            run: vec!["npm", "run", "lint"],
            paths: "**",
            toolchain: "node --version",
        };
        let rust = |tests, untested_xtask| Languages {
            rust: true,
            tests,
            untested_xtask,
            ..Languages::default()
        };
        vec![
            (
                rust(true, false),
                &["build", "clippy", "doc", "format", "test", "tests"],
            ),
            (
                rust(true, true),
                &["build", "clippy", "doc", "format", "test", "tests"],
            ),
            (rust(false, true), &["build", "clippy", "doc", "format"]),
            (rust(false, false), &["build", "clippy", "doc", "format"]),
            (Languages::default(), &[]),
            (
                Languages {
                    manifests: vec!["a/b".to_owned(), "rust".to_owned()],
                    ..Languages::default()
                },
                &[],
            ),
            (
                Languages {
                    suggested: vec![suggestion],
                    ..Languages::default()
                },
                &[],
            ),
        ]
    }

    #[test]
    fn every_form_declares_what_can_run_and_nothing_else() {
        for (languages, expected) in forms() {
            assert_eq!(names(&template(&languages, "main")), expected, "{languages:?}");
        }
    }

    #[test]
    fn every_example_of_every_form_can_be_used_as_it_stands() {
        for (languages, _) in forms() {
            let text = with_examples(&template(&languages, "main"));
            let all = names(&text);
            for name in ["web-lint", "contract", "features"] {
                assert!(all.iter().any(|one| one == name), "{name}: {all:?}");
            }
            assert_eq!(all.contains(&"test".to_owned()), languages.rust);
            let below = all.contains(&"rust-test".to_owned());
            assert_eq!(below, !languages.manifests.is_empty());
            assert_eq!(
                all.contains(&"js-lint".to_owned()),
                !languages.suggested.is_empty()
            );
        }
    }

    #[test]
    fn a_new_xtask_is_nothing_to_the_tests() {
        let of = |untested_xtask| {
            let text = template(
                &Languages {
                    rust: true,
                    tests: true,
                    untested_xtask,
                    ..Languages::default()
                },
                "main",
            );
            let gates = Gates::parse(text.as_bytes()).unwrap();
            gates.check("test").unwrap().concerns(b"xtask/src/main.rs")
        };
        assert!(of(false) && !of(true));
    }

    #[test]
    fn what_runs_by_itself_is_what_runs_without_being_said() {
        let said = Gates::parse(template(&Languages::default(), "main").as_bytes()).unwrap();
        assert_eq!(said, Gates::default());
    }
}
