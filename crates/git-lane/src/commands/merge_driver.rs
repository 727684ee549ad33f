//! `git-lane merge-driver` (hidden): what git runs for files of `.agents/`.
//!
//! It ends with 0 for a clean merge, 1 with conflict markers in the file, and 129 for everything else: git takes any
//! code from 1 to 128 for a conflict, whatever is in the file. Records are merged as text, as git itself does.

use std::process::ExitCode;

use lane_git::Repo;

use crate::show::paint;
use std::path::PathBuf;

/// Runs as a git merge driver: `%O %A %B %L -- %P`.
#[derive(Debug, clap::Args)]
pub(crate) struct MergeDriver {
    /// The common ancestor's file
    pub(crate) base: PathBuf,
    /// Our file; the result goes here
    pub(crate) ours: PathBuf,
    /// Their file
    pub(crate) theirs: PathBuf,
    /// How long a conflict marker is
    pub(crate) marker_size: u16,
    /// The path in the repository
    #[arg(last = true)]
    pub(crate) path: Option<std::ffi::OsString>,
}

/// Stops the merge cleanly.
const BROKE: u8 = 129;

pub(super) fn run(args: &MergeDriver) -> ExitCode {
    let merged = Repo::open_from_env().map_err(|e| e.to_string()).and_then(|repo| {
        repo.merge_file(&args.base, &args.ours, &args.theirs, args.marker_size)
            .map_err(|e| e.to_string())
    });
    match merged {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(fault) => {
            let path = args
                .path
                .as_ref()
                .map(|p| p.to_string_lossy().into_owned())
                .unwrap_or_default();
            paint::error(&format!(
                "git-lane's merge driver broke on {}: {fault}",
                lane_core::text::escape(&path)
            ));
            ExitCode::from(BROKE)
        }
    }
}
