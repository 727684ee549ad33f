//! Two scopes and a path, by lines: parsing, covering, and decisions that end.
//!
//! The lines before an empty one are one scope, those behind it the other; the last line is the path as well.

use lane_core::glob::Glob;
use lane_core::glob::Scope;
use lane_core::glob::escapes;
use lane_core::glob::overlap;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "glob",
    check,
    seeds: &[
        "src/**\n\nsrc/[a-z]*/{a,b}.rs\nsrc/x/a.rs",
        "**/*a??????\n{a,b}/{c,{d,e}}\n\n**/x/**/y*\na/c",
        "a\\*b\n[!a-z]?\n\n[]-]\nÉ*\ne\u{301}",
        "*a*b*c*d*e*\n\n*e*d*c*b*a*\nabcde",
        ".g?t\n.git*\n\n**\n.github/x",
    ],
    slots: &[
        ("", ""),
        ("", "\n\n**/x"),
        ("**/a*\n\n", ""),
        ("{", "}"),
        ("[", "]"),
    ],
    regressions: &[],
};

fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (left, right) = text.split_once("\n\n").unwrap_or((&text, "src/**"));
    let (left, right) = (scope(left), scope(right));
    let path = bytes.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    if let Some(glob) = left.covering(path) {
        assert!(glob.covers(path), "{glob} was said to cover the path");
    }
    assert_eq!(
        left.covers(path),
        left.globs().iter().any(|glob| glob.covers(path))
    );
    if let Ok(Some(example)) = overlap(&left, &right, &Scope::default()) {
        assert!(left.covers(example.as_bytes()), "{example:?} is in the first");
        assert!(right.covers(example.as_bytes()), "{example:?} is in the second");
    }
    match escapes(&left, &[&right]) {
        Ok(Some(example)) => {
            assert!(left.covers(example.as_bytes()), "{example:?} is in the first");
            assert!(
                !right.covers(example.as_bytes()),
                "{example:?} is outside of the second"
            );
        }
        Ok(None) => assert!(
            !left.covers(path) || right.covers(path) || !is_path(path),
            "an escape was missed"
        ),
        Err(_) => {}
    }
}

/// How many globs are decided about. The steps of a decision are bounded; what its automata cost to make is not.
const DECIDED: usize = 2;

/// The globs among the lines.
fn scope(lines: &str) -> Scope {
    let globs = lines.split(['\n', '\'']).filter(|line| line.len() > 1);
    Scope::new(globs.take(DECIDED).filter_map(glob).collect())
}

fn glob(line: &str) -> Option<Glob> {
    match Glob::parse(line) {
        Ok(glob) => {
            let again = Glob::parse(glob.as_str()).expect("a glob's own text is a glob");
            assert_eq!(again, glob);
            assert!(glob.as_str().len() <= line.len());
            Some(glob)
        }
        Err(error) => {
            check::is_printable(&error);
            check::is_printable(&error.problem);
            None
        }
    }
}

/// Whether git can store it, on any file system.
pub(super) fn is_path(path: &[u8]) -> bool {
    !path.contains(&0)
        && path
            .split(|b| *b == b'/')
            .all(|part| !matches!(part, b"" | b"." | b"..") && !part.eq_ignore_ascii_case(b".git"))
}
