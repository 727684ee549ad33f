//! One command's surroundings: the repository, its store, and who acts.

use std::path::PathBuf;

use lane_core::id::Agent;
use lane_core::policy::Role;
use lane_core::text;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;
use lane_store::Actor;
use lane_store::Binding;
use lane_store::Source;
use lane_store::Store;

use crate::error::CliError;

/// The variable that names the agent.
pub(crate) const AGENT_VAR: &str = "GIT_LANE_AGENT";
/// The variable that asks hooks for JSON.
pub(crate) const FORMAT_VAR: &str = "GIT_LANE_FORMAT";

/// What a command works with.
#[derive(Clone, Copy)]
pub(crate) struct Session<'a> {
    pub(crate) repo: &'a Repo,
    pub(crate) source: &'a dyn Source,
    role: Option<Role>,
    offline: bool,
    state: Option<Oid>,
    fetched: bool,
}

/// Opens the repository that the environment or the current directory names.
///
/// # Errors
/// Also in a worktree that was moved by hand: its files would be looked for where it was.
pub(crate) fn open() -> Result<Repo, CliError> {
    let repo = open_wherever()?;
    match moved(&repo) {
        Some((what, mend)) => Err(CliError::setup(what, mend)),
        None => Ok(repo),
    }
}

/// The same, also in a worktree that was moved by hand.
pub(crate) fn open_wherever() -> Result<Repo, CliError> {
    let repo = Repo::open_from_env()?;
    // Durable by default; `lane.fsync = false` is for those who know that their disk does not matter.
    repo.set_fsync(repo.config_get_bool("lane.fsync")?.unwrap_or(true));
    Ok(repo)
}

/// How much of a path is shown, in characters.
const PATH_CHARS: usize = 200;

/// That this worktree was moved by hand, and what registers it again.
pub(crate) fn moved(repo: &Repo) -> Option<(String, &'static str)> {
    let from = repo.moved_from()?;
    let from = text::excerpt(
        &text::escape_path(from.as_os_str().as_encoded_bytes()),
        PATH_CHARS,
    );
    let what = format!("git has this worktree registered in {from}, and it is elsewhere");
    Some((what, "git worktree repair"))
}

impl<'a> Session<'a> {
    pub(crate) fn new(repo: &'a Repo, source: &'a dyn Source, role: Option<Role>) -> Self {
        Self {
            repo,
            source,
            role,
            offline: false,
            state: None,
            fetched: false,
        }
    }

    /// The same, without talking to the remote if `offline`.
    pub(crate) fn without_remote(self, offline: bool) -> Self {
        Self { offline, ..self }
    }

    /// The same, with the state as it is at a commit that is about to become its tip.
    pub(crate) fn as_of(&self, state: Oid) -> Self {
        Self {
            state: Some(state),
            ..*self
        }
    }

    /// The same, with a state that was fetched just now, beside which nothing in this clone is believed.
    pub(crate) fn with_fetched(&self, state: Oid) -> Self {
        Self {
            fetched: true,
            ..self.as_of(state)
        }
    }

    /// Whether the command was told to do without the remote.
    pub(crate) fn offline(&self) -> bool {
        self.offline
    }

    /// Whether the state is one that goes in the push that is judged, or that was fetched, and no other is asked.
    pub(crate) fn has_state_of_push(&self) -> bool {
        self.state.is_some()
    }

    /// The role that the command line names.
    pub(crate) fn named_role(&self) -> Option<Role> {
        self.role
    }

    /// The store of this repository.
    pub(crate) fn store(&self) -> Store<'a> {
        let store = Store::new(self.repo, self.source);
        match self.state {
            Some(commit) if self.fetched => store.as_of(commit).believing_nothing(),
            Some(commit) => store.as_of(commit),
            None => store,
        }
    }

    /// The lane that this worktree is bound to.
    pub(crate) fn binding(&self) -> Result<Option<Binding>, CliError> {
        Ok(Binding::read(self.repo.git_dir())?)
    }

    /// Who acts: the environment's agent, else the one that this worktree is bound to, else the person.
    pub(crate) fn agent(&self) -> Result<Agent, CliError> {
        match std::env::var(AGENT_VAR) {
            Ok(name) if !name.is_empty() => {
                Agent::new(&name).map_err(|e| CliError::Usage(format!("{AGENT_VAR}: {e}")))
            }
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(CliError::Usage(format!("{AGENT_VAR} is not text")))
            }
            _ => match self.binding()? {
                Some(binding) => Ok(binding.agent),
                None => Ok(Agent::person(
                    &self.repo.identity()?.map(|i| i.email).unwrap_or_default(),
                )),
            },
        }
    }

    /// Who acts, in the role that was named or else in `implied`.
    pub(crate) fn actor(&self, implied: Role) -> Result<Actor, CliError> {
        Ok(Actor {
            by: self.agent()?,
            clone: lane_store::clone_id(self.repo, self.source)?,
            role: self.role.unwrap_or(implied),
        })
    }

    /// The main worktree's folder: where relative worktree roots begin. For a bare repository the folder around it.
    pub(crate) fn main_folder(&self) -> Result<PathBuf, GitError> {
        let common = self.repo.common_dir();
        let around = common.parent().unwrap_or(common).to_owned();
        if self.repo.is_linked_worktree() {
            let main = self.repo.worktree_list()?.into_iter().next();
            return Ok(main.filter(|main| !main.bare).map_or(around, |main| main.path));
        }
        Ok(self.repo.work_dir().map_or(around, PathBuf::from))
    }
}
