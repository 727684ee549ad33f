//! What commands print: digested whole, kept in part, shown escaped, known again when it is the same failure.

use std::fs;

use lane_gate::EXCERPT_BYTES;
use sha2::Digest as _;
use sha2::Sha256;

use crate::place::Place;

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}

#[test]
fn both_streams_are_digested_as_they_came() {
    let run = Place::new().sh("echo one; echo two >&2; echo three");
    assert_eq!(run.digest, digest(b"one\ntwo\nthree\n"));
    assert_eq!((run.bytes, run.excerpt.as_str()), (14, "one\ntwo\nthree"));
}

#[test]
fn no_output_has_the_digest_of_nothing() {
    let run = Place::new().sh("exit 0");
    assert_eq!(
        (run.digest, run.bytes, run.excerpt.as_str()),
        (digest(b""), 0, "")
    );
}

#[test]
fn fifty_megabytes_are_digested_but_not_kept() {
    const MB: u64 = 1 << 20;
    let run = Place::new().sh("head -c 52428800 /dev/zero; echo; echo last");
    let mut whole = Sha256::new();
    for _ in 0..50 {
        whole.update(vec![0; 1 << 20]);
    }
    whole.update(b"\nlast\n");
    let hex: String = whole.finalize().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!((run.digest, run.bytes), (format!("sha256:{hex}"), 50 * MB + 6));
    assert_eq!(run.excerpt, "…\nlast");
    if let Some(peak) = peak_kib() {
        assert!(peak < 40 * 1024, "{peak} KiB of memory at most");
    }
}

/// The most memory that this process ever had, where the system says so.
fn peak_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[test]
fn binary_and_hostile_output_is_shown_escaped() {
    let run = Place::new().sh(r"printf 'a\000\377\033[2J\nb\342\200\256c\td\r\n'");
    assert_eq!(run.excerpt, "a\\u{0}\\xff\\u{1b}[2J\nb\\u{202e}c\td");
    assert_eq!(run.digest, digest(b"a\0\xff\x1b[2J\nb\xe2\x80\xaec\td\r\n"));
}

#[test]
fn the_excerpt_is_the_end_in_whole_lines() {
    let run = Place::new().sh("i=0; while [ $i -lt 9999 ]; do echo line $i; i=$((i+1)); done");
    assert!(run.excerpt.len() <= EXCERPT_BYTES);
    let mut lines = run.excerpt.lines();
    assert_eq!(lines.next(), Some("…"));
    assert_eq!(lines.next_back(), Some("line 9998"));
    assert!(
        lines.all(|line| line.len() == "line 9998".len()),
        "{}",
        run.excerpt
    );
}

#[test]
fn the_same_failure_in_another_worktree_has_the_same_signature() {
    let script = "echo compiling $$; echo \"thread 'a' panicked at $PWD/src/a.rs:$$:5\"; exit 101";
    let (one, other) = (Place::new().sh(script), Place::new().sh(script));
    assert_ne!(one.digest, other.digest);
    assert_eq!(one.signature, other.signature);
    assert_eq!(one.signature.len(), "sha256:".len() + 16);
}

#[test]
fn another_failure_has_another_signature() {
    let place = Place::new();
    let sign = |script: &str| place.sh(script).signature;
    let one = sign("echo error: x; exit 1");
    assert_ne!(one, sign("echo error: y; exit 1"));
    assert_ne!(one, sign("echo error: x; exit 2"));
    assert_eq!(one, sign("echo noise; echo error: x; exit 1"));
}
