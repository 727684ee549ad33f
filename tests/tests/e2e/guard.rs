//! `git lane guard`: an edit outside the lane is refused before it is made, in the form of the tool that asks.

use std::path::Path;
use std::path::PathBuf;

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;
use serde_json::Value;
use serde_json::json;

use crate::following::follow;
use crate::sandbox;

/// Hands this to the guard on stdin.
fn hand(place: &Place<'_>, call: impl AsRef<[u8]>, options: &str) -> Output {
    let file = PathBuf::from(place.sh("echo \"$HOME/call\"").text());
    std::fs::write(file, call).expect("the call's file");
    place.sh(&format!("git lane guard {options} <\"$HOME/call\""))
}

/// An edit as a PreToolUse hook is told of it.
fn edit(place: &Place<'_>, path: &str) -> Output {
    let call = json!({
        "session_id": "s", "transcript_path": "/t", "cwd": place.path(), "hook_event_name": "PreToolUse",
        "tool_name": "Edit", "tool_input": { "file_path": path, "old_string": "a", "new_string": "b" },
    });
    hand(place, call.to_string(), "")
}

/// Why an edit is denied; empty when nothing stands against it.
#[track_caller]
fn reason(output: &Output) -> String {
    assert!(output.code == 0 && output.stderr.is_empty(), "{output}");
    if output.stdout.is_empty() {
        return String::new();
    }
    assert_eq!(output.stdout.trim_end().lines().count(), 1, "{output}");
    let said = &output.json()["hookSpecificOutput"];
    assert_eq!(said["hookEventName"], "PreToolUse", "{output}");
    assert_eq!(said["permissionDecision"], "deny", "{output}");
    said["permissionDecisionReason"]
        .as_str()
        .expect("a reason")
        .to_owned()
}

/// Asserts an edit's ids: of every refusal, in order.
#[track_caller]
fn check(place: &Place<'_>, path: &str, expected: &str) -> String {
    let reason = reason(&edit(place, path));
    let ids: Vec<&str> = reason
        .lines()
        .filter_map(|line| line.strip_prefix("error: ")?.split(':').next())
        .collect();
    assert_eq!(ids.join(" "), expected, "{path}: {reason}");
    reason
}

/// Two lanes: agent-a's for `src/**`, agent-b's for `docs/**`. The places of the main worktree and of both.
fn two_lanes(sandbox: &Sandbox) -> (Place<'_>, Place<'_>, Place<'_>) {
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.task("T-2", "docs/**");
    let one = repo.agent("agent-a").start("T-1");
    let two = repo.agent("agent-b").start("T-2");
    (repo, one.agent("agent-a"), two.agent("agent-b"))
}

fn absolute(place: &Place<'_>, path: &str) -> String {
    place.path().join(path).display().to_string()
}

#[test]
fn an_edit_hears_what_its_commit_would_hear() {
    let sandbox = sandbox();
    let (_, lane, _) = two_lanes(&sandbox);
    for (path, expected) in [
        ("src/a.rs", ""),
        ("src/new/deep/file.rs", ""),
        ("CHANGELOG.md", ""),
        ("README.md", "outside-scope"),
        ("docs/guide.md", "foreign-lock"),
        (".agents/policy.toml", "maintainer-path"),
        ("./src/../README.md", "outside-scope"),
        ("docs/../src/a.rs", ""),
        ("src/no/such/../../../README.md", "outside-scope"),
    ] {
        check(&lane, path, expected);
        check(&lane, &absolute(&lane, path), expected);
    }
    let why = check(&lane, "docs/guide.md", "foreign-lock");
    for piece in [
        "docs/guide.md is held by agent-b",
        "  held by  agent-b (T-2, lock L-",
        " until ",
        "Leave it to them",
        "hint: git lane note T-2 TEXT",
    ] {
        assert!(why.contains(piece), "{piece:?} in {why}");
    }
}

