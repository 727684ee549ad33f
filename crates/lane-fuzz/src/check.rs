//! Properties that several targets share.

use std::fmt::Debug;
use std::fmt::Display;

use lane_core::codec;
use lane_core::text::is_unsafe;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest error that one may have to read, in characters.
const WORDS_MAX: usize = 1000;

/// Words for people: nothing that moves a cursor, and not without end.
pub(crate) fn is_printable(words: &dyn Display) {
    let words = words.to_string();
    assert!(!words.chars().any(is_unsafe), "unsafe characters: {words:?}");
    assert!(
        words.chars().count() <= WORDS_MAX,
        "{} characters",
        words.chars().count()
    );
}

/// What decodes encodes, and decodes to the same; what does not is told in printable words.
pub(crate) fn decodes_safely<T: DeserializeOwned + Serialize + Debug>(bytes: &[u8]) -> Option<T> {
    match codec::decode::<T>(bytes) {
        Ok(record) => {
            round_trip(&record);
            Some(record)
        }
        Err(error) => {
            is_printable(&error);
            None
        }
    }
}

/// Compared as text, because `nan` is a value of TOML and equals nothing. What grew too large by writing it in
/// full may be refused, and nothing else.
pub(crate) fn round_trip<T: DeserializeOwned + Serialize + Debug>(record: &T) {
    let text = match codec::encode(record) {
        Ok(text) => text,
        Err(codec::CodecError::TooLarge(_)) => return,
        Err(error) => panic!("what was read cannot be written: {error}"),
    };
    let again: T = codec::decode(text.as_bytes()).unwrap_or_else(|e| panic!("{e}:\n{}", head(&text)));
    let twice = codec::encode(&again);
    assert!(
        twice.as_ref() == Ok(&text),
        "the same record, other bytes: {}",
        head(&text)
    );
}

/// Enough of a text to recognise it in a panic's message.
fn head(text: &str) -> String {
    lane_core::text::excerpt(text, 300)
}
