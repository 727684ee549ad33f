//! `verdict-missing`: a lane's work lands that a stage of the policy did not find ready. The last stage speaks of exactly what
//! lands, those before it of any commit: what was mended after them is what the last one judged.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::policy::Mode;
use lane_core::record::Phase;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::refusal::Refusal;

use super::Delivered;
use super::Judged;
use super::Moment;
use super::way_on;
use crate::finding::Finding;
use crate::listed;
use crate::remedy::Remedy;

/// How much of a commit's name is shown.
const SHORT: usize = 8;

pub(super) fn judge(delivered: &Delivered<'_>, policy: &Adopted) -> Judged {
    // Where all share one branch nothing is handed off, and so nothing is judged.
    if policy.lanes.mode == Mode::A {
        return Ok(Vec::new());
    }
    let Some(task) = delivered.task.filter(|task| is_asked(delivered.moment, task)) else {
        return Ok(Vec::new());
    };
    let stages = policy.pipeline.judging();
    let last = stages.last().copied();
    let missing: Vec<(Stage, String)> = stages
        .iter()
        .filter_map(|stage| Some((*stage, against(delivered, *stage, Some(*stage) == last)?)))
        .collect();
    let Some((first, _)) = missing.first() else {
        return Ok(withdrawn(delivered, task, last).into_iter().collect());
    };
    let list = listed::words(missing.iter().map(|(_, what)| what.clone()));
    let whose = whose(delivered, task, *first, policy.pipeline.own_approval);
    let what = format!("{} is not judged as it is here: {list}{whose}", task.id);
    let refusal = Refusal::new(&ground::VERDICT_MISSING, what);
    Ok(vec![Finding::whole(
        refusal,
        vec![leads_on(delivered, task, *first)],
    )])
}

/// What lands is asked about, and in CI what says that it is ready to.
fn is_asked(moment: Moment, task: &Task) -> bool {
    moment.lands() || (moment == Moment::Ci && task.status == Phase::Queued)
}

/// What stands against this stage's verdict.
fn against(delivered: &Delivered<'_>, stage: Stage, is_last: bool) -> Option<String> {
    let Some(said) = delivered.evidence.verdicts.get(&stage) else {
        return Some(format!("no verdict of {stage}"));
    };
    if !said.ready {
        return Some(format!("{stage} found it not ready"));
    }
    if is_last && !said.exact {
        let short: String = said.tip.chars().take(SHORT).collect();
        return Some(format!("the verdict of {stage} is on {short}, another commit"));
    }
    None
}

/// What was found ready and is not queued any more: it was sent back, taken over or given up since.
fn withdrawn(delivered: &Delivered<'_>, task: &Task, last: Option<Stage>) -> Option<Finding> {
    let last = last.filter(|_| !matches!(task.status, Phase::Queued | Phase::Done))?;
    let what = format!("{} was found ready, and is {} since", task.id, task.status);
    let refusal = Refusal::new(&ground::VERDICT_MISSING, what);
    Some(Finding::whole(refusal, vec![leads_on(delivered, task, last)]))
}

/// Whose the way on is: whoever brings it is often another.
fn whose(delivered: &Delivered<'_>, task: &Task, first: Stage, own_approval: bool) -> String {
    let hands_off = || {
        let holder = task.claim.as_ref();
        holder.map_or_else(String::new, |claim| {
            format!("; {}, who holds it, hands it off", claim.by)
        })
    };
    match (task.status, first) {
        (Phase::Todo | Phase::Blocked | Phase::Escalated | Phase::Done | Phase::Abandoned, _) => {
            String::new()
        }
        _ if !delivered.evidence.handed_off => hands_off(),
        (Phase::Review, Stage::Review) if !own_approval && !task.authors.is_empty() => {
            let authors = listed::words(task.authors.iter().map(ToString::to_string));
            format!("; somebody else than {authors} reviews it")
        }
        (Phase::Review, _) | (Phase::Testing, Stage::Testing) => String::new(),
        _ => hands_off(),
    }
}