#[test]
fn following_the_hint_lets_the_same_call_pass() {
    let sandbox = sandbox();
    let (_, lane, _) = two_lanes(&sandbox);
    let call = json!({ "cwd": lane.path(), "paths": ["README.md", "new.md"] }).to_string();
    let refused = hand(&lane, &call, "")
        .code(1)
        .says("error: outside-scope: T-1 does not hold new.md");
    follow(&lane, &refused, "git lane lock README.md new.md").ok();
    hand(&lane, &call, "").ok();
    check(&lane, "README.md", "");
    lane.commit("README.md", "changed\n", "it goes through").ok();
}

#[test]
fn a_file_is_judged_in_the_worktree_where_it_lies() {
    let sandbox = sandbox();
    let (repo, lane, other) = two_lanes(&sandbox);
    let theirs = absolute(&other, "docs/guide.md");
    assert!(check(&lane, &theirs, "foreign-lane").contains("T-2 is agent-b's lane, and you are agent-a"));
    check(&other, &theirs, "");
    check(&repo.agent("agent-b"), &theirs, "");
    check(&lane, &absolute(&repo, "docs/guide.md"), "foreign-lock");
    // Nobody is named: who works from a lane is its agent, who works from nowhere is whom the file's worktree belongs to.
    check(&lane.person(), &theirs, "foreign-lane");
    check(&repo.person(), &theirs, "");
    check(&repo.person(), &absolute(&repo, "src/a.rs"), "foreign-lock");
    check(&repo.person(), &absolute(&repo, ".agents/policy.toml"), "");
}

#[test]
fn from_elsewhere_the_hint_leads_to_the_worktree_first() {
    let sandbox = sandbox();
    let (repo, lane, _) = two_lanes(&sandbox);
    let here = repo.agent("agent-a");
    let call = json!({ "cwd": here.path(), "path": absolute(&lane, "README.md") }).to_string();
    let refused = hand(&here, &call, "").code(1);
    follow(&here, &refused, "cd '").ok();
    hand(&here, &call, "").ok();
}

#[test]
#[cfg(unix)]
fn a_link_is_judged_where_it_leads() {
    let sandbox = sandbox();
    let (_, lane, other) = two_lanes(&sandbox);
    let link = |target: &Path, name: &str| {
        std::os::unix::fs::symlink(target, lane.path().join(name)).expect("a link");
    };
    link(&other.path().join("docs"), "src/theirs");
    link(Path::new("../docs"), "src/docs");
    link(Path::new("../README.md"), "src/readme");
    link(Path::new("/nowhere/at/all"), "src/away");
    check(&lane, "src/theirs/guide.md", "foreign-lane");
    check(&lane, "src/docs/new.md", "foreign-lock");
    check(&lane, "src/readme", "outside-scope");
    check(&lane, "src/away", "");
    // Either reading of `..` behind a link must be free.
    check(&lane, "src/docs/../a.rs", "outside-scope");
}

#[test]
fn what_is_never_committed_here_is_free() {
    let sandbox = sandbox();
    let (repo, lane, _) = two_lanes(&sandbox);
    lane.write("src/.gitignore", "*.log\n");
    sandbox.repo("elsewhere");
    let nested = lane.at("vendor/copy");
    std::fs::create_dir_all(nested.path()).expect("a folder");
    nested.git(["init", "--quiet"]).ok();
    lane.write(".gitignore", "/scratch/\nREADME.md\n");
    check(&lane, "scratch/deep/x", "");
    // A tracked file is committed whatever is ignored.
    check(&lane, "README.md", "outside-scope");
    check(&lane, "vendor/copy/x", "");
    check(&lane, &absolute(&repo, "../elsewhere/src/a.rs"), "");
    check(&lane, &absolute(&repo, "../nowhere/x"), "");
    check(&lane, "/", "");
}

#[test]
fn what_is_gits_own_is_refused_but_for_what_people_write_there() {
    let sandbox = sandbox();
    let (repo, lane, _) = two_lanes(&sandbox);
    for path in [
        ".git/hooks/pre-commit",
        ".git/config",
        ".git/lane/clone",
        ".git/worktrees/T-1/lane/binding.toml",
        ".git/refs/agents/state",
        ".worktrees/T-1/.git",
    ] {
        check(&repo.agent("agent-a"), &absolute(&repo, path), "git-dir");
        check(&lane, &absolute(&repo, path), "git-dir");
        check(&repo.person(), path, "git-dir");
    }
    for path in [
        ".git/COMMIT_EDITMSG",
        ".git/info/exclude",
        ".git/rebase-merge/git-rebase-todo",
    ] {
        check(&repo.agent("agent-a"), path, "");
    }
    check(&sandbox.repo("plain"), ".git/config", "");
}

