//! A captured ledger, line by line in the order of its events, whichever way round it was printed.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::path::Path;

use lane_core::event::Captured;
use lane_core::event::LINE_BYTES;
use lane_core::text;

use crate::error::CliError;

/// How many bytes of a file that is printed newest first are held in memory.
const HELD_BYTES: usize = 1 << 30;

/// One line that was read: its number, counted from 1, and its event.
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) captured: Captured,
}

/// The events of a file, the first one first.
pub(super) struct Capture {
    reader: BufReader<File>,
    path: String,
    number: u64,
    /// Lines that were read ahead.
    held: VecDeque<(u64, String)>,
    /// All of them were.
    ended: bool,
}

impl Capture {
    /// Opens a file, and finds out which way round it is: a file whose first line is not event 1 is read from its end.
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let shown = text::excerpt(&path.display().to_string(), 200);
        let file = File::open(path).map_err(|cause| CliError::io(format!("opening {shown}"), cause))?;
        let mut capture = Self {
            reader: BufReader::new(file),
            path: shown,
            number: 0,
            held: VecDeque::new(),
            ended: false,
        };
        let Some(first) = capture.read()? else {
            return Err(CliError::Usage(format!("{} holds no event", capture.path)));
        };
        let begins = capture.parse(first.0, &first.1)?.captured.event.seq == 1;
        capture.held.push_back(first);
        if !begins {
            capture.turn()?;
        }
        Ok(capture)
    }

    /// Reads all lines and puts the last one first.
    fn turn(&mut self) -> Result<(), CliError> {
        let mut bytes = 0;
        while let Some(line) = self.read()? {
            bytes += line.1.len();
            if bytes > HELD_BYTES {
                let what = "is printed newest first and holds more than 1 GiB; print it with --reverse";
                return Err(self.fault(line.0, what));
            }
            self.held.push_front(line);
        }
        self.ended = true;
        Ok(())
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Result<Option<Line>, CliError> {
        let line = match self.held.pop_front() {
            Some(line) => Some(line),
            None if self.ended => None,
            None => self.read()?,
        };
        line.map(|(number, line)| self.parse(number, &line)).transpose()
    }

    fn parse(&self, number: u64, line: &str) -> Result<Line, CliError> {
        match Captured::parse(line) {
            Ok(captured) => Ok(Line { number, captured }),
            Err(fault) => Err(self.fault(number, &fault.to_string())),
        }
    }

    /// The next line that is not empty, of a bounded length.
    fn read(&mut self) -> Result<Option<(u64, String)>, CliError> {
        loop {
            let mut bytes = Vec::new();
            let most = LINE_BYTES as u64 + 2;
            let read = (&mut self.reader).take(most).read_until(b'\n', &mut bytes);
            let read = read.map_err(|cause| CliError::io(format!("reading {}", self.path), cause))?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if bytes.len() > LINE_BYTES + 1 {
                let what = format!("is longer than {LINE_BYTES} bytes");
                return Err(self.fault(self.number, &what));
            }
            let Ok(line) = String::from_utf8(bytes) else {
                return Err(self.fault(self.number, "is not UTF-8"));
            };
            if !line.trim().is_empty() {
                return Ok(Some((self.number, line)));
            }
        }
    }

    /// What is wrong with a line.
    pub(super) fn fault(&self, number: u64, what: &str) -> CliError {
        let what = text::excerpt(what, 600);
        CliError::Usage(format!("line {number} of {} {what}", self.path))
    }
}
