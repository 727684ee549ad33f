//! Invariant 2: only lane-git names git2 or runs git; only git-lane prints or exits. xtask is a tool, not product.

use super::Finding;
use crate::rust_text::mentions;
use crate::tree::File;
use crate::tree::Tree;

const GIT: &str = "crates/lane-git/";
const TERMINAL: &str = "crates/git-lane/";
const TESTKIT: &str = "crates/lane-testkit/";
const TOOLS: &str = "xtask/";

const BINDINGS: &[&str] = &["git2", "libgit2_sys"];
const STARTERS: &[&str] = &["Command::new(", "cmd(", "cmd!("];
const SPEAKERS: &[&str] = &["println!", "eprintln!", "print!", "eprint!", "process::exit"];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .flat_map(|file| [bindings(file), children(file), terminal(file)].concat())
        .collect()
}

fn bindings(file: &File) -> Vec<Finding> {
    if file.path.starts_with(GIT) {
        return Vec::new();
    }
    let named = BINDINGS
        .iter()
        .flat_map(|&name| mentions(file.code(), name).map(move |at| (name, at)));
    named
        .map(|(name, at)| file.finding(at, format!("only lane-git may name {name}")))
        .collect()
}

fn children(file: &File) -> Vec<Finding> {
    if in_any(file, &[GIT, TESTKIT, TOOLS]) {
        return Vec::new();
    }
    let starts = STARTERS
        .iter()
        .flat_map(|&start| mentions(file.shipped(), start).map(move |at| at + start.len()));
    let git = starts.filter(|&at| is_git(&file.text[at..]));
    git.map(|at| file.finding(at, "only lane-git may run git"))
        .collect()
}

/// Whether the first argument is git; `cmd!` takes a shell first.
fn is_git(arguments: &str) -> bool {
    let first = arguments.trim_start();
    let second = first
        .split_once(',')
        .map(|(shell, rest)| (shell.trim(), rest.trim_start()));
    let program = match second {
        Some(("sh" | "&sh" | "shell", rest)) => rest,
        _ => first,
    };
    ["\"git\"", "\"git "].iter().any(|git| program.starts_with(git))
}

fn terminal(file: &File) -> Vec<Finding> {
    let free = in_any(file, &[TERMINAL, TOOLS])
        || file.path.contains("/examples/")
        || file.path.ends_with("/build.rs");
    if free {
        return Vec::new();
    }
    let spoken = SPEAKERS
        .iter()
        .flat_map(|&word| mentions(file.shipped(), word).map(move |at| (word, at)));
    spoken
        .map(|(word, at)| file.finding(at, format!("only git-lane may print or exit: {word}")))
        .collect()
}

fn in_any(file: &File, folders: &[&str]) -> bool {
    folders.iter().any(|folder| file.path.starts_with(folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::count;
    use crate::tidy::found;

    const STORE: &str = "crates/lane-store/src/lib.rs";
    const RUN: &str = "Command::new(\"git\")";

    #[test]
    fn git2_is_named_in_lane_git_only() {
        assert_eq!(
            found(check, &[(STORE, "//! x\nuse git2::Oid;")]),
            ["crates/lane-store/src/lib.rs:2: only lane-git may name git2"]
        );
        assert_eq!(
            count(check, STORE, "#[cfg(test)] mod t { use libgit2_sys as raw; }"),
            1
        );
        assert_eq!(count(check, "tests/tests/e2e/a.rs", "use git2::Oid;"), 1);
        assert_eq!(count(check, "crates/lane-git/src/lib.rs", "use git2::Oid;"), 0);
        assert_eq!(
            count(check, STORE, "// git2\nlet a = \"git2\"; let git2_like = 1;"),
            0
        );
    }

    #[test]
    fn git_is_run_by_lane_git_and_in_tests_only() {
        assert_eq!(count(check, STORE, RUN), 1);
        assert_eq!(
            count(
                check,
                "crates/git-lane/src/main.rs",
                "std::process::Command::new(\n    \"git\")"
            ),
            1
        );
        assert_eq!(count(check, STORE, "cmd!(sh, \"git status\")"), 1);
        assert_eq!(count(check, STORE, "duct::cmd(\"git\", [\"x\"])"), 1);
        for path in [
            "crates/lane-git/src/a.rs",
            "crates/lane-testkit/src/a.rs",
            "xtask/src/a.rs",
            "tests/tests/e2e.rs",
        ] {
            assert_eq!(count(check, path, RUN), 0, "{path}");
        }
        assert_eq!(
            count(check, STORE, "Command::new(\"gitk\"); Command::new(program)"),
            0
        );
        assert_eq!(
            count(
                check,
                STORE,
                &format!("#[cfg(test)] mod t {{ fn f() {{ {RUN}; }} }}")
            ),
            0
        );
    }

    #[test]
    fn only_the_terminal_prints_and_exits() {
        for word in SPEAKERS {
            assert_eq!(count(check, STORE, &format!("{word}();")), 1, "{word}");
            for path in [
                "crates/git-lane/src/main.rs",
                "xtask/src/main.rs",
                "crates/lane-core/examples/a.rs",
            ] {
                assert_eq!(count(check, path, &format!("{word}();")), 0, "{word} in {path}");
            }
        }
        assert_eq!(
            count(check, STORE, "/// println!(1)\nwriteln!(f); process::id()"),
            0
        );
        assert_eq!(
            count(check, STORE, "#[cfg(test)] mod t { fn f() { println!(); } }"),
            0
        );
        assert_eq!(count(check, "crates/lane-core/tests/a.rs", "println!()"), 0);
    }
}
