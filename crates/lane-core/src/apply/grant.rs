//! Whether a scope may be granted: nobody else holds any path of it, for all paths that can exist.

use super::Rejection;
use crate::event::Event;
use crate::glob;
use crate::glob::GlobError;
use crate::glob::Scope;
use crate::glob::TooComplex;
use crate::ground;
use crate::id::Agent;
use crate::id::AreaName;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::record::Lock;
use crate::record::LockMode;
use crate::record::Task;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::refusal::reclaim;
use crate::time::Timestamp;
use crate::view::View;

/// Who asks for a scope.
struct Asker<'a> {
    /// The agent.
    by: &'a Agent,
    /// The clone that it acts in: the same name elsewhere is another holder.
    clone: &'a CloneId,
    /// The lane that it is for; absent for a lock of its own.
    task: Option<&'a TaskId>,
    /// Exclusive or shared.
    mode: LockMode,
}

/// Whether `lock` belongs to the same lane, or is the holder's own beside its lane.
fn is_own(lock: &Lock, asker: &Asker<'_>) -> bool {
    match (&lock.task, asker.task) {
        (Some(theirs), Some(mine)) => theirs == mine,
        _ => lock.is_held_by(asker.by, asker.clone),
    }
}

/// The paths of a policy that count otherwise when scopes are compared.
pub(crate) struct Compared {
    common: Scope,
    hotspots: Scope,
}

impl Compared {
    pub(crate) fn new(policy: &Adopted) -> Result<Self, GlobError> {
        Ok(Self {
            common: policy.common()?,
            hotspots: policy.hotspots()?,
        })
    }

    /// A path that both locks cover and only one holder may; none for locks of one lane or holder.
    pub(crate) fn both_cover(
        &self,
        (lock, scope): (&Lock, &Scope),
        (other, theirs): (&Lock, &Scope),
    ) -> Result<Option<String>, TooComplex> {
        let asker = Asker {
            by: &lock.owner,
            clone: &lock.clone,
            task: lock.task.as_ref(),
            mode: lock.mode,
        };
        if is_own(other, &asker) {
            return Ok(None);
        }
        self.meet(scope, lock.mode, theirs, other.mode)
    }

    fn meet(
        &self,
        a: &Scope,
        mode: LockMode,
        b: &Scope,
        other: LockMode,
    ) -> Result<Option<String>, TooComplex> {
        if mode == LockMode::Shared && other == LockMode::Shared {
            glob::decide(&[a, b, &self.hotspots], &[&self.common])
        } else {
            glob::decide(&[a, b], &[&self.common])
        }
    }
}

/// The first lock that stands against `scope`, with a path that both cover.
fn conflict<'a>(
    locks: &'a [Lock],
    policy: &Adopted,
    scope: &Scope,
    asker: &Asker<'_>,
) -> Result<Option<(&'a Lock, String)>, Refusal> {
    let compared = Compared::new(policy)?;
    for lock in locks.iter().filter(|lock| !is_own(lock, asker)) {
        let theirs = Scope::parse(&lock.scope)
            .map_err(|e| Refusal::input(format!("lock {}: {e}: {}", lock.id, e.problem)))?;
        let met = compared.meet(scope, asker.mode, &theirs, lock.mode);
        if let Some(path) = met.map_err(|e| too_complex(&e))? {
            return Ok(Some((lock, path)));
        }
    }
    Ok(None)
}

pub(super) fn too_complex(error: &TooComplex) -> Refusal {
    Refusal::new(&ground::SCOPE_TOO_COMPLEX, error.to_string())
}

/// Refuses a scope that somebody else holds.
pub(super) fn scope_is_free(
    view: &dyn View,
    event: &Event,
    scope: &Scope,
    task: Option<&TaskId>,
    mode: LockMode,
) -> Result<(), Rejection> {
    let locks = view.locks()?;
    let policy = view.policy()?;
    let asker = Asker {
        by: &event.by,
        clone: &event.clone,
        task,
        mode,
    };
    match conflict(&locks, &policy, scope, &asker)? {
        Some((lock, path)) => Err(foreign_lock(lock, &path, event.at).into()),
        None => Ok(()),
    }
}

fn foreign_lock(lock: &Lock, path: &str, now: Timestamp) -> Refusal {
    let lane = lock
        .task
        .as_ref()
        .map_or(String::new(), |task| format!(" for {task}"));
    let what = format!(
        "{} holds {}{lane}, which covers {} too",
        lock.owner,
        lock.id,
        crate::text::excerpt(path, 120)
    );
    let next = if lock.is_over(now) {
        reclaim(&lock.id)
    } else {
        "git lane ready".to_owned()
    };
    Refusal::new(&ground::FOREIGN_LOCK, what)
        .held_by_lock(lock, now)
        .hint(next)
}

/// Refuses globs that reach into an area other than `area`.
pub(super) fn stays_in_area(policy: &Adopted, scope: &Scope, area: Option<&AreaName>) -> Result<(), Refusal> {
    let Some(area) = area else { return Ok(()) };
    let (own, others) = (policy.owned_by(area)?, policy.owned_by_others(area)?);
    let common = policy.common()?;
    let found = glob::decide(&[scope, &others], &[&own, &common]).map_err(|e| too_complex(&e))?;
    let Some(path) = found else { return Ok(()) };
    let owners: Vec<&str> = policy
        .owners_of(path.as_bytes())
        .iter()
        .map(|a| a.as_str())
        .collect();
    let what = format!(
        "{} is owned by {}, not by {area}",
        crate::text::excerpt(&path, 120),
        owners.join(", ")
    );
    Err(Refusal::new(&ground::OUTSIDE_AREA, what).hint(command(&[
        "git",
        "lane",
        "task",
        "add",
        "TITLE",
        "--area",
        owners.first().copied().unwrap_or("AREA"),
    ])))
}

/// Refuses globs that the task itself names as out of its scope.
pub(super) fn keeps_out(task: &Task, scope: &Scope) -> Result<(), Refusal> {
    let banned = Scope::parse(&task.out_of_scope)?;
    match glob::decide(&[scope, &banned], &[]).map_err(|e| too_complex(&e))? {
        Some(path) => {
            let what = format!(
                "{} names {} as out of its scope",
                task.id,
                crate::text::excerpt(&path, 120)
            );
            let show = command(&["git", "lane", "task", "show", task.id.as_str()]);
            Err(Refusal::new(&ground::OUT_OF_SCOPE, what).hint(show))
        }
        None => Ok(()),
    }
}
