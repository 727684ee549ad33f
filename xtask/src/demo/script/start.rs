//! Two agents take work; what cannot go together is refused.

use crate::demo::scene::A;
use crate::demo::scene::B;
use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "Agents take tasks, each in a worktree of its own; what overlaps or must wait is refused.",
    steps: &[
        A.runs("git lane start price").shows(&["lock L-"]),
        A.follows("cd ", ""),
        B.is_refused(3, "foreign-lock", "git lane start rounding"),
        B.is_refused(3, "dependency-open", "git lane start checkout"),
        B.follows("git lane ready", "").shows(&["search "]),
        B.runs("git lane start search"),
        B.follows("cd ", ""),
        PERSON.runs("git lane status").shows(&["agent-a", "agent-b"]),
    ],
};
