//! Hand-made histories and ledgers, good and bad, with the verdict on each.

use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::LockMode;
use lane_core::record::Task;
use lane_core::time::Timestamp;
use lane_model::history::Fault;
use lane_model::history::Outcome;
use lane_model::history::check_windows;
use lane_model::history::check_witness;
use lane_model::history::ledger_of;
use lane_model::history::read;

use crate::words::history;
use crate::words::ledger;

/// The keys of the windows that nothing explains.
fn unexplained(lines: &str) -> Vec<String> {
    let found = check_windows(&history(lines));
    assert_eq!(found.skipped, 0, "{lines}");
    found.faults.into_iter().map(|fault| fault.key).collect()
}

#[test]
fn windows_explain_what_some_order_explains() {
    for lines in [
        // One wins, the other is told so; which of the two asked first does not matter.
        "a@1 0..9 claim T ok\n b@2 1..5 claim T already-claimed",
        // The loser may be told at the same time, but before it nobody may.
        "a@1 0..9 claim T ok\n b@2 9..10 claim T already-claimed",
        // Given back and taken again.
        "a@1 0..1 claim T ok\n a@1 2..3 release T ok\n b@2 4..5 claim T ok",
        // The release is seen before it is answered.
        "a@1 0..1 claim T ok\n a@1 2..9 release T ok\n b@2 3..4 claim T ok",
        // A killed claim may have happened,
        "a@1 0.. claim T ?\n b@2 5..6 claim T already-claimed",
        // or not,
        "a@1 0.. claim T ?\n b@2 5..6 claim T ok",
        // or later than anybody thought.
        "a@1 0.. claim T ?\n b@2 5..6 claim T ok\n b@2 7..8 release T ok\n c@3 9..10 claim T already-claimed",
        // The same name elsewhere is another holder.
        "a@1 0..1 claim T ok\n a@2 2..3 release T not-holder",
        // Keys do not concern each other, and a task named like a path is another key.
        "a@1 0..1 claim T ok\n b@2 2..3 claim U ok\n b@2 4..5 lock T ok",
        // What the key alone does not decide is not judged.
        "a@1 0..1 claim T capacity-full\n a@1 2..3 claim T ok",
        "a@1 0..1 claim T ok\n b@2 2..3 reclaim T ok\n b@2 4..5 claim T ok\n a@1 6..7 release T not-holder",
        "a@1 0..1 add T ok\n b@2 2..3 add T id-taken\n b@2 4..5 claim T ok\n a@1 6..7 done T ok\n b@2 8..9 claim T not-in-phase",
        "a@1 0..1 lock p ok\n a@1 2..3 lock p ok\n a@1 4..5 unlock p ok\n b@2 6..7 lock p foreign-lock",
    ] {
        assert_eq!(unexplained(lines), [""; 0], "{lines}");
    }
}

#[test]
fn windows_find_what_no_order_explains() {
    for lines in [
        // Two winners.
        "a@1 0..5 claim T ok\n b@2 1..6 claim T ok",
        // Refused before anybody asked.
        "b@2 0..1 claim T already-claimed\n a@1 2..3 claim T ok",
        // Refused after it was free again.
        "a@1 0..1 claim T ok\n a@1 2..3 release T ok\n b@2 4..5 claim T already-claimed",
        // The same name elsewhere gives back what is not its own.
        "a@1 0..1 claim T ok\n a@2 2..3 release T ok",
        // One killed claim does not explain two holders.
        "a@1 0.. claim T ?\n b@2 5..6 claim T ok\n c@3 7..8 claim T ok",
        // A task is claimed before it is added.
        "b@2 0..1 claim T ok\n a@1 2..3 add T ok",
        "a@1 0..1 claim T ok\n a@1 2..3 done T ok\n b@2 4..5 claim T ok",
        "a@1 0..1 lock T ok\n b@2 2..3 lock T ok",
    ] {
        assert_eq!(unexplained(lines), ["T"], "{lines}");
    }
}

#[test]
fn what_a_key_holds_is_carried_from_window_to_window() {
    let pair = |at: usize| {
        format!(
            "a@1 {}..{} claim T ok\n a@1 {}..{} release T ok\n",
            8 * at,
            8 * at + 1,
            8 * at + 2,
            8 * at + 3
        )
    };
    let many: String = (0..100).map(pair).collect();
    let found = check_windows(&history(&many));
    assert!(found.searched > 5 && found.faults.is_empty(), "{found:?}");
    // The last claim of the second window was never given back.
    let lost = many.replacen(
        "a@1 202..203 release T ok",
        "a@1 202..203 release T capacity-full",
        1,
    );
    assert_ne!(lost, many);
    assert_eq!(unexplained(&lost), ["T"]);
}

#[test]
fn a_window_that_is_too_crowded_is_counted_and_not_judged() {
    let crowd: String = (0..30)
        .map(|at| format!("a{at}@1 {at}..99 claim T ok\n"))
        .collect();
    let found = check_windows(&history(&crowd));
    assert_eq!((found.searched, found.skipped, found.faults.len()), (0, 1, 0));
}

