//! The board and the lock table: what they show, now and in the past, and that looking back changes nothing.

use std::fs;
use std::path::PathBuf;

use lane_testkit::Place;
use lane_testkit::Sandbox;
use serde_json::Value;

use crate::plumbing::STATE;
use crate::plumbing::commits;
use crate::plumbing::file;
use crate::plumbing::path_of;
use crate::plumbing::put;
use crate::plumbing::rebuild;
use crate::sandbox;

/// Ten minutes.
const STEP: i64 = 600;

/// A task in each phase, one event every ten minutes from 08:00: T-1 done, T-2 claimed a second time, T-3 blocked on
/// T-2, T-4 ready and of high priority, T-5 waiting for T-1 and T-4.
fn varied(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r").agent("agent-a");
    for n in 1..=3 {
        repo.task(&format!("T-{n}"), &format!("part-{n}/**"));
    }
    repo.lane([
        "task",
        "add",
        "soon",
        "--id",
        "T-4",
        "--priority",
        "high",
        "--accept",
        "x",
        "--accept",
        "y",
    ])
    .ok();
    repo.lane([
        "task",
        "add",
        "later",
        "--id",
        "T-5",
        "--depends-on",
        "T-1",
        "--depends-on",
        "T-4",
    ])
    .ok();
    for line in [
        "git lane claim T-1",
        "git switch -qc T-1 && mkdir part-1 && echo x >part-1/a && git add part-1 && git commit -qnm 'Lane-Task: T-1' && git switch -q main && git merge -q --no-ff -m land T-1 && git lane done T-1",
        "git lane claim T-2",
        "git lane release T-2 --why tired",
        "git lane claim T-2",
        "git lane claim T-3",
        "git lane block T-3 --on T-2 --why 'needs part 2'",
    ] {
        sandbox.advance(STEP);
        repo.sh(line).ok();
    }
    repo
}

/// The board as JSON.
fn board(repo: &Place<'_>, at: &[&str]) -> Value {
    let args = [&["board", "--json"], at].concat();
    repo.lane(args).ok().json()
}

