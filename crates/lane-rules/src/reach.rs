//! What a lane may touch, compiled once for many paths.

use lane_core::glob::GlobError;
use lane_core::glob::Scope;
use lane_core::id::AreaName;
use lane_core::policy::Adopted;
use lane_core::policy::Role;
use lane_core::record::Exception;
use lane_core::record::Lock;
use lane_core::record::Task;
use thiserror::Error;

use lane_core::id::Agent;

/// A glob of a record or of the policy that cannot be read.
#[derive(Debug, Error)]
#[error("{place}: {fault}")]
pub struct ReachError {
    /// Where the glob stands.
    pub place: String,
    /// What is wrong with it.
    pub fault: GlobError,
}

pub(crate) fn parse(place: &str, globs: &[String]) -> Result<Scope, ReachError> {
    Scope::parse(globs).map_err(|fault| ReachError {
        place: place.to_owned(),
        fault,
    })
}

/// The globs that matter for one lane or person.
pub struct Reach {
    /// Whether the lane has a scope at all; one without is judged like a person.
    pub scoped: bool,
    /// What the lane holds.
    pub held: Scope,
    /// What its task names as out of scope.
    pub banned: Scope,
    /// What its own area owns.
    pub own_area: Scope,
    /// What other areas own.
    pub other_areas: Scope,
    /// What every lane may change.
    pub common: Scope,
    /// What belongs to the maintainer role; empty when it is this agent's.
    pub maintained: Scope,
    /// What was let pass.
    pub let_pass: Scope,
    /// What each lock of the scene covers, in its order.
    pub locks: Vec<Scope>,
}

impl Reach {
    /// The reach of `agent` in a lane (or in none) that holds `held`. `excepted` are the overrides that
    /// count, `locks` all live locks.
    pub fn new<'e>(
        policy: &Adopted,
        agent: &Agent,
        lane: Option<&Task>,
        held: &[String],
        excepted: impl Iterator<Item = &'e Exception>,
        locks: &[Lock],
    ) -> Result<Self, ReachError> {
        let place = lane.map_or_else(|| "the state".to_owned(), |task| format!("task {}", task.id));
        let area = lane.and_then(|task| task.area.as_ref());
        let of_policy = |scope: Result<Scope, GlobError>| {
            scope.map_err(|fault| ReachError {
                place: "the policy".into(),
                fault,
            })
        };
        let area_scope = |f: &dyn Fn(&AreaName) -> Result<Scope, GlobError>| match area {
            Some(area) => of_policy(f(area)),
            None => Ok(Scope::default()),
        };
        Ok(Self {
            scoped: lane.is_some_and(|task| !task.scope.is_empty()),
            held: parse(&place, held)?,
            banned: parse(&place, lane.map_or(&[], |task| task.out_of_scope.as_slice()))?,
            own_area: area_scope(&|area| policy.owned_by(area))?,
            other_areas: area_scope(&|area| policy.owned_by_others(area))?,
            common: of_policy(policy.common())?,
            maintained: if is_maintainer(policy, agent, lane.is_some()) {
                Scope::default()
            } else {
                of_policy(policy.maintained())?
            },
            locks: locks
                .iter()
                .map(|lock| parse(&format!("lock {}", lock.id), &lock.scope))
                .collect::<Result<_, _>>()?,
            let_pass: parse(
                "an override",
                &excepted.map(|e| e.path.clone()).collect::<Vec<_>>(),
            )?,
        })
    }
}

/// A lane is a maintainer's only when the policy names its agent; a person is one unless it names others.
fn is_maintainer(policy: &Adopted, agent: &Agent, in_lane: bool) -> bool {
    let named = policy.roles.contains_key(&Role::Maintainer);
    if in_lane && !named {
        false
    } else {
        policy.allows(Role::Maintainer, agent)
    }
}
