//! What a check read are the bytes on disk, also where git stores others and calls the file clean.

use std::fs;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::follow;
use crate::gated;
use crate::sandbox;

/// One check, that tells when it runs, and fails where a line ends with CRLF or is upper case.
const GATES: &str = r#"[check.one]
rung = 1
run = ["sh", "-c", "echo ran >>../runs; ! grep -r \"[[:upper:]]\\|$(printf '\\r')\" src"]
reads = ["src/**"]
"#;

/// A repository with these attributes, on a lane with one changed file.
fn lane<'s>(sandbox: &'s Sandbox, attributes: &str) -> Place<'s> {
    let repo = sandbox.script_workspace("r");
    repo.write(".gitattributes", attributes);
    repo.commit(".agents/gates.toml", GATES, "gates").ok();
    repo.sh("git add .gitattributes && git commit --quiet -m attributes")
        .ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.commit("src/one.txt", "changed\n", "work").ok();
    repo
}

/// How often the check ran since this was asked last.
fn runs(sandbox: &Sandbox) -> usize {
    let path = sandbox.path().join("runs");
    let text = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(path);
    text.lines().count()
}

#[track_caller]
fn passes(sandbox: &Sandbox, repo: &Place<'_>, ran: usize, what: &str) {
    let gate = repo.lane(["gate"]).ok();
    assert_eq!(runs(sandbox), ran, "{what}\n{gate}");
}

/// Writes the file and stages it; git sees no change in it.
#[track_caller]
fn staged(repo: &Place<'_>, text: &str) {
    repo.write("src/one.txt", text);
    repo.git(["add", "src/one.txt"]).ok();
    let status = repo.git(["status", "--porcelain"]).ok();
    assert_eq!(status.stdout, "", "the premise");
}

#[test]
fn a_receipt_for_some_bytes_is_none_for_others_that_git_stores_alike() {
    for (attributes, other) in [
        ("* text=auto eol=lf\n", "changed\r\n"),
        // Of the same length, too.
        ("*.txt filter=lower\n", "CHANGED\n"),
    ] {
        let sandbox = sandbox();
        let repo = lane(&sandbox, attributes);
        repo.git(["config", "filter.lower.clean", "tr A-Z a-z"]).ok();
        staged(&repo, "changed\n");
        passes(&sandbox, &repo, 1, attributes);
        passes(&sandbox, &repo, 0, attributes);
        staged(&repo, other);
        for _ in 0..2 {
            repo.lane(["gate"]).code(5).prints("FAILED   one");
            assert_eq!(runs(&sandbox), 1, "{attributes}");
        }
        staged(&repo, "changed\n");
        passes(&sandbox, &repo, 0, "as it was shown");
    }
}

#[test]
fn bytes_that_stayed_behind_when_their_attributes_went_are_seen() {
    let sandbox = sandbox();
    let repo = lane(&sandbox, "* text=auto eol=lf\n");
    repo.sh("git rm --quiet .gitattributes && git commit --quiet -m plain")
        .ok();
    passes(&sandbox, &repo, 1, "no attributes");
    repo.git(["switch", "--quiet", "-c", "other", "lane~1"]).ok();
    staged(&repo, "changed\r\n");
    // The index must be younger than the file, or git looks into it.
    repo.sh("touch -d '2001-01-01' src/one.txt && git add src/one.txt")
        .ok();
    repo.git(["switch", "--quiet", "lane"]).ok();
    assert_eq!(repo.git(["status", "--porcelain"]).ok().stdout, "", "the premise");
    repo.lane(["gate"]).code(5).prints("FAILED   one");
}

#[test]
fn what_a_check_writes_that_git_would_not_store_is_a_change() {
    let sandbox = sandbox();
    let repo = lane(&sandbox, "* text=auto eol=lf\n");
    let gates = GATES.replace(
        "echo ran",
        "printf 'changed\\\\r\\\\n' >src/one.txt; git add src; echo ran",
    );
    sandbox
        .at("")
        .write("gates.toml", gates.replace("! grep", ": ! grep"));
    repo.lane(["gate", "--gates", "../gates.toml"])
        .code(5)
        .prints("meanwhile src/one.txt changed");
}

#[test]
fn a_commit_whose_checkout_has_other_bytes_is_judged_where_it_is_checked_out() {
    let sandbox = sandbox();
    let repo = gated::gated(&sandbox, gated::GATES);
    repo.commit(".gitattributes", "*.bat eol=crlf\n", "attributes")
        .ok();
    repo.commit("src/a.bat", "fine\n", "one").ok();
    repo.git(["switch", "--quiet", "-c", "beside", "main~1"]).ok();
    repo.commit("other.txt", "other files than are pushed\n", "other")
        .ok();
    let push = || repo.git(["push", "--quiet", "origin", "main"]);
    let refused = push().code(1).says("gate-not-run: 3 checks of main");
    follow(&repo, &refused, "git worktree add").ok();
    assert_eq!(gated::ran(&sandbox), "lint unit whole");
    push().ok().says("not run again");
    assert_eq!(gated::ran(&sandbox), "");
}
