//! A handoff that is true is taken, and every falsification of one field of it is refused; runs and checkpoints too.

use lane_core::apply::Write;
use lane_core::apply::apply;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::CheckpointId;
use lane_core::policy::Role;
use lane_core::record::Checkpoint;
use lane_core::record::FAILURES_MAX;
use lane_core::record::LINES_BYTES;
use lane_core::record::LIST_MAX;
use lane_core::record::Omitted;
use lane_core::record::Outcome;
use lane_core::record::Phase;
use lane_core::record::Removal;
use lane_core::view::View as _;

use super::delivered;
use super::delivered::DIGEST;
use super::delivered::OTHER;
use super::delivered::TIP;
use super::delivered::TREE;
use super::fixture::A;
use super::fixture::A_ELSEWHERE;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::added;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::done;
use super::fixture::released;
use super::fixture::task_id;
use super::fixture::texts;

const INPUT: &str = "invalid-input";
const STALE: &str = "acceptance-stale";
const MISSING: &str = "acceptance-missing";
const FAILED: &str = "acceptance-failed";
/// Not refused by the state.
const TAKEN: &str = "";

/// `T-1`, claimed by [`A`], with a run of every check; `T-0` is done and `T-2` is somebody else's. No testing stage, so
/// the acceptance is due at the handoff.
fn working() -> Fixture {
    let mut f = Fixture::new();
    f.adopt(|p| p.pipeline.stages = texts(&["review"]));
    f.archived("T-0").add("T-2", &["docs"]).take(B, claimed("T-2"));
    let task = f.task_with("T-1", |t| {
        t.scope = texts(&["src/a"]);
        t.depends_on = vec![task_id("T-0")];
        delivered::three_criteria(t);
    });
    f.take(A, added(task)).take(A, claimed("T-1"));
    let runs = delivered::all_passed(&f, "T-1");
    f.take(A, runs);
    f
}

fn in_review() -> Fixture {
    let mut f = working();
    let handoff = delivered::handoff(&f, "T-1");
    f.take(A, delivered::handed_off(handoff));
    f
}

fn a1(handoff: &mut Checkpoint) -> &mut Outcome {
    handoff.acceptance.get_mut("a1").unwrap()
}

/// What is falsified, the ground, and how.
type Lie<T> = (&'static str, &'static str, fn(&mut T));

