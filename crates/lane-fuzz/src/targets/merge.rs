//! The merge driver: three texts that anybody may have written, as records of every kind, changelogs and registries.

use lane_merge::Markers;
use lane_merge::Merged;
use lane_merge::Sides;
use lane_merge::Strategy;
use lane_merge::merge;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "merge",
    check,
    seeds: &[TASK, POLICY, CHANGELOG, REGISTRY],
    slots: &[
        ("", ""),
        ("x = [", "]"),
        ("x = [1]\n\u{1}x = [2, ", "]\n\u{1}x = [\n3, # c\n]\n"),
        ("# Changelog\n\n## [Unreleased]\n\u{1}", "\u{1}\n### Added\n"),
    ],
    regressions: &[
        ("a base that is no text", b"\xff names\na 1\nb 2\n\x01#\x01"),
        (
        "a claim that was inline in one of two bases",
        b"<<<<<<<<< a\nclaim = { by = 'a' }\n=========\n>>>>>>>>> b\nid = 'T-1'\n\x01id = 'T-1'\n\x01id = 'T-1'\n[claim]\nby = 'a'\n",
    )],
};

/// The largest changelog that is merged here: placing entries takes the square of their number and more.
const CHANGELOG_MAX: usize = 4 * 1024;

/// Between the versions; no text of ours holds it.
const APART: u8 = 1;

const TASK: &str = "id = 'T-1'\ntitle = 'One' # why\nstatus = 'todo'\nlabels = ['a']\n\
    \u{1}id = 'T-1'\ntitle = 'One'\nstatus = 'todo'\nlabels = [\n  'a', # one\n  'b',\n]\n\n[claim]\nby = 'agent-a'\n\
    \u{1}# head\n\nid = 'T-1'\ntitle = 'Two'\nstatus = 'review'\nlabels = ['c']\n\n[acceptance.a1]\ntext = 'x'\n";

const POLICY: &str = "format = 1\n[lanes]\nlease = '2h'\n[[a.b]]\nc = 1\n\
    \u{1}format = 1\nlanes.lease = '1h'\n[[a.b]]\nc = 2\n\u{1}format = 1\n[lanes]\nlease = '2h'\nmode = 'A'\n";

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One\n\
    \u{1}# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One\n- Two\n\
    \u{1}# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-01\n\n### Added\n\n- One\n";

const REGISTRY: &str = "# names\na 1\nb 2\n\u{1}# names\na 1\nb 3\n\u{1}a 1\nb 2\nc 4\n";

const RECORDS: [&str; 6] = [
    ".agents/queue/aa/T-1.toml",
    ".agents/locks/L-1.toml",
    ".agents/receipts/aa/T-1.toml",
    ".agents/handoffs/aa/T-1/CP-01.toml",
    ".agents/policy.toml",
    ".agents/gates.toml",
];

fn check(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == APART);
    let mut part = || parts.next().unwrap_or_default();
    let (base, ours, theirs) = (part(), part(), part());
    // The length says which kind of record: each input is merged as one, so that large ones stay quick.
    let record = RECORDS[bytes.len() % RECORDS.len()];
    for (strategy, path) in [
        (Strategy::Record, record),
        (Strategy::Changelog, "CHANGELOG.md"),
        (Strategy::Registry, "names.txt"),
    ] {
        if strategy == Strategy::Changelog && bytes.len() > CHANGELOG_MAX {
            continue;
        }
        let one = merge(strategy, path, &Sides { base, ours, theirs });
        let sides = Sides {
            base,
            ours: theirs,
            theirs: ours,
        };
        let other = merge(strategy, path, &sides);
        match (&one, &other) {
            (Merged::Clean(one), Merged::Clean(other)) => {
                assert!(one == other, "the order of the sides is seen");
            }
            (Merged::Conflicts(one), Merged::Conflicts(_)) => {
                let text = one.text(&Markers::default());
                assert!(
                    text.windows(7).any(|w| w == b"<<<<<<<"),
                    "a conflict without markers"
                );
                one.what.iter().for_each(|what| check::is_printable(what));
            }
            (Merged::Unsuited(why), Merged::Unsuited(_)) => check::is_printable(why),
            _ => panic!("merged one way round, and not the other"),
        }
    }
}
