//! The way out that the refusal names.

use crate::demo::scene::A;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "The refusal says how to widen the lane; nobody holds the path, so it is granted, and the commit passes.",
    steps: &[
        A.follows("git lane lock docs/guide.md", "the guide names prices"),
        A.runs("git cherry-pick --continue").shows(&["guide: tax"]),
        A.runs("git log -1 --format=%B")
            .shows(&["guide: tax", "\nLane-Task: price\n"]),
        A.runs("git lane locks").shows(&["docs/guide.md"]),
    ],
};
