//! The project's own tools, `cargo xtask COMMAND`; each command is a file in `commands/` and a line in its table.

mod bench;
mod build;
mod commands;
mod demo;
mod error;
mod exit;
mod lane;
mod markdown;
mod memory;
mod rust_text;
mod tidy;
mod tree;
mod workspace;

use std::process::ExitCode;

use error::Error;
use exit::Exit;
use workspace::Workspace;

fn main() -> ExitCode {
    let matches = commands::arguments().get_matches();
    let exit = commands::run(&matches, &Workspace::here()).unwrap_or_else(|error| {
        anstream::eprintln!("error: {}", error::with_causes(&error));
        Exit::Broken
    });
    exit.into()
}
