//! A path of any bytes: shown safely, and named by a glob that covers it and nothing else.

use lane_core::glob::GlobProblem;
use lane_core::glob::Scope;
use lane_core::glob::folded;
use lane_core::text;
use lane_core::text::is_unsafe;
use lane_rules::exact_glob;

use super::glob::is_path;
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "path",
    check,
    seeds: &[
        "crates/parser/src/group.rs",
        "a [1]*?.txt",
        "{x,y}/\\back/!x/^y",
        "e\u{301}/É/ß/İ",
        "-x/.github/...",
        "a\u{202e}b/\u{200b}\nx",
    ],
    slots: &[("", ""), ("a/", "/b")],
    regressions: &[("what is put before it is what it begins with", b"x")],
};

fn check(path: &[u8]) {
    let shown = text::escape_path(path);
    assert!(!shown.chars().any(is_unsafe), "{shown:?}");
    if !is_path(path) {
        return;
    }
    let glob = exact_glob(path);
    let scope = match Scope::parse(&[&glob]) {
        Ok(scope) => scope,
        Err(error) => {
            assert_eq!(error.problem, GlobProblem::TooLong, "{glob:?}");
            return;
        }
    };
    assert!(scope.covers(path), "{glob:?} does not cover its own path");
    assert!(
        scope.covers(&[path, b"/below"].concat()),
        "{glob:?} covers what is below"
    );
    let is_exact = std::str::from_utf8(path).is_ok_and(|text| !text.chars().any(is_unsafe));
    for other in neighbours(path) {
        let (own, near) = (folded(path), folded(&other));
        let within = near
            .strip_prefix(&*own)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        assert!(
            within || !is_exact || !scope.covers(&other),
            "{glob:?} covers {}",
            text::escape_path(&other)
        );
    }
}

/// Paths that are nearly this one; some may be the same when folded, or below it.
fn neighbours(path: &[u8]) -> Vec<Vec<u8>> {
    let middle = path.len() / 2;
    let mut other = path.to_vec();
    other[middle] ^= 1;
    vec![
        [path, b"x"].concat(),
        [b"x", path].concat(),
        [b"x/", path].concat(),
        path[1..].to_vec(),
        path[..path.len() - 1].to_vec(),
        other,
    ]
}
