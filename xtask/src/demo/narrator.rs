//! Tells the story on stdout while it happens.

use std::fmt::Arguments;
use std::io::Write;
use std::path::Path;

use anstyle::AnsiColor;
use anstyle::Style;

use super::player::Surprise;
use super::scene::Act;
use super::scene::Expect;
use super::scene::Scene;
use super::scene::Step;
use super::scene::Who;

const TITLE: Style = Style::new().bold();
const COMMAND: Style = AnsiColor::Cyan.on_default();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Telling {
    Headings,
    Everything,
}

pub(super) struct Narrator {
    telling: Telling,
}

impl Narrator {
    pub(super) fn new(telling: Telling) -> Self {
        Self { telling }
    }

    pub(super) fn heading(&self, number: usize, heading: &str) {
        let gap = self.detail("\n");
        print(format_args!("{gap}{TITLE}{number}. {heading}{TITLE:#}\n"));
    }

    pub(super) fn turns_to(&self, who: Who, folder: &Path) {
        let name = who.0.unwrap_or("the person");
        let folder = match folder.display().to_string() {
            root if root.is_empty() => String::new(),
            folder => format!(", in {folder}"),
        };
        self.tell(format_args!("\n  {DIM}-- {name}{folder}{DIM:#}\n"));
    }

    pub(super) fn command(&self, line: &str, by_hint: bool) {
        let note = if by_hint { "   # as the hint says" } else { "" };
        self.tell(format_args!("  {COMMAND}$ {line}{COMMAND:#}{DIM}{note}{DIM:#}\n"));
    }

    pub(super) fn output(&self, text: &str) {
        for line in text.lines() {
            self.tell(format_args!("{}\n", format!("      {line}").trim_end()));
        }
    }

    pub(super) fn as_expected(&self, expect: &Expect) {
        if let Some(finding) = expect.finding {
            let code = expect.code;
            self.tell(format_args!(
                "    {GOOD}= refused, as expected: {finding}, exit {code}{GOOD:#}\n"
            ));
        }
    }

    pub(super) fn clock(&self, minutes: i64) {
        self.tell(format_args!(
            "\n  {DIM}-- {minutes} minutes pass: nobody waits, the demo moves the clock that its git-lane reads{DIM:#}\n"
        ));
    }

    pub(super) fn passed(&self, scenes: &[Scene<'_>]) {
        let steps = scenes.iter().flat_map(|scene| scene.steps);
        let commands = steps.filter(|step| !matches!(step.act, Act::Minutes(_)));
        let (refused, done) = commands.partition::<Vec<&Step>, _>(|step| step.expect.finding.is_some());
        let gap = self.detail("\n");
        print(format_args!(
            "{gap}{GOOD}The story went as told: {} commands succeeded, {} were refused, each as expected.{GOOD:#}\n",
            done.len(),
            refused.len()
        ));
    }

    /// A failure is told whole, however little is told else.
    pub(super) fn failed(&self, surprise: &Surprise, keep: bool) {
        let Surprise {
            scene,
            step,
            line,
            wrong,
            text,
        } = surprise;
        print(format_args!(
            "\n{BAD}FAILED{BAD:#} in scene {scene}, step {step}: {wrong}\n  $ {line}\n"
        ));
        text.lines()
            .for_each(|line| print(format_args!("      {line}\n")));
        if !keep {
            print(format_args!(
                "`cargo xtask demo --keep` leaves the folder to look at.\n"
            ));
        }
    }

    pub(super) fn kept(&self, path: &Path) {
        print(format_args!("\nkept: {}\n", path.display()));
    }

    fn detail(&self, text: &'static str) -> &'static str {
        match self.telling {
            Telling::Headings => "",
            Telling::Everything => text,
        }
    }

    fn tell(&self, words: Arguments<'_>) {
        if self.telling == Telling::Everything {
            print(words);
        }
    }
}

/// A reader that has seen enough (`| head`) does not stop the play.
fn print(words: Arguments<'_>) {
    let _ = anstream::stdout().lock().write_fmt(words);
}
