//! `git lane status`: who you are, where you stand, what you hold, what the others do.

use std::process::ExitCode;

use lane_core::policy::Role;
use lane_core::record::Lock;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::Lane;
use lane_core::view::View as _;
use lane_rules::LaneScene;
use lane_store::Actor;
use lane_store::Store;
use lane_store::TreeView;
use serde_json::Value;
use serde_json::json;

use super::Outcome;
use super::mine;
use crate::error::CliError;
use crate::finding_lane;
use crate::inbox;
use crate::session::Session;
use crate::show::frozen;
use crate::show::json;
use crate::show::mark;
use crate::show::paint;
use crate::show::pushes;
use crate::show::table;
use crate::show::when;

/// Who and where you are, and which lanes there are
///
/// With --mine everything whose move is yours: what you hold, review and test, and what was returned to you, each with
/// the command that leads on; what waits for anybody in a role that you may act in; and who has what you handed off.
#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    /// Everything whose move is yours
    #[arg(long)]
    pub(crate) mine: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Status) -> Outcome {
    frozen::say(&session.store().view()?)?;
    if args.mine {
        return mine::run(session, args.json);
    }
    let store = session.store();
    let view = store.view()?;
    let actor = session.actor(Role::Worker)?;
    let (locks, lanes) = (view.locks()?, view.lanes()?);
    // `doctor` says what is wrong with a policy that cannot be used.
    let policy = match store.policy_of_next(&view) {
        Ok(policy) => policy,
        Err(_) => view.policy()?,
    };
    let binding = session.binding()?;
    let checkout = finding_lane::checkout(session.repo)?;
    let lane = match (session.repo.work_dir(), &binding) {
        (None, _) => None,
        _ => finding_lane::of_worktree(&view, binding.as_ref(), &checkout)?,
    };
    let busy = lanes.iter().filter(|lane| lane.at_work().is_some()).count();
    let unpublished = Unpublished::of(&store)?;
    let mut approved = view.meta()?.push;
    approved.retain(|_, push| !push.is_over(session.source.now()));
    if args.json {
        let now = session.source.now();
        let mine: Vec<_> = locks
            .iter()
            .filter(|l| l.is_held_by(&actor.by, &actor.clone))
            .map(|l| super::locks::as_json(l, l.is_over(now)))
            .collect();
        json::out(&json!({
            "agent": actor.by.as_str(),
            "clone": actor.clone.as_str(),
            "lane": lane.as_ref().map(|l| json!({ "task": l.task.id.as_str(), "fence": l.bound_fence, "current": is_current(l) })),
            "locks": mine,
            "lanes": lanes.iter().map(|lane| marked(lane, &view)).collect::<Vec<_>>(),
            "in_progress": lanes.iter().filter(|lane| lane.status == Phase::InProgress).count(),
            "at_work": busy,
            "capacity": policy.capacity.total,
            "frozen": frozen::as_json(&view)?,
            "approved_pushes": approved,
            "unread": inbox::unread_json(session, &store, &view),
            "unpublished": unpublished.all,
            "provisional": unpublished.provisional,
            "given_up": lane_store::given_up(&store).len(),
        }));
        return Ok(ExitCode::SUCCESS);
    }
    paint::out(&format!("you are {}, in clone {}", actor.by, actor.clone));
    match &lane {
        Some(lane) => here(lane, &locks, session),
        None => paint::out("this worktree is no lane"),
    }
    let rows: Vec<Vec<String>> = lanes
        .iter()
        .map(|lane| row(lane, &locks, &actor, session, &unpublished))
        .collect();
    paint::out(&format!(
        "{busy} of {} places of the pool taken",
        policy.capacity.total
    ));
    let titles: Vec<Option<Task>> = lanes
        .iter()
        .map(|l| view.task(&l.task).ok().flatten().map(Found::into_task))
        .collect();
    for (line, task) in table::lines(&rows).iter().zip(titles) {
        let title = task
            .map(|t| mark::titled(t.mark(), t.status, &t.title, 60))
            .unwrap_or_default();
        paint::out(&format!("  {line}  {title}"));
    }
    for lock in locks.iter().filter(|l| l.task.is_none()) {
        let until = when::lease(lock, session.source.now());
        paint::out(&format!(
            "  {} {} holds {} {until}",
            lock.id,
            lock.owner,
            text::excerpt(&lock.scope.join(" "), 60)
        ));
    }
    for (id, push) in &approved {
        paint::out(&format!("  {}", pushes::waiting(id, push)));
    }
    unpublished.tell();
    let given_up = lane_store::given_up(&store).len();
    if given_up > 0 {
        paint::warning(&format!(
            "{given_up} of this clone's decisions did not hold on the shared state"
        ));
        paint::hint("git lane sync --given-up");
    }
    inbox::tell(session);
    if lane.is_none() {
        paint::hint("git lane next");
    }
    Ok(ExitCode::SUCCESS)
}

