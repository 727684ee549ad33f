//! The part of the policy that judges transitions. It lies in the state, so that replay is exact for everyone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Area;
use super::Capacity;
use super::CoChange;
use super::Contract;
use super::Generated;
use super::Landing;
use super::Lanes;
use super::Limits;
use super::Maintainer;
use super::Overrides;
use super::Pipeline;
use super::Policy;
use super::Role;
use super::RuleTable;
use super::Tests;
use super::matches_agent;
use crate::glob::GlobError;
use crate::glob::Scope;
use crate::id::Agent;
use crate::id::AreaName;

/// What `apply` knows of the policy: adopted by an event, from one commit of the integration branch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Adopted {
    /// The commit of the integration branch that the policy was read from; empty before the first adoption.
    pub commit: String,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
    /// See [`Policy::lanes`].
    pub lanes: Lanes,
    /// See [`Policy::capacity`].
    pub capacity: Capacity,
    /// See [`Policy::pipeline`].
    pub pipeline: Pipeline,
    /// See [`Policy::limits`].
    #[serde(skip_serializing_if = "Limits::is_none")]
    pub limits: Limits,
    /// See [`Policy::roles`].
    pub roles: BTreeMap<Role, Vec<String>>,
    /// See [`Policy::overrides`].
    pub overrides: Overrides,
    /// See [`Policy::maintainer`].
    pub maintainer: Maintainer,
    /// See [`Policy::area`].
    pub area: BTreeMap<AreaName, Area>,
    /// See [`Policy::landing`].
    pub landing: Landing,
    /// See [`Policy::rule`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rule: RuleTable,
    /// See [`Policy::tests`].
    #[serde(skip_serializing_if = "Tests::is_default")]
    pub tests: Tests,
    /// See [`Policy::generated`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub generated: BTreeMap<String, Generated>,
    /// See [`Policy::co_change`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub co_change: BTreeMap<String, CoChange>,
    /// See [`Policy::contract`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub contract: BTreeMap<String, Contract>,
}

impl Default for Adopted {
    fn default() -> Self {
        Self::of(&Policy::default(), "")
    }
}

impl Adopted {
    /// The judging part of `policy`, as read from `commit`.
    pub fn of(policy: &Policy, commit: &str) -> Self {
        Self {
            commit: commit.to_owned(),
            extra: toml::Table::new(),
            lanes: policy.lanes.clone(),
            capacity: policy.capacity.clone(),
            pipeline: policy.pipeline.clone(),
            limits: policy.limits.clone(),
            roles: policy.roles.clone(),
            overrides: policy.overrides.clone(),
            maintainer: policy.maintainer.clone(),
            area: policy.area.clone(),
            landing: policy.landing.clone(),
            rule: policy.rule.clone(),
            tests: policy.tests.clone(),
            generated: policy.generated.clone(),
            co_change: policy.co_change.clone(),
            contract: policy.contract.clone(),
        }
    }

    /// Whether both judge alike, whatever commits they came from.
    pub fn same_rules(&self, other: &Self) -> bool {
        Self {
            commit: String::new(),
            ..self.clone()
        } == Self {
            commit: String::new(),
            ..other.clone()
        }
    }

    /// Whether `agent` may act in `role`: yes, unless the policy lists others.
    pub fn allows(&self, role: Role, agent: &Agent) -> bool {
        self.roles
            .get(&role)
            .is_none_or(|listed| listed.iter().any(|p| matches_agent(p, agent)))
    }

    /// Whether the policy names `agent` among those who may override.
    pub fn may_override(&self, agent: &Agent) -> bool {
        self.overrides.by.iter().any(|p| matches_agent(p, agent))
    }

    /// Whether the rules can take from it what it declares for them.
    ///
    /// # Errors
    /// The first key with a value that cannot be used, and what is wrong with it.
    pub fn check_declared(&self) -> Result<(), String> {
        super::declared::check(self).map_err(|(key, fault)| format!("`{key}`: {fault}"))
    }

    /// The paths that every lane may change without a lock.
    pub fn common(&self) -> Result<Scope, GlobError> {
        Scope::parse(&self.lanes.common_paths)
    }

    /// The paths that are never shared.
    pub fn hotspots(&self) -> Result<Scope, GlobError> {
        Scope::parse(&self.lanes.hotspots)
    }

    /// The paths that belong to the maintainer role.
    pub fn maintained(&self) -> Result<Scope, GlobError> {
        let always = [".agents".to_owned(), "**/.gitattributes".to_owned()];
        Scope::parse(&[always.as_slice(), self.maintainer.paths.as_slice()].concat())
    }

    /// What `area` owns; nothing when the policy does not know it.
    pub fn owned_by(&self, area: &AreaName) -> Result<Scope, GlobError> {
        Scope::parse(self.area.get(area).map_or(&[], |a| a.owns.as_slice()))
    }

    /// What areas other than `area` own.
    pub fn owned_by_others(&self, area: &AreaName) -> Result<Scope, GlobError> {
        let others = self.area.iter().filter(|(name, _)| *name != area);
        Scope::parse(&others.flat_map(|(_, a)| a.owns.clone()).collect::<Vec<_>>())
    }

    /// The areas that own `path`.
    pub fn owners_of(&self, path: &[u8]) -> Vec<&AreaName> {
        let owns = |a: &Area| Scope::parse(&a.owns).is_ok_and(|scope| scope.covers(path));
        self.area
            .iter()
            .filter(|(_, a)| owns(a))
            .map(|(name, _)| name)
            .collect()
    }
}
