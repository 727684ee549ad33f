//! A handoff says what is pushed, or nothing is.

use crate::demo::scene::B;
use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

/// Rewrites the record in the state's tip by plumbing, under the message that was there; keeps the tip from before.
const DOCTOR: &str = r#"state=$(git rev-parse refs/agents/state) && echo $state > ../../../honest && export GIT_INDEX_FILE=$(dirname "$PWD")/doctored && git read-tree $state && record=$(git ls-files | grep 'handoffs/.*CP-03') && blob=$(git show $state:$record | sed 's/^files = .*/files = []/' | git hash-object -w --stdin) && git update-index --cacheinfo 100644,$blob,$record && git update-ref refs/agents/state $(git cat-file commit $state | sed '1,/^$/d' | git commit-tree $(git write-tree) -p $state^) && rm $GIT_INDEX_FILE"#;

pub(super) const SCENE: Scene = Scene {
    heading: "What was handed off is what is pushed: a later commit, also around the hooks, and an edited record are refused.",
    steps: &[
        B.is_refused(
            1,
            "foreign-lane",
            "echo 'no case' >> src/search/index && git commit --quiet -am 'search: no case'",
        ),
        B.runs("git -c core.hooksPath=/dev/null commit --quiet -am 'search: no case' --trailer Lane-Task=search"),
        B.is_refused(1, "handoff-stale", "git push origin search"),
        B.follows("git lane handoff", "")
            .shows(&["Handoff CP-02 of search"]),
        B.runs("echo 'no accents' >> src/search/index && git -c core.hooksPath=/dev/null commit --quiet -am 'search: no accents' --trailer Lane-Task=search"),
        B.runs("git lane --offline handoff")
            .shows(&["provisional", "Handoff CP-03 of search"]),
        B.runs(DOCTOR),
        B.is_refused(1, "handoff-edited", "git push origin search"),
        PERSON
            .runs("git lane verify --full")
            .exits(1)
            .shows(&["does not follow from its events"]),
        PERSON.runs("git update-ref refs/agents/state $(cat ../honest)"),
        PERSON.runs("git lane verify --full").shows(&["ok: "]),
        B.follows("git lane handoff", "")
            .shows(&["Handoff CP-04 of search", "branch search and state are on origin"]),
    ],
};
