//! `[preflight]`: what must be there before work starts.

use std::path::PathBuf;

use lane_core::text::excerpt;

use super::GatesError;
use super::fields::Fields;

/// How much of a value is shown, in characters.
const VALUE_CHARS: usize = 40;

/// What a size may end with, and how many bytes that is.
const UNITS: [(&str, u64); 7] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

/// `[preflight]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    /// How much space must be free where the worktrees lie, in bytes; 1 GiB when absent in the file.
    pub disk_bytes: u64,
    /// Files and folders that must be readable: from the worktree's root, or absolute.
    pub sources: Vec<PathBuf>,
}

impl Default for Preflight {
    fn default() -> Self {
        Self {
            disk_bytes: 1 << 30,
            sources: Vec::new(),
        }
    }
}

impl Fields<'_> {
    pub(super) fn preflight(&self) -> Result<Preflight, GatesError> {
        Ok(Preflight {
            disk_bytes: self.disk_bytes()?,
            sources: self.sources()?,
        })
    }

    fn disk_bytes(&self) -> Result<u64, GatesError> {
        let Some(text) = self.text("disk")? else {
            return Ok(Preflight::default().disk_bytes);
        };
        bytes(text).ok_or_else(|| {
            let text = excerpt(text, VALUE_CHARS);
            let accepted = "a whole number with B, KiB, MiB, GiB, TiB, MB or GB, such as 1GiB";
            self.fault("disk", &format!("must be {accepted}, not {text:?}"))
        })
    }

    fn sources(&self) -> Result<Vec<PathBuf>, GatesError> {
        let sources = self.words("sources")?.unwrap_or_default();
        let wrong = |path: &&String| path.trim().is_empty() || path.contains('\0');
        match sources.iter().find(wrong) {
            None => Ok(sources.into_iter().map(PathBuf::from).collect()),
            Some(path) => {
                let path = excerpt(path, VALUE_CHARS);
                Err(self.fault("sources", &format!("must name paths, and {path:?} is none")))
            }
        }
    }
}

/// A size in bytes, as it is written. No sum of more than 64 bits is one.
fn bytes(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_whole_number_with_a_unit() {
        for (text, expected) in [
            ("0B", Some(0)),
            ("512B", Some(512)),
            ("2KiB", Some(2048)),
            ("3 MiB", Some(3 << 20)),
            ("1GiB", Some(1 << 30)),
            ("4TiB", Some(4 << 40)),
            ("5MB", Some(5_000_000)),
            ("6GB", Some(6_000_000_000)),
            ("16777216TiB", None),
            ("18446744073709551616B", None),
            ("1", None),
            ("GiB", None),
            ("-1GiB", None),
            ("+1GiB", None),
            ("1.5GiB", None),
            ("1gib", None),
            ("1  GiB", None),
            (" 1GiB", None),
            ("1GiB ", None),
            ("١GiB", None),
            ("", None),
        ] {
            assert_eq!(bytes(text), expected, "{text:?}");
        }
    }
}
