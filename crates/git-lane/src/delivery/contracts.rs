//! The checks that changed contracts name: a handoff and CI run them whatever else calls for them.

use std::collections::BTreeMap;

use lane_core::glob::Scope;
use lane_core::policy::Contract;
use lane_rules::ReachError;

/// The names of these checks, whether or not they are declared, sorted.
///
/// # Errors
/// When a contract's glob cannot be read.
pub(crate) fn checks<'a, I: Iterator<Item = &'a [u8]>>(
    contracts: &BTreeMap<String, Contract>,
    changed: impl Fn() -> I,
) -> Result<Vec<String>, ReachError> {
    let mut names = Vec::new();
    for (name, contract) in contracts {
        let files = Scope::parse(&contract.files).map_err(|fault| ReachError {
            place: format!("contract {name} of the policy"),
            fault,
        })?;
        if changed().any(|path| files.covers(path)) {
            names.extend(contract.checks.iter().cloned());
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}
