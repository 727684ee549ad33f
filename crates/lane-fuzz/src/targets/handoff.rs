//! Evidence and words about a task: checkpoints, the results of its checks, notes.

use lane_core::record::Checkpoint;
use lane_core::record::Note;
use lane_core::record::Outcome;
use lane_core::record::Results;
use lane_core::record::check_note;
use lane_core::record::mentions;
use lane_core::text::is_unsafe;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "handoff",
    check,
    seeds: &[HANDOFF, PLAIN, RESULTS, NOTE],
    slots: &[
        (PLAIN, ""),
        (OPEN_DONE, "]"),
        (OPEN_KEY, " = { why = 'w' }"),
        (NOTE, ""),
        (OPEN_TEXT, "'''"),
        ("task = 'T-1'\n", ""),
    ],
    regressions: &[],
};

const HANDOFF: &str = r#"task = "T-7k2m"
checkpoint = "CP-03"
lane = "backend:1"
status = "review"
depends_satisfied = true
base = "0123456789012345678901234567890123456789"
tip = "1123456789012345678901234567890123456789"
tree = "2123456789012345678901234567890123456789"
commits = ["1123456789012345678901234567890123456789"]
files = ["crates/parser/src/group.rs"]
risks = ["none known"]
next = "review"
done = ["empty groups parse"]
pending = []
blockers = []

[more_commits]
total = 412
digest = "sha256:00112233445566778899"

[removes."tests/old.rs"]
why = "it tested what is gone"

[acceptance.a1]
command = "cargo test -p parser empty_groups"
exit = 0
secs = 3.2
tree = "2123456789012345678901234567890123456789"
digest = "sha256:00112233445566778899"

[made]
by = "agent-a"
clone = "9c41"
at = "2026-11-21T08:31:04Z"
seq = 412
"#;

macro_rules! plain {
    ($tail:literal) => {
        concat!(
            "task = 'T-1'\ncheckpoint = 'CP-1'\nlane = 'T-1'\nstatus = 'in-progress'\ndepends_satisfied = true\n",
            "tip = '1123456789012345678901234567890123456789'\n",
            "tree = '2123456789012345678901234567890123456789'\n",
            $tail
        )
    };
}

const PLAIN: &str = plain!("");
const OPEN_DONE: &str = plain!("done = [");
const OPEN_KEY: &str = plain!("[removes]\n");

const RESULTS: &str = r#"task = "T-7k2m"

[acceptance.a1]
command = "cargo test"
check = "unit"
exit = 101
secs = 3.2
tree = "2123456789012345678901234567890123456789"
digest = "sha256:00112233445566778899"
signature = "sha256:00112233445566778899"
lines = """
test empty_groups ... FAILED
"""

[failure.F-00000412-a1]
key = "a1"
signature = "sha256:00112233445566778899"
command = "cargo test"
exit = 101
tip = "1123456789012345678901234567890123456789"
times = 2
remedy = "the grammar was completed"

[failure.F-00000412-a1.made]
by = "agent-a"
clone = "9c41"
at = "2026-11-21T08:31:04Z"
seq = 412
"#;

const NOTE: &str = r#"id = "b3f1"
seq = 412
task = "T-7k2m"
by = "agent-a"
clone = "9c41"
role = "worker"
at = "2026-11-21T08:31:04Z"
to = ["agent-b", "reviewer"]
text = """
@agent-b: see the grammar (@reviewer)
"""
"#;

const OPEN_TEXT: &str = "id = 'b3f1'\nseq = 412\ntask = 'T-7k2m'\nby = 'agent-a'\nclone = '9c41'\nrole = 'worker'\n\
                         at = '2026-11-21T08:31:04Z'\ntext = '''";

fn check(bytes: &[u8]) {
    if let Some(checkpoint) = check::decodes_safely::<Checkpoint>(bytes) {
        match checkpoint.check() {
            Ok(()) => {
                let texts = checkpoint.done.iter().chain(&checkpoint.risks);
                let texts = texts.chain(&checkpoint.pending).chain(&checkpoint.blockers);
                texts.chain(&checkpoint.next).for_each(|text| is_line(text));
            }
            Err(fault) => check::is_printable(&fault),
        }
        checkpoint
            .acceptance
            .iter()
            .for_each(|(key, outcome)| judge(key, outcome));
    }
    if let Some(results) = check::decodes_safely::<Results>(bytes) {
        results
            .acceptance
            .iter()
            .for_each(|(key, outcome)| judge(key, outcome));
        take_again(results);
    }
    if let Some(note) = check::decodes_safely::<Note>(bytes) {
        words(&note.text);
    }
    words(&String::from_utf8_lossy(bytes));
}

/// What was checked can be printed as it is.
fn is_line(text: &str) {
    assert!(!text.chars().any(is_unsafe), "unsafe characters: {text:?}");
}

fn judge(key: &str, outcome: &Outcome) {
    match outcome.check(key) {
        Ok(()) => assert!(outcome.secs >= 0.0, "a run takes time"),
        Err(fault) => check::is_printable(&fault),
    }
}

/// A failure that is seen again is one failure, and a run that passes mends it.
fn take_again(mut results: Results) {
    let open = results.open_failures().len();
    let Some(made) = results
        .failure
        .values()
        .next()
        .map(|failure| failure.made.clone())
    else {
        return;
    };
    let Some((key, outcome)) = results.acceptance.pop_first() else {
        return;
    };
    for _ in 0..2 {
        results.take(&key, &outcome, "tip", None, &made);
    }
    assert!(
        results.open_failures().len() <= open + 1,
        "the same failure twice"
    );
    let passed = Outcome {
        exit: 0,
        signature: None,
        ..outcome
    };
    results.take(&key, &passed, "tip", None, &made);
    let mended = results.open_failures().iter().all(|failure| failure.key != key);
    assert!(mended, "it passed, and a failure of it is open");
    check::round_trip(&results);
}

fn words(text: &str) {
    if let Err(fault) = check_note(text) {
        check::is_printable(&fault);
    }
    for name in mentions(text) {
        assert!(text.contains(&format!("@{name}")), "{name} is not mentioned");
    }
}
