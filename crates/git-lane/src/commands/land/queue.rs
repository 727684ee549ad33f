//! Which task lands, where, and what stands against it: all by the state as it was fetched just now.

use std::path::PathBuf;
use std::time::Duration;

use lane_core::apply::standing_handoff;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::order::Against;
use lane_core::order::Offer;
use lane_core::policy::MergeStyle;
use lane_core::policy::Role;
use lane_core::policy::Via;
use lane_core::ready::Floor;
use lane_core::record::Checkpoint;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::RemoteError;
use lane_store::Actor;
use lane_store::Queue;
use lane_store::StoreError;
use lane_store::TreeView;

use crate::actions;
use crate::commands::can;
use crate::error::CliError;
use crate::evidence;
use crate::integration;
use crate::lane_tip;
use crate::lane_tip::LaneTip;
use crate::publishing;
use crate::session::Session;
use crate::setup;
use crate::show::frozen;
use crate::team::Team;

/// How long the remote is waited for.
const LIMIT: Duration = Duration::from_secs(30);
/// How many paths a refusal names.
const PATHS: usize = 3;

/// The integration branch, and how far it is.
pub(super) struct Place {
    /// Its name.
    pub(super) main: String,
    /// Its tip.
    pub(super) base: Oid,
    /// The shared remote that has it; none where there is none, and the local branch counts.
    pub(super) remote: Option<String>,
    /// Where it is checked out in this clone.
    pub(super) checkout: Option<PathBuf>,
}

impl Place {
    /// Fetches the branch.
    ///
    /// # Errors
    /// When the remote does not answer, or there is no such branch.
    fn find(session: &Session<'_>) -> Result<Self, CliError> {
        let store = session.store();
        let main = integration::name(&store)?;
        let remote = store.link()?.map(|link| link.remote().to_owned());
        let base = match &remote {
            Some(remote) => there(session, remote, &main)?,
            None => session.repo.find_ref(&format!("refs/heads/{main}"))?,
        };
        let Some(base) = base else {
            let (whose, hint) = match &remote {
                Some(remote) => (remote.clone(), command(&["git", "push", "--", remote, &main])),
                None => ("this clone".to_owned(), "git lane doctor".to_owned()),
            };
            let what = format!("lanes land on {main}, and {whose} has no such branch");
            return Err(Refusal::new(&ground::NO_INTEGRATION, what).hint(hint).into());
        };
        let full = format!("refs/heads/{main}");
        let mut list = session.repo.worktree_list()?.into_iter();
        let checkout = list.find(|one| one.branch.as_ref() == Some(&full) && !one.bare && !one.prunable);
        let place = Self {
            main,
            base,
            remote,
            checkout: checkout.map(|one| one.path),
        };
        place.can_be_moved(session)?;
        Ok(place)
    }

    /// Without a remote the checkout itself is moved, and only a clean one can be.
    fn can_be_moved(&self, session: &Session<'_>) -> Result<(), CliError> {
        let (None, Some(path)) = (&self.remote, &self.checkout) else {
            return Ok(());
        };
        let dirt = session.repo.dirt(Some(path))?;
        if dirt.count == 0 {
            return Ok(());
        }
        let paths = dirt.paths.iter().take(PATHS);
        let paths: Vec<String> = paths.map(|path| lane_core::text::escape_path(path)).collect();
        let folder = setup::quoted(&path.display().to_string());
        let what = format!(
            "{} is checked out at {} with uncommitted files ({} in all: {}), so it cannot be moved",
            self.main,
            lane_core::text::escape_path(path.as_os_str().as_encoded_bytes()),
            dirt.count,
            paths.join(", ")
        );
        Err(Refusal::new(&ground::INTEGRATION_CHECKED_OUT, what)
            .hint(format!("git -C {folder} stash push --include-untracked"))
            .into())
    }
}

/// Takes in what the others decided.
///
/// # Errors
/// When the remote does not answer: what lands is decided on what the others have.
fn fresh(session: &Session<'_>) -> Result<(), CliError> {
    let store = session.store();
    let Some(link) = store.link()? else {
        return Ok(());
    };
    if session.offline() {
        let what = "what lands is decided on what the others have: land without --offline";
        return Err(CliError::Usage(what.to_owned()));
    }
    publishing::tell(&link, &store.refresh(&link)?);
    Ok(())
}

fn there(session: &Session<'_>, remote: &str, main: &str) -> Result<Option<Oid>, CliError> {
    lane_tip::ask(session, remote, main, &format!("refs/remotes/{remote}/{main}")).map_err(
        |fault| match fault {
            RemoteError::Git(fault) => fault.into(),
            fault => StoreError::Unreachable {
                what: fault.to_string(),
                unknown: false,
            }
            .into(),
        },
    )
}

/// What lands.
pub(super) struct Queued {
    pub(super) place: Place,
    pub(super) task: Task,
    /// The commit that was handed off and judged.
    pub(super) tip: Oid,
    /// The fence of the claim whose work it is.
    pub(super) fence: u64,
    /// What is made of its commits.
    pub(super) merge: MergeStyle,
    /// Who moves the branch.
    pub(super) via: Via,
}

