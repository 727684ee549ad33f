//! Captured events: lines of JSON that anybody may have written.

use lane_core::event::Captured;

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "captured",
    check,
    seeds: &[CLAIM, BLOCK],
    slots: &[(CLAIM, ""), (BLOCK, "")],
    regressions: &[],
};

const CLAIM: &str = r#"{"at":"2026-11-21T08:31:04Z","by":"agent-a","chain":"sha256:00","clone":"9c41","commit":"00","data":{"lock":"L-03f9","task":"T-7k2m"},"id":"b3f1","kind":"task.claimed","repository":"r","role":"worker","rules":1,"seq":412}"#;

const BLOCK: &str = r#"{"at":"2026-11-21T08:31:04Z","block":"[event]\nid = 'n'\nseq = 0x2\nat = '2026-11-21T08:31:04Z'\nby = 'agent-a'\nclone = '9c41'\nrole = 'worker'\nrules = 1\nkind = 'note.added'\n[event.data]\ntask = 'T-1'\ntext = 't'\n","by":"agent-a","chain":"sha256:00","clone":"9c41","commit":"00","data":{"task":"T-1","text":"t"},"id":"n","kind":"note.added","repository":"r","role":"worker","rules":1,"seq":2}"#;

/// What is taken gives a line that is taken again, with the same chain.
fn check(bytes: &[u8]) {
    let Ok(line) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(captured) = Captured::parse(line) {
        let again = Captured::parse(&captured.to_json().to_string());
        let again = again.unwrap_or_else(|fault| panic!("its own line {fault}"));
        assert_eq!(again.expected_chain("before"), captured.expected_chain("before"));
        captured.event.sentence();
    }
}
