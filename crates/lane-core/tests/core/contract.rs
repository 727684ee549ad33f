//! Adding a task and changing its contract: what is refused, and what is kept.

use lane_core::apply::Rejection;
use lane_core::event::JudgeVerb;
use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::CheckpointId;
use lane_core::record::Acceptance;
use lane_core::record::Blocked;
use lane_core::record::Check;
use lane_core::record::Claim;
use lane_core::record::Completion;
use lane_core::record::Phase;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::record::Trouble;
use lane_core::text::is_unsafe;
use lane_core::time::Timestamp;

use super::delivered;
use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::added;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::done;
use super::fixture::released;
use super::fixture::task_id;
use super::fixture::texts;
use super::fixture::widened;
use super::stages;

/// A field, and a change of it.
type Change = (&'static str, fn(&mut Task));

fn criterion(text: &str) -> Acceptance {
    Acceptance {
        text: text.to_owned(),
        check: Some(Check::Command(texts(&["cargo", "test"]))),
        purpose: Vec::new(),
        extra: toml::from_str("weight = 3").unwrap(),
    }
}

#[test]
fn an_id_is_taken_by_live_and_archived_tasks_in_any_case() {
    let mut f = Fixture::new();
    f.add("T-live", &[]).archived("T-old");
    for (id, twin) in [
        ("T-live", "T-live"),
        ("t-LIVE", "T-live"),
        ("T-old", "T-old"),
        ("t-OLD", "T-old"),
    ] {
        let refusal = f.refuses(A, added(f.task_with(id, |_| {})), &ground::ID_TAKEN);
        assert_eq!(refusal.hints, [format!("git lane task show {twin}")]);
    }
}

#[test]
fn a_new_task_is_todo_and_created_now() {
    let f = Fixture::new();
    let changes: [Change; 4] = [
        ("status", |t| t.status = Phase::InProgress),
        ("granted", |t| t.granted = texts(&["src"])),
        ("attempts", |t| t.attempts = 1),
        ("created", |t| t.created = Timestamp::default()),
    ];
    for (what, change) in changes {
        let task = f.task_with("T-1", change);
        let refused = f.refusal(A, added(task));
        assert_eq!(refused.ground.id, "invalid-input", "{what}");
    }
}

#[test]
fn a_dependency_must_exist_by_its_exact_id() {
    let mut f = Fixture::new();
    f.add("T-1", &[]).archived("T-0");
    let on = |id: &str| texts(&[id]).iter().map(|t| task_id(t)).collect::<Vec<_>>();
    for unknown in ["T-9", "t-1"] {
        let task = f.task_with("T-2", |t| t.depends_on = on(unknown));
        f.refuses(A, added(task), &ground::UNKNOWN_DEPENDENCY);
        f.refuses(
            A,
            f.edited("T-1", |t| t.depends_on = on("T-9")),
            &ground::UNKNOWN_DEPENDENCY,
        );
    }
    f.edit("T-1", |t| t.depends_on = on("T-0"))
        .take(A, claimed("T-1"));
    f.refuses(
        B,
        f.edited("T-1", |t| t.depends_on = on("t-1")),
        &ground::INVALID_INPUT,
    );
}

#[test]
fn a_circle_of_dependencies_is_refused_and_drawn() {
    let mut f = Fixture::new();
    f.add("T-1", &[]).add("T-2", &[]).add("T-3", &[]);
    f.edit("T-2", |t| t.depends_on = vec![task_id("T-1")]);
    f.edit("T-3", |t| t.depends_on = vec![task_id("T-2")]);
    let closing = f.edited("T-1", |t| t.depends_on = vec![task_id("T-3")]);
    let refusal = f.refuses(A, closing, &ground::DEPENDENCY_CYCLE);
    assert!(
        refusal.what.ends_with("T-1 → T-3 → T-2 → T-1"),
        "{}",
        refusal.what
    );
    let closing = blocked("T-1", Some("T-3"), None);
    let refusal = f.refuses(A, closing, &ground::DEPENDENCY_CYCLE);
    assert!(
        refusal.what.ends_with("T-1 → T-3 → T-2 → T-1"),
        "{}",
        refusal.what
    );
}

#[test]
fn a_circle_through_a_blocker_is_refused_from_either_side() {
    let mut f = Fixture::new();
    f.add("T-1", &[])
        .add("T-2", &[])
        .take(A, blocked("T-2", Some("T-1"), None));
    f.refuses(A, blocked("T-1", Some("T-2"), None), &ground::DEPENDENCY_CYCLE);
    let closing = f.edited("T-1", |t| t.depends_on = vec![task_id("T-2")]);
    f.refuses(A, closing, &ground::DEPENDENCY_CYCLE);
    f.take(A, claimed("T-1")).take(A, done("T-1"));
    f.add("T-3", &[])
        .edit("T-3", |t| t.depends_on = vec![task_id("T-2")]);
}

#[test]
fn a_long_chain_of_dependencies_is_searched_to_its_end() {
    let mut f = Fixture::new();
    f.add("T-0", &[]);
    for n in 1..400 {
        let on = task_id(&format!("T-{}", n - 1));
        let task = f.task_with(&format!("T-{n}"), |t| t.depends_on = vec![on]);
        // The new task closes no circle, so the search is short.
        f.take(A, added(task));
    }
    let closing = f.edited("T-0", |t| t.depends_on = vec![task_id("T-399")]);
    f.refuses(A, closing, &ground::DEPENDENCY_CYCLE);
}

#[test]
fn scope_area_and_branch_of_a_claimed_task_stay_as_they_are() {
    let mut f = Fixture::new();
    f.add("T-1", &["src"]).take(A, claimed("T-1"));
    let changes: [fn(&mut Task); 4] = [
        |t| t.scope.push("docs".into()),
        |t| t.out_of_scope.push("docs".into()),
        |t| t.branch = "other".into(),
        |t| t.area = Some(lane_core::id::AreaName::new("ui").unwrap()),
    ];
    for change in changes {
        let refusal = f.refuses(A, f.edited("T-1", change), &ground::TASK_CLAIMED);
        assert_eq!(
            refusal.hints,
            [
                "git lane lock GLOB --objective TEXT",
                "git lane release T-1 --why TEXT"
            ]
        );
    }
    f.edit("T-1", |t| t.title = "a better title".into());
    f.take(A, released("T-1", "to change it"));
    for change in changes {
        f.edit("T-1", change);
    }
}

#[test]
fn an_edit_changes_no_life() {
    let mut f = Fixture::new();
    f.add("T-1", &["src"]);
    let changes: [Change; 15] = [
        ("handoff", |t| t.handoff = Some(CheckpointId::nth(1))),
        ("checkpoints", |t| t.checkpoints += 1),
        ("children", |t| t.children.push(task_id("T-2"))),
        ("authors", |t| t.authors.push(Agent::new("a").unwrap())),
        ("entered", |t| t.entered = Some(Timestamp::default())),
        ("failed", |t| t.failed = [(Stage::Review, 1)].into()),
        ("verdict", |t| {
            let verdict = stages::verdict(JudgeVerb::Approve, delivered::TIP);
            t.verdict.insert(Stage::Review, verdict);
        }),
        ("trouble", |t| t.trouble = Some(a_trouble())),
        ("status", |t| t.status = Phase::Blocked),
        ("granted", |t| t.granted.push("docs".into())),
        ("attempts", |t| t.attempts += 1),
        ("created", |t| t.created = Timestamp::default()),
        ("claim", |t| t.claim = Some(a_claim())),
        ("blocked", |t| t.blocked = Some(a_blocker())),
        ("completion", |t| t.completion = Some(a_completion())),
    ];
    for (what, change) in changes {
        let refusal = f.refusal(A, f.edited("T-1", change));
        assert_eq!(refusal.ground.id, "invalid-input", "{what}");
        assert!(refusal.what.contains("in its life"), "{what}: {}", refusal.what);
    }
}

fn a_trouble() -> Trouble {
    toml::from_str("mark = 'retry'\nstage = 'review'\nwhy = 'x'\nby = 'a'\nsince = '2026-01-01T00:00:00Z'")
        .unwrap()
}

fn a_claim() -> Claim {
    toml::from_str(
        "by = 'a'\nclone = 'c'\nlane = 'x'\nfence = 1\nsince = '2026-01-01T00:00:00Z'\nattempt = 1",
    )
    .unwrap()
}

fn a_blocker() -> Blocked {
    toml::from_str("why = 'x'\nby = 'a'\nsince = '2026-01-01T00:00:00Z'").unwrap()
}

fn a_completion() -> Completion {
    toml::from_str("by = 'a'\nat = '2026-01-01T00:00:00Z'\ntip = 'x'\nlanded = 'x'").unwrap()
}

#[test]
fn an_edit_of_nothing_nobody_or_the_past_is_refused() {
    let mut f = Fixture::new();
    f.add("T-1", &[]).archived("T-0");
    f.refuses(A, f.edited("T-1", |_| {}), &ground::NOTHING_CHANGES);
    let mut past = f.any("T-0");
    past.title = "rewritten".into();
    let edit = |task| lane_core::event::Payload::TaskEdited { task: Box::new(task) };
    f.refuses(A, edit(past), &ground::NOT_IN_PHASE);
    f.refuses(A, edit(f.task_with("T-9", |_| {})), &ground::NO_SUCH_TASK);
}

#[test]
fn a_bad_contract_is_refused_by_its_field_in_printable_words() {
    let changes: [Change; 8] = [
        ("title", |t| t.title = "a\nb".into()),
        ("labels", |t| t.labels = texts(&["\u{1b}[2J"])),
        ("scope", |t| t.scope = texts(&["\u{1b}\u{202e}["])),
        ("out_of_scope", |t| t.out_of_scope = texts(&["../x"])),
        ("issue", |t| t.issue = Some(String::new())),
        ("branch", |t| t.branch = "refs/heads/..".into()),
        ("acceptance", |t| {
            drop(t.acceptance.insert("\u{1b}[2J".into(), criterion("x")));
        }),
        ("acceptance.a1", |t| {
            drop(t.acceptance.insert("a1".into(), criterion("\u{202e}")));
        }),
    ];
    for (field, change) in changes {
        let f = Fixture::new();
        let refusal = f.refuses(A, added(f.task_with("T-1", change)), &ground::INVALID_INPUT);
        assert!(refusal.what.contains(field), "{field}: {}", refusal.what);
        assert!(
            !refusal.what.chars().any(is_unsafe),
            "{field}: {:?}",
            refusal.what
        );
    }
}

#[test]
fn a_bad_glob_is_refused_with_the_reason() {
    let f = Fixture::new();
    let task = f.task_with("T-1", |t| t.scope = texts(&["a\\b"]));
    let refusal = f.refuses(A, added(task), &ground::INVALID_INPUT);
    assert!(refusal.what.contains("separated by `/`"), "{}", refusal.what);
}

#[test]
fn unknown_keys_survive_the_whole_life_of_a_task() {
    let mut f = Fixture::new();
    let extra: toml::Table = toml::from_str(
        "sprint = 7\ndue = 2026-01-01T00:00:00Z\nratio = 0.5\n[tracker]\nurl = 'x'\nids = [1, { a = 2 }]",
    )
    .unwrap();
    let task = f.task_with("T-1", |t| {
        t.scope = texts(&["src"]);
        t.extra = extra.clone();
        drop(t.acceptance.insert("a1".into(), criterion("it works")));
    });
    f.take(A, added(task));
    f.edit("T-1", |t| t.notes = Some("more".into()));
    let events = [
        claimed("T-1"),
        widened("L-1", "T-1", &["docs"]),
        blocked("T-1", None, Some("x")),
        super::fixture::unblocked("T-1"),
        released("T-1", "x"),
        claimed("T-1"),
        done("T-1"),
    ];
    for event in events {
        let kind = event.kind();
        f.take(A, event);
        let task = f.any("T-1");
        assert_eq!(task.extra, extra, "{kind}");
        assert_eq!(
            task.acceptance["a1"].extra["weight"].as_integer(),
            Some(3),
            "{kind}"
        );
        let text = lane_core::codec::encode(&task).unwrap();
        assert_eq!(
            lane_core::codec::decode::<Task>(text.as_bytes()).unwrap(),
            task,
            "{text}"
        );
    }
    let gone = f.attempt(A, claimed("T-1"));
    assert!(matches!(gone, Err(Rejection::Refused(r)) if r.ground.id == "not-in-phase"));
}
