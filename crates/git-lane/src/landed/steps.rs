//! What the commits of the integration branch's own line change, looked at once however many lanes are compared with them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use lane_git::Oid;
use lane_git::PatchId;
use lane_git::PatchPaths;
use lane_git::Repo;

use super::contents::Contents;
use crate::error::CliError;
use crate::hooks::task_named;

/// What one commit of the line changes over its first parent.
pub(super) struct Step {
    pub(super) commit: Oid,
    pub(super) parent: Oid,
    pub(super) paths: PatchPaths,
    /// The task that its message names.
    pub(super) names: Option<String>,
}

/// The memory of one run.
pub(crate) struct Steps<'r> {
    pub(super) repo: &'r Repo,
    lines: RefCell<HashMap<Oid, Vec<Oid>>>,
    known: RefCell<HashMap<Oid, Option<Rc<Step>>>>,
    patches: RefCell<HashMap<(Oid, Oid), Option<PatchId>>>,
}

impl<'r> Steps<'r> {
    /// Nothing looked at yet.
    pub(crate) fn new(repo: &'r Repo) -> Self {
        Self {
            repo,
            lines: RefCell::default(),
            known: RefCell::default(),
            patches: RefCell::default(),
        }
    }

    /// The commits from `main` back by first parents, the newest first, at most `back`.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(super) fn line(&self, main: Oid, back: usize) -> Result<Vec<Oid>, CliError> {
        if let Some(line) = self.lines.borrow().get(&main) {
            return Ok(line.clone());
        }
        let commits = self.repo.first_parents(main).take(back);
        let line: Vec<Oid> = commits
            .map(|commit| commit.map(|commit| commit.id))
            .collect::<Result<_, _>>()?;
        self.lines.borrow_mut().insert(main, line.clone());
        Ok(line)
    }

    /// What a commit changes; none for one without a parent.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn of(&self, commit: Oid) -> Result<Option<Rc<Step>>, CliError> {
        if let Some(step) = self.known.borrow().get(&commit) {
            return Ok(step.clone());
        }
        let read = self.repo.commit(commit)?;
        let step = match read.parents.first() {
            Some(parent) => Some(Rc::new(Step {
                commit,
                parent: *parent,
                paths: self.repo.patch_paths(*parent, commit)?,
                names: task_named(&String::from_utf8_lossy(&read.message)).map(str::to_owned),
            })),
            None => None,
        };
        self.known.borrow_mut().insert(commit, step.clone());
        Ok(step)
    }

    /// The id of what lies between two commits; none if that is nothing.
    ///
    /// # Errors
    /// As [`Contents::patch_id`].
    pub(super) fn patch_id(
        &self,
        contents: &Contents,
        from: Oid,
        to: Oid,
    ) -> Result<Option<PatchId>, CliError> {
        if let Some(id) = self.patches.borrow().get(&(from, to)) {
            return Ok(*id);
        }
        let id = contents.patch_id(self.repo, from, to)?;
        self.patches.borrow_mut().insert((from, to), id);
        Ok(id)
    }
}
