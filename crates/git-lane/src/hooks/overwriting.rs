//! What a push rewrites or deletes on the remote: the facts for the rule, and whether somebody approved it.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::time::Duration;

use lane_core::ground;
use lane_core::id::PushId;
use lane_core::id::TaskId;
use lane_core::policy::Level;
use lane_core::record::ApprovedPush;
use lane_core::record::Claim;
use lane_core::record::Completion;
use lane_core::record::Forced;
use lane_core::record::Known;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::RemoteError;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Lost;
use lane_rules::Overwritten;
use lane_rules::RefKind;
use lane_rules::Remedy;
use lane_rules::judge_overwritten;
use lane_store::TreeView;

use super::approved::Used;
use super::arriving::lane_of;
use super::called;
use super::message::task_named;
use super::pre_push::Update;
use crate::error::CliError;
use crate::range::COMMITS_MAX;
use crate::rescue::RESCUED;
use crate::session::Session;

/// How long the remote is waited for.
const LIMIT: Duration = Duration::from_secs(30);

/// The branches that the remote has, once it was asked: a push of many refs asks once. None where it does not say.
pub(super) type There = OnceCell<Option<Vec<(String, Oid)>>>;

/// A push of which one ref is judged.
pub(super) struct Overwriting<'a> {
    pub(super) session: &'a Session<'a>,
    pub(super) view: &'a TreeView<'a>,
    /// The remote as git names it: a URL where it has no name.
    pub(super) remote: &'a str,
    /// The integration branch.
    pub(super) main: &'a str,
    /// All that the push does.
    pub(super) all: &'a [Update],
    /// What the remote has besides.
    pub(super) there: &'a There,
}

/// What is to be said of one ref.
#[derive(Default)]
pub(super) struct Verdict {
    pub(super) findings: Vec<Finding>,
    /// The approval by which it passes.
    pub(super) used: Option<Used>,
}

