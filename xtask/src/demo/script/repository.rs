//! An ordinary repository, before git-lane.

use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "An ordinary repository: some history, a remote, and a hook that its owner wrote.",
    steps: &[
        PERSON.runs("git init --quiet --bare remote.git"),
        PERSON.runs("git init --quiet shop && cd shop"),
        PERSON.runs("mkdir -p docs src/cart src/search"),
        PERSON.runs("for f in README.md docs/guide.md src/cart/price src/cart/tax src/search/index; do echo \"$f\" > $f; done"),
        PERSON.runs("git add . && git commit --quiet -m 'a shop'"),
        PERSON.runs("echo 'How to install' >> README.md && git commit --quiet -am 'readme: how to install'"),
        PERSON.runs(r#"git remote add origin "$(dirname "$PWD")/remote.git" && git push --quiet --set-upstream origin main"#),
        PERSON.runs(r#"printf '%s\n' '#!/bin/sh' 'echo "(the hook that was here before ran)"' > .git/hooks/pre-commit"#),
        PERSON.runs("chmod +x .git/hooks/pre-commit"),
        PERSON.runs("git log --oneline").shows(&["readme: how to install", "a shop"]),
        PERSON.runs("{ cat .git/config .git/info/exclude .git/hooks/pre-commit; ls .git/hooks; git for-each-ref --format='%(refname)' refs/heads refs/agents refs/agents-remote refs/agents-local; } > ../before"),
    ],
};
