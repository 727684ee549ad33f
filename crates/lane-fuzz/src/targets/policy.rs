//! `.agents/policy.toml`, and the part of it that the state adopts.

use lane_core::policy;
use lane_core::policy::Adopted;
use lane_core::policy::Policy;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "policy",
    check,
    seeds: &[FULL, SMALL],
    slots: &[
        ("repository = 'r'\n", ""),
        ("repository = 'r'\nx = ", ""),
        ("repository = 'r'\nx = [", "]"),
        ("repository = 'r'\nx = '''", "'''"),
        ("repository = 'r'\n[lanes]\nhotspots = [", "]"),
        ("repository = 'r'\n[roles]\nworker = [", "]"),
        ("repository = 'r'\n[area.a]\nowns = [", "]"),
    ],
    regressions: &[],
};

const SMALL: &str = "repository = 'r'\n";

const FULL: &str = r#"format = 1
repository = "0123abcd"

[lanes]
mode = "B"
root = ".worktrees"
lease = "2h"
require_scope = false
common_paths = ["CHANGELOG.md", "Cargo.lock"]
hotspots = ["crates/core/src/lib.rs"]

[capacity]
total = 6

[pipeline]
stages = ["review", "testing"]

[roles]
worker = ["agent-*"]

[area.backend]
owns = ["crates/**"]
lanes = 2

[worklog]
ledger = "refs/agents/state"
decisions = "docs/decisions"
"#;

fn check(bytes: &[u8]) {
    check::decodes_safely::<Policy>(bytes);
    let policy = match policy::parse(bytes) {
        Ok(policy) => policy,
        Err(error) => return check::is_printable(&error),
    };
    let adopted = Adopted::of(&policy, "0123abcd");
    check::round_trip(&adopted);
    assert!(
        adopted.common().is_ok(),
        "a policy that was read has usable globs"
    );
    assert!(
        adopted.hotspots().is_ok(),
        "a policy that was read has usable globs"
    );
    assert!(
        adopted.maintained().is_ok(),
        "a policy that was read has usable globs"
    );
    adopted.owners_of(b"crates/core/src/lib.rs");
}
