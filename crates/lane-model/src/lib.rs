//! What must hold between clones: the claim protocol explored exhaustively, and a judge of recorded histories. Never
//! part of what is shipped.

pub mod claims;
pub mod history;
