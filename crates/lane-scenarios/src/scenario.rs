//! Scenarios: a file of `scenarios/` each, on files of `bases/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;

use crate::Operation;
use crate::Verdict;
use crate::edit::Edit;
use crate::fact::Fact;

/// Files by path.
pub(crate) type Files = BTreeMap<String, String>;

/// A base, what two sides do to it, and what must be true afterwards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The name of its file, without the ending.
    #[serde(skip)]
    pub name: String,
    /// What happens, for the table.
    pub what: String,
    /// What git-lane's driver must make of it.
    pub driver: Verdict,
    /// The same, where an operation has a verdict of its own.
    #[serde(default)]
    pub but: BTreeMap<Operation, Verdict>,
    /// What it is played by; absent = merge, rebase and cherry-pick.
    #[serde(default = "usual")]
    pub operations: Vec<Operation>,
    /// Whether a conflict on the way of a criss-cross is settled, by our side's files both times; else it is the end.
    #[serde(default)]
    pub(crate) settled: bool,
    /// The file of edits and facts that name none.
    #[serde(default)]
    file: Option<String>,
    /// The common ancestor: each path with the name of a file in `bases/`, or its text.
    #[serde(default)]
    base: BTreeMap<String, String>,
    /// What one side does.
    pub(crate) ours: Vec<Edit>,
    /// What the other does.
    pub(crate) theirs: Vec<Edit>,
    /// What must be true afterwards; without it something is lost.
    #[serde(default)]
    pub(crate) holds: Vec<Fact>,
    /// What must not be true afterwards; with it the result is wrong.
    #[serde(default)]
    pub(crate) never: Vec<Fact>,
}

fn usual() -> Vec<Operation> {
    vec![Operation::Merge, Operation::Rebase, Operation::CherryPick]
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A text: what the file of `bases/` says, where `named` is the name of one.
pub(crate) fn text(named: &str) -> String {
    if named.is_empty() || named.contains('\n') {
        return named.to_owned();
    }
    fs::read_to_string(folder("bases").join(named)).unwrap_or_else(|e| panic!("bases/{named}: {e}"))
}

/// All scenarios, by name.
pub fn all() -> Vec<Scenario> {
    let files = fs::read_dir(folder("scenarios")).expect("the folder of scenarios");
    let mut paths: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
    paths.sort();
    paths.iter().map(|path| Scenario::read(path)).collect()
}

impl Scenario {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a scenario's file");
        let mut scenario: Self = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        scenario.name = path
            .file_stem()
            .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let file = scenario.file.clone();
        for edit in scenario.ours.iter_mut().chain(&mut scenario.theirs) {
            edit.file = edit.file.take().or_else(|| file.clone());
        }
        for fact in scenario.holds.iter_mut().chain(&mut scenario.never) {
            fact.file = fact.file.take().or_else(|| file.clone());
        }
        scenario
    }

    /// What git-lane's driver must make of it by this operation.
    pub fn expected(&self, operation: Operation) -> Verdict {
        self.but.get(&operation).copied().unwrap_or(self.driver)
    }

    /// Whether a side has a second commit.
    pub(crate) fn goes_on(&self) -> bool {
        self.ours.iter().chain(&self.theirs).any(|edit| edit.round == 2)
    }

    /// The common ancestor's files.
    pub(crate) fn base(&self) -> Files {
        self.base
            .iter()
            .map(|(path, named)| (path.clone(), text(named)))
            .collect()
    }
}
