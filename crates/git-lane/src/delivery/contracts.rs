//! The checks that changed contracts name: they are run whatever else calls for them.

use lane_core::glob::Scope;
use lane_core::policy::Contract;
use lane_core::policy::Policy;
use lane_git::PathChange;
use lane_rules::ReachError;

/// The names of these checks, whether or not they are declared.
///
/// # Errors
/// When a contract's glob cannot be read.
pub(super) fn checks(policy: &Policy, changes: &[PathChange]) -> Result<Vec<String>, ReachError> {
    let mut names = Vec::new();
    for (name, contract) in &policy.contract {
        if is_changed(name, contract, changes)? {
            names.extend(contract.checks.iter().cloned());
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

fn is_changed(name: &str, contract: &Contract, changes: &[PathChange]) -> Result<bool, ReachError> {
    let files = Scope::parse(&contract.files).map_err(|fault| ReachError {
        place: format!("contract {name} of the policy"),
        fault,
    })?;
    Ok(changes.iter().any(|change| files.covers(&change.path)))
}
