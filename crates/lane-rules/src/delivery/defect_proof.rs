//! `defect-proof`: a defect without a check that failed at the merge base and passes now. A check that could not be
//! started there, or tested nothing, shows nothing.

use lane_core::apply::acceptance_is_due;
use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::record::Kind;
use lane_core::record::Outcome;
use lane_core::record::Purpose;
use lane_core::record::Task;
use lane_core::refusal::Refusal;

use super::Delivered;
use super::Judged;
use super::way_on;
use crate::finding::Finding;
use crate::listed;
use crate::remedy::Remedy;

pub(super) fn judge(delivered: &Delivered<'_>, policy: &Adopted) -> Judged {
    let Some(task) = delivered.task.filter(|task| task.kind == Kind::Defect) else {
        return Ok(Vec::new());
    };
    let keys = regression_checks(task);
    if keys.is_empty() {
        let add = way_on::criterion(delivered, &ground::DEFECT_PROOF, Some(Purpose::Regression));
        return Ok(vec![finding(
            format!(
                "{} is a defect, and no check of it is marked as its regression",
                task.id
            ),
            add,
        )]);
    }
    // Until the acceptance is due, a check that was not run here yet is not missing.
    let is_due = acceptance_is_due(&policy.pipeline, task.status);
    let gap = |key: &str| gap(delivered, key).filter(|gap| is_due || *gap != Gap::NotRun);
    if !delivered.moment.has_runs() || keys.iter().any(|key| gap(key).is_none()) {
        return Ok(Vec::new());
    }
    // The nearest to a proof is the one to go on with.
    let nearest = keys
        .iter()
        .filter_map(|key| Some((gap(key)?, *key)))
        .max_by_key(|(gap, _)| *gap);
    let Some((gap, key)) = nearest else {
        return Ok(Vec::new());
    };
    let what = format!(
        "{} is a defect, and its regression check {} {}",
        task.id,
        listed::one(key),
        gap.words()
    );
    Ok(vec![finding(what, gap.way_on(delivered, task))])
}

fn regression_checks(task: &Task) -> Vec<&String> {
    let is_one = |(_, criterion): &(&String, &lane_core::record::Acceptance)| {
        criterion.check.is_some() && criterion.purpose.contains(&Purpose::Regression)
    };
    task.acceptance
        .iter()
        .filter(is_one)
        .map(|(key, _)| key)
        .collect()
}

fn finding(what: String, remedy: Remedy) -> Finding {
    Finding::whole(Refusal::new(&ground::DEFECT_PROOF, what), vec![remedy])
}

/// What keeps a check from being a proof; the later, the less is missing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    PassedBefore,
    /// It could not be started, or tested nothing.
    Idle,
    NotRunBefore,
    NotPassed,
    NotRun,
}

/// What keeps the check from being a proof; none when it is one.
fn gap(delivered: &Delivered<'_>, key: &str) -> Option<Gap> {
    let on = |run: &&Outcome, tree: Option<&String>| Some(&run.tree) == tree;
    let evidence = delivered.evidence;
    let (base, tip) = match &evidence.ran_on {
        Some(handed) => (handed.base.as_ref(), &handed.tip),
        None => (delivered.base_tree.as_ref(), &delivered.tree),
    };
    let before = evidence.before.get(key);
    match before.filter(|run| on(run, base)) {
        None => return Some(Gap::NotRunBefore),
        Some(run) if run.passed() => return Some(Gap::PassedBefore),
        Some(run) if !run.is_proof() => return Some(Gap::Idle),
        Some(_) => {}
    }
    let now = evidence.acceptance.get(key);
    match now.filter(|run| on(run, Some(tip))) {
        Some(run) => (!run.passed()).then_some(Gap::NotPassed),
        None => Some(Gap::NotRun),
    }
}

