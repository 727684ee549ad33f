//! `git lane man` (hidden): the man page, for `cargo xtask install`.

use clap::CommandFactory as _;

use super::Outcome;
use crate::cli::Cli;
use crate::error::CliError;

pub(super) fn run() -> Outcome {
    let failed = |e| CliError::io("the man page could not be written", e);
    let mut page = Vec::new();
    let command = Cli::command();
    let man = clap_mangen::Man::new(command.clone()).title("GIT-LANE");
    man.render(&mut page).map_err(failed)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let usage = clap_mangen::Man::new(sub.clone());
        use std::io::Write as _;
        writeln!(page, ".SH \"GIT LANE {}\"", sub.get_name().to_uppercase()).map_err(failed)?;
        usage.render_description_section(&mut page).map_err(failed)?;
        usage.render_options_section(&mut page).map_err(failed)?;
    }
    std::io::Write::write_all(&mut std::io::stdout().lock(), &page).map_err(failed)?;
    Ok(std::process::ExitCode::SUCCESS)
}
