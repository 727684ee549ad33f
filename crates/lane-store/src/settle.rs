//! What is due before a decision: the policy's adoption, and the leases that signs of life have moved.

use std::collections::BTreeMap;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::LockId;
use lane_core::policy::Adopted;
use lane_core::policy::Role;
use lane_core::record::Lock;
use lane_core::refusal::Refusal;
use lane_core::time::Timestamp;
use lane_core::view::View;

use crate::error::StoreError;
use crate::heartbeat;
use crate::policy_file::find_policy;
use crate::source::Actor;
use crate::store::Store;
use crate::tree_view::TreeView;

/// How exactly leases are brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leases {
    /// When they move by a third: nothing grows while nothing changes.
    Thirds,
    /// Whenever they move at all: before somebody is told that one is over.
    Exactly,
}

/// The next event that is due before `actor` decides; none when all is settled.
pub(crate) fn due(
    store: &Store<'_>,
    view: &TreeView<'_>,
    actor: &Actor,
    leases: Leases,
    now: Timestamp,
) -> Result<Option<(Actor, Payload)>, StoreError> {
    if let Some(policy) = policy_due(store, view)? {
        let actor = Actor {
            role: Role::Maintainer,
            ..actor.clone()
        };
        return Ok(Some((
            actor,
            Payload::PolicyAdopted {
                policy: Box::new(policy),
            },
        )));
    }
    let signs = signs_due(store, view, actor, leases, now)?;
    Ok(signs.into_iter().next().map(|(by, (seen, locks))| {
        (
            Actor {
                by,
                clone: actor.clone.clone(),
                role: Role::Worker,
            },
            Payload::LockRenewed { locks, seen },
        )
    }))
}

impl Store<'_> {
    /// The policy that the next decision on top of `view` is judged by: the adopted one, or the one that it adopts first.
    ///
    /// # Errors
    /// When the integration branch's policy cannot be used, so that nothing can be decided.
    pub fn policy_of_next(&self, view: &TreeView<'_>) -> Result<Adopted, StoreError> {
        match policy_due(self, view)? {
            Some(fresh) => Ok(fresh),
            None => Ok(view.policy()?),
        }
    }
}

/// The integration branch's policy, when it judges differently from the adopted one and is not older.
fn policy_due(store: &Store<'_>, view: &TreeView<'_>) -> Result<Option<Adopted>, StoreError> {
    let meta = view.meta()?;
    let Some(file) = find_policy(store.repo, &meta.integration)? else {
        return Ok(None);
    };
    let policy = file.parse()?;
    if policy.repository != meta.repository {
        let what = format!(
            "the state belongs to repository {}, the policy at {} to {}",
            meta.repository,
            file.place(),
            policy.repository
        );
        return Err(Refusal::new(&ground::OTHER_STATE, what)
            .hint("git lane doctor")
            .into());
    }
    let adopted = view.policy()?;
    let fresh = Adopted::of(&policy, &file.commit.to_string());
    if !adopted.commit.is_empty() && (adopted.same_rules(&fresh) || is_older(store, &fresh, &adopted)?) {
        return Ok(None);
    }
    Ok(Some(fresh))
}

/// Whether this clone's branch is behind the commit that the adopted policy came from. Where a remote is shared and that
/// commit is not here, it is, until a look there showed that the branch does not have it any more.
fn is_older(store: &Store<'_>, fresh: &Adopted, adopted: &Adopted) -> Result<bool, StoreError> {
    let (Ok(fresh), Ok(adopted)) = (fresh.commit.parse(), adopted.commit.parse()) else {
        return Ok(false);
    };
    if store.repo.has_object(adopted)? {
        return Ok(store.repo.is_ancestor(fresh, adopted).unwrap_or(false));
    }
    Ok(store.link()?.is_some() && !store.is_nowhere(adopted))
}

type Signs = BTreeMap<Agent, (Timestamp, Vec<LockId>)>;

/// The locks of this clone that signs of life renew, by owner.
fn signs_due(
    store: &Store<'_>,
    view: &TreeView<'_>,
    actor: &Actor,
    leases: Leases,
    now: Timestamp,
) -> Result<Signs, StoreError> {
    let local = store.local_dir();
    let lease = view.policy()?.lanes.lease;
    let mut signs = Signs::new();
    for lock in view
        .locks()?
        .into_iter()
        .filter(|lock| lock.clone == actor.clone && !lock.kept)
    {
        let seen = if lock.owner == actor.by {
            Some(now)
        } else {
            heartbeat::last_sign(&local, &lock.owner)
        };
        if let Some(seen) = seen.filter(|seen| *seen <= now)
            && moves_enough(&lock, seen, lock.lease_or(lease).secs(), leases)
        {
            signs
                .entry(lock.owner)
                .or_insert((seen, Vec::new()))
                .1
                .push(lock.id);
        }
    }
    Ok(signs)
}

fn moves_enough(lock: &Lock, seen: Timestamp, lease_secs: i64, leases: Leases) -> bool {
    let gained = seen.since(lock.expires) + lease_secs;
    match leases {
        Leases::Thirds => gained * 3 >= lease_secs,
        // The actor's own locks are settled by thirds even then, so that a reclaim makes no noise of its own.
        Leases::Exactly => gained > 0,
    }
}
