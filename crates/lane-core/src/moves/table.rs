//! The rows of the table.

use super::Move;
use super::Need;
use super::Need::*;
use super::Verb;
use super::When;
use super::When::*;
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
const REVIEWERS: &[Role] = &[Role::Reviewer, Role::Orchestrator, Role::Maintainer];
const TESTERS: &[Role] = &[Role::Tester, Role::Orchestrator, Role::Maintainer];
const INTEGRATORS: &[Role] = &[Role::Integrator, Role::Orchestrator, Role::Maintainer];
const DECIDERS: &[Role] = &[Role::Orchestrator, Role::Maintainer];
const SIGNERS: &[Role] = &[Role::Maintainer, Role::Integrator, Role::Orchestrator];
const LANDERS: &[Role] = &[
    Role::Worker,
    Role::Integrator,
    Role::Orchestrator,
    Role::Maintainer,
];

const START: &[Need] = &[
    Policy,
    Dependencies,
    Blocker,
    Scope,
    Area,
    Branch,
    ScopeFree,
    AreaLane,
    Capacity,
];
const HANDOFF: &[Need] = &[Holder, Dependencies, Children, Evidence];
const APPROVE: &[Need] = &[Free, NotAuthor, SelfReviewed, Implemented, OnTip, Evidence];
const PASS: &[Need] = &[Free, OnTip, Evidence];
const RETURN: &[Need] = &[Free, Finding, Capacity];
const FAIL: &[Need] = &[Free, Finding];
// What cannot land goes back even to a full pool: it would stand before all that is queued behind it.
const UNLANDED: &[Need] = &[Free, Finding];
const RETRY: &[Need] = &[HolderOrLate, Reason];
const GIVE_BACK: &[Need] = &[Holder, Reason];
const ASK: &[Need] = &[Hand, Reason];
const DECIDE: &[Need] = &[Reason];
const TAKE: &[Need] = &[Reason, ScopeFree];
const TAKE_OVER: &[Need] = &[Reason, ScopeFree, Capacity];
const LAND: &[Need] = &[Landed];
const LANDING: &[Need] = &[Thawed, Queued, Judged, Signed, Landed];
const SIGN: &[Need] = &[Queued, Person];

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
#[rustfmt::skip] // A row a line: it is read as a table.
pub static MOVES: &[Move] = &[
    row(Phase::Todo, Always, Verb::Claim, Phase::InProgress, WORKERS, START),
    row(Phase::Todo, Always, Verb::Block, Phase::Blocked, ANY, &[Reason, NoCycle]),
    row(Phase::Todo, Always, Verb::Rescope, Phase::Todo, DECIDERS, DECIDE),
    row(Phase::Todo, Always, Verb::Deprioritise, Phase::Todo, DECIDERS, DECIDE),
    row(Phase::Todo, Always, Verb::Abandon, Phase::Abandoned, DECIDERS, DECIDE),

    row(Phase::InProgress, Always, Verb::Release, Phase::Todo, HOLDERS, GIVE_BACK),
    row(Phase::InProgress, Always, Verb::Block, Phase::Blocked, HOLDERS, &[Holder, Reason, NoCycle]),
    row(Phase::InProgress, Always, Verb::Handoff, Phase::Review, HOLDERS, HANDOFF),
    row(Phase::InProgress, RetryLeft, Verb::Retry, Phase::Todo, ANY, RETRY),
    row(Phase::InProgress, NoRetryLeft, Verb::Retry, Phase::Escalated, ANY, RETRY),
    row(Phase::InProgress, Always, Verb::Escalate, Phase::Escalated, ANY, ASK),
    row(Phase::InProgress, Always, Verb::Reclaim, Phase::Todo, ANY, &[LeaseOver, Reason]),
    row(Phase::InProgress, Always, Verb::TakeOver, Phase::InProgress, DECIDERS, TAKE),
    row(Phase::InProgress, Always, Verb::Abandon, Phase::Abandoned, DECIDERS, DECIDE),
    row(Phase::InProgress, Always, Verb::Done, Phase::Done, LANDERS, LAND),

    row(Phase::Review, Always, Verb::Handoff, Phase::Review, HOLDERS, HANDOFF),
    row(Phase::Review, Always, Verb::Resume, Phase::InProgress, HOLDERS, &[Holder, Capacity]),
    row(Phase::Review, Always, Verb::Release, Phase::Todo, HOLDERS, GIVE_BACK),
    row(Phase::Review, Always, Verb::SelfReview, Phase::Review, HOLDERS, &[Holder, OnTip]),
    row(Phase::Review, Always, Verb::Review, Phase::Review, REVIEWERS, &[Free, NotAuthor, Capacity]),
    row(Phase::Review, Always, Verb::Leave, Phase::Review, REVIEWERS, &[Assigned]),
    row(Phase::Review, Always, Verb::Approve, Phase::Testing, REVIEWERS, APPROVE),
    row(Phase::Review, RetryLeft, Verb::Return, Phase::InProgress, REVIEWERS, RETURN),
    row(Phase::Review, NoRetryLeft, Verb::Return, Phase::Escalated, REVIEWERS, FAIL),
    row(Phase::Review, Always, Verb::Escalate, Phase::Escalated, ANY, ASK),
    row(Phase::Review, Always, Verb::TakeOver, Phase::InProgress, DECIDERS, TAKE_OVER),
    row(Phase::Review, Always, Verb::Abandon, Phase::Abandoned, DECIDERS, DECIDE),
    row(Phase::Review, Always, Verb::Done, Phase::Done, LANDERS, LAND),

    row(Phase::Testing, Always, Verb::Handoff, Phase::Review, HOLDERS, HANDOFF),
    row(Phase::Testing, Always, Verb::Resume, Phase::InProgress, HOLDERS, &[Holder, Capacity]),
    row(Phase::Testing, Always, Verb::Release, Phase::Todo, HOLDERS, GIVE_BACK),
    row(Phase::Testing, Always, Verb::Test, Phase::Testing, TESTERS, &[Free, Capacity]),
    row(Phase::Testing, Always, Verb::Leave, Phase::Testing, TESTERS, &[Assigned]),
    row(Phase::Testing, Always, Verb::Pass, Phase::Queued, TESTERS, PASS),
    row(Phase::Testing, RetryLeft, Verb::Fail, Phase::Testing, TESTERS, FAIL),
    row(Phase::Testing, RetrySpent, Verb::Fail, Phase::Review, TESTERS, FAIL),
    row(Phase::Testing, RetryOverspent, Verb::Fail, Phase::Escalated, TESTERS, FAIL),
    row(Phase::Testing, Always, Verb::Escalate, Phase::Escalated, ANY, ASK),
    row(Phase::Testing, Always, Verb::TakeOver, Phase::InProgress, DECIDERS, TAKE_OVER),
    row(Phase::Testing, Always, Verb::Abandon, Phase::Abandoned, DECIDERS, DECIDE),
    row(Phase::Testing, Always, Verb::Done, Phase::Done, LANDERS, LAND),

    row(Phase::Queued, Always, Verb::Handoff, Phase::Review, HOLDERS, HANDOFF),
    row(Phase::Queued, Always, Verb::Resume, Phase::InProgress, HOLDERS, &[Holder, Capacity]),
    row(Phase::Queued, Always, Verb::Release, Phase::Todo, HOLDERS, GIVE_BACK),
    row(Phase::Queued, RetryLeft, Verb::Return, Phase::InProgress, INTEGRATORS, UNLANDED),
    row(Phase::Queued, NoRetryLeft, Verb::Return, Phase::Escalated, INTEGRATORS, FAIL),
    row(Phase::Queued, Always, Verb::Escalate, Phase::Escalated, ANY, ASK),
    row(Phase::Queued, Always, Verb::TakeOver, Phase::InProgress, DECIDERS, TAKE_OVER),
    row(Phase::Queued, Always, Verb::Abandon, Phase::Abandoned, DECIDERS, DECIDE),
    row(Phase::Queued, Always, Verb::Sign, Phase::Queued, SIGNERS, SIGN),
    row(Phase::Queued, Always, Verb::Land, Phase::Done, INTEGRATORS, LANDING),
    row(Phase::Queued, Always, Verb::Done, Phase::Done, LANDERS, LAND),

    row(Phase::Escalated, Always, Verb::Retry, Phase::Todo, DECIDERS, DECIDE),
    row(Phase::Escalated, Always, Verb::Return, Phase::InProgress, DECIDERS, RETURN),
    row(Phase::Escalated, Always, Verb::Rescope, Phase::Todo, DECIDERS, DECIDE),
    row(Phase::Escalated, Always, Verb::Deprioritise, Phase::Todo, DECIDERS, DECIDE),
    row(Phase::Escalated, Always, Verb::TakeOver, Phase::InProgress, DECIDERS, TAKE_OVER),
    row(Phase::Escalated, Always, Verb::Abandon, Phase::Abandoned, DECIDERS, DECIDE),
    row(Phase::Escalated, Always, Verb::Done, Phase::Done, LANDERS, LAND),

    row(Phase::Blocked, Unclaimed, Verb::Claim, Phase::InProgress, WORKERS, START),
    row(Phase::Blocked, Unclaimed, Verb::Block, Phase::Blocked, ANY, &[Reason, NoCycle]),
    row(Phase::Blocked, Unclaimed, Verb::Unblock, Phase::Todo, ANY, &[Blocker]),
    row(Phase::Blocked, Unclaimed, Verb::Rescope, Phase::Todo, DECIDERS, DECIDE),
    row(Phase::Blocked, Unclaimed, Verb::Deprioritise, Phase::Blocked, DECIDERS, DECIDE),
    row(Phase::Blocked, Always, Verb::Abandon, Phase::Abandoned, DECIDERS, DECIDE),
    row(Phase::Blocked, Claimed, Verb::Block, Phase::Blocked, HOLDERS, &[Holder, Reason, NoCycle]),
    row(Phase::Blocked, Claimed, Verb::Unblock, Phase::InProgress, HOLDERS, &[Holder, Blocker, Capacity]),
    row(Phase::Blocked, Claimed, Verb::Release, Phase::Blocked, HOLDERS, GIVE_BACK),
    row(Phase::Blocked, Claimed, Verb::Escalate, Phase::Escalated, ANY, ASK),
    row(Phase::Blocked, Claimed, Verb::TakeOver, Phase::InProgress, DECIDERS, TAKE_OVER),
    row(Phase::Blocked, Claimed, Verb::Reclaim, Phase::Blocked, ANY, &[LeaseOver, Reason]),
];
