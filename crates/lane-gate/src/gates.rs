//! Gates: what `.agents/gates.toml` on the integration branch declares: checks, and what must be there before work starts.

mod doubts;
mod fields;
mod folder;
mod hooks;
mod placeholders;
mod preflight;
mod service;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use lane_core::codec;
use lane_core::codec::CodecError;
use lane_core::glob::Scope;
use lane_core::id::AreaName;
use lane_core::id::CheckName;
use lane_core::time::Span;
use thiserror::Error;
use toml::Table;
use toml::Value;

use fields::Fields;

pub use doubts::Doubts;
pub use folder::Folder;
pub use folder::FolderError;
pub use hooks::Hooks;
pub(crate) use placeholders::BASE;
pub(crate) use placeholders::FILES;
pub(crate) use placeholders::PACKAGES;
pub use preflight::Preflight;
pub use service::Contact;
pub use service::Service;

/// Where the gates lie in the integration branch's tree.
pub const GATES_PATH: &str = ".agents/gates.toml";

/// All checks, by name. Keys that this version does not know are ignored: nothing here is ever written back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gates {
    checks: BTreeMap<CheckName, Check>,
    hooks: Hooks,
    preflight: Preflight,
    reads: Reads,
    services: BTreeMap<CheckName, Service>,
}

/// What packages read outside their own folders, by package: `[package.NAME] reads = ["docs/**"]`. A test that runs
/// another package's program, or looks at a file of the repository, is seen by nobody but who wrote it.
pub type Reads = BTreeMap<String, Scope>;

/// One `[check.NAME]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Which rung of the ladder it stands on: 1, 2 or 3.
    pub rung: u8,
    /// What is done.
    pub work: Work,
    /// Whether the first word of `run` is a script for `sh`, and the others its `"$@"`.
    pub shell: bool,
    /// Where it runs; the repository's root when absent in the file. For what is built in: where cargo's workspace is.
    pub dir: Folder,
    /// Which changed paths call for it; everything when absent in the file. A check of packages is also called for by
    /// cargo's manifests, lock files and configuration.
    pub paths: Scope,
    /// Which of these do not: as if they had not changed. Nothing when absent in the file.
    pub ignore: Scope,
    /// Which files its result depends on; everything when absent in the file.
    pub reads: Scope,
    /// Which environment variables its result depends on, sorted.
    pub env: BTreeSet<String>,
    /// Commands whose output says which tools it runs with (`node --version`), each split into words.
    pub toolchain: Vec<Vec<String>>,
    /// How long it may take; ten minutes when absent.
    pub timeout: Span,
    /// The area that it belongs to.
    pub area: Option<AreaName>,
    /// From which level on it is run; absent = always.
    pub level: Option<Level>,
    /// Whether it compares with expected results only: where it fails on what lands, these are to be made anew.
    pub golden: bool,
}

/// What a check does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// A command, word by word, as it is written. `{files}` and `{packages}` stand alone, `{base}` anywhere behind the
    /// program (or the script); other braces mean nothing.
    Run(Vec<String>),
    /// A check of git-lane's own, by name. Whether there is one of that name is not judged here.
    Builtin(String),
}

/// What is being brought together when a gate is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One lane.
    Lane,
    /// Lanes that land together.
    Wave,
    /// The repository as it is released.
    Final,
}

/// Why gates cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum GatesError {
    /// No TOML, or too large.
    #[error(transparent)]
    Unreadable(#[from] CodecError),
    /// A check's name is none, or `check` is no table of checks.
    #[error("{0}")]
    Name(String),
    /// A key of a table whose value cannot be used.
    #[error("`{table}.{field}` {fault}")]
    Field {
        /// The table, such as `check.NAME` or `preflight`; the name is escaped and bounded.
        table: String,
        /// The key.
        field: &'static str,
        /// What is wrong with it.
        fault: String,
    },
}

impl Gates {
    /// Parses and checks the text of `.agents/gates.toml`; at most [`codec::MAX_BYTES`].
    pub fn parse(text: &[u8]) -> Result<Self, GatesError> {
        let file: Table = codec::decode(text)?;
        let none = Table::new();
        let checks = tables(&file, "check", "checks")?.unwrap_or(&none);
        let checks = checks.iter().map(|(name, value)| {
            let name = CheckName::new(name).map_err(|e| GatesError::Name(e.to_string()))?;
            let check = Fields::of("check", name.as_str(), value)?.check()?;
            Ok((name, check))
        });
        let packages = tables(&file, "package", "packages")?.unwrap_or(&none);
        let reads = packages.iter().map(|(name, value)| {
            let reads = Fields::of("package", name, value)?.package_reads()?;
            Ok((name.clone(), reads))
        });
        let services = tables(&file, "service", "services")?.unwrap_or(&none);
        let services = services.iter().map(|(name, value)| {
            let name = CheckName::new(name).map_err(|e| {
                let words = e.to_string();
                GatesError::Name(words.replacen("check name", "service", 1))
            })?;
            let service = Fields::of("service", name.as_str(), value)?.service()?;
            Ok((name, service))
        });
        Ok(Self {
            checks: checks.collect::<Result<_, GatesError>>()?,
            hooks: Fields::alone("hooks", &file, &none)?.hooks()?,
            preflight: Fields::alone("preflight", &file, &none)?.preflight()?,
            reads: reads.collect::<Result<_, GatesError>>()?,
            services: services.collect::<Result<_, GatesError>>()?,
        })
    }

