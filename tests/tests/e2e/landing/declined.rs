//! A remote whose own hook declines what lands: its words are told, nothing has moved, and the lane stays in the queue.

use std::fs;

use super::elsewhere::host;
use super::phase;
use super::queued;
use super::swept;
use super::team;
use super::there;
use crate::clones::origin;
use crate::clones::script;
use crate::sandbox;

/// Words that steer a terminal, and more of them than anybody wants to read.
const WORDS: &str =
    r#"printf 'GH006: \033[31mProtected branch\n' >&2; head -c 4000 /dev/zero | tr '\0' x >&2; exit 1"#;

#[test]
fn a_hook_of_the_remote_that_declines_moves_nothing_and_the_next_landing_succeeds_without_it() {
    for (hook, judges) in [
        ("update", "test \"$1\" != refs/heads/main && exit 0"),
        ("pre-receive", "grep -q ' refs/heads/main$' || exit 0"),
    ] {
        let sandbox = sandbox();
        let repo = team(&sandbox, "", "");
        let lanes = queued(
            &repo,
            &[
                ("T-1", "agent-a", "src/**", "src/one", "one\n"),
                ("T-2", "agent-b", "docs/**", "docs/two", "two\n"),
            ],
        );
        let remote = origin(&sandbox);
        let before = (there(&repo), remote.rev("refs/agents/state"));
        script(&remote, &format!("hooks/{hook}"), &format!("{judges}\n{WORDS}"));
        let lander = repo.agent("agent-i");
        let no = lander.lane(["land"]).code(3);
        let no = no
            .says("error: push-refused: origin does not take main: ")
            .says("Protected branch")
            .says("main has not moved, and T-1 is queued as before at ")
            .says(&lanes[0].rev("HEAD")[..7])
            .says("via = \"host\"");
        assert!(!no.stderr.contains('\u{1b}') && no.stderr.len() < 3000, "{no}");
        assert!(!no.stderr.contains("git push"), "{no}");
        assert_eq!((there(&repo), remote.rev("refs/agents/state")), before, "{hook}");
        for id in ["T-1", "T-2"] {
            assert_eq!(phase(&repo, id), "queued", "{hook}");
        }
        swept(&repo);
        assert!(lanes[0].has("src/one"), "{hook}");
        let told = repo.sh(&no.hints()[0]).ok().prints("Lane-Task: T-1");
        assert!(told.stdout.starts_with("T-1: "), "{told}");
        fs::remove_file(remote.path().join("hooks").join(hook)).expect("it is there");
        lander.lane(["land"]).ok().says("landed T-1");
        lander.lane(["land"]).ok().says("landed T-2");
        lander.lane(["verify", "--full"]).ok();
    }
}

#[test]
fn what_was_declined_is_closed_once_the_host_has_merged_it() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let remote = origin(&sandbox);
    script(
        &remote,
        "hooks/update",
        "test \"$1\" != refs/heads/main || exit 1",
    );
    repo.agent("agent-i").lane(["land"]).code(3).says("hook declined");
    fs::remove_file(remote.path().join("hooks/update")).expect("it is there");
    let host = host(&sandbox);
    host.git(["merge", "--quiet", "--no-ff", "-m", "merged", "origin/T-1"])
        .ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["sync"]).ok().says("done T-1");
}
