//! Every event reads back from its message, and the chain breaks on any changed byte.

use std::collections::BTreeMap;

use lane_core::event::Event;
use lane_core::event::Message;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::event::write_message;
use lane_core::id::Agent;
use lane_core::id::AreaName;
use lane_core::id::CheckpointId;
use lane_core::id::CloneId;
use lane_core::id::OverrideId;
use lane_core::id::PushId;
use lane_core::policy::Adopted;
use lane_core::policy::Area;
use lane_core::policy::MergeStyle;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::record::Cause;
use lane_core::record::Checkpoint;
use lane_core::record::Forced;
use lane_core::record::GateRun;
use lane_core::record::GateVerdict;
use lane_core::record::Known;
use lane_core::record::Landing;
use lane_core::record::LockMode;
use lane_core::record::Made;
use lane_core::record::Omitted;
use lane_core::record::Outcome;
use lane_core::record::Phase;
use lane_core::record::Removal;
use lane_core::record::Task;
use lane_core::text::is_unsafe;
use lane_core::time::Span;
use lane_core::time::Timestamp;
use proptest::prelude::*;

use super::fixture::lock_id;
use super::fixture::task_id;

const VARIANTS: usize = 25;

/// Texts that want to be something else than data.
fn text() -> impl Strategy<Value = String> {
    let hostile = prop_oneof![
        Just("\n[event]\nid = \"evil\"\nchain = \"sha256:00\"\n".to_owned()),
        Just("\n[event.data]\ntask = \"T-9\"\n".to_owned()),
        Just("\nchain = \"sha256:00\"\n".to_owned()),
        Just("\"\"\"\n'''\n\\u0022 \\".to_owned()),
        Just("\r\n\t\u{1b}[2J\u{202e}\u{0}\u{7f}".to_owned()),
        Just("'\"' # = [x] {y}".to_owned()),
    ];
    prop_oneof![2 => hostile, 1 => "\\PC{0,40}", 1 => "(?s).{0,40}"]
}

/// The n-th variant, filled with these texts.
fn variant(n: usize, t: &[String]) -> Payload {
    let (task, lock) = (task_id("T-1"), lock_id("L-1"));
    let text = |n: usize| t[n % t.len()].clone();
    match n {
        0 => Payload::IntegrationNamed { branch: text(0) },
        1 => Payload::PolicyAdopted {
            policy: Box::new(a_policy(t)),
        },
        2 => Payload::TaskAdded {
            task: Box::new(a_task(t)),
        },
        3 => Payload::TaskEdited {
            task: Box::new(a_task(t)),
        },
        4 => Payload::TaskClaimed { task, lock },
        5 => Payload::TaskReleased { task, why: text(0) },
        6 => Payload::TaskBlocked {
            task,
            on: (t.len() > 2).then(|| task_id("T-2")),
            why: (t.len() != 3).then(|| text(0)),
        },
        7 => Payload::TaskUnblocked { task },
        8 => Payload::TaskDone {
            task,
            tip: text(0),
            landed: text(1),
            how: (t.len() > 2).then_some(Known::Landed),
            landing: (t.len() > 2).then(|| Box::new(a_landing(t))),
        },
        9 => Payload::LockGranted {
            lock,
            task: (t.len() > 2).then_some(task),
            scope: t.to_vec(),
            mode: LockMode::Shared,
            objective: text(0),
            lease: (t.len() > 1).then(|| Span::from_secs(90)),
        },
        10 => Payload::LockReleased { lock },
        11 => Payload::LockRenewed {
            locks: vec![lock, lock_id("L-2")],
            seen: Timestamp::from_secs(0),
        },
        12 => Payload::LockReclaimed { lock, note: text(0) },
        13 => Payload::TaskCheckpointed {
            checkpoint: Box::new(a_checkpoint(t)),
        },
        14 => Payload::TaskChecked {
            task,
            tip: text(0),
            remedy: (t.len() > 2).then(|| text(1)),
            results: t.iter().map(|key| (key.clone(), an_outcome(t))).collect(),
            before: t.iter().skip(1).map(|key| (key.clone(), an_outcome(t))).collect(),
        },
        18 => Payload::TaskConsulted {
            task,
            source: text(0),
            query: text(1),
            fallback: t.len() > 1,
        },
        15 => Payload::TaskHandedOff {
            checkpoint: Box::new(a_handoff(t)),
        },
        16 => Payload::TaskResumed { task },
        17 => Payload::NoteAdded { task, text: text(0) },
        19 => Payload::TaskSigned { task, tip: text(0) },
        20 => Payload::LandingFrozen { why: text(0) },
        21 => Payload::LandingThawed { why: text(1) },
        22 => Payload::PushApproved {
            id: PushId::new("P-1").unwrap(),
            change: a_forced(t),
            why: text(2),
        },
        23 => Payload::PushForced {
            id: PushId::new("P-1").unwrap(),
            change: a_forced(t),
        },
        _ => Payload::OverrideGranted {
            id: OverrideId::new("O-1").unwrap(),
            path: text(0),
            why: text(1),
            task: (t.len() > 2).then_some(task),
        },
    }
}

