//! The lanes that the asker holds in this clone, and the command that leads into each.

use std::path::PathBuf;

use lane_core::id::TaskId;
use lane_core::record::Phase;
use lane_core::refusal::command;
use lane_core::view::Lane;
use lane_core::view::Unreadable;
use lane_core::view::View;
use lane_store::Actor;

use crate::session::Session;
use crate::setup::quoted;

/// How many lanes are named.
const NAMED: usize = 4;

/// What one agent holds in this clone.
pub(crate) struct OwnLanes<'a> {
    session: &'a Session<'a>,
    lanes: Vec<Lane>,
}

impl<'a> OwnLanes<'a> {
    pub(crate) fn of(session: &'a Session<'a>, view: &dyn View, actor: &Actor) -> Result<Self, Unreadable> {
        let mut lanes = view.lanes()?;
        lanes.retain(|lane| lane.by == actor.by && lane.clone == actor.clone);
        Ok(Self { session, lanes })
    }

    /// Whether the task is one of them.
    pub(crate) fn has(&self, task: &TaskId) -> bool {
        self.lanes.iter().any(|lane| lane.task == *task)
    }

    /// `you hold T-1 (in-progress)`; none who holds nothing.
    pub(crate) fn sentence(&self) -> Option<String> {
        let lane = |lane: &Lane| format!("{} ({})", lane.task, lane.status);
        let named: Vec<String> = self.lanes.iter().take(NAMED).map(lane).collect();
        let more = match self.lanes.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!named.is_empty()).then(|| format!("you hold {}{more}", named.join(", ")))
    }

    /// The command that leads to work that is not handed off yet.
    pub(crate) fn go_on(&self) -> Option<String> {
        let lane = self.lanes.iter().find(|lane| lane.status == Phase::InProgress)?;
        Some(self.enter(lane))
    }

    /// The command that leads into a lane: to its worktree, which is made again where it is not there. Who stands there
    /// reads what is to be done.
    pub(crate) fn enter(&self, lane: &Lane) -> String {
        let worktree = self.worktree(lane);
        let stands_there = worktree.as_deref().is_some_and(|path| {
            let here = self.session.repo.work_dir();
            here.is_some_and(|here| here == path || here.canonicalize().ok() == path.canonicalize().ok())
        });
        match worktree {
            Some(path) if !stands_there => format!("cd {}", quoted(&path.display().to_string())),
            _ => command(&["git", "lane", "resume", lane.task.as_str()]),
        }
    }

    /// Where the lane's branch is checked out. One that git cannot name is looked for by the command that leads there.
    fn worktree(&self, lane: &Lane) -> Option<PathBuf> {
        let branch = format!("refs/heads/{}", lane.branch);
        let list = self.session.repo.worktree_list().ok()?;
        let its = list.into_iter().find(|worktree| {
            !worktree.prunable && !worktree.bare && worktree.branch.as_deref() == Some(branch.as_str())
        });
        its.map(|worktree| worktree.path)
    }
}
