//! `handoff-missing`: a lane's work lands, or is in CI, that nobody handed off as it is.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;

use super::Delivered;
use super::Judged;
use super::Moment;
use super::way_on;
use crate::finding::Finding;

pub(super) fn judge(delivered: &Delivered<'_>, _: &Adopted) -> Judged {
    let arrives = delivered.moment == Moment::Landing || delivered.moment.is_ci();
    let Some(task) = delivered
        .task
        .filter(|_| arrives && !delivered.evidence.handed_off)
    else {
        return Ok(Vec::new());
    };
    let ground = &ground::HANDOFF_MISSING;
    let what = format!("{} is not handed off as it is here", task.id);
    Ok(vec![Finding::whole(
        Refusal::new(ground, what),
        vec![way_on::handoff(delivered, ground, &[])],
    )])
}

#[cfg(test)]
mod tests {
    use crate::delivery::Evidence;
    use crate::delivery::Moment;
    use crate::delivery::trial::Trial;

    #[test]
    fn what_arrives_was_handed_off() {
        for (moment, asked) in [
            (Moment::BeforeRuns, false),
            (Moment::Handoff, false),
            (Moment::Push, false),
            (Moment::Landing, true),
            (Moment::Ci, true),
            (Moment::Landed, true),
        ] {
            let without = Trial {
                moment,
                evidence: Evidence::default(),
                ..Trial::checked()
            };
            without.finds(if asked { &["handoff-missing"] } else { &[] });
            let person = Trial {
                task: None,
                ..without
            };
            person.finds(&[]);
            let with = Trial {
                moment,
                ..Trial::checked()
            };
            with.finds(&[]);
        }
    }

    #[test]
    fn the_way_on_is_the_handoff() {
        Trial {
            moment: Moment::Ci,
            evidence: Evidence::default(),
            ..Trial::checked()
        }
        .says("T-1 is not handed off as it is here", "git lane handoff T-1");
    }
}
