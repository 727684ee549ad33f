//! Several clones and one remote: a race, an outage, a remote that was put back, and one that was rewritten.

use crate::demo::scene::A;
use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;
use crate::demo::scene::Who;

/// An agent on another machine.
const C: Who = Who(Some("agent-c"));
/// Somebody who comes while the remote lacks events.
const D: Who = Who(Some("agent-d"));

pub(super) const SCENE: Scene = Scene {
    heading: "Another clone shares the remote and nothing else: one of two wins, an outage and a rewritten remote lose nothing.",
    steps: &[
        PERSON.runs("git switch --quiet main && git lane task add 'Count the stock' --id stock --scope 'src/stock/**'"),
        C.runs("git clone --quiet ../remote.git ../elsewhere && cd ../elsewhere && git lane init")
            .shows(&["from origin", "Joined"]),
        C.runs("git lane start stock"),
        A.is_refused(3, "already-claimed", "git lane claim stock")
            .shows(&["agent-c"]),
        A.follows("git lane ready", ""),
        C.runs("git lane task add 'Order what is missing' --id order --scope 'src/order/**'"),
        PERSON
            .runs("git lane task add 'Write the manual' --id manual --scope 'docs/**'")
            .shows(&["others were faster on origin once"]),
        PERSON.runs("mv ../remote.git ../remote.away"),
        C.runs("git lane lock 'docs/stock/**' --objective 'how to count'")
            .exits(4)
            .shows(&["origin cannot be reached"]),
        C.follows("git lane --offline lock", "").shows(&["provisional"]),
        A.runs("git lane --offline claim manual").shows(&["provisional"]),
        C.runs("git lane status").shows(&["provisional"]),
        PERSON.runs("mv ../remote.away ../remote.git"),
        A.follows("git lane sync", "").shows(&["published"]),
        C.runs("git lane sync")
            .shows(&["not taken (foreign-lock): lock", "agent-a"]),
        C.runs("git lane sync --given-up").shows(&["foreign-lock"]),
        PERSON.runs("git -C ../remote.git update-ref refs/agents/state refs/agents/state~2"),
        C.is_refused(3, "remote-went-back", "git lane sync"),
        C.follows("git lane sync --republish", "").shows(&["published"]),
        PERSON.runs("git -C ../remote.git update-ref refs/agents/state refs/agents/state~2"),
        D.runs("git clone --quiet ../remote.git ../third && cd ../third && git lane init && git lane task add 'Sell gift cards' --id gifts --scope 'src/gifts/**'"),
        C.is_refused(3, "remote-diverged", "git lane sync"),
        C.follows("git lane reconcile", "").shows(&["decided again"]),
        A.runs("git lane sync").shows(&["decided what this clone had seen again on top"]),
        PERSON.runs("test $(git rev-parse refs/agents/state) = $(git -C ../elsewhere rev-parse refs/agents/state)"),
        PERSON.runs("git lane verify --full").shows(&["ok: "]),
    ],
};
