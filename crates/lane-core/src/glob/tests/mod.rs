//! What globs mean: tables for people, properties against a matcher that is too simple to be wrong.

mod decisions;
mod language;
mod naive;
mod properties;
