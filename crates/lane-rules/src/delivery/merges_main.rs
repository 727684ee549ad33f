//! `merges-main`: a lane has merged the integration branch more often than the policy takes for usual. What it does by itself can
//! hardly be read among the merges; a rebase says it plainly.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;

use super::Delivered;
use super::Judged;
use super::way_on;
use crate::finding::Finding;
use crate::listed;
use crate::remedy::Remedy;

pub(super) fn judge(delivered: &Delivered<'_>, policy: &Adopted) -> Judged {
    // A landing is a merge itself, and what has landed is not made again.
    let task = delivered.task.filter(|_| !delivered.moment.lands());
    let found = task.and_then(|task| judge_merges(task, delivered.merges, delivered.main, policy));
    Ok(found.into_iter().map(|one| again(one, task)).collect())
}

/// The same for what is handed off: taken back, put on top, and delivered again, in one line, for no other order works.
fn again(mut found: Finding, task: Option<&Task>) -> Finding {
    let Some(task) = task else { return found };
    for remedy in &mut found.remedies {
        if let Remedy::Run(rebase) = remedy {
            let lane = |verb| command(&["git", "lane", verb, task.id.as_str()]);
            *rebase = format!("{} && {rebase} && {}", lane("resume"), lane("handoff"));
        }
    }
    found
}

/// What is to be said of a lane that has so many merges of the integration branch, which git takes as `main` from this clone.
pub fn judge_merges(task: &Task, merges: usize, main: &str, policy: &Adopted) -> Option<Finding> {
    let usual = policy.landing.merges;
    if merges <= usize::try_from(usual).unwrap_or(usize::MAX) {
        return None;
    }
    let main_shown = listed::one(main);
    let what = format!(
        "{} has merged {main_shown} {merges} times, and {usual} are usual: its commits on top of {main_shown} say better what it does",
        task.id
    );
    let rebase = way_on::run(&["git", "rebase", main]);
    Some(Finding::whole(
        Refusal::new(&ground::MERGES_MAIN, what),
        vec![rebase],
    ))
}

#[cfg(test)]
mod tests {
    use crate::delivery::Moment;
    use crate::delivery::trial::Trial;

    fn merged(merges: usize, policy: &str) -> Trial {
        Trial {
            merges,
            policy: policy.to_owned(),
            ..Trial::checked()
        }
    }

    #[test]
    fn more_merges_than_the_policy_says_are_found() {
        for (merges, policy, expected) in [
            (3, "", &[][..]),
            (4, "", &["merges-main"]),
            (4, "[landing]\nmerges = 4\n", &[]),
            (1, "[landing]\nmerges = 0\n", &["merges-main"]),
            (0, "[landing]\nmerges = 0\n", &[]),
            (9, "[rule.merges-main]\nlevel = \"off\"\n", &[]),
        ] {
            let found = merged(merges, policy).finds(expected);
            assert!(found.iter().all(|one| !one.refuses()), "{merges} {policy}");
        }
    }

    #[test]
    fn a_rebase_is_the_way_on() {
        merged(4, "").says(
            "T-1 has merged origin/main 4 times, and 3 are usual: its commits on top of origin/main say better what it does",
            "git lane resume T-1 && git rebase origin/main && git lane handoff T-1",
        );
    }

    #[test]
    fn what_lands_and_what_is_no_lanes_is_not_asked() {
        for moment in [Moment::Landing, Moment::Landed] {
            let landing = Trial {
                moment,
                ..merged(9, "")
            };
            landing.finds(&[]);
        }
        let nobodys = Trial {
            task: None,
            ..merged(9, "")
        };
        nobodys.finds(&[]);
    }
}
