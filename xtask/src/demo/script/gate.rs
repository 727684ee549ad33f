//! The gate.

use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "The gate runs what the change calls for, and nothing twice for the same files.",
    steps: &[
        PERSON.runs(concat!(
            "printf '%s\\n' '[check.title]' 'rung = 1' 'paths = [\"**/*.md\"]' 'shell = true' ",
            "'run = [\"\"\"for file; do grep -q ^# \"$file\" || { echo \"$file: no title\"; exit 1; }; done\"\"\", \"{files}\"]' ",
            "> .agents/gates.toml"
        )),
        PERSON.runs("git lane policy validate .agents/gates.toml"),
        PERSON
            .runs("git lane init --agents-md")
            .shows(&["fixed  AGENTS.md"]),
        PERSON.runs("git add .agents/gates.toml AGENTS.md && git commit --quiet -m gates && git push --quiet origin main"),
        PERSON.runs("git lane preflight").shows(&["ready"]),
        PERSON.runs("git switch --quiet -c notes && echo 'Notes' > notes.md"),
        PERSON
            .runs("git lane gate --explain")
            .shows(&["notes.md changed"]),
        PERSON.is_refused(5, "gate-failed", "git lane gate"),
        PERSON.runs("echo '# Notes' > notes.md"),
        PERSON.follows("git lane gate", "").shows(&["ok       title"]),
        PERSON
            .runs("git lane gate")
            .shows(&["passed before on the same files"]),
        PERSON.runs("git switch --quiet main && rm notes.md && git branch --quiet -D notes"),
    ],
};
