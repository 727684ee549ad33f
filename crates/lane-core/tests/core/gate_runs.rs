//! The checks of the gate in a handoff: what may be said of them, and that older versions keep it as it is.

use std::collections::BTreeMap;

use lane_core::codec;
use lane_core::id::CheckpointId;
use lane_core::id::TaskId;
use lane_core::record::Checkpoint;
use lane_core::record::GATE_RUNS_MAX;
use lane_core::record::GateRun;
use lane_core::record::GateVerdict;
use lane_core::record::Omitted;
use lane_core::record::Phase;
use lane_core::time::Timestamp;

const TREE: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

fn passed() -> GateRun {
    GateRun {
        rung: 2,
        verdict: GateVerdict::Passed,
        why: None,
        key: Some("d".repeat(64)),
        tree: Some(TREE.to_owned()),
        secs: Some(0.5),
        ended: Some(Timestamp::from_secs(1_800_000_000)),
        tests: Some(3),
    }
}

fn skipped() -> GateRun {
    GateRun {
        verdict: GateVerdict::Skipped,
        why: Some("nothing changed".to_owned()),
        key: None,
        tree: None,
        secs: None,
        ended: None,
        tests: None,
        ..passed()
    }
}

fn handoff(gate: impl IntoIterator<Item = (String, GateRun)>) -> Checkpoint {
    let (task, id) = (TaskId::new("T-1").unwrap(), CheckpointId::nth(1));
    let tip = "a".repeat(40);
    Checkpoint {
        gate: gate.into_iter().collect(),
        ..Checkpoint::plain(task, id, "T-1".to_owned(), Phase::Review, tip, TREE.to_owned())
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let of = |run: GateRun| handoff([("unit".to_owned(), run)]).check();
    for run in [
        passed(),
        skipped(),
        GateRun {
            key: None,
            ..passed()
        },
    ] {
        assert_eq!(of(run), Ok(()));
    }
    let key = |key: &str| GateRun {
        key: Some(key.to_owned()),
        ..passed()
    };
    let why = |why: String| GateRun {
        why: Some(why),
        ..skipped()
    };
    for run in [
        GateRun { rung: 0, ..passed() },
        GateRun { rung: 4, ..passed() },
        key("d"),
        key(&"D".repeat(64)),
        GateRun {
            tree: Some("c".repeat(40)),
            ..passed()
        },
        GateRun {
            tree: None,
            ..passed()
        },
        GateRun {
            secs: Some(f64::NAN),
            ..passed()
        },
        GateRun {
            secs: Some(-1.0),
            ..passed()
        },
        GateRun {
            verdict: GateVerdict::Skipped,
            ..passed()
        },
        GateRun {
            verdict: GateVerdict::Passed,
            ..skipped()
        },
        why("two\nlines".to_owned()),
        why("x".repeat(10_000)),
    ] {
        assert!(of(run.clone()).is_err(), "{run:?}");
    }
    assert!(handoff([("no name".to_owned(), passed())]).check().is_err());
    let many = |count: usize| handoff((0..count).map(|n| (format!("c{n}"), skipped()))).check();
    assert_eq!(many(GATE_RUNS_MAX), Ok(()));
    assert!(many(GATE_RUNS_MAX + 1).is_err());
}

/// A version that does not know the key has it among those that it keeps, and writes the same bytes.
#[test]
fn an_older_version_writes_it_as_this_one_does() {
    let omitted = Some(Omitted {
        total: 9,
        digest: "sha256:0".to_owned(),
    });
    let now = Checkpoint {
        more_files: omitted,
        blockers: vec!["none".to_owned()],
        ..handoff([("lint".to_owned(), skipped()), ("unit".to_owned(), passed())])
    };
    let text = codec::encode(&now).unwrap();
    let mut before = Checkpoint {
        gate: BTreeMap::new(),
        ..now.clone()
    };
    let unknown: toml::Table = toml::from_str(&text).unwrap();
    before.extra.insert("gate".to_owned(), unknown["gate"].clone());
    assert_eq!(codec::encode(&before).unwrap(), text);
    assert_eq!(codec::decode::<Checkpoint>(text.as_bytes()).unwrap(), now);
}
