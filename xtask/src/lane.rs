//! Commands of git-lane itself, run by the library of this checkout.

use std::ffi::OsString;

use crate::Exit;

/// Runs `git lane VERB ARGS…` where the caller is; what it prints and how it ends is git-lane's.
pub(crate) fn run(verb: &str, args: Vec<OsString>) -> Exit {
    let line = ["git-lane".into(), verb.into()].into_iter().chain(args);
    Exit::Lane(git_lane::run(&git_lane::Real, line))
}
