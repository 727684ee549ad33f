//! Where our hooks live: in the common dir's hooks folder, or, where `core.hooksPath` names another folder, in one of
//! our own that takes its place and chains it.

use std::path::PathBuf;

use lane_git::Repo;

use crate::error::CliError;

/// Where hooks are installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HooksHome {
    /// `<common>/hooks`: nobody set `core.hooksPath`.
    Common(PathBuf),
    /// `<common>/lane/hooks`, and `core.hooksPath` names it already.
    Ours(PathBuf),
    /// `<common>/lane/hooks`, once `core.hooksPath`, now somebody else's, names it.
    Instead {
        /// Our folder.
        ours: PathBuf,
        /// The value that was set.
        foreign: String,
        /// Whether this clone's own configuration sets it (and not the user's or the system's).
        local: bool,
    },
}

impl HooksHome {
    /// Looks at `core.hooksPath`.
    pub(crate) fn find(repo: &Repo) -> Result<Self, CliError> {
        let ours = repo.common_dir().join("lane").join("hooks");
        let values = repo.config_get_all("core.hooksPath")?;
        let Some(last) = values.last() else {
            return Ok(Self::Common(repo.common_dir().join("hooks")));
        };
        if ours.as_os_str() == last.value.as_str() {
            return Ok(Self::Ours(ours));
        }
        let local = last.origin == "local";
        Ok(Self::Instead {
            ours,
            foreign: last.value.clone(),
            local,
        })
    }

    /// The folder that our shims go into.
    pub(crate) fn folder(&self) -> &PathBuf {
        match self {
            Self::Common(folder) | Self::Ours(folder) | Self::Instead { ours: folder, .. } => folder,
        }
    }
}
