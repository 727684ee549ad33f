//! The ledger read: filters, replay from the ref and from a file, and blame.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;
use serde_json::Value;

use crate::plumbing::STATE;
use crate::sandbox;

/// Two tasks of two agents, an hour between them; the first one is done.
fn story(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.task("T-2", "docs/**");
    let a = repo.agent("agent-a");
    let lane = a.start("T-1");
    sandbox.advance(60);
    lane.commit("src/a.rs", "new\n", "work").ok();
    a.lane(["note", "T-1", "half of it"]).ok();
    sandbox.advance(3_600);
    repo.agent("agent-b").lane(["claim", "T-2"]).ok();
    repo.agent("agent-b")
        .lane(["lock", "extra/**", "--objective", "x"])
        .ok();
    repo.git(["merge", "--quiet", "--no-ff", "-m", "land", "T-1"])
        .ok();
    a.lane(["done", "T-1"]).ok();
    repo
}

fn events(output: &Output) -> Vec<Value> {
    let lines = output.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// The kinds that a log shows, the newest first.
fn kinds(repo: &Place<'_>, args: &str) -> Vec<String> {
    let output = repo.sh(&format!("git lane log --json {args}")).ok();
    let kind = |event: &Value| event["kind"].as_str().expect("a kind").to_owned();
    events(&output).iter().map(kind).collect()
}

#[test]
fn filters_of_the_log_combine() {
    let sandbox = sandbox();
    let repo = story(&sandbox);
    let all = kinds(&repo, "-n 0");
    let claim = all
        .iter()
        .rev()
        .position(|kind| kind == "task.claimed")
        .expect("a claim")
        + 1;
    for (args, expected) in [
        ("--kind task.claimed", &["task.claimed", "task.claimed"][..]),
        ("--kind task.claimed -n 1 --agent agent-a", &["task.claimed"]),
        ("--kind note --kind task.done", &["task.done", "note.added"]),
        (
            "--kind note --kind task.done --reverse",
            &["note.added", "task.done"],
        ),
        ("--agent agent-b", &["lock.granted", "task.claimed"]),
        ("--agent nobody", &[]),
        (
            "--task T-1 --kind task",
            &["task.done", "task.claimed", "task.added"],
        ),
        ("--task T-1 --agent agent-b", &[]),
        ("--kind task --since 30m", &["task.done", "task.claimed"]),
        ("--kind task.claimed --until 30m", &["task.claimed"]),
        (
            "--kind task.claimed --since 2026-11-21T09:01:00Z",
            &["task.claimed"],
        ),
        ("--since 3000-01-01T00:00:00Z", &[]),
    ] {
        assert_eq!(kinds(&repo, args), expected, "{args}");
    }
    assert_eq!(
        kinds(&repo, &format!("--since {claim} --until {claim}")),
        ["task.claimed"]
    );
    assert_eq!(
        kinds(&repo, &format!("--since {claim}")).len(),
        all.len() - claim + 1
    );
    for wrong in ["task.claim", "task.*", "none"] {
        let said = repo.lane(["log", "--kind", wrong]).code(2);
        assert!(
            said.stderr.contains("; task.added, edited, claimed") && said.stderr.contains("handed-off"),
            "{said}"
        );
    }
    repo.lane(["log", "--task", "T-9", "--kind", "task"])
        .code(3)
        .says("no-such-task");
}

#[test]
fn a_task_log_has_its_locks_events_and_no_others() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    for n in ["T-1", "T-2"] {
        repo.task(n, &format!("{n}/**"));
        repo.agent(n).lane(["claim", n]).ok();
    }
    for n in ["T-1", "T-2"] {
        let lock = events(
            &repo
                .lane(["log", "--json", "--task", n, "--kind", "task.claimed"])
                .ok(),
        );
        let lock = lock[0]["data"]["lock"].as_str().expect("a lock").to_owned();
        sandbox.advance(3_600);
        repo.agent(n).lane(["renew", &lock]).ok();
        repo.agent("agent-x").lane(["note", n, "hello"]).ok();
    }
    assert_eq!(kinds(&repo, "--task T-1 -n 2"), ["note.added", "lock.renewed"]);
    assert_eq!(kinds(&repo, "--task T-1 -n 1 --kind lock"), ["lock.renewed"]);
    assert_eq!(
        kinds(&repo, "--task T-2 --reverse"),
        ["task.added", "task.claimed", "lock.renewed", "note.added"]
    );
}

