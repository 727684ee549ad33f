//! The language in tables: what covers what, and what is refused.

use std::collections::BTreeSet;
use std::error::Error as _;

use super::super::Glob;
use super::super::GlobProblem;
use super::super::MAX_ALTERNATIVES;
use super::super::MAX_BYTES;
use super::super::MAX_DEPTH;
use super::super::Scope;

fn glob(text: &str) -> Glob {
    Glob::parse(text).unwrap_or_else(|error| panic!("{text}: {}", error.problem))
}

#[track_caller]
fn check(text: &str, covered: &[&str], others: &[&str]) {
    let glob = glob(text);
    for path in covered {
        assert!(glob.covers(path.as_bytes()), "{text} should cover {path}");
    }
    for path in others {
        assert!(!glob.covers(path.as_bytes()), "{text} should not cover {path}");
    }
}

#[track_caller]
fn refused(text: &str, problem: GlobProblem) {
    assert_eq!(Glob::parse(text).unwrap_err().problem, problem, "{text}");
}

#[test]
fn a_star_never_crosses_a_slash() {
    check("a/*.rs", &["a/b.rs", "a/.rs"], &["a/b/c.rs", "a", "b.rs"]);
    check("a*c", &["ac", "abbc"], &["a/c", "ab/c"]);
}

#[test]
fn a_question_mark_is_exactly_one_character() {
    check("a?", &["ab", "aé", "ae\u{301}", "a€", "aß"], &["a", "abc", "a/"]);
    check("?", &["é", "É", "e\u{301}"], &["ab"]);
}

#[test]
fn a_class_never_matches_a_slash() {
    check("a[!b]c", &["axc", "aéc"], &["a/c", "abc", "aBc"]);
    check("a[+-9]c", &["a+c", "a0c", "a.c"], &["a/c"]);
}

#[test]
fn classes_ignore_case_and_know_characters_not_bytes() {
    check("[A-Z]", &["a", "Z"], &["é", "1"]);
    check("[é]", &["é", "É", "e\u{301}"], &["e", "è"]);
    check("[]-]", &["]", "-"], &["a"]);
}

#[test]
fn two_stars_are_any_number_of_components() {
    check("**/x", &["x", "a/x", "a/b/x", "a/x/y"], &["ax", "a/xb"]);
    check(
        "a/**/b",
        &["a/b", "a/x/b", "a/x/y/b/c"],
        &["ab", "a", "b", "a/xb"],
    );
    check(
        "a/**/b/**/c",
        &["a/b/c", "a/b/b/x/c", "a/x/b/c/d"],
        &["a/c/b", "a/b"],
    );
    check("**", &["a", "a/b"], &[]);
}

#[test]
fn a_glob_covers_what_is_below_and_the_root_itself() {
    for text in ["src", "src/", "src/**", "/src", "./src", "./src/**/"] {
        check(
            text,
            &["src", "src/a", "src/a/b", "SRC/a"],
            &["srca", "a/src", "sr"],
        );
    }
    check("s*", &["src/a/b"], &["a/src"]);
    check("src/*", &["src/a", "src/a/b"], &["src"]);
}

#[test]
fn braces_are_alternatives_and_nest() {
    check("{a,b}/c", &["a/c", "B/c/d"], &["c", "ab/c"]);
    check(
        "x{,.rs,{1,2{3,4}}}",
        &["x", "x.rs", "x1", "x23", "x24"],
        &["x2", "x34"],
    );
    check("{src/a,doc}/*.md", &["src/a/x.md", "doc/x.md"], &["src/x.md"]);
    check("{e,a}\u{301}", &["é", "á"], &["e", "a"]);
    check("{[,}],x}y", &[",y", "}y", "xy"], &["[y"]);
    check("a,b", &["a,b"], &["a", "b"]);
}