/// The ids in each phase that has tasks, `done` the last.
fn ids(board: &Value) -> Vec<(String, Vec<String>)> {
    let names = |tasks: &Value| -> Vec<String> {
        let all = tasks.as_array().expect("tasks").iter();
        all.map(|task| task["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    let phases = board["phases"].as_array().expect("phases").iter();
    let mut all: Vec<_> = phases
        .map(|column| {
            (
                column["phase"].as_str().expect("a name").to_owned(),
                names(&column["tasks"]),
            )
        })
        .collect();
    all.push(("done".to_owned(), names(&board["done"])));
    all.retain(|(_, ids)| !ids.is_empty());
    all
}

#[track_caller]
fn shows(board: &Value, expected: &[(&str, &[&str])]) {
    let found = ids(board);
    let found: Vec<(&str, Vec<&str>)> = found
        .iter()
        .map(|(phase, ids)| (phase.as_str(), ids.iter().map(String::as_str).collect()))
        .collect();
    let expected: Vec<(&str, Vec<&str>)> = expected
        .iter()
        .map(|(phase, ids)| (*phase, ids.to_vec()))
        .collect();
    assert_eq!(found, expected);
}

/// The number of the event that `git lane log` tells with these words.
fn event(repo: &Place<'_>, words: &str) -> u64 {
    let log = repo.lane(["log", "--json", "-n", "100"]).ok();
    let events = log
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("an event"));
    let commit = repo.git(["log", "--format=%H %s", STATE]).ok();
    let wanted = commit
        .stdout
        .lines()
        .find(|line| line.contains(words))
        .expect("such an event");
    let mut found = events.filter(|event| wanted.starts_with(event["commit"].as_str().expect("a commit")));
    found.next().expect("the event")["seq"]
        .as_u64()
        .expect("a number")
}

#[test]
fn the_board_shows_every_task_in_the_order_of_its_life() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let now = board(&repo, &[]);
    shows(
        &now,
        &[
            ("todo", &["T-4", "T-5"]),
            ("in-progress", &["T-2"]),
            ("blocked", &["T-3"]),
            ("done", &["T-1"]),
        ],
    );
    assert_eq!(now["at"]["commit"], repo.rev(STATE));
    assert_eq!(now["at"]["time"], "2026-11-21T09:10:00Z");
    let held = &now["phases"][1]["tasks"][0];
    assert_eq!(
        (&held["claim"]["by"], &held["claim"]["attempt"]),
        (&"agent-a".into(), &2.into())
    );
    assert_eq!(
        (&held["lease"]["over"], &held["lease"]["expires"]),
        (&false.into(), &"2026-11-21T10:50:00Z".into())
    );
    let todo = now["phases"].as_array().expect("phases").first().expect("todo");
    assert_eq!(todo["tasks"][0]["acceptance"]["criteria"], 2);
    assert_eq!(todo["tasks"][1]["open_dependencies"], serde_json::json!(["T-4"]));
    assert_eq!(todo["tasks"][1]["waits"]["id"], "dependency-open");
}

#[test]
fn in_words_each_phase_is_a_table_that_says_only_what_there_is_to_say() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let commit = repo.git(["rev-parse", "--short=12", STATE]).ok();
    let seq = board(&repo, &[])["at"]["seq"].clone();
    let shown = repo.lane(["board"]).ok();
    let lines: Vec<&str> = shown.stdout.lines().collect();
    assert!(
        lines[0].starts_with(&format!("after event {seq} of 2026-11-21T09:10:00Z (now) ")),
        "{shown}"
    );
    assert!(
        commit
            .text()
            .starts_with(lines[0].rsplit(' ').next().expect("a commit")),
        "{shown}"
    );
    assert_eq!(
        lines[1..],
        [
            "todo: 2, 1 ready",
            "  task  acceptance  priority  waits for  title",
            "  T-4   2           high      -          soon",
            "  T-5   -           -         T-4        later",
            "in-progress: 1",
            "  task  holder   lane  since    lease                                  attempt  title",
            "  T-2   agent-a  T-2   20m ago  until 2026-11-21T10:50:00Z (in 1h40m)  2        work on part-2/**",
            "blocked: 1",
            "  task  holder   lane  since  lease                                  waits for                           title",
            "  T-3   agent-a  T-3   now    until 2026-11-21T11:00:00Z (in 1h50m)  T-2; agent-a wrote: \"needs part 2\"  work on part-3/**",
            "done: 1",
            "  task  holder   since    title",
            "  T-1   agent-a  50m ago  work on part-1/**",
        ]
    );
    sandbox.advance(3 * 3600);
    repo.agent("agent-b")
        .lane(["board"])
        .ok()
        .prints("over 1h20m ago");
}

#[test]
fn the_past_is_found_by_number_by_time_and_by_how_long_ago() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let claimed = event(&repo, "claim T-1");
    let then: &[(&str, &[&str])] = &[("todo", &["T-4", "T-2", "T-3", "T-5"]), ("in-progress", &["T-1"])];
    for at in [
        &claimed.to_string(),
        &format!("#{claimed}"),
        "2026-11-21T08:10:00Z",
        "2026-11-21T08:19:59Z",
        "2026-11-21T09:19:59+01:00",
        "1h",
        "55m",
    ] {
        let past = board(&repo, &["--at", at]);
        shows(&past, then);
        assert_eq!(past["at"]["seq"], claimed, "{at}");
        assert_eq!(past["at"]["time"], "2026-11-21T08:10:00Z", "{at}");
    }
    shows(&board(&repo, &["--at", "0"]), &[]);
    let last = board(&repo, &[]);
    assert_eq!(board(&repo, &["--at", "2027-01-01T00:00:00Z"])["at"], last["at"]);
    // T-5 waited for T-1 too, before that was done.
    let past = board(&repo, &["--at", "1h"]);
    let todo = past["phases"].as_array().expect("phases").first().expect("todo");
    assert_eq!(
        todo["tasks"][3]["open_dependencies"],
        serde_json::json!(["T-1", "T-4"])
    );
    // Of two events at one time the later one counts.
    repo.task("T-6", "six/**");
    repo.task("T-7", "seven/**");
    let both = board(&repo, &["--at", "2026-11-21T09:10:00Z"]);
    assert_eq!(both["at"]["commit"], repo.rev(STATE));
}

