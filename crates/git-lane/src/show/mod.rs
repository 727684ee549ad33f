//! What people and agents see: data on stdout, words on stderr, the same facts as JSON on request.

pub(crate) mod climb;
pub(crate) mod consults;
pub(crate) mod error;
pub(crate) mod findings;
pub(crate) mod frozen;
pub(crate) mod json;
pub(crate) mod mark;
pub(crate) mod markdown;
pub(crate) mod moves_next;
pub(crate) mod notes;
pub(crate) mod paint;
pub(crate) mod progress;
pub(crate) mod pushes;
pub(crate) mod refusal;
pub(crate) mod table;
pub(crate) mod trail;
pub(crate) mod verdicts;
pub(crate) mod when;
