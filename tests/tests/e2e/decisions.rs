//! `docs/decisions`: begun by `init`, left where something is there, taken away while nobody has written in it.

use lane_testkit::Place;

use crate::sandbox;

#[test]
fn what_init_hints_is_all_that_preflight_asks_for() {
    for line in ["true", "git rm -qr docs && git commit -qm none"] {
        let sandbox = sandbox();
        let repo = sandbox.repo("r");
        repo.sh(line).ok();
        let said = repo.lane(["init"]).ok().prints("made   docs/decisions/README.md");
        // A second call before the commit hints the same.
        assert_eq!(said.hints(), repo.lane(["init"]).ok().hints(), "{said}");
        repo.sh(&said.hints()[0]).ok();
        assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "");
        // Who works alone need not tell agents anything, so only asking for it makes it.
        repo.lane(["preflight"])
            .code(5)
            .says("error: instructions: main has no AGENTS.md")
            .does_not_say("worklog");
    }
}

#[test]
fn the_decisions_are_begun_only_where_nothing_is_in_their_way() {
    for (line, says) in [
        (
            "mkdir docs/decisions && echo mine >docs/decisions/1.md",
            "kept   docs/decisions is there",
        ),
        ("echo mine >docs/decisions", "kept   docs/decisions is there"),
        (
            "echo /docs >.gitignore && git rm -qr --cached docs && git add .gitignore",
            "kept   git ignores docs/decisions/README.md, so docs/decisions is left out",
        ),
        (
            "git rm -qr docs && echo a >docs",
            "kept   docs is no folder, so docs/decisions is left out",
        ),
        (
            "git rm -qr docs && mkdir ../elsewhere && ln -s ../elsewhere docs",
            "kept   docs is a symbolic link, and nothing is written through one, so docs/decisions is left out",
        ),
    ] {
        let sandbox = sandbox();
        let repo = sandbox.repo("r");
        repo.sh(line).ok();
        let said = repo.lane(["init"]).ok().prints(says);
        assert!(!repo.has("docs/decisions/README.md"), "{line}");
        assert!(!said.hints()[0].contains("docs"), "{said}");
        repo.sh(&said.hints()[0]).ok();
    }
}

#[test]
fn uninstall_takes_the_decisions_away_only_while_nobody_has_written_any() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    let names = |repo: &Place<'_>| {
        let hints = repo.lane(["uninstall"]).ok().hints();
        hints.into_iter().find(|hint| hint.contains("docs/decisions"))
    };
    repo.lane(["init"]).ok();
    assert!(names(&repo).is_some_and(|hint| hint.starts_with("rm ")));
    repo.git(["add", ".agents", ".gitattributes", "docs"]).ok();
    repo.git(["commit", "--quiet", "-m", "policy"]).ok();
    assert_eq!(
        names(&repo).as_deref(),
        Some("git rm --quiet -- :/docs/decisions/README.md")
    );
    repo.sh("echo mine >>docs/decisions/README.md").ok();
    assert_eq!(names(&repo), None);
}
