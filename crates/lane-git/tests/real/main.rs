//! lane-git on real repositories, made by the git command in folders of their own.

#![allow(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do is a failed test"
)]

#[cfg(unix)]
mod bytes;
#[cfg(unix)]
mod contents;
mod diffs;
#[cfg(unix)]
mod files;
mod hooks;
mod merges;
mod opening;
mod patch_ids;
mod reading;
mod scratch;
mod staged;
mod swaps;
#[cfg(unix)]
mod taking_out;
mod trees;
mod worktrees;
