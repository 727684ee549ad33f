//! One receipt: what is known under a key, in TOML, believed only as far as it fits together.

use lane_core::codec;
use lane_core::text;
use lane_core::time::Timestamp;
use serde::Deserialize;
use serde::Serialize;

use super::Key;
use super::Ran;
use crate::EXCERPT_BYTES;
use crate::RunVerdict;

/// The format that is written, and the only one that is read.
const FORMAT: u32 = 1;
/// How much of a command line is shown, in characters.
const COMMAND_CHARS: usize = 400;

/// What is known under one key. All its texts are escaped and bounded, whoever wrote the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    format: u32,
    /// The key's digits, so that a file under another's name is none.
    key: String,
    /// The check's name.
    pub check: String,
    /// Its rung.
    pub rung: u8,
    /// Its command line, cut.
    pub command: String,
    /// What follows from all runs.
    pub verdict: Verdict,
    /// How many runs passed.
    pub passes: u32,
    /// How many failed.
    pub failures: u32,
    /// When the last one ended.
    pub ended: Timestamp,
    /// How long it took, in seconds.
    pub secs: f64,
    /// The digest of its output.
    pub digest: String,
    /// The digest of what it read.
    pub reads: String,
    /// How many tests the last run ran, where it passed and they were counted.
    pub tests: Option<u64>,
    /// The last failure.
    pub failure: Option<Failure>,
}

/// What a failed run left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The exit code, as shells have it.
    pub exit: i32,
    /// The same for the same failure ([`crate::Run::signature`]).
    pub signature: String,
    /// The end of what it said, at most 2 KiB.
    pub lines: String,
    /// When.
    pub ended: Timestamp,
}

/// What the runs under one key say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All passed.
    Passed,
    /// The last one failed.
    Failed,
    /// The last one passed, and one before it failed, by the time limit perhaps.
    Flaky,
}

impl Receipt {
    /// The key that it is known under: 64 hex digits.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is known after one more run.
    pub(super) fn after(before: Option<Self>, key: &Key, ran: &Ran<'_>) -> Self {
        let (passes, failures, last) = before.map_or((0, 0, None), |r| (r.passes, r.failures, r.failure));
        let passed = matches!(ran.verdict, RunVerdict::Passed { .. });
        let passes = passes.saturating_add(u32::from(passed));
        let failures = failures.saturating_add(u32::from(!passed));
        Self {
            format: FORMAT,
            key: key.as_str().to_owned(),
            check: text::excerpt(ran.check, 100),
            rung: ran.rung,
            command: text::excerpt(&ran.work.to_string(), COMMAND_CHARS),
            verdict: Verdict::of(passed, failures),
            passes,
            failures,
            ended: ran.ended,
            secs: ran.run.secs,
            digest: ran.run.digest.clone(),
            reads: ran.reads.to_owned(),
            tests: match ran.verdict {
                RunVerdict::Passed { tests, .. } => tests,
                _ => None,
            },
            failure: if passed { last } else { Some(Failure::of(ran)) },
        }
    }

    /// What a file says, if it can be believed.
    pub(super) fn parse(bytes: &[u8], key: &Key) -> Option<Self> {
        let mut receipt: Self = codec::decode(bytes).ok()?;
        if !receipt.fits(key) {
            return None;
        }
        receipt.check = text::excerpt(&receipt.check, 100);
        receipt.command = text::excerpt(&receipt.command, COMMAND_CHARS + 1);
        if let Some(failure) = &mut receipt.failure {
            failure.lines = text::escape_block(&failure.lines);
        }
        Some(receipt)
    }

    fn fits(&self, key: &Key) -> bool {
        let verdict = match self.verdict {
            Verdict::Passed => self.passes > 0 && self.failures == 0,
            Verdict::Failed => self.failures > 0 && self.failure.is_some(),
            Verdict::Flaky => self.passes > 0 && self.failures > 0 && self.failure.is_some(),
        };
        let digests = [&self.digest, &self.reads].into_iter();
        let signature = self.failure.as_ref().map(|failure| &failure.signature);
        verdict
            && self.format == FORMAT
            && self.key == key.as_str()
            && (0.0..1e9).contains(&self.secs)
            && digests.chain(signature).all(|text| is_digest(text))
            && self
                .failure
                .as_ref()
                .is_none_or(|failure| failure.lines.len() <= EXCERPT_BYTES)
    }
}

impl Failure {
    fn of(ran: &Ran<'_>) -> Self {
        Self {
            exit: ran.run.ending.code(),
            signature: ran.run.signature.clone(),
            lines: ran.run.excerpt.clone(),
            ended: ran.ended,
        }
    }
}

impl Verdict {
    fn of(passed: bool, failures: u32) -> Self {
        match (passed, failures) {
            (false, _) => Self::Failed,
            (true, 0) => Self::Passed,
            (true, _) => Self::Flaky,
        }
    }
}

/// `sha256:` and up to 64 hex digits.
pub(crate) fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(|hex| {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (16..=64).contains(&hex.len()) && hex.bytes().all(digit)
    })
}
