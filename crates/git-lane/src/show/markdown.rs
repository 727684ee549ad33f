//! A Markdown table whose cells hold what others wrote: bounded, on one line, and never Markdown of its own.

use lane_core::text;

/// The rows under their headings, as lines.
pub(crate) fn table(heads: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let heads: Vec<String> = heads.iter().map(ToString::to_string).collect();
    let rule = vec!["---".to_owned(); heads.len()];
    [line(&heads), line(&rule)]
        .into_iter()
        .chain(rows.iter().map(|row| line(row)))
        .collect()
}

/// A cell's text of at most `limit` characters, shown as it is.
pub(crate) fn plain(words: &str, limit: usize) -> String {
    let mut out = String::new();
    for c in text::excerpt(words, limit).chars() {
        // A backslash before a letter would stay; before these it never does.
        if "\\`*_[]<>|~&".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A path or glob: as code where nothing in it ends the code or the cell.
pub(crate) fn code(words: &str, limit: usize) -> String {
    let shown = text::excerpt(words, limit);
    if shown.trim() != shown || shown.is_empty() || shown.contains(['`', '|', '\\']) {
        return plain(words, limit);
    }
    format!("`{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_end_its_cell_or_become_markdown() {
        assert_eq!(
            plain("a|b `c` <img> [x](y) **z**\n", 99),
            r"a\|b \`c\` \<img\> \[x\](y) \*\*z\*\*\\u{a}"
        );
        assert_eq!(plain("abcdef", 3), "abc…");
        assert_eq!(plain(r"a\|b", 9), r"a\\\|b");
    }

    #[test]
    fn a_glob_is_code_unless_it_would_end_it() {
        assert_eq!(code("src/**", 99), "`src/**`");
        assert_eq!(code("{a|b}/**", 99), r"{a\|b}/\*\*");
        assert_eq!(code("a`b", 99), r"a\`b");
        assert_eq!(code("a\nb", 99), r"a\\u{a}b");
    }

    #[test]
    fn a_table_without_rows_is_its_head() {
        assert_eq!(table(&["a", "b"], &[]), ["| a | b |", "| --- | --- |"]);
    }
}