#[test]
fn refusals_that_follow_from_others_make_no_crowd() {
    let crowd: String = (0..30)
        .map(|at| format!("b{at}@1 {at}..{} claim T already-claimed\n", 99 - at))
        .collect();
    assert_eq!(unexplained(&format!("a@1 40..60 claim T ok\n{crowd}")), [""; 0]);
    assert_eq!(unexplained(&format!("a@1 90..95 claim T ok\n{crowd}")), ["T"]);
}

const RACE: &str = "a@1 0..5 claim T ok e1\n b@2 1..6 claim T already-claimed\n a@1 7..8 release T ok e2\n b@2 9..10 claim T ok e3";
const RACE_LEDGER: &str = "1 e1 a@1 claim T\n 2 e2 a@1 release T\n 3 e3 b@2 claim T";

fn faults(operations: &str, events: &str) -> Vec<Fault> {
    check_witness(&history(operations), &ledger(events), 0).faults
}

#[test]
fn a_ledger_that_explains_everything_is_a_witness() {
    let found = check_witness(&history(RACE), &ledger(RACE_LEDGER), 0);
    assert_eq!(
        (found.acknowledged, found.justified, found.faults.len()),
        (3, 1, 0)
    );
    // Without ids, by what was done.
    let nameless = RACE.replace(" e1", "").replace(" e2", "").replace(" e3", "");
    let found = check_witness(&history(&nameless), &ledger(RACE_LEDGER), 0);
    assert_eq!(
        (found.acknowledged, found.ambiguous, found.faults),
        (3, 0, vec![])
    );
}

#[test]
fn a_killed_operation_may_be_there_or_not() {
    for unknown in ["a@1 0.. claim T ? e1", "a@1 0.. claim T ?"] {
        assert_eq!(faults(unknown, "1 e1 a@1 claim T"), []);
        assert_eq!(faults(unknown, ""), []);
    }
}

#[test]
fn events_from_before_the_history_need_nobody_who_asked() {
    let claim = history("a@1 0..1 claim T ok");
    let events = ledger("1 e1 m@1 add T\n 2 e2 a@1 claim T");
    assert_eq!(check_witness(&claim, &events, 1).faults, []);
    assert_eq!(
        check_witness(&claim, &events, 0).faults,
        [Fault::Unasked { seq: 1 }]
    );
}

#[test]
fn each_fault_between_history_and_ledger_is_named() {
    type Is = fn(&Fault) -> bool;
    let cases: &[(&str, &str, Is)] = &[
        // An acknowledged event is missing, with and without its id.
        ("a@1 0..1 claim T ok e1", "", |f| matches!(f, Fault::Lost { .. })),
        ("a@1 0..1 claim T ok", "", |f| matches!(f, Fault::Lost { .. })),
        // Two acknowledgements of one event.
        (
            "a@1 0..1 claim T ok e1\n a@1 0..1 claim T ok e1",
            "1 e1 a@1 claim T",
            |f| matches!(f, Fault::Lost { .. }),
        ),
        // Two winners.
        (
            "a@1 0..5 claim T ok e1\n b@2 0..5 claim T ok e2",
            "1 e1 a@1 claim T\n 2 e2 b@2 claim T",
            |f| matches!(f, Fault::Illegal { seq: 2, .. }),
        ),
        // Answered before the other was asked for, but later in the ledger.
        (
            "a@1 0..1 claim T ok e1\n b@2 2..3 claim U ok e2",
            "1 e2 b@2 claim U\n 2 e1 a@1 claim T",
            |f| {
                matches!(
                    f,
                    Fault::Reversed {
                        first_seq: 2,
                        second_seq: 1,
                        ..
                    }
                )
            },
        ),
        // Told no, and in the ledger.
        ("a@1 0..1 claim T capacity-full e1", "1 e1 a@1 claim T", |f| {
            matches!(f, Fault::RefusedButThere { seq: 1, .. })
        }),
        // Told no while it was free.
        ("a@1 0..1 claim T already-claimed", "", |f| {
            matches!(f, Fault::Unjustified { .. })
        }),
        // Nobody asked.
        ("", "1 e1 a@1 claim T", |f| matches!(f, Fault::Unasked { seq: 1 })),
        // Another task than was asked for.
        ("a@1 0..1 claim T ok e1", "1 e1 a@1 claim U", |f| {
            matches!(f, Fault::Other { seq: 1, .. })
        }),
        // One event twice.
        (
            "a@1 0..1 lock p ok e1",
            "1 e1 a@1 lock p\n 2 e1 a@1 lock p",
            |f| matches!(f, Fault::Repeated { seq: 2, .. }),
        ),
    ];
    for (operations, events, is) in cases {
        let found = faults(operations, events);
        assert!(found.iter().any(is), "{operations}\n{events}\n{found:?}");
        assert!(found.iter().all(|fault| !fault.to_string().is_empty()));
    }
}

