//! Locks and overrides: what leases and exceptions are read from.

use lane_core::record::Exception;
use lane_core::record::Lock;
use lane_core::record::Meta;
use lane_core::time::Span;
use lane_core::time::Timestamp;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "lock",
    check,
    seeds: &[LOCK, EXCEPTION, META],
    slots: &[(LOCK, ""), (EXCEPTION, ""), (META, "")],
    regressions: &[],
};

const LOCK: &str = r#"id = "L-03f9"
task = "T-7k2m"
owner = "agent-a"
clone = "9c41"
scope = ["crates/parser/**"]
mode = "exclusive"
objective = "Parser accepts empty groups"
fence = 17
lease = "45m"
start = "2026-11-21T08:31:04Z"
heartbeat = "2026-11-21T08:31:04Z"
expires = "2026-11-21T10:31:04Z"
"#;

const EXCEPTION: &str = r#"id = "O-1"
kind = "override"
path = "docs/**"
why = "a typing error"
by = "agent-a"
clone = "9c41"
task = "T-7k2m"
at = "2026-11-21T08:31:04Z"
until = "2026-11-21T10:31:04Z"
"#;

const META: &str = "format = 1\nrepository = 'r'\nintegration = 'main'\nepoch = 1\n";

fn check(bytes: &[u8]) {
    check::decodes_safely::<Exception>(bytes);
    check::decodes_safely::<Meta>(bytes);
    if let Some(lock) = check::decodes_safely::<Lock>(bytes) {
        for now in [i64::MIN, 0, i64::MAX] {
            lock.is_over(Timestamp::from_secs(now));
        }
        lock.expires.after(lock.lease_or(Span::from_secs(i64::MAX)));
    }
}
