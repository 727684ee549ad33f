//! The few colours, and lines that go to stderr. `anstream` drops the colours where no terminal understands them.

use std::io;
use std::sync::OnceLock;

use anstyle::AnsiColor;
use anstyle::Style;
use lane_core::text;

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Writes a line to stderr. Nowhere to write to is no fault: the exit code says what happened.
fn line(text: &str) {
    use std::io::Write as _;
    let _ = match on_github() && text.contains("##[") {
        // An old form of command that GitHub's runner takes anywhere in a line.
        true => writeln!(anstream::stderr().lock(), "{}", text.replace("##[", "##\\[")),
        false => writeln!(anstream::stderr().lock(), "{text}"),
    };
}

/// Whether this runs in GitHub Actions.
pub(crate) fn on_github() -> bool {
    static ON: OnceLock<bool> = OnceLock::new();
    *ON.get_or_init(|| std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true"))
}

/// Rewrites the last line of a terminal's stderr: for progress.
pub(crate) fn progress(text: &str) {
    use std::io::Write as _;
    let _ = write!(anstream::stderr().lock(), "\r\x1b[K{text}");
}

/// `error: …` on stderr.
pub(crate) fn error(text: &str) {
    line(&format!("{RED}error:{RED:#} {}", text::escape_block(text)));
}

/// `hint: …` on stderr: a command to run.
pub(crate) fn hint(text: &str) {
    line(&format!("{CYAN}hint:{CYAN:#} {}", text::escape_block(text)));
}

/// `warning: …` on stderr.
pub(crate) fn warning(text: &str) {
    line(&format!(
        "{YELLOW}warning:{YELLOW:#} {}",
        text::escape_block(text)
    ));
}

/// `advice: …` on stderr: what refuses nothing.
pub(crate) fn advice(text: &str) {
    line(&format!("{YELLOW}advice:{YELLOW:#} {}", text::escape_block(text)));
}

/// A plain line on stderr.
pub(crate) fn note(text: &str) {
    line(&text::escape_block(text));
}

/// A line on stdout. A closed pipe is no fault.
pub(crate) fn out(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(anstream::stdout().lock(), "{text}");
}

/// The fault that kept a document from being written.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// A document on stdout, for a program. A closed pipe is no fault; whatever else keeps it from being written is
/// remembered in [`lost`].
pub(crate) fn document(text: &str) {
    use std::io::Write as _;
    let mut out = anstream::stdout().lock();
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    if let Err(fault) = written
        && fault.kind() != io::ErrorKind::BrokenPipe
    {
        let _ = LOST.set(fault);
    }
}

/// Why a document was not written, if one was not: then the exit code must not say that all went well.
pub(crate) fn lost() -> Option<io::Error> {
    let fault = LOST.get()?;
    Some(io::Error::new(fault.kind(), fault.to_string()))
}

/// A line on stderr that is escaped already: it may be dimmed.
pub(crate) fn said(text: &str) {
    line(text);
}

/// Dimmed text.
pub(crate) fn dim(text: &str) -> String {
    format!("{DIM}{text}{DIM:#}")
}

/// What went well.
pub(crate) fn good(text: &str) -> String {
    format!("{GREEN}{text}{GREEN:#}")
}

/// What went well and cannot be trusted.
pub(crate) fn doubtful(text: &str) -> String {
    format!("{YELLOW}{text}{YELLOW:#}")
}

/// What did not go well.
pub(crate) fn bad(text: &str) -> String {
    format!("{RED}{text}{RED:#}")
}
