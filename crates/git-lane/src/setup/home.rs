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
        // `git -c` counts for one command only; what it hides must not be forgotten.
        let mut values = repo.config_get_all("core.hooksPath")?;
        values.retain(|value| value.origin != "command");
        let Some(last) = values.last() else {
            return Ok(Self::unset(repo, ours));
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

    /// Where nothing is configured. A hooks folder that is a link to somewhere else, to tracked files perhaps, is left
    /// as it is and chained.
    fn unset(repo: &Repo, ours: PathBuf) -> Self {
        let common = repo.common_dir().join("hooks");
        match common.to_str().filter(|_| common.is_symlink()) {
            Some(foreign) => Self::Instead {
                foreign: foreign.to_owned(),
                ours,
                local: false,
            },
            None => Self::Common(common),
        }
    }

    /// The folder that our shims go into.
    pub(crate) fn folder(&self) -> &PathBuf {
        match self {
            Self::Common(folder) | Self::Ours(folder) | Self::Instead { ours: folder, .. } => folder,
        }
    }
}
