//! git lane: many coding agents in one repository, kept in their lanes by git itself.
