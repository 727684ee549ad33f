//! Comments of a template in one column.

/// Stands before a comment that is put into the column.
const BEHIND: &str = " ~# ";

/// The widest line that the column is made for, in characters.
const COLUMN_MAX: usize = 40;

/// Puts the comments that stand behind ` ~#` into one column; behind a longer line they keep their distance.
pub(super) fn aligned(text: &str) -> String {
    let split = |line| str::split_once(line, BEHIND);
    let widths = text
        .lines()
        .filter_map(|line| Some(split(line)?.0.chars().count()));
    let column = widths.filter(|width| *width <= COLUMN_MAX).max().unwrap_or(0);
    let lines = text.lines().map(|line| match split(line) {
        Some((code, comment)) => format!("{code:<column$}  # {comment}\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_stand_in_one_column() {
        let long = "x".repeat(COLUMN_MAX + 1);
        let text = aligned(&format!(
            "# a\na = 1 ~# one\nlonger = 2 ~# two\n\n{long} ~# three\n"
        ));
        let expected = format!("# a\na = 1       # one\nlonger = 2  # two\n\n{long}  # three\n");
        assert_eq!(text, expected);
    }
}
