//! What of a push must have passed the gate: what lands on the integration branch, and what is handed off.

use lane_core::record::Task;
use lane_core::view::View as _;
use lane_gate::Base;
use lane_gate::Hooks;
use lane_gate::Level;
use lane_git::Oid;
use lane_store::TreeView;

use crate::error::CliError;
use crate::gate;
use crate::session::Session;

/// A pushed commit that the gate judges.
pub(super) struct Gated {
    /// The commit.
    pub(super) commit: Oid,
    /// What it is compared with.
    pub(super) base: Base,
    /// The branch that it goes to, or the task that it delivers: for people.
    pub(super) name: String,
    /// Whether it goes to the integration branch.
    pub(super) lands: bool,
}

impl Gated {
    /// A push to the integration branch `main`, compared with what the remote has there.
    pub(super) fn landing(
        session: &Session<'_>,
        commit: Oid,
        theirs: Option<Oid>,
        main: &str,
    ) -> Result<Self, CliError> {
        let repo = session.repo;
        let known = match theirs {
            Some(oid) if repo.has_object(oid)? => repo.peel_to_commit(oid)?,
            _ => None,
        };
        let base = match (known, theirs) {
            (Some(there), _) => gate::base_there(session, commit, there, main)?,
            (None, Some(_)) => Base::Everything(format!("what the remote has as {main} is not known here")),
            (None, None) => Base::Everything(format!("the remote has no {main} yet")),
        };
        Ok(Self {
            commit,
            base,
            name: main.to_owned(),
            lands: true,
        })
    }

    /// A task's branch, compared with the base of its handoff; none while it is not handed off.
    pub(super) fn handed_off(
        view: &TreeView<'_>,
        task: &Task,
        commit: Oid,
    ) -> Result<Option<Self>, CliError> {
        let Some(id) = task.handoff.as_ref().filter(|_| task.status.is_handed_off()) else {
            return Ok(None);
        };
        let record = view.checkpoint(&task.id, id)?;
        let base = record.and_then(|record| record.base?.parse::<Oid>().ok());
        Ok(Some(Self {
            commit,
            base: match base {
                Some(base) => Base::Commit(base),
                None => Base::Everything("the handoff names no base".to_owned()),
            },
            name: task.id.to_string(),
            lands: false,
        }))
    }

    /// Up to which rung the ladder is climbed for it; 0 = not at all.
    pub(super) fn rung(&self, hooks: Hooks) -> u8 {
        if self.lands {
            hooks.integration
        } else {
            hooks.handoff
        }
    }

    /// What is brought together by it.
    pub(super) fn level(&self) -> Level {
        if self.lands { Level::Wave } else { Level::Lane }
    }

    /// The command line that climbs the same ladder in a worktree that has the commit, behind `git` or `git -C FOLDER`.
    /// `gates`: the file whose checks are meant, where these are not the integration branch's.
    pub(super) fn command(&self, git: &str, rung: u8, gates: Option<&str>) -> String {
        let mut line = format!("{git} lane gate");
        match &self.base {
            Base::Commit(base) => line.push_str(&format!(" --base {base}")),
            Base::Nothing | Base::Everything(_) => line.push_str(" --all"),
        }
        if self.lands {
            line.push_str(" --level wave");
        }
        if let Some(gates) = gates {
            line.push_str(&format!(" --gates {gates}"));
        }
        match rung {
            3.. => line,
            rung => (1..=rung)
                .map(|rung| format!("{line} --rung {rung}"))
                .collect::<Vec<_>>()
                .join(" && "),
        }
    }
}
