//! The verdict on one pushed ref: what arrives with it, its handoff, the fence of the pushing worktree, the guarded
//! integration branch, and the state ref, which only grows.

use std::collections::HashMap;
use std::collections::HashSet;
use std::time::Duration;

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::view::View;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_store::STATE_REF;
use lane_store::TreeView;

use super::approved::Used;
use super::arriving::Arriving;
use super::arriving::Owned;
use super::arriving::lane_of;
use super::beside::Bringer;
use super::gated::Gated;
use super::overwriting::Overwriting;
use super::overwriting::There;
use super::pre_push::Update;
use super::provisional;
use super::pushed_rules;
use super::remaking;
use super::unlanded;
use crate::delivery;
use crate::error::CliError;
use crate::integration;
use crate::range::COMMITS_MAX;
use crate::session::Session;
use crate::show::frozen;

/// How long the remote is waited for.
const LIMIT: Duration = Duration::from_secs(30);

/// The verdict, and what must have passed the gate besides: nothing of what has findings.
#[derive(Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    /// What was not looked at, a sentence each.
    pub(super) unseen: Vec<String>,
    pub(super) gated: Option<Gated>,
    /// The approval that lets it rewrite or delete.
    pub(super) used: Option<Used>,
}

impl From<Vec<Finding>> for Judged {
    fn from(findings: Vec<Finding>) -> Self {
        Self {
            findings,
            ..Self::default()
        }
    }
}

pub(super) fn judge(
    session: &Session<'_>,
    remote: &str,
    (update, all, there): (&Update, &[Update], &There),
) -> Result<Judged, CliError> {
    if update.to.starts_with("refs/agents/") {
        return Ok(Judged::default());
    }
    let store = session.store().read_only();
    let view = store.view()?;
    let main = view.meta()?.integration;
    let (trusted, tracked) = trusted_tips(session.repo, remote, &main)?;
    let overwriting = Overwriting {
        session,
        view: &view,
        remote,
        main: &main,
        all,
        there,
    };
    let overwritten = overwriting.judge(update)?;
    let is_state = state_refs(session)?;
    let push = Push {
        session,
        view: &view,
        remote,
        to: &update.to,
        main: main.clone(),
        trusted,
        tracked,
        theirs: update.remote,
        with_state: all.iter().any(|one| is_state.contains(&one.to)),
    };
    let mut judged = push.judge(update.local)?;
    // What may not be pushed anyway needs no approval.
    if judged.findings.iter().any(Finding::refuses) {
        return Ok(judged);
    }
    if overwritten.findings.iter().any(Finding::refuses) {
        return Ok(overwritten.findings.into());
    }
    judged.findings.extend(overwritten.findings);
    judged.used = overwritten.used;
    Ok(judged)
}

/// The tips of the integration branch that others have: the authority's and the pushed remote's, as last fetched.
/// The local branch counts only where neither is known: what is on it alone has been judged by nobody.
fn trusted_tips(repo: &Repo, remote: &str, main: &str) -> Result<(Vec<Oid>, bool), CliError> {
    let authority = lane_store::remote_name(repo)?;
    let mut tips: Vec<Oid> = Vec::new();
    for name in authority.iter().map(String::as_str).chain([remote]) {
        // A push to a URL names no remote, and then there is no such ref.
        let tip = repo
            .find_ref(&format!("refs/remotes/{name}/{main}"))
            .ok()
            .flatten();
        tips.extend(tip.filter(|tip| !tips.contains(tip)));
    }
    let tracked = !tips.is_empty();
    if !tracked {
        tips.extend(repo.find_ref(&format!("refs/heads/{main}"))?);
    }
    Ok((tips, tracked))
}

/// The names under which a remote holds the state.
pub(super) fn state_refs(session: &Session<'_>) -> Result<Vec<String>, CliError> {
    let mut names = vec![STATE_REF.to_owned()];
    // A link that cannot be told is `doctor`'s to say; the usual name is guarded all the same.
    if let Ok(Some(link)) = session.store().read_only().link() {
        names.push(link.refname().to_owned());
    }
    Ok(names)
}

