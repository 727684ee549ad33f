//! `Lane-Task:`: on each commit of a lane, once, where git finds it, and never the reason why an empty message passes.

use std::os::unix::fs::PermissionsExt as _;

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

fn lane(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "before\n", "before").ok();
    lane.write("src/b.rs", "changed\n");
    lane.git(["add", "src/b.rs"]).ok();
    lane
}

/// The lane with an editor: a shell script whose `$1` is the message.
fn editing<'s>(sandbox: &Sandbox, lane: &Place<'s>, script: &str) -> Place<'s> {
    let path = sandbox.path().join("editor");
    lane.write(&path, format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("an editor");
    lane.env("GIT_EDITOR", &path.to_string_lossy())
}

fn message(lane: &Place<'_>) -> String {
    lane.git(["log", "-1", "--format=%B"])
        .ok()
        .stdout
        .trim_end()
        .to_owned()
}

/// The trailers as git reads them from the last commit.
fn trailers(lane: &Place<'_>) -> String {
    lane.sh("git log -1 --format=%B | git interpret-trailers --parse")
        .ok()
        .text()
        .to_owned()
}

#[test]
fn the_trailer_is_added_however_the_message_is_given() {
    let cases: [(&str, &[&str], &str); 14] = [
        ("", &["-m", "fix"], "fix\n\nLane-Task: T-1"),
        (
            "",
            &["-m", "fix: it", "-m", "why: so"],
            "fix: it\n\nwhy: so\nLane-Task: T-1",
        ),
        ("", &["-m", "fix", "-m", "body"], "fix\n\nbody\n\nLane-Task: T-1"),
        (
            "",
            &["-m", "fix", "-m", "#12 is the issue"],
            "fix\n\n#12 is the issue\n\nLane-Task: T-1",
        ),
        (
            "",
            &["-s", "-m", "fix"],
            "fix\n\nSigned-off-by: Pat <pat@example.org>\nLane-Task: T-1",
        ),
        ("", &["--no-verify", "-m", "fix"], "fix\n\nLane-Task: T-1"),
        ("", &["-F", "src/b.rs"], "changed\n\nLane-Task: T-1"),
        ("", &["--fixup", "HEAD"], "fixup! before\n\nLane-Task: T-1"),
        (
            "",
            &["--squash", "HEAD", "-m", "more"],
            "squash! before\n\nmore\n\nLane-Task: T-1",
        ),
        (
            "",
            &["-m", "a", "-m", "Lane-Task: T-9", "-m", "b"],
            "a\n\nLane-Task: T-9\n\nb\n\nLane-Task: T-1",
        ),
        ("echo edited >> \"$1\"", &[], "edited\n\nLane-Task: T-1"),
        (
            "sed -i 1s/^/edited/ \"$1\"",
            &["--verbose"],
            "edited\n\nLane-Task: T-1",
        ),
        (
            "sed -i 1s/^/edited/ \"$1\"",
            &["--cleanup=scissors"],
            "edited\n\nLane-Task: T-1",
        ),
        (
            "sed -i 1s/^/edited/ \"$1\"",
            &["-s"],
            "edited\n\nSigned-off-by: Pat <pat@example.org>\nLane-Task: T-1",
        ),
    ];
    for (editor, args, expected) in cases {
        let sandbox = sandbox();
        let lane = editing(&sandbox, &lane(&sandbox), editor);
        lane.git([&["commit", "--quiet"], args].concat()).ok();
        assert_eq!(message(&lane), expected, "{args:?} {editor}");
        assert!(
            trailers(&lane).contains("Lane-Task: T-1"),
            "{args:?}: git reads {:?}",
            trailers(&lane)
        );
    }
}

#[test]
fn commit_verbose_puts_the_trailer_above_the_scissors() {
    let sandbox = sandbox();
    let lane = editing(
        &sandbox,
        &lane(&sandbox),
        "sed -i 1s/^/edited/ \"$1\"; cp \"$1\" ../../../seen",
    );
    lane.git(["config", "commit.verbose", "true"]).ok();
    lane.git(["commit", "--quiet"]).ok();
    assert!(
        lane.read("../../../seen").contains("+changed"),
        "the diff was shown"
    );
    assert_eq!(message(&lane), "edited\n\nLane-Task: T-1");
}

