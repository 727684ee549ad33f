//! Events and commands for the tests of the checks.

use std::time::Duration;

use crate::act::Act;
use crate::act::Key;
use crate::act::Verb;
use crate::ledger::Event;
use crate::record::End;
use crate::record::Op;

/// An event in clone `c0`; `data` is TOML.
pub(crate) fn event(seq: i64, by: &str, kind: &str, data: &str) -> Event {
    Event {
        commit: format!("commit {seq}"),
        id: format!("id {seq}"),
        seq,
        kind: kind.to_owned(),
        by: by.to_owned(),
        clone: "c0".to_owned(),
        data: toml::from_str(data).unwrap(),
    }
}

/// A release in clone 0, known by its tag, that began and ended at these milliseconds.
pub(crate) fn op(n: usize, tag: &str, (began, ended, end): (u64, u64, End)) -> Op {
    Op {
        n,
        clone: 0,
        act: Act {
            verb: Verb::Release,
            args: vec!["release".to_owned()],
            agent: "a".to_owned(),
            key: Some(Key::new("task.released", &[tag])),
            promise: Verb::Release.promise(),
            subject: None,
            worktree: None,
        },
        began: Duration::from_millis(began),
        ended: Duration::from_millis(ended),
        end,
        kill: None,
        stdout: String::new(),
        stderr: String::new(),
    }
}
