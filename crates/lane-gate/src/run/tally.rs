//! How many tests ran, told from a runner's output line by line, in bounded memory.
//!
//! `cargo test` ends with 0 whether or not there was a test, so its output is the only witness: each test binary's
//! `test result:` line. A binary with a harness of its own prints none; it is known by cargo's `Running` line alone.

/// The longest line that is looked at; of longer ones the beginning.
const LINE_BYTES: usize = 512;

/// What was counted so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    line: Vec<u8>,
    /// Tests that were run: passed, failed or measured; neither ignored nor filtered out.
    ran: u64,
    /// Tests that were not, because they are ignored.
    ignored: u64,
    /// Binaries that cargo started.
    started: u64,
    /// Of these, who said what they ran.
    told: u64,
    /// Whether a result is that of a started binary which said nothing yet: not that of doctests, which start none.
    waiting: bool,
}

impl Tally {
    /// Takes the next piece of output: stdout and stderr merged, cut anywhere.
    pub(crate) fn take(&mut self, output: &[u8]) {
        for piece in output.split_inclusive(|byte| *byte == b'\n') {
            let room = LINE_BYTES.saturating_sub(self.line.len());
            self.line.extend_from_slice(&piece[..piece.len().min(room)]);
            if piece.ends_with(b"\n") {
                self.end_line();
            }
        }
    }

    /// What both counted.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let (mut one, mut two) = (self.clone(), other.clone());
        one.end_line();
        two.end_line();
        Self {
            line: Vec::new(),
            ran: one.ran + two.ran,
            ignored: one.ignored + two.ignored,
            started: one.started + two.started,
            told: one.told + two.told,
            waiting: false,
        }
    }

    /// The tests that were run, as far as runners said so.
    pub fn ran(&self) -> u64 {
        self.ran + self.of_last_line().ran
    }

    /// The tests that were left out because they are ignored.
    pub fn ignored(&self) -> u64 {
        self.ignored + self.of_last_line().ignored
    }

    /// Binaries that were started, but did not say what they ran.
    pub fn silent(&self) -> u64 {
        let last = self.of_last_line();
        (self.started + last.started).saturating_sub(self.told + last.told)
    }

    fn end_line(&mut self) {
        let last = self.of_last_line();
        self.ran += last.ran;
        self.ignored += last.ignored;
        self.started += last.started;
        self.told += last.told;
        self.waiting = last.waiting;
        self.line.clear();
    }

    fn of_last_line(&self) -> Self {
        let mut said = Self {
            waiting: self.waiting,
            ..Self::default()
        };
        if !may_count(&self.line) {
            return said;
        }
        let line = plain(&self.line);
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result: ") {
            let count = |what| count_before(result, what);
            said.ran = count(" passed;") + count(" failed;") + count(" measured;");
            said.ignored = count(" ignored;");
            said.told = u64::from(self.waiting);
            said.waiting = false;
        } else if let Some(summary) = line.strip_prefix("Summary [") {
            let count = |what| count_before(summary, what);
            said.ran = count(" tests run:") + count(" test run:");
            said.ignored = count(" skipped");
        } else if is_start(line) {
            said.started = 1;
            said.waiting = true;
        } else if line.starts_with("Doc-tests ") {
            said.waiting = false;
        }
        said
    }
}

/// Whether a line may be one of those that count, so that a flood of others costs little.
fn may_count(line: &[u8]) -> bool {
    let first = line.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
    first.is_some_and(|byte| matches!(byte, b't' | b'D' | b'S' | b'R' | b'\x1b'))
}

/// cargo's line before each binary: `Running unittests src/lib.rs (target/debug/deps/a-3110576f)`.
fn is_start(line: &str) -> bool {
    line.starts_with("Running ") && line.ends_with(')') && line.contains(" (")
}

/// The number that stands directly before these words: of `12/20 tests run:` it is 12.
fn count_before(text: &str, words: &str) -> u64 {
    let Some(end) = text.find(words) else {
        return 0;
    };
    let digits_or_slash = |c: char| c.is_ascii_digit() || c == '/';
    let number = text[..end].rsplit(|c| !digits_or_slash(c)).next().unwrap_or("");
    let number = number.split('/').next().unwrap_or("");
    number.parse().unwrap_or(0)
}

/// The line without colours: cargo and nextest use them also for no terminal, when told so.
fn plain(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => {
                chars.find(char::is_ascii_alphabetic);
            }
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(output: &str, ran: u64, ignored: u64, silent: u64) {
        for step in [1, 7, 4096] {
            let mut tally = Tally::default();
            output.as_bytes().chunks(step).for_each(|piece| tally.take(piece));
            let counted = (tally.ran(), tally.ignored(), tally.silent());
            assert_eq!(counted, (ran, ignored, silent), "{step}: {output:?}");
        }
    }

    #[test]
    fn runners_are_read() {
        let line =
            "test result: ok. 3 passed; 0 failed; 2 ignored; 1 measured; 9 filtered out; finished in 0.00s";
        let start = "     Running unittests src/lib.rs (target/debug/deps/a-31105)\n";
        check("", 0, 0, 0);
        check(&format!("{start}\nrunning 3 tests\n{line}\n"), 4, 2, 0);
        check(&format!("{start}{line}"), 4, 2, 0);
        check(&format!("{start}{line}\n   Doc-tests a\n{line}\n"), 8, 4, 0);
        check(
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            3,
            0,
            0,
        );
        check(
            "     Summary [   0.040s] 2 tests run: 2 passed, 3 skipped\n",
            2,
            3,
            0,
        );
        check(
            "     Summary [   0.040s] 1 test run: 1 passed, 0 skipped",
            1,
            0,
            0,
        );
        check(
            "\u{1b}[32;1m     Summary\u{1b}[0m [ 0.0s] \u{1b}[1m12\u{1b}[0m/20 tests run: 12 passed",
            12,
            0,
            0,
        );
        check(
            "     Summary [   0.040s] 12/20 tests run: 11 passed, 1 failed, 0 skipped",
            12,
            0,
            0,
        );
        check(
            "\u{1b}[1m\u{1b}[32m     Summary\u{1b}[0m [   0.040s] \u{1b}[1m5\u{1b}[0m tests run: 5 passed",
            5,
            0,
            0,
        );
    }

    #[test]
    fn a_harness_of_its_own_is_silent() {
        let start = "     Running tests/own.rs (target/debug/deps/own-31105)\n";
        check(&format!("{start}all is well\n"), 0, 0, 1);
        let none = "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        let lib = format!("     Running unittests src/lib.rs (target/debug/deps/a-31105)\n{none}");
        let doctests = format!("   Doc-tests a\n{none}");
        check(&format!("{lib}{start}all is well\n{doctests}{doctests}"), 0, 0, 1);
        check(&format!("{start}all is well\n{lib}{doctests}"), 0, 0, 1);
        check(&format!("{lib}{none}{none}{start}"), 0, 0, 1);
    }

    #[test]
    fn what_a_test_prints_is_not_mistaken_and_costs_no_memory() {
        check(
            "I said: test result: ok. 3 passed;\nRunning late\nSummary of all\n",
            0,
            0,
            0,
        );
        let mut tally = Tally::default();
        (0..1000).for_each(|_| tally.take(&[b'x'; 4096]));
        assert!(tally.line.len() <= LINE_BYTES);
    }
}
