//! Decisions in tables: who meets whom, with which example.

use super::super::Scope;
use super::super::TooComplex;
use super::super::decide;
use super::super::escapes;
use super::super::overlap;

fn scope(globs: &[&str]) -> Scope {
    Scope::parse(globs).unwrap()
}

#[test]
fn two_scopes_overlap_with_the_shortest_example() {
    let table: &[(&[&str], &[&str], Option<&str>)] = &[
        (&["crates/a/**"], &["crates/b/**"], None),
        (&["crates/a/**"], &["crates/a/src/*.rs"], Some("crates/a/src/.rs")),
        (&["crates/a/**"], &["crates/A"], Some("crates/a")),
        (&["sub/**"], &["sub"], Some("sub")),
        (&["*.rs"], &["a*"], Some("a.rs")),
        (&["a/*/c"], &["a/b/*"], Some("a/b/c")),
        (&["**/*.rs"], &["**/*.toml"], Some(".rs/.toml")),
        (&["a?"], &["a??"], None),
        (&["x[a-c]"], &["x[!a-c]"], None),
        (&["x[A-C]"], &["x[c-d]"], Some("xc")),
        (&["?é"], &["é?"], Some("éé")),
        (&["É"], &["[à-ë]"], Some("é")),
        (&["a", "b"], &["c", "{d,b}/x"], Some("b/x")),
        (&["**"], &["**"], Some("a")),
        (&["**"], &[], None),
        (&["-a"], &["-?"], Some("-a")),
    ];
    for (a, b, expected) in table {
        let found = overlap(&scope(a), &scope(b), &scope(&[])).unwrap();
        assert_eq!(found.as_deref(), *expected, "{a:?} {b:?}");
    }
}

#[test]
fn exceptions_are_taken_out() {
    let table: &[(&str, &str, &[&str], Option<&str>)] = &[
        ("**", "CHANGELOG.md", &["changelog.md"], None),
        ("**/Cargo.lock", "a/**", &["**/cargo.lock"], None),
        ("a/**", "a/**", &["a/*"], Some("a")),
        ("a/**", "a/b", &["a/**"], None),
        ("a/**", "a/**", &["a/b/**", "a"], None),
        ("a/*", "a/**", &["a/[!x]*"], Some("a/x")),
        ("?", "?", &["[!é]"], Some("é")),
    ];
    for (a, b, except, expected) in table {
        let found = overlap(&scope(&[a]), &scope(&[b]), &scope(except)).unwrap();
        assert_eq!(found.as_deref(), *expected, "{a} {b} {except:?}");
    }
}

#[test]
fn a_scope_within_others_does_not_escape_them() {
    let check = |a: &[&str], within: &[&[&str]]| {
        let within: Vec<Scope> = within.iter().map(|globs| scope(globs)).collect();
        escapes(&scope(a), &within.iter().collect::<Vec<_>>()).unwrap()
    };
    assert_eq!(check(&["crates/a/src/*.rs"], &[&["crates/a"]]), None);
    assert_eq!(check(&["*.rs"], &[&["[a-m]*"], &["[!a-m]*"]]), None);
    assert_eq!(check(&["src/**"], &[&["src/*"]]), Some("src".to_owned()));
    assert_eq!(check(&["src/*"], &[&["src/?*"]]), None);
    assert_eq!(check(&["a", "b"], &[&["a"]]), Some("b".to_owned()));
    assert_eq!(check(&[], &[]), None);
    assert_eq!(check(&["a"], &[]), Some("a".to_owned()));
    assert_eq!(check(&["*.rs"], &[&["**/*.rs"]]), None);
}

#[test]
fn an_example_is_a_path_that_git_can_store() {
    let none = scope(&[]);
    for globs in [".git", "a/.GIT/b", "[.]", "[.][.]", "[.]git", "{.git,.git/x}"] {
        assert_eq!(escapes(&scope(&[globs]), &[]), Ok(None), "{globs}");
    }
    assert_eq!(
        overlap(&scope(&[".gi?"]), &scope(&["**"]), &none),
        Ok(Some(".gia".to_owned()))
    );
    assert_eq!(
        overlap(&scope(&[".gi[t-u]*"]), &scope(&["**"]), &none),
        Ok(Some(".giu".to_owned()))
    );
    assert_eq!(
        overlap(&scope(&[".gıt"]), &scope(&["**"]), &none),
        Ok(Some(".gıt".to_owned()))
    );
}

#[test]
fn three_scopes_meet_only_where_all_do() {
    let (a, b, c) = (scope(&["a*"]), scope(&["*b"]), scope(&["?[!c]?"]));
    assert_eq!(decide(&[&a, &b, &c], &[]), Ok(Some("aab".to_owned())));
    assert_eq!(decide(&[&a, &b, &c], &[&scope(&["???"])]), Ok(None));
    assert_eq!(decide(&[], &[]), Ok(Some("a".to_owned())));
    assert_eq!(decide(&[], &[&scope(&["*"])]), Ok(None));
}

#[test]
fn only_paths_beyond_ascii_may_be_left() {
    let letters = scope(&["*[é-ü]*"]);
    let left = decide(&[&letters, &scope(&["??"])], &[&scope(&["*[ -~]*"])])
        .unwrap()
        .unwrap();
    assert!(
        letters.covers(left.as_bytes()) && left.chars().count() == 2,
        "{left:?}"
    );
    let name = scope(&["*ी"]);
    assert!(decide(&[&name], &[]).unwrap().unwrap().ends_with('ी'));
}

#[test]
fn a_decision_is_bounded_and_says_so() {
    let wide = |c: char| scope(&[&format!("*{c}{}", "?".repeat(40))]);
    assert_eq!(overlap(&wide('a'), &wide('b'), &scope(&["c"])), Err(TooComplex));
    // Bounded is not blind: covering never needs a table.
    assert!(wide('a').covers(format!("xa{}", "é".repeat(40)).as_bytes()));
}

#[test]
fn what_only_decomposed_paths_could_meet_is_not_decided() {
    assert_eq!(
        overlap(&scope(&["e?"]), &scope(&["*\u{301}"]), &scope(&[])),
        Err(TooComplex)
    );
}

#[test]
fn one_complex_pair_does_not_hide_a_plain_answer() {
    let wide = format!("*a{}", "?".repeat(40));
    assert_eq!(
        overlap(&scope(&[&wide, "b"]), &scope(&["b"]), &scope(&[])),
        Ok(Some("b".to_owned()))
    );
}

#[test]
fn exclusions_that_do_not_matter_cost_nothing() {
    let letters = ('a'..='t').collect::<Vec<_>>();
    let narrow = Scope::parse(&letters.iter().map(|c| format!("**/*{c}1*")).collect::<Vec<_>>()).unwrap();
    let wide = Scope::parse(&letters.iter().map(|c| format!("**/*{c}*")).collect::<Vec<_>>()).unwrap();
    assert_eq!(escapes(&narrow, &[&wide]), Ok(None));
}
