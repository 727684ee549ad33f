//! A lease that is over, and what becomes of the one who held it.

use crate::demo::scene::A;
use crate::demo::scene::B;
use crate::demo::scene::Scene;
use crate::demo::scene::minutes_pass;

pub(super) const SCENE: Scene = Scene {
    heading: "Who shows no sign of life loses the lease: it is reclaimed with a note, and the former holder is refused.",
    steps: &[
        B.runs("echo 'any case' >> src/search/index"),
        minutes_pass(90),
        A.runs("echo 'rounded' >> src/cart/price && git commit --quiet -am 'cart: round'"),
        A.is_refused(3, "already-claimed", "git lane start search"),
        minutes_pass(32),
        A.runs("git lane status").shows(&["lease over"]),
        A.is_refused(3, "already-claimed", "git lane start search"),
        A.follows("git lane reclaim", "agent-b gave no sign for two hours"),
        B.is_refused(1, "stale-fence", "git commit -am 'search: any case'"),
        B.follows("git lane log --task search", "")
            .shows(&["agent-b gave no sign for two hours"]),
        B.is_refused(1, "stale-fence", "git commit --no-verify -am 'search: any case'"),
        B.follows("git lane start search --here", ""),
        B.runs("git commit -am 'search: any case'"),
    ],
};
