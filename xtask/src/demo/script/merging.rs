//! Plain git merges.

use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "Plain git merge keeps both entries of a changelog, and says where two sides disagree.",
    steps: &[
        PERSON.runs(
            "printf '# Changelog\\n\\n## [Unreleased]\\n\\n### Added\\n\\n- Search.\\n' > CHANGELOG.md",
        ),
        PERSON.runs("git add CHANGELOG.md && git commit --quiet -m 'changelog: search'"),
        PERSON.runs("git switch --quiet -c filters && echo '- Filters.' >> CHANGELOG.md"),
        PERSON.runs(
            "sed -i.old 's/^total = 6 /total = 8 /' .agents/policy.toml && git commit --quiet -am filters",
        ),
        PERSON.runs("git switch --quiet -c sorting main && echo '- Sorting.' >> CHANGELOG.md"),
        PERSON.runs(
            "sed -i.old 's/^total = 6 /total = 4 /' .agents/policy.toml && git commit --quiet -am sorting",
        ),
        PERSON
            .runs("git merge --quiet filters")
            .exits(1)
            .shows(&["conflict in .agents/policy.toml: `capacity.total`"]),
        PERSON
            .runs("tail -n 3 CHANGELOG.md")
            .shows(&["- Search.\n- Filters.\n- Sorting."]),
        PERSON.is_refused(1, "conflict-markers", "git commit --all --message merged"),
        PERSON.follows("git merge --abort", ""),
        PERSON.runs("git switch --quiet main && rm .agents/policy.toml.old"),
        PERSON.runs("git branch --quiet -D filters sorting"),
    ],
};
