//! What a lane did before the commit that is judged. Looked up when a rule asks, and only what the policy's rules need.

use std::cell::OnceCell;
use std::cell::RefCell;

use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::id::TaskId;
use lane_core::policy::Adopted;
use lane_core::policy::Level;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Consulted;
use lane_rules::LaneScene;
use lane_rules::SoFar;
use lane_rules::level_of;
use lane_store::TreeView;

use crate::error::CliError;
use crate::integration;

/// The past of a lane.
pub(super) struct Past<'a> {
    repo: &'a Repo,
    view: &'a TreeView<'a>,
    task: Option<TaskId>,
    policy: &'a Adopted,
    integration: &'a str,
    known: OnceCell<SoFar>,
    fault: RefCell<Option<CliError>>,
}

impl<'a> Past<'a> {
    pub(super) fn new(
        repo: &'a Repo,
        view: &'a TreeView<'a>,
        lane: Option<&LaneScene>,
        policy: &'a Adopted,
        integration: &'a str,
    ) -> Self {
        Self {
            repo,
            view,
            task: lane.map(|lane| lane.task.id.clone()),
            policy,
            integration,
            known: OnceCell::new(),
            fault: RefCell::new(None),
        }
    }

    /// What is known; nothing where it could not be told, and [`Past::fault`] says so.
    pub(super) fn so_far(&self) -> SoFar {
        let looked = || {
            self.look().unwrap_or_else(|fault| {
                *self.fault.borrow_mut() = Some(fault);
                SoFar::default()
            })
        };
        self.known.get_or_init(looked).clone()
    }

    /// The fault that kept it from being told.
    pub(super) fn fault(&self) -> Result<(), CliError> {
        self.fault.borrow_mut().take().map_or(Ok(()), Err)
    }

    fn asks(&self, ground: &Ground) -> bool {
        level_of(ground, self.policy) > Level::Off
    }

    fn look(&self) -> Result<SoFar, CliError> {
        let mut known = SoFar::default();
        let head = self.repo.head()?.oid();
        if !self.policy.generated.is_empty() && self.asks(&ground::GENERATED_ALONE) {
            known.changed = self.changed(head)?;
        }
        if self.asks(&ground::CONSULT_MISSING) {
            known.begun = self.has_begun(head)?;
            self.consulted(&mut known)?;
        }
        let large = self.policy.rule.get(ground::LARGE_COMMIT.id);
        if large.is_some_and(|rule| rule.lines.is_some()) && self.asks(&ground::LARGE_COMMIT) {
            known.lines = self.repo.staged_lines()?;
        }
        Ok(known)
    }

    fn changed(&self, head: Option<Oid>) -> Result<Vec<Vec<u8>>, CliError> {
        let Some(head) = head else { return Ok(Vec::new()) };
        let Some(base) = integration::fork_point(self.repo, self.integration, head)? else {
            return Ok(Vec::new());
        };
        let tree = |commit: Oid| self.repo.commit(commit).map(|commit| commit.tree);
        let changes = self.repo.compare_trees(Some(tree(base)?), Some(tree(head)?))?;
        Ok(changes.into_iter().map(|change| change.path).collect())
    }

    fn has_begun(&self, head: Option<Oid>) -> Result<bool, CliError> {
        let Some(head) = head else { return Ok(false) };
        for (_, tip) in integration::tips(self.repo, self.integration)? {
            if self.repo.is_ancestor(head, tip)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn consulted(&self, known: &mut SoFar) -> Result<(), CliError> {
        let Some(task) = &self.task else { return Ok(()) };
        let Some(results) = self.view.results(task)? else {
            return Ok(());
        };
        known.last_failure = results.open_failures().first().map(|failure| failure.made.seq);
        let consulted = results.consult.into_values().map(|one| Consulted {
            source: one.source,
            fallback: one.fallback,
            seq: one.made.seq,
        });
        known.consulted = consulted.collect();
        Ok(())
    }
}
