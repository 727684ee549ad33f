//! Notes: who may write them, to whom they go, and what is no note.

use lane_core::apply::Write;
use lane_core::apply::apply;
use lane_core::ground;
use lane_core::policy::Role;
use lane_core::record::NOTE_BYTES;
use lane_core::record::Note;

use super::delivered::noted;
use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::Who;
use super::fixture::claimed;

fn written(f: &Fixture, who: Who, text: &str) -> Note {
    let writes = apply(&f.state, &f.event(who, noted("T-1", text))).unwrap();
    match writes.as_slice() {
        [Write::Note(note)] => (**note).clone(),
        other => panic!("a note writes a note and nothing else: {other:?}"),
    }
}

fn claimed_by_a() -> Fixture {
    let mut f = Fixture::new();
    f.add("T-1", &["src/a"]).take(A, claimed("T-1"));
    f
}

#[test]
fn a_note_goes_to_those_it_mentions_and_to_the_holder() {
    let f = claimed_by_a();
    let to = |who, text| written(&f, who, text).to;
    assert_eq!(to(B, "fine"), ["agent-a"]);
    assert_eq!(
        to(B, "@reviewer and @agent-c: fine"),
        ["reviewer", "agent-c", "agent-a"]
    );
    assert_eq!(to(B, "@agent-a: fine"), ["agent-a"], "once");
    assert_eq!(to(A, "to myself"), Vec::<String>::new());
}

#[test]
fn a_note_says_who_wrote_it_by_its_event_and_not_by_its_text() {
    let f = claimed_by_a();
    let event = f.event(B.acting_as(Role::Reviewer), noted("T-1", "x"));
    let note = written(&f, B.acting_as(Role::Reviewer), "by = \"boss\"\nx");
    assert_eq!((&note.id, note.seq, &note.by), (&event.id, event.seq, &event.by));
    assert_eq!(
        (&note.clone, note.role, note.at),
        (&event.clone, Role::Reviewer, event.at)
    );
}

#[test]
fn what_is_done_can_be_spoken_about_and_what_is_not_there_cannot() {
    let mut f = Fixture::new();
    f.archived("T-1").add("T-2", &[]);
    assert!(written(&f, B, "well done").to.is_empty());
    f.take(B, noted("T-2", "nobody holds it"));
    f.refuses(B, noted("T-9", "x"), &ground::NO_SUCH_TASK);
    f.refuses(B, noted("t-1", "x"), &ground::NO_SUCH_TASK);
}

#[test]
fn a_text_that_is_no_note_is_refused() {
    let f = claimed_by_a();
    for text in [
        "",
        " \n\t",
        "a\u{1b}[2J",
        "a\u{202e}b",
        "a\rb",
        &"x".repeat(NOTE_BYTES + 1),
    ] {
        let refusal = f.refuses(B, noted("T-1", text), &ground::INVALID_INPUT);
        super::invariants::check_refusal(&refusal);
    }
    assert_eq!(written(&f, B, "two\n\tlines").text, "two\n\tlines");
}

#[test]
fn an_event_id_that_could_be_a_path_makes_no_note() {
    let f = claimed_by_a();
    for id in ["", "..", "a/b", "a.b", "é", &"a".repeat(65)] {
        let mut event = f.event(B, noted("T-1", "x"));
        id.clone_into(&mut event.id);
        assert!(apply(&f.state, &event).is_err(), "{id:?}");
    }
}
