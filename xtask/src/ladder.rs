//! A ladder of named steps: climbed from below until one fails, each with its time.

use std::time::Duration;
use std::time::Instant;

use anstyle::AnsiColor;
use anstyle::Style;

use crate::Error;
use crate::error;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const SKIPPED: Style = Style::new().dimmed();
const TITLE: Style = Style::new().bold();

/// One rung: a name for the table, and what decides whether it holds.
pub(crate) struct Step<C> {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&C) -> Result<bool, Error>,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed(Duration),
    Failed(Duration),
    /// An earlier step failed.
    NotRun,
}

/// Runs the steps in order. The first failure ends it; a step that could not run at all has failed too.
pub(crate) fn climb<C>(steps: &[Step<C>], context: &C) -> Vec<(&'static str, Verdict)> {
    let mut stopped = false;
    let mut verdicts = Vec::new();
    for step in steps {
        let verdict = if stopped {
            Verdict::NotRun
        } else {
            attempt(step, context)
        };
        stopped |= matches!(verdict, Verdict::Failed(_));
        verdicts.push((step.name, verdict));
    }
    verdicts
}

fn attempt<C>(step: &Step<C>, context: &C) -> Verdict {
    anstream::eprintln!("\n{TITLE}== {}{TITLE:#}", step.name);
    let start = Instant::now();
    let held = (step.run)(context).unwrap_or_else(|error| {
        anstream::eprintln!("error: {}", error::with_causes(&error));
        false
    });
    if held {
        Verdict::Passed(start.elapsed())
    } else {
        Verdict::Failed(start.elapsed())
    }
}

/// Whether every step was run and held.
pub(crate) fn all_passed(verdicts: &[(&str, Verdict)]) -> bool {
    verdicts
        .iter()
        .all(|(_, verdict)| matches!(verdict, Verdict::Passed(_)))
}

/// The verdicts as aligned lines, with styles that the terminal's stream strips where they do not belong.
pub(crate) fn table(verdicts: &[(&str, Verdict)]) -> String {
    let width = verdicts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let row = |(name, verdict): &(&str, Verdict)| {
        let (style, word, took) = match verdict {
            Verdict::Passed(took) => (GOOD, "ok", Some(took)),
            Verdict::Failed(took) => (BAD, "FAILED", Some(took)),
            Verdict::NotRun => (SKIPPED, "not run", None),
        };
        let took = took
            .map(|took| format!("{:>8.1} s", took.as_secs_f64()))
            .unwrap_or_default();
        let line = format!("{name:width$}  {style}{word:7}{style:#}{took}");
        line.trim_end().to_owned() + "\n"
    };
    verdicts.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(steps: &[Step<bool>], context: bool) -> Vec<&'static str> {
        let word = |(_, verdict)| match verdict {
            Verdict::Passed(_) => "passed",
            Verdict::Failed(_) => "failed",
            Verdict::NotRun => "not run",
        };
        climb(steps, &context).into_iter().map(word).collect()
    }

    const STEPS: &[Step<bool>] = &[
        Step {
            name: "one",
            run: |_| Ok(true),
        },
        Step {
            name: "two",
            run: |&context| Ok(context),
        },
        Step {
            name: "three",
            run: |_| Ok(true),
        },
    ];

    #[test]
    fn first_failure_stops_the_climb() {
        assert_eq!(results(STEPS, true), ["passed", "passed", "passed"]);
        assert_eq!(results(STEPS, false), ["passed", "failed", "not run"]);
    }

    #[test]
    fn step_that_could_not_run_has_failed() {
        let steps = [Step {
            name: "broken",
            run: |_: &bool| Err(Error::NoRoot),
        }];
        assert_eq!(results(&steps, true), ["failed"]);
    }

    #[test]
    fn table_is_aligned_and_knows_who_was_left_out() {
        let took = Duration::from_millis(12_340);
        let verdicts = [
            ("fmt", Verdict::Passed(took)),
            ("clippy", Verdict::Failed(took)),
            ("doc", Verdict::NotRun),
        ];
        let plain = anstream::adapter::strip_str(&table(&verdicts)).to_string();
        assert_eq!(
            plain,
            "fmt     ok         12.3 s\nclippy  FAILED     12.3 s\ndoc     not run\n"
        );
        assert!(!all_passed(&verdicts));
        assert!(all_passed(&verdicts[..1]));
    }
}
