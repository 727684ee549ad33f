//! What lies on the state ref: broken, newer or unknown, it is named and never written over; git's housekeeping is harmless.

use lane_testkit::Place;

use crate::plumbing::STATE;
use crate::plumbing::commits;
use crate::plumbing::file;
use crate::plumbing::path_of;
use crate::plumbing::put;
use crate::plumbing::rebuild;
use crate::sandbox;

/// A repository with two tasks.
fn two_tasks<'s>(sandbox: &'s lane_testkit::Sandbox) -> Place<'s> {
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.task("T-2", "docs/**");
    repo.agent("agent-a")
}

/// Asserts that a command ends with 6, says all of `words`, and leaves the state as it is.
fn refuses(repo: &Place<'_>, args: &[&str], words: &[&str]) {
    let before = repo.rev(STATE);
    let refused = repo.lane(args).code(6);
    for word in words {
        assert!(refused.stderr.contains(word), "{word:?} is not said\n{refused}");
    }
    assert_eq!(repo.rev(STATE), before, "{refused}");
}

#[test]
fn a_broken_task_is_named_by_file_and_line_and_the_others_go_on() {
    let cases: [(&[u8], &str); 4] = [
        (b"id = \"T-1\"\ntitle = = 3\n", "line 2: "),
        (
            b"id = \"T-1\"\ntitle = \"x\"\nstatus = \"flying\"\nbranch = \"T-1\"\n",
            "line 3: ",
        ),
        (b"id = \"T-1\"\ntitle = \"\xff\"\n", "is not UTF-8"),
        (&[b'#'; 300 * 1024], "307200 bytes"),
    ];
    for (content, fault) in cases {
        let sandbox = sandbox();
        let repo = two_tasks(&sandbox);
        let path = path_of(&repo, "T-1");
        put(&repo, &path, content);
        for args in [
            &["task", "show", "T-1"][..],
            &["task", "edit", "T-1", "--priority", "high"],
            &["claim", "T-1"],
            &["start", "T-1"],
            &["can", "claim", "T-1"],
        ] {
            refuses(&repo, args, &[&path, fault, "hint: git lane verify"]);
        }
        let blob = repo.rev(&format!("{STATE}:{path}"));
        for args in [&["ready"][..], &["task", "list"]] {
            repo.lane(args).ok().prints("T-2").says(&path).says(fault);
        }
        repo.lane(["validate"]).code(1).says(&path).says(fault);
        repo.lane(["claim", "T-2"]).ok();
        repo.lane(["claim"]).code(3).says("not-ready");
        assert_eq!(repo.rev(&format!("{STATE}:{path}")), blob, "it was written over");
        repo.lane(["verify", "--full"]).code(1);
    }
}

#[test]
fn a_record_that_everything_depends_on_stops_every_decision_when_it_is_broken() {
    for path in [
        ".agents/state.toml",
        ".agents/policy.toml",
        ".agents/locks/L-bad.toml",
    ] {
        let sandbox = sandbox();
        let repo = two_tasks(&sandbox);
        put(&repo, path, "id = \"L-bad\"\n= nothing\n");
        for args in [
            &["claim", "T-1"][..],
            &["lock", "web/**", "--objective", "x"],
            &["status"],
            &["ready"],
        ] {
            refuses(&repo, args, &[path, "line 2: "]);
        }
        // A hook that cannot read the state says so, and lets nothing pass.
        let commit = repo.commit("src/a.rs", "new\n", "new").fails();
        commit.says("hook could not judge").says(path).says("line 2: ");
    }
}

