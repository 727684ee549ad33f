//! TOML in and out: bounded before it is parsed, faults named by line, keys in the order of the record.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// The largest record, policy or event that is parsed, in bytes. TOML bounds nesting but not size, and
/// ten megabytes of flat keys take half a gigabyte of memory.
pub const MAX_BYTES: usize = 256 * 1024;

/// Why bytes are not a record.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum CodecError {
    /// Larger than [`MAX_BYTES`].
    #[error("is {0} bytes long; at most {MAX_BYTES} are read")]
    TooLarge(usize),
    /// Not UTF-8.
    #[error("is not UTF-8")]
    NotText,
    /// Not TOML, or a value of another type than expected.
    #[error("line {line}: {message}")]
    Toml {
        /// The line, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
    /// A value that TOML cannot hold.
    #[error("cannot be written as TOML: {0}")]
    Unwritable(String),
}

/// Parses one record.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    if bytes.len() > MAX_BYTES {
        return Err(CodecError::TooLarge(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| CodecError::NotText)?;
    toml::from_str(text).map_err(|e| CodecError::Toml {
        line: e.span().map_or(1, |span| line_of(text, span.start)),
        message: crate::text::excerpt(e.message(), 300),
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())]
        .iter()
        .filter(|b| **b == b'\n')
        .count()
        + 1
}

/// Writes one record: one key a line, newline at the end. The same record gives the same bytes.
pub fn encode<T: Serialize>(record: &T) -> Result<String, CodecError> {
    let text = toml::to_string(record).map_err(|e| CodecError::Unwritable(e.to_string()))?;
    if text.len() > MAX_BYTES {
        return Err(CodecError::TooLarge(text.len()));
    }
    Ok(text)
}
