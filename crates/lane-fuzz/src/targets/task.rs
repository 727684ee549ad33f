//! A task's record, and the judgement of its contract.

use lane_core::record::Task;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "task",
    check,
    seeds: &[FULL, SMALL],
    slots: &[
        (SMALL, ""),
        (HEAD_X, ""),
        (HEAD_X_LIST, "]"),
        (HEAD_NOTES, "'''"),
        (HEAD_LABELS, "]"),
        (HEAD_CHECK, "]"),
        (HEAD_SCOPE, "]"),
    ],
    regressions: &[],
};

const FULL: &str = r##"id = "T-7k2m"
title = "Parser accepts empty groups"
kind = "defect"
status = "in-progress"
priority = "high"
risk = "high"
area = "backend"
branch = "T-7k2m"
issue = "#123"
labels = ["parser"]
scope = ["crates/parser/**"]
out_of_scope = ["crates/parser/generated/**"]
granted = ["docs/*.md"]
depends_on = ["A-P7-001"]
notes = """Free text: problem, locations, references, testing."""
created = "2026-11-20T09:00:00Z"
attempts = 1

[acceptance.a1]
text = "empty groups parse to an empty list"
check = ["cargo", "test", "-p", "parser", "empty_groups"]

[acceptance.a2]
text = "the contract is kept"
check = "contract"

[blocked]
on = "A-P7-001"
why = "waits for the grammar"
by = "agent-a"
since = "2026-11-21T08:31:04Z"

[claim]
by = "agent-a"
clone = "9c41"
lane = "backend:1"
fence = 17
since = "2026-11-21T08:31:04Z"
attempt = 1

[completion]
by = "person:a@b.c"
at = "2026-11-21T09:31:04Z"
tip = "0123456789012345678901234567890123456789"
landed = "0123456789012345678901234567890123456789"
"##;

macro_rules! small {
    ($tail:literal) => {
        concat!(
            "id = 'T-1'\ntitle = 't'\nstatus = 'todo'\nbranch = 'T-1'\ncreated = '2026-11-20T09:00:00Z'\n",
            $tail
        )
    };
}

const SMALL: &str = small!("");
const HEAD_X: &str = small!("x = ");
const HEAD_X_LIST: &str = small!("x = [");
const HEAD_NOTES: &str = small!("notes = '''");
const HEAD_SCOPE: &str = small!("scope = [");
const HEAD_LABELS: &str = small!("labels = [");
const HEAD_CHECK: &str = small!("[acceptance.a1]\ntext = 't'\ncheck = [");

fn check(bytes: &[u8]) {
    let Some(task) = check::decodes_safely::<Task>(bytes) else {
        return;
    };
    match task.check_contract() {
        Ok(()) => assert!(lane_core::glob::Scope::parse(&task.scope).is_ok()),
        Err(fault) => check::is_printable(&fault),
    }
    if let Ok(reach) = task.reach() {
        reach.covers(b"crates/parser/src/group.rs");
    }
}