#[test]
fn a_state_of_a_newer_format_is_refused_by_every_command() {
    let sandbox = sandbox();
    let repo = two_tasks(&sandbox);
    let lane = repo.start("T-2");
    let path = ".agents/state.toml";
    put(
        &repo,
        path,
        file(&repo, path).replace("format = 1", "format = 2\nshape = \"new\""),
    );
    for args in [
        &["claim", "T-1"][..],
        &["task", "add", "x"],
        &["lock", "web/**", "--objective", "x"],
        &["ready"],
        &["status"],
        &["locks"],
        &["task", "list"],
        &["task", "show", "T-1"],
        &["can", "claim", "T-1"],
        &["validate"],
    ] {
        refuses(&repo, args, &["format 2, newer than this git-lane reads (1)"]);
    }
    for place in [&repo, &lane] {
        place
            .commit("docs/guide.md", "new\n", "new")
            .fails()
            .says("could not judge")
            .says("newer");
    }
}

#[test]
fn an_event_of_newer_rules_is_refused_before_anything_is_decided_on_it() {
    let sandbox = sandbox();
    let repo = two_tasks(&sandbox);
    let mut all = commits(&repo);
    let last = all.pop().expect("a commit");
    all.push(last.replace("\nrules = 1\n", "\nrules = 2\n"));
    rebuild(&repo, &all);
    for args in [&["claim", "T-1"][..], &["task", "add", "x"], &["ready"], &["log"]] {
        refuses(&repo, args, &["rules", "2"]);
    }
}

#[test]
fn keys_that_this_version_does_not_know_outlive_every_change_of_their_record() {
    let sandbox = sandbox();
    let repo = two_tasks(&sandbox);
    let path = path_of(&repo, "T-1");
    let known = file(&repo, &path);
    put(
        &repo,
        &path,
        format!("mood = \"calm\"\n{known}\n[future]\ndeep = {{ er = [1, 2] }}\n"),
    );
    let meta = ".agents/state.toml";
    put(&repo, meta, format!("wing = \"left\"\n{}", file(&repo, meta)));
    let kept = |when: &str| {
        let text = file(&repo, &path);
        assert!(text.contains("mood = \"calm\"\n"), "{when}: {text}");
        assert!(
            text.contains("[future") && text.contains("er = [1, 2]"),
            "{when}: {text}"
        );
        assert!(file(&repo, meta).contains("wing = \"left\"\n"), "{when}");
    };
    for args in [
        &["task", "edit", "T-1", "--priority", "high"][..],
        &["claim", "T-1"],
        &["block", "T-1", "--why", "waits"],
        &["unblock", "T-1"],
        &["release", "T-1", "--why", "enough"],
    ] {
        repo.lane(args).ok();
        kept(&args.join(" "));
    }
}

#[test]
fn keys_of_a_lock_that_this_version_does_not_know_outlive_a_renewal() {
    let sandbox = sandbox();
    let repo = two_tasks(&sandbox);
    let id = repo
        .lane(["lock", "web/**", "--objective", "x"])
        .ok()
        .text()
        .to_owned();
    let path = path_of(&repo, &id);
    put(&repo, &path, format!("mood = \"calm\"\n{}", file(&repo, &path)));
    sandbox.advance(3_000);
    repo.lane(["renew", &id]).ok();
    let text = file(&repo, &path);
    assert!(text.contains("mood = \"calm\"\n"), "{text}");
}

#[test]
fn housekeeping_of_git_between_commands_is_harmless() {
    let sandbox = sandbox();
    let repo = two_tasks(&sandbox);
    for (n, keeping) in [
        &["gc", "--quiet", "--prune=now"][..],
        &["pack-refs", "--all"],
        &["repack", "-a", "-d", "--quiet"],
        &["prune", "--expire=now"],
        &["reflog", "expire", "--all", "--expire=now"],
        &["gc", "--quiet", "--aggressive", "--prune=now"],
    ]
    .into_iter()
    .enumerate()
    {
        repo.git(keeping).ok();
        repo.lane(["claim", "T-1"]).ok();
        repo.git(keeping).ok();
        repo.lane(["ready"]).ok().prints("T-2");
        repo.lane(["release", "T-1", "--why", &format!("round {n}")]).ok();
        let fsck = repo.git(["fsck", "--strict", "--no-dangling"]).ok();
        assert_eq!(fsck.text(), "", "{fsck}");
    }
    repo.lane(["verify", "--full"]).ok();
}
