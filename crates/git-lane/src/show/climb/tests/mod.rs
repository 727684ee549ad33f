//! Climbs as values, and how each form shows them.

mod forms;
mod people;

use std::ffi::OsString;
use std::time::Duration;

use lane_core::time::Timestamp;
use lane_gate::Change;
use lane_gate::Changed;
use lane_gate::Command;
use lane_gate::Done;
use lane_gate::Ending;
use lane_gate::Extent;
use lane_gate::Folder;
use lane_gate::FormatFile;
use lane_gate::Kept;
use lane_gate::Ladder;
use lane_gate::Outcome;
use lane_gate::Planned;
use lane_gate::PlannedWork;
use lane_gate::Reader;
use lane_gate::Report;
use lane_gate::Run;
use lane_gate::RunVerdict;
use lane_gate::Showing;
use lane_gate::Spot;
use lane_gate::Step;
use lane_gate::Tally;

use super::About;

fn now() -> Timestamp {
    Timestamp::from_secs(1_795_248_000)
}

/// A climb of checks of these names, each with this command.
struct Stage {
    ladder: Ladder,
    change: Change,
    here: &'static str,
    logs: tempfile::TempDir,
}

impl Stage {
    fn new(steps: Vec<Step>) -> Self {
        let file = Changed {
            path: b"a".to_vec(),
            old_mode: 0,
            new_mode: 0o100_644,
        };
        Self {
            ladder: Ladder {
                plan: Vec::new(),
                steps,
                unknown: Vec::new(),
            },
            change: Change {
                base: Some("12345678".repeat(5)),
                extent: Extent::Files(vec![file]),
            },
            here: "",
            logs: tempfile::tempdir().unwrap(),
        }
    }

    fn about(&self) -> About<'_> {
        About {
            ladder: &self.ladder,
            change: &self.change,
            declared: Some("main:.agents/gates.toml"),
            against: "12345678, where this left main",
            files: &[],
            here: Some(self.here),
            logs: self.logs.path(),
        }
    }

    fn log(&self, check: &str, text: &[u8]) {
        std::fs::write(self.logs.path().join(format!("{check}.log")), text).unwrap();
    }
}

fn step(name: &str, words: &[&str]) -> Step {
    in_folder(name, words, "")
}

fn in_folder(name: &str, words: &[&str], dir: &str) -> Step {
    let dir = match dir {
        "" => Folder::root(),
        dir => Folder::new(dir).unwrap(),
    };
    checking(
        name,
        PlannedWork::Commands(vec![Command {
            words: words.iter().map(OsString::from).collect(),
            dir,
            reader: Reader::Exit,
        }]),
    )
}

fn formatting(name: &str, paths: &[&str]) -> Step {
    let file = |path: &&str| FormatFile {
        path: path.as_bytes().to_vec(),
        edition: "2024".to_owned(),
    };
    checking(name, PlannedWork::Format(paths.iter().map(file).collect()))
}

fn checking(name: &str, work: PlannedWork) -> Step {
    Step::Check(Box::new(Planned {
        name: name.to_owned(),
        rung: 1,
        work,
        texts: None,
        dir: Folder::root(),
        limit: Duration::from_secs(600),
        turn: None,
        inputs: None,
    }))
}

fn skip(name: &str, why: &str) -> Step {
    Step::Skip {
        name: name.to_owned(),
        rung: 1,
        why: why.to_owned(),
    }
}

/// A run that printed this.
fn ran(ending: Ending, said: &str) -> Run {
    Run {
        ending,
        secs: 1.25,
        digest: "sha256:00000000000000000000".to_owned(),
        bytes: said.len() as u64,
        excerpt: lane_core::text::escape_block(said.trim_end()),
        signature: "sha256:fedcba9876543210".to_owned(),
        held_open: false,
        tests: Tally::default(),
        commands: 1,
        spots: Vec::new(),
    }
}

fn spotted(spots: &[(&str, Option<usize>)]) -> Run {
    let spot = |(path, line): &(&str, Option<usize>)| Spot {
        path: (*path).to_owned(),
        line: *line,
    };
    Run {
        spots: spots.iter().map(spot).collect(),
        commands: 0,
        ..ran(Ending::Exit(1), "x is not formatted\n")
    }
}

fn showing(run: Run, verdict: RunVerdict) -> Showing {
    Showing::Run {
        run: Box::new(run),
        verdict,
        kept: Kept::NotAsked,
    }
}

fn failed(run: Run) -> Outcome {
    Outcome::Failed(showing(run, RunVerdict::Failed))
}

fn passed() -> Outcome {
    let verdict = RunVerdict::Passed {
        tests: Some(3),
        silent: 0,
    };
    Outcome::Passed(showing(ran(Ending::Exit(0), ""), verdict))
}

fn done(name: &str, outcome: Outcome) -> Done {
    Done {
        name: name.to_owned(),
        rung: 1,
        outcome,
    }
}

fn report(done: Vec<Done>) -> Report {
    Report { done }
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// The lines for people of one check that ended so, its log being this.
fn told(step: Step, outcome: Outcome, log: Option<&[u8]>) -> String {
    told_on(&Stage::new(vec![step]), outcome, log)
}

fn told_on(stage: &Stage, outcome: Outcome, log: Option<&[u8]>) -> String {
    let name = stage.ladder.steps[0].name().to_owned();
    if let Some(log) = log {
        stage.log(&name, log);
    }
    let lines = super::lines::of_check(&stage.about(), &done(&name, outcome), now());
    let dir = stage.logs.path().display().to_string();
    plain(&lines.join("\n")).replace(&dir, "LOGS")
}
