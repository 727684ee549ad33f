//! Several runs as one, and lines that are the whole of a run.

use std::path::Path;
use std::time::Duration;

use sha2::Digest as _;
use sha2::Sha256;

use super::Ending;
use super::Run;
use super::Spot;
use super::Tally;
use super::excerpt;
use super::log::Log;
use super::output::hex;
use super::signature;

impl Run {
    /// This run and the one that followed it: ended as the second, with the end of its output, and all that both took.
    pub(crate) fn then(self, next: Self) -> Self {
        let digests = Sha256::digest(format!("{}\n{}\n", self.digest, next.digest));
        let said = match next.excerpt.is_empty() {
            true => self.excerpt,
            false => next.excerpt,
        };
        Self {
            ending: next.ending,
            secs: ((self.secs + next.secs) * 1000.0).round() / 1000.0,
            digest: format!("sha256:{}", hex(&digests)),
            bytes: self.bytes + next.bytes,
            excerpt: said,
            signature: next.signature,
            held_open: self.held_open || next.held_open,
            tests: self.tests.and(&next.tests),
            commands: self.commands + next.commands,
            spots: [self.spots, next.spots].concat(),
        }
    }

    /// A run that said these lines: each a fault, and none means that it found nothing wrong.
    /// They are written to the log as what a command prints is.
    pub(crate) fn of_lines(lines: &[String], spots: Vec<Spot>, log: Option<&Path>, took: Duration) -> Self {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        if let Some(mut log) = log.and_then(|path| Log::open(path, false)) {
            log.write(text.as_bytes());
        }
        let ending = Ending::Exit(i32::from(!lines.is_empty()));
        Self {
            ending,
            secs: (took.as_secs_f64() * 1000.0).round() / 1000.0,
            digest: format!("sha256:{}", hex(&Sha256::digest(&text))),
            bytes: text.len() as u64,
            excerpt: excerpt::excerpt(text.as_bytes(), false),
            signature: signature::signature(ending.code(), text.as_bytes(), Path::new("")),
            held_open: false,
            tests: Tally::default(),
            commands: 0,
            spots,
        }
    }
}
