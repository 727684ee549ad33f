//! What a defect must show: runs of its regression checks at the base, its cause, and the sources that were consulted.

use std::collections::BTreeMap;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::record::ALL_LINES_BYTES;
use lane_core::record::CONSULTS_MAX;
use lane_core::record::Cause;
use lane_core::record::Checkpoint;
use lane_core::record::LINES_BYTES;
use lane_core::record::LIST_MAX;
use lane_core::record::Omitted;
use lane_core::record::Outcome;
use lane_core::record::Purpose;

use super::delivered;
use super::delivered::OTHER;
use super::delivered::TIP;
use super::fixture::A;
use super::fixture::A_ELSEWHERE;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::added;
use super::fixture::claimed;
use super::fixture::done;
use super::fixture::task_id;
use super::fixture::texts;

/// `T-1`, claimed by [`A`]: `a1` is a regression check, `a2` is none, `a3` has no check; all passed.
fn working() -> Fixture {
    let mut f = Fixture::new();
    let task = f.task_with("T-1", |t| {
        t.scope = texts(&["src/a"]);
        delivered::three_criteria(t);
        t.acceptance.get_mut("a1").unwrap().purpose = vec![Purpose::Regression];
    });
    f.take(A, added(task)).take(A, claimed("T-1"));
    let runs = delivered::all_passed(&f, "T-1");
    f.take(A, runs);
    f
}

/// The same, with a run of `a1` that failed at the base.
fn proven() -> Fixture {
    let mut f = working();
    let run = failed(&f);
    f.take(A, before(&[("a1", run)]));
    f
}

/// A run of `a1` at the base.
fn failed(f: &Fixture) -> Outcome {
    let check = f.any("T-1").acceptance["a1"].check.clone().unwrap();
    Outcome {
        tree: OTHER.to_owned(),
        ..delivered::failed(&check, "a")
    }
}

fn before(runs: &[(&str, Outcome)]) -> Payload {
    Payload::TaskChecked {
        task: task_id("T-1"),
        tip: TIP.to_owned(),
        remedy: None,
        results: BTreeMap::new(),
        before: runs
            .iter()
            .map(|(key, run)| ((*key).to_owned(), run.clone()))
            .collect(),
    }
}

fn handoff(f: &Fixture) -> Checkpoint {
    Checkpoint {
        before: delivered::recorded(f, "T-1").before,
        cause: Some(Cause {
            text: "it stopped one short".to_owned(),
            layer: "parser".to_owned(),
            file: "src/a".to_owned(),
        }),
        ..delivered::handoff(f, "T-1")
    }
}

fn consulted(source: &str, query: &str, fallback: bool) -> Payload {
    Payload::TaskConsulted {
        task: task_id("T-1"),
        source: source.to_owned(),
        query: query.to_owned(),
        fallback,
    }
}

#[test]
fn a_run_at_the_base_stands_beside_the_run_on_the_tip_and_is_no_failure_to_be_mended() {
    let f = proven();
    let known = delivered::recorded(&f, "T-1");
    let run = &known.before["a1"];
    assert_eq!((run.exit, run.tree.as_str()), (101, OTHER));
    assert_eq!(run.made.as_ref().unwrap().seq, f.seq);
    assert!(known.acceptance["a1"].passed());
    assert!(known.failure.is_empty());
}

#[test]
fn only_a_regression_check_that_the_task_names_now_is_run_at_the_base() {
    let f = working();
    let run = failed(&f);
    let a2 = f.any("T-1").acceptance["a2"].check.clone().unwrap();
    let other = Outcome {
        command: "true".to_owned(),
        ..run.clone()
    };
    let made = Outcome {
        made: delivered::recorded(&f, "T-1").acceptance["a1"].made.clone(),
        ..run.clone()
    };
    for (key, run) in [
        ("a2", delivered::failed(&a2, "a")),
        ("a3", run.clone()),
        ("a9", run.clone()),
        ("a1", other),
        ("a1", made),
    ] {
        f.refuses(A, before(&[(key, run)]), &ground::ACCEPTANCE_STALE);
    }
    let torn = Outcome {
        tree: "HEAD".to_owned(),
        ..run.clone()
    };
    f.refuses(A, before(&[("a1", torn)]), &ground::INVALID_INPUT);
    f.refuses(A, before(&[]), &ground::INVALID_INPUT);
    let many: Vec<String> = (0..=LIST_MAX).map(|n| format!("a{n}")).collect();
    let many: Vec<(&str, Outcome)> = many.iter().map(|key| (key.as_str(), run.clone())).collect();
    f.refuses(A, before(&many), &ground::INVALID_INPUT);
    f.refuses(B, before(&[("a1", run)]), &ground::NOT_HOLDER);
}

