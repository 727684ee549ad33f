//! Whether the branch that a lane would begin on is somebody else's: whoever holds the lane may rewrite what is on it.

use std::collections::HashSet;

use lane_core::ground;
use lane_core::id::CheckpointId;
use lane_core::id::TaskId;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::RemoteError;
use lane_store::StoreError;

use super::branch_name;
use super::branch_name::Silence;
use super::branch_name::There;
use super::worktrees::Way;
use crate::error::CliError;
use crate::finding_lane;
use crate::hooks::task_named;
use crate::integration;
use crate::lane_tip;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;
use crate::show::when;

/// How many commits of a branch are looked at; one with more is no lane that just begins.
const COMMITS: usize = 1000;
/// How much of an author's name is shown, in characters.
const AUTHOR_CHARS: usize = 60;

/// Who has the task when its branch is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Nobody, or nobody again once this is refused.
    No,
    /// The one who asks, since before.
    Before,
}

/// What a branch has that the integration branch has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Nothing,
    /// Something of this task's lane: its trailer, or a commit that a checkpoint names.
    Own,
    /// Commits of other lanes only.
    OtherLanes,
    /// A commit of no lane, or one that is not here.
    Foreign,
}

/// Refuses a branch that exists already and that this task's lane did not make, here or on the shared remote, unless it is taken
/// over by intent: then it is the lane's, from where it is. The remote is asked unless what is here says enough.
///
/// # Errors
/// A refusal; when git or the state cannot be read.
pub(super) fn is_free(session: &Session<'_>, task: &Task, way: &Way, held: Held) -> Result<(), CliError> {
    // Nobody has it: the claim goes to the remote next.
    let silence = match task.claim {
        None => Silence::Ends,
        Some(_) => Silence::Warned,
    };
    match look(session, task, (way, held), Asked::Remote(silence))? {
        Some(taken) => taken.known.taken_over(taken.here, &taken.there),
        None => Ok(()),
    }
}

/// Whether [`is_free`] would let a task that nobody holds pass, by what is known here: the remote is not asked, and nothing is
/// taken over yet.
///
/// # Errors
/// When git or the state cannot be read.
pub(super) fn is_free_as_known(session: &Session<'_>, task: &Task, way: &Way) -> Result<bool, StoreError> {
    match look(session, task, (way, Held::No), Asked::Nobody) {
        Ok(_) => Ok(true),
        Err(CliError::Refused(_)) => Ok(false),
        Err(CliError::Store(fault)) => Err(fault),
        Err(CliError::Git(fault)) => Err(fault.into()),
        Err(fault) => Err(Refusal::input(fault.to_string()).into()),
    }
}

/// Who is asked for what the shared remote has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    /// The remote itself.
    Remote(Silence),
    /// What was seen last counts.
    Nobody,
}

/// A branch of the remote's that is taken over by intent.
struct Taken<'a> {
    known: Known<'a>,
    here: Option<Oid>,
    there: There,
}

