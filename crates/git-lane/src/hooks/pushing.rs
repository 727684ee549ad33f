//! The verdict on one pushed ref: lanes' commits by their own scope, the net difference of a lane's branch, the
//! fence of the pushing worktree, the guarded integration branch, and the state ref, which only grows.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::view::Found;
use lane_core::view::View;
use lane_git::Oid;
use lane_git::PathChange;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::LaneRange;
use lane_rules::Remedy;
use lane_rules::judge_pushed;
use lane_store::STATE_REF;
use lane_store::TreeView;

use super::judging::Repairs;
use super::judging::edit;
use super::message::task_named;
use super::pre_push::Update;
use crate::error::CliError;
use crate::finding_lane::task_of_branch;
use crate::integration;
use crate::session::Session;

/// The most commits of one push that are looked at.
const COMMITS_MAX: usize = 1_000_000;

pub(super) fn judge(session: &Session<'_>, remote: &str, update: &Update) -> Result<Vec<Finding>, CliError> {
    if update.to == STATE_REF {
        return state_only_grows(session.repo, update);
    }
    let Some(local) = update.local else {
        return Ok(Vec::new());
    };
    let Some(branch) = update.to.strip_prefix("refs/heads/") else {
        return Ok(Vec::new());
    };
    let store = session.store().read_only();
    let view = store.view()?;
    let push = Push {
        session,
        view: &view,
        remote,
        branch,
        local,
        theirs: update.remote,
    };
    push.judge()
}

fn state_only_grows(repo: &Repo, update: &Update) -> Result<Vec<Finding>, CliError> {
    let what = match (update.local, update.remote) {
        (None, _) => "the push would delete the shared state",
        (Some(_), None) => return Ok(Vec::new()),
        (Some(local), Some(theirs)) if repo.has_object(theirs)? && repo.is_ancestor(theirs, local)? => {
            return Ok(Vec::new());
        }
        _ => {
            "the push would rewrite the shared state: the remote has events that this clone's state does not follow"
        }
    };
    let refusal = Refusal::new(&ground::STATE_REWRITE, what);
    Ok(vec![Finding::whole(
        refusal,
        vec![Remedy::Run("git lane log".to_owned())],
    )])
}

struct Push<'a> {
    session: &'a Session<'a>,
    view: &'a TreeView<'a>,
    remote: &'a str,
    branch: &'a str,
    local: Oid,
    theirs: Option<Oid>,
}

