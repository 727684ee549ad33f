//! The end of what a check printed, from its log: enough to act on, escaped, and bounded.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::path::Path;

use lane_core::text;
use lane_gate::Run;

/// How many lines are shown at most.
const LINES: usize = 60;
/// How much is shown at most, in bytes, after escaping.
const BYTES: usize = 8 * 1024;
/// How much of one line is shown, in characters.
const LINE_CHARS: usize = 500;
/// How much of the log's end is looked at, in bytes: colours are taken out of it.
const TAIL_BYTES: u64 = 64 * 1024;

/// The end of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    /// Whole lines, escaped.
    pub(super) lines: Vec<String>,
    /// Whether there was more before them.
    pub(super) cut: bool,
    /// Whether the log is there, and whether it holds all of it.
    pub(super) log: Log,
}

/// What became of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Log {
    /// It holds all that was printed.
    Whole,
    /// It is there, and is not all: its bound was hit, or another climb writes it.
    Part,
    /// There is none.
    None,
}

/// The end of what a run printed. The log is believed if it is as long as the output was, else the run's own excerpt is
/// what there is.
pub(super) fn output(run: &Run, log: &Path) -> Output {
    let length = fs::symlink_metadata(log).ok().filter(fs::Metadata::is_file);
    let state = match length.map(|meta| meta.len()) {
        None => Log::None,
        Some(length) if length == run.bytes => Log::Whole,
        Some(_) => Log::Part,
    };
    let read = match state {
        Log::Whole => tail(log, run.bytes).ok(),
        Log::Part | Log::None => None,
    };
    let (lines, cut) = match read {
        Some((bytes, cut)) => last_lines(&bytes, cut),
        None => {
            let mut lines: Vec<String> = run.excerpt.lines().map(text::escape_block).collect();
            let cut = run.excerpt.starts_with('…');
            if lines.first().is_some_and(|line| line == "…") {
                lines.remove(0);
            }
            (lines, cut)
        }
    };
    Output {
        lines,
        cut,
        log: state,
    }
}

/// The file's last bytes, and whether there are more before them.
fn tail(path: &Path, length: u64) -> io::Result<(Vec<u8>, bool)> {
    let from = length.saturating_sub(TAIL_BYTES);
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
    Ok((bytes, from > 0))
}

fn last_lines(bytes: &[u8], cut: bool) -> (Vec<String>, bool) {
    let text = bytes.trim_ascii_end();
    if text.is_empty() {
        return (Vec::new(), cut);
    }
    let all: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    // The first one may be the end of a line.
    let whole = &all[usize::from(cut && all.len() > 1)..];
    let mut room = BYTES;
    let mut lines: Vec<String> = whole
        .iter()
        .rev()
        .take(LINES)
        .map(|line| shown(line))
        .map_while(|line| {
            room = room.checked_sub(line.len() + 1)?;
            Some(line)
        })
        .collect();
    lines.reverse();
    let cut = cut || lines.len() < whole.len();
    (lines, cut)
}

/// One line: colours taken out, what is no text as `\xNN`, what a terminal could trip over as `\u{…}`.
fn shown(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut plain = String::new();
    for chunk in anstream::adapter::strip_bytes(line).into_vec().utf8_chunks() {
        plain.push_str(chunk.valid());
        for byte in chunk.invalid() {
            plain.push_str(&format!("\\x{byte:02x}"));
        }
    }
    let cut: String = plain.chars().take(LINE_CHARS).collect();
    let more = if cut.len() < plain.len() { "…" } else { "" };
    format!("{}{more}", text::escape_block(&cut))
        .trim_end()
        .to_owned()
}
