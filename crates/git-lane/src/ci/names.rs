//! Names and ids that come from a host: taken only where they can be nothing else.

use lane_core::text;
use lane_git::Oid;
use lane_git::check_ref_format;
use thiserror::Error;

/// How much of a bad word is shown, in characters.
const SHOWN: usize = 80;

/// A word that is not acceptable.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{place} is {word:?}, which is no {wanted}")]
pub(super) struct Odd {
    place: &'static str,
    /// Escaped and bounded.
    word: String,
    wanted: &'static str,
}

fn odd(place: &'static str, word: &str, wanted: &'static str) -> Odd {
    Odd {
        place,
        word: text::excerpt(word, SHOWN),
        wanted,
    }
}

/// A branch by its short or full name.
pub(super) fn branch(place: &'static str, word: &str) -> Result<String, Odd> {
    short(word).ok_or_else(|| odd(place, word, "branch that git-lane would name"))
}

/// A branch's short name; none for what no lane's branch is called.
pub(super) fn short(word: &str) -> Option<String> {
    let name = word.strip_prefix("refs/heads/").unwrap_or(word);
    let good = !name.starts_with("refs/") && check_ref_format(&format!("refs/heads/{name}"));
    good.then(|| name.to_owned())
}

/// A whole id; none where it is all zeros.
pub(super) fn id(place: &'static str, word: &str) -> Result<Option<Oid>, Odd> {
    let oid: Oid = word.parse().map_err(|_| odd(place, word, "commit id"))?;
    Ok((!oid.is_zero()).then_some(oid))
}
