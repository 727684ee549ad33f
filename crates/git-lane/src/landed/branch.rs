//! The integration branch as it counts: what the others have of it, where there are others.

use std::time::Duration;

use lane_core::ground;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_git::Oid;
use lane_git::RemoteError;
use lane_git::Repo;

use super::Steps;
use super::contents::Contents;
use crate::commands::task_commits::of_task;
use crate::error::CliError;
use crate::integration;
use crate::lane_tip;
use crate::publishing;
use crate::range::COMMITS_MAX;
use crate::session::Session;
use crate::show::paint;

/// How long the remote is waited for.
const LIMIT: Duration = Duration::from_secs(30);

/// Whether the remote is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// What it has is fetched first.
    Remote,
    /// What was seen of it last is enough; contents that a partial clone lacks are fetched.
    Contents,
    /// What was seen of it last is enough, and so is what is here.
    Nobody,
}

/// The integration branch.
pub(crate) struct Branch<'r> {
    /// Its name.
    pub(crate) name: String,
    /// The shared remote, whose branch alone counts; none where there is none.
    pub(crate) remote: Option<String>,
    refs: Vec<(String, Oid)>,
    asks: Asks,
    /// What its commits change.
    pub(super) seen: Steps<'r>,
}

impl<'r> Branch<'r> {
    /// Looks it up. A remote that does not answer is warned of.
    ///
    /// # Errors
    /// When git or the state cannot be read.
    pub(crate) fn look(session: &Session<'r>, asks: Asks) -> Result<Self, CliError> {
        let (store, repo) = (session.store(), session.repo);
        let name = integration::name(&store)?;
        let Some(remote) = store.link()?.map(|link| link.remote().to_owned()) else {
            let refs = integration::tips(repo, &name)?;
            let remote = None;
            return Ok(Self {
                name,
                remote,
                refs,
                asks,
                seen: Steps::new(repo),
            });
        };
        let tracking = format!("refs/remotes/{remote}/{name}");
        if asks == Asks::Remote && publishing::link(session, &store)?.is_some() {
            match lane_tip::ask(session, &remote, &name, &tracking) {
                Ok(_) => {}
                Err(RemoteError::Git(fault)) => return Err(fault.into()),
                Err(fault) => paint::warning(&fault.to_string()),
            }
        }
        let tip = repo.find_ref(&tracking)?;
        Ok(Self {
            name,
            refs: tip.map(|tip| (tracking, tip)).into_iter().collect(),
            remote: Some(remote),
            asks,
            seen: Steps::new(repo),
        })
    }

    /// Fetches a commit that another clone handed off, where it is not here and the remote hands it out.
    ///
    /// # Errors
    /// When git cannot be asked.
    pub(super) fn bring(&self, session: &Session<'_>, commit: Oid) -> Result<(), CliError> {
        let repo = session.repo;
        if let Some(remote) = self
            .remote
            .as_ref()
            .filter(|_| self.asks == Asks::Remote && !session.offline())
            && !repo.has_object(commit)?
        {
            // What cannot be had is told as missing.
            let _ = repo.fetch_commits(&repo.remote(remote, LIMIT)?, &[commit], None);
        }
        Ok(())
    }

    /// How the contents of files are had that a partial clone left out.
    ///
    /// # Errors
    /// When the remote cannot be named.
    pub(super) fn contents(&self, session: &Session<'_>) -> Result<Contents, CliError> {
        let repo = session.repo;
        match &self.remote {
            Some(remote) if repo.is_partial() && self.asks != Asks::Nobody && !session.offline() => {
                Ok(Contents::From(repo.remote(remote, LIMIT)?))
            }
            _ => Ok(Contents::Here),
        }
    }

    /// That a shallow clone cannot tell whether `tip` is on it as another commit; none where it can.
    ///
    /// # Errors
    /// When history cannot be read.
    pub(super) fn cut_off(&self, repo: &Repo, task: &Task, tip: Oid) -> Result<Option<Refusal>, CliError> {
        for at in self.tips() {
            if !repo.is_cut_off_between(tip, at, COMMITS_MAX)? {
                continue;
            }
            let what = format!(
                "this clone is shallow, and its history ends before {} at {} and {} meet",
                task.branch,
                tip.short(),
                self.shown()
            );
            let more = self.remote.as_ref().map(|remote| ["--", remote.as_str()]);
            let words = ["git", "fetch", "--unshallow"].into_iter();
            let fetch = command(&words.chain(more.into_iter().flatten()).collect::<Vec<_>>());
            return Ok(Some(Refusal::new(&ground::HISTORY_CUT, what).hint(fetch)));
        }
        Ok(None)
    }

    /// The refs that count.
    pub(super) fn refs(&self) -> Vec<&str> {
        self.refs.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Their commits.
    pub(super) fn tips(&self) -> impl Iterator<Item = Oid> {
        self.refs.iter().map(|(_, tip)| *tip)
    }

    /// The tip that contains a commit.
    pub(crate) fn having(&self, repo: &Repo, commit: Oid) -> Result<Option<Oid>, CliError> {
        for tip in self.tips() {
            if repo.is_ancestor(commit, tip)? {
                return Ok(Some(tip));
            }
        }
        Ok(None)
    }

    /// `main`, `main of origin`.
    pub(crate) fn shown(&self) -> String {
        match &self.remote {
            Some(remote) => format!("{} of {remote}", self.name),
            None => self.name.clone(),
        }
    }

    /// A ref of it, as git takes it.
    pub(crate) fn newest(&self) -> String {
        let first = self.refs.first();
        first
            .map_or(&self.name[..], |(name, _)| integration::short_name(name))
            .to_owned()
    }

    /// The command that pushes it, where this clone's has the lane's work and the remote's has not.
    ///
    /// # Errors
    /// When git cannot be asked.
    pub(crate) fn unpushed(&self, repo: &Repo, task: &Task) -> Result<Option<String>, CliError> {
        let local = format!("refs/heads/{}", self.name);
        let (Some(remote), Some(here)) = (&self.remote, repo.find_ref(&local)?) else {
            return Ok(None);
        };
        let own = integration::tips(repo, &task.branch)?;
        let carried = of_task(repo, &[&local], &task.id, None, 1)?;
        let work = own
            .last()
            .map(|(_, tip)| *tip)
            .or(carried.first().map(|commit| commit.id));
        let is_here = match work {
            Some(work) => repo.is_ancestor(work, here)? && self.having(repo, work)?.is_none(),
            None => false,
        };
        Ok(is_here.then(|| command(&["git", "push", "--", remote, &self.name])))
    }
}