/// The named task, else the first of the queue, at the commit that was handed off.
///
/// # Errors
/// A refusal of the state, in its own words, before anything is made.
pub(super) fn pinned(session: &Session<'_>, actor: &Actor, id: Option<&TaskId>) -> Result<Queued, CliError> {
    fresh(session)?;
    let store = session.store();
    let view = store.view()?;
    let id = chosen(session, actor, &view, id)?;
    let task = evidence::spoken_for(session, &view, Some(&id))?;
    may(session, actor, &view, &task)?;
    let Some(handoff) = standing_handoff(&view, &task)? else {
        return Err(moved(&task, "nothing of it is handed off", None));
    };
    let place = Place::find(session)?;
    let tip = pin(session, &task, &handoff)?;
    let policy = view.policy()?;
    if policy.landing.via == Via::Host && place.remote.is_none() {
        let what = "the policy lets the host merge (`[landing] via = \"host\"`), and no remote is shared";
        return Err(Refusal::new(&ground::INTEGRATION_GUARDED, what)
            .hint("git lane doctor")
            .into());
    }
    Ok(Queued {
        place,
        fence: task.claim.as_ref().map_or(0, |claim| claim.fence),
        merge: policy.landing.merge,
        via: policy.landing.via,
        task,
        tip,
    })
}

/// The task, by the queue's order.
fn chosen(
    session: &Session<'_>,
    actor: &Actor,
    view: &TreeView<'_>,
    id: Option<&TaskId>,
) -> Result<TaskId, CliError> {
    let store = session.store();
    let queue = Queue::read(&store, view)?;
    let team = Team::new(session, view, &queue, view.policy()?)?;
    let floor = Floor::new(view, &actor.by, &actor.clone).map_err(StoreError::from)?;
    let asks = Some((&actor.by, &actor.clone));
    match id {
        Some(id) => {
            let at = team.cards().iter().position(|card| card.id == *id);
            let offer = at.map(|at| team.ask(&floor, asks, |offers| offers.offer(at, Role::Integrator)));
            if let Some(Offer::Not(Against::MergeOrder(first))) = offer {
                return Err(out_of_order(view, id, &first)?);
            }
            Ok(id.clone())
        }
        None => {
            if let Some(no) = frozen::refusal(view)? {
                return Err(no.into());
            }
            let found = team.find(&floor, asks, &[Role::Integrator])?;
            match found.free.first() {
                Some((at, _)) => Ok(team.cards()[*at].id.clone()),
                None => {
                    let reasons = found.against.iter().map(|(id, count)| format!("{count} {id}"));
                    let what = match reasons.collect::<Vec<_>>().join(", ") {
                        none if none.is_empty() => "nothing is queued".to_owned(),
                        some => format!("nothing can land now: {some}"),
                    };
                    let hint = match found.against.contains_key(ground::AT_HOST.id) {
                        true => "git lane sync",
                        false => "git lane board",
                    };
                    Err(Refusal::new(&ground::NOT_READY, what).hint(hint).into())
                }
            }
        }
    }
}

fn out_of_order(view: &TreeView<'_>, id: &TaskId, first: &TaskId) -> Result<CliError, CliError> {
    let before = view.task(first)?.map(Found::into_task);
    let is_queued = before.is_some_and(|task| task.status == lane_core::record::Phase::Queued);
    let verb = if is_queued { "land" } else { "show" };
    let what = format!("{first} comes before {id}, and has not landed");
    Ok(Refusal::new(&ground::MERGE_ORDER, what)
        .hint(command(&["git", "lane", verb, first.as_str()]))
        .into())
}

/// Refuses what the state has against it.
fn may(session: &Session<'_>, actor: &Actor, view: &TreeView<'_>, task: &Task) -> Result<(), CliError> {
    let trial = can::landing(view, task.id.clone(), "0".repeat(40))?;
    let against = actions::against(session, view, actor, (&task.id, trial))?;
    against.into_iter().next().map_or(Ok(()), |no| Err(no.into()))
}

/// The commit of the handoff, at which the branch has to be, here and there. A branch of this clone that is only behind says
/// nothing.
fn pin(session: &Session<'_>, task: &Task, handoff: &Checkpoint) -> Result<Oid, CliError> {
    let repo = session.repo;
    let Ok(pinned) = handoff.tip.parse::<Oid>() else {
        return Err(moved(task, "its handoff names no commit", None));
    };
    let tip = LaneTip::look(session, task)?;
    let way = tip.way_on(session, task)?;
    // Its branch may be gone there, and the commit is there all the same.
    if !repo.has_object(pinned)?
        && let Some(link) = session.store().link()?
    {
        let _ = repo.fetch_commits(&repo.remote(link.remote(), LIMIT)?, &[pinned], None);
    }
    if !repo.has_object(pinned)? {
        let what = format!("the commit that was handed off, {}, is not here", pinned.short());
        return Err(moved(task, &what, way));
    }
    if let Some(there) = tip.there.filter(|there| *there != pinned) {
        let remote = tip.remote.as_deref().unwrap_or("the remote");
        let what = format!(
            "{remote} has it at {}, and {} was handed off",
            there.short(),
            pinned.short()
        );
        return Err(moved(task, &what, None));
    }
    if let Some(here) = tip.here
        && here != pinned
        && !(tip.remote.is_some() && repo.is_ancestor(here, pinned)?)
    {
        let what = format!(
            "it is at {} here, and {} was handed off",
            here.short(),
            pinned.short()
        );
        return Err(moved(task, &what, None));
    }
    Ok(pinned)
}

/// The verdicts are on another commit than there is.
fn moved(task: &Task, what: &str, way: Option<String>) -> CliError {
    let what = format!("the verdicts on {} are void: {what}", task.id);
    let show = command(&["git", "lane", "show", task.id.as_str()]);
    Refusal::new(&ground::VERDICT_MOVED, what)
        .hint(way.unwrap_or(show))
        .into()
}