/// The verdict on the state itself.
pub(super) fn state_only_grows(repo: &Repo, update: &Update) -> Result<Vec<Finding>, CliError> {
    let what = match (update.local, update.remote) {
        (None, _) => "the push would delete the shared state".to_owned(),
        (Some(_), Some(theirs)) if !repo.has_object(theirs)? => REWRITES.to_owned(),
        (Some(local), Some(theirs)) if !repo.is_ancestor(theirs, local)? => REWRITES.to_owned(),
        (Some(local), theirs) => match lane_store::grows(repo, theirs, local)? {
            Ok(()) => return Ok(Vec::new()),
            Err(fault) => format!(
                "commit {} of what is pushed {}",
                fault.commit.short(),
                fault.fault
            ),
        },
    };
    let refusal = Refusal::new(&ground::STATE_REWRITE, what);
    Ok(vec![Finding::whole(
        refusal,
        vec![Remedy::Run("git lane verify".to_owned())],
    )])
}

const REWRITES: &str =
    "the push would rewrite the shared state: the remote has events that this clone's state does not follow";

struct Push<'a> {
    session: &'a Session<'a>,
    view: &'a TreeView<'a>,
    remote: &'a str,
    to: &'a str,
    main: String,
    trusted: Vec<Oid>,
    /// Whether a remote-tracking ref says so.
    tracked: bool,
    theirs: Option<Oid>,
    /// Whether the same push brings the state.
    with_state: bool,
}

