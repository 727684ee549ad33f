//! What is rescued is byte for byte what lay there, whatever git converts, and comes back so.

use std::fs;

use lane_testkit::Place;

use super::land;
use super::lane;
use super::rescued;
use crate::sandbox;

/// The files of a lane, with all that git's conversions take away: line ends, what a filter drops, what `ident` writes.
const FILES: [(&str, &[u8]); 7] = [
    ("crlf.txt", b"one\r\ntwo\r\n"),
    ("lf.txt", b"one\ntwo\n"),
    ("mixed.txt", b"one\r\ntwo\nthree\r\n"),
    ("secret.txt", b"open\nsecret one\r\nlast"),
    ("ident.txt", b"$Id: mine $\n"),
    ("src/a.rs", b"changed\r\nwith secret\r\n"),
    ("new/odd 'name'.txt", b"\xff\xfe\0\r\n\x01"),
];

fn bytes(place: &Place<'_>, path: &str) -> Vec<u8> {
    fs::read(place.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A lane with these settings and files is over and pruned; its files are in the rescue commit, and come back by the command of the
/// list.
fn check(settings: &str) {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    land(&repo);
    repo.sh(settings).ok();
    let mut big = b"a line of text\r\nand one\n".repeat(45_000);
    big.extend(b"secret\r");
    let files = FILES.iter().map(|(path, text)| (*path, text.to_vec()));
    let files: Vec<(&str, Vec<u8>)> = files.chain([("big.txt", big)]).collect();
    for (path, text) in &files {
        lane.write(path, text);
    }
    lane.sh("chmod +x lf.txt && ln -s 'no\r' link && git add crlf.txt")
        .ok();
    repo.lane(["worktree", "prune"]).ok().prints("removed ");
    let all = rescued(&repo);
    assert_eq!(all.len(), 1, "{settings}: {all:?}");
    let tip = &all[0].1;
    for (path, text) in &files {
        let target = repo.path().join("out");
        repo.sh(&format!("git cat-file blob \"{tip}:{path}\" >out")).ok();
        assert!(fs::read(target).expect("out") == *text, "{settings}: {path}");
    }
    repo.sh("rm out").ok();
    let listed = repo.lane(["worktree", "list", "--rescued", "--json"]).ok().json();
    let take = listed[0]["take"].as_str().expect("a command").to_owned();
    assert!(take.contains("restore"), "{take}");
    let taken = repo.sh(&take).ok();
    for (path, text) in &files {
        assert!(bytes(&repo, path) == *text, "{settings}: {path}: {take}\n{taken}");
    }
    repo.sh("test -x lf.txt && ! test -x crlf.txt && test \"$(readlink link)\" = \"$(printf 'no\\r')\"")
        .ok();
    let words = repo.lane(["worktree", "list", "--rescued"]).ok();
    let said = words
        .stdout
        .contains(&format!("bytes git cat-file blob {tip}:PATH > PATH"));
    assert_eq!(said, take.contains("--attr-source"), "{settings}: {words}");
}

/// Attributes as the main worktree and all others have them.
fn attributes(line: &str) -> String {
    format!(
        "echo '{line}' >.gitattributes && git add .gitattributes && git commit -qnm attributes && git push -q --no-verify origin main && git -C .worktrees/T-1 merge -q --ff-only main"
    )
}

#[test]
fn line_ends_come_back_as_they_were_where_attributes_make_them_lf() {
    check(&attributes("* text=auto eol=lf"));
    check(&attributes("* text eol=crlf"));
}

#[test]
fn line_ends_come_back_as_they_were_where_the_configuration_converts_them() {
    check("git config core.autocrlf true && git config core.safecrlf true");
    check("git config core.autocrlf input");
    check("git config core.eol crlf");
}

#[test]
fn what_a_filter_drops_or_ident_writes_comes_back() {
    let filter =
        "git config filter.drop.clean 'sed /secret/d' && git config filter.drop.smudge 'sed s/open/shut/'";
    check(&format!("{filter} && {}", attributes("*.txt filter=drop")));
    check(&attributes("ident.txt ident"));
}

#[test]
#[cfg(target_os = "linux")]
fn files_whose_names_differ_by_case_are_two_whatever_the_configuration_says() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    land(&repo);
    repo.git(["config", "core.ignorecase", "true"]).ok();
    lane.write("src/A.rs", "another\n");
    repo.lane(["worktree", "prune"]).ok().prints("removed ");
    let (_, tip) = &rescued(&repo)[0];
    assert_eq!(super::at(&repo, tip, "src/A.rs"), "another\n");
}

#[test]
fn the_commit_says_how_a_file_is_had_as_it_was() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    repo.git(["config", "core.autocrlf", "input"]).ok();
    lane.write("src/a.rs", "a\r\nb");
    repo.lane(["worktree", "rebuild", "T-1"]).ok();
    let (name, _) = rescued(&repo)[0].clone();
    let message = repo.git(["log", "-1", "--format=%B", &name]).ok();
    let message = message.prints("git cat-file blob COMMIT:PATH > PATH");
    assert!(message.stdout.trim_end().ends_with("Lane-Task: T-1"), "{message}");
    lane.sh(&format!("git cat-file blob {name}:src/a.rs >src/a.rs"))
        .ok();
    assert_eq!(bytes(&lane, "src/a.rs"), b"a\r\nb");
}
