//! Rules about what is delivered. The policy sets how much they weigh.

use lane_core::ground;

use super::Guide;
use super::Sort;

/// What these have in common.
const DELIVERY: Guide = Guide::blank(Sort::Delivery, &ground::HANDOFF_MISSING);

pub(super) static ACCEPTANCE_CHANGED: Guide = Guide {
    ground: &ground::ACCEPTANCE_CHANGED,
    what: "A criterion that the task had when it was claimed first is another one now, or gone.",
    why: "Who does the work can edit what it is measured by. That is right at times, and never unseen.",
    violates: "T-1 is claimed with `--check 'cargo test empty_groups'`, and handed off with `--check true` in its place.",
    neighbour: "A criterion is added; or it is edited before anybody claims the task; or put back to what it was.",
    remedy: "Nothing, if it was right: whoever judges the work decides. `git lane show ID` says who changed it, when, and what it was.",
    ..DELIVERY
};

pub(super) static ACCEPTANCE_UNDECLARED: Guide = Guide {
    ground: &ground::ACCEPTANCE_UNDECLARED,
    what: "A task names no acceptance check that can be run.",
    why: "That it is done is then a matter of words.",
    violates: "A task whose only criterion is the sentence \"empty groups parse\".",
    neighbour: "The same criterion with `--check 'cargo test empty_groups'`, or with a check of the gates.",
    remedy: "`git lane task edit ID --add-accept TEXT --check COMMAND`.",
    ..DELIVERY
};

pub(super) static CHANGELOG_MISSING: Guide = Guide {
    ground: &ground::CHANGELOG_MISSING,
    what: "A task whose kind needs one adds no entry under Unreleased of a changelog. Without a changelog nobody is asked.",
    why: "Who made the change knows best what it means for others, and knows it now.",
    violates: "A feature that changes src/ alone, in a repository with a CHANGELOG.md.",
    neighbour: "The same with a line under Unreleased; or a task of the kind chore.",
    remedy: "Write the entry, commit it, then `git lane handoff ID`.",
    settings: &[(
        "kinds",
        "the kinds of tasks that need an entry; feature, defect and contract when absent",
    )],
    ..DELIVERY
};

pub(super) static CO_CHANGE: Guide = Guide {
    ground: &ground::CO_CHANGE,
    what: "Something changed that the policy names in `when`, and nothing of its `must`.",
    why: "What must follow a change is forgotten in the place where nobody looks.",
    violates: "crates/api/src/lib.rs changed, and nothing below docs/api, which `[co_change.api-docs]` asks for.",
    neighbour: "Both changed; or docs/api/users.md alone.",
    remedy: "Change the other side, commit it, and hand off again.",
    declares: &["co_change"],
    ..DELIVERY
};

pub(super) static CONTRACT_CONFLICT: Guide = Guide {
    ground: &ground::CONTRACT_CONFLICT,
    what: "The lane and the integration branch both changed files of one contract since they parted.",
    why: "Two changes of an interface may merge line by line and still contradict each other.",
    violates: "The lane changes doc/api/users.yaml, and doc/api/teams.yaml of the same contract changed on main.",
    neighbour: "The lane is rebased on that commit of main; or main changed src/ only.",
    remedy: "`git rebase` onto the integration branch, settle it there, and hand off again.",
    declares: &["contract"],
    ..DELIVERY
};

pub(super) static CONTRACT_UNCHECKED: Guide = Guide {
    ground: &ground::CONTRACT_UNCHECKED,
    what: "Files of a contract changed, and a check that it names has not passed on the tree that is delivered.",
    why: "Others build on it; what they rely on is run, whatever else the change calls for.",
    violates: "doc/api/users.yaml changed, and the handoff did not run the check `contract`, or no gates declare it.",
    neighbour: "The check `contract` passed on this tree; or src/ changed only.",
    remedy: "`git lane handoff ID` runs it, whatever its rung, level and paths; where the gates do not declare it, a maintainer does.",
    declares: &["contract"],
    ..DELIVERY
};

pub(super) static DEFECT_CAUSE: Guide = Guide {
    ground: &ground::DEFECT_CAUSE,
    what: "A defect is handed off without its cause, the layer that owns it, and a file of the change in which it was.",
    why: "Who cannot say where it was has perhaps mended where it showed.",
    violates: "A defect with no `--cause`; or one whose `--file` is not changed.",
    neighbour: "`--cause 'an empty group ended the loop' --layer parser --file src/groups.rs`, which the lane changes.",
    remedy: "`git lane handoff ID --cause TEXT --layer TEXT --file PATH`.",
    ..DELIVERY
};

pub(super) static DEFECT_PROOF: Guide = Guide {
    ground: &ground::DEFECT_PROOF,
    what: "A defect has no regression check that started and failed at the merge base, and passes on what is delivered.",
    why: "A test that also passes without the change shows nothing about it.",
    violates: "A defect whose regression check passes at the merge base, too.",
    neighbour: "A check that fails there with the lane's test files put into it, and passes now.",
    remedy: "`git lane task edit ID --add-accept TEXT --check COMMAND --purpose regression`; `git lane check ID --before` tries it.",
    declares: &["tests"],
    ..DELIVERY
};

pub(super) static HANDOFF_MISSING: Guide = Guide {
    ground: &ground::HANDOFF_MISSING,
    what: "What lands, or is in CI, is a lane's work that nobody handed off as it is.",
    why: "The handoff is where checks were run and the rest was said; a commit after it was not looked at.",
    violates: "A commit is added to T-1 behind its handoff, and the branch is merged.",
    neighbour: "T-1 is handed off again first; or what lands is a person's branch.",
    remedy: "`git lane handoff ID`.",
    ..DELIVERY
};

pub(super) static REMOVED_TESTS: Guide = Guide {
    ground: &ground::REMOVED_TESTS,
    what: "Tests, files of tests or checks of the gates are gone or switched off, and the handoff does not declare it.",
    why: "Taking the test away is the shortest way to green.",
    violates: "A `#[test]` is deleted, or gets an `#[ignore]`.",
    neighbour: "The test is moved to another file, or renamed as it is; or the handoff says `--removes PATH --why TEXT`. Not seen: a test or check that keeps its name and is emptied.",
    remedy: "Bring it back, or `git lane handoff ID --removes PATH --why TEXT`.",
    declares: &["tests"],
    ..DELIVERY
};

pub(super) static RISK_EVIDENCE: Guide = Guide {
    ground: &ground::RISK_EVIDENCE,
    what: "A task of high risk has no check that shows that the code is there (`anchor`), or none that exercises it (`runtime`).",
    why: "Code that is there may be unused, and a path that works may be another one.",
    violates: "A task of high risk whose only check is `cargo test`, marked as nothing.",
    neighbour: "One check with `--purpose anchor` and one with `--purpose runtime` or `regression`; or a task of normal risk.",
    remedy: "`git lane task edit ID --add-accept TEXT --check COMMAND --purpose runtime`.",
    ..DELIVERY
};