/// Every field of a handoff that the state can contradict.
const HANDOFF_LIES: &[Lie<Checkpoint>] = &[
    ("task: another's", "not-holder", |c| c.task = task_id("T-2")),
    ("task: none", "no-such-task", |c| c.task = task_id("T-9")),
    ("task: done", "not-in-phase", |c| c.task = task_id("T-0")),
    ("checkpoint: one too far", INPUT, |c| {
        c.checkpoint = CheckpointId::nth(2);
    }),
    ("lane", INPUT, |c| c.lane = "T-2".into()),
    ("lane: empty", INPUT, |c| c.lane.clear()),
    ("status: as it was", INPUT, |c| c.status = Phase::InProgress),
    ("status: done", INPUT, |c| c.status = Phase::Done),
    ("depends_satisfied", "dependency-open", |c| {
        c.depends_satisfied = false;
    }),
    ("base: missing", INPUT, |c| c.base = None),
    ("base: no commit", INPUT, |c| c.base = Some("main".into())),
    ("tip: no commit", INPUT, |c| c.tip = "HEAD".into()),
    ("tip: upper case", INPUT, |c| c.tip = TIP.to_uppercase()),
    ("tree: no tree", STALE, |c| c.tree = "HEAD^{tree}".into()),
    ("tree: another", STALE, |c| c.tree = OTHER.into()),
    ("commits: none", INPUT, |c| c.commits.clear()),
    ("commits: no commit", INPUT, |c| c.commits.push("abc".into())),
    ("risks: too long", INPUT, |c| c.risks = vec!["x".repeat(201)]),
    ("risks: unsafe", INPUT, |c| c.risks = texts(&["a\u{1b}[2Jb"])),
    ("risks: empty", INPUT, |c| c.risks = texts(&[" "])),
    ("risks: too many", INPUT, |c| {
        c.risks = vec!["x".into(); LIST_MAX + 1];
    }),
    ("next: two lines", INPUT, |c| c.next = Some("a\nb".into())),
    ("done: unsafe", INPUT, |c| c.done = texts(&["a\u{202e}b"])),
    ("pending: unsafe", INPUT, |c| c.pending = texts(&["\u{200b}"])),
    ("blockers: too long", INPUT, |c| {
        c.blockers = vec!["x".repeat(201)];
    }),
    ("removes: no reason", INPUT, |c| {
        c.removes.insert("tests/a".into(), Removal { why: String::new() });
    }),
    ("made: by the writer's word", INPUT, |c| {
        c.made = a1(c).made.clone();
    }),
    ("acceptance: none", MISSING, |c| c.acceptance.clear()),
    ("acceptance: a key less", MISSING, |c| {
        drop(c.acceptance.remove("a1"));
    }),
    ("acceptance: a key of no criterion", STALE, |c| {
        let run = a1(c).clone();
        c.acceptance.insert("a9".into(), run);
    }),
    ("acceptance: a key of a criterion without check", STALE, |c| {
        let run = a1(c).clone();
        c.acceptance.insert("a3".into(), run);
    }),
    ("a1.command", STALE, |c| a1(c).command = "true".into()),
    ("a1.check", STALE, |c| a1(c).check = Some("unit".into())),
    ("a2.command", STALE, |c| {
        c.acceptance.get_mut("a2").unwrap().command = "true".into();
    }),
    ("a2.check", STALE, |c| {
        c.acceptance.get_mut("a2").unwrap().check = None;
    }),
    ("a1.exit", FAILED, |c| a1(c).exit = 1),
    ("a1.secs", STALE, |c| a1(c).secs = 0.1),
    ("a1.secs: no number", STALE, |c| a1(c).secs = f64::NAN),
    ("a1.tree", STALE, |c| a1(c).tree = OTHER.into()),
    ("a1.digest", STALE, |c| {
        a1(c).digest = "sha256:ffffffffffffffff".into();
    }),
    ("a1.signature", STALE, |c| a1(c).signature = Some(DIGEST.into())),
    ("a1.lines", STALE, |c| a1(c).lines = Some("all well".into())),
    ("a1.made: missing", STALE, |c| a1(c).made = None),
    ("a1.made.by", STALE, |c| {
        a1(c).made.as_mut().unwrap().by = lane_core::id::Agent::new("boss").unwrap();
    }),
    ("a1.made.at", STALE, |c| {
        a1(c).made.as_mut().unwrap().at = lane_core::time::Timestamp::from_secs(0);
    }),
    ("a1.made.seq", STALE, |c| a1(c).made.as_mut().unwrap().seq += 1),
];

/// What the state alone cannot contradict: the push is compared with git for these.
const ONLY_GIT_KNOWS: &[Lie<Checkpoint>] = &[
    ("base: another commit", TAKEN, |c| c.base = Some(OTHER.into())),
    ("tip: another commit of the same tree", TAKEN, |c| {
        c.tip = OTHER.into();
    }),
    ("commits: others", TAKEN, |c| c.commits = vec![OTHER.into()]),
    ("more_commits", TAKEN, |c| c.more_commits = Some(omitted())),
    ("files: others", TAKEN, |c| c.files = texts(&["elsewhere"])),
    ("files: none", TAKEN, |c| c.files.clear()),
    ("more_files", TAKEN, |c| c.more_files = Some(omitted())),
    ("removes: a path that is still there", TAKEN, |c| {
        c.removes.insert("src/a".into(), Removal { why: "x".into() });
    }),
];

fn omitted() -> Omitted {
    Omitted {
        total: 900,
        digest: DIGEST.to_owned(),
    }
}

#[test]
fn every_falsification_of_a_handoff_is_refused_on_its_ground() {
    let f = working();
    let honest = delivered::handoff(&f, "T-1");
    for (what, ground, lie) in HANDOFF_LIES {
        let mut handoff = honest.clone();
        lie(&mut handoff);
        let refusal = f.refusal(A, delivered::handed_off(handoff));
        assert_eq!(refusal.ground.id, *ground, "{what}: {}", refusal.what);
        super::invariants::check_refusal(&refusal);
    }
    f.accepts(A, delivered::handed_off(honest));
}

