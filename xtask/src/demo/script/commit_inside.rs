//! The ordinary case: nothing is in the way.

use crate::demo::scene::A;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "A commit inside the lane passes, by plain git, and carries its task.",
    steps: &[
        A.runs("echo 'with tax' >> src/cart/price"),
        A.runs("git commit -am 'cart: prices include tax'")
            .shows(&["the hook that was here before ran"]),
        A.runs("git log -1 --format=%B")
            .shows(&["cart: prices include tax", "\nLane-Task: price\n"]),
    ],
};
