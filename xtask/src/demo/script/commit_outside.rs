//! Outside the lane, by every way of committing that runs a hook.

use crate::demo::scene::A;
use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "A commit outside the lane is refused: also with --no-verify, also as a cherry-pick.",
    steps: &[
        A.runs("echo 'Prices include tax' >> docs/guide.md && git add docs/guide.md"),
        A.is_refused(1, "outside-scope", "git commit -m 'guide: tax'"),
        A.is_refused(1, "outside-scope", "git commit --no-verify -m 'guide: tax'"),
        A.follows("git restore --staged", ""),
        A.runs("git restore docs/guide.md"),
        PERSON.runs("git switch --quiet -c guide && echo 'Prices include tax' >> docs/guide.md"),
        PERSON.runs("git commit --quiet -am 'guide: tax' && git switch --quiet main"),
        A.is_refused(128, "outside-scope", "git cherry-pick guide"),
        A.runs("git log -1 --format=%s")
            .shows(&["cart: prices include tax"]),
    ],
};
