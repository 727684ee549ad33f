//! Where checkpoints, results and notes lie, that they move to the archive, and that the ledger proves it.

use std::fs;

use lane_core::event::Payload;
use lane_core::id::CheckpointId;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::id::shard;
use lane_core::record::Acceptance;
use lane_core::record::Cause;
use lane_core::record::Check;
use lane_core::record::Checkpoint;
use lane_core::record::Note;
use lane_core::record::Outcome;
use lane_core::record::Phase;
use lane_core::record::Purpose;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::view::View as _;
use lane_store::Queue;
use lane_store::Records;
use lane_store::Store;
use lane_store::verify;

use super::history::Counting;
use super::history::begin;
use super::history::empty_repository;
use super::history::take;

fn id() -> TaskId {
    TaskId::new("T-1").unwrap()
}

fn oid(digit: char) -> String {
    digit.to_string().repeat(40)
}

fn folder(kind: &str) -> String {
    format!(".agents/{kind}/{}", shard("T-1"))
}

fn added(store: &Store<'_>) -> Payload {
    let mut task = Task::new(id(), "a title", store.source().now());
    task.scope = vec!["src/a".to_owned()];
    let check = Some(Check::Command(vec!["true".to_owned()]));
    let criterion = Acceptance {
        text: "a criterion".to_owned(),
        check,
        purpose: vec![Purpose::Regression],
        extra: toml::Table::new(),
    };
    task.acceptance.insert("a1".to_owned(), criterion);
    Payload::TaskAdded { task: Box::new(task) }
}

fn checked() -> Payload {
    let run = Outcome {
        command: "true".to_owned(),
        check: None,
        exit: 0,
        secs: 0.1,
        tree: oid('7'),
        digest: "sha256:0011223344556677".to_owned(),
        signature: None,
        lines: None,
        made: None,
    };
    Payload::TaskChecked {
        task: id(),
        tip: oid('c'),
        remedy: None,
        results: [("a1".to_owned(), run)].into(),
        before: [].into(),
    }
}

/// A run of the same check at the base, where it failed.
fn checked_before() -> Payload {
    let Payload::TaskChecked { results, tip, .. } = checked() else {
        panic!("a run")
    };
    let failed = |run: &Outcome| Outcome {
        exit: 1,
        tree: oid('8'),
        signature: Some("sha256:8899aabbccddeeff".to_owned()),
        lines: Some("not yet".to_owned()),
        ..run.clone()
    };
    Payload::TaskChecked {
        task: id(),
        tip,
        remedy: None,
        results: [].into(),
        before: [("a1".to_owned(), failed(&results["a1"]))].into(),
    }
}

fn consulted(query: &str) -> Payload {
    Payload::TaskConsulted {
        task: id(),
        source: "handbook".to_owned(),
        query: query.to_owned(),
        fallback: true,
    }
}

fn checkpoint(n: u32, status: Phase) -> Checkpoint {
    let lane = "T-1".to_owned();
    Checkpoint::plain(id(), CheckpointId::nth(n), lane, status, oid('c'), oid('7'))
}

fn handed_off(store: &Store<'_>, n: u32) -> Payload {
    let known = store.view().unwrap().results(&id()).unwrap().unwrap();
    let mut handoff = checkpoint(n, Phase::Review);
    handoff.base = Some(oid('b'));
    handoff.commits = vec![oid('c')];
    handoff.acceptance = known.acceptance;
    handoff.before = known.before;
    handoff.files = vec!["src/a".to_owned()];
    handoff.cause = Some(Cause {
        text: "it stopped one short".to_owned(),
        layer: "parser".to_owned(),
        file: "src/a".to_owned(),
    });
    Payload::TaskHandedOff {
        checkpoint: Box::new(handoff),
    }
}

fn noted(text: &str) -> Payload {
    Payload::NoteAdded {
        task: id(),
        text: text.to_owned(),
    }
}

/// Claimed, with a checkpoint, a run, a handoff and two notes.
fn until_review(store: &Store<'_>) {
    begin(store);
    take(store, added(store));
    let lock = LockId::new("L-1").unwrap();
    take(store, Payload::TaskClaimed { task: id(), lock });
    let plain = Box::new(checkpoint(1, Phase::InProgress));
    take(store, Payload::TaskCheckpointed { checkpoint: plain });
    take(store, checked());
    take(store, noted("first"));
    take(store, handed_off(store, 2));
    take(store, noted("second, for @reviewer"));
}

fn done() -> Payload {
    Payload::TaskDone {
        task: id(),
        tip: oid('c'),
        landed: oid('d'),
        how: None,
        landing: None,
    }
}

