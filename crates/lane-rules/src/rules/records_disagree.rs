//! `records-disagree`: two records of the queue contradict each other, as a merge leaves them that took one from each
//! side. What the commit's parents have already is not its fault.

use lane_core::ground;
use lane_core::policy::Level;
use lane_core::refusal::Refusal;
use lane_core::text;

use crate::brought::Disagreement;
use crate::finding::Finding;
use crate::remedy::Remedy;
use crate::rules::leave;
use crate::scene::Scene;

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    scene
        .brought
        .disagreements
        .iter()
        .map(|found| finding(found, scene))
        .collect()
}

/// Both records and their files, with what they do not agree on.
pub(crate) fn refusal(found: &Disagreement) -> Refusal {
    let paths: Vec<String> = found.paths.iter().map(|path| text::escape_path(path)).collect();
    let mut what = format!("{} {}", text::escape(&found.flaw.record), found.flaw.fault);
    if !paths.is_empty() {
        what.push_str(&format!(" ({})", paths.join(", ")));
    }
    Refusal::new(&ground::RECORDS_DISAGREE, what)
}

fn finding(found: &Disagreement, scene: &Scene<'_>) -> Finding {
    let shown = found.paths.iter().cloned().map(Remedy::ShowRecords);
    let left = leave(&found.changed, scene);
    Finding {
        path: found.changed.first().or(found.paths.first()).cloned(),
        commit: None,
        refusal: refusal(found),
        remedies: shown.chain(left).collect(),
        level: Level::Refuse,
    }
}

#[cfg(test)]
mod tests {
    use lane_core::audit::Flaw;
    use lane_core::audit::FlawKind;

    use crate::brought::Brought;
    use crate::brought::Disagreement;
    use crate::remedy::Remedy;
    use crate::scene::Operation;
    use crate::trial::Trial;
    use crate::trial::ids;

    fn overlap() -> Brought {
        let paths = vec![
            b".agents/locks/L-1.toml".to_vec(),
            b".agents/locks/L-2.toml".to_vec(),
        ];
        Brought {
            disagreements: vec![Disagreement {
                flaw: Flaw {
                    kind: FlawKind::Overlap,
                    record: "L-1".to_owned(),
                    with: Some("L-2".to_owned()),
                    fault: "of agent-a and L-2 of agent-b both cover src".to_owned(),
                },
                changed: paths[1..].to_vec(),
                paths,
            }],
            ..Brought::default()
        }
    }

    #[test]
    fn both_records_and_holders_are_named_and_the_changed_one_is_left_out() {
        let trial = Trial {
            brought: overlap(),
            ..Trial::default()
        };
        let found = trial.judge(&[]);
        assert_eq!(ids(&found), ["records-disagree"]);
        assert_eq!(
            found[0].refusal.what,
            "L-1 of agent-a and L-2 of agent-b both cover src (.agents/locks/L-1.toml, .agents/locks/L-2.toml)"
        );
        let out = Remedy::LeaveOut(b".agents/locks/L-2.toml".to_vec());
        assert_eq!(found[0].remedies.last(), Some(&out));
    }

    #[test]
    fn what_is_under_way_is_left() {
        let trial = Trial {
            brought: overlap(),
            operation: Some(Operation::Merge),
            ..Trial::default()
        };
        assert_eq!(
            trial.judge(&[])[0].remedies.last(),
            Some(&Remedy::Abort(Operation::Merge))
        );
    }
}
