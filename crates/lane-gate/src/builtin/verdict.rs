//! What the commands of one check came to.

use std::fmt;

use super::Reader;
use crate::Ending;
use crate::Tally;

/// cargo-nextest's exit code when there was no test to run (`NO_TESTS_RUN`, a documented part of its interface).
const NEXTEST_NO_TESTS: i32 = 4;

/// One command that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How it is to be read.
    pub reader: Reader,
    /// How it ended.
    pub ending: Ending,
    /// What its output says about tests.
    pub tally: Tally,
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunVerdict {
    /// All is well.
    Passed {
        /// How many tests ran, where it ran tests and they were counted.
        tests: Option<u64>,
        /// How many test binaries ran that do not say how many tests they have.
        silent: u64,
    },
    /// Something is not.
    Failed,
    /// Nothing failed, because no test ran: that proves nothing, and is not passed.
    Empty {
        /// Tests that were there, but are ignored.
        ignored: u64,
    },
}

impl Part {
    /// Whether the check's next command is worth running: this one found nothing wrong.
    pub fn goes_on(&self) -> bool {
        self.ending.success() || self.is_empty_nextest()
    }

    fn is_empty_nextest(&self) -> bool {
        self.reader == Reader::Nextest && self.ending == Ending::Exit(NEXTEST_NO_TESTS)
    }
}

impl RunVerdict {
    /// The verdict over all commands of a check that were run. Without any it has failed: nobody saw it pass.
    pub fn of(parts: &[Part]) -> Self {
        if parts.is_empty() || !parts.iter().all(Part::goes_on) {
            return Self::Failed;
        }
        let counted = || parts.iter().filter(|part| part.reader != Reader::Exit);
        if counted().next().is_none() {
            return Self::Passed {
                tests: None,
                silent: 0,
            };
        }
        let ran: u64 = counted().map(|part| part.tally.ran()).sum();
        let silent = counted().map(Part::silent).sum();
        // Whatever calls itself nextest and ends well without having told of tests did not show any; doctests beside it are
        // no more than a part of them.
        let untold =
            |part: &Part| part.reader == Reader::Nextest && part.ending.success() && part.tally.ran() == 0;
        if ran == 0 && silent == 0 || counted().any(untold) {
            let ignored = counted().map(|part| part.tally.ignored()).sum();
            return Self::Empty { ignored };
        }
        let tests = (ran > 0).then_some(ran);
        Self::Passed { tests, silent }
    }
}

impl Part {
    fn silent(&self) -> u64 {
        match self.reader {
            Reader::OwnHarness => self.tally.silent(),
            Reader::Exit | Reader::Libtest | Reader::Nextest | Reader::Doctests => 0,
        }
    }
}

impl fmt::Display for RunVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed { tests, silent } => {
                f.write_str("passed")?;
                match tests {
                    None => {}
                    Some(1) => f.write_str(", 1 test")?,
                    Some(tests) => write!(f, ", {tests} tests")?,
                }
                match silent {
                    0 => Ok(()),
                    1 => f.write_str(", 1 test binary that does not say how many"),
                    _ => write!(f, ", {silent} test binaries that do not say how many"),
                }
            }
            Self::Failed => f.write_str("failed"),
            Self::Empty { ignored: 0 } => f.write_str("no test ran"),
            Self::Empty { ignored } => write!(f, "no test ran, {ignored} are ignored"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: &str = "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n";
    const NONE: &str = "test result: ok. 0 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n";
    const STARTED: &str = "     Running tests/own.rs (target/debug/deps/own-3)\n";

    fn part(reader: Reader, code: i32, output: &str) -> Part {
        let mut tally = Tally::default();
        tally.take(output.as_bytes());
        let ending = Ending::Exit(code);
        Part {
            reader,
            ending,
            tally,
        }
    }

    fn check(parts: &[Part], said: &str) {
        assert_eq!(RunVerdict::of(parts).to_string(), said, "{parts:?}");
    }

    #[test]
    fn no_test_is_not_passed() {
        use Reader::{Doctests, Exit, Libtest, Nextest, OwnHarness};
        const SUMMARY: &str = "     Summary [   0.040s] 2 tests run: 2 passed, 3 skipped\n";
        check(&[part(Exit, 0, "")], "passed");
        check(&[part(Exit, 4, "")], "failed");
        check(&[], "failed");
        check(&[part(Libtest, 0, RESULT)], "passed, 2 tests");
        check(&[part(Libtest, 0, "")], "no test ran");
        check(&[part(Libtest, 0, NONE)], "no test ran, 1 are ignored");
        check(&[part(Libtest, 4, RESULT)], "failed");
        check(&[part(Libtest, 0, STARTED)], "no test ran");
        check(&[part(OwnHarness, 0, "")], "no test ran");
        check(&[part(OwnHarness, 0, RESULT)], "passed, 2 tests");
        check(
            &[part(OwnHarness, 0, STARTED)],
            "passed, 1 test binary that does not say how many",
        );
        check(&[part(Nextest, 4, "")], "no test ran");
        check(
            &[part(Nextest, 4, ""), part(Doctests, 0, NONE)],
            "no test ran, 1 are ignored",
        );
        check(
            &[part(Nextest, 4, ""), part(Doctests, 0, RESULT)],
            "passed, 2 tests",
        );
        check(&[part(Nextest, 4, ""), part(Doctests, 101, RESULT)], "failed");
        check(&[part(Nextest, 0, SUMMARY)], "passed, 2 tests");
        check(&[part(Nextest, 0, "no summary")], "no test ran");
        check(
            &[part(Nextest, 0, "no summary"), part(Doctests, 0, RESULT)],
            "no test ran, 1 are ignored",
        );
        check(&[part(Nextest, 100, RESULT), part(Doctests, 0, RESULT)], "failed");
    }

    #[test]
    fn the_time_limit_and_signals_are_failures_whatever_was_printed() {
        for ending in [Ending::TimedOut, Ending::Signal(9)] {
            let part = Part {
                ending,
                ..part(Reader::Libtest, 0, RESULT)
            };
            assert_eq!(RunVerdict::of(&[part]), RunVerdict::Failed);
        }
    }
}
