//! The rows of the table.

use super::Move;
use super::Need;
use super::Verb;
use super::When;
use crate::policy::Role;
use crate::record::Phase;

const ANY: &[Role] = &[
    Role::Worker,
    Role::Orchestrator,
    Role::Reviewer,
    Role::Tester,
    Role::Integrator,
    Role::Maintainer,
];
const HOLDERS: &[Role] = &[Role::Worker, Role::Orchestrator, Role::Maintainer];
const WORKERS: &[Role] = &[Role::Worker, Role::Orchestrator];
const LANDERS: &[Role] = &[
    Role::Worker,
    Role::Integrator,
    Role::Orchestrator,
    Role::Maintainer,
];

const START: &[Need] = &[
    Need::Policy,
    Need::Dependencies,
    Need::Blocker,
    Need::Scope,
    Need::Area,
    Need::Branch,
    Need::ScopeFree,
    Need::AreaLane,
    Need::Capacity,
];

const HANDOFF: &[Need] = &[Need::Holder, Need::Dependencies, Need::Evidence];

const fn row(
    from: Phase,
    when: When,
    verb: Verb,
    to: Phase,
    by: &'static [Role],
    needs: &'static [Need],
) -> Move {
    Move {
        from,
        when,
        verb,
        to,
        by,
        needs,
    }
}

/// All transitions. A verb that a phase does not list is refused there.
pub static MOVES: &[Move] = &[
    row(
        Phase::Todo,
        When::Always,
        Verb::Claim,
        Phase::InProgress,
        WORKERS,
        START,
    ),
    row(
        Phase::Todo,
        When::Always,
        Verb::Block,
        Phase::Blocked,
        ANY,
        &[Need::Reason, Need::NoCycle],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Release,
        Phase::Todo,
        HOLDERS,
        &[Need::Holder, Need::Reason],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Block,
        Phase::Blocked,
        HOLDERS,
        &[Need::Holder, Need::Reason, Need::NoCycle],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Done,
        Phase::Done,
        LANDERS,
        &[Need::Landed],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Reclaim,
        Phase::Todo,
        ANY,
        &[Need::LeaseOver, Need::Reason],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Handoff,
        Phase::Review,
        HOLDERS,
        HANDOFF,
    ),
    row(
        Phase::Review,
        When::Always,
        Verb::Handoff,
        Phase::Review,
        HOLDERS,
        HANDOFF,
    ),
    row(
        Phase::Review,
        When::Always,
        Verb::Resume,
        Phase::InProgress,
        HOLDERS,
        &[Need::Holder, Need::Capacity],
    ),
    row(
        Phase::Review,
        When::Always,
        Verb::Release,
        Phase::Todo,
        HOLDERS,
        &[Need::Holder, Need::Reason],
    ),
    row(
        Phase::Review,
        When::Always,
        Verb::Done,
        Phase::Done,
        LANDERS,
        &[Need::Landed],
    ),
    row(
        Phase::Blocked,
        When::Unclaimed,
        Verb::Claim,
        Phase::InProgress,
        WORKERS,
        START,
    ),
    row(
        Phase::Blocked,
        When::Unclaimed,
        Verb::Block,
        Phase::Blocked,
        ANY,
        &[Need::Reason, Need::NoCycle],
    ),
    row(
        Phase::Blocked,
        When::Unclaimed,
        Verb::Unblock,
        Phase::Todo,
        ANY,
        &[Need::Blocker],
    ),
    row(
        Phase::Blocked,
        When::Claimed,
        Verb::Block,
        Phase::Blocked,
        HOLDERS,
        &[Need::Holder, Need::Reason, Need::NoCycle],
    ),
    row(
        Phase::Blocked,
        When::Claimed,
        Verb::Unblock,
        Phase::InProgress,
        HOLDERS,
        &[Need::Holder, Need::Blocker, Need::Capacity],
    ),
    row(
        Phase::Blocked,
        When::Claimed,
        Verb::Release,
        Phase::Blocked,
        HOLDERS,
        &[Need::Holder, Need::Reason],
    ),
    row(
        Phase::Blocked,
        When::Claimed,
        Verb::Reclaim,
        Phase::Blocked,
        ANY,
        &[Need::LeaseOver, Need::Reason],
    ),
];
