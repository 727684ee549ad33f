//! `merge-order`: a part lands before one that comes before it, or a task before its own parts.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Refusal;

use super::Delivered;
use super::First;
use super::Judged;
use super::way_on;
use crate::finding::Finding;
use crate::listed;
use crate::remedy::Remedy;

pub(super) fn judge(delivered: &Delivered<'_>, _: &Adopted) -> Judged {
    let Some(task) = delivered.task.filter(|_| delivered.moment.lands()) else {
        return Ok(Vec::new());
    };
    let (before, own): (Vec<&First>, Vec<&First>) = delivered
        .evidence
        .first
        .iter()
        .partition(|one| one.place.is_some());
    let both = [(before_it(task, &before), before), (own_parts(task, &own), own)];
    let open = both
        .into_iter()
        .filter_map(|(what, open)| Some((what, *open.first()?)));
    Ok(open.map(|(what, first)| finding(what, first)).collect())
}

fn before_it(task: &Task, open: &[&First]) -> String {
    let place = task.merge_order.unwrap_or_default();
    let whole = task.parent.as_ref().map_or("", |parent| parent.as_str());
    let list = open.iter().map(|one| {
        format!(
            "{} ({}, place {})",
            one.task,
            one.status,
            one.place.unwrap_or_default()
        )
    });
    format!(
        "{} has place {place} among the parts of {whole}, and before it come {}",
        task.id,
        listed::words(list)
    )
}

fn own_parts(task: &Task, open: &[&First]) -> String {
    let list = open.iter().map(|one| format!("{} ({})", one.task, one.status));
    format!(
        "{} has parts that have not landed: {}",
        task.id,
        listed::words(list)
    )
}

fn finding(what: String, first: &First) -> Finding {
    Finding::whole(Refusal::new(&ground::MERGE_ORDER, what), vec![leads_on(first)])
}

/// What moves the first of them on.
fn leads_on(first: &First) -> Remedy {
    let verb = match first.status {
        Phase::Todo => "start",
        Phase::Review => "review",
        Phase::Testing => "test",
        _ => "show",
    };
    way_on::run(&["git", "lane", verb, first.task.as_str()])
}

#[cfg(test)]
mod tests {
    use lane_core::id::TaskId;
    use lane_core::record::Phase;

    use crate::delivery::Evidence;
    use crate::delivery::First;
    use crate::delivery::Moment;
    use crate::delivery::trial::Trial;

    const PART: &str = "parent = \"T-0\"\nmerge_order = 4\n";

    fn lands(first: &[(&str, Phase, Option<u32>)]) -> Trial {
        let first = first.iter().map(|(id, status, place)| First {
            task: TaskId::new(id).unwrap(),
            status: *status,
            place: *place,
        });
        Trial {
            task: Some(PART),
            moment: Moment::Landing,
            evidence: Evidence {
                handed_off: true,
                first: first.collect(),
                ..Evidence::default()
            },
            ..Trial::checked()
        }
    }

    #[test]
    fn what_comes_first_is_asked_about_where_it_lands() {
        let open = [("T-2", Phase::Review, Some(3))];
        for (moment, expected) in [
            (Moment::BeforeRuns, &[][..]),
            (Moment::Handoff, &[]),
            (Moment::Push, &[]),
            (Moment::Ci, &[]),
            (Moment::Landing, &["merge-order"]),
            (Moment::Landed, &["merge-order"]),
        ] {
            let trial = Trial {
                moment,
                ..lands(&open)
            };
            trial.finds(expected);
        }
        lands(&[]).finds(&[]);
    }

    #[test]
    fn parts_before_it_and_its_own_are_told_apart() {
        let found = lands(&[
            ("T-2", Phase::Review, Some(3)),
            ("T-5", Phase::Todo, None),
            ("T-6", Phase::Done, None),
        ])
        .finds(&["merge-order", "merge-order"]);
        let said: Vec<&str> = found.iter().map(|one| one.refusal.what.as_str()).collect();
        assert_eq!(
            said,
            [
                "T-1 has place 4 among the parts of T-0, and before it come T-2 (review, place 3)",
                "T-1 has parts that have not landed: T-5 (todo), T-6 (done)",
            ]
        );
    }

    #[test]
    fn the_way_on_moves_the_first_of_them() {
        for (status, verb) in [
            (Phase::Todo, "start"),
            (Phase::InProgress, "show"),
            (Phase::Review, "review"),
            (Phase::Testing, "test"),
            (Phase::Queued, "show"),
            (Phase::Escalated, "show"),
        ] {
            lands(&[("T-2", status, None)]).says(
                &format!("T-1 has parts that have not landed: T-2 ({status})"),
                &format!("git lane {verb} T-2"),
            );
        }
    }
}
