//! What must be true is run, not said: a check that fails refuses the handoff.

use crate::demo::scene::B;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "Acceptance is run, not said: while a check fails there is no handoff; mended, it is written and pushed.",
    steps: &[
        B.is_refused(5, "acceptance-failed", "git lane check")
            .shows(&["FAILED exit 1"]),
        B.is_refused(5, "acceptance-failed", "git lane handoff")
            .shows(&["FAILED exit 1"]),
        B.runs("echo 'CAPITALS too' >> src/search/index"),
        B.is_refused(3, "dirty-worktree", "git lane check"),
        B.follows("git add --all && git commit", "search: capitals"),
        B.runs("git lane check --remedy 'capitals were forgotten'")
            .shows(&["passed"]),
        B.runs("git lane handoff --risk 'other alphabets are not tried'")
            .shows(&[
                "Handoff CP-01 of search",
                "- [x] a1 capitals are found",
                "- src/search/index",
                "other alphabets",
                "branch search and state are on origin",
            ]),
        B.runs("git ls-remote --exit-code origin search refs/agents/state"),
    ],
};
