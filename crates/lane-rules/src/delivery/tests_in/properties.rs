//! Whatever the bytes are: no panic, and what did not change took nothing away.

use lane_core::policy::Tests;
use proptest::collection::vec;
use proptest::prelude::*;

use super::Sides;
use super::removed;
use crate::delivery::What;

/// Pieces of which texts are made that the scanner has an opinion about.
const PIECES: &[&str] = &[
    "#[test]\n",
    "#[ignore]",
    "fn one() {",
    "}",
    "{",
    "\n",
    " ",
    "'",
    "\"",
    "`",
    "\\",
    "/*",
    "*/",
    "//",
    "#",
    "r#\"",
    "'''",
    "\"\"\"",
    "it('a'",
    "it.skip(\"b\"",
    "describe(",
    "def test_x():",
    "    ",
    "func TestA(",
    "t.Skip(",
    "@Test ",
    "void a(",
    "[Fact]",
    "@test \"x\" {",
    "proptest! {",
    "[check.a]\nrung = 1\n",
    "é",
    "\u{202e}",
    "=begin",
    "=end",
];

const PATHS: &[&str] = &[
    "a.rs",
    "tests/b.rs",
    "c.py",
    "d.test.ts",
    "e_test.go",
    "F.java",
    "g.cs",
    "h.rb",
    "i.bats",
    "j",
    ".agents/gates.toml",
];

fn text() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![4 => pieces, 1 => vec(any::<u8>(), 0..200)]
}

fn path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PATHS)
}

proptest! {
    #[test]
    fn what_did_not_change_took_nothing_away(files in vec((path(), text()), 0..4)) {
        let sides: Vec<Sides<'_>> = files
            .iter()
            .map(|(path, text)| Sides { path: path.as_bytes(), before: Some(text), after: Some(text) })
            .collect();
        prop_assert_eq!(removed(&sides, &Tests::default()), []);
    }

    #[test]
    fn moving_a_file_takes_nothing_away(text in text(), path in path()) {
        let moved = format!("elsewhere/{path}");
        let sides = [
            Sides { path: path.as_bytes(), before: Some(&text), after: None },
            Sides { path: moved.as_bytes(), before: None, after: Some(&text) },
        ];
        let gone = removed(&sides, &Tests::default());
        prop_assert!(gone.iter().all(|one| matches!(one.what, What::Check(_))), "{gone:?}");
    }

    #[test]
    fn any_change_is_compared(files in vec((path(), prop::option::of(text()), prop::option::of(text())), 0..4)) {
        let sides: Vec<Sides<'_>> = files
            .iter()
            .map(|(path, before, after)| Sides {
                path: path.as_bytes(),
                before: before.as_deref(),
                after: after.as_deref(),
            })
            .collect();
        let tests = Tests { names: vec![r"^\s*case (?<name>\w+)".to_owned(), "(".to_owned()], ..Tests::default() };
        let gone = removed(&sides, &tests);
        prop_assert!(gone.is_sorted());
        prop_assert!(gone.iter().all(|one| sides.iter().any(|side| side.path == one.path)));
    }
}
