//! The lines for people.

use lane_gate::Ending;
use lane_gate::Outcome;
use lane_gate::Run;
use lane_gate::RunVerdict;
use lane_gate::Why;

use super::*;
use crate::show::climb::lines;

fn check(step: Step, outcome: Outcome, log: Option<&[u8]>, expected: &str) {
    assert_eq!(told(step, outcome, log), expected);
}

#[test]
fn a_failure_shows_the_command_to_run_by_hand_and_what_it_said() {
    let said = "first\n\u{1b}[31mred\u{1b}[0m \u{202e}\n";
    let run = ran(Ending::Exit(3), said);
    check(
        in_folder("unit", &["sh", "-c", "echo $HOME; exit 3"], "a b"),
        failed(run),
        Some(said.as_bytes()),
        "FAILED   unit  1.2 s  exit 3\n    $ cd './a b' && sh -c 'echo $HOME; exit 3'\n    first\n    red \\u{202e}",
    );
}

#[test]
fn a_line_that_is_not_for_a_shell_says_so() {
    let run = ran(Ending::Exit(1), "");
    check(
        step("unit", &["sh", "-c", "one\ntwo"]),
        failed(run),
        Some(b""),
        "FAILED   unit  1.2 s  exit 1\n    $ sh -c one\\u{a}two  (escaped, not for a shell; `--json` has the words)\n    (it printed nothing)",
    );
}

#[test]
fn the_time_limit_is_named_when_it_ended_a_check() {
    check(
        step("slow", &["sleep", "900"]),
        failed(ran(Ending::TimedOut, "")),
        None,
        "FAILED   slow  1.2 s  ended at its time limit of 10m, `timeout` of [check.slow]\n    $ sleep 900\n    (it printed nothing)",
    );
}

#[test]
fn a_long_output_is_cut_at_its_front_and_the_log_named() {
    let said: String = (0..500).map(|n| format!("line {n}\n")).collect();
    let shown = told(
        step("unit", &["x"]),
        failed(ran(Ending::Exit(1), &said)),
        Some(said.as_bytes()),
    );
    assert!(
        shown.contains("\n    (the last 60 lines; all of it: LOGS/unit.log)\n    line 440\n"),
        "{shown}"
    );
    assert!(
        shown.ends_with("line 499") && !shown.contains("line 439"),
        "{shown}"
    );
    let wide = "é".repeat(400_000);
    let shown = told(
        step("unit", &["x"]),
        failed(ran(Ending::Exit(1), &wide)),
        Some(wide.as_bytes()),
    );
    assert!(
        shown.len() < 9000 && shown.ends_with("é…"),
        "{} bytes",
        shown.len()
    );
}

#[test]
fn a_log_that_is_not_this_run_s_is_not_shown() {
    let run = || Run {
        excerpt: "…\nmine".to_owned(),
        ..ran(Ending::Exit(1), "mine, and more of it")
    };
    let shown = told(step("unit", &["x"]), failed(run()), Some(b"theirs"));
    assert!(
        shown.ends_with("(the last 1 lines; a part of the rest: LOGS/unit.log)\n    mine"),
        "{shown}"
    );
    let shown = told(step("unit", &["x"]), failed(run()), None);
    assert!(
        shown.ends_with("(the last 1 lines; the rest was not kept)\n    mine"),
        "{shown}"
    );
}

#[test]
fn what_is_not_formatted_comes_with_the_line_that_mends_it() {
    let run = spotted(&[("src/a.rs", Some(3)), ("src/b c.rs", Some(1)), ("src/d.rs", None)]);
    check(
        formatting("fmt", &["src/a.rs", "src/b c.rs", "src/d.rs"]),
        failed(run),
        None,
        "FAILED   fmt  1.2 s  exit 1\n    mend: $ rustfmt --edition 2024 ./src/a.rs './src/b c.rs'\n    x is not formatted",
    );
}

#[test]
fn what_is_printed_to_be_run_works_where_the_caller_stands() {
    let line = |here: &'static str, step: Step, outcome: Outcome| {
        let mut stage = Stage::new(vec![step]);
        stage.here = here;
        let told = told_on(&stage, outcome, None);
        told.lines().nth(1).unwrap_or_default().trim_start().to_owned()
    };
    let run = || failed(ran(Ending::Exit(1), ""));
    for (here, dir, expected) in [
        ("", "", "$ npm test"),
        ("", "-x", "$ cd ./-x && npm test"),
        ("../..", "", "$ cd ../.. && npm test"),
        ("../..", "web", "$ cd ../../web && npm test"),
        ("/r s", "", "$ cd '/r s' && npm test"),
        ("/", "web", "$ cd /web && npm test"),
    ] {
        let step = in_folder("unit", &["npm", "test"], dir);
        assert_eq!(line(here, step, run()), expected);
    }
    let spots = || failed(spotted(&[("src/a.rs", Some(3))]));
    let format = || formatting("fmt", &["src/a.rs"]);
    assert_eq!(
        line("..", format(), spots()),
        "mend: $ rustfmt --edition 2024 ../src/a.rs"
    );
    let many: Vec<String> = (0..21).map(|n| format!("{n}.rs")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let places: Vec<_> = many.iter().map(|path| (*path, Some(1))).collect();
    assert_eq!(
        line("..", formatting("fmt", &many), failed(spotted(&places))),
        "mend: $ cd .. && cargo fmt --all"
    );
}