#[test]
fn a_second_handoff_is_held_to_the_same() {
    let f = in_review();
    let honest = delivered::handoff(&f, "T-1");
    for (what, ground, lie) in HANDOFF_LIES
        .iter()
        .filter(|(what, ..)| *what != "checkpoint: one too far")
    {
        let mut handoff = honest.clone();
        lie(&mut handoff);
        assert_eq!(
            f.refusal(A, delivered::handed_off(handoff)).ground.id,
            *ground,
            "{what}"
        );
    }
    for n in [1, 3] {
        let mut handoff = honest.clone();
        handoff.checkpoint = CheckpointId::nth(n);
        f.refuses(A, delivered::handed_off(handoff), &ground::INVALID_INPUT);
    }
    f.accepts(A, delivered::handed_off(honest));
}

#[test]
fn what_only_git_knows_is_left_to_the_push() {
    let f = working();
    for (what, _, lie) in ONLY_GIT_KNOWS {
        let mut handoff = delivered::handoff(&f, "T-1");
        lie(&mut handoff);
        let verdict = apply(&f.state, &f.event(A, delivered::handed_off(handoff)));
        assert!(verdict.is_ok(), "{what}: {verdict:?}");
    }
}

#[test]
fn a_handoff_without_dependencies_done_cannot_claim_that_they_are() {
    let mut f = working();
    f.edit("T-1", |t| t.depends_on = vec![task_id("T-2")]);
    for says in [true, false] {
        let mut handoff = delivered::handoff(&f, "T-1");
        handoff.depends_satisfied = says;
        f.refuses(A, delivered::handed_off(handoff), &ground::DEPENDENCY_OPEN);
    }
}

#[test]
fn a_contract_that_changes_after_its_run_makes_the_run_stale_and_a_new_run_mends_it() {
    for now in [delivered::runs(&["cargo", "test", "x"]), delivered::named("unit")] {
        let mut f = working();
        f.edit("T-1", |t| drop(t.acceptance.insert("a1".into(), now.clone())));
        let handoff = delivered::handoff(&f, "T-1");
        let refusal = f.refuses(A, delivered::handed_off(handoff), &ground::ACCEPTANCE_STALE);
        assert_eq!(refusal.hints, ["git lane check T-1"]);
        let runs = delivered::all_passed(&f, "T-1");
        f.take(A, runs);
        let handoff = delivered::handoff(&f, "T-1");
        f.take(A, delivered::handed_off(handoff));
    }
}

#[test]
fn words_of_a_criterion_may_change_without_a_new_run() {
    let mut f = working();
    f.edit("T-1", |t| {
        t.acceptance.get_mut("a1").unwrap().text = "in other words".into();
    });
    let handoff = delivered::handoff(&f, "T-1");
    f.take(A, delivered::handed_off(handoff));
}

#[test]
fn a_handed_off_lane_keeps_its_locks_until_it_is_resumed_or_given_back() {
    let mut f = in_review();
    f.wait(400 * 86_400);
    assert!(!f.lock("L-T-1").unwrap().is_over(f.now()));
    f.refuses(
        B,
        super::fixture::granted("L-9", &["src/a"]),
        &ground::FOREIGN_LOCK,
    );
    let refusal = f.refuses(
        B,
        super::fixture::reclaimed("L-T-1", "gone"),
        &ground::NOT_IN_PHASE,
    );
    assert!(
        refusal.what.contains("from review you can: handoff, resume"),
        "{}",
        refusal.what
    );
    f.take(A, super::fixture::widened("L-8", "T-1", &["src/b"]));
    assert!(f.lock("L-8").unwrap().kept);
    let refusal = f.refuses(
        B,
        super::fixture::reclaimed("L-8", "gone"),
        &ground::LEASE_RUNNING,
    );
    assert!(refusal.what.contains("T-1 is handed off"), "{}", refusal.what);
    f.take(A, delivered::resumed("T-1"));
    for id in ["L-T-1", "L-8"] {
        let lock = f.lock(id).unwrap();
        assert_eq!((lock.kept, lock.heartbeat), (false, f.now()), "{id}");
        assert_eq!(lock.expires.since(f.now()), super::fixture::LEASE_SECS);
    }
    assert_eq!(f.live("T-1").handoff, None);
}

