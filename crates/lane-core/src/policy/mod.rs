//! The policy: what `.agents/policy.toml` on the integration branch says, and the part of it that judges transitions.

mod adopted;
mod declared;
mod instructions;
mod landing;
mod merge;
mod origin;
mod parse;
mod pipeline;
mod roles;
mod rules;
mod sync;

pub use adopted::Adopted;
pub use instructions::Instructions;
pub use landing::Landing;
pub use landing::MergeStyle;
pub use landing::Via;
pub use merge::Merge;
pub use merge::MergedAs;
pub use origin::Origin;
pub use origin::Row;
pub use origin::rows;
pub use parse::PolicyError;
pub use parse::parse;
pub use pipeline::Capacity;
pub use pipeline::Limits;
pub use pipeline::Pipeline;
pub use roles::Role;
pub use roles::RoleNameError;
pub use roles::matches_agent;
pub use rules::CoChange;
pub use rules::Contract;
pub use rules::Generated;
pub use rules::Level;
pub use rules::RuleSettings;
pub use rules::RuleTable;
pub use rules::Tests;
pub use sync::Sync;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::id::AreaName;
use crate::time::Span;

/// Where the policy lies in the integration branch's tree.
pub const POLICY_PATH: &str = ".agents/policy.toml";

/// The policy format that this version reads and writes.
pub const POLICY_FORMAT: u32 = 1;

/// The whole policy, defaults filled in. Keys that this version does not know are in `extra`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// The version of this file's format.
    pub format: u32,
    /// The random id that makes two repositories' states tell each other apart.
    pub repository: String,
    /// The remote that holds the shared state; absent = `origin`, else the only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<String>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
    /// How lanes are laid out and what they may share.
    pub lanes: Lanes,
    /// How many lanes may be active at once.
    pub capacity: Capacity,
    /// Which stages a task passes between in-progress and done.
    pub pipeline: Pipeline,
    /// How long each duty may take.
    #[serde(skip_serializing_if = "Limits::is_none")]
    pub limits: Limits,
    /// Who may act in which role; a role without an entry is everybody's.
    pub roles: BTreeMap<Role, Vec<String>>,
    /// Who may override a refusal.
    pub overrides: Overrides,
    /// Paths that only the maintainer role may change.
    pub maintainer: Maintainer,
    /// The parts of the repository and their owners.
    pub area: BTreeMap<AreaName, Area>,
    /// How what is queued comes onto the integration branch.
    pub landing: Landing,
    /// Where the execution ledger and the decisions are kept.
    pub worklog: Worklog,
    /// Where agents are told how to work here.
    pub instructions: Instructions,
    /// How the state is shared.
    pub sync: Sync,
    /// Which files the merge driver resolves.
    pub merge: Merge,
    /// Levels and settings of the rules, by their ids.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rule: RuleTable,
    /// What counts as a test.
    #[serde(skip_serializing_if = "Tests::is_default")]
    pub tests: Tests,
    /// Files that are made from others.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub generated: BTreeMap<String, Generated>,
    /// What changes together.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub co_change: BTreeMap<String, CoChange>,
    /// Interfaces that others build on.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub contract: BTreeMap<String, Contract>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            format: POLICY_FORMAT,
            repository: String::new(),
            remote: None,
            extra: toml::Table::new(),
            lanes: Lanes::default(),
            capacity: Capacity::default(),
            pipeline: Pipeline::default(),
            limits: Limits::default(),
            roles: BTreeMap::new(),
            overrides: Overrides::default(),
            maintainer: Maintainer::default(),
            area: BTreeMap::new(),
            landing: Landing::default(),
            worklog: Worklog::default(),
            instructions: Instructions::default(),
            sync: Sync::default(),
            merge: Merge::default(),
            rule: RuleTable::new(),
            tests: Tests::default(),
            generated: BTreeMap::new(),
            co_change: BTreeMap::new(),
            contract: BTreeMap::new(),
        }
    }
}

/// `[lanes]`: layout, leases, and the paths that are special to all lanes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lanes {
    /// `A`: one branch, integrator only. `B`: a worktree and a branch per lane.
    pub mode: Mode,
    /// Where worktrees are made, relative to the main worktree unless absolute.
    pub root: String,
    /// What has a worktree of its own.
    pub per: Per,
    /// How long a lock holds without a sign of life.
    pub lease: Span,
    /// Whether a task must have a scope before it can be claimed.
    pub require_scope: bool,
    /// Paths that every lane may change without a lock.
    pub common_paths: Vec<String>,
    /// Paths that are never shared: shared locks are refused there.
    pub hotspots: Vec<String>,
    /// Ignored files that may go with a worktree: what a build makes again.
    pub disposable: Vec<String>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            mode: Mode::B,
            root: ".worktrees".to_owned(),
            per: Per::Task,
            lease: Span::from_secs(2 * 3600),
            require_scope: false,
            common_paths: common_paths(),
            hotspots: Vec::new(),
            disposable: disposable(),
            extra: toml::Table::new(),
        }
    }
}

fn disposable() -> Vec<String> {
    [
        "**/target/**",
        "**/node_modules/**",
        "**/__pycache__/**",
        "**/.venv/**",
        "**/build/**",
        "**/dist/**",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn common_paths() -> Vec<String> {
    [
        "CHANGELOG.md",
        "**/Cargo.lock",
        "**/package-lock.json",
        "**/pnpm-lock.yaml",
        "**/yarn.lock",
        "**/go.sum",
        "**/poetry.lock",
        "**/uv.lock",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// How lanes are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// One branch, no worktrees; only the integrator moves the shared branch.
    A,
    /// A branch and a worktree per lane.
    B,
}

/// What has a worktree of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// Each task.
    Task,
    /// Each lane of an area, one task after the other; a task without an area has its own.
    Area,
}

/// `[overrides]`: who may let a path pass against a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overrides {
    /// Agents and persons, `*` as a wildcard. Nobody when empty.
    pub by: Vec<String>,
}

/// `[maintainer]`: what belongs to the maintainer role, whatever a scope says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Maintainer {
    /// Globs, besides `.agents/**` and `.gitattributes`, which always count.
    pub paths: Vec<String>,
}

impl Default for Maintainer {
    fn default() -> Self {
        let paths = [
            ".github/workflows/**",
            ".gitlab-ci.yml",
            ".ci/**",
            ".circleci/**",
            "Jenkinsfile",
        ];
        Self {
            paths: paths.map(str::to_owned).to_vec(),
        }
    }
}

/// `[area.NAME]`: a part of the repository with an owner.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Area {
    /// The globs that the area owns.
    pub owns: Vec<String>,
    /// The most lanes in this area at once; absent = no limit of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lanes: Option<u32>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// `[worklog]`: the execution ledger and the decision registers, declared apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Worklog {
    /// Where the one execution ledger is.
    pub ledger: String,
    /// Where decisions are written.
    pub decisions: String,
}

impl Default for Worklog {
    fn default() -> Self {
        Self {
            ledger: "refs/agents/state".to_owned(),
            decisions: "docs/decisions".to_owned(),
        }
    }
}
