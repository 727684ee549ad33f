//! Properties over generated globs, against every short path and against other matchers.

use std::sync::LazyLock;

use globset::GlobBuilder;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::Glob;
use super::super::MAX_ALTERNATIVES;
use super::super::Scope;
use super::super::TooComplex;
use super::super::decide;
use super::super::folded;
use super::super::git_path;
use super::naive;

const PIECES: &[&str] = &[
    "a", "B", "é", "É", ".", "*", "?", "[ab]", "[!a]", "[A-B]", "[É]", "{a,b*}", "{,É}", "{a/b,?}", "a", "*",
];
const PLAIN_PIECES: &[&str] = &["a", "b", ".", "*", "?", "{a,b}", "a", "*"];

static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| naive::paths(4));

fn name(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let pieces = proptest::collection::vec(select(pieces), 1..4).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 1 => Just("**".to_owned())]
}

fn glob(pieces: &'static [&'static str]) -> impl Strategy<Value = Glob> {
    let text = proptest::collection::vec(name(pieces), 1..4).prop_map(|names| names.join("/"));
    text.prop_filter_map("refused", |text| Glob::parse(&text).ok())
}

fn scope() -> impl Strategy<Value = Scope> {
    proptest::collection::vec(glob(PIECES), 1..3).prop_map(Scope::new)
}

/// Checks an answer against every short path, and a witness against the scopes.
fn check(all_of: &[&Scope], none_of: &[&Scope]) -> Result<(), TestCaseError> {
    let holds = |path: &[u8]| {
        all_of.iter().all(|scope| scope.covers(path)) && !none_of.iter().any(|scope| scope.covers(path))
    };
    match decide(all_of, none_of) {
        Ok(Some(path)) => {
            prop_assert!(git_path::is_valid(&path), "{path:?}");
            prop_assert!(holds(path.as_bytes()), "{path:?}");
            prop_assert_eq!(folded(path.as_bytes()), &*path);
        }
        Ok(None) => {
            let missed = PATHS.iter().find(|path| holds(path.as_bytes()));
            prop_assert_eq!(missed, None);
        }
        Err(TooComplex) => prop_assert!(false, "nothing here is complex"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn covering_agrees_with_the_naive_matcher(glob in glob(PIECES)) {
        for path in PATHS.iter() {
            prop_assert_eq!(glob.covers(path.as_bytes()), naive::covers(glob.as_str(), path), "{} {}", glob, path);
        }
    }

    #[test]
    fn every_covered_path_starts_with_the_literal_prefix(glob in glob(PIECES)) {
        for path in PATHS.iter().filter(|path| glob.covers(path.as_bytes())) {
            prop_assert!(folded(path.as_bytes()).starts_with(glob.literal_prefix()), "{} {}", glob, path);
        }
    }

    #[test]
    fn one_scope_is_decided_exactly(a in scope()) {
        check(&[&a], &[])?;
        prop_assert_eq!(decide(&[&a], &[&a]), Ok(None));
    }

    #[test]
    fn two_scopes_are_decided_exactly_and_symmetrically(a in scope(), b in scope()) {
        check(&[&a, &b], &[])?;
        prop_assert_eq!(decide(&[&a, &b], &[]).map(|x| x.is_some()), decide(&[&b, &a], &[]).map(|x| x.is_some()));
    }

    #[test]
    fn differences_are_decided_exactly(a in scope(), b in scope()) {
        check(&[&a], &[&b])?;
    }

    #[test]
    fn exceptions_are_decided_exactly(a in scope(), b in scope(), c in scope(), d in scope()) {
        check(&[&a, &b], &[&c])?;
        check(&[&a, &b, &d], &[&c])?;
        check(&[&a, &b], &[&c, &d])?;
    }

    #[test]
    fn globset_agrees_where_it_means_the_same(glob in glob(PLAIN_PIECES)) {
        let oracle = |text: &str| {
            GlobBuilder::new(text).literal_separator(true).build().map(|glob| glob.compile_matcher())
        };
        let root = glob.as_str().trim_end_matches("/**");
        let oracles = [oracle(glob.as_str()).unwrap(), oracle(root).unwrap()];
        for path in PATHS.iter().filter(|path| path.is_ascii() && !path.contains('B')) {
            let mut tops = path.match_indices('/').map(|(at, _)| &path[..at]).chain([&**path]);
            let expected = tops.any(|top| oracles.iter().any(|oracle| oracle.is_match(top)));
            prop_assert_eq!(glob.covers(path.as_bytes()), expected, "{} {}", glob, path);
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in r"[ab/.*?\[\]!^{},\\éÉ-]{0,30}", path: Vec<u8>) {
        if let Ok(glob) = Glob::parse(&text) {
            prop_assert!(glob.branches().len() <= MAX_ALTERNATIVES);
            prop_assert_eq!(Glob::parse(glob.as_str()), Ok(glob.clone()));
            glob.covers(&path);
            let scope = Scope::new(vec![glob]);
            let escaped = decide(&[&scope], &[&scope]);
            prop_assert!(matches!(escaped, Ok(None) | Err(TooComplex)), "{:?}", escaped);
        }
    }

    #[test]
    fn any_unicode_is_parsed_or_refused(text: String) {
        if let Ok(glob) = Glob::parse(&text) {
            prop_assert_eq!(Glob::parse(glob.as_str()), Ok(glob));
        }
    }
}