#[test]
fn a_run_at_the_base_is_forgotten_with_its_criterion_or_its_purpose() {
    for change in [
        (|t| drop(t.acceptance.remove("a1"))) as fn(&mut lane_core::record::Task),
        |t| t.acceptance.get_mut("a1").unwrap().purpose.clear(),
    ] {
        let mut f = proven();
        f.edit("T-1", change);
        let again = delivered::all_passed(&f, "T-1");
        f.take(A, again);
        assert!(delivered::recorded(&f, "T-1").before.is_empty());
    }
}

#[test]
fn what_runs_at_the_base_print_counts_for_the_bound_of_the_record() {
    let mut f = Fixture::new();
    let task = f.task_with("T-1", |t| {
        delivered::three_criteria(t);
        let mut one = t.acceptance["a1"].clone();
        one.purpose = vec![Purpose::Regression];
        t.acceptance = (10..70).map(|n| (format!("a{n}"), one.clone())).collect();
    });
    f.take(A, added(task)).take(A, claimed("T-1"));
    let check = f.any("T-1").acceptance["a10"].check.clone().unwrap();
    let run = Outcome {
        lines: Some("x".repeat(LINES_BYTES)),
        ..delivered::failed(&check, "a")
    };
    for n in 10..70 {
        f.take(A, before(&[(&format!("a{n}"), run.clone())]));
    }
    let known = delivered::recorded(&f, "T-1").before;
    let kept: usize = known
        .values()
        .filter_map(|r| r.lines.as_ref())
        .map(String::len)
        .sum();
    assert_eq!(kept, ALL_LINES_BYTES);
    assert!(known["a69"].lines.is_some() && known["a10"].lines.is_none());
}

/// What is falsified of a handoff, the ground, and how.
type Lie = (&'static str, &'static str, fn(&mut Checkpoint));

const INPUT: &str = "invalid-input";
const STALE: &str = "acceptance-stale";

const LIES: &[Lie] = &[
    ("cause: empty", INPUT, |c| cause(c).text = " ".into()),
    ("cause: two lines", INPUT, |c| cause(c).text = "a\nb".into()),
    ("cause: too long", INPUT, |c| cause(c).text = "x".repeat(201)),
    ("layer: unsafe", INPUT, |c| cause(c).layer = "a\u{202e}b".into()),
    ("layer: empty", INPUT, |c| cause(c).layer.clear()),
    ("file: another", INPUT, |c| cause(c).file = "src/b".into()),
    ("file: empty", INPUT, |c| {
        cause(c).file.clear();
        c.more_files = omitted();
    }),
    ("file: unsafe", INPUT, |c| {
        cause(c).file = "a\u{1b}[2J".into();
        c.more_files = omitted();
    }),
    ("file: too long", INPUT, |c| {
        cause(c).file = "x".repeat(4097);
        c.more_files = omitted();
    }),
    ("before: of no criterion", STALE, |c| as_key(c, "a9")),
    ("before: of no regression", STALE, |c| as_key(c, "a2")),
    ("before: another command", STALE, |c| {
        a1(c).command = "true".into();
    }),
    ("before: another tree", STALE, |c| a1(c).tree = TIP.into()),
    ("before: another exit", STALE, |c| a1(c).exit = 1),
    ("before: by nobody", STALE, |c| a1(c).made = None),
    ("before: no digest", STALE, |c| a1(c).digest.clear()),
];