#[test]
fn a_replay_proves_the_state_and_counts_the_range() {
    let sandbox = sandbox();
    let repo = story(&sandbox);
    let last = kinds(&repo, "-n 0").len();
    let all = repo.lane(["replay", "--json"]).ok().json();
    assert_eq!(
        all["tree"].as_str(),
        Some(&*repo.rev(&format!("{STATE}^{{tree}}")))
    );
    assert_eq!(all["to"].as_u64(), Some(last as u64));
    let counters = &all["counters"];
    for (key, expected) in [
        ("events", last as u64),
        ("added", 2),
        ("claims", 2),
        ("done", 1),
        ("releases", 0),
    ] {
        assert_eq!(counters[key].as_u64(), Some(expected), "{key}: {all}");
    }
    assert_eq!(counters["by_agent"]["agent-b"], 2, "{all}");
    assert_eq!(counters["by_kind"]["note.added"], 1, "{all}");
    assert_eq!(counters["median_claimed_to_done_secs"], 3_660, "{all}");

    // The done alone: the claim before the range counts for its time, and for nothing else.
    let end = repo.lane(["replay", "--json", &format!("{last}..")]).ok().json();
    assert_eq!(
        (
            end["counters"]["claims"].as_u64(),
            end["counters"]["events"].as_u64()
        ),
        (Some(0), Some(1))
    );
    assert_eq!(end["counters"]["median_claimed_to_done_secs"], 3_660);
    let middle = repo.lane(["replay", "--json", "..3"]).ok().json();
    assert_eq!(
        middle["tree"].as_str(),
        Some(&*repo.rev(&format!("{STATE}~{}^{{tree}}", last - 3)))
    );
    repo.lane(["replay", "2..3"])
        .ok()
        .prints("(2..3)")
        .prints("by kind");
    repo.lane(["replay", "3..2"]).code(2);
    repo.lane(["replay", "..9999"]).code(3).says("no-such-event");
    repo.lane(["replay", "9999.."]).code(3).says("no-such-event");
}

#[test]
fn a_captured_file_gives_the_same_state_and_counters_anywhere() {
    let sandbox = sandbox();
    let repo = story(&sandbox);
    let from_ref = repo.lane(["replay", "--json"]).ok().json();
    repo.sh(
        "git lane log --json -n 0 --reverse >../events.jsonl && git lane log --json -n 0 >../newest.jsonl",
    )
    .ok();
    let nowhere = sandbox.at("home");
    let beside = sandbox.lanes("other");
    for file in ["events.jsonl", "newest.jsonl"] {
        let path = format!("../{file}");
        for place in [&nowhere, &beside, &repo] {
            let got = place.lane(["replay", "--json", "--file", &path]).ok().json();
            for key in ["tree", "chain", "repository", "counters", "from", "to"] {
                assert_eq!(got[key], from_ref[key], "{file} {key}");
            }
            let compared = std::ptr::eq(place, &repo).then(|| from_ref["to"].clone());
            assert_eq!(got["compared"], compared.unwrap_or(Value::Null), "{file}");
        }
    }
    let line = ["replay", "--file", "../events.jsonl"];
    nowhere.lane(line).ok().prints("follows from the file");
    beside.lane(line).ok().prints("of another repository");
    repo.lane(line).ok().prints("is what is stored");
    let part = nowhere
        .lane(["replay", "2..4", "--json", "--file", "../newest.jsonl"])
        .ok()
        .json();
    assert_eq!(
        part["counters"],
        repo.lane(["replay", "2..4", "--json"]).ok().json()["counters"]
    );
    // A state that is behind the file is compared as far as it goes.
    repo.git(["update-ref", STATE, &format!("{STATE}~1")]).ok();
    repo.lane(line).ok().prints("it is what is stored up to event");
}

