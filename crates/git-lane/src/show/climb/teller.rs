//! Tells a climb as it happens: each check's lines on stdout in the form that was asked for, and progress on a terminal.

use std::io::IsTerminal as _;
use std::time::Instant;

use lane_core::text;
use lane_gate::Done;
use lane_gate::Event;
use lane_gate::Report;
use lane_store::Source;

use super::about::About;
use super::github;
use super::lines;
use crate::show::paint;

/// The longest progress line, in characters.
const PROGRESS_CHARS: usize = 78;

/// Where the lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// They are the command's data.
    Stdout,
    /// They are the command's data, as workflow commands of GitHub Actions.
    Github,
    /// They are words beside it, as in a hook.
    Stderr,
    /// Nobody reads words.
    Nowhere,
}

/// Who tells, and what it knows of the climb.
pub(crate) struct Teller<'a> {
    about: &'a About<'a>,
    source: &'a dyn Source,
    to: To,
    since: Instant,
    done: usize,
    on_terminal: bool,
}

impl<'a> Teller<'a> {
    pub(crate) fn new(about: &'a About<'a>, source: &'a dyn Source, to: To) -> Self {
        Self {
            about,
            source,
            to,
            since: Instant::now(),
            done: 0,
            on_terminal: to != To::Nowhere && std::io::stderr().is_terminal(),
        }
    }

    /// Says what is judged, before anything runs.
    pub(crate) fn begin(&self) {
        if !self.about.is_idle() {
            self.say(&paint::dim(&self.about.judged()));
        }
    }

    pub(crate) fn tell(&mut self, event: &Event<'_>) {
        match event {
            Event::Running(running) if self.on_terminal => {
                let total = self.about.ladder.steps.len();
                let secs = self.since.elapsed().as_secs();
                paint::progress(&progress(self.done, total, secs, running));
            }
            Event::Started { .. } | Event::Running(_) => {}
            Event::Done(done) => {
                self.done += 1;
                self.away();
                self.done(done);
            }
        }
    }

    /// Takes the progress line away, and says what came of it all.
    pub(crate) fn end(&self, report: &Report) {
        self.away();
        if let Some(line) = lines::closing(self.about, report) {
            self.say(&line);
        }
    }

    /// Takes the progress line away.
    pub(crate) fn away(&self) {
        if self.on_terminal {
            paint::progress("");
        }
    }

    fn done(&self, done: &Done) {
        if self.to == To::Nowhere || self.about.is_idle() {
            return;
        }
        let now = self.source.now();
        let lines = match self.to {
            To::Github => github::of_check(self.about, done, now),
            _ => lines::of_check(self.about, done, now),
        };
        lines.iter().for_each(|line| self.line(line));
        let flaky = lines::flaky(done, now).filter(|_| self.to != To::Github);
        flaky.iter().for_each(|words| paint::warning(words));
    }

    fn say(&self, line: &str) {
        match self.to {
            To::Github => self.line(&github::plain(line)),
            _ => self.line(line),
        }
    }

    fn line(&self, line: &str) {
        match self.to {
            To::Stdout | To::Github => paint::out(line),
            To::Stderr => paint::said(line),
            To::Nowhere => {}
        }
    }
}

/// `[2/7] 13 s  clippy 12 s, unit 3 s`.
fn progress(done: usize, total: usize, secs: u64, running: &[(&str, f64)]) -> String {
    let each: Vec<String> = running
        .iter()
        .map(|(name, secs)| format!("{name} {secs:.0} s"))
        .collect();
    let line = format!("[{done}/{total}] {secs} s  {}", each.join(", "));
    text::excerpt(&line, PROGRESS_CHARS)
}