fn a_forced(t: &[String]) -> Forced {
    Forced {
        name: t[0].clone(),
        old: t[1 % t.len()].clone(),
        new: (t.len() > 1).then(|| t[1].clone()),
    }
}

fn a_landing(t: &[String]) -> Landing {
    Landing {
        fence: 7,
        base: t[0].clone(),
        tree: t[1 % t.len()].clone(),
        merge: MergeStyle::Ff,
        gate: BTreeMap::new(),
    }
}

fn a_checkpoint(t: &[String]) -> Checkpoint {
    let text = |n: usize| t[n % t.len()].clone();
    let (id, phase) = (CheckpointId::nth(3), Phase::InProgress);
    let mut checkpoint = Checkpoint::plain(task_id("T-1"), id, text(0), phase, text(1), text(2));
    checkpoint.done = t.to_vec();
    checkpoint.pending = t.to_vec();
    checkpoint.blockers = t.to_vec();
    checkpoint.next = (t.len() > 1).then(|| text(0));
    checkpoint.extra.insert(format!("x{}", t[0]), t[0].clone().into());
    checkpoint
}

fn a_handoff(t: &[String]) -> Checkpoint {
    let omitted = Omitted {
        total: 7,
        digest: t[0].clone(),
    };
    let removal = Removal { why: t[0].clone() };
    Checkpoint {
        base: Some(t[0].clone()),
        commits: t.to_vec(),
        files: t.to_vec(),
        risks: t.to_vec(),
        more_commits: (t.len() > 1).then(|| omitted.clone()),
        more_files: (t.len() > 2).then_some(omitted),
        gate: t.iter().map(|name| (name.clone(), a_gate_run(t))).collect(),
        removes: t.iter().map(|path| (path.clone(), removal.clone())).collect(),
        cause: (t.len() > 1).then(|| Cause {
            text: t[0].clone(),
            layer: t[1].clone(),
            file: t[0].clone(),
        }),
        before: t.iter().skip(1).map(|key| (key.clone(), an_outcome(t))).collect(),
        acceptance: t.iter().map(|key| (key.clone(), an_outcome(t))).collect(),
        made: (t.len() > 3).then(made),
        ..a_checkpoint(t)
    }
}

fn a_gate_run(t: &[String]) -> GateRun {
    GateRun {
        rung: 2,
        verdict: GateVerdict::Passed,
        why: (t.len() > 1).then(|| t[0].clone()),
        key: (t.len() > 2).then(|| t[0].clone()),
        tree: (t.len() != 2).then(|| t[0].clone()),
        secs: (t.len() != 3).then_some(0.25),
        ended: (t.len() > 3).then(|| made().at),
        tests: (t.len() > 1).then_some(3),
    }
}

fn an_outcome(t: &[String]) -> Outcome {
    Outcome {
        command: t[0].clone(),
        check: (t.len() > 1).then(|| t[0].clone()),
        exit: -1,
        secs: 0.1,
        tree: t[0].clone(),
        digest: t[0].clone(),
        signature: (t.len() > 2).then(|| t[0].clone()),
        lines: (t.len() != 3).then(|| t.concat()),
        made: (t.len() > 3).then(made),
    }
}

fn made() -> Made {
    Made {
        by: Agent::new("agent-a").unwrap(),
        clone: CloneId::new("9c41").unwrap(),
        at: Timestamp::from_secs(1_800_000_000),
        seq: 3,
    }
}