    /// Whether the text may ask for checks before commits, without reading the checks: every commit pays for it. What
    /// cannot be read may.
    pub fn may_ask_before_commits(text: &[u8]) -> bool {
        let holds = |word: &[u8]| text.windows(word.len()).any(|part| part == word);
        // A backslash: a key may be written with escapes.
        if !holds(b"pre_commit") && !holds(b"\\") {
            return false;
        }
        let Ok(file) = codec::decode::<Table>(text) else {
            return true;
        };
        let asked = file.get("hooks").and_then(|hooks| hooks.get("pre_commit"));
        asked.is_some_and(|rung| rung.as_integer() != Some(0))
    }

    /// The check of this name.
    pub fn check(&self, name: &str) -> Option<&Check> {
        let name = CheckName::new(name).ok()?;
        self.checks.get(&name)
    }

    /// All checks, by name.
    pub fn checks(&self) -> impl Iterator<Item = (&CheckName, &Check)> {
        self.checks.iter()
    }

    /// The same with only these checks.
    pub fn only(mut self, names: &[CheckName]) -> Self {
        self.checks.retain(|name, _| names.contains(name));
        self
    }

    /// The same, with these checks called for by every change and at every level.
    pub fn called_for(mut self, names: &[String]) -> Self {
        let named = |name: &CheckName| names.iter().any(|one| one == name.as_str());
        for (_, check) in self.checks.iter_mut().filter(|(name, _)| named(name)) {
            check.paths = Scope::everything();
            check.ignore = Scope::default();
            check.level = None;
        }
        self
    }

    /// The same, with nothing above this rung but these checks.
    pub fn above_only(mut self, rung: u8, names: &[String]) -> Self {
        let named = |name: &CheckName| names.iter().any(|one| one == name.as_str());
        self.checks
            .retain(|name, check| check.rung <= rung || named(name));
        self
    }

    /// The folders whose packages must be known to plan the checks: of each a [`crate::Place`] is asked for.
    pub fn package_folders(&self) -> BTreeSet<&Folder> {
        let checks = self.checks.values().filter(|check| check.needs_packages());
        checks.map(|check| &check.dir).collect()
    }

    /// Up to which rung the hooks climb.
    pub fn hooks(&self) -> Hooks {
        self.hooks
    }

    /// What must be there before work starts, besides services.
    pub fn preflight(&self) -> &Preflight {
        &self.preflight
    }

    /// What packages read outside their own folders.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// All services, by name.
    pub fn services(&self) -> impl Iterator<Item = (&CheckName, &Service)> {
        self.services.iter()
    }
}

/// No level has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a level is lane, wave or final")]
pub struct LevelError;

impl FromStr for Level {
    type Err = LevelError;

    fn from_str(text: &str) -> Result<Self, LevelError> {
        match text {
            "lane" => Ok(Self::Lane),
            "wave" => Ok(Self::Wave),
            "final" => Ok(Self::Final),
            _ => Err(LevelError),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lane => "lane",
            Self::Wave => "wave",
            Self::Final => "final",
        })
    }
}

impl Check {
    /// Whether a change of this path calls for the check.
    pub fn concerns(&self, path: &[u8]) -> bool {
        self.paths.covers(path) && !self.ignore.covers(path)
    }

    /// Whether it is built in, or a command with `{packages}`: cargo's metadata of its folder is needed to plan it.
    pub fn needs_packages(&self) -> bool {
        match &self.work {
            Work::Builtin(_) => true,
            Work::Run(words) => words.iter().any(|word| word == PACKAGES),
        }
    }
}

fn tables<'a>(file: &'a Table, key: &str, what: &str) -> Result<Option<&'a Table>, GatesError> {
    match file.get(key) {
        None => Ok(None),
        Some(Value::Table(tables)) => Ok(Some(tables)),
        Some(_) => Err(GatesError::Name(format!("`{key}` must be a table of {what}"))),
    }
}