impl Push<'_> {
    fn judge(&self, local: Option<Oid>) -> Result<Judged, CliError> {
        let branch = self.to.strip_prefix("refs/heads/");
        let lands = branch == Some(self.main.as_str());
        if lands && let Some(found) = self.guarded()? {
            return Ok(vec![found].into());
        }
        if lands && let Some(no) = frozen::refusal(self.view)? {
            let remedies = no.hints.iter().cloned().map(Remedy::Run).collect();
            return Ok(vec![Finding::whole(no, remedies)].into());
        }
        let Some(local) = local else {
            return Ok(Judged::default());
        };
        // A tag of a file, say: no commit, no change.
        let Some(local) = self.session.repo.peel_to_commit(local)? else {
            return Ok(Judged::default());
        };
        let lane = match branch.filter(|_| !lands) {
            Some(branch) => lane_of(self.session, self.view, branch)?,
            None => None,
        };
        if let Some(task) = &lane
            && let Some(found) = self.stale(task)?
        {
            return Ok(vec![found].into());
        }
        if let Some(task) = &lane {
            let tips = integration::tips(self.session.repo, &self.main)?;
            let tips: Vec<Oid> = tips.into_iter().map(|(_, tip)| tip).collect();
            let found = super::delivered::judge(self.session, self.view, task, local, &tips)?;
            if !found.is_empty() {
                return Ok(found.into());
            }
        }
        let gated = self.gated(local, lands, lane.as_ref())?;
        let arriving = self.arriving(local, lands)?;
        let owned = arriving.owned(lane.as_ref(), || self.on_lanes())?;
        if lands && let Some(found) = self.is_behind(&arriving, &owned)? {
            return Ok(vec![found].into());
        }
        let mut findings = arriving.judge_commits(&owned, &arriving.changes(&owned)?)?;
        let net = match &lane {
            None if lands => arriving.only_task(&owned)?,
            other => other.clone(),
        };
        let mut unseen = Vec::new();
        if let Some(task) = net {
            findings.extend(arriving.judge_net(&task, &findings)?);
            let judged = match lands {
                true => pushed_rules::landing(self.session, &arriving, &task)?,
                false if task.status.is_handed_off() => {
                    pushed_rules::handed_off(self.session, &arriving, &task, &findings)?
                }
                false => delivery::Judged::default(),
            };
            findings.extend(judged.findings);
            unseen = judged.unseen;
        } else if lands {
            let judged = pushed_rules::landing_of_several(self.session, &arriving, &owned)?;
            findings.extend(judged.findings);
            unseen = judged.unseen;
        }
        findings.extend(arriving.strays(&owned, &findings)?);
        if lands {
            findings.extend(provisional::judge(self.session, &arriving, &owned)?);
        }
        if branch.is_some() {
            findings.extend(arriving.records()?);
        }
        self.name_unpushed_main(&mut findings)?;
        if lands {
            // Pushing them is what is refused, so no hint of these says to.
            findings.extend(pushed_rules::astray(self.session, &arriving, &owned)?);
            let judged = self.beside(&arriving, &owned, &findings)?;
            findings.extend(judged.findings);
            unseen.extend(judged.unseen);
        }
        self.name_worktree(&mut findings, local)?;
        if lands {
            unlanded::take_off(self.session.repo, (self.remote, &self.main), local, &mut findings)?;
        }
        Ok(Judged {
            findings,
            unseen,
            gated,
            used: None,
        })
    }

    /// That lanes' work would be judged by a state that has gone on there: it may be in review by now, or taken back. Asked of the
    /// remote, unless the state travels along. One that does not answer does not take the push either.
    fn is_behind(&self, arriving: &Arriving<'_>, owned: &Owned) -> Result<Option<Finding>, CliError> {
        let store = self.session.store().read_only();
        let link = store.link()?.filter(|link| link.remote() == self.remote);
        let Some(link) = link.filter(|_| !self.with_state) else {
            return Ok(None);
        };
        if !arriving.names_tasks(owned)? {
            return Ok(None);
        }
        let repo = self.session.repo;
        let asked = repo.remote_refs(&repo.remote(link.remote(), LIMIT)?, &[link.refname()]);
        let there = asked.ok().and_then(|refs| refs.into_iter().next().flatten());
        if there.is_none() || there == store.seen(&link)? {
            return Ok(None);
        }
        let what = format!(
            "{}'s state has gone on since this clone heard of it, and what is pushed is the work of lanes",
            link.remote()
        );
        let refusal = Refusal::new(&ground::STATE_BEHIND, what);
        Ok(Some(Finding::whole(
            refusal,
            vec![Remedy::Run("git lane sync".to_owned())],
        )))
    }

    fn beside(
        &self,
        arriving: &Arriving<'_>,
        owned: &Owned,
        found: &[Finding],
    ) -> Result<delivery::Judged, CliError> {
        let clone = lane_store::known_clone_id(self.session.repo);
        let agent = self.session.agent()?;
        let bringer = Bringer {
            by: clone.map(|clone| (agent, clone)),
            merge: &delivery::merge_settings(self.session.repo, &self.main),
            now: self.session.source.now(),
        };
        arriving.beside(owned, found, &bringer)
    }

    fn arriving(&self, local: Oid, lands: bool) -> Result<Arriving<'_>, CliError> {
        let repo = self.session.repo;
        let elsewhere = repo.refs_under("refs/remotes/")?.into_iter();
        Ok(Arriving {
            repo,
            view: self.view,
            policy: self.view.policy()?,
            tip: local,
            lands,
            landed: false,
            trusted: self.trusted.clone(),
            tracked: self.tracked,
            theirs: self.theirs,
            elsewhere: elsewhere.map(|(_, oid)| oid).collect(),
        })
    }

    /// What must have passed the gate: what lands, and what is handed off. Of unfinished work, nothing.
    fn gated(&self, local: Oid, lands: bool, lane: Option<&Task>) -> Result<Option<Gated>, CliError> {
        if lands {
            return Gated::landing(self.session, local, self.theirs, &self.main).map(Some);
        }
        match lane {
            Some(task) => Gated::handed_off(self.view, task, local),
            None => Ok(None),
        }
    }

    fn guarded(&self) -> Result<Option<Finding>, CliError> {
        let agent = self.session.agent()?;
        if self.view.policy()?.allows(Role::Integrator, &agent) {
            return Ok(None);
        }
        let what = format!(
            "the policy leaves {} to the integrator role, and {agent} is not named there",
            self.main
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
        let actor = self.session.actor(Role::Worker)?;
        let bound = lane_store::bound_worktrees(self.session.repo)?;
        let outdated = bound
            .iter()
            .any(|(_, b)| b.task == task.id && b.agent == actor.by && b.fence != claim.fence);
        if !outdated || claim.is_held_by(&actor.by, &actor.clone) {
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

    /// Commits that are on a live lane's branch, or in the pushing worktree of one, and neither landed nor made on the
    /// integration branch itself.
    fn on_lanes(&self) -> Result<HashMap<Oid, TaskId>, CliError> {
        let repo = self.session.repo;
        let mut tips: Vec<(Oid, TaskId)> = Vec::new();
        for lane in self.view.lanes()? {
            let tip = repo.find_ref(&format!("refs/heads/{}", lane.branch))?;
            tips.extend(tip.map(|tip| (tip, lane.task)));
        }
        if let (Some(binding), Some(head)) = (self.session.binding()?, repo.head()?.oid()) {
            tips.push((head, binding.task));
        }
        let own = self.unpushed_main()?;
        let mut found = HashMap::new();
        for (tip, task) in tips {
            for commit in repo.rev_list(&[tip], &self.trusted, COMMITS_MAX)? {
                if !own.contains(&commit) {
                    found.entry(commit).or_insert_with(|| task.clone());
                }
            }
        }
        Ok(found)
    }

    /// The commits that were made on the local integration branch and that nobody else has.
    fn unpushed_main(&self) -> Result<HashSet<Oid>, CliError> {
        let repo = self.session.repo;
        let Some(tip) = repo.find_ref(&format!("refs/heads/{}", self.main))? else {
            return Ok(HashSet::new());
        };
        let fresh: HashSet<Oid> = repo
            .rev_list(&[tip], &self.trusted, COMMITS_MAX)?
            .into_iter()
            .collect();
        let mut own = HashSet::new();
        for commit in repo.first_parents(tip) {
            let commit = commit?;
            if !fresh.contains(&commit.id) {
                break;
            }
            own.insert(commit.id);
        }
        Ok(own)
    }

    /// What is suggested for the pushed branch must not be done to the branch that happens to be checked out here.
    fn name_worktree(&self, findings: &mut [Finding], local: Oid) -> Result<(), CliError> {
        let repo = self.session.repo;
        if findings.is_empty() || repo.head()?.oid() == Some(local) {
            return Ok(());
        }
        let there = repo
            .worktree_list()?
            .into_iter()
            .find(|worktree| worktree.head == Some(local));
        let moves = ["git commit ", "git rebase ", "git reset ", "git restore "];
        let here = |line: &str| match &there {
            _ if !moves.iter().any(|begin| line.starts_with(begin)) => line.to_owned(),
            Some(tree) => {
                let folder = crate::setup::quoted(&tree.path.display().to_string());
                let line = line.replacen("git ", &format!("git -C {folder} "), 1);
                line.replace(" && git ", &format!(" && git -C {folder} "))
            }
            None => remaking::look(local),
        };
        for remedy in findings.iter_mut().flat_map(|found| &mut found.remedies) {
            if let Remedy::Run(line) = remedy {
                *line = here(line);
            }
        }
        Ok(())
    }

    /// A lane that merged commits of the integration branch which nobody else has yet: pushing that first is the way.
    fn name_unpushed_main(&self, findings: &mut [Finding]) -> Result<(), CliError> {
        if findings.iter().all(|f| f.commit.is_none()) {
            return Ok(());
        }
        let own: HashSet<String> = self.unpushed_main()?.iter().map(ToString::to_string).collect();
        let push = lane_core::refusal::command(&["git", "push", "--", self.remote, &self.main]);
        for found in findings
            .iter_mut()
            .filter(|f| f.commit.as_ref().is_some_and(|c| own.contains(c)))
        {
            found.remedies = vec![Remedy::Run(push.clone())];
        }
        Ok(())
    }
}
