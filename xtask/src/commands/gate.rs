//! `cargo xtask gate`: `git lane gate` as it is in this checkout.

use std::ffi::OsString;

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::lane;

/// Climb the gates of this checkout's branch, as `git lane gate` does
///
/// All arguments are those of `git lane gate`, and so are the exit codes; `cargo xtask gate --help` is its manual. It is
/// this checkout's own git-lane, so a change of the gate judges itself.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(super) struct Gate {
    /// For `git lane gate`
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

impl Tool for Gate {
    const NAME: &'static str = "gate";

    fn run(self, _: &Workspace) -> Result<Exit, Error> {
        Ok(lane::run(Self::NAME, self.args))
    }
}