#[test]
fn giving_back_a_handed_off_task_frees_its_paths_and_keeps_its_evidence() {
    let mut f = in_review();
    f.take(A, released("T-1", "returned"));
    assert_eq!((f.live("T-1").handoff, f.lock("L-T-1")), (None, None));
    f.take(B, claimed("T-1"));
    let handoff = delivered::handoff(&f, "T-1");
    assert_eq!(handoff.checkpoint, CheckpointId::nth(2), "numbers go on");
    // The runs of the one before stand for the same tree and commands.
    f.take(B, delivered::handed_off(handoff));
}

#[test]
fn the_archive_says_with_which_handoff_a_task_landed() {
    let mut f = in_review();
    f.take(A, done("T-1"));
    assert_eq!(f.any("T-1").handoff, Some(CheckpointId::nth(1)));
    let id = task_id("T-1");
    assert!(f.state.checkpoint(&id, &CheckpointId::nth(1)).unwrap().is_some());
    assert_eq!(f.state.results(&id).unwrap().unwrap().acceptance.len(), 2);
}

/// What is false of a checkpoint of a lane in progress.
const CHECKPOINT_LIES: &[Lie<Checkpoint>] = &[
    ("task: another's", "not-holder", |c| c.task = task_id("T-2")),
    ("task: done", "not-in-phase", |c| c.task = task_id("T-0")),
    ("checkpoint", INPUT, |c| c.checkpoint = CheckpointId::nth(2)),
    ("lane", INPUT, |c| c.lane = "T-2".into()),
    ("status: handed off", "not-in-phase", |c| c.status = Phase::Review),
    ("status: blocked", "not-in-phase", |c| c.status = Phase::Blocked),
    ("depends_satisfied", "dependency-open", |c| {
        c.depends_satisfied = false;
    }),
    ("base", INPUT, |c| c.base = Some(OTHER.into())),
    ("tip", INPUT, |c| c.tip = "x".into()),
    ("tree", INPUT, |c| c.tree = String::new()),
    ("commits", INPUT, |c| c.commits = vec![TIP.into()]),
    ("files", INPUT, |c| c.files = texts(&["src/a"])),
    ("more_commits", INPUT, |c| c.more_commits = Some(omitted())),
    ("more_files", INPUT, |c| c.more_files = Some(omitted())),
    ("removes", INPUT, |c| {
        c.removes.insert("a".into(), Removal { why: "x".into() });
    }),
    ("next: unsafe", INPUT, |c| c.next = Some("\u{1b}".into())),
    ("done: too many", INPUT, |c| {
        c.done = vec!["x".into(); LIST_MAX + 1];
    }),
];

#[test]
fn every_falsification_of_a_checkpoint_is_refused_on_its_ground() {
    let f = working();
    let honest = delivered::checkpoint(&f, "T-1");
    for (what, ground, lie) in CHECKPOINT_LIES {
        let mut checkpoint = honest.clone();
        lie(&mut checkpoint);
        let refusal = f.refusal(A, delivered::checkpointed(checkpoint));
        assert_eq!(refusal.ground.id, *ground, "{what}: {}", refusal.what);
    }
    f.accepts(A, delivered::checkpointed(honest));
}

#[test]
fn a_blocked_lane_makes_checkpoints_and_one_in_review_does_not() {
    let mut f = working();
    f.take(A, blocked("T-1", Some("T-2"), None));
    let checkpoint = delivered::checkpoint(&f, "T-1");
    f.take(A, delivered::checkpointed(checkpoint));
    let f = in_review();
    let checkpoint = delivered::checkpoint(&f, "T-1");
    let refusal = f.refuses(A, delivered::checkpointed(checkpoint), &ground::NOT_IN_PHASE);
    assert_eq!(refusal.hints, ["git lane resume T-1"]);
}

