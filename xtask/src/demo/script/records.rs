//! What happened can be seen, and proved.

use crate::demo::scene::PERSON;
use crate::demo::scene::Scene;

pub(super) const SCENE: Scene = Scene {
    heading: "Status and log show it all, and the whole ledger can be verified.",
    steps: &[
        PERSON.runs("git lane status").shows(&["search", "agent-b"]),
        PERSON.runs("git lane log").shows(&[
            "claim price by agent-a",
            "land price by agent-a",
            "agent-b gave no sign for two hours",
            "the guide names prices",
        ]),
        PERSON
            .runs("git lane task list --all")
            .shows(&["price", "checkout"]),
        PERSON.runs("git lane validate --git").shows(&["ok"]),
        PERSON
            .runs("git lane verify --full")
            .shows(&["ok: ", "every decision verified"]),
    ],
};
