//! Setting up.

use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "One command sets git-lane up; the policy and what agents are told are files that are reviewed and committed like code.",
    steps: &[
        PERSON
            .runs("git lane init --agents-md")
            .shows(&["made ", "AGENTS.md, the section that tells agents"]),
        PERSON
            .follows("git add .agents .gitattributes", "")
            .shows(&["the hook that was here before ran"]),
        PERSON.runs("git push --quiet"),
        PERSON.runs("git lane sync").shows(&["published"]),
        PERSON.runs("git lane doctor").shows(&["ok"]),
    ],
};
