//! What may be committed and pushed: one pure function per rule, findings out.
