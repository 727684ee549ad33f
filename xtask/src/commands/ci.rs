//! `cargo xtask ci`: everything that must hold before a change lands: this checkout's own gate, all of it.

use std::env;
use std::ffi::OsString;

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::lane;

/// Run everything that continuous integration runs
///
/// It is `git lane gate --all --level final` with the checks of `.agents/gates.toml` as they are in this checkout: format, lock
/// file, clippy, the tests, the demo, the API docs, and the project's invariants (`cargo xtask tidy`). `.ci/run` calls
/// this and nothing else, so what passes here passes there; what passed here on the same files is not run again. Further
/// arguments are those of `git lane gate`, such as `--again`. Exits 5 if a check failed.
#[derive(clap::Args)]
pub(super) struct Ci {
    /// For `git lane gate`
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

/// The file is named, so that neither a remote nor a branch is needed to find it.
const GATE: [&str; 5] = ["--all", "--level", "final", "--gates", ".agents/gates.toml"];

impl Tool for Ci {
    const NAME: &'static str = "ci";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        env::set_current_dir(workspace.root()).map_err(|source| Error::Read {
            path: workspace.root().to_owned(),
            source,
        })?;
        let args = GATE.iter().map(OsString::from).chain(self.args);
        Ok(lane::run("gate", args.collect()))
    }
}