fn cause(c: &mut Checkpoint) -> &mut Cause {
    c.cause.as_mut().unwrap()
}

fn a1(c: &mut Checkpoint) -> &mut Outcome {
    c.before.get_mut("a1").unwrap()
}

fn as_key(c: &mut Checkpoint, key: &str) {
    let run = c.before.remove("a1").unwrap();
    c.before.insert(key.to_owned(), run);
}

fn omitted() -> Option<Omitted> {
    Some(Omitted {
        total: 7,
        digest: "sha256:00".to_owned(),
    })
}

#[test]
fn a_handoff_says_the_cause_and_what_the_state_recorded_at_the_base() {
    let f = proven();
    for (what, ground, lie) in LIES {
        let mut said = handoff(&f);
        lie(&mut said);
        let refusal = f.refusal(A, delivered::handed_off(said));
        assert_eq!(refusal.ground.id, *ground, "{what}: {}", refusal.what);
    }
    for fine in [
        handoff(&f),
        Checkpoint {
            cause: None,
            before: BTreeMap::new(),
            ..handoff(&f)
        },
        Checkpoint {
            files: texts(&["src/b"]),
            more_files: omitted(),
            ..handoff(&f)
        },
    ] {
        let mut f = proven();
        f.take(A, delivered::handed_off(fine));
    }
}

#[test]
fn a_plain_checkpoint_has_neither_cause_nor_proof() {
    let f = proven();
    let whole = handoff(&f);
    for said in [
        Checkpoint {
            cause: whole.cause.clone(),
            files: Vec::new(),
            ..delivered::checkpoint(&f, "T-1")
        },
        Checkpoint {
            before: whole.before.clone(),
            ..delivered::checkpoint(&f, "T-1")
        },
    ] {
        f.refuses(A, delivered::checkpointed(said), &ground::INVALID_INPUT);
    }
}

#[test]
fn a_consultation_is_kept_and_the_newest_are_remembered() {
    let mut f = working();
    for n in 0..CONSULTS_MAX + 3 {
        f.take(A, consulted("handbook", &format!("q{n}"), n == 34));
    }
    let known = delivered::recorded(&f, "T-1");
    assert_eq!(known.consult.len(), CONSULTS_MAX);
    let all = known.consultations();
    assert_eq!((all[0].query.as_str(), all[0].fallback), ("q34", true));
    assert_eq!(
        (all[CONSULTS_MAX - 1].query.as_str(), all[1].fallback),
        ("q3", false)
    );
    assert_eq!(known.consult[&format!("C-{:08}", f.seq)], *all[0]);
    assert_eq!(known.acceptance.len(), 2, "the runs stay");
}

#[test]
fn a_consultation_is_the_holders_and_says_two_lines() {
    let mut f = working();
    for (source, query) in [
        ("", "q"),
        ("s", " "),
        ("s\nt", "q"),
        ("s", "a\u{1b}[2Jb"),
        ("s", "a\u{202e}b"),
        ("s", "\u{200b}"),
    ] {
        f.refuses(A, consulted(source, query, false), &ground::INVALID_INPUT);
    }
    let long = "x".repeat(201);
    f.refuses(A, consulted(&long, "q", false), &ground::INVALID_INPUT);
    f.refuses(A, consulted("s", &long, false), &ground::INVALID_INPUT);
    for stranger in [B, A_ELSEWHERE] {
        f.refuses(stranger, consulted("s", "q", false), &ground::NOT_HOLDER);
    }
    let unclaimed = f.task_with("T-2", |_| {});
    f.take(A, added(unclaimed));
    let of = |id: &str| Payload::TaskConsulted {
        task: task_id(id),
        source: "s".to_owned(),
        query: "q".to_owned(),
        fallback: false,
    };
    f.refuses(A, of("T-2"), &ground::NOT_HOLDER);
    f.refuses(A, of("T-9"), &ground::NO_SUCH_TASK);
    let handed = delivered::handed_off(handoff(&f));
    f.take(A, handed).take(A, done("T-1"));
    f.refuses(A, of("T-1"), &ground::NOT_IN_PHASE);
}
