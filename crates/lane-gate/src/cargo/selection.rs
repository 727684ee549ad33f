//! Affected packages as arguments of cargo.

use std::collections::BTreeSet;

use super::affected::Affected;
use super::features::beyond_default;
use super::workspace::Package;
use super::workspace::Workspace;

/// The arguments that make cargo work on these packages as it would in a run of the whole workspace: `--workspace`, or
/// `-p NAME` for each, and `--features NAME/FEATURE,…` where it is needed. None when nothing is affected.
///
/// cargo turns on in a package what the packages ask for that are worked on with it. Those that need an affected package
/// are mostly affected too; not so where it is only tested with what changed. What such a one asks for is given by name,
/// else the tests behind it are dropped without a word.
///
/// `--workspace` also stands for all members, for a workspace that is not known, and where features would be needed that
/// resolver 1 cannot give by package.
pub(crate) fn cargo_arguments(affected: &Affected, workspace: Option<&Workspace>) -> Vec<String> {
    arguments(affected, workspace, |_| true)
}

/// The same for those that have doctests: `cargo test --doc` fails when none of the packages has a library.
pub(crate) fn doctest_arguments(affected: &Affected, workspace: Option<&Workspace>) -> Vec<String> {
    arguments(affected, workspace, |package| package.doctests)
}

fn arguments(
    affected: &Affected,
    workspace: Option<&Workspace>,
    wanted: impl Fn(&Package) -> bool,
) -> Vec<String> {
    let whole = || vec!["--workspace".to_owned()];
    let Some(workspace) = workspace else {
        return whole();
    };
    let chosen = |(name, package): &(&String, &Package)| affected.contains(name) && wanted(package);
    let chosen: BTreeSet<&str> = workspace
        .packages
        .iter()
        .filter(chosen)
        .map(|(name, _)| name.as_str())
        .collect();
    if chosen.is_empty() {
        return Vec::new();
    }
    let all = workspace.packages.keys().all(|name| affected.contains(name));
    match features(&chosen, workspace) {
        Some(features) if !all => by_name(&chosen).chain(features).collect(),
        _ => whole(),
    }
}

/// `-p NAME` for each.
fn by_name(names: &BTreeSet<&str>) -> impl Iterator<Item = String> {
    names
        .iter()
        .flat_map(|name| ["-p".to_owned(), (*name).to_owned()])
}

/// `--features NAME/FEATURE,…` where it is needed; `None` where it is and cargo has no way to say so.
fn features(names: &BTreeSet<&str>, workspace: &Workspace) -> Option<Vec<String>> {
    let beyond = beyond_default(workspace).into_iter();
    let features: Vec<String> = beyond
        .filter(|(name, _)| names.contains(name) && is_needed_by_others(name, names, workspace))
        .flat_map(|(name, features)| {
            features
                .into_iter()
                .map(move |feature| format!("{name}/{feature}"))
        })
        .collect();
    if features.is_empty() {
        return Some(Vec::new());
    }
    let given = vec!["--features".to_owned(), features.join(",")];
    workspace.features_by_package.then_some(given)
}

/// Whether a member that is not among these needs the package, and so may ask for features of it.
fn is_needed_by_others(package: &str, names: &BTreeSet<&str>, workspace: &Workspace) -> bool {
    let mut others = workspace
        .packages
        .iter()
        .filter(|(name, _)| !names.contains(name.as_str()));
    others.any(|(_, other)| other.needs.iter().any(|need| need.package == package))
}
