//! The three words that a check's command may leave open, and where they may not stand.

/// The changed files that are still there, one argument each.
pub(crate) const FILES: &str = "{files}";
/// The affected packages, as arguments of cargo.
pub(crate) const PACKAGES: &str = "{packages}";
/// The commit that the change is compared with.
pub(crate) const BASE: &str = "{base}";

/// What is wrong with where a placeholder stands, if something is.
pub(super) fn misplaced(words: &[String]) -> Option<String> {
    let holds = |word: &str, open: &&&str| word.contains(**open);
    if let Some(open) = [FILES, PACKAGES, BASE].iter().find(|open| holds(&words[0], open)) {
        return Some(format!(
            "must not begin with {open}; it is an argument (with `shell`, one of the script's \"$@\")"
        ));
    }
    let many = [FILES, PACKAGES];
    let open = many
        .iter()
        .find(|open| words.iter().any(|word| holds(word, open) && word != **open))?;
    Some(format!(
        "must give {open} a word of its own; it stands for any number of arguments"
    ))
}
