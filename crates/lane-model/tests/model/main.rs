//! The judges, judged: histories whose verdict is known.

#![allow(clippy::unwrap_used)]

mod claims;
mod history_cases;
mod history_properties;
mod sequential;
mod words;
