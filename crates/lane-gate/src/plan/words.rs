//! The plan's words: what is run, and why or why not, as parts of a line for people.

use std::fmt;

use lane_core::text::escape_path;
use lane_core::text::excerpt;

use super::PlannedWork;
use super::Skip;
use super::Trigger;

impl fmt::Display for PlannedWork {
    /// As a line for people: not to be given to a shell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commands(commands) => {
                for (n, command) in commands.iter().enumerate() {
                    let then = if n == 0 { "" } else { "; " };
                    let words: Vec<_> = command.words.iter().map(|word| word.to_string_lossy()).collect();
                    write!(f, "{then}{}", words.join(" "))?;
                }
                Ok(())
            }
            Self::Format(files) if files.len() == 1 => f.write_str("rustfmt, 1 file"),
            Self::Format(files) => write!(f, "rustfmt, {} files", files.len()),
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Paths { first, count: 1 } => write!(f, "{} changed", escape_path(first)),
            Self::Paths { first, count } => {
                write!(f, "{} and {} more changed", escape_path(first), count - 1)
            }
            Self::Format(path) => write!(
                f,
                "{} changed, by which other files are formatted differently",
                escape_path(path)
            ),
            Self::Everything(why) => write!(f, "everything is checked: {}", excerpt(why, 300)),
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rung(rung) => write!(f, "it stands on rung {rung}"),
            Self::Level(level) => write!(f, "it is run from level {level} on"),
            Self::Area(area) => write!(f, "it belongs to the area {area}"),
            Self::NoChange => f.write_str("nothing changed"),
            Self::NoPath => f.write_str("no path changed that calls for it"),
            Self::NoFile => f.write_str("no changed file is there that it looks at"),
            Self::NoPackage => f.write_str("no package is affected"),
        }
    }
}
