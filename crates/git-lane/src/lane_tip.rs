//! Where a lane's branch is: in this clone, and on the shared remote.

use std::time::Duration;

use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::RemoteError;

use crate::error::CliError;
use crate::publishing;
use crate::session::Session;
use crate::setup;
use crate::show::paint;

/// A branch as this clone has it and as the shared remote has it.
pub(crate) struct LaneTip {
    /// The local branch.
    pub(crate) here: Option<Oid>,
    /// The remote's; what was last seen of it where it does not answer.
    pub(crate) there: Option<Oid>,
    /// The remote, where there is a shared one.
    pub(crate) remote: Option<String>,
}

/// How the two stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Neither has it.
    Absent,
    /// What this clone has is all that there is.
    Whole(Oid),
    /// Only the remote has it.
    There(Oid),
    /// The remote has commits on top of what is here.
    Behind,
    /// Both have commits that the other has not.
    Apart,
}

impl LaneTip {
    /// Asks the remote, and fetches its branch into the tracking ref where that is behind.
    ///
    /// # Errors
    /// When git cannot be asked. A remote that does not answer is warned of.
    pub(crate) fn look(session: &Session<'_>, task: &Task) -> Result<Self, CliError> {
        let store = session.store();
        let here = session.repo.find_ref(&format!("refs/heads/{}", task.branch))?;
        let Some(remote) = lane_store::remote_name(session.repo)? else {
            return Ok(Self {
                here,
                there: None,
                remote: None,
            });
        };
        let tracking = format!("refs/remotes/{remote}/{}", task.branch);
        let asked = match publishing::link(session, &store)? {
            Some(_) => ask(session, &remote, &task.branch, &tracking),
            None => Ok(session.repo.find_ref(&tracking)?),
        };
        let there = match asked {
            Ok(there) => there,
            Err(RemoteError::Git(fault)) => return Err(fault.into()),
            Err(fault) => {
                paint::warning(&fault.to_string());
                session.repo.find_ref(&tracking)?
            }
        };
        Ok(Self {
            here,
            there,
            remote: Some(remote),
        })
    }

    /// How the two stand to each other.
    ///
    /// # Errors
    /// When history cannot be read.
    pub(crate) fn standing(&self, session: &Session<'_>) -> Result<Standing, CliError> {
        let repo = session.repo;
        Ok(match (self.here, self.there) {
            (None, None) => Standing::Absent,
            (Some(here), None) => Standing::Whole(here),
            (None, Some(there)) => Standing::There(there),
            (Some(here), Some(there)) if here == there => Standing::Whole(here),
            // It was seen, and could not be fetched: nobody here knows what is in it.
            (Some(_), Some(there)) if !repo.has_object(there)? => Standing::Apart,
            (Some(here), Some(there)) if repo.is_ancestor(there, here)? => Standing::Whole(here),
            (Some(here), Some(there)) if repo.is_ancestor(here, there)? => Standing::Behind,
            (Some(_), Some(_)) => Standing::Apart,
        })
    }

    /// The command that brings the local branch to where the remote's is; none where it need not be brought.
    ///
    /// # Errors
    /// When git or a record cannot be read.
    pub(crate) fn way_on(&self, session: &Session<'_>, task: &Task) -> Result<Option<String>, CliError> {
        let Some(remote) = &self.remote else {
            return Ok(None);
        };
        let theirs = format!("{remote}/{}", task.branch);
        let (onto, own) = match self.standing(session)? {
            Standing::Behind => (["git", "merge", "--ff-only", &theirs], false),
            // What is here was handed off once, and another commit since: nothing of one's own is in it.
            Standing::Apart if self.was_delivered(session, task)? => {
                (["git", "reset", "--keep", &theirs], false)
            }
            Standing::Apart => (["git", "merge", "--no-edit", &theirs], true),
            Standing::Absent | Standing::Whole(_) | Standing::There(_) => return Ok(None),
        };
        let fetch = command(&["git", "fetch", "--", remote]);
        let wanted = format!("refs/heads/{}", task.branch);
        let list = session.repo.worktree_list()?;
        let there = list
            .into_iter()
            .find(|w| w.branch.as_ref() == Some(&wanted) && !w.prunable);
        Ok(Some(match there {
            Some(worktree) => {
                let folder = setup::quoted(&worktree.path.display().to_string());
                format!("cd {folder} && {fetch} && {}", command(&onto))
            }
            None if own => {
                let both = format!("{}...{theirs}", task.branch);
                format!(
                    "{fetch} && {}",
                    command(&["git", "log", "--oneline", &both, "--"])
                )
            }
            None => {
                let (from, to) = (format!("refs/remotes/{theirs}"), wanted);
                format!("{fetch} && {}", command(&["git", "update-ref", &to, &from]))
            }
        }))
    }

    /// Whether what is here is the tip of a checkpoint of the lane.
    fn was_delivered(&self, session: &Session<'_>, task: &Task) -> Result<bool, CliError> {
        let store = session.store();
        let view = store.view()?;
        let here = self.here.map(|tip| tip.to_string());
        let first = task.checkpoints.saturating_sub(RECORDS) + 1;
        for n in first..=task.checkpoints {
            let record = view.checkpoint(&task.id, &lane_core::id::CheckpointId::nth(n))?;
            if record.map(|record| record.tip) == here {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// How many checkpoints are looked through.
const RECORDS: u32 = 50;
/// How long the remote is waited for.
const LIMIT: Duration = Duration::from_secs(30);

/// What a branch of the remote is at, fetched into its tracking ref.
///
/// # Errors
/// When the remote does not answer.
pub(crate) fn ask(
    session: &Session<'_>,
    remote: &str,
    branch: &str,
    tracking: &str,
) -> Result<Option<Oid>, RemoteError> {
    let repo = session.repo;
    let remote = repo.remote(remote, LIMIT)?;
    let name = format!("refs/heads/{branch}");
    let there = repo.remote_refs(&remote, &[&name])?.into_iter().next().flatten();
    match there {
        Some(tip) if repo.find_ref(tracking)? != Some(tip) => match repo.fetch_into(&remote, &name, tracking)
        {
            // Two at once in one clone: the other one has brought it, and git locks the ref for one only.
            Err(_) if repo.find_ref(tracking)? == Some(tip) => Ok(Some(tip)),
            fetched => fetched,
        },
        there => Ok(there),
    }
}