/// A lane as data, with its task's mark.
fn marked(lane: &Lane, view: &TreeView<'_>) -> Value {
    let task = view.task(&lane.task).ok().flatten().map(Found::into_task);
    let mut value = json!(lane);
    value["mark"] = json!(task.and_then(|task| task.mark()));
    value
}

fn is_current(lane: &LaneScene) -> bool {
    match (lane.bound_fence, &lane.task.claim) {
        (Some(bound), Some(claim)) => bound == claim.fence,
        (Some(_), None) => false,
        (None, _) => true,
    }
}

fn here(lane: &LaneScene, locks: &[Lock], session: &Session<'_>) {
    let task = &lane.task;
    paint::out(&format!(
        "this worktree is the lane {} ({}): {}",
        task.id,
        task.status,
        mark::titled(task.mark(), task.status, &task.title, text::LINE_CHARS)
    ));
    if !is_current(lane) {
        paint::warning("its fence is outdated: commits here are refused");
        paint::hint(&lane_core::refusal::command(&[
            "git",
            "lane",
            "log",
            "--task",
            task.id.as_str(),
        ]));
    }
    for lock in locks.iter().filter(|l| l.task.as_ref() == Some(&task.id)) {
        let until = when::lease(lock, session.source.now());
        paint::out(&format!(
            "  lock {} on {} {until}",
            lock.id,
            text::excerpt(&lock.scope.join(" "), 100)
        ));
    }
}

/// What the shared remote does not know yet.
struct Unpublished {
    all: usize,
    /// The decisions among them: they are decided again when they are published.
    provisional: Vec<String>,
    /// The number of the first of them.
    first: Option<u64>,
}

impl Unpublished {
    fn of(store: &Store<'_>) -> Result<Self, CliError> {
        // `doctor` says what is wrong with a link; here it is no reason to say nothing.
        let pending = match store.link() {
            Ok(Some(link)) => store.pending(&link)?,
            _ => Vec::new(),
        };
        Ok(Self {
            all: pending.len(),
            provisional: pending
                .iter()
                .filter(|own| own.event.what.is_for_all())
                .map(|own| own.event.sentence())
                .collect(),
            first: pending.first().map(|own| own.event.seq),
        })
    }

    fn tell(&self) {
        if self.all == 0 {
            return;
        }
        let events = if self.all == 1 { "event" } else { "events" };
        paint::out(&format!(
            "not published: {} {events}, {} of them provisional",
            self.all,
            self.provisional.len()
        ));
        for sentence in &self.provisional {
            paint::out(&format!("  {}", text::excerpt(sentence, 120)));
        }
        paint::hint("git lane sync");
    }
}

/// Who is at it beside its holder.
fn judged_by(lane: &Lane, actor: &Actor) -> String {
    let does = match lane.status {
        Phase::Testing => "tested",
        _ => "reviewed",
    };
    match &lane.assigned {
        Some(agent) if *agent == actor.by => format!(", {does} by {agent} (you)"),
        Some(agent) => format!(", {does} by {agent}"),
        None => String::new(),
    }
}

fn row(
    lane: &Lane,
    locks: &[Lock],
    actor: &Actor,
    session: &Session<'_>,
    unpublished: &Unpublished,
) -> Vec<String> {
    let provisional = if unpublished.first.is_some_and(|first| lane.fence >= first) {
        ", provisional"
    } else {
        ""
    };
    let lock = locks
        .iter()
        .find(|l| l.task.as_ref() == Some(&lane.task) && l.fence == lane.fence);
    let now = session.source.now();
    let until = match lock {
        Some(lock) if lock.is_over(now) => format!("lease over since {}", lock.expires),
        Some(lock) => when::lease(lock, now),
        None => "no lock".to_owned(),
    };
    let you = if lane.by == actor.by && lane.clone == actor.clone {
        " (you)"
    } else {
        ""
    };
    vec![
        text::escape(&lane.lane),
        lane.task.to_string(),
        format!("{}{provisional}", lane.status),
        format!("{}{you}{}", lane.by, judged_by(lane, actor)),
        until,
    ]
}
