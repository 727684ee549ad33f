//! `cargo xtask preflight`: `git lane preflight` as it is in this checkout.

use std::ffi::OsString;

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::lane;

/// Look whether work can start here, as `git lane preflight` does
///
/// All arguments are those of `git lane preflight`, and so are the exit codes; `cargo xtask preflight --help` is its manual. It is
/// this checkout's own git-lane.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(super) struct Preflight {
    /// For `git lane preflight`
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

impl Tool for Preflight {
    const NAME: &'static str = "preflight";

    fn run(self, _: &Workspace) -> Result<Exit, Error> {
        Ok(lane::run(Self::NAME, self.args))
    }
}