#[test]
fn leases_of_the_past_are_judged_by_its_time() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let over = |at: &str| {
        board(&repo.agent("agent-b"), &["--at", at])["phases"][1]["tasks"][0]["lease"]["over"].clone()
    };
    sandbox.advance(5 * 3600);
    assert_eq!(over("2026-11-21T09:10:00Z"), false);
    assert_eq!(over(&event(&repo, "claim T-3").to_string()), false);
    assert_eq!(over("2026-11-21T10:51:00Z"), false);
    assert_eq!(over("2026-11-21T10:51:01Z"), true);
}

/// The caches' files with their bytes.
fn caches(repo: &Place<'_>) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(repo.path().join(".git/lane/cache"));
    let paths = entries
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> = paths
        .map(|path| (path.clone(), fs::read(&path).expect("a cache")))
        .collect();
    files.sort();
    files
}

#[test]
fn looking_back_leaves_the_caches_alone_and_does_not_see_what_they_know_of_later() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let last = board(&repo, &[])["at"]["seq"].as_u64().expect("a number");
    let folder = repo.path().join(".git/lane/cache");
    let pasts: Vec<Value> = (0..=last)
        .map(|seq| {
            let _ = fs::remove_dir_all(&folder);
            let past = board(&repo, &["--at", &seq.to_string()]);
            if seq < last {
                // The holder's sign of life reads the lanes as they are, and nothing else is kept.
                assert!(!folder.join("queue").exists(), "event {seq} is kept");
            }
            past
        })
        .collect();
    repo.lane(["ready"]).ok();
    let kept = caches(&repo);
    assert_eq!(kept.len(), 2, "{kept:?}");
    for (seq, past) in pasts.iter().enumerate() {
        assert_eq!(&board(&repo, &["--at", &seq.to_string()]), past, "event {seq}");
        assert_eq!(caches(&repo), kept, "event {seq}");
    }
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn a_long_phase_is_cut_and_says_where_the_rest_is() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    for n in 10..33 {
        repo.task(&format!("T-{n}"), "src/**");
    }
    let shown = repo.lane(["board"]).ok().prints("todo: 23, 23 ready");
    shown
        .prints("T-29")
        .prints("  … and 3 more: git lane task list --status todo\n");
    let cut = repo.lane(["board"]).ok().stdout;
    assert!(!cut.contains("T-30"), "{cut}");
    let few = board(&repo, &["--limit", "2"]);
    assert_eq!(
        few["phases"].as_array().expect("phases").first().expect("todo")["count"],
        23
    );
    shows(&few, &[("todo", &["T-10", "T-11"])]);
    let past = repo.lane(["board", "--at", "1h"]).code(3);
    past.says("no-such-event");
    let seq = board(&repo, &[])["at"]["seq"].to_string();
    let past = repo.lane(["board", "--at", &seq, "--limit", "22"]).ok();
    let line = past
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("  … and 1 more: "));
    repo.sh(line.expect("a command")).ok().prints("T-32");
}

