//! What must hold between clones: a judge of recorded histories. Never part of what is shipped.

pub mod history;
