//! A handoff that says anything but the truth is refused at push by name, and its hint leads on.

use lane_testkit::Place;

use crate::delivering::delivered;
use crate::delivering::falsify;
use crate::delivering::push;
use crate::delivering::unpush;
use crate::delivering::with;
use crate::following::follow;
use crate::following::past_hooks;
use crate::plumbing;
use crate::sandbox;

const OTHER: &str = "\"1111111111111111111111111111111111111111\"";
const DIGEST: &str = "\"sha256:1111111111111111111111111111111111111111111111111111111111111111\"";

/// Every field of the record: table, key, what is written there instead.
const FIELDS: [(&str, &str, &str); 32] = [
    // First: only the first handoff has a risk to lose.
    ("", "risks", "[]"),
    ("", "task", "\"T-2\""),
    ("", "checkpoint", "\"CP-77\""),
    ("", "lane", "\"other\""),
    ("", "status", "\"in-progress\""),
    ("", "depends_satisfied", "false"),
    ("", "base", OTHER),
    ("", "tip", OTHER),
    ("", "tree", OTHER),
    ("", "commits", "[]"),
    ("", "commits", "[\"1111111111111111111111111111111111111111\"]"),
    ("", "files", "[\"src/a.rs\"]"),
    ("", "files", "[\"src/a.rs\", \"src/b.rs\", \"src/c.rs\"]"),
    ("", "next", "\"another\""),
    ("", "done", "[\"more\"]"),
    ("", "pending", "[\"more\"]"),
    ("", "blockers", "[\"more\"]"),
    ("", "unheard_of", "1"),
    ("acceptance.builds", "command", "\"true\""),
    ("acceptance.builds", "exit", "1"),
    ("acceptance.builds", "secs", "7.5"),
    ("acceptance.builds", "tree", OTHER),
    ("acceptance.builds", "digest", DIGEST),
    ("acceptance.builds", "check", "\"unit\""),
    ("acceptance.builds", "signature", DIGEST),
    ("acceptance.builds.made", "by", "\"agent-b\""),
    ("acceptance.builds.made", "at", "\"2026-11-21T07:00:00Z\""),
    ("acceptance.builds.made", "seq", "1"),
    ("made", "by", "\"agent-b\""),
    ("made", "clone", "\"0123456789abcdef\""),
    ("made", "at", "\"2026-11-21T07:00:00Z\""),
    ("made", "seq", "1"),
];

/// Where the handoff lies that the task names, and what it says.
fn handoff(repo: &Place<'_>) -> (String, String) {
    let task = plumbing::file(repo, &plumbing::path_of(repo, "T-1"));
    let named = task.lines().find_map(|line| line.strip_prefix("handoff = "));
    let id = named.expect("a handoff").trim_matches('"').to_owned();
    let path = plumbing::path_of(repo, &id);
    let text = plumbing::file(repo, &path);
    (path, text)
}

/// The push is refused by this id, and following the hint lets it through.
#[track_caller]
fn mended(lane: &Place<'_>, case: &str, id: &str) {
    let refused = push(lane);
    assert!(
        refused.code == 1 && refused.stderr.contains(&format!("error: {id}: ")),
        "{case}\n{refused}"
    );
    let again = follow(lane, &refused, "git lane handoff T-1");
    assert_eq!(again.code, 0, "{case}\n{again}");
    let pushed = push(lane);
    assert_eq!(pushed.code, 0, "{case}\n{pushed}");
    unpush(lane);
}

#[test]
fn a_true_handoff_passes_and_lists_commits_oldest_first() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    let (_, record) = handoff(&repo);
    let commits = format!("commits = [\"{}\", \"{}\"]", lane.rev("HEAD~1"), lane.rev("HEAD"));
    assert!(record.contains(&commits), "{commits}\n{record}");
    push(&lane).ok();
}

#[test]
fn a_handoff_with_any_one_field_edited_by_hand_is_refused_until_it_is_made_anew() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    for (table, key, value) in FIELDS {
        let (path, record) = handoff(&repo);
        let edited = with(&record, table, key, value);
        assert_ne!(edited, record, "[{table}] {key}");
        falsify(&repo, &path, Some(&edited));
        mended(&lane, &format!("[{table}] {key} = {value}"), "handoff-edited");
    }
}

#[test]
fn a_handoff_with_a_table_added_or_deleted_is_refused_until_it_is_made_anew() {
    type Edit = dyn Fn(&str) -> Option<String>;
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    let cases: [(&str, &Edit); 3] = [
        ("deleted", &|_| None),
        ("removes", &|text| {
            Some(format!("{text}\n[removes.\"src/b.rs\"]\nwhy = \"no need\"\n"))
        }),
        ("more_files", &|text| {
            Some(format!("{text}\n[more_files]\ntotal = 9\ndigest = {DIGEST}\n"))
        }),
    ];
    for (name, edit) in cases {
        let (path, record) = handoff(&repo);
        falsify(&repo, &path, edit(&record).as_deref());
        mended(&lane, name, "handoff-edited");
    }
}

#[test]
fn a_handoff_that_cannot_be_read_is_never_taken_for_none() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    for text in ["= =\n", "", "task = \"T-1\"\n", "dancing"] {
        let (path, record) = handoff(&repo);
        let phase = with(&record, "", "status", "\"dancing\"");
        falsify(&repo, &path, Some(if text == "dancing" { &phase } else { text }));
        push(&lane).code(1).says(&format!("{path} on the state ref"));
        mended(&lane, text, "handoff-edited");
    }
}

/// Every field of a receipt that a lie could be in.
const RECEIPT: [(&str, &str, &str); 9] = [
    ("acceptance.builds", "command", "\"true\""),
    ("acceptance.builds", "exit", "1"),
    ("acceptance.builds", "secs", "7.5"),
    ("acceptance.builds", "tree", OTHER),
    ("acceptance.builds", "digest", DIGEST),
    ("acceptance.builds.made", "by", "\"agent-b\""),
    ("acceptance.builds.made", "clone", "\"0123456789abcdef\""),
    ("acceptance.builds.made", "at", "\"2026-11-21T07:00:00Z\""),
    ("acceptance.builds.made", "seq", "1"),
];

#[test]
fn a_receipt_with_any_one_field_edited_by_hand_is_no_evidence_and_is_run_again() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    let path = plumbing::path_of(&repo, "T-1").replace("queue", "receipts");
    for (table, key, value) in RECEIPT {
        let record = plumbing::file(&repo, &path);
        falsify(&repo, &path, Some(&with(&record, table, key, value)));
        let case = format!("[{table}] {key} = {value}");
        mended(&lane, &case, "acceptance-stale");
        let record = plumbing::file(&repo, &path);
        assert_ne!(with(&record, table, key, value), record, "{case}");
    }
}

#[test]
fn a_failure_made_a_success_by_hand_is_found_out() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    past_hooks(&lane)
        .commit("src/a.rs", "", "nothing left\n\nLane-Task: T-1")
        .ok();
    lane.lane(["handoff"]).code(5).says("acceptance-failed");
    let path = plumbing::path_of(&repo, "T-1").replace("queue", "receipts");
    let record = plumbing::file(&repo, &path);
    let lie = with(&record, "acceptance.builds", "exit", "0");
    let signature = lie.lines().find(|line| line.starts_with("signature = ")).unwrap();
    let lie = lie.replacen(&format!("{signature}\n"), "", 1);
    falsify(&repo, &path, Some(&lie));
    lane.lane(["handoff"])
        .code(5)
        .says("acceptance-failed")
        .prints("FAILED exit 1");
}