/// What is false of a run, and of the event that records it.
const RUN_LIES: &[Lie<Outcome>] = &[
    ("command: another", STALE, |r| r.command = "true".into()),
    ("command: none", INPUT, |r| r.command.clear()),
    ("command: too long", INPUT, |r| r.command = "x".repeat(3000)),
    ("check: a policy's", STALE, |r| r.check = Some("unit".into())),
    ("exit: failed without a signature", INPUT, |r| r.exit = 1),
    ("signature: passed with one", INPUT, |r| {
        r.signature = Some(DIGEST.into());
    }),
    ("signature: none", INPUT, |r| {
        r.exit = 1;
        r.signature = Some("md5:00".into());
    }),
    ("secs: no number", INPUT, |r| r.secs = f64::NAN),
    ("secs: endless", INPUT, |r| r.secs = f64::INFINITY),
    ("secs: negative", INPUT, |r| r.secs = -0.5),
    ("tree", INPUT, |r| r.tree = "HEAD".into()),
    ("digest", INPUT, |r| r.digest = "sha256:zz".into()),
    ("lines: too long", INPUT, |r| {
        r.lines = Some("x".repeat(LINES_BYTES + 1));
    }),
    ("lines: not escaped", INPUT, |r| {
        r.lines = Some("a\u{1b}[2J".into());
    }),
    ("made", STALE, |r| {
        r.made = Some(lane_core::record::Made {
            by: lane_core::id::Agent::new("boss").unwrap(),
            clone: lane_core::id::CloneId::new("c1").unwrap(),
            at: lane_core::time::Timestamp::from_secs(0),
            seq: 1,
        });
    }),
];

#[test]
fn every_falsification_of_a_run_is_refused_on_its_ground() {
    let f = working();
    let check = f.live("T-1").acceptance["a1"].check.clone().unwrap();
    let of = |key: &str, run: Outcome| delivered::checked("T-1", [(key.to_owned(), run)].into());
    for (what, ground, lie) in RUN_LIES {
        let mut run = delivered::passed(&check);
        lie(&mut run);
        let refusal = f.refusal(A, of("a1", run));
        assert_eq!(refusal.ground.id, *ground, "{what}: {}", refusal.what);
    }
    for stranger in ["a2", "a3", "a9", "", "\u{1b}"] {
        f.refuses(
            A,
            of(stranger, delivered::passed(&check)),
            &ground::ACCEPTANCE_STALE,
        );
    }
    f.refuses(A, delivered::checked("T-1", [].into()), &ground::INVALID_INPUT);
    for (tip, remedy) in [("HEAD", None), (TIP, Some("two\nlines"))] {
        let what = Payload::TaskChecked {
            task: task_id("T-1"),
            tip: tip.to_owned(),
            remedy: remedy.map(str::to_owned),
            results: [("a1".to_owned(), delivered::passed(&check))].into(),
            before: [].into(),
        };
        f.refuses(A, what, &ground::INVALID_INPUT);
    }
    f.accepts(A, of("a1", delivered::passed(&check)));
}

#[test]
fn only_the_holder_and_those_above_it_record_evidence() {
    let f = working();
    let events = [
        delivered::checkpointed(delivered::checkpoint(&f, "T-1")),
        delivered::all_passed(&f, "T-1"),
        delivered::handed_off(delivered::handoff(&f, "T-1")),
    ];
    for what in events {
        for who in [B, A_ELSEWHERE] {
            f.refuses(who, what.clone(), &ground::NOT_HOLDER);
            f.accepts(who.acting_as(Role::Orchestrator), what.clone());
        }
    }
    let mut unclaimed = Fixture::new();
    unclaimed.add("T-1", &[]);
    let checkpoint = delivered::checkpointed(delivered::checkpoint(&unclaimed, "T-1"));
    let refusal = unclaimed.refuses(A, checkpoint, &ground::NOT_HOLDER);
    assert_eq!(refusal.hints, ["git lane start T-1"]);
}

/// Records a failing run of `a1` with this signature.
fn fail(f: &mut Fixture, sign: &str, remedy: Option<&str>) {
    run(f, Some(sign), remedy);
}

