//! Who moves a task next, as a sentence with the command, for who has just moved it.

use lane_core::event::JudgeVerb;
use lane_core::policy::Pipeline;
use lane_core::record::Phase;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::refusal::command;

/// What follows a handoff that led to `phase`; nothing where that says it itself.
pub(crate) fn after_handoff(task: &Task, phase: Phase, pipeline: &Pipeline) -> Option<String> {
    let run = |words: &[&str]| format!("`{}`", command(&[&["git", "lane"], words].concat()));
    let id = task.id.as_str();
    let whose = match pipeline.own_approval {
        true => "by anybody, its author too",
        false => "by somebody else than its authors",
    };
    Some(match phase {
        Phase::Review if pipeline.has(Stage::SelfReview) && !pipeline.has(Stage::Review) => {
            format!("next: {}, by its author", run(&["review", id, "--self"]))
        }
        Phase::Review if pipeline.has(Stage::SelfReview) => format!(
            "next: {}, by its author, and then {}, {whose}",
            run(&["review", id, "--self"]),
            run(&["review", id])
        ),
        Phase::Review => format!("next: {}, {whose}", run(&["review", id])),
        Phase::Testing => format!("next: {}, by a tester", run(&["test", id])),
        Phase::Queued => format!("next: {}, by an integrator", run(&["land", id])),
        _ => return None,
    })
}

/// What follows a verdict that led to the task as it is; nothing where that says it itself.
pub(crate) fn after_verdict(task: &Task, verb: JudgeVerb) -> Option<String> {
    let id = task.id.as_str();
    let test = command(&["git", "lane", "test", id]);
    // Who has taken the stage commits there, and says what came of it.
    if let (JudgeVerb::Fail, Phase::Testing) = (verb, task.status) {
        let take = match task.assigned {
            Some(_) => String::new(),
            None => format!("`{test}` takes it; then "),
        };
        return Some(format!(
            "next: {take}mend it in its worktree, commit there, then `{test} --pass --fixed TEXT`"
        ));
    }
    Some(match (task.status, &task.claim) {
        (Phase::Review, _) => {
            let review = command(&["git", "lane", "review", id]);
            format!("a reviewer is next: {review}")
        }
        (Phase::Testing, _) => format!("a tester is next: {test}"),
        (Phase::InProgress, Some(claim)) => {
            let resume = command(&["git", "lane", "resume", id]);
            format!("{} goes on: {resume}", claim.by)
        }
        _ => return None,
    })
}

/// The stages that the policy has and that did not find `tip` ready when the task landed: the last of them this commit, those
/// before it any.
pub(crate) fn never_judged(task: &Task, tip: &str, pipeline: &Pipeline) -> Vec<Stage> {
    let stages = pipeline.judging();
    let last = stages.last().copied();
    let is_ready = |stage: Stage| {
        let verdict = task.verdict.get(&stage);
        verdict.is_some_and(|verdict| verdict.ready && (Some(stage) != last || verdict.tip == tip))
    };
    stages.into_iter().filter(|stage| !is_ready(*stage)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(more: &str) -> Task {
        let text = format!(
            "id = \"T-1\"\ntitle = \"x\"\nstatus = \"review\"\nbranch = \"T-1\"\ncreated = \"2026-11-20T09:00:00Z\"\n{more}"
        );
        lane_core::codec::decode(text.as_bytes()).unwrap()
    }

    fn pipeline(stages: &[&str], own_approval: bool) -> Pipeline {
        Pipeline {
            stages: stages.iter().map(|name| (*name).to_owned()).collect(),
            own_approval,
            ..Pipeline::default()
        }
    }

    #[test]
    fn the_sentence_names_the_command_and_who_runs_it() {
        let self_too: &[&str] = &["self-review", "review"];
        for (stages, own, phase, expected) in [
            (
                &["review"][..],
                false,
                Phase::Review,
                "next: `git lane review T-1`, by somebody else than its authors",
            ),
            (
                &["review"],
                true,
                Phase::Review,
                "next: `git lane review T-1`, by anybody, its author too",
            ),
            (
                self_too,
                false,
                Phase::Review,
                "next: `git lane review T-1 --self`, by its author, and then `git lane review T-1`, by somebody else than its authors",
            ),
            (
                &["self-review"],
                false,
                Phase::Review,
                "next: `git lane review T-1 --self`, by its author",
            ),
            (
                &["testing"],
                false,
                Phase::Testing,
                "next: `git lane test T-1`, by a tester",
            ),
            (
                &[],
                false,
                Phase::Queued,
                "next: `git lane land T-1`, by an integrator",
            ),
        ] {
            let said = after_handoff(&task(""), phase, &pipeline(stages, own));
            assert_eq!(said.as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_test_that_failed_once_is_mended_by_who_has_taken_it() {
        let by = |agent: &str, role: &str| {
            format!(
                "[assigned]\nby = \"{agent}\"\nclone = \"c1\"\nrole = \"{role}\"\nsince = \"2026-11-20T09:00:00Z\"\n"
            )
        };
        let mend = "mend it in its worktree, commit there, then `git lane test T-1 --pass --fixed TEXT`";
        for (status, assigned, verb, expected) in [
            (
                Phase::Testing,
                by("t", "tester"),
                JudgeVerb::Fail,
                format!("next: {mend}"),
            ),
            (
                Phase::Testing,
                String::new(),
                JudgeVerb::Fail,
                format!("next: `git lane test T-1` takes it; then {mend}"),
            ),
            (
                Phase::Testing,
                String::new(),
                JudgeVerb::Approve,
                "a tester is next: git lane test T-1".to_owned(),
            ),
            (
                Phase::Review,
                String::new(),
                JudgeVerb::Fail,
                "a reviewer is next: git lane review T-1".to_owned(),
            ),
        ] {
            let task = Task {
                status,
                ..task(&assigned)
            };
            assert_eq!(after_verdict(&task, verb), Some(expected), "{status}");
        }
    }

    #[test]
    fn a_stage_that_judged_something_else_last_never_judged_it() {
        let both = pipeline(&["review", "testing"], false);
        let verdict = |stage: &str, ready: bool, tip: &str| {
            format!("[verdict.{stage}]\nready = {ready}\ntip = \"{tip}\"\n")
        };
        for (more, missing) in [
            (String::new(), &[Stage::Review, Stage::Testing][..]),
            (verdict("review", true, "old"), &[Stage::Testing]),
            (
                verdict("review", true, "old") + &verdict("testing", true, "tip"),
                &[],
            ),
            (
                verdict("review", true, "tip") + &verdict("testing", true, "old"),
                &[Stage::Testing],
            ),
            (
                verdict("review", false, "tip") + &verdict("testing", true, "tip"),
                &[Stage::Review],
            ),
        ] {
            assert_eq!(never_judged(&task(&more), "tip", &both), missing, "{more}");
        }
        assert_eq!(never_judged(&task(""), "tip", &pipeline(&[], false)), []);
    }
}
