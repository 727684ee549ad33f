//! The second line: what came around the hooks is found when it is pushed.

use crate::demo::scene::B;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "Commits that were made around the hooks are refused when they are pushed.",
    steps: &[
        B.runs("echo 'Search!' >> README.md"),
        B.runs("git -c core.hooksPath=/dev/null commit -am 'readme: search'"),
        B.is_refused(1, "outside-scope", "git push origin search"),
        B.runs("git ls-remote --exit-code origin search").exits(2),
        B.follows("git reset --soft", ""),
        B.runs("git restore --staged --worktree README.md"),
        B.runs("git push origin search").shows(&["search -> search"]),
    ],
};
