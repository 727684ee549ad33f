//! The few colours, and lines that go to stderr. `anstream` drops the colours where no terminal understands them.

use anstyle::AnsiColor;
use anstyle::Style;

const RED: Style = AnsiColor::Red.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// `error: …` on stderr.
pub(crate) fn error(text: &str) {
    anstream::eprintln!("{RED}error:{RED:#} {text}");
}

/// `hint: …` on stderr: a command to run.
pub(crate) fn hint(text: &str) {
    anstream::eprintln!("{CYAN}hint:{CYAN:#} {text}");
}

/// `warning: …` on stderr.
pub(crate) fn warning(text: &str) {
    anstream::eprintln!("{YELLOW}warning:{YELLOW:#} {text}");
}

/// A plain line on stderr.
pub(crate) fn note(text: &str) {
    anstream::eprintln!("{text}");
}

/// A line on stdout. A closed pipe is no fault.
pub(crate) fn out(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(anstream::stdout().lock(), "{text}");
}

/// Dimmed text.
pub(crate) fn dim(text: &str) -> String {
    format!("{DIM}{text}{DIM:#}")
}
