//! `changelog-missing`: a task whose kind needs one adds no entry under Unreleased of a changelog. A repository
//! without a changelog is not asked for one.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::record::Kind;
use lane_core::refusal::Refusal;

use super::Delivered;
use super::Judged;
use super::way_on;
use crate::finding::Finding;
use crate::listed;

/// The kinds that need an entry where the policy does not say.
const KINDS: [Kind; 3] = [Kind::Feature, Kind::Defect, Kind::Contract];

pub(super) fn judge(delivered: &Delivered<'_>, policy: &Adopted) -> Judged {
    let Some(task) = delivered.task else {
        return Ok(Vec::new());
    };
    let ground = &ground::CHANGELOG_MISSING;
    let set = policy.rule.get(ground.id).and_then(|rule| rule.kinds.as_deref());
    let asked = set.unwrap_or(&KINDS).contains(&task.kind);
    if !asked || !delivered.entries.is_empty() || delivered.changelogs.is_empty() {
        return Ok(Vec::new());
    }
    let what = format!(
        "{} adds no entry below a heading `## [Unreleased]` of {}: write one there (make the heading above the last release), and commit it",
        task.id,
        listed::paths(delivered.changelogs.iter().map(Vec::as_slice)),
    );
    let again = way_on::handoff(delivered, ground, &[]);
    Ok(vec![Finding::whole(Refusal::new(ground, what), vec![again])])
}

#[cfg(test)]
mod tests {
    use crate::delivery::trial::Trial;

    const FOUND: &[&str] = &["changelog-missing"];

    #[test]
    fn what_people_notice_has_an_entry() {
        for (task, entries, expected) in [
            ("kind = \"feature\"", &[][..], FOUND),
            ("kind = \"feature\"", &["- it is new"], &[]),
            ("kind = \"contract\"", &[], FOUND),
            ("kind = \"docs\"", &[], &[]),
            ("kind = \"chore\"", &[], &[]),
        ] {
            Trial {
                task: Some(task),
                entries,
                ..Trial::checked()
            }
            .finds(expected);
        }
    }

    #[test]
    fn the_policy_names_the_kinds() {
        let kinds = |kinds: &str, task| Trial {
            policy: format!("[rule.changelog-missing]\nkinds = {kinds}\n"),
            task: Some(task),
            ..Trial::checked()
        };
        kinds("[\"docs\"]", "kind = \"docs\"").finds(FOUND);
        kinds("[\"docs\"]", "kind = \"feature\"").finds(&[]);
        kinds("[]", "kind = \"feature\"").finds(&[]);
    }

    #[test]
    fn who_has_no_task_or_no_changelog_is_not_asked() {
        Trial {
            task: None,
            ..Trial::checked()
        }
        .finds(&[]);
        let without = Trial {
            task: Some("kind = \"feature\""),
            changelogs: &[],
            ..Trial::checked()
        };
        without.finds(&[]);
    }

    #[test]
    fn the_message_names_the_changelogs() {
        Trial {
            task: Some("kind = \"feature\""),
            changelogs: &["CHANGELOG.md", "ui/CHANGELOG.md"],
            ..Trial::checked()
        }
        .says(
            "T-1 adds no entry below a heading `## [Unreleased]` of CHANGELOG.md, ui/CHANGELOG.md: write one there (make the heading above the last release), and commit it",
            "git lane handoff T-1",
        );
    }
}