/// Refuses what is not free; none where there is nothing to take over.
fn look<'a>(
    session: &'a Session<'a>,
    task: &'a Task,
    (way, held): (&Way, Held),
    asked: Asked,
) -> Result<Option<Taken<'a>>, CliError> {
    let add = command(&["git", "lane", "task", "edit", task.id.as_str(), "--branch"]);
    branch_name::fit(session, &task.branch, &add)?;
    let bound = lane_store::bound_worktrees(session.repo)?;
    if bound.iter().any(|(_, binding)| binding.task == task.id) {
        return Ok(None);
    }
    let here = session.repo.find_ref(&format!("refs/heads/{}", task.branch))?;
    let mut known = Known::new(session, task, asked)?;
    let holds = match here {
        Some(tip) => known.holds(tip)?,
        None => Holds::Nothing,
    };
    if holds == Holds::Own {
        return Ok(None);
    }
    // Who stands on it and says `--here` means it.
    let stands_on = lane_rules::Checkout::Branch(task.branch.clone());
    let meant = way.take_branch || (way.here && finding_lane::checkout(session.repo)? == stands_on);
    if holds == Holds::Foreign && !meant {
        let tip = here.unwrap_or(Oid::ZERO);
        return Err(known.refused(way, held, &format!("here at {}", known.shown(tip))));
    }
    let there = match asked {
        Asked::Remote(silence) => branch_name::there(session, &task.branch, silence)?,
        Asked::Nobody => branch_name::seen(session, &task.branch)?,
    };
    let Some(there) = there else {
        return Ok(None);
    };
    if here.is_some_and(|here| known.contains(here, there.tip)) {
        return Ok(None);
    }
    match known.holds(there.tip)? {
        Holds::Own => Ok(None),
        // An earlier attempt may have pushed it so; nothing is lost with it.
        Holds::Nothing if held == Held::Before || task.attempts > u32::from(task.claim.is_some()) => Ok(None),
        _ if way.take_branch => Ok(Some(Taken { known, here, there })),
        _ => {
            let seen = if there.now { "" } else { ", as it was seen last" };
            let place = format!("on {} at {}{seen}", there.remote, known.shown(there.tip));
            Err(known.refused(way, held, &place))
        }
    }
}

fn main_tips(session: &Session<'_>) -> Result<Vec<Oid>, CliError> {
    let tips = integration::tips(session.repo, &integration::name(&session.store())?)?;
    Ok(tips.into_iter().map(|(_, tip)| tip).collect())
}

/// What is known to be on the integration branch, and of the lane.
struct Known<'a> {
    session: &'a Session<'a>,
    task: &'a Task,
    main: Vec<Oid>,
    /// Whether the remote can still be asked how far the integration branch is.
    asks: bool,
    delivered: HashSet<Oid>,
}

impl<'a> Known<'a> {
    fn new(session: &'a Session<'a>, task: &'a Task, asked: Asked) -> Result<Self, CliError> {
        let store = session.store();
        let view = store.view()?;
        let mut delivered = HashSet::new();
        for n in 1..=task.checkpoints {
            let record = view.checkpoint(&task.id, &CheckpointId::nth(n))?;
            delivered.extend(record.and_then(|record| record.tip.parse::<Oid>().ok()));
        }
        Ok(Self {
            session,
            task,
            main: main_tips(session)?,
            asks: asked != Asked::Nobody,
            delivered,
        })
    }

    /// What a branch has. Before it is said to be somebody else's, the integration branch is asked for: what landed since it was
    /// fetched is nobody's either.
    fn holds(&mut self, tip: Oid) -> Result<Holds, CliError> {
        match self.holds_beside_main(tip)? {
            Holds::OtherLanes | Holds::Foreign if self.catches_up()? => self.holds_beside_main(tip),
            holds => Ok(holds),
        }
    }

    /// Fetches the integration branch, once. Says whether it was further than was known.
    fn catches_up(&mut self) -> Result<bool, CliError> {
        let (session, store) = (self.session, self.session.store());
        let link = match std::mem::take(&mut self.asks) {
            true => publishing::link(session, &store)?,
            false => None,
        };
        let Some(remote) = link.and(lane_store::remote_name(session.repo)?) else {
            return Ok(false);
        };
        let main = integration::name(&store)?;
        let tracking = format!("refs/remotes/{remote}/{main}");
        match lane_tip::ask(session, &remote, &main, &tracking) {
            Ok(_) => {}
            Err(RemoteError::Git(fault)) => return Err(fault.into()),
            Err(fault) => {
                paint::warning(&fault.to_string());
                return Ok(false);
            }
        }
        let before = std::mem::replace(&mut self.main, main_tips(session)?);
        Ok(self.main != before)
    }