/// What is not handed off as it is here is handed off first. What is over cannot be judged any more.
fn leads_on(delivered: &Delivered<'_>, task: &Task, first: Stage) -> Remedy {
    let id = task.id.as_str();
    match (task.status, first) {
        (Phase::Todo, _) => way_on::run(&["git", "lane", "start", id]),
        (Phase::Blocked | Phase::Escalated, _) => way_on::run(&["git", "lane", "show", id]),
        (Phase::Done | Phase::Abandoned, _) => way_on::explain(&ground::VERDICT_MISSING),
        _ if !delivered.evidence.handed_off => way_on::handoff(delivered, &ground::VERDICT_MISSING, &[]),
        (Phase::Review, Stage::SelfReview) => way_on::run(&["git", "lane", "review", id, "--self"]),
        (Phase::Review, _) => way_on::run(&["git", "lane", "review", id]),
        (Phase::Testing, Stage::Testing) => way_on::run(&["git", "lane", "test", id]),
        _ => way_on::handoff(delivered, &ground::VERDICT_MISSING, &[]),
    }
}

#[cfg(test)]
mod tests {
    use lane_core::record::Stage;

    use crate::delivery::Evidence;
    use crate::delivery::Moment;
    use crate::delivery::StageSaid;
    use crate::delivery::trial::Trial;

    const FOUND: &[&str] = &["verdict-missing"];
    const OLD: &str = "1111111111111111111111111111111111111111";

    /// A task of this phase with these verdicts: the stage, whether it is ready, whether it is on what lands.
    fn lands(stages: &str, status: &str, verdicts: &[(Stage, bool, bool)]) -> Trial {
        let verdicts = verdicts.iter().map(|(stage, ready, exact)| {
            let said = StageSaid {
                ready: *ready,
                tip: OLD.to_owned(),
                exact: *exact,
            };
            (*stage, said)
        });
        Trial {
            policy: format!("[rule.handoff-missing]\nlevel = \"off\"\n[pipeline]\nstages = [{stages}]\n"),
            task: Some(format!("status = \"{status}\"\n").leak()),
            moment: Moment::Landing,
            evidence: Evidence {
                handed_off: true,
                verdicts: verdicts.collect(),
                ..Evidence::default()
            },
            ..Trial::checked()
        }
    }

    const BOTH: &str = "\"review\", \"testing\"";
    use Stage::Review;
    use Stage::SelfReview;
    use Stage::Testing;

    #[test]
    fn the_last_stage_judged_what_lands_and_those_before_it_any_commit() {
        for (stages, verdicts, expected) in [
            (BOTH, &[(Review, true, true), (Testing, true, true)][..], &[][..]),
            (BOTH, &[(Review, true, false), (Testing, true, true)], &[]),
            (BOTH, &[(Review, true, true), (Testing, true, false)], FOUND),
            (BOTH, &[(Review, false, true), (Testing, true, true)], FOUND),
            (BOTH, &[(Review, true, true), (Testing, false, true)], FOUND),
            (BOTH, &[(Testing, true, true)], FOUND),
            (BOTH, &[(Review, true, true)], FOUND),
            (BOTH, &[], FOUND),
            ("\"review\"", &[(Review, true, true)], &[]),
            ("\"review\"", &[(Review, true, false)], FOUND),
            ("\"review\", \"self-review\"", &[(Review, true, true)], FOUND),
            (
                "\"review\", \"self-review\"",
                &[(SelfReview, true, false), (Review, true, true)],
                &[],
            ),
            ("\"self-review\"", &[(SelfReview, true, true)], &[]),
            ("", &[], &[]),
        ] {
            lands(stages, "queued", verdicts).finds(expected);
        }
    }

    #[test]
    fn it_is_asked_where_work_lands_and_in_ci_of_what_says_it_is_ready() {
        for (moment, status, expected) in [
            (Moment::BeforeRuns, "in-progress", &[][..]),
            (Moment::Handoff, "in-progress", &[]),
            (Moment::Push, "review", &[]),
            (Moment::Ci, "in-progress", &[]),
            (Moment::Ci, "review", &[]),
            (Moment::Ci, "testing", &[]),
            (Moment::Ci, "queued", FOUND),
            (Moment::Landing, "in-progress", FOUND),
            (Moment::Landing, "queued", FOUND),
            (Moment::Landed, "done", FOUND),
        ] {
            let trial = Trial {
                moment,
                ..lands(BOTH, status, &[])
            };
            trial.finds(expected);
        }
        let person = Trial {
            task: None,
            ..lands(BOTH, "queued", &[])
        };
        person.finds(&[]);
        let one_branch = Trial {
            policy: "[lanes]\nmode = \"A\"\n".to_owned(),
            ..lands(BOTH, "in-progress", &[])
        };
        one_branch.finds(&[]);
    }

