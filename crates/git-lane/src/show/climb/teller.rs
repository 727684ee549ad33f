//! Tells a climb as it happens: a line a check, what failed with the end of its output, progress on a terminal.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Done;
use lane_gate::Event;
use lane_gate::Kept;
use lane_gate::Outcome;
use lane_gate::Receipt;
use lane_gate::Run;
use lane_gate::RunVerdict;
use lane_gate::Showing;
use lane_gate::Why;
use lane_store::Source;

use crate::gate::Prepared;
use crate::show::paint;
use crate::show::when;

/// Where the lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// They are the command's data.
    Stdout,
    /// They are words beside it, as in a hook.
    Stderr,
    /// Nobody reads words.
    Nowhere,
}

/// Who tells, and what it knows of the climb.
pub(crate) struct Teller<'a> {
    prepared: &'a Prepared,
    source: &'a dyn Source,
    to: To,
    width: usize,
    on_terminal: bool,
}

impl<'a> Teller<'a> {
    pub(crate) fn new(prepared: &'a Prepared, source: &'a dyn Source, to: To) -> Self {
        Self {
            prepared,
            source,
            to,
            width: prepared.name_width(),
            on_terminal: to != To::Nowhere && std::io::stderr().is_terminal(),
        }
    }

    pub(crate) fn tell(&mut self, event: &Event<'_>) {
        match event {
            Event::Running(running) if self.on_terminal => {
                let each = running.iter().map(|(name, secs)| format!("{name} {secs:.0} s"));
                paint::progress(&each.collect::<Vec<_>>().join(", "));
            }
            Event::Started { .. } | Event::Running(_) => {}
            Event::Done(done) => {
                self.end();
                self.done(done);
            }
        }
    }

    /// Takes the progress line away.
    pub(crate) fn end(&self) {
        if self.on_terminal {
            paint::progress("");
        }
    }

    fn done(&self, done: &Done) {
        let (word, said) = words(&done.outcome, self.source.now());
        let name = format!("{:width$}", done.name, width = self.width);
        let line = format!("{word:8} {name}  {said}");
        let line = line.trim_end();
        match &done.outcome {
            Outcome::Skipped(_) | Outcome::NotRun(_) => self.line(&paint::dim(line)),
            _ => self.line(line),
        }
        match &done.outcome {
            Outcome::Failed(Showing::Run { run, .. })
            | Outcome::Empty(Showing::Run { run, .. })
            | Outcome::Moved { run, .. } => self.output(&done.name, run),
            Outcome::Flaky(_) if self.to != To::Nowhere => paint::warning(&format!(
                "{} is flaky: it failed before on these very files; see why before you trust it",
                done.name
            )),
            _ => {}
        }
    }

    /// Indented: a line of theirs must not look like one of ours.
    fn output(&self, name: &str, run: &Run) {
        for line in run.excerpt.lines() {
            self.line(format!("    {}", text::escape(line)).trim_end());
        }
        let log: PathBuf = self.prepared.log(name);
        if run.excerpt.starts_with('…') && log.is_file() {
            let log = text::escape_path(log.as_os_str().as_encoded_bytes());
            self.line(&format!("    (all of it: {log})"));
        }
    }

    fn line(&self, text: &str) {
        match self.to {
            To::Stdout => paint::out(text),
            To::Stderr => paint::said(text),
            To::Nowhere => {}
        }
    }
}

/// The word for an outcome, and what is said beside it.
pub(super) fn words(outcome: &Outcome, now: Timestamp) -> (&'static str, String) {
    match outcome {
        Outcome::Passed(showing) => ("ok", shown(showing, now)),
        Outcome::Flaky(showing) => ("flaky", shown(showing, now)),
        Outcome::Failed(showing) => ("FAILED", shown(showing, now)),
        Outcome::Empty(showing) => ("EMPTY", shown(showing, now)),
        Outcome::NotStarted(why) => ("FAILED", text::escape(why)),
        Outcome::Moved { what, run } => ("FAILED", format!("{:.1} s  meanwhile {what}", run.secs)),
        Outcome::Skipped(why) => ("skipped", text::escape(why)),
        Outcome::NotRun(why) => ("not run", because(*why).to_owned()),
    }
}

pub(super) fn because(why: Why) -> &'static str {
    match why {
        Why::LowerRung => "a check on a lower rung did not pass",
        Why::Interrupted => "interrupted",
        Why::Moved => "HEAD, the branch or core.bare changed meanwhile",
        Why::NoReceipt => "no receipt shows it",
    }
}

fn shown(showing: &Showing, now: Timestamp) -> String {
    match showing {
        Showing::Receipt(receipt) => by_receipt(receipt, now),
        Showing::Run { run, verdict, kept } => {
            let mut said = format!("{:.1} s", run.secs);
            let what = match verdict {
                RunVerdict::Failed => run.ending.to_string(),
                other => other
                    .to_string()
                    .trim_start_matches("passed")
                    .trim_start_matches(", ")
                    .to_owned(),
            };
            for part in [what, not_kept(kept)].iter().filter(|part| !part.is_empty()) {
                said.push_str("  ");
                said.push_str(part);
            }
            said
        }
    }
}

fn not_kept(kept: &Kept) -> String {
    match kept {
        Kept::No(why) => format!("(not remembered: {})", text::excerpt(why, 200)),
        Kept::Yes(_) | Kept::NotAsked => String::new(),
    }
}

fn by_receipt(receipt: &Receipt, now: Timestamp) -> String {
    let ago = when::short(now.since(receipt.ended).max(0));
    let tests = match receipt.tests {
        None => String::new(),
        Some(1) => ", 1 test".to_owned(),
        Some(tests) => format!(", {tests} tests"),
    };
    format!(
        "not run again: the same files {ago} ago, {:.1} s{tests}",
        receipt.secs
    )
}
