//! A task's mark, as lists show it: `[RETRY]` or `[ESCALATED]` before its title.

use lane_core::record::Mark;
use lane_core::record::Phase;
use lane_core::text;

/// The mark of a task in a phase. What is escalated waits for the orchestrator only in that phase: elsewhere its tests
/// failed in their place and again, and review looks at it anew.
pub(crate) fn words(mark: Mark, phase: Phase) -> String {
    match (mark, phase) {
        (Mark::Escalated, Phase::Escalated | Phase::Done | Phase::Abandoned) | (Mark::Retry, _) => {
            mark.to_string()
        }
        (Mark::Escalated, _) => format!("{mark} (its tests failed again)"),
    }
}

/// The title with its mark, the title bounded.
pub(crate) fn titled(mark: Option<Mark>, phase: Phase, title: &str, limit: usize) -> String {
    let title = text::excerpt(title, limit);
    match mark {
        Some(mark) => format!("{} {title}", words(mark, phase)),
        None => title,
    }
}

/// The mark behind a word, with the space before it.
pub(crate) fn suffix(mark: Option<Mark>, phase: Phase) -> String {
    mark.map_or_else(String::new, |mark| format!(" {}", words(mark, phase)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_back_to_review_after_its_tests_does_not_read_as_if_it_waited_for_a_decision() {
        for (mark, phase, shown) in [
            (Mark::Escalated, Phase::Escalated, "[ESCALATED] x"),
            (
                Mark::Escalated,
                Phase::Review,
                "[ESCALATED] (its tests failed again) x",
            ),
            (
                Mark::Escalated,
                Phase::Testing,
                "[ESCALATED] (its tests failed again) x",
            ),
            (Mark::Retry, Phase::Testing, "[RETRY] x"),
            (Mark::Retry, Phase::Todo, "[RETRY] x"),
        ] {
            assert_eq!(titled(Some(mark), phase, "x", 9), shown);
        }
        assert_eq!(titled(None, Phase::Review, "x", 9), "x");
    }
}
