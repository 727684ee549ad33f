//! Bytes that are no record end in an error, never in a panic, and in bounded time.

use std::fmt::Debug;

use lane_core::codec;
use lane_core::codec::CodecError;
use lane_core::codec::MAX_BYTES;
use lane_core::event::Event;
use lane_core::event::Message;
use lane_core::policy;
use lane_core::policy::Policy;
use lane_core::record::Checkpoint;
use lane_core::record::Exception;
use lane_core::record::Lock;
use lane_core::record::Meta;
use lane_core::record::Note;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::text::is_unsafe;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

const TASK: &str =
    "id = 'T-1'\ntitle = 't'\nstatus = 'todo'\nbranch = 'T-1'\ncreated = '2026-11-20T09:00:00Z'\n";
const POLICY: &str = "repository = 'r1'\n[lanes]\nlease = '2h'\n[area.ui]\nowns = ['web']\nlanes = 2\n";
const EVENT: &str = "id = 'e'\nseq = 1\nat = '2026-11-20T09:00:00Z'\nby = 'a'\nclone = 'c'\nrole = 'worker'\nrules = 1\nkind = 'task.unblocked'\n[data]\ntask = 'T-1'\n";

const CHECKPOINT: &str = "task = 'T-1'\ncheckpoint = 'CP-01'\nlane = 'T-1'\nstatus = 'review'\ndepends_satisfied = true\ntip = 'c'\ntree = 't'\n[acceptance.a1]\ncommand = 'x'\nexit = 0\nsecs = 1.5\ntree = 't'\ndigest = 'd'\n";
const RESULTS: &str = "task = 'T-1'\n[failure.F-1]\nkey = 'a1'\nsignature = 's'\ncommand = 'x'\nexit = 1\ntip = 'c'\ntimes = 2\n[failure.F-1.made]\nby = 'a'\nclone = 'c'\nat = '2026-11-20T09:00:00Z'\nseq = 4\n";
const NOTE: &str = "id = 'e'\nseq = 1\ntask = 'T-1'\nby = 'a'\nclone = 'c'\nrole = 'worker'\nat = '2026-11-20T09:00:00Z'\ntext = 'x'\n";
/// A valid record of each sort that has texts or tables of its own.
const HEADS: [&str; 6] = [TASK, POLICY, EVENT, CHECKPOINT, RESULTS, NOTE];