impl Gap {
    fn words(self) -> &'static str {
        match self {
            Self::PassedBefore => "passes without the change, too",
            Self::Idle => {
                "could not be started at the merge base or tested nothing there, so it shows nothing"
            }
            Self::NotRunBefore => "was not run at the merge base that counts now",
            Self::NotPassed | Self::NotRun => "has not passed on this tree",
        }
    }

    fn way_on(self, delivered: &Delivered<'_>, task: &Task) -> Remedy {
        match self {
            Self::PassedBefore | Self::Idle => {
                way_on::criterion(delivered, &ground::DEFECT_PROOF, Some(Purpose::Regression))
            }
            Self::NotRunBefore => way_on::run(&["git", "lane", "check", task.id.as_str(), "--before"]),
            Self::NotPassed | Self::NotRun => way_on::run(&["git", "lane", "check", task.id.as_str()]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Evidence;
    use crate::delivery::Moment;
    use crate::delivery::RanOn;
    use crate::delivery::trial::BASE;
    use crate::delivery::trial::TREE;
    use crate::delivery::trial::Trial;
    use crate::delivery::trial::cause;
    use crate::delivery::trial::ran;
    use crate::delivery::trial::runs;

    const CHECK: &str = "[acceptance.a1]\ntext = \"x\"\ncheck = [\"true\"]\n";
    const PROOF: &str =
        "kind = \"defect\"\n[acceptance.a1]\ntext = \"x\"\ncheck = [\"true\"]\npurpose = [\"regression\"]\n";
    const FOUND: &[&str] = &["defect-proof"];

    /// A run at the base of a check of the gates that ended so.
    fn policy_check(exit: i32) -> Outcome {
        Outcome {
            check: Some("test".to_owned()),
            ..ran(exit, BASE)
        }
    }

    /// A defect whose check ended so now and before.
    fn defect(now: Option<Outcome>, before: Option<Outcome>) -> Trial {
        let of = |outcome: Option<Outcome>| outcome.map(|o| runs("a1", o)).unwrap_or_default();
        Trial {
            task: Some(PROOF),
            entries: &["- mended"],
            evidence: Evidence {
                cause: cause("src/a.rs"),
                acceptance: of(now),
                before: of(before),
                ..Evidence::default()
            },
            ..Trial::checked()
        }
    }

    #[test]
    fn a_proof_failed_before_and_passes_now() {
        for (now, before, expected) in [
            (Some(ran(0, TREE)), Some(ran(1, BASE)), &[][..]),
            (Some(ran(0, TREE)), Some(ran(101, BASE)), &[]),
            (Some(ran(0, TREE)), Some(ran(126, BASE)), FOUND),
            (Some(ran(0, TREE)), Some(ran(127, BASE)), FOUND),
            // A policy check that ran no tests; of any other command it is a failure.
            (Some(ran(0, TREE)), Some(policy_check(4)), FOUND),
            (Some(ran(0, TREE)), Some(policy_check(1)), &[]),
            (Some(ran(0, TREE)), Some(ran(4, BASE)), &[]),
            (Some(ran(0, TREE)), Some(ran(0, BASE)), FOUND),
            (Some(ran(0, TREE)), Some(ran(1, "another")), FOUND),
            (Some(ran(0, TREE)), None, FOUND),
            (Some(ran(1, TREE)), Some(ran(1, BASE)), FOUND),
            (Some(ran(0, "another")), Some(ran(1, BASE)), FOUND),
            (None, Some(ran(1, BASE)), FOUND),
        ] {
            defect(now, before).finds(expected);
        }
    }

    #[test]
    fn before_the_runs_only_the_contract_is_judged() {
        let early = |task| Trial {
            task: Some(task),
            moment: Moment::BeforeRuns,
            ..defect(None, None)
        };
        early(PROOF).finds(&[]);
        early("kind = \"defect\"").finds(FOUND);
        early(
            "kind = \"defect\"\n[acceptance.a1]\ntext = \"x\"\ncheck = [\"true\"]\npurpose = [\"runtime\"]\n",
        )
        .finds(FOUND);
        let unchecked = "kind = \"defect\"\n[acceptance.a1]\ntext = \"x\"\npurpose = [\"regression\"]\n[acceptance.a2]\ntext = \"x\"\ncheck = [\"true\"]\n";
        early(unchecked).finds(FOUND);
    }

    #[test]
    fn a_check_that_testing_will_run_may_be_missing_and_not_fail() {
        let tested = |now, before| Trial {
            policy: "[pipeline]\nstages = [\"testing\"]\n".to_owned(),
            ..defect(now, before)
        };
        tested(None, Some(ran(1, BASE))).finds(&[]);
        tested(Some(ran(0, "another")), Some(ran(1, BASE))).finds(&[]);
        tested(Some(ran(1, TREE)), Some(ran(1, BASE))).finds(FOUND);
        tested(None, None).finds(FOUND);
    }

    #[test]
    fn what_lands_after_another_lane_is_proven_by_what_was_handed_off() {
        let landing = |handed_base: &str| {
            let proven = defect(Some(ran(0, "handed")), Some(ran(1, "left")));
            let ran_on = RanOn {
                base: Some(handed_base.to_owned()),
                tip: "handed".to_owned(),
            };
            Trial {
                moment: Moment::Landing,
                evidence: Evidence {
                    ran_on: Some(ran_on),
                    handed_off: true,
                    ..proven.evidence.clone()
                },
                ..proven
            }
        };
        landing("left").finds(&[]);
        landing("elsewhere").finds(FOUND);
    }

    #[test]
    fn one_proof_is_enough() {
        let two = "kind = \"defect\"\n[acceptance.a1]\ntext = \"x\"\ncheck = [\"true\"]\npurpose = [\"regression\"]\n[acceptance.a0]\ntext = \"x\"\ncheck = [\"true\"]\npurpose = [\"regression\"]\n";
        Trial {
            task: Some(two),
            ..defect(Some(ran(0, TREE)), Some(ran(1, BASE)))
        }
        .finds(&[]);
    }

    #[test]
    fn what_is_no_defect_needs_no_proof() {
        assert!(!CHECK.contains("regression"));
        Trial {
            task: Some(CHECK),
            ..defect(None, None)
        }
        .finds(&["changelog-missing"; 0]);
    }

    #[test]
    fn each_gap_has_its_way_on() {
        let add = "git lane task edit T-1 --add-accept TEXT --check COMMAND --purpose regression";
        for (trial, says, hint) in [
            (
                defect(Some(ran(0, TREE)), Some(ran(0, BASE))),
                "passes without",
                add,
            ),
            (
                defect(Some(ran(0, TREE)), Some(ran(127, BASE))),
                "could not be started",
                add,
            ),
            (
                defect(None, None),
                "was not run at",
                "git lane check T-1 --before",
            ),
            (
                defect(None, Some(ran(1, BASE))),
                "has not passed",
                "git lane check T-1",
            ),
        ] {
            let found = trial.finds(FOUND);
            assert!(found[0].refusal.what.contains(says), "{}", found[0].refusal.what);
            assert_eq!(found[0].remedies, [Remedy::Run(hint.to_owned())]);
        }
    }
}
