//! The ways that git can merge a file: drivers, side by side.

use std::path::PathBuf;

/// A merge driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// git-lane's, as `git lane init` registers it.
    GitLane,
    /// git's text merge.
    Text,
    /// git's `union`.
    Union,
    /// mergiraf, the program at this path.
    Mergiraf(PathBuf),
}

impl Way {
    /// The ways of this machine: mergiraf where it is on PATH.
    pub fn all() -> Vec<Self> {
        let mut ways = vec![Self::GitLane, Self::Text, Self::Union];
        let path = std::env::var_os("PATH").unwrap_or_default();
        let found = std::env::split_paths(&path)
            .map(|dir| dir.join("mergiraf"))
            .find(|file| file.is_file());
        ways.extend(found.map(Self::Mergiraf));
        ways
    }

    /// How the table shows it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::GitLane => "git-lane",
            Self::Text => "git's text merge",
            Self::Union => "`merge=union`",
            Self::Mergiraf(_) => "mergiraf",
        }
    }

    /// What `info/attributes` says; it outranks every `.gitattributes`. Nothing for ours: what `init` wrote counts.
    pub(crate) fn attributes(&self) -> &'static str {
        match self {
            Self::GitLane => "",
            Self::Text => "* merge\n",
            Self::Union => "* merge=union\n",
            Self::Mergiraf(_) => "* merge=mergiraf\n",
        }
    }

    /// The driver's command line, where it is not registered yet.
    pub(crate) fn driver(&self) -> Option<(&'static str, String)> {
        let Self::Mergiraf(program) = self else {
            return None;
        };
        let program = program.display();
        let line = format!("{program} merge --git %O %A %B -s %S -x %X -y %Y -p %P -l %L");
        Some(("merge.mergiraf.driver", line))
    }
}
