//! A commit's message on the state's ref: the sentence, the event, and the chain.

use lane_core::event::Message;
use lane_core::event::chain_of;
use lane_core::event::write_message;
use lane_core::text::is_unsafe;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "event",
    check,
    seeds: &[CLAIM, ADD, LOCK, POLICY],
    slots: &[
        (CLAIM, ""),
        (ADD, ""),
        (POLICY, ""),
        ("", CLAIM),
        (OPEN_LOCK, "]\n"),
        ("s\n\n[event]\nid = '", "'\nchain = \"c\"\n"),
        ("s\n\n[event]\n", "\nchain = \"c\"\n"),
    ],
    regressions: &[],
};

const CLAIM: &str = r#"claim T-7k2m by agent-a

[event]
id = "b3f1"
seq = 412
at = "2026-11-21T08:31:04Z"
by = "agent-a"
clone = "9c41"
role = "worker"
rules = 1
kind = "task.claimed"
chain = "sha256:00"

[event.data]
task = "T-7k2m"
lock = "L-03f9"
"#;

const ADD: &str = r#"add T-1 by agent-a: Parser accepts empty groups

[event]
id = "b3f2"
seq = 413
at = "2026-11-21T08:31:04Z"
by = "agent-a"
clone = "9c41"
role = "orchestrator"
rules = 1
kind = "task.added"
chain = "sha256:00"

[event.data.task]
id = "T-1"
title = "Parser accepts empty groups"
status = "todo"
branch = "T-1"
scope = ["crates/parser/**"]
created = "2026-11-20T09:00:00Z"

[event.data.task.acceptance.a1]
text = "empty groups parse"
check = ["cargo", "test"]
"#;

const LOCK: &str = r#"lock L-1 by agent-a: docs (words)

[event]
id = "b3f3"
seq = 414
at = "2026-11-21T08:31:04Z"
by = "agent-a"
clone = "9c41"
role = "worker"
rules = 1
kind = "lock.granted"
chain = "sha256:00"

[event.data]
lock = "L-1"
scope = ["docs/**"]
mode = "exclusive"
objective = "words"
lease = "2h"
"#;

const OPEN_LOCK: &str = r#"lock L-1 by agent-a

[event]
id = "b3f3"
seq = 414
at = "2026-11-21T08:31:04Z"
by = "agent-a"
clone = "9c41"
role = "worker"
rules = 1
kind = "lock.granted"
chain = "sha256:00"

[event.data]
lock = "L-1"
mode = "exclusive"
objective = "words"
scope = ["#;

const POLICY: &str = r#"adopt policy of 0123 by agent-a

[event]
id = "b3f4"
seq = 415
at = "2026-11-21T08:31:04Z"
by = "agent-a"
clone = "9c41"
role = "maintainer"
rules = 1
kind = "policy.adopted"
chain = "sha256:00"

[event.data.policy]
commit = "0123"

[event.data.policy.lanes]
lease = "2h"
"#;

const PARENT: &str = "sha256:11";

fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let message = match Message::find(text) {
        Ok(message) => message,
        Err(error) => return check::is_printable(&error),
    };
    assert!(message.expected_chain(PARENT).starts_with("sha256:"));
    let event = match message.event() {
        Ok(event) => event,
        Err(error) => return check::is_printable(&error),
    };
    let sentence = event.sentence();
    assert!(!sentence.chars().any(is_unsafe), "{sentence:?}");
    // The chain line makes it longer, and so may the writer; nothing else keeps an event from being written.
    let Ok((written, chain)) = write_message(&event, PARENT) else {
        return;
    };
    assert_ne!(chain, chain_of(PARENT, ""), "the chain depends on the event");
    let found = Message::find(&written).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(found.chain, chain, "the chain that was written is found");
    assert_eq!(
        found.expected_chain(PARENT),
        chain,
        "the chain that was written is right"
    );
    let again = found.event().unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(
        format!("{again:?}"),
        format!("{event:?}"),
        "the event that was written"
    );
}
