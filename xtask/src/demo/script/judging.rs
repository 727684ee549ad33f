//! Somebody else judges what was handed off, before it lands.

use crate::demo::scene::A;
use crate::demo::scene::B;
use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "Nothing lands unjudged: a reviewer sends it back with a finding, approves what was mended, and a tester passes it.",
    steps: &[
        A.runs("git lane handoff")
            .shows(&["Handoff CP-01 of price", "next: `git lane review price`"]),
        A.is_refused(3, "own-work", "git lane review price --approve")
            .shows(&["own_approval"]),
        PERSON.runs("git merge --quiet --no-ff --no-edit price"),
        PERSON
            .is_refused(1, "verdict-missing", "git push --quiet")
            .shows(&["no verdict of review"]),
        PERSON.runs("git reset --quiet --hard origin/main"),
        B.runs("git lane review price --return --finding 'the guide says nothing of shipping'"),
        A.runs("git lane resume")
            .shows(&["the guide says nothing of shipping"]),
        A.runs("echo 'Shipping, too' >> docs/guide.md && git commit --quiet -am 'guide: shipping'"),
        A.runs("git lane handoff").shows(&["Handoff CP-02 of price"]),
        B.runs("git lane review price --approve").shows(&["testing"]),
        PERSON.runs("git lane test price --pass").shows(&["queued"]),
    ],
};
