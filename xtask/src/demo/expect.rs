//! Compares what came of a step with what must come of it.

use super::scene::Expect;
use super::stage::Outcome;

/// What is wrong with the outcome, if anything is.
pub(super) fn mismatch(expect: &Expect, outcome: &Outcome) -> Option<String> {
    if outcome.code != expect.code {
        return Some(format!("exit code {} instead of {}", outcome.code, expect.code));
    }
    let found = findings(&outcome.text);
    match expect.finding {
        Some(wanted) if !found.contains(&wanted) => return Some(format!("no finding {wanted}")),
        None if expect.code == 0 && !found.is_empty() => {
            return Some(format!("it succeeded, and yet says {}", found.join(", ")));
        }
        _ => {}
    }
    let missing = expect.shows.iter().find(|text| !outcome.text.contains(**text));
    missing.map(|text| format!("the output does not show {text:?}"))
}

/// The ids at the head of `error:` lines.
fn findings(text: &str) -> Vec<&str> {
    let said = text.lines().filter_map(|line| line.strip_prefix("error: "));
    let ids = said.filter_map(|words| words.split_once(": ").map(|(id, _)| id));
    ids.filter(|id| {
        id.chars()
            .all(|letter| letter.is_ascii_lowercase() || letter == '-')
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::scene::A;

    fn check(step: &crate::demo::scene::Step, code: i32, text: &str) -> Option<String> {
        let text = text.to_owned();
        mismatch(&step.expect, &Outcome { code, text })
    }

    #[test]
    fn refusal_needs_its_code_and_its_finding() {
        let step = A.is_refused(1, "outside-scope", "x");
        let said = "error: outside-scope: no\nerror: could not commit\n";
        assert_eq!(check(&step, 1, said), None);
        assert!(check(&step, 0, said).is_some());
        assert!(check(&step, 128, said).is_some());
        assert!(check(&step, 1, "error: stale-fence: no\n").is_some());
        assert!(check(&step, 1, "hint: error: outside-scope: no\n").is_some());
    }

    #[test]
    fn success_needs_its_texts_and_no_finding() {
        let step = A.runs("x").shows(&["Lane-Task: price"]);
        assert_eq!(check(&step, 0, "a\n\nLane-Task: price\n"), None);
        assert!(check(&step, 0, "a\n").is_some());
        assert!(check(&step, 0, "Lane-Task: price\nerror: outside-scope: no\n").is_some());
        assert_eq!(check(&A.runs("x").exits(2), 2, ""), None);
    }
}