fn a_task(t: &[String]) -> Task {
    let mut task = Task::new(task_id("T-1"), &t[0], Timestamp::from_secs(1_800_000_000));
    task.notes = Some(t.concat());
    task.labels = t.to_vec();
    task.scope = t.to_vec();
    task.extra.insert(
        "due".into(),
        "2026-01-01T00:00:00Z"
            .parse::<toml::value::Datetime>()
            .unwrap()
            .into(),
    );
    task.extra.insert(format!("x{}", t[0]), t[0].clone().into());
    let nested: toml::Table = [("ids".to_owned(), toml::Value::Array(vec![1.into(), 0.5.into()]))]
        .into_iter()
        .collect();
    task.extra.insert("tracker".into(), nested.clone().into());
    task.checkpoints = 3;
    task.handoff = (t.len() > 1).then(|| CheckpointId::nth(3));
    let criterion = lane_core::record::Acceptance {
        text: t[0].clone(),
        check: Some(lane_core::record::Check::Command(t.to_vec())),
        purpose: Vec::new(),
        extra: nested,
    };
    task.acceptance.insert(t[0].clone(), criterion);
    task
}

fn a_policy(t: &[String]) -> Adopted {
    let mut policy = Policy::default();
    policy.roles.insert(Role::Worker, t.to_vec());
    policy.lanes.hotspots = t.to_vec();
    let area = Area {
        owns: t.to_vec(),
        ..Area::default()
    };
    policy.area.insert(AreaName::new("ui").unwrap(), area);
    let mut adopted = Adopted::of(&policy, &t[0]);
    adopted.extra.insert("later".into(), t[0].clone().into());
    adopted
}

fn event(seq: u64, what: Payload) -> Event {
    Event {
        id: "b3f1".into(),
        seq,
        at: Timestamp::from_secs(1_800_000_000),
        by: Agent::new("person:a@b").unwrap(),
        clone: CloneId::new("9c41").unwrap(),
        role: Role::Integrator,
        rules: RULES,
        what,
    }
}

#[test]
fn the_variants_are_all_there_and_kinds_are_as_written() {
    let mut kinds = std::collections::BTreeSet::new();
    for n in 0..VARIANTS {
        let what = variant(n, &["x".to_owned()]);
        let (message, _) = write_message(&event(1, what.clone()), "p").unwrap();
        assert!(
            message.contains(&format!("\nkind = \"{}\"\n", what.kind())),
            "{message}"
        );
        kinds.insert(what.kind());
    }
    assert_eq!(kinds.len(), VARIANTS);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn an_event_reads_back_whatever_its_texts_say(
        n in 0..VARIANTS,
        seq in 0..=u64::try_from(i64::MAX).unwrap(),
        texts in proptest::collection::vec(text(), 1..5),
    ) {
        let written = event(seq, variant(n, &texts));
        let (message, chain) = write_message(&written, "parent").unwrap();
        let found = Message::find(&message).unwrap();
        prop_assert_eq!(found.chain, chain.as_str());
        prop_assert_eq!(found.expected_chain("parent"), chain.as_str());
        prop_assert_ne!(found.expected_chain("other"), chain.as_str());
        prop_assert_eq!(found.event().unwrap(), written);
        let subject = message.lines().next().unwrap();
        prop_assert!(!subject.chars().any(is_unsafe), "{subject:?}");
        prop_assert!(subject.chars().count() < 2000, "{}", subject.len());
    }

    #[test]
    fn any_changed_added_or_dropped_byte_breaks_the_chain(
        n in 0..VARIANTS,
        texts in proptest::collection::vec(text(), 1..4),
        place: proptest::sample::Index,
        put in 0..128u8,
    ) {
        let (message, _) = write_message(&event(7, variant(n, &texts)), "parent").unwrap();
        let start = message.find("\n[event]\n").unwrap() + 1;
        // A line break put before the block's first byte is no part of the block.
        let at = start + 1 + place.index(message.len() - start - 1);
        for forged in forgeries(message.as_bytes(), at, put) {
            let Ok(forged) = String::from_utf8(forged) else { continue };
            prop_assert!(forged == message || !holds(&forged), "byte {at} as {put}:\n{forged}");
        }
    }
}

fn forgeries(message: &[u8], at: usize, put: u8) -> [Vec<u8>; 3] {
    let (head, tail) = message.split_at(at);
    [
        [head, &[put], &tail[1..]].concat(),
        [head, &[put], tail].concat(),
        [head, &tail[1..]].concat(),
    ]
}

fn holds(message: &str) -> bool {
    Message::find(message).is_ok_and(|found| found.expected_chain("parent") == found.chain)
}