#[test]
fn a_refusal_is_explained_by_a_state_between_question_and_answer_only() {
    let refused = |from: u64, to: u64| format!("{RACE}\n c@3 {from}..{to} claim T already-claimed");
    let tasks = "a@1 20..21 claim U ok e4\n a@1 22..23 release U ok e5\n a@1 24..25 claim V ok e6";
    let events = format!("{RACE_LEDGER}\n 4 e4 a@1 claim U\n 5 e5 a@1 release U\n 6 e6 a@1 claim V");
    let with = |from, to| faults(&format!("{}\n{tasks}", refused(from, to)), &events);
    assert_eq!(with(6, 7), []);
    assert_eq!(with(30, 31), []);
    let of_u = |from: u64, to: u64| {
        let refused = format!("c@3 {from}..{to} claim U already-claimed");
        faults(&format!("{RACE}\n{tasks}\n{refused}"), &events)
    };
    assert_eq!(of_u(20, 25), []);
    assert_eq!(of_u(18, 19).len(), 1);
    assert_eq!(of_u(26, 27).len(), 1);
}

#[test]
fn a_history_reads_back_from_its_lines_and_says_which_line_is_none() {
    let line = r#"{"process":8,"agent":"b","clone":"c2","invoked":12,"returned":30,"act":"claim","key":"T-1","outcome":"refused","ground":"already-claimed"}"#;
    let found = read(&format!("{line}\n\n{line}\n")).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[0].outcome,
        Outcome::Refused {
            ground: "already-claimed".to_owned()
        }
    );
    assert_eq!(serde_json::to_string(&found[0]).unwrap(), line);
    let known = r#"{"process":9,"agent":"b","clone":"c2","invoked":40,"act":"lock","key":"a b","outcome":"unknown","event":"b3"}"#;
    assert_eq!(serde_json::to_string(&read(known).unwrap()[0]).unwrap(), known);
    assert!(read("\n{}").unwrap_err().to_string().contains("line 2"));
    let unanswered = known.replace("unknown", "ok");
    assert!(
        read(&unanswered)
            .unwrap_err()
            .to_string()
            .contains("was answered, but at no time")
    );
    let backwards = line.replace("30", "11");
    assert!(
        read(&backwards)
            .unwrap_err()
            .to_string()
            .contains("before it was asked")
    );
}

#[test]
fn a_ledger_is_what_its_events_do_to_keys() {
    let lock = |id: &str| LockId::new(id).unwrap();
    let task = |id: &str| TaskId::new(id).unwrap();
    let note = || "gone".to_owned();
    let granted = |id: &str| Payload::LockGranted {
        lock: lock(id),
        task: None,
        scope: vec!["a/**".to_owned(), "b".to_owned()],
        mode: LockMode::Exclusive,
        objective: "x".to_owned(),
        lease: None,
    };
    let events = [
        Payload::TaskAdded {
            task: Box::new(Task::new(task("T-1"), "x", Timestamp::default())),
        },
        Payload::TaskClaimed {
            task: task("T-1"),
            lock: lock("L-1"),
        },
        Payload::NoteAdded {
            task: task("T-1"),
            text: "x".to_owned(),
        },
        Payload::LockReclaimed {
            lock: lock("L-1"),
            note: note(),
        },
        Payload::TaskClaimed {
            task: task("T-1"),
            lock: lock("L-2"),
        },
        Payload::TaskReleased {
            task: task("T-1"),
            why: note(),
        },
        Payload::TaskDone {
            task: task("T-1"),
            tip: String::new(),
            landed: String::new(),
            how: None,
            landing: None,
        },
        granted("L-3"),
        Payload::LockReleased { lock: lock("L-3") },
        granted("L-4"),
        Payload::LockReclaimed {
            lock: lock("L-4"),
            note: note(),
        },
    ];
    let event = |(what, seq): (Payload, u64)| Event {
        id: format!("e{seq}"),
        seq,
        at: Timestamp::default(),
        by: Agent::new("a").unwrap(),
        clone: CloneId::new("c1").unwrap(),
        role: Role::Worker,
        rules: RULES,
        what,
    };
    let events: Vec<Event> = events.into_iter().zip(1..).map(event).collect();
    let expected = "1 e1 a@c1 add T-1\n 2 e2 a@c1 claim T-1\n 4 e4 a@c1 reclaim T-1\n 5 e5 a@c1 claim T-1\n \
         6 e6 a@c1 release T-1\n 7 e7 a@c1 done T-1\n 8 e8 a@c1 lock KEY\n 9 e9 a@c1 unlock KEY\n \
         10 e10 a@c1 lock KEY\n 11 e11 a@c1 reclaim-lock KEY";
    let mut expected = ledger(expected);
    for entry in &mut expected {
        entry.key = entry.key.replace("KEY", "a/** b");
    }
    assert_eq!(ledger_of(&events), expected);
}