/// A file that a replay must not take: what is done to the captured lines, and what is said.
type Forgery = (fn(&mut Vec<String>), i32, &'static str);

#[test]
fn a_captured_file_that_was_changed_is_refused_with_the_line() {
    let sandbox = sandbox();
    let repo = story(&sandbox);
    repo.sh("git lane log --json -n 0 --reverse >../events.jsonl")
        .ok();
    let lines: Vec<String> = repo.read("../events.jsonl").lines().map(str::to_owned).collect();
    let cases: &[Forgery] = &[
        (
            |all| all[4] = all[4].replace("agent-a", "agent-b"),
            2,
            "line 5 of ",
        ),
        (|all| drop(all.remove(4)), 2, "line 5 of "),
        (|all| all.swap(4, 5), 2, "line 5 of "),
        (|all| all.insert(4, all[3].clone()), 2, "line 5 of "),
        (|all| all.insert(3, "{\"seq\": 4".to_owned()), 2, "line 4 of "),
        (|all| all.insert(3, "x".repeat(5 << 20)), 2, "is longer than"),
        (|all| all.insert(3, "[".repeat(100_000)), 2, "line 4 of "),
        (
            |all| all[2] = all[2].replace("\"repository\":\"", "\"repository\":\"f"),
            2,
            "is of repository",
        ),
        (|all| drop(all.drain(..2)), 2, "needs all events from 1 on"),
        (Vec::clear, 2, "holds no event"),
        // The commit is not in the chain: only the ref knows it.
        (
            |all| all[4] = all[4].replace("\"commit\":\"", "\"commit\":\"0"),
            1,
            "is not what is stored",
        ),
    ];
    for (forge, code, says) in cases {
        let mut forged = lines.clone();
        forge(&mut forged);
        repo.write("../forged.jsonl", forged.join("\n"));
        repo.lane(["replay", "--file", "../forged.jsonl"])
            .code(*code)
            .says(says);
    }
    repo.write("../forged.jsonl", b"\xff\xfe\n");
    repo.lane(["replay", "--file", "../forged.jsonl"])
        .code(2)
        .says("line 1 of ");
    repo.lane(["replay", "--file", "../none.jsonl"])
        .fails()
        .says("none.jsonl");
    repo.lane(["replay", "--file", ".."]).fails();
    repo.write("../forged.jsonl", lines.join("\n"));
    repo.lane(["replay", "..9999", "--file", "../forged.jsonl"])
        .code(3)
        .says("no-such-event");
}

/// Event number and agent of a field.
fn origin(blame: &Value, field: &str) -> (u64, String) {
    let fields = blame["fields"].as_array().expect("fields");
    let found = fields.iter().find(|row| row["field"] == field);
    let found = found.unwrap_or_else(|| panic!("no {field} in {blame}"));
    (
        found["seq"].as_u64().expect("a number"),
        found["by"].as_str().expect("a name").to_owned(),
    )
}

#[test]
fn blame_names_the_event_that_last_changed_each_field() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.task("T-2", "docs/**");
    let seq = |kind: &str| {
        let log = repo
            .lane(["log", "--json", "-n", "1", "--task", "T-1", "--kind", kind])
            .ok();
        events(&log)[0]["seq"].as_u64().expect("a number")
    };
    let agent = repo.agent("agent-a");
    agent.lane(["claim", "T-1"]).ok();
    agent.lane(["release", "T-1", "--why", "x"]).ok();
    repo.agent("agent-b").lane(["claim", "T-1"]).ok();
    repo.lane(["task", "edit", "T-1", "--title", "another"]).ok();
    let (added, claimed, edited) = (seq("task.added"), seq("task.claimed"), seq("task.edited"));
    let blame = repo.lane(["blame", "T-1", "--json"]).ok().json();
    let person = "person:pat@example.org".to_owned();
    assert_eq!(blame["archived"], false);
    assert_eq!(origin(&blame, "id"), (added, person.clone()));
    assert_eq!(origin(&blame, "scope"), (added, person.clone()));
    assert_eq!(origin(&blame, "title"), (edited, person));
    assert_eq!(origin(&blame, "claim.by"), (claimed, "agent-b".to_owned()));
    assert_eq!(origin(&blame, "attempts"), (claimed, "agent-b".to_owned()));
    repo.lane(["blame", "T-1"]).ok().prints("task.edited");
    repo.lane(["blame", "T-9"]).code(3).says("no-such-task");
}

#[test]
fn blame_of_an_archived_task_goes_on_behind_its_end() {
    let sandbox = sandbox();
    let repo = story(&sandbox);
    let blame = repo.lane(["blame", "T-1", "--json"]).ok().json();
    assert_eq!(blame["archived"], true);
    let log = events(&repo.lane(["log", "--json", "-n", "0", "--task", "T-1"]).ok());
    let seq = |kind: &str| {
        log.iter()
            .find(|e| e["kind"] == kind)
            .and_then(|e| e["seq"].as_u64())
    };
    assert_eq!(Some(origin(&blame, "title").0), seq("task.added"));
    assert_eq!(Some(origin(&blame, "attempts").0), seq("task.claimed"));
    assert_eq!(Some(origin(&blame, "status").0), seq("task.done"));
    assert_eq!(origin(&blame, "completion.by").1, "agent-a");
    // A clone whose history is cut off says so where it cannot tell.
    let copy = sandbox.empty_repo("copy");
    let from = format!("file://{}", repo.path().display());
    copy.git([
        "fetch",
        "--quiet",
        "--depth=2",
        &from,
        &format!("{STATE}:{STATE}"),
    ])
    .ok();
    copy.lane(["blame", "T-1"]).fails().says("history-cut");
}
