//! Records that are too large, or would be none when merged field by field: a conflict of the whole file that says why.

use lane_merge::Markers;
use lane_merge::Merged;
use lane_merge::Sides;
use lane_merge::Strategy;
use lane_merge::merge;

const HEAD: &str =
    "id = 'T-1'\ntitle = 'One'\nstatus = 'todo'\nbranch = 'T-1'\ncreated = '2026-11-20T09:00:00Z'\n";

/// Fails unless the merge is a conflict whose one sentence holds `says`, with both versions in its text.
#[track_caller]
fn check(path: &str, base: &str, ours: &str, theirs: &str, says: &str) {
    let sides = Sides {
        base: base.as_bytes(),
        ours: ours.as_bytes(),
        theirs: theirs.as_bytes(),
    };
    let Merged::Conflicts(conflicts) = merge(Strategy::Record, path, &sides) else {
        panic!("no conflict");
    };
    assert!(conflicts.what[0].contains(says), "{:?}", conflicts.what);
    let text = String::from_utf8_lossy(&conflicts.text(&Markers::default())).into_owned();
    assert!(text.contains("<<<<<<< ours\n") && text.contains(">>>>>>> theirs\n"));
}

fn labels(letter: char, n: usize) -> String {
    let labels: Vec<String> = (0..n).map(|i| format!("'{letter}{i}'")).collect();
    format!("{HEAD}labels = [{}]\n", labels.join(", "))
}

#[test]
fn a_task_that_would_be_none_is_not_written() {
    let path = ".agents/queue/aa/T-1.toml";
    let (ours, theirs) = (labels('a', 200), labels('b', 100));
    check(path, HEAD, &ours, &theirs, "the record is none");
}

#[test]
fn a_side_that_is_too_large_is_named() {
    let path = ".agents/policy.toml";
    let large = format!("a = '{}'\n", "x".repeat(300_000));
    check(path, "a = 1\n", &large, "a = 2\n", "ours is 300007 bytes long");
    let long: String = (0..20_001).map(|n| format!("a{n} = 1\n")).collect();
    check(path, "a = 1\n", "a = 2\n", &long, "theirs has 20001 lines");
}

#[test]
fn the_sentences_are_bounded() {
    let many = |value: u8| (0..200).map(|n| format!("a{n} = {value}\n")).collect::<String>();
    let sides = [many(0), many(1), many(2)];
    let [base, ours, theirs] = sides.each_ref().map(String::as_bytes);
    let Merged::Conflicts(conflicts) = merge(Strategy::Record, "x", &Sides { base, ours, theirs }) else {
        panic!("no conflict");
    };
    assert_eq!(conflicts.what.len(), 51);
    assert_eq!(conflicts.what[50], "and 150 more");
}

#[test]
fn what_a_sentence_quotes_is_escaped_and_bounded() {
    let ours = format!("a = \"\\u001b[31m{}\"\n", "x".repeat(500));
    let sides = Sides {
        base: b"a = 0\n",
        ours: ours.as_bytes(),
        theirs: b"a = 1\n",
    };
    let Merged::Conflicts(conflicts) = merge(Strategy::Record, "x", &sides) else {
        panic!("no conflict");
    };
    assert!(!conflicts.what[0].contains('\u{1b}') && conflicts.what[0].len() < 200);
}
