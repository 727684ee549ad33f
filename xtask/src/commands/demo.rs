//! `cargo xtask demo`: plays the main job with real git, and says command by command what happens.

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::demo;
use crate::demo::Telling;

/// Build git-lane and play the main job in a temporary repository
///
/// Two agents work in one repository, and git refuses what is outside their lanes. Every command is run for real, by
/// a shell, and is told on stdout with what it printed; the refusals that are part of the story are marked. Where a
/// refusal hints at the next command, the story follows the hint as it was printed. The binary is the tests' one,
/// whose clock can be moved, because a lease lasts two hours. Nothing of the machine's git configuration is read, and
/// nothing outside the temporary folder is written.
///
/// Exits 0 if every success and every refusal happened, each with its exit code and the id of its finding; else 1,
/// naming the step.
#[derive(clap::Args)]
pub(super) struct Demo {
    /// Keep the folder, and print where it is
    #[arg(long)]
    keep: bool,
    /// Print the headings only
    #[arg(long, short)]
    quiet: bool,
}

impl Tool for Demo {
    const NAME: &'static str = "demo";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        let telling = if self.quiet {
            Telling::Headings
        } else {
            Telling::Everything
        };
        Ok(if demo::goes_as_told(workspace, telling, self.keep)? {
            Exit::Done
        } else {
            Exit::Findings
        })
    }
}
