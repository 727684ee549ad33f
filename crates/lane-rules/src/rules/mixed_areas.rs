//! `mixed-areas`: a lane's commit changes what several areas own. A lane whose task names an area is held to it path by
//! path (`outside-area`); this is for the others, so that each commit is one area's to review and to revert.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use lane_core::glob::Scope;
use lane_core::ground;
use lane_core::id::AreaName;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;

use crate::change::Edit;
use crate::finding::Finding;
use crate::listed;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::Whole;
use crate::rules::pass;
use crate::scene::Operation;
use crate::scene::Scene;

/// The most areas that a message names.
const AREAS_SHOWN: usize = 4;

/// The most paths for which overrides are offered.
const OVERRIDES_MAX: usize = 3;

/// Paths of one area.
struct Part<'a> {
    area: &'a AreaName,
    paths: Vec<&'a [u8]>,
}

pub(super) fn judge(whole: &Whole<'_>, scene: &Scene<'_>, reach: &Reach) -> Result<Vec<Finding>, ReachError> {
    let edits = whole.clear;
    // Two sides of a merge come from two areas in the nature of things.
    if !reach.scoped || scene.operation == Some(Operation::Merge) {
        return Ok(Vec::new());
    }
    let paths = edits.iter().map(|edit| edit.path.as_slice());
    let parts = mixed(paths, scene.policy, reach)?;
    let found = (parts.len() > 1).then(|| finding(&parts, scene));
    Ok(found.into_iter().collect())
}

/// What stands against a commit that has been made.
pub(crate) fn made(edits: &[&Edit], policy: &Adopted, reach: &Reach) -> Result<Option<Refusal>, ReachError> {
    let paths = edits.iter().map(|edit| edit.path.as_slice());
    let parts = mixed(paths, policy, reach)?;
    Ok((reach.scoped && parts.len() > 1).then(|| refusal(&parts)))
}

/// The parts of a commit by area; one where one area could commit it all.
fn mixed<'a>(
    paths: impl Iterator<Item = &'a [u8]>,
    policy: &'a Adopted,
    reach: &Reach,
) -> Result<Vec<Part<'a>>, ReachError> {
    if policy.area.len() < 2 {
        return Ok(Vec::new());
    }
    let areas = scopes(policy)?;
    let owned = paths
        .filter(|path| !reach.common.covers(path))
        .map(|path| (path, owners(path, &areas)))
        .filter(|(_, owners)| !owners.is_empty())
        .collect();
    Ok(parts(owned))
}

fn scopes(policy: &Adopted) -> Result<Vec<(&AreaName, Scope)>, ReachError> {
    let scope = |name| match policy.owned_by(name) {
        Ok(scope) => Ok((name, scope)),
        Err(fault) => Err(ReachError {
            place: format!("area {name}"),
            fault,
        }),
    };
    policy.area.keys().map(scope).collect()
}

fn owners<'a>(path: &[u8], areas: &[(&'a AreaName, Scope)]) -> Vec<&'a AreaName> {
    let owning = areas.iter().filter(|(_, scope)| scope.covers(path));
    owning.map(|(name, _)| *name).collect()
}

/// The paths by area, the area with most of them first. A path of several areas goes to the first that takes it, so
/// that what one area could commit alone is one part.
fn parts<'a>(mut owned: Vec<(&'a [u8], Vec<&'a AreaName>)>) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    loop {
        let mut counts: BTreeMap<&AreaName, usize> = BTreeMap::new();
        for area in owned.iter().flat_map(|(_, owners)| owners) {
            *counts.entry(area).or_default() += 1;
        }
        let most = counts
            .iter()
            .max_by_key(|(area, count)| (**count, Reverse(**area)));
        let Some((&area, _)) = most else { return parts };
        let (taken, left): (Vec<_>, Vec<_>) =
            owned.into_iter().partition(|(_, owners)| owners.contains(&area));
        owned = left;
        parts.push(Part {
            area,
            paths: taken.into_iter().map(|(path, _)| path).collect(),
        });
    }
}