#[test]
fn the_tasks_done_last_come_first() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    for n in 1..=3 {
        repo.task(&format!("T-{n}"), &format!("p{n}/**"));
    }
    for n in [2, 3, 1] {
        repo.lane(["claim", &format!("T-{n}")]).ok();
        let commit =
            format!("git commit -q --allow-empty -nm 'w\n\nLane-Task: T-{n}' && git lane done T-{n}");
        repo.sh(&format!("git switch -qc T-{n} && git switch -q main && {commit}"))
            .ok();
    }
    shows(&board(&repo, &[]), &[("done", &["T-1", "T-3", "T-2"])]);
    let one = repo.lane(["board", "--done", "1"]).ok();
    one.prints("done: 3")
        .prints("… and 2 more: git lane task list --status done");
    shows(&board(&repo, &["--done", "0"]), &[]);
}

#[test]
fn what_cannot_be_shown_ends_with_its_exit_code_and_a_way_on() {
    let sandbox = sandbox();
    sandbox.repo("bare").lane(["board"]).code(6).says("git lane init");
    let repo = varied(&sandbox);
    let last = board(&repo, &[])["at"]["seq"].as_u64().expect("a number");
    let cases: [(&[&str], i32, &str); 9] = [
        (&["--at", "yesterday"], 2, "no event like 412"),
        (&["--at", ""], 2, "no event like 412"),
        (
            &["--at", "99999999999999999999"],
            2,
            "more than any event's number",
        ),
        (&["--at", "\u{1b}[2J"], 2, "no event like 412"),
        (
            &["--at", "9999"],
            3,
            &format!("no event 9999 yet; the last is {last}"),
        ),
        (&["--at", "18446744073709551615"], 3, "no-such-event"),
        (
            &["--at", "2026-11-21T07:59:59Z"],
            3,
            "the ledger begins with event 1 of 2026-11-21T08:00:00Z",
        ),
        (&["--at", "0001-01-01T00:00:00Z"], 3, "no-such-event"),
        (&["--limit", "many"], 2, "many"),
    ];
    for (args, code, words) in cases {
        let args = [&["board"], args].concat();
        let refused = repo.lane(&args).code(code).says("error: ").says(words);
        assert_eq!(refused.stdout, "", "{refused}");
        assert!(!refused.stderr.contains('\u{1b}'), "{refused}");
        for hint in refused.hints() {
            repo.sh(&hint).ok();
        }
    }
}

#[test]
fn a_shallow_state_says_that_it_is_cut_and_the_hint_mends_it() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let url = format!("file://{}", repo.path().display());
    sandbox
        .at("")
        .git(["clone", "--quiet", "--depth", "1", &url, "shallow"])
        .ok();
    let here = sandbox.at("shallow").agent("agent-b");
    here.git([
        "fetch",
        "--quiet",
        "--depth",
        "2",
        "origin",
        "refs/agents/state:refs/agents/state",
    ])
    .ok();
    let last = board(&here, &[])["at"]["seq"].as_u64().expect("a number");
    let before = (last - 1).to_string();
    assert_eq!(
        ids(&board(&here, &["--at", &before])),
        ids(&board(&repo, &["--at", &before]))
    );
    for at in [&(last - 2).to_string(), "2026-11-21T08:10:00Z"] {
        let cut = here.lane(["board", "--at", at]).code(6).says("history-cut");
        cut.says(&format!("begins with event {}", last - 1));
    }
    let cut = here.lane(["board", "--at", "1h"]).code(6);
    here.sh(&cut.hints()[0]).ok();
    assert_eq!(
        board(&here, &["--at", "1h"])["at"],
        board(&repo, &["--at", "1h"])["at"]
    );
}