fn run(f: &mut Fixture, sign: Option<&str>, remedy: Option<&str>) {
    let check = f.live("T-1").acceptance["a1"].check.clone().unwrap();
    let outcome = sign.map_or_else(
        || delivered::passed(&check),
        |sign| delivered::failed(&check, sign),
    );
    let what = Payload::TaskChecked {
        task: task_id("T-1"),
        tip: TIP.to_owned(),
        remedy: remedy.map(str::to_owned),
        results: [("a1".to_owned(), outcome)].into(),
        before: [].into(),
    };
    f.take(A, what);
}

#[test]
fn a_failure_that_comes_again_is_counted_and_keeps_what_was_done_about_it() {
    let mut f = working();
    fail(&mut f, "a", None);
    fail(&mut f, "a", Some("a wider buffer"));
    let known = delivered::recorded(&f, "T-1");
    let failure = known.open_failures()[0];
    assert_eq!(
        (failure.times, failure.remedy.as_deref()),
        (2, Some("a wider buffer"))
    );
    run(&mut f, None, None);
    let mended = delivered::recorded(&f, "T-1");
    assert!(mended.open_failures().is_empty());
    assert_eq!(
        mended.failure.values().next().unwrap().mended.as_deref(),
        Some(TIP)
    );
    fail(&mut f, "a", None);
    let known = delivered::recorded(&f, "T-1");
    let failure = known.open_failures()[0];
    assert_eq!(
        (failure.times, failure.remedy.as_deref()),
        (3, Some("a wider buffer"))
    );
}

#[test]
fn a_pass_mends_all_failures_of_its_own_criterion_and_of_no_other() {
    let mut f = working();
    let failing = delivered::results_of(&f.live("T-1"), |check| delivered::failed(check, "a"));
    f.take(A, delivered::checked("T-1", failing));
    fail(&mut f, "b", None);
    assert_eq!(delivered::recorded(&f, "T-1").open_failures().len(), 3);
    run(&mut f, None, Some("mended"));
    let known = delivered::recorded(&f, "T-1");
    let open: Vec<(&str, Option<&str>)> = known
        .open_failures()
        .iter()
        .map(|f| (f.key.as_str(), f.remedy.as_deref()))
        .collect();
    assert_eq!(open, [("a2", None)]);
}

#[test]
fn the_memory_of_failures_is_bounded_and_forgets_what_is_mended_first() {
    let mut f = working();
    fail(&mut f, "1", None);
    let failing = |check: &_| delivered::failed(check, "2");
    let all = delivered::results_of(&f.live("T-1"), failing);
    f.take(
        A,
        delivered::checked("T-1", [("a2".to_owned(), all["a2"].clone())].into()),
    );
    run(&mut f, None, None);
    // a1's is mended and a2's, which is younger, is not.
    for n in 0..FAILURES_MAX - 1 {
        fail(&mut f, &format!("f{n}"), None);
    }
    let known = delivered::recorded(&f, "T-1");
    assert_eq!(known.failure.len(), FAILURES_MAX);
    assert!(known.failure.values().all(|f| f.mended.is_none()));
    assert!(known.failure.values().any(|f| f.key == "a2"));
    fail(&mut f, "fade", None);
    let known = delivered::recorded(&f, "T-1");
    assert_eq!(known.failure.len(), FAILURES_MAX);
    assert!(known.failure.values().all(|f| f.key == "a1"), "the oldest goes");
    assert!(known.open_failures()[0].lines.as_ref().unwrap().contains("fade"));
}

#[test]
fn a_run_forgets_criteria_that_the_contract_dropped() {
    let mut f = working();
    f.edit("T-1", |t| drop(t.acceptance.remove("a2")));
    run(&mut f, None, None);
    let known = delivered::recorded(&f, "T-1");
    assert_eq!(known.acceptance.keys().collect::<Vec<_>>(), ["a1"]);
    assert_eq!(known.acceptance["a1"].tree, TREE);
}

impl Fixture {
    /// Checks that an event would be taken, and takes it not.
    #[track_caller]
    fn accepts(&self, who: super::fixture::Who, what: Payload) -> Vec<Write> {
        let verdict = apply(&self.state, &self.event(who, what));
        verdict.unwrap_or_else(|e| panic!("{e}"))
    }
}