fn refusal(parts: &[Part<'_>]) -> Refusal {
    let words = |part: &Part<'_>| format!("{} ({})", part.area, listed::paths(part.paths.iter().copied()));
    let shown: Vec<String> = parts.iter().take(AREAS_SHOWN).map(words).collect();
    let what = format!(
        "this commit mixes areas: {}",
        listed::and_more(&shown.join("; "), parts.len() - shown.len())
    );
    Refusal::new(&ground::MIXED_AREAS, what)
}

fn finding(parts: &[Part<'_>], scene: &Scene<'_>) -> Finding {
    let others: Vec<&[u8]> = parts[1..].iter().flat_map(|part| &part.paths).copied().collect();
    let mut remedies: Vec<Remedy> = match scene.operation {
        Some(operation) => vec![Remedy::Abort(operation)],
        None => others
            .iter()
            .map(|path| Remedy::LeaveOut(path.to_vec()))
            .collect(),
    };
    if others.len() <= OVERRIDES_MAX {
        remedies.extend(others.iter().filter_map(|path| pass(path, scene)));
    }
    Finding::whole(refusal(parts), remedies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Change;
    use crate::trial::Trial;
    use crate::trial::ids;

    const POLICY: &str = "[area.a]\nowns = [\"a/**\", \"both/**\"]\n[area.b]\nowns = [\"b/**\", \"both/**\"]\n\
                          [area.c]\nowns = [\"c/**\"]\n";

    fn lane() -> Trial {
        Trial {
            policy: POLICY,
            task: Some("scope = [\"**\"]"),
            ..Trial::default()
        }
    }

    fn check(trial: &Trial, paths: &[&str], expected: &[&str]) {
        assert_eq!(ids(&trial.judge(paths)), expected, "{paths:?}");
    }

    #[test]
    fn a_mix_is_what_no_one_area_owns() {
        for (paths, mixed) in [
            (&["a/1", "a/2"][..], false),
            (&["a/1", "b/1"], true),
            (&["a/1", "both/1"], false),
            (&["b/1", "both/1"], false),
            (&["a/1", "both/1", "b/1"], true),
            (&["a/1", "nobody's", "CHANGELOG.md"], false),
            (&["c/Cargo.lock", "a/1"], false),
            (&["c/1", "a/1"], true),
            (&[], false),
        ] {
            check(&lane(), paths, if mixed { &["mixed-areas"] } else { &[] });
        }
    }

    #[test]
    fn who_is_not_judged() {
        let changes: [Change; 4] = [
            |lane| lane.task = None,
            |lane| lane.task = Some(""),
            |lane| lane.operation = Some(Operation::Merge),
            |lane| lane.repaired = &["b/1"],
        ];
        for change in changes {
            check(&lane().with(change), &["a/1", "b/1"], &[]);
        }
        let put_back = lane().with(|lane| lane.repaired = &["b/1"]);
        check(&put_back, &["a/1", "b/1", "c/1"], &["mixed-areas"]);
    }

    #[test]
    fn a_path_that_another_rule_spoke_of_is_not_counted() {
        let of_area = lane().with(|lane| lane.task = Some("area = \"a\"\nscope = [\"**\"]"));
        check(
            &of_area,
            &["a/1", "b/1", "c/1"],
            &["outside-area", "outside-area"],
        );
        let narrow = lane().with(|lane| lane.task = Some("scope = [\"a/**\"]"));
        check(&narrow, &["a/1", "b/1"], &["outside-scope"]);
    }

    #[test]
    fn the_area_with_most_paths_stays_and_the_first_by_name_of_equals() {
        let left = |paths: &[&str]| -> Vec<String> {
            let found = lane().judge(paths);
            let left = found
                .iter()
                .flat_map(|f| f.remedies.iter().filter_map(Remedy::left_out));
            left.map(|path| String::from_utf8_lossy(path).into_owned())
                .collect()
        };
        assert_eq!(left(&["a/1", "b/1", "b/2", "c/1"]), ["a/1", "c/1"]);
        assert_eq!(left(&["b/1", "a/1"]), ["b/1"]);
        // What is nobody's, and what both own, stays with the first.
        assert_eq!(left(&["a/1", "both/1", "c/1", "x"]), ["c/1"]);
    }

    #[test]
    fn an_operation_is_left_rather_than_unstaged() {
        let trial = Trial {
            operation: Some(Operation::CherryPick),
            ..lane()
        };
        let found = trial.judge(&["a/1", "b/1"]);
        assert_eq!(found[0].remedies, [Remedy::Abort(Operation::CherryPick)]);
    }

    #[test]
    fn the_message_is_bounded_and_hostile_paths_are_escaped() {
        let long = format!("a/{}", "x".repeat(4000));
        let many: Vec<String> = (0..50).map(|n| format!("b/{n}")).collect();
        let mut paths: Vec<&str> = vec![&long, "a/\u{1b}[2J", "a/3", "a/4"];
        paths.extend(many.iter().map(String::as_str));
        let what = lane().judge(&paths)[0].refusal.what.clone();
        assert!(
            what.starts_with("this commit mixes areas: b (b/0, b/1, b/2 and 47 more); a (a/xxx"),
            "{what}"
        );
        assert!(what.ends_with("…, a/\\u{1b}[2J, a/3 and 1 more)"), "{what}");
        assert!(what.chars().count() < 300, "{what}");
    }
}
