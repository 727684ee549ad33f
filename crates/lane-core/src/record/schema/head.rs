//! The fields of the head of the state, and none of a file that is no record.

use super::Kind;
use super::Law;
use super::Schema;
use super::row;
use crate::record::FORMAT;

pub(super) const META: Schema = Schema {
    kind: Kind::Meta,
    rows: &[
        row("format", Law::One),
        row("repository", Law::One),
        row("integration", Law::One),
        row("epoch", Law::One),
        row("frozen", Law::One),
        row("frozen.by", Law::One),
        row("frozen.clone", Law::One),
        row("frozen.at", Law::One),
        row("frozen.why", Law::One),
        row("push.*", Law::Entry),
        row("push.*.ref", Law::One),
        row("push.*.old", Law::One),
        row("push.*.new", Law::One),
        row("push.*.by", Law::One),
        row("push.*.clone", Law::One),
        row("push.*.at", Law::One),
        row("push.*.until", Law::One),
        row("push.*.why", Law::One),
    ],
    groups: &[],
    identity: None,
    format: Some(("format", FORMAT)),
};

pub(super) const OTHER: Schema = Schema {
    kind: Kind::Other,
    rows: &[],
    groups: &[],
    identity: None,
    format: None,
};
