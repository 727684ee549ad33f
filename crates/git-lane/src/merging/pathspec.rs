//! A path of the repository as a word of a command line that names it, and nothing else, from any folder.

use lane_core::text;

/// `path` (from the root) as a pathspec. What cannot be shown, such as a line break, stands as `?`, so that the command
/// can be copied.
pub(crate) fn pathspec(path: &[u8], at_root: bool) -> String {
    let plain = std::str::from_utf8(path).ok();
    let plain = plain
        .filter(|p| !p.starts_with(':') && !p.chars().any(|c| "*?[\\".contains(c) || text::is_unsafe(c)));
    match plain {
        Some(plain) if at_root => plain.to_owned(),
        Some(plain) => format!(":/{plain}"),
        None => format!(":(top,glob){}", pattern(path)),
    }
}

fn pattern(path: &[u8]) -> String {
    let mut out = String::new();
    for chunk in path.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '*' | '?' | '[' | '\\' => out.extend(['\\', c]),
                // A byte each: that is what `?` stands for.
                c if text::is_unsafe(c) => out.extend(std::iter::repeat_n('?', c.len_utf8())),
                c => out.push(c),
            }
        }
        out.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_stays_and_any_other_is_a_pattern_for_itself() {
        for (path, at_root, expected) in [
            (&b"a/b c.md"[..], true, "a/b c.md"),
            (b"a/b.md", false, ":/a/b.md"),
            (b"-x", true, "-x"),
            (b":x", true, ":(top,glob):x"),
            (b"a[1]*.md", true, ":(top,glob)a\\[1]\\*.md"),
            (b"a\nb\xff", false, ":(top,glob)a?b?"),
        ] {
            assert_eq!(pathspec(path, at_root), expected);
        }
    }
}
