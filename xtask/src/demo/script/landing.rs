//! A task is finished, and what waited for it can go on.

use crate::demo::scene::A;
use crate::demo::scene::B;
use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "The finished task lands, on a tree that was checked; what waited for it becomes ready.",
    steps: &[
        A.is_refused(3, "not-landed", "git lane done price"),
        A.follows("git lane land", "").shows(&["landed price"]),
        PERSON.runs("git log --oneline --graph -5").shows(&["land price"]),
        B.runs("git lane ready").shows(&["checkout ", "rounding "]),
    ],
};
