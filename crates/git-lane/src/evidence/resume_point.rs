//! Where a lane was left: its last checkpoint, what came after it, its checks, and the failures that are open.

use std::path::Path;
use std::path::PathBuf;

use lane_core::id::CheckpointId;
use lane_core::policy::Mode;
use lane_core::record::Check;
use lane_core::record::Checkpoint;
use lane_core::record::Failure;
use lane_core::record::Outcome;
use lane_core::record::Results;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::record::Verdict;
use lane_core::text;
use lane_core::view::View;
use lane_git::Oid;
use lane_git::Repo;
use serde_json::Value;
use serde_json::json;

use crate::error::CliError;

/// How many commits are counted.
const COUNTED: usize = 10_000;
/// How many of them are named.
const NAMED: usize = 5;

/// All that somebody needs to go on.
pub(crate) struct ResumePoint {
    pub(crate) task: Task,
    /// Absent where all lanes share one worktree.
    pub(crate) path: Option<PathBuf>,
    pub(crate) tip: Option<Oid>,
    pub(crate) checkpoint: Option<Checkpoint>,
    /// Since the checkpoint.
    pub(crate) since: Option<Since>,
    /// How many paths are uncommitted or untracked.
    pub(crate) uncommitted: Option<usize>,
    /// The state of each criterion on the tip's tree, by key.
    pub(crate) checks: Vec<(String, State)>,
    /// The failures that nothing has mended, the newest first.
    pub(crate) failures: Vec<(Failure, Since)>,
    /// What else is recorded of it: runs at the base, consultations.
    pub(crate) results: Results,
}

/// What a criterion's last run says about this tree.
pub(crate) enum State {
    Passed,
    Failed(i32),
    NotRun,
    /// It names no command.
    ByHand,
}

/// The commits that the branch has and an earlier tip has not.
pub(crate) enum Since {
    Commits {
        count: usize,
        /// The newest of them: short id and subject.
        newest: Vec<(String, String)>,
        /// The earlier tip is on the branch no more.
        rewritten: bool,
    },
    /// More than is counted.
    Many,
    /// The earlier tip is not in this repository.
    NotHere,
}

impl ResumePoint {
    /// Reads it from the state and the branch; `path` is the lane's worktree.
    pub(crate) fn read(
        repo: &Repo,
        view: &dyn View,
        task: Task,
        path: Option<PathBuf>,
    ) -> Result<Self, CliError> {
        let tip = tip_of(repo, &task, view.policy()?.lanes.mode)?;
        let tree = match tip {
            Some(tip) => repo.commit(tip)?.tree.to_string(),
            None => String::new(),
        };
        let last = CheckpointId::nth(task.checkpoints);
        let checkpoint = match task.checkpoints {
            0 => None,
            _ => view.checkpoint(&task.id, &last)?,
        };
        let results = view.results(&task.id)?.unwrap_or_else(|| Results::none(&task.id));
        let failures = results.open_failures().into_iter();
        Ok(Self {
            tip,
            since: checkpoint
                .as_ref()
                .map(|c| Since::of(repo, &c.tip, tip))
                .transpose()?,
            checkpoint,
            uncommitted: uncommitted(repo, path.as_deref())?,
            checks: checks(&task, &results, &tree),
            failures: failures
                .map(|failure| Ok((failure.clone(), Since::of(repo, &failure.tip, tip)?)))
                .collect::<Result<_, CliError>>()?,
            path,
            results,
            task,
        })
    }

    /// The same as data.
    pub(crate) fn as_json(&self) -> Value {
        let failure = |(failure, since): &(Failure, Since)| {
            let mut value = serde_json::to_value(failure).unwrap_or_default();
            value["since"] = since.as_json();
            value
        };
        let checks = self
            .checks
            .iter()
            .map(|(key, state)| (key.clone(), self.check_as_json(key, state)));
        json!({
            "task": self.task.id.as_str(),
            "status": self.task.status,
            "mark": self.task.mark(),
            "trouble": self.task.trouble,
            "failed": self.task.failed,
            "returned": self.returned().map(|(stage, verdict)| json!({ "stage": stage, "verdict": verdict })),
            "attempt": self.task.attempts,
            "branch": self.task.branch,
            "worktree": self.path.as_ref().map(|path| path.display().to_string()),
            "tip": self.tip.map(|tip| tip.to_string()),
            "checkpoint": self.checkpoint,
            "assigned": self.task.assigned,
            "trouble": self.task.trouble,
            "verdicts": self.task.verdict,
            "since": self.since.as_ref().map(Since::as_json),
            "uncommitted": self.uncommitted,
            "acceptance": checks.collect::<serde_json::Map<_, _>>(),
            "failures": self.failures.iter().map(failure).collect::<Vec<_>>(),
            "consultations": self.results.consultations(),
        })
    }

