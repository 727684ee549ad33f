//! Records that a hand stages: every way to commit, and records that nobody can read.

use lane_testkit::Place;

use super::lock;
use super::queue;
use super::stage;
use super::todo;
use super::unseen;
use crate::following::around;
use crate::following::follow;
use crate::sandbox;

/// A repository in which agent-a holds `src/**` by a record on main.
fn repo(sandbox: &lane_testkit::Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    unseen(
        &repo,
        &[lock("L-1", "agent-a", "src/**", "exclusive", None), todo("T-1")],
        "records",
    );
    repo
}

#[test]
fn no_way_to_commit_takes_a_contradiction() {
    let commits: [&[&str]; 4] = [
        &["commit", "-m", "x"],
        &["commit", "--no-verify", "-m", "x"],
        &["commit", "--amend", "--no-edit"],
        &["-c", "index.skipHash=true", "commit", "-m", "x"],
    ];
    for args in commits {
        let sandbox = sandbox();
        let repo = repo(&sandbox);
        let before = repo.rev("HEAD");
        let theirs = lock("L-2", "agent-b", "src/a.rs", "exclusive", None);
        stage(&repo, &[theirs.clone(), ("README.md".into(), "more\n".into())]);
        let refused = repo.git(args).code(1).says("records-disagree: L-1 of agent-a");
        follow(&repo, &refused, "git lane validate --staged")
            .code(1)
            .says("L-2");
        follow(&repo, &refused, "git restore --staged").ok();
        assert_eq!(repo.read(&theirs.0), theirs.1);
        assert_eq!(repo.rev("HEAD"), before);
        repo.git(args).ok();
        assert_eq!(
            repo.git(["status", "--porcelain"]).ok().stdout.trim(),
            "?? .agents/locks/L-2.toml"
        );
    }
}

#[test]
fn a_commit_with_all_or_by_path_is_shown_what_it_would_have_taken() {
    for (args, rest) in [
        (&["commit", "-a", "-m", "x"][..], true),
        (&["commit", "-m", "x", "--", ".agents", "README.md"], true),
        (&["commit", "-m", "x", "--", ".agents"], false),
    ] {
        let sandbox = sandbox();
        let repo = repo(&sandbox);
        unseen(
            &repo,
            &[lock("L-2", "agent-b", "docs/**", "exclusive", None)],
            "another",
        );
        let (path, text) = lock("L-2", "agent-b", "src/a.rs", "exclusive", None);
        repo.write(&path, &text);
        repo.write("README.md", "more\n");
        let refused = repo.git(args).code(1).says("records-disagree");
        follow(&repo, &refused, "git diff HEAD")
            .ok()
            .prints("+scope = [\"src/a.rs\"]");
        if rest {
            follow(&repo, &refused, "git commit").ok();
            assert_eq!(
                repo.git(["show", "--format=", "--name-only"]).ok().text(),
                "README.md"
            );
        }
        assert_eq!(repo.read(&path), text);
    }
}

#[test]
fn records_that_nobody_can_read_are_named_by_path_and_line() {
    let [one, two] = ["T-1", "T-2"].map(queue);
    let cases = [
        (one.clone(), "id = \"T-1\"\ntitle = \n".to_owned(), "line 2"),
        (
            two.clone(),
            "title = \"no id\"\n".to_owned(),
            "missing field `id`",
        ),
        (two.clone(), todo("T-3").1, "belongs at .agents/queue/"),
        (
            ".agents/queue/zz/T-2.toml".to_owned(),
            todo("T-2").1,
            "belongs at .agents/queue/",
        ),
        (
            ".agents/queue/T-2.toml".to_owned(),
            todo("T-2").1,
            "lies where no record belongs",
        ),
        (
            ".agents/locks/L-2.toml".to_owned(),
            "x".repeat(300_000),
            "300000 bytes",
        ),
        (
            ".agents/messages/00/T-1/x.toml".to_owned(),
            "id = 1\n".to_owned(),
            "line 1",
        ),
        (POLICY.to_owned(), "format = \n".to_owned(), "line 1"),
    ];
    for (path, text, fault) in cases {
        let sandbox = sandbox();
        let repo = repo(&sandbox);
        stage(
            &repo,
            &[(path.clone(), text), ("README.md".into(), "more\n".into())],
        );
        let refused = repo
            .git(["commit", "-m", "x"])
            .code(1)
            .says(&format!("error: record-unreadable: {path}: "))
            .says(fault);
        follow(&repo, &refused, "git lane validate --staged")
            .code(1)
            .says(fault);
        follow(&repo, &refused, "git restore --staged").ok();
        repo.git(["commit", "-m", "x"]).ok();
    }
}