fn names(records: &Records<'_>, folder: &str) -> Vec<String> {
    records
        .folder(folder)
        .unwrap()
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn evidence_lies_beside_the_queue_and_moves_with_its_task_to_the_archive() {
    let (_dir, repo) = empty_repository();
    let source = Counting::default();
    let store = Store::new(&repo, &source);
    until_review(&store);
    {
        let view = store.view().unwrap();
        let records = view.records();
        let plain: Checkpoint = records
            .at(&format!("{}/T-1/CP-01.toml", folder("handoffs")))
            .unwrap()
            .unwrap();
        let handoff: Checkpoint = records
            .at(&format!("{}/T-1/CP-02.toml", folder("handoffs")))
            .unwrap()
            .unwrap();
        assert_eq!((plain.is_handoff(), handoff.is_handoff()), (false, true));
        let results: Results = records
            .at(&format!("{}/T-1.toml", folder("receipts")))
            .unwrap()
            .unwrap();
        assert_eq!(results.acceptance, handoff.acceptance);
        for note in view.notes(&id()).unwrap() {
            let path = format!("{}/T-1/{}.toml", folder("messages"), note.id);
            assert_eq!(records.at::<Note>(&path).unwrap().unwrap(), note);
        }
        assert!(view.locks().unwrap()[0].kept);
    }
    take(&store, done());
    let view = store.view().unwrap();
    let archive = format!("{}/T-1", folder("archive"));
    assert_eq!(
        names(&view.records(), &archive),
        ["CP-01.toml", "CP-02.toml", "receipts.toml", "task.toml"]
    );
    for gone in ["handoffs", "receipts", "queue", "locks"] {
        let left = view.records().entry(&format!(".agents/{gone}")).unwrap();
        assert_eq!(left, None, "nothing of a done task is left in {gone}");
    }
    let handoff = view.checkpoint(&id(), &CheckpointId::nth(2)).unwrap().unwrap();
    let results = view.results(&id()).unwrap().unwrap();
    assert_eq!(handoff.acceptance, results.acceptance, "found by the same names");
}

#[test]
fn notes_stay_where_they_are_and_are_read_in_their_order() {
    let (_dir, repo) = empty_repository();
    let source = Counting::default();
    let store = Store::new(&repo, &source);
    until_review(&store);
    take(&store, done());
    take(&store, noted("third"));
    let view = store.view().unwrap();
    let notes = view.notes(&id()).unwrap();
    let texts: Vec<&str> = notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(texts, ["first", "second, for @reviewer", "third"]);
    let (all, faults) = view.all_notes().unwrap();
    assert_eq!((all, faults), (notes, Vec::new()));
}

#[test]
fn a_history_of_evidence_is_proven_by_replay() {
    let (_dir, repo) = empty_repository();
    let source = Counting::default();
    let store = Store::new(&repo, &source);
    until_review(&store);
    take(&store, Payload::TaskResumed { task: id() });
    take(&store, checked());
    take(&store, handed_off(&store, 3));
    take(&store, done());
    let tip = store.tip().unwrap().unwrap();
    let proof = verify(&repo, tip, true, &mut |_, _| {}).unwrap().unwrap();
    assert_eq!(proof.events, 12);
}

#[test]
fn proofs_and_consultations_read_back_as_they_were_said() {
    let (_dir, repo) = empty_repository();
    let source = Counting::default();
    let store = Store::new(&repo, &source);
    until_review(&store);
    take(&store, Payload::TaskResumed { task: id() });
    take(&store, checked_before());
    take(&store, consulted("\"empty groups\" '''"));
    take(&store, handed_off(&store, 3));
    let view = store.view().unwrap();
    let known = view.results(&id()).unwrap().unwrap();
    let (Payload::TaskChecked { before, .. }, Some(run)) = (checked_before(), known.before.get("a1")) else {
        panic!("no run at the base")
    };
    let said = Outcome {
        made: None,
        ..run.clone()
    };
    assert_eq!(said, before["a1"]);
    let consult = known.consultations()[0];
    assert_eq!(
        (consult.query.as_str(), consult.fallback),
        ("\"empty groups\" '''", true)
    );
    let handoff = view.checkpoint(&id(), &CheckpointId::nth(3)).unwrap().unwrap();
    assert_eq!(handoff.before, known.before);
    assert_eq!(handoff.cause.unwrap().layer, "parser");
    take(&store, done());
    let tip = store.tip().unwrap().unwrap();
    verify(&repo, tip, true, &mut |_, _| {}).unwrap().unwrap();
}

#[test]
fn lanes_and_cards_from_the_cache_are_those_of_the_tree() {
    let (_dir, repo) = empty_repository();
    let source = Counting::default();
    let store = Store::new(&repo, &source);
    let read = || {
        let view = store.view().unwrap();
        let cards = Queue::read(&store, &view).unwrap().cards().to_vec();
        (view.lanes().unwrap(), cards)
    };
    until_review(&store);
    let steps = [Payload::TaskResumed { task: id() }, checked(), noted("x"), done()];
    for what in steps {
        let before = read();
        assert_eq!(before.0.len(), 1);
        take(&store, what.clone());
        let followed = read();
        fs::remove_dir_all(store.local_dir().join("cache")).unwrap();
        let fresh = read();
        assert_eq!(followed.0, fresh.0, "{what:?}");
        assert_eq!(format!("{:?}", followed.1), format!("{:?}", fresh.1), "{what:?}");
    }
    assert_eq!(read().0, []);
}