    #[test]
    fn what_was_found_ready_and_withdrawn_since_does_not_land() {
        let both = &[(Review, true, true), (Testing, true, true)];
        for (status, hint) in [
            ("in-progress", "git lane handoff T-1"),
            ("testing", "git lane test T-1"),
            ("escalated", "git lane show T-1"),
            ("todo", "git lane start T-1"),
            ("abandoned", "git lane rules verdict-missing"),
        ] {
            let mut trial = lands(BOTH, status, both);
            trial.evidence.handed_off = status == "testing";
            trial.says(&format!("T-1 was found ready, and is {status} since"), hint);
        }
        lands(BOTH, "done", both).finds(&[]);
        lands("", "in-progress", &[]).finds(&[]);
    }

    #[test]
    fn each_stage_is_named_with_what_stands_against_it() {
        lands(BOTH, "review", &[]).says(
            "T-1 is not judged as it is here: no verdict of review, no verdict of testing",
            "git lane review T-1",
        );
        lands(BOTH, "testing", &[(Review, true, true), (Testing, false, true)]).says(
            "T-1 is not judged as it is here: testing found it not ready",
            "git lane test T-1",
        );
        lands(BOTH, "queued", &[(Review, true, true), (Testing, true, false)]).says(
            "T-1 is not judged as it is here: the verdict of testing is on 11111111, another commit",
            "git lane handoff T-1",
        );
    }

    #[test]
    fn the_way_on_is_the_command_that_its_phase_takes() {
        let self_first = "\"self-review\", \"review\"";
        for (stages, status, handed_off, hint) in [
            (BOTH, "todo", false, "git lane start T-1"),
            (BOTH, "in-progress", false, "git lane handoff T-1"),
            (BOTH, "review", false, "git lane handoff T-1"),
            (self_first, "review", true, "git lane review T-1 --self"),
            (BOTH, "review", true, "git lane review T-1"),
            (BOTH, "queued", true, "git lane handoff T-1"),
            (BOTH, "escalated", true, "git lane show T-1"),
            (BOTH, "done", true, "git lane rules verdict-missing"),
        ] {
            let mut trial = lands(stages, status, &[]);
            trial.evidence.handed_off = handed_off;
            let found = trial.finds(FOUND);
            let remedies = &found[0].remedies;
            assert_eq!(
                remedies,
                &[crate::Remedy::Run(hint.to_owned())],
                "{status} {stages}"
            );
        }
    }

    #[test]
    fn it_says_whose_the_way_on_is() {
        const HELD: &str = "authors = [\"agent-a\"]\n[claim]\nby = \"agent-a\"\nclone = \"c1\"\nlane = \"1\"\nattempt = 1\nfence = 1\nsince = \"2026-11-20T09:00:00Z\"\n";
        let none = "T-1 is not judged as it is here: no verdict of review, no verdict of testing";
        for (status, handed_off, own, whose, hint) in [
            (
                "review",
                true,
                false,
                "; somebody else than agent-a reviews it",
                "git lane review T-1",
            ),
            ("review", true, true, "", "git lane review T-1"),
            (
                "review",
                false,
                false,
                "; agent-a, who holds it, hands it off",
                "git lane handoff T-1",
            ),
            (
                "in-progress",
                false,
                false,
                "; agent-a, who holds it, hands it off",
                "git lane handoff T-1",
            ),
            ("escalated", false, false, "", "git lane show T-1"),
        ] {
            let mut trial = lands(BOTH, status, &[]);
            trial.task = Some(format!("status = \"{status}\"\n{HELD}").leak());
            trial.evidence.handed_off = handed_off;
            trial.policy += &format!("own_approval = {own}\n");
            trial.says(&format!("{none}{whose}"), hint);
        }
    }
}
