//! What a repository is written in, as far as its first gates follow from it.

use std::fs;

use lane_git::Repo;
use serde_json::Value;

use crate::error::CliError;
use crate::session::Session;

/// No file that is looked at for a word is read beyond this.
const READ_MAX_BYTES: u64 = 4 << 20;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Languages {
    /// There is a `Cargo.toml` at the root.
    pub(super) rust: bool,
    /// There is a Rust file with a test; without one, a check of tests would never pass.
    pub(super) tests: bool,
    /// The folder `xtask` has Rust files, and no test.
    pub(super) untested_xtask: bool,
    /// The folders below the root that have a `Cargo.toml`, sorted.
    pub(super) manifests: Vec<String>,
    /// Commands that other files suggest.
    pub(super) suggested: Vec<Suggestion>,
}

/// A command for the gates, as words. None of them is taken from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Suggestion {
    pub(super) name: &'static str,
    pub(super) rung: u8,
    pub(super) run: Vec<&'static str>,
    pub(super) paths: &'static str,
    pub(super) toolchain: &'static str,
}

impl Languages {
    /// The first folder right below the root with a `Cargo.toml`, where the root has none.
    pub(super) fn rust_below(&self) -> Option<&str> {
        let mut folders = self.manifests.iter().filter(|_| !self.rust);
        folders.find(|folder| !folder.contains('/')).map(String::as_str)
    }

    /// Looks at the files that are tracked, or are not and could be.
    pub(super) fn look(session: &Session<'_>) -> Result<Self, CliError> {
        let manifest = |path: &[u8]| path == b"Cargo.toml" || path.ends_with(b"/Cargo.toml");
        let listed = session
            .repo
            .files_as_they_are(&|path| manifest(path) || path.ends_with(b".rs"))?;
        let paths = listed
            .iter()
            .filter_map(|file| std::str::from_utf8(&file.path).ok());
        let mut found = Self {
            suggested: suggestions(session.repo),
            rust: read(session.repo, "Cargo.toml").is_some(),
            ..Self::default()
        };
        let (mut xtask, mut tested_xtask) = (false, false);
        for path in paths {
            if let Some(folder) = path.strip_suffix("/Cargo.toml") {
                found.manifests.push(folder.to_owned());
            } else if path.ends_with(".rs") {
                let of_xtask = path.starts_with("xtask/");
                if found.tests && !of_xtask {
                    continue;
                }
                let tests = read(session.repo, path).is_some_and(|text| has_test(&text));
                xtask |= of_xtask;
                tested_xtask |= of_xtask && tests;
                found.tests |= tests;
            }
        }
        found.untested_xtask = xtask && !tested_xtask;
        found.manifests.sort();
        found.manifests.dedup();
        Ok(found)
    }
}

/// The text of a file of the work tree that can be read, and is not too large.
fn read(repo: &Repo, path: &str) -> Option<String> {
    let file = repo.work_dir()?.join(path);
    let found = fs::metadata(&file).ok()?;
    let wanted = found.is_file() && found.len() <= READ_MAX_BYTES;
    wanted.then(|| fs::read_to_string(&file).ok())?
}

/// Whether a Rust file seems to have a test: an attribute or a macro that makes one.
fn has_test(text: &str) -> bool {
    let is_attribute = |line: &str| {
        let attribute = line
            .strip_prefix("#[")
            .and_then(|rest| rest.split([']', '(']).next());
        attribute.is_some_and(|name| name == "test" || name.ends_with("::test") || name == "rstest")
    };
    let makes = |line: &str| {
        ["proptest!", "quickcheck!"]
            .iter()
            .any(|name| line.starts_with(name))
    };
    text.lines()
        .map(str::trim_start)
        .any(|line| is_attribute(line) || makes(line))
}

fn suggestions(repo: &Repo) -> Vec<Suggestion> {
    let mut all = Vec::new();
    if let Some(text) = read(repo, "package.json") {
        all.extend(of_node(repo, &text));
    }
    if let Some(text) = read(repo, "pyproject.toml") {
        all.extend(of_python(&text));
    }
    if read(repo, "go.mod").is_some() {
        let go = |name, rung, run: &[&'static str]| Suggestion {
            name,
            rung,
            run: run.to_vec(),
            paths: "**/*.go",
            toolchain: "go version",
        };
        all.push(go("go-vet", 2, &["go", "vet", "./..."]));
        all.push(go("go-test", 2, &["go", "test", "./..."]));
    }
    if read(repo, "Makefile").is_some_and(|text| text.lines().any(|line| line.starts_with("test:"))) {
        all.push(Suggestion {
            name: "make-test",
            rung: 2,
            run: vec!["make", "test"],
            paths: "**",
            toolchain: "make --version",
        });
    }
    all
}

/// The scripts whose names everybody uses, by the package manager whose lock file is there.
fn of_node(repo: &Repo, text: &str) -> Vec<Suggestion> {
    let scripts: Value = serde_json::from_str(text).unwrap_or_default();
    let is_script = |name: &str| scripts["scripts"][name].is_string();
    let manager = [
        ("pnpm-lock.yaml", "pnpm"),
        ("yarn.lock", "yarn"),
        ("bun.lock", "bun"),
    ]
    .into_iter()
    .find(|(lock, _)| read(repo, lock).is_some())
    .map_or("npm", |(_, manager)| manager);
    let script = |name, word, rung| Suggestion {
        name,
        rung,
        run: vec![manager, "run", word],
        paths: "**",
        toolchain: "node --version",
    };
    let known = [
        ("js-lint", "lint", 1),
        ("js-types", "typecheck", 2),
        ("js-test", "test", 2),
        ("js-build", "build", 3),
    ];
    let there = known.into_iter().filter(|(_, word, _)| is_script(word));
    there.map(|(name, word, rung)| script(name, word, rung)).collect()
}

/// The tools that the project configures.
fn of_python(text: &str) -> Vec<Suggestion> {
    let file: toml::Table = text.parse().unwrap_or_default();
    let is_tool = |name: &str| file.get("tool").and_then(|tools| tools.get(name)).is_some();
    let python = |name, rung, run: &[&'static str]| Suggestion {
        name,
        rung,
        run: run.to_vec(),
        paths: "**/*.py",
        toolchain: "python3 --version",
    };
    let mut all = Vec::new();
    if is_tool("ruff") {
        all.push(python("ruff", 1, &["ruff", "check", "{files}"]));
    }
    if is_tool("mypy") {
        all.push(python("mypy", 2, &["mypy", "."]));
    }
    all.push(python("pytest", 2, &["python3", "-m", "pytest"]));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_known_by_its_attribute() {
        for text in [
            "    #[test]\n",
            "#[tokio::test(flavor = \"current_thread\")]\n",
            "#[rstest]\n",
            "proptest! {\n",
        ] {
            assert!(has_test(text), "{text:?}");
        }
        for text in [
            "",
            "#[cfg(test)]\n",
            "// #[test]\n",
            "#[testing]\n",
            "fn test() {}\n",
        ] {
            assert!(!has_test(text), "{text:?}");
        }
    }

    #[test]
    fn of_a_python_project_the_tools_that_it_configures_are_suggested() {
        let names = |text: &str| of_python(text).iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(
            names("[tool.ruff.lint]\n[tool.mypy]\n"),
            ["ruff", "mypy", "pytest"]
        );
        assert_eq!(names("no toml"), ["pytest"]);
    }
}