#[test]
fn a_script_that_was_taken_for_a_program_is_told_apart() {
    let missing = || Outcome::NotStarted("`x` was not found".to_owned());
    for (program, mended) in [
        ("npm test", true),
        ("a|b", true),
        ("$HOME/x", true),
        ("npm", false),
        ("./a", false),
    ] {
        let told = told(step("c", &[program, "b c"]), missing(), None);
        let line = "mend: if it is a script for `sh`: shell = true in [check.c]";
        assert_eq!(told.contains(line), mended, "{told}");
    }
}

#[test]
fn what_did_not_run_to_a_verdict_says_why_on_one_line() {
    let moved = Outcome::Moved {
        what: "HEAD was moved".to_owned(),
        run: Box::new(ran(Ending::Exit(0), "")),
    };
    let changed = |run| Outcome::Changed {
        what: "a and b changed".to_owned(),
        run,
    };
    let empty = showing(ran(Ending::Exit(0), ""), RunVerdict::Empty { ignored: 2 });
    for (outcome, first) in [
        (
            changed(Some(Box::new(ran(Ending::Exit(0), "")))),
            "FAILED   c  1.2 s  meanwhile a and b changed: what passed is not what is there now",
        ),
        (
            changed(None),
            "FAILED   c  meanwhile a and b changed: what passed is not what is there now",
        ),
        (
            moved,
            "FAILED   c  1.2 s  meanwhile HEAD was moved: what was checked is not what was asked for",
        ),
        (
            Outcome::Empty(empty),
            "EMPTY    c  1.2 s  no test ran, 2 are ignored",
        ),
        (
            Outcome::NotStarted("`x` did not start:\nno".to_owned()),
            "FAILED   c  not started: `x` did not start:\\u{a}no",
        ),
        (
            Outcome::NotRun(Why::LowerRung),
            "not run  c  a check on a lower rung did not pass",
        ),
        (Outcome::NotRun(Why::Interrupted), "not run  c  interrupted"),
    ] {
        let shown = told(step("c", &["x"]), outcome, Some(b""));
        assert_eq!(shown.lines().next(), Some(first), "{shown}");
    }
}

fn closing(stage: &Stage, done: Vec<Done>) -> Option<String> {
    lines::closing(&stage.about(), &report(done)).map(|line| plain(&line))
}

#[test]
fn a_climb_ends_with_one_line_that_counts() {
    let stage = Stage::new(vec![
        step("a", &["x"]),
        step("b", &["x"]),
        skip("c", "nothing changed"),
    ]);
    let skipped = Outcome::Skipped("nothing changed".to_owned());
    let flaky = Outcome::Flaky(showing(ran(Ending::Exit(0), ""), RunVerdict::Failed));
    let all = vec![done("a", passed()), done("b", flaky), done("c", skipped)];
    assert_eq!(
        closing(&stage, all).as_deref(),
        Some("ok: 2 checks passed, 1 flaky, 1 skipped")
    );
    let bad = vec![done("a", failed(ran(Ending::Exit(1), "")))];
    assert_eq!(closing(&stage, bad), None, "the error says it");
}

#[test]
fn where_nothing_is_to_be_done_one_line_says_why() {
    let mut stage = Stage::new(vec![skip("c", "no path changed that calls for it")]);
    let skipped = || vec![done("c", Outcome::Skipped("x".to_owned()))];
    assert_eq!(
        closing(&stage, skipped()).as_deref(),
        Some(
            "ok: nothing to check: 1 path differs from 12345678, where this left main, and no check is for that"
        )
    );
    stage.change.extent = Extent::Files(Vec::new());
    assert_eq!(
        closing(&stage, skipped()).as_deref(),
        Some("ok: nothing to check: nothing differs from 12345678, where this left main")
    );
    stage.ladder.steps.clear();
    assert_eq!(
        closing(&stage, Vec::new()).as_deref(),
        Some("ok: nothing to check: no check stands on this rung")
    );
}