#[test]
fn a_hostile_record_is_shown_bounded_and_escaped() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let path = path_of(&repo, "T-4");
    let hostile = "a\\u001b[2J\\u202eb|`c` \\nerror: x";
    let text = file(&repo, &path).replace("soon", &format!("{hostile}{}", "z".repeat(500)));
    put(&repo, &path, text);
    let path = path_of(&repo, "T-2");
    let lane = file(&repo, &path).replace("lane = \"T-2\"", &format!("lane = \"{hostile}\""));
    put(&repo, &path, lane);
    let shown = repo.lane(["board"]).ok();
    assert!(!shown.stdout.contains(['\u{1b}', '\u{202e}']), "{shown}");
    assert!(
        shown.stdout.lines().all(|line| line.chars().count() < 260),
        "{shown}"
    );
    assert!(!shown.stdout.contains("\nerror:"), "{shown}");
    let raw = repo.lane(["board", "--json"]).ok();
    assert!(!raw.stdout.trim().contains(['\u{1b}', '\u{202e}', '\n']), "{raw}");
    let broken = path_of(&repo, "T-5");
    put(&repo, &broken, "nothing = = 1");
    repo.lane(["board"]).ok().prints("T-4").says(&broken);
}

#[test]
fn a_ledger_with_a_wrong_number_is_named_and_not_believed() {
    let sandbox = sandbox();
    let repo = varied(&sandbox);
    let mut all = commits(&repo);
    let gone = all.len() - 4;
    all.remove(gone);
    rebuild(&repo, &all);
    repo.lane(["board", "--at", "3"])
        .code(6)
        .says("has the number")
        .says("hint: git lane verify");
}

#[test]
fn the_lock_table_is_markdown_that_no_objective_can_break() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    let heads = "| lock_id | owner | scope | objective | start | heartbeat | expires |";
    let rule = "| --- | --- | --- | --- | --- | --- | --- |";
    let empty = repo.lane(["locks", "--table"]).ok().says("no locks");
    assert_eq!(empty.stdout, format!("{heads}\n{rule}\n"));
    let objective = "a|b `c` <img src=x> **d** \\";
    let lock = repo
        .lane(["lock", "src/**", "odd`{x|y}/*", "--objective", objective])
        .ok();
    let table = repo.lane(["locks", "--table"]).ok();
    let id = lock.text();
    let row = format!(
        "| {id} | agent-a | `src/**` odd\\`{{x\\|y}}/\\* | a\\|b \\`c\\` \\<img src=x\\> \\*\\*d\\*\\* \\\\ | 2026-11-21T08:00:00Z | 2026-11-21T08:00:00Z | 2026-11-21T10:00:00Z |"
    );
    assert_eq!(table.stdout, format!("{heads}\n{rule}\n{row}\n"));
    // What a record could hold that no command takes.
    let path = path_of(&repo, id);
    let long = "z".repeat(5_000);
    let text = file(&repo, &path).replace("a|b", &format!("q\\nerror: \\u001b[2J\\u202e{long}"));
    put(&repo, &path, text);
    let table = repo.lane(["locks", "--table"]).ok();
    assert_eq!(table.stdout.lines().count(), 3, "{table}");
    assert!(
        !table.stdout.contains(['\u{1b}', '\u{202e}']) && table.stdout.len() < 1_000,
        "{table}"
    );
    repo.lane(["locks", "--table", "--json"])
        .code(2)
        .says("cannot be used with");
}

#[test]
fn a_task_is_shown_as_it_was_without_what_came_later() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    repo.task("T-1", "src/**");
    sandbox.advance(100);
    let lane = repo.start("T-1");
    lane.commit("src/a.rs", "new\n", "later work").ok();
    let now = repo
        .lane(["show", "T-1"])
        .ok()
        .prints("in-progress")
        .prints("later work");
    assert!(!now.stdout.contains("after event"), "{now}");
    let then = repo
        .lane(["show", "T-1", "--at", "50s"])
        .ok()
        .prints("after event")
        .prints("todo");
    assert!(
        !then.stdout.contains("later work") && !then.stdout.contains("claim"),
        "{then}"
    );
    repo.lane(["show", "T-1", "--at", "50s", "--json"])
        .ok()
        .prints("\"todo\"");
    repo.lane(["show", "T-1", "--at", "0"])
        .code(3)
        .says("no-such-task");
    repo.lane(["show", "T-1", "--at", "999"])
        .code(3)
        .says("no-such-event");
}