impl Overwriting<'_> {
    /// The verdict on one ref. Where it is new or only grows there is nothing to say, and no process is started.
    ///
    /// # Errors
    /// When git or a record cannot be read.
    pub(super) fn judge(&self, update: &Update) -> Result<Verdict, CliError> {
        let Some(old) = update.remote.filter(|old| update.local != Some(*old)) else {
            return Ok(Verdict::default());
        };
        let is_tag = update.to.starts_with("refs/tags/");
        if let Some(new) = update.local.filter(|_| !is_tag)
            && grows(self.session.repo, old, new)?
        {
            return Ok(Verdict::default());
        }
        let lane = match update.to.strip_prefix("refs/heads/") {
            Some(branch) if branch != self.main => lane_of(self.session, self.view, branch)?,
            _ => None,
        };
        let what = self.kind((&update.to, old), lane.as_ref())?;
        let lost = self.lost((&update.to, old), &what)?;
        let push = Overwritten {
            change: Forced {
                name: update.to.clone(),
                old: old.to_string(),
                new: update.local.map(|new| new.to_string()),
            },
            what,
            lost,
        };
        match judge_overwritten(&push) {
            Some(found) => self.approved(&push, found),
            None => Ok(Verdict {
                findings: lane.iter().filter_map(|task| withdrawn(task, &push)).collect(),
                used: None,
            }),
        }
    }

    fn kind(&self, (to, old): (&str, Oid), lane: Option<&Task>) -> Result<RefKind, CliError> {
        if let Some(task) = lane {
            let landed = |end: &Completion| end.how != Some(Known::Said) && end.tip == old.to_string();
            if task.completion.as_ref().is_some_and(landed) {
                return Ok(RefKind::LandedLane);
            }
            let holder = task.claim.as_ref().map(|claim| claim.by.clone());
            return Ok(match self.is_own(task)? {
                true => RefKind::OwnLane,
                false => RefKind::Lane(task.id.clone(), holder),
            });
        }
        Ok(match to.strip_prefix("refs/heads/") {
            Some(branch) if branch == self.main => RefKind::Integration,
            _ if to.starts_with("refs/tags/") => RefKind::Tag,
            _ if to.strip_prefix(RESCUED).is_some_and(|rest| rest.starts_with('/')) => RefKind::Rescued,
            _ => RefKind::Other,
        })
    }

    /// Whether who pushes holds the lane.
    fn is_own(&self, task: &Task) -> Result<bool, CliError> {
        let agent = self.session.agent()?;
        let clone = lane_store::known_clone_id(self.session.repo);
        let holds = |claim: &Claim| {
            clone
                .as_ref()
                .is_some_and(|clone| claim.is_held_by(&agent, clone))
        };
        Ok(task.claim.as_ref().is_some_and(holds))
    }

    /// The commits that no other branch of the remote would have; none where that cannot be told here: what is there was not fetched, or
    /// is cut off by the end of a shallow clone.
    fn lost(&self, (to, old): (&str, Oid), what: &RefKind) -> Result<Option<Vec<Lost>>, CliError> {
        let repo = self.session.repo;
        if !repo.has_object(old)? {
            return Ok(None);
        }
        // Whose these are does not matter.
        if !matches!(what, RefKind::OwnLane | RefKind::Lane(..) | RefKind::Other) {
            return Ok(Some(Vec::new()));
        }
        let Some(old) = repo.peel_to_commit(old)? else {
            return Ok(None);
        };
        // A remote may take one ref of a push and decline another, unless it was asked for all or none.
        let mut staying = match called::push().is_some_and(|words| called::is_atomic(&words)) {
            true => self.brought(|name| name.starts_with("refs/heads/"))?,
            false => self.brought(|name| name == to)?,
        };
        if *what == RefKind::OwnLane {
            staying.extend(self.had(to)?);
        }
        let gone = repo.rev_list(&[old], &staying, COMMITS_MAX)?;
        let is_cut_off = repo.is_cut_off_at(&gone);
        let lost = self.with_owners(gone)?;
        let passes = !matches!(what, RefKind::Lane(..)) && lost.iter().all(|one| one.whose.is_none());
        if lost.is_empty() || (passes && !is_cut_off) {
            return Ok(Some(lost));
        }
        // Now it matters what else is there.
        staying.extend(self.others_there()?);
        let gone = repo.rev_list(&[old], &staying, COMMITS_MAX)?;
        match repo.is_cut_off_at(&gone) {
            true => Ok(None),
            false => self.with_owners(gone).map(Some),
        }
    }

    fn with_owners(&self, commits: Vec<Oid>) -> Result<Vec<Lost>, CliError> {
        // Agents often commit under a person's identity, so it tells nothing of theirs: their own are the branches of their lanes.
        let own = match self.session.agent()?.is_person() {
            true => self.session.repo.identity()?.map(|own| own.email),
            false => None,
        };
        let mut lost = Vec::new();
        let mut is_mine = true;
        for commit in commits {
            // One of somebody else's is enough to know.
            let whose = match is_mine {
                true => self.whose(commit, own.as_deref())?,
                false => None,
            };
            is_mine &= whose.is_none();
            lost.push(Lost {
                commit: commit.to_string(),
                whose,
            });
        }
        Ok(lost)
    }

    /// What the push brings to the refs that `counts` takes.
    fn brought(&self, counts: impl Fn(&str) -> bool) -> Result<Vec<Oid>, CliError> {
        let mut brought = Vec::new();
        let counting = self.all.iter().filter(|update| counts(&update.to));
        for new in counting.filter_map(|update| update.local) {
            brought.extend(self.session.repo.peel_to_commit(new)?);
        }
        Ok(brought)
    }

    /// What this clone has had on its own branch of that name, as git's `--force-if-includes` looks for it: whoever takes that away has
    /// seen it.
    fn had(&self, to: &str) -> Result<Vec<Oid>, CliError> {
        let repo = self.session.repo;
        let mut had = Vec::new();
        for oid in repo.has_been_at(to)? {
            // What was collected meanwhile says nothing.
            if repo.has_object(oid)? {
                had.extend(repo.peel_to_commit(oid)?);
            }
        }
        Ok(had)
    }

    /// The remote's other branches that the push leaves as they are, as the remote has them now: what was seen of them last may be
    /// gone. Of a remote that cannot be asked, none.
    fn others_there(&self) -> Result<Vec<Oid>, CliError> {
        let repo = self.session.repo;
        let there = match self.there.get() {
            Some(there) => there,
            None => {
                let asked = self.ask()?;
                self.there.get_or_init(|| asked)
            }
        };
        let changing: HashSet<&str> = self.all.iter().map(|update| update.to.as_str()).collect();
        let mut others = Vec::new();
        for (name, tip) in there.iter().flatten() {
            if !changing.contains(name.as_str()) && repo.has_object(*tip)? {
                others.extend(repo.peel_to_commit(*tip)?);
            }
        }
        Ok(others)
    }

    fn ask(&self) -> Result<Option<Vec<(String, Oid)>>, CliError> {
        let repo = self.session.repo;
        // One of several places speaks for itself alone.
        if called::has_several_urls(repo, self.remote)? {
            return Ok(None);
        }
        let there = match repo.remote(self.remote, LIMIT) {
            Ok(remote) => repo.branches_there(&remote),
            // It has no name, or is pushed to elsewhere than it is fetched from.
            Err(GitError::NoSuchRemote { .. } | GitError::OtherPushUrl { .. }) => return Ok(None),
            Err(fault) => return Err(fault.into()),
        };
        match there {
            Ok(there) => Ok(Some(there)),
            Err(RemoteError::Git(fault)) => Err(fault.into()),
            Err(_) => Ok(None),
        }
    }

    fn is_named(&self) -> Result<bool, CliError> {
        Ok(self
            .session
            .repo
            .remotes()?
            .iter()
            .any(|name| name == self.remote))
    }

    /// Whose a commit is, where it is not the pusher's: its task says so, else its author.
    fn whose(&self, commit: Oid, own: Option<&str>) -> Result<Option<String>, CliError> {
        let commit = self.session.repo.commit(commit)?;
        let message = String::from_utf8_lossy(&commit.message).into_owned();
        let named = task_named(&message).and_then(|name| TaskId::new(name).ok());
        let task = match named {
            Some(id) => self.view.task(&id)?.map(Found::into_task),
            None => None,
        };
        if let Some(task) = task {
            return Ok(match self.is_own(&task)? {
                true => None,
                false => Some(whose_lane(&task)),
            });
        }
        Ok((own != Some(commit.author.email.as_str())).then_some(commit.author.name))
    }

    /// An approval of this very change lets it pass; else its way on is to get one.
    fn approved(&self, push: &Overwritten, mut found: Finding) -> Result<Verdict, CliError> {
        let agent = self.session.agent()?;
        let now = self.session.source.now();
        let waiting = self.view.meta()?.push;
        let lets = waiting
            .iter()
            .find(|(_, one)| one.lets(&agent, &push.change, now));
        if let Some((id, _)) = lets {
            return Ok(Verdict {
                findings: Vec::new(),
                used: Some(self.used(id, push)),
            });
        }
        let is_its_own = |one: &ApprovedPush| one.change == push.change && one.by == agent;
        if waiting.values().any(is_its_own) {
            found.refusal.what += &format!("; {agent} approved it itself, and somebody else has to");
        } else if push.what == RefKind::Other && push.lost.is_some() && !agent.is_person() {
            found.refusal.what += "; an agent's own are the branches of its lanes";
        }
        if push.lost.is_none() {
            let old = push.change.old.parse::<Oid>();
            let repo = self.session.repo;
            let is_here = repo.is_shallow() && old.is_ok_and(|old| repo.has_object(old).unwrap_or(false));
            if is_here {
                found.refusal.what += "; this clone is shallow, and its history ends before that does";
            }
            found.remedies.insert(0, Remedy::Run(self.fetch(push, is_here)?));
        }
        // It may have been approved in another clone.
        if lane_store::remote_name(self.session.repo)?.is_some() {
            found.remedies.push(Remedy::Run("git lane sync".to_owned()));
        }
        Ok(Verdict {
            findings: vec![found],
            used: None,
        })
    }

    /// The command that brings what is there.
    fn fetch(&self, push: &Overwritten, is_cut_off: bool) -> Result<String, CliError> {
        let name = push.change.name.as_str();
        if !self.is_named()? {
            return Ok(command(&["git", "fetch", "--", self.remote, name]));
        }
        if is_cut_off {
            return Ok(command(&["git", "fetch", "--unshallow", "--", self.remote]));
        }
        let all = format!("+refs/heads/*:refs/remotes/{}/*", self.remote);
        let key = format!("remote.{}.fetch", self.remote);
        let fetched = self.session.repo.config_get_all(&key)?;
        let brings = name.starts_with("refs/heads/") && fetched.iter().any(|one| one.value == all);
        let more = (!brings).then_some(name);
        let words = ["git", "fetch", "--", self.remote].into_iter().chain(more);
        Ok(command(&words.collect::<Vec<_>>()))
    }

    fn used(&self, id: &PushId, push: &Overwritten) -> Used {
        let task = match &push.what {
            RefKind::Lane(task, _) => Some(task.clone()),
            _ => None,
        };
        Used {
            id: id.clone(),
            change: push.change.clone(),
            task,
        }
    }
}

