//! Taking it away again.

use crate::demo::scene::B;
use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "Uninstalled, the repository is as it was: its hook, its configuration, its refs.",
    steps: &[
        B.runs("git lane release search --why 'the demo is over'"),
        PERSON.runs("git worktree remove .worktrees/price && git worktree remove .worktrees/search"),
        PERSON.runs("git branch --quiet -D guide price search"),
        PERSON.runs("git lane uninstall"),
        PERSON.follows("git update-ref -d", ""),
        PERSON.follows("git for-each-ref", ""),
        PERSON.follows("git rm", ""),
        PERSON.follows("rm -r", ""),
        PERSON.runs("{ cat .git/config .git/info/exclude .git/hooks/pre-commit; ls .git/hooks; git for-each-ref --format='%(refname)' refs/heads refs/agents refs/agents-remote refs/agents-local; } > ../after"),
        PERSON.runs("diff ../before ../after && test ! -e .git/lane"),
        PERSON.runs("git commit -m 'without lanes'").shows(&["the hook that was here before ran"]),
    ],
};