    fn holds_beside_main(&self, tip: Oid) -> Result<Holds, CliError> {
        let repo = self.session.repo;
        if !repo.has_object(tip)? {
            return Ok(Holds::Foreign);
        }
        // Its tip says it, however far the branch is from the integration branch as it is here.
        if self.delivered.contains(&tip) || self.named(tip)?.as_ref() == Some(&self.task.id) {
            return Ok(Holds::Own);
        }
        let commits = match repo.rev_list(&[tip], &self.main, COMMITS) {
            Err(GitError::TooMuch { .. }) => return Ok(Holds::Foreign),
            commits => commits?,
        };
        let (store, mut holds) = (self.session.store(), Holds::Nothing);
        let view = store.view()?;
        for commit in commits {
            let named = self.named(commit)?;
            if self.delivered.contains(&commit) || named.as_ref() == Some(&self.task.id) {
                return Ok(Holds::Own);
            }
            let is_of_a_lane = match &named {
                Some(id) => view.task(id)?.is_some(),
                None => false,
            };
            holds = match holds {
                Holds::Foreign => holds,
                _ if is_of_a_lane => Holds::OtherLanes,
                _ => Holds::Foreign,
            };
        }
        Ok(holds)
    }

    /// The task that a commit's trailer names.
    fn named(&self, commit: Oid) -> Result<Option<TaskId>, CliError> {
        let message = self.session.repo.commit(commit)?.message;
        let message = String::from_utf8_lossy(&message);
        Ok(task_named(&message).and_then(|name| TaskId::new(name).ok()))
    }

    fn contains(&self, whole: Oid, part: Oid) -> bool {
        let repo = self.session.repo;
        repo.is_ancestor(part, whole).unwrap_or(false)
    }

    /// `1a2b3c4d, made by Sam 2026-11-21T10:31:04Z (3h ago)`.
    fn shown(&self, tip: Oid) -> String {
        match self.session.repo.commit(tip) {
            Ok(commit) => {
                let at = when::moment(Timestamp::from_secs(commit.time), self.session.source.now());
                let by = text::excerpt(&commit.author.name, AUTHOR_CHARS);
                format!("{}, made by {by} {at}", tip.short())
            }
            Err(_) => tip.short(),
        }
    }

    fn refused(&self, way: &Way, held: Held, place: &str) -> CliError {
        let id = self.task.id.as_str();
        let what = format!(
            "there is a branch {} {place}, and nothing on it is of {id}: a lane that began there could rewrite it",
            self.task.branch
        );
        let mut take = vec!["git", "lane", way.verb, id, "--take-over"];
        take.extend(way.here.then_some("--here"));
        let edit = command(&["git", "lane", "task", "edit", id, "--branch", "NAME"]);
        let release = command(&["git", "lane", "release", id, "--why", "TEXT"]);
        let other = match held {
            Held::No => edit,
            // A claimed task's branch stays what it is.
            Held::Before => format!("{release} && {edit}"),
        };
        Refusal::new(&ground::FOREIGN_BRANCH, what)
            .hint(other)
            .hint(command(&take))
            .into()
    }

    /// The lane begins where the remote's branch is, or goes on from what is here.
    fn taken_over(&self, here: Option<Oid>, there: &There) -> Result<(), CliError> {
        let branch = &self.task.branch;
        if here.is_some() {
            let both = format!("{branch}...{}/{branch}", there.remote);
            paint::warning(&format!("branch {branch} is another one on {}", there.remote));
            paint::hint(&command(&["git", "log", "--oneline", &both, "--"]));
            return Ok(());
        }
        if !self.session.repo.has_object(there.tip)? {
            let what = format!(
                "{}, where {branch} is on {}, is not here",
                there.tip.short(),
                there.remote
            );
            let fetch = command(&["git", "fetch", "--", &there.remote, branch]);
            return Err(Refusal::new(&ground::FOREIGN_BRANCH, what).hint(fetch).into());
        }
        self.session.store().create_branch(branch, there.tip)?;
        paint::note(&format!(
            "branch {branch} begins where it is on {}, at {}",
            there.remote,
            self.shown(there.tip)
        ));
        Ok(())
    }
}
