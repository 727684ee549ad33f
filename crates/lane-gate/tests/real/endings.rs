//! How commands end, and why some never begin.

use std::fs;
use std::path::Path;

use lane_gate::Ending;
use lane_gate::Interrupt;
use lane_gate::Job;
use lane_gate::RunError;

use crate::place::LONG;
use crate::place::Place;

#[test]
fn exit_codes_and_signals_are_told_apart() {
    let place = Place::new();
    for (script, ending, code) in [
        ("exit 0", Ending::Exit(0), 0),
        ("exit 1", Ending::Exit(1), 1),
        ("exit 124", Ending::Exit(124), 124),
        ("exit 137", Ending::Exit(137), 137),
        ("kill -9 $$", Ending::Signal(9), 137),
        ("kill -15 $$", Ending::Signal(15), 143),
    ] {
        let run = place.sh(script);
        assert_eq!((run.ending, run.ending.code()), (ending, code), "{script}");
        assert_eq!(run.ending.success(), code == 0);
        assert!(!run.held_open);
    }
    assert_eq!(Ending::TimedOut.code(), 124);
}

#[test]
fn seconds_are_rounded_to_milliseconds() {
    let secs = Place::new().sh("exit 0").secs;
    assert!((secs * 1000.0 - (secs * 1000.0).round()).abs() < 1e-6, "{secs}");
    assert!((0.0..60.0).contains(&secs), "{secs}");
}

#[test]
fn words_are_words_and_no_shell_reads_them() {
    let run = Place::new()
        .words(&["printf", "%s|", "a b", "$HOME", "*", "; exit 3"])
        .unwrap();
    assert_eq!(run.excerpt, "a b|$HOME|*|; exit 3|");
}

#[test]
fn a_program_with_a_slash_is_found_from_the_folder() {
    let place = Place::new();
    fs::create_dir(place.path("scripts")).unwrap();
    place.sh("printf '#!/bin/sh\\npwd -P\\n' >scripts/here; chmod +x scripts/here");
    let run = place.words(&["./scripts/here"]).unwrap();
    assert_eq!(
        run.excerpt,
        place.path("").canonicalize().unwrap().to_str().unwrap()
    );
}

#[test]
fn what_cannot_run_is_said_in_a_sentence() {
    let place = Place::new();
    place.sh("echo true >plain; printf '#!/no/such/shell\\n' >script; chmod +x script");
    for (words, said) in [
        (&[][..], "the command is empty"),
        (&["", "x"], "the command is empty"),
        (&["echo", "a\0b"], "word 2 of the command holds a NUL byte"),
        (
            &["no-such-program-\u{1b}x"],
            "`no-such-program-\\u{1b}x` was not found, or the interpreter that its first line names was not",
        ),
        (
            &["./missing"],
            "`./missing` was not found, or the interpreter that its first line names was not",
        ),
        (
            &["./script"],
            "`./script` was not found, or the interpreter that its first line names was not",
        ),
        (&["./plain"], "`./plain` may not be executed"),
    ] {
        assert_eq!(place.words(words).unwrap_err().to_string(), said);
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let words = ["true".to_owned()];
    let job = Job {
        words: &words,
        dir: Path::new("/no/such/\nfolder"),
        limit: LONG,
    };
    let error = lane_gate::run(&job, &Interrupt::none()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/no/such/\\u{a}folder is not a folder to run a command in"
    );
}

#[test]
fn nothing_starts_after_an_interrupt() {
    let place = Place::new();
    let stop = Interrupt::none();
    stop.raise();
    let result = place.limited(&["touch", "made"], LONG, &stop);
    assert!(matches!(result, Err(RunError::Interrupted)));
    assert!(!place.path("made").exists());
}
