//! Format of files: only what is named, by its package's edition and the configuration beside it, as rustfmt reads files.

use std::num::NonZero;
use std::time::Duration;

use lane_gate::FormatFault;
use lane_gate::FormatFile;
use lane_gate::Interrupt;
use lane_gate::Source;
use lane_gate::ToolError;

use crate::place::Place;

const LONG: Duration = Duration::from_secs(60);
const GOOD: &str = "fn main() {}\n";
const BAD: &str = "fn  main( ) {}\n";

fn file(path: &str, edition: &str) -> FormatFile {
    FormatFile {
        path: path.into(),
        edition: edition.to_owned(),
    }
}

fn said(place: &Place, file: &FormatFile, source: Source<'_>) -> String {
    match lane_gate::check_format(place.root(), file, source, &Interrupt::none()) {
        Ok(()) => "formatted".to_owned(),
        Err(fault) => fault.to_string(),
    }
}

fn check(place: &Place, path: &str, expected: &str) {
    assert_eq!(said(place, &file(path, "2024"), Source::WorkTree), expected);
}

#[test]
fn the_file_alone_is_judged_and_mod_is_not_followed() {
    let place = Place::new(&[
        ("src/a.rs", GOOD),
        ("src/b.rs", BAD),
        ("src/lib.rs", "mod a;\nmod b;\nmod gone;\n"),
    ]);
    check(&place, "src/lib.rs", "formatted");
    check(&place, "src/a.rs", "formatted");
    check(&place, "src/b.rs", "src/b.rs:1 is not formatted");
    check(&place, "src/gone.rs", "src/gone.rs cannot be read");
}

#[test]
fn the_index_is_judged_and_not_the_work_tree() {
    let place = Place::new(&[("a.rs", BAD)]);
    let a = file("a.rs", "2024");
    assert_eq!(said(&place, &a, Source::Text(GOOD.as_bytes())), "formatted");
    let gone = file("not/there/b.rs", "2024");
    assert_eq!(said(&place, &gone, Source::Text(GOOD.as_bytes())), "formatted");
    let staged = said(&place, &gone, Source::Text(b"fn a() {}\n\n\n\nfn b() {}\n"));
    assert_eq!(staged, "not/there/b.rs:3 is not formatted");
}

#[test]
fn the_edition_of_the_package_decides() {
    let place = Place::new(&[("a.rs", "async fn a() {}\n")]);
    check(&place, "a.rs", "formatted");
    let old = said(&place, &file("a.rs", "2015"), Source::WorkTree);
    assert!(old.starts_with("a.rs cannot be formatted: error[E0670]"), "{old}");
}

#[test]
fn the_nearest_configuration_is_found() {
    let wide = "fn main() {\n        let a = 1;\n}\n";
    let place = Place::new(&[("rustfmt.toml", "tab_spaces = 8\n"), ("x/src/a.rs", wide)]);
    check(&place, "x/src/a.rs", "formatted");
    place.write("x/.rustfmt.toml", "tab_spaces = 2\n");
    check(&place, "x/src/a.rs", "x/src/a.rs:2 is not formatted");
}

#[test]
fn what_stdin_changes_is_not_held_against_a_file() {
    let place = Place::new(&[
        ("mark.rs", "\u{feff}fn main() {}\n"),
        ("windows.rs", "fn main() {\r\n    a();\r\n}\r\n"),
        ("windows-bad.rs", "fn main() {\r\n    a( );\r\n}\r\n"),
    ]);
    check(&place, "mark.rs", "formatted");
    check(&place, "windows.rs", "formatted");
    check(&place, "windows-bad.rs", "windows-bad.rs:2 is not formatted");
}

#[test]
fn what_rustfmt_cannot_read_is_no_difference_and_shown_escaped() {
    let place = Place::new(&[("-\u{1b}.rs", "fn main( {\n")]);
    let fault = lane_gate::check_format(
        place.root(),
        &file("-\u{1b}.rs", "2024"),
        Source::WorkTree,
        &Interrupt::none(),
    );
    let fault = fault.unwrap_err();
    assert!(matches!(fault, FormatFault::Unreadable { .. }));
    let said = fault.to_string();
    assert!(
        said.starts_with("-\\u{1b}.rs cannot be formatted: error: "),
        "{said}"
    );
    let binary = said_of_bytes(&place, b"fn main() {} // \xff\n");
    assert!(binary.starts_with("a.rs cannot be formatted: "), "{binary}");
}

fn said_of_bytes(place: &Place, text: &[u8]) -> String {
    said(place, &file("a.rs", "2024"), Source::Text(text))
}

#[test]
fn many_files_are_judged_side_by_side_and_told_in_their_order() {
    let place = Place::new(&[]);
    let text = |n: usize| if n.is_multiple_of(3) { BAD } else { GOOD };
    let named = |n: usize| {
        (
            file(&format!("f{n:02}.rs"), "2024"),
            Source::Text(text(n).as_bytes()),
        )
    };
    let files: Vec<_> = (0..20).map(named).collect();
    let jobs = NonZero::new(4).unwrap();
    let faults = lane_gate::check_formats(place.root(), &files, jobs, LONG, &Interrupt::none()).unwrap();
    let said: Vec<_> = faults.iter().map(ToString::to_string).collect();
    let expected = (0..20)
        .step_by(3)
        .map(|n| format!("f{n:02}.rs:1 is not formatted"));
    assert!(expected.eq(said.iter().cloned()), "{said:?}");

    let interrupt = Interrupt::none();
    interrupt.raise();
    let ended = lane_gate::check_formats(place.root(), &files, jobs, LONG, &interrupt);
    assert!(matches!(ended, Err(ToolError::Interrupted)), "{ended:?}");
}