fn whose_lane(task: &Task) -> String {
    match &task.claim {
        Some(claim) => format!("{}'s lane {}", claim.by, task.id),
        None => format!("the lane {}, which you do not hold", task.id),
    }
}

/// Whether a ref that goes from `old` to `new` keeps all that it had. What is not here might not be kept.
fn grows(repo: &Repo, old: Oid, new: Oid) -> Result<bool, CliError> {
    if !repo.has_object(old)? {
        return Ok(false);
    }
    match (repo.peel_to_commit(old)?, repo.peel_to_commit(new)?) {
        (Some(old), Some(new)) => Ok(repo.is_ancestor(old, new)?),
        _ => Ok(false),
    }
}

/// That a lane of one's own was handed off, and its branch goes.
fn withdrawn(task: &Task, push: &Overwritten) -> Option<Finding> {
    if push.what != RefKind::OwnLane || push.change.new.is_some() || !task.status.is_handed_off() {
        return None;
    }
    let what = format!(
        "{} is handed off, and without its branch nobody can judge it or land it",
        task.id
    );
    let back = command(&["git", "lane", "resume", task.id.as_str()]);
    let found = Finding::whole(
        Refusal::new(&ground::VERDICT_MOVED, what),
        vec![Remedy::Run(back)],
    );
    Some(found.at(Level::Advice))
}
