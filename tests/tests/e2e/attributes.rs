//! Our section of `.gitattributes`: written by `init`, kept up to the policy, taken away.

use std::fs;

use crate::following::follow;
use crate::sandbox;

#[test]
fn gitattributes_keeps_its_lines_and_line_ends() {
    for (old, name) in [
        ("*.png binary\n", "as usual"),
        ("*.png binary", "no newline at the end"),
        ("*.png binary\r\n*.sh eol=lf\r\n", "CRLF"),
        ("", "empty"),
    ] {
        let sandbox = sandbox();
        let repo = sandbox.repo("r");
        repo.write(".gitattributes", old);
        repo.lane(["init"]).ok();
        let new = repo.read(".gitattributes");
        assert!(new.starts_with(old), "{name}: {new:?}");
        if old.contains("\r\n") {
            assert_eq!(
                new.matches('\n').count(),
                new.matches("\r\n").count(),
                "{name}: {new:?}"
            );
        }
        let attribute = repo
            .git(["check-attr", "merge", "--", ".agents/queue/x.toml"])
            .ok();
        assert_eq!(
            attribute.text(),
            ".agents/queue/x.toml: merge: git-lane",
            "{name}"
        );
        let older = repo.git(["check-attr", "diff", "--", "x.png"]).ok();
        assert_eq!(
            older.text().ends_with("unset"),
            !old.is_empty(),
            "{name}: {older}"
        );
        repo.lane(["init"]).ok();
        assert_eq!(repo.read(".gitattributes"), new, "{name}: again");
    }
}

#[test]
fn the_attributes_follow_the_policy_before_it_is_committed() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.lane(["init"]).ok();
    let line = "printf '[merge]\\nchangelogs = [\"docs/NEWS.md\"]\\nregistries = [\"a b/*.txt\"]\\n' >>.agents/policy.toml";
    repo.sh(line).ok();
    let before = repo.read(".gitattributes");
    repo.lane(["init", "--dry-run"])
        .ok()
        .prints("would  .gitattributes");
    assert_eq!(repo.read(".gitattributes"), before);
    repo.lane(["init"])
        .ok()
        .prints("fixed  .gitattributes, the section that names the merge driver");
    for (path, value) in [
        ("docs/NEWS.md", "git-lane"),
        ("a b/x.txt", "git-lane"),
        (".agents/queue/00/T-1.toml", "git-lane"),
        ("NEWS.md", "unspecified"),
        ("CHANGELOG.md", "unspecified"),
        ("a b/c/x.txt", "unspecified"),
    ] {
        let said = repo.git(["check-attr", "merge", "--", path]).ok();
        assert_eq!(said.text(), format!("{path}: merge: {value}"));
    }
    repo.git(["add", "--all"]).ok();
    repo.git(["commit", "--quiet", "-m", "policy"]).ok();
    repo.lane(["doctor"]).ok();
}

#[test]
fn where_lanes_exist_the_attributes_are_written_only_when_asked_for() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let line = "printf '[merge]\\nregistries = [\"words.txt\"]\\n' >>.agents/policy.toml && sed -i '2i *.png binary' .gitattributes && git commit -qam words";
    repo.sh(line).ok();
    let before = repo.read(".gitattributes");
    let told = repo.lane(["init"]).ok().says("names the merge driver otherwise");
    assert!(!told.stdout.contains("Everything is in place."), "{told}");
    assert_eq!(repo.read(".gitattributes"), before);
    repo.lane(["init", "--attributes", "--dry-run"])
        .ok()
        .prints("would  .gitattributes");
    assert_eq!(repo.read(".gitattributes"), before);
    repo.lane(["init", "--attributes"]).ok();
    let after = repo.read(".gitattributes");
    assert!(after.contains("/words.txt merge=git-lane\n"), "{after}");
    assert!(
        after.starts_with("*.png binary\n# git-lane: begin\n"),
        "a line of one's own stays\n{after}"
    );
    follow(&repo, &told, "git lane init --attributes").ok();
    assert_eq!(repo.read(".gitattributes"), after);
    repo.lane(["init"]).ok().prints("Everything is in place.");
}

#[test]
fn attributes_that_are_no_text_are_left_alone_with_a_sentence() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.write(".gitattributes", b"caf\xe9 binary\n");
    repo.lane(["init"]).code(2).says(".gitattributes is not UTF-8");
    let kept = fs::read(repo.path().join(".gitattributes")).expect("the attributes");
    assert_eq!(kept, b"caf\xe9 binary\n");
}

#[test]
fn after_uninstall_the_hints_take_the_section_away_too() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.write(".gitattributes", "*.png binary\n");
    repo.lane(["init"]).ok();
    let gone = repo.lane(["uninstall"]).ok();
    for hint in gone.hints() {
        repo.sh(&hint).ok();
    }
    assert_eq!(repo.read(".gitattributes"), "*.png binary\n");
    assert_eq!(
        repo.git(["status", "--porcelain"]).ok().text(),
        "?? .gitattributes"
    );
}