/// Decodes as everything; faults must be printable, and what is read must be writable and read the same.
fn decode_all(bytes: &[u8]) {
    one::<Task>(bytes);
    one::<Policy>(bytes);
    one::<Event>(bytes);
    one::<Lock>(bytes);
    one::<Meta>(bytes);
    one::<Exception>(bytes);
    one::<Checkpoint>(bytes);
    one::<Results>(bytes);
    one::<Note>(bytes);
    if let Err(error) = policy::parse(bytes) {
        printable(&error.to_string());
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(found) = Message::find(text)
    {
        let _ = found.event();
    }
}

fn one<T: DeserializeOwned + Serialize + Debug>(bytes: &[u8]) {
    match codec::decode::<T>(bytes) {
        Ok(record) => {
            if let Ok(text) = codec::encode(&record) {
                let again: T = codec::decode(text.as_bytes()).unwrap_or_else(|e| panic!("{e}:\n{text}"));
                assert_eq!(
                    codec::encode(&again).as_ref(),
                    Ok(&text),
                    "the same record, the same bytes"
                );
            }
        }
        Err(error) => printable(&error.to_string()),
    }
}

fn printable(words: &str) {
    assert!(!words.chars().any(is_unsafe), "{words:?}");
    assert!(words.chars().count() < 1000, "{words}");
}

/// `filling` as often as the bound allows, behind a valid head.
fn full(head: &str, open: &str, filling: &str, close: &str) -> String {
    let room = MAX_BYTES - head.len() - open.len() - close.len();
    format!("{head}{open}{}{close}", filling.repeat(room / filling.len()))
}

#[test]
fn the_heads_are_records() {
    codec::decode::<Task>(TASK.as_bytes()).unwrap();
    codec::decode::<Policy>(POLICY.as_bytes()).unwrap();
    codec::decode::<Event>(EVENT.as_bytes()).unwrap();
    codec::decode::<Checkpoint>(CHECKPOINT.as_bytes()).unwrap();
    codec::decode::<Results>(RESULTS.as_bytes()).unwrap();
    codec::decode::<Note>(NOTE.as_bytes()).unwrap();
}

#[test]
fn a_record_that_is_too_large_is_not_even_parsed() {
    let bytes = vec![b'['; MAX_BYTES + 1];
    let error = codec::decode::<Task>(&bytes).unwrap_err();
    assert_eq!(error, CodecError::TooLarge(MAX_BYTES + 1));
}

#[test]
fn deep_nesting_ends_in_an_error() {
    for head in HEADS {
        for (open, filling, close) in [
            ("\nx = ", "[", ""),
            ("\nx = ", "{a=", ""),
            ("\n", "a.", "a = 1"),
            ("\n[", "a.", "a]\nb = 1"),
            ("\n[[", "a.", "a]]\nb = 1"),
            ("\nx = {", "a.", "a = 1}"),
            ("\n", "[a]\n", ""),
        ] {
            decode_all(full(head, open, filling, close).as_bytes());
        }
    }
}

#[test]
fn nesting_within_the_bound_survives_reading_writing_and_dropping() {
    for depth in [10, 50, 79, 80, 81, 200, 1000, 5000] {
        let dotted = format!("{TASK}{}a = 1\n", "a.".repeat(depth));
        let lists = format!("{TASK}x = {}{}\n", "[".repeat(depth), "]".repeat(depth));
        let tables = format!("{TASK}x = {}1{}\n", "{a=".repeat(depth), "}".repeat(depth));
        for text in [dotted, lists, tables] {
            decode_all(text.as_bytes());
        }
    }
}

#[test]
fn many_keys_are_read_or_refused_in_bounded_time() {
    let keys: String = (0..20_000).map(|n| format!("k{n} = 1\n")).collect();
    let tables: String = (0..12_000).map(|n| format!("[t{n}]\nx = 1\n")).collect();
    for text in [keys, tables] {
        let record = format!("{TASK}{text}");
        assert!(record.len() <= MAX_BYTES);
        assert!(codec::decode::<Task>(record.as_bytes()).is_ok());
        decode_all(record.as_bytes());
    }
    decode_all(full(TASK, "\nlabels = [", "'x',", "]").as_bytes());
    decode_all(full(TASK, "\nnotes = '''", "x", "'''").as_bytes());
}

#[test]
fn values_at_the_edges_are_read_or_refused() {
    for value in [
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "nan",
        "inf",
        "1979-05-27",
        "07:32:00.999999",
        "0000-01-01T00:00:00Z",
        "'\u{202e}\u{1b}'",
        "[]",
        "{}",
        "[[1], ['a'], {}]",
    ] {
        for key in [
            "seq",
            "created",
            "attempts",
            "format",
            "unknown",
            "scope",
            "lanes",
            "expires",
            "exit",
            "secs",
            "times",
            "checkpoint",
            "handoff",
            "commits",
            "acceptance",
            "made",
            "to",
        ] {
            for head in HEADS {
                let without: String = head
                    .lines()
                    .filter(|l| !l.starts_with(key))
                    .map(|l| format!("{l}\n"))
                    .collect();
                decode_all(format!("{key} = {value}\n{without}").as_bytes());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        decode_all(&bytes);
    }

    #[test]
    fn a_mutated_record_never_panics(
        which in 0..HEADS.len(),
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), "(?s).{0,3}"), 1..6),
    ) {
        let mut text = HEADS[which].to_owned();
        for (place, put) in edits {
            let at = place.index(text.len());
            if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
                text.replace_range(at..=at, &put);
            }
        }
        decode_all(text.as_bytes());
    }
}