    /// The last verdict against the work, and the stage that gave it: what was found is still to be mended.
    pub(crate) fn returned(&self) -> Option<(Stage, &Verdict)> {
        let all = self.task.verdict.iter().filter(|(_, verdict)| !verdict.ready);
        let seq = |verdict: &Verdict| verdict.made.as_ref().map_or(0, |made| made.seq);
        all.map(|(stage, verdict)| (*stage, verdict))
            .max_by_key(|(_, verdict)| seq(verdict))
    }

    /// How a criterion stands, what it is good for, and how a regression check ended at the base last.
    fn check_as_json(&self, key: &str, state: &State) -> Value {
        let mut value = state.as_json();
        let criterion = self.task.acceptance.get(key);
        if let Some(criterion) = criterion.filter(|c| !c.purpose.is_empty()) {
            value["purpose"] = json!(criterion.purpose);
        }
        if let Some(run) = self.before(key) {
            value["before"] = json!({ "exit": run.exit, "tree": run.tree });
        }
        value
    }

    /// The last run of a regression check at the base.
    pub(crate) fn before(&self, key: &str) -> Option<&Outcome> {
        let criterion = self.task.acceptance.get(key).filter(|c| c.is_regression())?;
        let run = self.results.before.get(key)?;
        criterion
            .check
            .as_ref()
            .filter(|check| run.is_of(check))
            .map(|_| run)
    }
}

/// The tip of the lane's branch, from refs alone. Where all lanes share one branch, it is what is checked out.
pub(crate) fn tip_of(repo: &Repo, task: &Task, mode: Mode) -> Result<Option<Oid>, CliError> {
    let own = repo.find_ref(&format!("refs/heads/{}", task.branch))?;
    Ok(match (own, mode) {
        (None, Mode::A) => repo.head()?.oid(),
        (own, _) => own,
    })
}

fn uncommitted(repo: &Repo, path: Option<&Path>) -> Result<Option<usize>, CliError> {
    match path.or(repo.work_dir()) {
        Some(path) => Ok(Some(repo.dirt(Some(path))?.count)),
        None => Ok(None),
    }
}

fn checks(task: &Task, results: &Results, tree: &str) -> Vec<(String, State)> {
    let state = |key: &String, check: Option<&Check>| match (check, results.acceptance.get(key)) {
        (None, _) => State::ByHand,
        (Some(check), Some(run)) if run.tree == tree && run.is_of(check) => match run.exit {
            0 => State::Passed,
            exit => State::Failed(exit),
        },
        _ => State::NotRun,
    };
    let all = task.acceptance.iter();
    all.map(|(key, criterion)| (key.clone(), state(key, criterion.check.as_ref())))
        .collect()
}

impl State {
    fn as_json(&self) -> Value {
        match self {
            Self::Passed => json!({ "state": "passed" }),
            Self::Failed(exit) => json!({ "state": "failed", "exit": exit }),
            Self::NotRun => json!({ "state": "not run" }),
            Self::ByHand => json!({ "state": "by hand" }),
        }
    }
}

impl Since {
    fn of(repo: &Repo, before: &str, tip: Option<Oid>) -> Result<Self, CliError> {
        let (Ok(before), Some(tip)) = (before.parse::<Oid>(), tip) else {
            return Ok(Self::NotHere);
        };
        if !repo.has_object(before)? || repo.peel_to_commit(before)?.is_none() {
            return Ok(Self::NotHere);
        }
        let commits = match repo.rev_list(&[tip], &[before], COUNTED) {
            Err(lane_git::GitError::TooMuch { .. }) => return Ok(Self::Many),
            commits => commits?,
        };
        let newest = commits.iter().rev().take(NAMED);
        Ok(Self::Commits {
            count: commits.len(),
            newest: newest
                .map(|id| Ok((id.short(), subject(repo, *id)?)))
                .collect::<Result<_, CliError>>()?,
            rewritten: !repo.is_ancestor(before, tip)?,
        })
    }

    fn as_json(&self) -> Value {
        match self {
            Self::Commits {
                count,
                newest,
                rewritten,
            } => {
                let newest = newest
                    .iter()
                    .map(|(id, subject)| json!({ "id": id, "subject": subject }));
                json!({ "commits": count, "newest": newest.collect::<Vec<_>>(), "rewritten": rewritten })
            }
            Self::Many => json!({ "commits": null, "more_than": COUNTED }),
            Self::NotHere => Value::Null,
        }
    }
}

fn subject(repo: &Repo, id: Oid) -> Result<String, CliError> {
    let message = repo.commit(id)?.message;
    let message = String::from_utf8_lossy(&message);
    Ok(text::excerpt(message.lines().next().unwrap_or_default(), 100))
}
