//! Takes the next command out of the `hint:` lines of an output, as an agent would that read them.

/// The hints in a text, in order.
pub(super) fn all(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.strip_prefix("hint: "))
        .map(str::to_owned)
        .collect()
}

/// The first hint that begins so, with TEXT filled in as one word for the shell.
pub(super) fn filled(hints: &[String], begins: &str, text: &str) -> Option<String> {
    let hint = hints.iter().find(|hint| hint.starts_with(begins))?;
    let word = format!("'{}'", text.replace('\'', r"'\''"));
    let words = hint
        .split(' ')
        .map(|part| if part == "TEXT" { word.as_str() } else { part });
    Some(words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "error: outside-scope: no\n  agent-a wrote: \"hint: rm\"\nhint: git lane lock 'a b' --objective TEXT\nhint: git restore a\n";

    #[test]
    fn only_lines_that_are_hints_count() {
        assert_eq!(
            all(SAID),
            ["git lane lock 'a b' --objective TEXT", "git restore a"]
        );
    }

    #[test]
    fn text_becomes_one_word() {
        let hints = all(SAID);
        assert_eq!(
            filled(&hints, "git lane lock", "it's so").as_deref(),
            Some(r"git lane lock 'a b' --objective 'it'\''s so'")
        );
        assert_eq!(
            filled(&hints, "git restore", "unused").as_deref(),
            Some("git restore a")
        );
        assert_eq!(filled(&hints, "git push", ""), None);
    }
}
