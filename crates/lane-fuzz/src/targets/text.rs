//! Titles, notes and messages of commits: what is shown is bounded and moves no cursor.

use lane_core::record::line_fault;
use lane_core::text;
use lane_core::text::is_unsafe;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "text",
    check,
    seeds: &[
        "Parser accepts empty groups",
        "fix\n\nbody\n\nLane-Task: T-1\nSigned-off-by: x\n",
        "a\u{1b}[2Jb\u{9b}c\u{202e}d\ne\u{200b}f\tg\r\n",
        "\u{e0041}\u{feff}\u{2066}\u{ad}",
    ],
    slots: &[("", ""), ("fix\n\n", "\nLane-Task: T-1\n")],
    regressions: &[],
};

fn check(bytes: &[u8]) {
    let written = String::from_utf8_lossy(bytes);
    let line = text::escape(&written);
    assert!(!line.chars().any(is_unsafe), "{line:?}");
    assert_eq!(text::escape(&line), line, "what is safe stays as it is");
    let block = text::escape_block(&written);
    assert!(
        !block.chars().any(|c| is_unsafe(c) && c != '\n' && c != '\t'),
        "{block:?}"
    );
    assert_eq!(
        block.lines().count(),
        written.lines().count(),
        "a block keeps its lines"
    );
    excerpts(&written);
    match line_fault("title", &written) {
        Some(fault) => check::is_printable(&fault),
        None => assert_eq!(line, *written, "a line that was taken needs no escapes"),
    }
}

/// `\u{10ffff}` is ten characters for one: no escape is longer.
const ESCAPED_CHARS: usize = 10;

fn excerpts(written: &str) {
    for limit in [0, 1, 72, text::LINE_CHARS] {
        let shown = text::excerpt(written, limit);
        assert!(!shown.chars().any(is_unsafe), "{shown:?}");
        assert!(shown.chars().count() <= limit * ESCAPED_CHARS + 1, "{shown:?}");
        assert_eq!(
            shown.ends_with('…'),
            written.chars().count() > limit || ends_so(written, limit)
        );
    }
}

fn ends_so(written: &str, limit: usize) -> bool {
    limit > 0 && written.ends_with('…')
}
