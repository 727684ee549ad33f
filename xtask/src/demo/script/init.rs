//! Setting up.

use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "One command sets git-lane up; the policy is a file that is reviewed and committed like code.",
    steps: &[
        PERSON.runs("git lane init").shows(&["made "]),
        PERSON
            .follows("git add .agents .gitattributes", "")
            .shows(&["the hook that was here before ran"]),
        PERSON.runs("git push --quiet"),
        PERSON.runs("git lane sync").shows(&["published"]),
        PERSON.runs("git lane doctor").shows(&["ok"]),
    ],
};