#[test]
fn an_edit_beside_the_lane_is_led_into_it() {
    let sandbox = sandbox();
    let (repo, lane, _) = two_lanes(&sandbox);
    let here = repo.agent("agent-a");
    for place in [&here, &lane] {
        for path in ["src/a.rs", "src/new.rs"] {
            let why = check(place, &absolute(&repo, path), "wrong-branch");
            assert!(
                why.contains("/.worktrees/T-1\n") && why.contains("git lane status"),
                "{why}"
            );
            let leads = why
                .lines()
                .filter(|line| line.starts_with("hint: cd /") && !line.contains("&&"));
            assert_eq!(leads.count(), 1, "{why}");
        }
    }
    let refused = hand(&here, r#"{"path":"src/a.rs"}"#, "").code(1);
    follow(&here, &refused, "cd ").ok();
    follow(&here, &refused, "git lane status").ok();
    check(&here, "README.md", "");
    here.git(["switch", "--quiet", "-c", "side"]).ok();
    check(&here, "src/a.rs", "");
}

#[test]
fn a_lane_that_cannot_commit_hears_it_before_it_edits() {
    let sandbox = sandbox();
    let (_, lane, _) = two_lanes(&sandbox);
    lane.git(["switch", "--quiet", "--detach"]).ok();
    let why = check(&lane, "src/a.rs", "detached-head");
    assert!(why.contains("hint: git switch T-1"), "{why}");
    lane.git(["switch", "--quiet", "-c", "side"]).ok();
    check(&lane, "src/a.rs", "wrong-branch");
    lane.git(["switch", "--quiet", "T-1"]).ok();
    check(&lane, "src/a.rs", "");
}

#[test]
fn an_override_lets_the_edit_pass_as_it_does_the_commit() {
    let sandbox = sandbox();
    let (repo, _, _) = two_lanes(&sandbox);
    let refused = hand(&repo, r#"{"path":"src/a.rs"}"#, "").code(1);
    follow(&repo, &refused, "git lane override").ok();
    hand(&repo, r#"{"path":"src/a.rs"}"#, "").ok();
    hand(&repo, r#"{"path":"src/b.rs"}"#, "").code(1);
}

#[test]
fn without_git_lane_and_for_other_tools_nothing_is_said() {
    let sandbox = sandbox();
    let plain = sandbox.repo("plain");
    let (_, lane, _) = two_lanes(&sandbox);
    for place in [&plain, &sandbox.at("home"), &sandbox.empty_repo("unborn")] {
        check(place, "src/a.rs", "");
    }
    for tool in ["Bash", "Read", "Grep", "mcp__x__read_file"] {
        let call = json!({ "cwd": lane.path(), "hook_event_name": "PreToolUse", "tool_name": tool,
            "tool_input": { "command": "x", "file_path": "README.md", "path": "README.md" } });
        assert_eq!(reason(&hand(&lane, call.to_string(), "")), "", "{tool}");
    }
    for (tool, key) in [
        ("Write", "file_path"),
        ("NotebookEdit", "notebook_path"),
        ("mcp__fs__write_file", "path"),
    ] {
        let call = json!({ "cwd": lane.path(), "tool_name": tool, "tool_input": { key: "README.md" } });
        assert!(
            reason(&hand(&lane, call.to_string(), "")).contains("outside-scope"),
            "{tool}"
        );
    }
    let other = json!({ "cwd": lane.path(), "tool_name": "paint", "tool_input": { "at": ["README.md"] } });
    let asked = hand(&lane, other.to_string(), "--paths-from /tool_input/at");
    assert!(reason(&asked).contains("outside-scope"));
}

#[test]
fn the_plain_form_is_refused_in_words_or_in_a_line_of_json() {
    let sandbox = sandbox();
    let (_, lane, _) = two_lanes(&sandbox);
    let call = r#"{"paths":["docs/guide.md","src/a.rs"]}"#;
    let words = hand(&lane, call, "")
        .code(1)
        .says("error: foreign-lock: docs/guide.md is held by agent-b");
    assert!(words.stdout.is_empty(), "{words}");
    for asked in [
        hand(&lane, call, "--json"),
        hand(&lane.env("GIT_LANE_FORMAT", "json"), call, ""),
    ] {
        let said: Value = serde_json::from_str(&asked.code(1).stderr).expect("one line of JSON");
        assert_eq!(said["findings"][0]["id"], "foreign-lock");
        assert_eq!(said["findings"][0]["holder"]["agent"], "agent-b");
        assert_eq!(said["findings"].as_array().map(Vec::len), Some(1));
    }
    hand(&lane, r#"{"paths":["src/a.rs"]}"#, "--json").ok();
}

#[test]
fn hostile_calls_end_calmly_and_never_with_2() {
    let sandbox = sandbox();
    let (_, lane, _) = two_lanes(&sandbox);
    let deep = "[".repeat(1 << 20);
    let huge = format!(r#"{{"path":"{}"}}"#, "x".repeat(5 << 20));
    let long = format!(r#"{{"path":"{}"}}"#, "x".repeat(100_000));
    for call in [
        b"".as_slice(),
        b"null",
        b"{\"path\":\"\xff\"}",
        br#"{"path":"\ud800"}"#,
        br#"{"tool_name":"Edit"}"#,
        br#"{"hook_event_name":"PostToolUse","tool_name":"Edit","tool_input":{"file_path":"README.md"}}"#,
        deep.as_bytes(),
        huge.as_bytes(),
    ] {
        let output = hand(&lane, call, "")
            .code(1)
            .says("error: git lane guard could not judge this edit: ");
        assert!(output.stdout.is_empty() && !output.hints().is_empty(), "{output}");
        assert!(output.stderr.len() < 2000, "{output}");
    }
    hand(&lane, &long, "").code(70).says("could not judge");
    let unnamed = hand(&lane.env("GIT_LANE_AGENT", "not a name!"), r#"{"path":"a"}"#, "");
    unnamed.code(1).says("GIT_LANE_AGENT");
}

#[test]
fn a_path_that_steers_a_terminal_is_shown_escaped() {
    let sandbox = sandbox();
    let (_, lane, _) = two_lanes(&sandbox);
    let path = "a\n\u{1b}[2Jb\u{202e}c";
    let raw = edit(&lane, path);
    let shown = check(&lane, path, "outside-scope");
    for text in [&raw.stdout, &shown] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
    }
    assert_eq!(
        shown.lines().filter(|line| line.starts_with("error: ")).count(),
        1,
        "{shown}"
    );
    let plain = hand(&lane, json!({ "path": path }).to_string(), "").code(1);
    assert!(!plain.stderr.contains(['\u{1b}', '\u{202e}']), "{plain}");
}

#[test]
fn a_state_that_cannot_be_read_is_told_and_neither_denied_nor_passed_over() {
    let sandbox = sandbox();
    let (repo, lane, _) = two_lanes(&sandbox);
    let before = lane.git(["status", "--porcelain"]).ok().stdout;
    repo.git(["update-ref", "refs/agents/state", "HEAD"]).ok();
    let output = edit(&lane, "src/a.rs").says("could not judge this edit");
    assert!(
        ![0, 1, 2].contains(&output.code) && output.stdout.is_empty(),
        "{output}"
    );
    assert_eq!(lane.git(["status", "--porcelain"]).ok().stdout, before);
}

#[test]
fn nothing_is_written_but_the_sign_of_life() {
    let sandbox = sandbox();
    let (repo, lane, _) = two_lanes(&sandbox);
    let files = || {
        repo.sh("find . -type f ! -path '*/heartbeats/*' -exec ls -l --time-style=full-iso {} + | sort")
            .stdout
    };
    let heart = ".git/lane/heartbeats/agent-a";
    edit(&lane, "src/a.rs").ok();
    let (before, sign) = (files(), repo.read(heart));
    sandbox.advance(600);
    check(&lane, "README.md", "outside-scope");
    assert_eq!(files(), before);
    assert_ne!(repo.read(heart), sign);
}
