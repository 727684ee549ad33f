//! `consult-missing`: what a lane delivers was made without a recorded consultation, or goes on after a recorded failure
//! without another. So a commit past the hooks does not end the question.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;

use super::Delivered;
use super::Judged;
use super::Moment;
use crate::finding::Finding;
use crate::remedy::Remedy;
use crate::rules::consult_missing;

pub(super) fn judge(delivered: &Delivered<'_>, policy: &Adopted) -> Judged {
    let Some(task) = delivered.task else {
        return Ok(Vec::new());
    };
    // What lands was asked when it was handed off, and CI asks again.
    if delivered.changes.is_empty() || delivered.moment == Moment::Landing {
        return Ok(Vec::new());
    }
    let sources = consult_missing::sources(policy);
    let evidence = delivered.evidence;
    let newest = consult_missing::newest(&evidence.consulted, sources);
    let since = match (newest, evidence.last_failure) {
        (newest, Some(failure)) if newest.is_none_or(|seq| seq < failure) => "since a check of it failed",
        (None, _) => "at all",
        _ => return Ok(Vec::new()),
    };
    let (what, ways) = consult_missing::missing(since, sources, Some(&task.id));
    let again = command(&["git", "lane", "handoff", task.id.as_str()]);
    let remedies = ways.iter().map(|way| Remedy::Run(format!("{way} && {again}")));
    let refusal = Refusal::new(&ground::CONSULT_MISSING, what);
    Ok(vec![Finding::whole(refusal, remedies.collect())])
}

#[cfg(test)]
mod tests {
    use crate::delivery::Evidence;
    use crate::delivery::Moment;
    use crate::delivery::trial::Trial;
    use crate::scene::Consulted;

    const ON: &str = "[rule.consult-missing]\nlevel = \"refuse\"\n";
    const TWO: &str = "[rule.consult-missing]\nlevel = \"refuse\"\nsources = [\"docs.rs\", \"handbook\"]\n";
    const FOUND: &[&str] = &["consult-missing"];

    fn delivers(policy: &str, consulted: &[(&str, bool, u64)], last_failure: Option<u64>) -> Trial {
        let consulted = consulted.iter().map(|(source, fallback, seq)| Consulted {
            source: (*source).to_owned(),
            fallback: *fallback,
            seq: *seq,
        });
        Trial {
            policy: policy.to_owned(),
            evidence: Evidence {
                handed_off: true,
                consulted: consulted.collect(),
                last_failure,
                ..Evidence::default()
            },
            ..Trial::checked()
        }
    }

    #[test]
    fn a_delivery_has_a_consultation_and_one_after_the_last_open_failure() {
        delivers(ON, &[], None).finds(FOUND);
        delivers(ON, &[("x", false, 3)], None).finds(&[]);
        delivers(ON, &[], Some(5)).finds(FOUND);
        delivers(ON, &[("x", false, 4)], Some(5)).finds(FOUND);
        delivers(ON, &[("x", false, 6), ("y", false, 4)], Some(5)).finds(&[]);
        delivers(TWO, &[("x", false, 3)], None).finds(FOUND);
        delivers(TWO, &[("handbook", false, 3)], None).finds(FOUND);
        delivers(TWO, &[("handbook", true, 3)], None).finds(&[]);
        delivers("", &[], Some(5)).finds(&[]);
    }

    #[test]
    fn it_is_asked_of_a_lane_that_delivers_something_but_not_again_where_it_lands() {
        for (moment, expected) in [
            (Moment::BeforeRuns, FOUND),
            (Moment::Handoff, FOUND),
            (Moment::Push, FOUND),
            (Moment::Ci, FOUND),
            (Moment::Landed, FOUND),
            (Moment::Landing, &[]),
        ] {
            let lane = Trial {
                moment,
                ..delivers(ON, &[], None)
            };
            lane.finds(expected);
        }
        Trial {
            changes: &[],
            ..delivers(ON, &[], None)
        }
        .finds(&[]);
        Trial {
            task: None,
            ..delivers(ON, &[], None)
        }
        .finds(&[]);
    }

    #[test]
    fn the_way_on_consults_for_the_task_and_hands_off_again() {
        delivers(ON, &[], None).says(
            "no source was consulted for this lane at all",
            "git lane consult T-1 --source TEXT --query TEXT && git lane handoff T-1",
        );
        delivers(TWO, &[], Some(5)).says(
            "docs.rs was not consulted for this lane since a check of it failed",
            "git lane consult T-1 --source docs.rs --query TEXT && git lane handoff T-1",
        );
    }
}
