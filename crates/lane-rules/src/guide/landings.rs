//! Rules about what lands: whether it was judged, and whether it is its turn.

use lane_core::ground;

use super::Guide;
use super::Sort;

/// What these have in common.
const LANDING: Guide = Guide::blank(Sort::Delivery, &ground::VERDICT_MISSING);

pub(super) static MERGE_ORDER: Guide = Guide {
    ground: &ground::MERGE_ORDER,
    what: "A part lands before one of the same whole with a smaller `merge_order` is done or given up, or a task before its own parts.",
    why: "The order says what the later part builds on; without it the integration branch has half a thing.",
    violates: "T-3, the second part of T-1, is pushed to main while T-2, the first, is in review.",
    neighbour: "T-2 landed before, or comes with the same push; or both have the same place.",
    remedy: "Land the part that comes first, or give it up: `git lane show ID` says where it is.",
    ..LANDING
};

pub(super) static MERGES_MAIN: Guide = Guide {
    ground: &ground::MERGES_MAIN,
    what: "A lane has merged the integration branch more often than `[landing] merges` of the policy says.",
    why: "What the lane does by itself can hardly be read among the merges, and a conflict that was solved in one of them stays unseen.",
    violates: "T-1 has four commits that merge main, and `merges` is 3.",
    neighbour: "The same work rebased on main; or three such merges.",
    remedy: "`git rebase origin/main` in the lane's worktree, then `git lane handoff ID`, which replaces the branch on the remote.",
    ..LANDING
};

pub(super) static VERDICT_MISSING: Guide = Guide {
    ground: &ground::VERDICT_MISSING,
    what: "A lane's work lands that a stage of `[pipeline] stages` did not find ready: the last of them exactly what lands, those before it any commit of it. In CI this is asked of queued lanes, too.",
    why: "The ledger takes it as a fact that work has landed; that nobody has judged it is seen here, or nowhere.",
    violates: "T-1 was approved and tested, then got one more commit, and is merged; or was handed off and never reviewed.",
    neighbour: "A merge on top of what was judged, which a landing makes; a person's branch; or `stages = []`.",
    remedy: "`git lane handoff ID` where it changed, then `git lane review ID` and `git lane test ID`. A squash or a rebase is another commit.",
    ..LANDING
};