impl Push<'_> {
    fn judge(&self) -> Result<Vec<Finding>, CliError> {
        let main = self.view.meta()?.integration;
        let lands = self.branch == main;
        if lands && let Some(found) = self.guarded()? {
            return Ok(vec![found]);
        }
        let lane = match task_of_branch(self.view, self.branch)? {
            Some(id) if !lands => self.task(&id)?,
            _ => None,
        };
        if let Some(task) = &lane
            && let Some(found) = self.stale(task)?
        {
            return Ok(vec![found]);
        }
        let by_task = self.commits_by_task(&main, lands, lane.as_ref())?;
        let mut findings = self.judge_commits(&by_task, &main)?;
        let net = match lane {
            Some(task) => Some(task),
            None if lands => self.only_task(&by_task)?,
            None => None,
        };
        if let Some(task) = net {
            findings.extend(self.judge_net(&task, &main, lands, &findings)?);
        }
        Ok(findings)
    }

    fn task(&self, id: &TaskId) -> Result<Option<Task>, CliError> {
        Ok(self.view.task(id)?.map(Found::into_task))
    }

    fn guarded(&self) -> Result<Option<Finding>, CliError> {
        let agent = self.session.agent()?;
        if self.view.policy()?.allows(Role::Integrator, &agent) {
            return Ok(None);
        }
        let what = format!(
            "the policy leaves pushes to {} to the integrator role, and {agent} is not named there",
            self.branch
        );
        let refusal = Refusal::new(&ground::INTEGRATION_GUARDED, what);
        Ok(Some(Finding::whole(
            refusal,
            vec![Remedy::Run("git lane policy show".to_owned())],
        )))
    }

    /// Whether the pushing agent's own hold on the lane was outdated by somebody else's.
    fn stale(&self, task: &Task) -> Result<Option<Finding>, CliError> {
        let Some(claim) = &task.claim else { return Ok(None) };
        let agent = self.session.agent()?;
        let bound = lane_store::bound_worktrees(self.session.repo)?;
        let outdated = bound
            .iter()
            .any(|(_, b)| b.task == task.id && b.agent == agent && b.fence < claim.fence);
        if !outdated || claim.by == agent {
            return Ok(None);
        }
        let what = format!(
            "{} is held by {} since {} (fence {}); your hold on it was outdated",
            task.id, claim.by, claim.since, claim.fence
        );
        let log = lane_core::refusal::command(&["git", "lane", "log", "--task", task.id.as_str()]);
        let remedies = vec![Remedy::Run("git lane ready".to_owned()), Remedy::Run(log)];
        Ok(Some(Finding::whole(
            Refusal::new(&ground::STALE_FENCE, what),
            remedies,
        )))
    }

    /// The commits that are new to the remote, by the lane that they belong to.
    fn commits_by_task(
        &self,
        main: &str,
        lands: bool,
        lane: Option<&Task>,
    ) -> Result<BTreeMap<TaskId, Vec<Oid>>, CliError> {
        let repo = self.session.repo;
        let mut known = Vec::new();
        // A push to a URL names no remote, and then there is no such ref.
        known.extend(
            repo.find_ref(&format!("refs/remotes/{}/{main}", self.remote))
                .ok()
                .flatten(),
        );
        if let Some(oid) = self.theirs
            && repo.has_object(oid)?
        {
            known.push(oid);
        }
        if !lands {
            // What is on the integration branch here is judged when that is pushed.
            known.extend(integration::tips(repo, main)?.into_iter().map(|(_, oid)| oid));
        }
        let mut by_task: BTreeMap<TaskId, Vec<Oid>> = BTreeMap::new();
        for commit in repo.rev_list(&[self.local], &known, COMMITS_MAX)? {
            let message = repo.commit(commit)?.message;
            let named =
                task_named(&String::from_utf8_lossy(&message)).and_then(|name| TaskId::new(name).ok());
            if let Some(id) = named.or_else(|| lane.map(|task| task.id.clone())) {
                by_task.entry(id).or_default().push(commit);
            }
        }
        Ok(by_task)
    }

    fn judge_commits(
        &self,
        by_task: &BTreeMap<TaskId, Vec<Oid>>,
        main: &str,
    ) -> Result<Vec<Finding>, CliError> {
        let repo = self.session.repo;
        let repairs = Repairs::new(repo, main.to_owned(), Some(self.local));
        let (policy, exceptions) = (self.view.policy()?, self.view.exceptions()?);
        let mut findings = Vec::new();
        for (id, commits) in by_task {
            // A trailer that names no task ties a commit to nothing.
            let Some(task) = self.task(id)? else { continue };
            for (commit, changes) in repo.commit_changes(commits)? {
                let name = commit.to_string();
                let range = LaneRange {
                    task: &task,
                    commit: Some(&name),
                    edits: edits(&changes),
                };
                findings.extend(judge_pushed(&range, &policy, &exceptions, &|e| {
                    repairs.is_one(e)
                })?);
            }
        }
        Ok(findings)
    }

    /// The one task that everything pushed belongs to, if so.
    fn only_task(&self, by_task: &BTreeMap<TaskId, Vec<Oid>>) -> Result<Option<Task>, CliError> {
        match by_task.keys().collect::<Vec<_>>().as_slice() {
            [one] => self.task(one),
            _ => Ok(None),
        }
    }

    /// The net difference from the merge base: finds a merge that took "ours" over landed work, which differs from
    /// every parent in nothing.
    fn judge_net(
        &self,
        task: &Task,
        main: &str,
        lands: bool,
        found: &[Finding],
    ) -> Result<Vec<Finding>, CliError> {
        let repo = self.session.repo;
        let Some(base) = self.base(main, lands)? else {
            return Ok(Vec::new());
        };
        let seen: BTreeSet<&Vec<u8>> = found.iter().filter_map(|f| f.path.as_ref()).collect();
        let changes = repo.tree_changes(repo.commit(base)?.tree, repo.commit(self.local)?.tree)?;
        let fresh: Vec<PathChange> = changes.into_iter().filter(|c| !seen.contains(&c.path)).collect();
        let repairs = Repairs::new(repo, main.to_owned(), Some(self.local));
        let is_repair = |e: &lane_rules::Edit| !lands && repairs.is_one(e);
        let range = LaneRange {
            task,
            commit: None,
            edits: edits(&fresh),
        };
        Ok(judge_pushed(
            &range,
            &self.view.policy()?,
            &self.view.exceptions()?,
            &is_repair,
        )?)
    }

    fn base(&self, main: &str, lands: bool) -> Result<Option<Oid>, CliError> {
        let repo = self.session.repo;
        if lands {
            let there = self.theirs.filter(|oid| repo.has_object(*oid).unwrap_or(false));
            return match there {
                Some(oid) if repo.is_ancestor(oid, self.local)? => Ok(Some(oid)),
                _ => Ok(None),
            };
        }
        let mut best: Option<Oid> = None;
        for (_, tip) in integration::tips(repo, main)? {
            if let Some(base) = repo.merge_base(self.local, tip)? {
                best = match best {
                    Some(other) if repo.is_ancestor(base, other)? => Some(other),
                    _ => Some(base),
                };
            }
        }
        Ok(best)
    }
}

fn edits(changes: &[PathChange]) -> Vec<lane_rules::Edit> {
    changes.iter().map(edit).collect()
}
