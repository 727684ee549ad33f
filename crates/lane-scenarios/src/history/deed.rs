//! What is done to a file: one random edit, marked with a token that nothing else has.

use std::collections::BTreeSet;

use fastrand::Rng;

use super::Kind;
use super::changelog;
use super::record;
use super::registry;

/// Random edits. Each that adds something writes a token into it, so that its way can be followed.
pub struct Deeds {
    rng: Rng,
    next: u32,
    removed: BTreeSet<String>,
}

impl Deeds {
    /// The same edits for the same seed.
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::with_seed(seed),
            next: 0,
            removed: BTreeSet::new(),
        }
    }

    /// Chance, for the history around the edits.
    pub fn rng(&mut self) -> &mut Rng {
        &mut self.rng
    }

    /// The file after one more edit.
    pub fn edited(&mut self, kind: &Kind, text: &str) -> String {
        let edited = match kind.name {
            "changelog" => changelog::edited(self, text),
            "registry" => registry::edited(self, text),
            name => record::edited(self, name, text),
        };
        self.note_removed(text, &edited);
        edited
    }

    /// What was in a text on purpose and is not in the next one, whoever did it.
    pub fn note_removed(&mut self, before: &str, after: &str) {
        let after = tokens(after);
        self.removed
            .extend(tokens(before).into_iter().filter(|token| !after.contains(token)));
    }

    /// Whether somebody once removed it.
    pub fn was_removed(&self, token: &str) -> bool {
        self.removed.contains(token)
    }

    /// A fresh token.
    pub(super) fn token(&mut self) -> String {
        self.next += 1;
        format!("n{:05}", self.next)
    }

    /// A fresh number.
    pub(super) fn number(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    /// One of these.
    pub(super) fn one_of<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() {
            None
        } else {
            of.get(self.rng.usize(..of.len()))
        }
    }
}

/// The tokens in a text.
pub fn tokens(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let token = |word: &&str| {
        word.len() == 6 && word.starts_with('n') && word[1..].bytes().all(|b| b.is_ascii_digit())
    };
    words.filter(token).map(str::to_owned).collect()
}