#[test]
fn a_backslash_takes_the_meaning_away() {
    check(r"\*\?\[\{\}\\", &[r"*?[{}\"], &[r"a?[{}\"]);
    check(r"{a\,b,c}", &["a,b", "c"], &["a", "b"]);
    check(r"\é", &["é"], &["e"]);
}

#[test]
fn case_and_normal_form_do_not_matter() {
    check(
        "Straße/É*",
        &["straße/éa", "STRAẞE/E\u{301}"],
        &["strasse/é", "straße/e"],
    );
    check("ΟΔΟΣ", &["οδος", "οδοσ"], &[]);
    check("e\u{301}*", &["É.txt"], &["e.txt"]);
}

#[test]
fn bytes_that_are_not_text_are_one_character_each() {
    let scope = Scope::parse(&["a?c"]).unwrap();
    assert!(scope.covers(b"a\xffc"));
    assert!(!scope.covers(b"a\xff\xfec"));
    assert!(glob("[!a]").covers(b"\x80/x"));
}

#[test]
fn what_makes_no_sense_is_refused_and_says_why() {
    for text in ["", "/", "./", ".//", "{a,}", "{/,a}"] {
        refused(text, GlobProblem::Empty);
    }
    for text in ["..", "../a", "a/../b", "a/.", ".", "{..,a}/b", r"\.\./a"] {
        refused(text, GlobProblem::DotComponent);
    }
    for text in ["a**", "**b", "a**b", "***", "a/**.rs", "{a,**}b"] {
        refused(text, GlobProblem::GluedStars);
    }
    refused("a\0", GlobProblem::Nul);
    refused("[a", GlobProblem::UnclosedClass);
    refused("{a,b", GlobProblem::UnclosedBrace);
    refused("{a,{b}", GlobProblem::UnclosedBrace);
    refused("a}", GlobProblem::UnopenedBrace);
    refused("a\\", GlobProblem::DanglingEscape);
    refused(r"src\main", GlobProblem::NeedlessEscape('m'));
    refused(r"src\/", GlobProblem::DanglingEscape);
}

#[test]
fn bounds_are_kept_exactly() {
    assert!(Glob::parse(&"a".repeat(MAX_BYTES)).is_ok());
    refused(&"a".repeat(MAX_BYTES + 1), GlobProblem::TooLong);
    let alternatives = |count: usize| format!("{{{}}}", vec!["a"; count].join(","));
    assert!(Glob::parse(&alternatives(MAX_ALTERNATIVES)).is_ok());
    refused(
        &alternatives(MAX_ALTERNATIVES + 1),
        GlobProblem::TooManyAlternatives,
    );
    refused(&"{a,b}".repeat(100), GlobProblem::TooManyAlternatives);
    let nested = |depth: usize| format!("{}a{}", "{".repeat(depth), "}".repeat(depth));
    assert!(Glob::parse(&nested(MAX_DEPTH)).is_ok());
    refused(&nested(MAX_DEPTH + 1), GlobProblem::TooDeep);
}

#[test]
fn an_error_names_the_glob_and_its_cause() {
    let error = Scope::parse(&["a", "b[", "c{"]).unwrap_err();
    assert_eq!(error.to_string(), r#"the glob "b[" cannot be used"#);
    assert_eq!(
        error.source().unwrap().to_string(),
        r"a `[` is never closed; write `\[` for the character"
    );
    assert_eq!(Glob::parse(&"a".repeat(5000)).unwrap_err().glob.len(), 80);
}

#[test]
fn the_text_is_kept_as_written_but_for_its_ends() {
    for (written, kept) in [
        ("./a/B/", "a/B"),
        ("/a", "a"),
        ("././/a//", "a"),
        ("a//b", "a//b"),
        ("-x", "-x"),
    ] {
        assert_eq!(glob(written).as_str(), kept);
        assert_eq!(glob(written).to_string(), kept);
    }
    check("a//b", &["a/b"], &["a"]);
}

#[test]
fn the_literal_prefix_is_folded_and_ends_at_the_first_wildcard() {
    let table = [
        ("Crates/A/**", "crates/a"),
        ("crates/a/*.rs", "crates/a/"),
        ("crates/a/**/b", "crates/a/"),
        ("É*", "é"),
        ("{ab,ac}/x", "a"),
        ("{a,a}b", "ab"),
        ("**/x", ""),
        ("**", ""),
        (r"a\*b", "a*b"),
    ];
    for (text, prefix) in table {
        assert_eq!(glob(text).literal_prefix(), prefix, "{text}");
    }
}

#[test]
fn everything_is_known_by_sight() {
    for text in ["**", "*", "**/*", "**/**", "/**", "{a,**}", "*/**"] {
        assert!(glob(text).is_everything(), "{text}");
    }
    for text in ["a", "*/*", "?", "**/a", "a/**", "*.*"] {
        assert!(!glob(text).is_everything(), "{text}");
    }
    assert!(Glob::everything().is_everything());
    assert_eq!(Glob::everything(), glob("**"));
}

#[test]
fn a_scope_says_which_glob_covers() {
    let scope = Scope::parse(&["a/**", "b/*.rs"]).unwrap();
    assert_eq!(scope.covering(b"b/x.rs").map(Glob::as_str), Some("b/*.rs"));
    assert_eq!(scope.covering(b"c"), None);
    assert!(!Scope::default().covers(b"a"));
    assert!(Scope::default().is_empty() && !scope.is_empty());
    assert_eq!(scope.globs().iter().cloned().collect::<BTreeSet<_>>().len(), 2);
}

#[test]
fn globs_are_strings_in_records() {
    #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
    struct Record {
        scope: Scope,
    }
    let text = "scope = [\"crates/parser/**\", \"a/*\"]\n";
    let record: Record = toml::from_str(text).unwrap();
    assert_eq!(toml::to_string(&record).unwrap(), text);
    let error = toml::from_str::<Record>("scope = [\"a**\"]")
        .unwrap_err()
        .to_string();
    assert!(error.contains("`**` stands alone"), "{error}");
}

#[test]
fn a_list_that_spells_out_to_too_much_is_refused_at_the_glob_that_is_too_many() {
    // 64 alternatives of 950 characters each: sixteen of them just fit.
    let long = |n: usize| {
        format!(
            "{n:02}{{{}}}{}",
            ",".repeat(MAX_ALTERNATIVES - 1),
            "a".repeat(948)
        )
    };
    let globs: Vec<String> = (0..17).map(long).collect();
    assert!(Scope::parse(&globs[..16]).is_ok());
    let error = Scope::parse(&globs).unwrap_err();
    assert_eq!(error.problem, GlobProblem::ScopeTooLarge);
    assert!(globs[16].starts_with(&error.glob));
    // The seventeenth is fine by itself.
    assert!(Scope::parse(&globs[16..]).is_ok());
}
