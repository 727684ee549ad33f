//! The standard templates: what counts where the integration branch has none of its own.

use lane_core::policy::Role;

/// The roles that have a brief, with the standard template of each.
pub(crate) static STANDARD: &[(Role, &str)] = &[
    (Role::Worker, include_str!("worker.md")),
    (Role::Reviewer, include_str!("reviewer.md")),
    (Role::Tester, include_str!("tester.md")),
];

/// The standard template of a role; the worker's for those that have none.
pub(crate) fn standard(role: Role) -> &'static str {
    STANDARD
        .iter()
        .find(|(of, _)| *of == role)
        .map_or(STANDARD[0].1, |(_, text)| text)
}