#[test]
fn an_existing_trailer_stays_and_is_not_doubled() {
    let sandbox = sandbox();
    let lane = editing(&sandbox, &lane(&sandbox), "true");
    let named: &[&str] = &["commit", "-m", "fix", "-m", "Lane-Task: T-9"];
    for (args, expected) in [
        (named, "fix\n\nLane-Task: T-9"),
        (&["commit", "--amend", "--no-edit"], "fix\n\nLane-Task: T-9"),
        (&["commit", "--amend"], "fix\n\nLane-Task: T-9"),
        (&["commit", "--amend", "-m", "new"], "new\n\nLane-Task: T-1"),
        (&["commit", "--amend", "--no-edit"], "new\n\nLane-Task: T-1"),
        (&["commit", "--amend", "--edit"], "new\n\nLane-Task: T-1"),
        (
            &["commit", "--amend", "--no-edit", "-s"],
            "new\n\nLane-Task: T-1\nSigned-off-by: Pat <pat@example.org>",
        ),
        (
            &["commit", "--allow-empty", "-C", "HEAD"],
            "new\n\nLane-Task: T-1\nSigned-off-by: Pat <pat@example.org>",
        ),
    ] {
        lane.git(args).ok();
        assert_eq!(message(&lane), expected, "{args:?}");
    }
}

#[test]
fn an_empty_message_still_aborts() {
    for (editor, config, args) in [
        ("true", "x.y=z", [""; 0].as_slice()),
        ("true", "core.commentChar=;", &[]),
        ("true", "core.commentString=//", &[]),
        ("true", "commit.verbose=true", &[]),
        (": > \"$1\"", "x.y=z", &[]),
        ("false", "x.y=z", &[]),
        ("true", "x.y=z", &["-m", ""]),
        ("true", "x.y=z", &["--no-verify", "-m", "\n"]),
        ("true", "x.y=z", &["--signoff"]),
    ] {
        let sandbox = sandbox();
        let lane = editing(&sandbox, &lane(&sandbox), editor);
        let before = lane.rev("HEAD");
        lane.git([&["-c", config, "commit"], args].concat()).fails();
        assert_eq!(lane.rev("HEAD"), before, "{editor} {config} {args:?}");
        assert_eq!(
            lane.git(["diff", "--cached", "--name-only"]).ok().text(),
            "src/b.rs"
        );
    }
}

#[test]
fn a_message_in_another_encoding_is_kept() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.write("../../../message", b"caf\xe9\n");
    lane.git([
        "-c",
        "i18n.commitEncoding=ISO-8859-1",
        "commit",
        "-F",
        "../../../message",
    ])
    .ok();
    assert_eq!(message(&lane), "caf\u{e9}\n\nLane-Task: T-1");
}

/// What brings other commits in: each new commit names its task, once.
fn check(bring: fn(&Place<'_>) -> Output) {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.git(["commit", "--quiet", "-m", "mine"]).ok();
    let main = lane.at("../..").person();
    main.git(["switch", "--quiet", "-c", "other"]).ok();
    main.commit("README.md", "other\n", "other\n\nLane-Task: T-404")
        .ok();
    main.git(["switch", "--quiet", "main"]).ok();
    bring(&lane).ok();
    assert_eq!(trailers(&lane), "Lane-Task: T-1");
}

#[test]
fn a_merge_carries_the_trailer() {
    check(|lane| lane.git(["merge", "--no-edit", "other"]));
}

#[test]
fn a_merge_with_an_editor_carries_the_trailer() {
    check(|lane| lane.git(["merge", "--edit", "other"]));
}

#[test]
fn a_squashed_merge_carries_the_trailer() {
    check(|lane| {
        lane.lane(["lock", "README.md", "--objective", "x"]).ok();
        lane.git(["merge", "--squash", "other"]).ok();
        lane.git(["commit", "--no-edit"])
    });
}

#[test]
fn a_rebase_keeps_the_trailer_once() {
    check(|lane| lane.git(["rebase", "other"]));
}

#[test]
fn a_reworded_commit_of_a_rebase_keeps_the_trailer_once() {
    check(|lane| {
        let todo = "sed -i -e 's/^pick/reword/'";
        lane.env("GIT_SEQUENCE_EDITOR", todo)
            .git(["rebase", "--interactive", "other"])
    });
}

#[test]
fn commits_squashed_by_a_rebase_carry_the_trailer() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.git(["commit", "--quiet", "-m", "mine"]).ok();
    let todo = lane.env("GIT_SEQUENCE_EDITOR", "sed -i -e '2s/^pick/squash/'");
    todo.git(["rebase", "--interactive", "main"]).ok();
    assert!(trailers(&lane).ends_with("Lane-Task: T-1"), "{}", message(&lane));
    assert_eq!(lane.git(["rev-list", "--count", "main..HEAD"]).ok().text(), "1");
}

#[test]
fn outside_lanes_no_trailer_is_added() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    let main = lane.at("../..").person();
    main.commit("README.md", "changed\n", "plain").ok();
    assert_eq!(message(&main), "plain");
}
