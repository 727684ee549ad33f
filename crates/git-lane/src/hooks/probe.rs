//! The question whether a hook would run, and its answer. A hook that is asked judges nothing and refuses, so that the
//! question lets no commit past.

use std::process::ExitCode;

use super::REFUSED;
use crate::show::paint;

/// The variable that asks; its value comes back in the answer.
pub(crate) const PROBE_VAR: &str = "GIT_LANE_PROBE";

/// What an answer begins with.
const ANSWER: &str = "git-lane hook answers:";

/// Who answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer<'a> {
    pub(crate) hook: &'a str,
    pub(crate) version: &'a str,
}

/// Answers, if the hook was asked.
pub(super) fn answer(name: &str) -> Option<ExitCode> {
    let nonce = std::env::var_os(PROBE_VAR)?;
    // As it came: a question that is no text gets an answer that fits none.
    let nonce = nonce.to_string_lossy();
    paint::note(&format!("{ANSWER} {name} {} {nonce}", env!("CARGO_PKG_VERSION")));
    paint::error(&format!(
        "{PROBE_VAR} is set, so this hook judges nothing and refuses"
    ));
    paint::hint(&format!("unset {PROBE_VAR}"));
    Some(ExitCode::from(REFUSED))
}

/// The answer to the question with this value among lines that a hook wrote.
pub(crate) fn answer_in<'a>(said: &'a str, nonce: &str) -> Option<Answer<'a>> {
    said.lines().find_map(|line| {
        let words: Vec<&str> = line.strip_prefix(ANSWER)?.split_whitespace().collect();
        match words.as_slice() {
            [hook, version, value] if *value == nonce => Some(Answer { hook, version }),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_our_own_question_counts() {
        let said = "noise\ngit-lane hook answers: pre-push 1.2.3 abc\nerror: x\n";
        let found = answer_in(said, "abc").unwrap();
        assert_eq!((found.hook, found.version), ("pre-push", "1.2.3"));
        for (said, nonce) in [
            (said, "abd"),
            ("git-lane hook answers: pre-push 1.2.3", "abc"),
            ("git-lane hook answers: pre-push 1.2.3 abc d", "abc"),
            (" git-lane hook answers: pre-push 1.2.3 abc", "abc"),
            ("", ""),
        ] {
            assert_eq!(answer_in(said, nonce), None, "{said:?}");
        }
    }
}
