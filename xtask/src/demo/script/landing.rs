//! A task is finished, and what waited for it can go on.

use crate::demo::scene::A;
use crate::demo::scene::B;
use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "The finished task is merged and done; what waited for it becomes ready.",
    steps: &[
        A.is_refused(3, "not-landed", "git lane done price"),
        A.follows("git -C", "")
            .shows(&["docs/guide.md", "src/cart/price"]),
        PERSON.runs("git push --quiet"),
        PERSON
            .runs("git log --oneline --graph -5")
            .shows(&["Merge branch 'price'"]),
        A.runs("git lane done price").shows(&["done price"]),
        B.runs("git lane ready").shows(&["checkout ", "rounding "]),
    ],
};
