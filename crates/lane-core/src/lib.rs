//! Records, transitions, policy and globs of git-lane: pure values, no clock, disk or process.
