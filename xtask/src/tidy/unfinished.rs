//! Nothing is left unfinished or switched off: no ignored test, no `todo!`, no sleeping in tests.

use super::Finding;
use crate::rust_text::mentions;
use crate::tree::File;
use crate::tree::Tree;

/// Nowhere, tests or not; the reason follows.
const NOWHERE: &[(&str, &str)] = &[
    ("#[ignore", "an ignored test checks nothing: mend it or delete it"),
    ("dbg!(", "a leftover of debugging"),
    ("todo!(", "a placeholder"),
    ("unimplemented!(", "a placeholder"),
];

const SLEEP: &str = "thread::sleep";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let found = NOWHERE
        .iter()
        .flat_map(|&(word, why)| mentions(file.code(), word).map(move |at| (word, why, at)));
    let slept = mentions(file.code(), SLEEP).filter(|&at| file.is_test(at));
    let slept = slept.map(|at| {
        (
            SLEEP,
            "a test that waits is slow or flaky: wait for the event itself",
            at,
        )
    });
    found
        .chain(slept)
        .map(|(word, why, at)| file.finding(at, format!("`{word}`: {why}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::count;

    #[test]
    fn placeholders_are_found_everywhere() {
        for path in ["c/src/a.rs", "c/tests/a.rs"] {
            for text in [
                "fn f() { todo!() }",
                "unimplemented!(\"x\")",
                "dbg!(x)",
                "#[ignore]",
                "#[ignore = \"slow\"]",
            ] {
                assert_eq!(count(check, path, text), 1, "{text} in {path}");
            }
        }
    }

    #[test]
    fn sleeping_is_found_in_tests_only() {
        let sleep = "fn f() { std::thread::sleep(x) }";
        assert_eq!(count(check, "c/tests/a.rs", sleep), 1);
        assert_eq!(
            count(
                check,
                "c/src/a.rs",
                &format!("#[cfg(test)]\nmod tests {{ {sleep} }}")
            ),
            1
        );
        assert_eq!(count(check, "c/src/a.rs", sleep), 0);
        assert_eq!(
            count(check, "c/tests/a.rs", "fn f() { std::thread::spawn(x) }"),
            0
        );
    }

    #[test]
    fn words_about_them_are_free() {
        assert_eq!(
            count(
                check,
                "c/src/a.rs",
                "// todo!()\nconst A: &str = \"dbg!(\"; fn ignore() {} my_todo!()"
            ),
            0
        );
    }
}