const POLICY: &str = ".agents/policy.toml";

/// A policy of this repository, with `more` in it.
fn policy(more: &str) -> String {
    format!("repository = \"r1\"\n{more}\n")
}

#[test]
fn a_policy_or_gates_that_nobody_could_use_are_refused_with_the_key() {
    let cases = [
        (
            POLICY,
            policy("[merge]\nregistries = [\"docs/{a,b}.txt\"]"),
            "`merge.registries`: \"docs/{a,b}.txt\" is not",
        ),
        (POLICY, policy("[capacity]\ntotal = \"six\""), "line 3: "),
        (
            POLICY,
            policy("[capacity]\ntotal = 0"),
            "`capacity.total`: must be at least 1",
        ),
        (POLICY, "[capacity]\ntotal = 3\n".to_owned(), "`repository`: "),
        (
            POLICY,
            "commit = \"\"\n[capacity]\ntotal = \"six\"\n".to_owned(),
            "line 3: ",
        ),
        (
            ".agents/gates.toml",
            "[check.a]\nrung = 9\n".to_owned(),
            "`check.a.rung` ",
        ),
    ];
    for (path, text, fault) in cases {
        let sandbox = sandbox();
        let repo = repo(&sandbox);
        stage(
            &repo,
            &[(path.into(), text), ("README.md".into(), "more\n".into())],
        );
        let refused = repo
            .git(["commit", "-m", "x"])
            .code(1)
            .says(&format!("error: record-unreadable: {path}: "))
            .says(fault);
        assert_eq!(refused.hints()[0], format!("git lane policy validate {path}"));
        repo.at("src").sh(&refused.hints()[0]).code(1).says(fault);
        repo.lane(["validate", "--staged"]).code(1).says(fault);
        let before = repo.rev("HEAD");
        around(&repo, &["commit", "--quiet", "-m", "x"]).ok();
        repo.lane(["validate", "HEAD"]).code(1).says(fault);
        // An old flaw stops nobody, and is mended.
        repo.commit("README.md", "elsewhere\n", "elsewhere").ok();
        repo.git(["checkout", "--quiet", &before, "--", ".agents"]).ok();
    }
}

#[test]
fn policies_that_can_be_used_pass_also_newer_ones_and_those_of_a_state() {
    for (path, text) in [
        (POLICY, policy("[capacity]\ntotal = 3\nbeside = 1")),
        (POLICY, "format = 99\ntotal = [\"other\"]\n".to_owned()),
        (POLICY, "commit = \"0123\"\n[capacity]\ntotal = 3\n".to_owned()),
        (
            ".agents/gates.toml",
            "[check.a]\nrung = 1\nrun = [\"true\"]\n".to_owned(),
        ),
    ] {
        let sandbox = sandbox();
        let repo = repo(&sandbox);
        stage(&repo, &[(path.into(), text)]);
        repo.lane(["validate", "--staged"]).ok();
        repo.git(["commit", "-m", "x"]).ok();
    }
}

#[test]
fn what_is_none_of_ours_and_what_is_mended_passes() {
    let sandbox = sandbox();
    let repo = repo(&sandbox);
    stage(
        &repo,
        &[
            (".agents/queue/README.md".into(), "<<<<<<< quoted\n".into()),
            (".agents/decisions/x.toml".into(), "= no record\n".into()),
            (".agents/prompts/a.md".into(), "free\n".into()),
            ("elsewhere/.agents/queue/x.toml".into(), "= no record\n".into()),
            todo("T-2"),
        ],
    );
    repo.git(["commit", "-m", "x"]).ok();
}

#[test]
fn a_lane_hears_that_records_are_not_its_own_and_json_has_what_is_wrong() {
    let sandbox = sandbox();
    let repo = repo(&sandbox);
    repo.task("T-7", "docs/**");
    let lane = repo.agent("agent-c").start("T-7");
    for place in [&repo, &lane] {
        stage(place, &[lock("L-2", "agent-b", "src/a.rs", "exclusive", None)]);
    }
    lane.git(["commit", "-m", "x"])
        .code(1)
        .says("maintainer-path: .agents/locks/L-2.toml")
        .does_not_say("records-disagree");
    let refused = repo
        .env("GIT_LANE_FORMAT", "json")
        .git(["commit", "-m", "x"])
        .code(1);
    let found: serde_json::Value = serde_json::from_str(refused.stderr.trim()).expect("one line of JSON");
    let [one] = found["findings"].as_array().map_or(&[][..], Vec::as_slice) else {
        panic!("one finding\n{refused}");
    };
    assert_eq!(
        (&one["id"], &one["path"]),
        (&"records-disagree".into(), &".agents/locks/L-2.toml".into())
    );
}
