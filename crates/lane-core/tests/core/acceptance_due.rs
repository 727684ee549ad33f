//! When the acceptance is due: with a testing stage at its end, else at the handoff.

use lane_core::event::JudgeVerb;
use lane_core::ground;
use lane_core::record::Checkpoint;
use lane_core::record::Phase;
use lane_core::record::Stage;

use super::delivered;
use super::fixture::A;
use super::fixture::Fixture;
use super::fixture::added;
use super::fixture::claimed;
use super::fixture::texts;
use super::places::REVIEWER;
use super::places::TESTER;
use super::stages;

/// `T-1`, claimed by [`A`] in a team with these stages; nothing of it was run.
fn working(stages: &[&str]) -> Fixture {
    let mut f = Fixture::new();
    f.adopt(|p| p.pipeline.stages = texts(stages));
    let task = f.task_with("T-1", |t| {
        t.scope = texts(&["src/a"]);
        delivered::three_criteria(t);
    });
    f.take(A, added(task)).take(A, claimed("T-1"));
    f
}

#[test]
fn with_a_testing_stage_a_handoff_without_runs_is_taken_and_a_pass_is_not() {
    for stages in [&["review", "testing"][..], &["testing"]] {
        let mut f = working(stages);
        let handoff = delivered::handoff(&f, "T-1");
        f.take(A, delivered::handed_off(handoff));
        if f.live("T-1").status == Phase::Review {
            f.take(REVIEWER, stages::judged(&f, "T-1", JudgeVerb::Approve));
        }
        assert_eq!(f.live("T-1").status, Phase::Testing);
        let bare = stages::judged(&f, "T-1", JudgeVerb::Pass);
        f.refuses(TESTER, bare.clone(), &ground::ACCEPTANCE_MISSING);

        // The runs alone are not enough: what lands is judged by the record that stands.
        let runs = delivered::all_passed(&f, "T-1");
        f.take(A, runs);
        f.refuses(TESTER, bare, &ground::ACCEPTANCE_MISSING);
        let evidence = Checkpoint {
            status: Phase::Queued,
            ..delivered::handoff(&f, "T-1")
        };
        let verdict = stages::verdict(JudgeVerb::Pass, &evidence.tip);
        f.take(
            TESTER,
            stages::judged_as("T-1", JudgeVerb::Pass, verdict, Some(evidence)),
        );
        assert_eq!(f.live("T-1").status, Phase::Queued);
    }
}

#[test]
fn a_self_review_stands_when_a_reviewer_mends_and_falls_when_its_author_delivers_anew() {
    let mut f = working(&["self-review", "review"]);
    let runs = delivered::all_passed(&f, "T-1");
    f.take(A, runs);
    let handoff = delivered::handoff(&f, "T-1");
    f.take(A, delivered::handed_off(handoff.clone()));
    let own = stages::judged(&f, "T-1", JudgeVerb::SelfReview);
    f.take(A, own);
    let mended = Checkpoint {
        status: Phase::Queued,
        tip: delivered::OTHER.to_owned(),
        ..delivered::handoff(&f, "T-1")
    };
    let verdict = stages::verdict(JudgeVerb::Approve, delivered::OTHER);
    f.take(
        REVIEWER,
        stages::judged_as("T-1", JudgeVerb::Approve, verdict, Some(mended)),
    );
    assert!(f.live("T-1").verdict.contains_key(&Stage::SelfReview));
    f.take(A, delivered::resumed("T-1"));
    let anew = delivered::handoff(&f, "T-1");
    f.take(A, delivered::handed_off(anew));
    assert!(
        f.live("T-1").verdict.contains_key(&Stage::SelfReview),
        "the same commit"
    );
    f.take(A, delivered::resumed("T-1"));
    let other = Checkpoint {
        tip: delivered::OTHER.to_owned(),
        ..delivered::handoff(&f, "T-1")
    };
    f.take(A, delivered::handed_off(other));
    assert!(!f.live("T-1").verdict.contains_key(&Stage::SelfReview));
}

#[test]
fn without_one_it_is_due_at_the_handoff() {
    for stages in [&["review"][..], &[], &["self-review", "review"]] {
        let f = working(stages);
        let handoff = delivered::handoff(&f, "T-1");
        f.refuses(A, delivered::handed_off(handoff), &ground::ACCEPTANCE_MISSING);
    }
}

#[test]
fn what_is_known_to_fail_on_the_very_tree_is_never_handed_off() {
    let mut f = working(&["review", "testing"]);
    let check = f.live("T-1").acceptance["a1"].check.clone().unwrap();
    let run = |outcome| delivered::checked("T-1", [("a1".to_owned(), outcome)].into());
    f.take(A, run(delivered::failed(&check, "1")));
    let mut handoff = delivered::handoff(&f, "T-1");
    f.refuses(
        A,
        delivered::handed_off(handoff.clone()),
        &ground::ACCEPTANCE_FAILED,
    );
    // Not even when the handoff does not mention it.
    handoff.acceptance.clear();
    f.refuses(
        A,
        delivered::handed_off(handoff.clone()),
        &ground::ACCEPTANCE_FAILED,
    );
    delivered::OTHER.clone_into(&mut handoff.tree);
    f.take(A, delivered::handed_off(handoff));
    assert_eq!(f.live("T-1").status, Phase::Review);
}

#[test]
fn a_check_that_is_run_once_more_on_the_same_tree_spoils_no_handoff() {
    let mut f = working(&["review"]);
    for _ in 0..2 {
        let runs = delivered::all_passed(&f, "T-1");
        f.take(A, runs);
        if f.live("T-1").status == Phase::InProgress {
            let handoff = delivered::handoff(&f, "T-1");
            f.take(A, delivered::handed_off(handoff));
        }
    }
    f.take(REVIEWER, stages::judged(&f, "T-1", JudgeVerb::Approve));
    assert_eq!(f.live("T-1").status, Phase::Queued);
}
