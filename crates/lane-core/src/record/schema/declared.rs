//! The fields of what people write: the policy and the gates.

use super::Group;
use super::Kind;
use super::Law;
use super::Schema;
use super::row;
use crate::policy::POLICY_FORMAT;

pub(super) const POLICY: Schema = Schema {
    kind: Kind::Policy,
    rows: &[
        row("format", Law::One),
        row("repository", Law::One),
        row("remote", Law::One),
        row("commit", Law::One),
        row("lanes.mode", Law::One),
        row("lanes.root", Law::One),
        row("lanes.lease", Law::One),
        row("lanes.require_scope", Law::One),
        row("lanes.common_paths", Law::Set),
        row("lanes.hotspots", Law::Set),
        row("capacity.total", Law::One),
        row("pipeline.stages", Law::One),
        row("pipeline.retries", Law::One),
        row("pipeline.own_approval", Law::One),
        row("limits.worker", Law::One),
        row("limits.reviewer", Law::One),
        row("limits.tester", Law::One),
        row("roles.*", Law::Set),
        row("overrides.by", Law::Set),
        row("maintainer.paths", Law::Set),
        row("area.*", Law::Entry),
        row("area.*.owns", Law::Set),
        row("area.*.lanes", Law::One),
        row("worklog.ledger", Law::One),
        row("worklog.decisions", Law::One),
        row("instructions.file", Law::One),
        row("sync.ref", Law::One),
        row("sync.pace", Law::One),
        row("sync.timeout", Law::One),
        row("merge.changelogs", Law::Set),
        row("merge.registries", Law::Set),
        row("rule.*", Law::Entry),
        row("rule.*.level", Law::One),
        row("rule.*.files", Law::One),
        row("rule.*.lines", Law::One),
        row("rule.*.kinds", Law::Set),
        row("rule.*.sources", Law::One),
        row("tests.files", Law::Set),
        row("tests.names", Law::Set),
        row("generated.*", Law::Entry),
        row("generated.*.files", Law::Set),
        row("generated.*.from", Law::Set),
        row("generated.*.run", Law::One),
        row("co_change.*", Law::Entry),
        row("co_change.*.when", Law::Set),
        row("co_change.*.must", Law::Set),
        row("co_change.*.why", Law::One),
        row("contract.*", Law::Entry),
        row("contract.*.files", Law::Set),
        row("contract.*.checks", Law::Set),
        row("contract.*.tells", Law::Set),
    ],
    groups: &[],
    identity: None,
    format: Some(("format", POLICY_FORMAT)),
};

const WORK: Law = Law::Together("work");

pub(super) const GATES: Schema = Schema {
    kind: Kind::Gates,
    rows: &[
        row("check.*", Law::Entry),
        row("check.*.rung", Law::One),
        row("check.*.builtin", WORK),
        row("check.*.run", WORK),
        row("check.*.paths", Law::Set),
        row("check.*.timeout", Law::One),
        row("check.*.area", Law::One),
        row("check.*.level", Law::One),
    ],
    groups: &[Group {
        name: "work",
        plural: "two commands",
        same: &[],
        named: &[],
        later: None,
        counted: &[],
        bound: &[],
        with: &[],
    }],
    identity: None,
    format: None,
};
