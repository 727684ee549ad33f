//! Records for the laws: a base of each kind, and sides that are the base with some edits.

use lane_core::codec;
use lane_core::policy;
use lane_core::record::Lock;
use lane_core::record::Results;
use lane_core::record::Task;
use proptest::prelude::*;
use proptest::sample::select;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Task,
    Lock,
    Policy,
    Results,
    Gates,
    Other,
}

impl Kind {
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Task => ".agents/queue/aa/T-1.toml",
            Self::Lock => ".agents/locks/L-1.toml",
            Self::Policy => ".agents/policy.toml",
            Self::Results => ".agents/receipts/aa/T-1.toml",
            Self::Gates => ".agents/gates.toml",
            Self::Other => ".agents/other.toml",
        }
    }

    pub(crate) fn decodes(self, text: &str) -> bool {
        let bytes = text.as_bytes();
        match self {
            Self::Task => codec::decode::<Task>(bytes).is_ok_and(|task| task.check_contract().is_ok()),
            Self::Lock => codec::decode::<Lock>(bytes).is_ok(),
            Self::Policy => policy::parse(bytes).is_ok(),
            Self::Results => codec::decode::<Results>(bytes).is_ok(),
            Self::Gates | Self::Other => true,
        }
    }

    /// The record as the store writes it, if it is one that the store writes.
    fn stored(self, text: &str) -> Option<String> {
        fn again<T: DeserializeOwned + Serialize>(text: &str) -> Option<String> {
            codec::encode(&codec::decode::<T>(text.as_bytes()).ok()?).ok()
        }
        match self {
            Self::Task => again::<Task>(text),
            Self::Lock => again::<Lock>(text),
            Self::Results => again::<Results>(text),
            Self::Policy | Self::Gates | Self::Other => None,
        }
    }

    fn base(self) -> &'static str {
        match self {
            Self::Task => TASK,
            Self::Lock => LOCK,
            Self::Policy => POLICY,
            Self::Results => RESULTS,
            Self::Gates => GATES,
            Self::Other => OTHER,
        }
    }

    /// Keys and values that edits write, `section.key`; the section's name may hold dots.
    fn pool(self) -> &'static [(&'static str, &'static str, &'static [&'static str])] {
        match self {
            Self::Task => &[
                ("", "title", &["'Two'", "'Three'"]),
                ("", "status", &["'in-progress'", "'review'", "'blocked'"]),
                (
                    "",
                    "labels",
                    &["['b', 'a']", "['a', 'c']", "['c']", "[\n  'a', # c_in\n  'd',\n]"],
                ),
                ("", "depends_on", &["['T-2']", "['T-3', 'T-2']", "[]"]),
                ("", "notes", &["'x'", "\"\"\"\nx # no\n\"\"\""]),
                ("", "attempts", &["1", "2", "3"]),
                ("", "checkpoints", &["1", "2", "3"]),
                ("", "handoff", &["'CP-01'"]),
                ("acceptance.a1", "text", &["'x'", "'y'"]),
                (
                    "acceptance.a1",
                    "check",
                    &["'unit'", "['cargo', 'test']", "['cargo', 'test', '-q']"],
                ),
                ("acceptance.b1", "text", &["'x'", "'y'"]),
                ("acceptance.b2", "text", &["'x'"]),
                ("claim", "by", &["'agent-a'", "'agent-b'"]),
                ("claim", "fence", &["17", "18"]),
                ("claim", "attempt", &["1", "2"]),
                ("claim", "clone", &["'c'"]),
                ("claim", "lane", &["'T-1'"]),
                ("claim", "since", &["'2026-11-21T08:31:04Z'"]),
                ("", "claim", &["{ by = 'agent-a', fence = 17 }"]),
                ("", "acceptance.b2.text", &["'x'"]),
                ("blocked", "by", &["'agent-a'"]),
                ("blocked", "since", &["'2026-11-21T08:31:04Z'"]),
            ],
            Self::Lock => &[
                ("", "owner", &["'agent-b'", "'agent-c'"]),
                ("", "fence", &["18", "19"]),
                (
                    "",
                    "scope",
                    &["['b/**', 'a/**']", "['c/**']", "[ 'a/**', 'd/**' ]"],
                ),
                (
                    "",
                    "heartbeat",
                    &[
                        "'2026-11-21T08:41:04Z'",
                        "'2026-11-21T08:51:04Z'",
                        "'2026-11-21T08:51:04+00:00'",
                    ],
                ),
                (
                    "",
                    "expires",
                    &["'2026-11-21T10:41:04Z'", "'2026-11-21T10:51:04Z'"],
                ),
                ("", "kept", &["true"]),
                ("", "objective", &["'Two'"]),
            ],
            Self::Policy => &[
                ("lanes", "mode", &["'A'"]),
                (
                    "lanes",
                    "hotspots",
                    &["['x', 'b']", "['c']", "[\n    'a',\n    # c_hot\n    'x',\n]"],
                ),
                ("capacity", "total", &["7", "8"]),
                ("roles", "worker", &["['agent-*']", "['agent-a', 'agent-b']"]),
                ("area.a", "owns", &["['a/**']", "['b/**']"]),
                ("area.backend", "lanes", &["2", "3"]),
                ("area.backend", "owns", &["['x/**']", "['crates/**', 'y/**']"]),
                ("area.z", "owns", &["['z/**']"]),
            ],
            Self::Results => &[
                ("acceptance.a1", "exit", &["1", "2"]),
                ("acceptance.a1.made", "seq", &["7", "8", "9"]),
                ("failure.F-1-a1", "times", &["2", "3"]),
                ("failure.F-1-a1.made", "seq", &["7", "8"]),
                ("failure.F-2-a1", "times", &["1"]),
            ],
            Self::Gates => &[
                ("check.a", "rung", &["1", "2"]),
                ("check.a", "run", &["['x']", "['x', 'y']"]),
                ("check.a", "builtin", &["'x'"]),
                ("check.fmt", "paths", &["['a/**']", "['b/**', 'a/**']"]),
                ("check.fmt", "builtin", &["'y'"]),
            ],
            Self::Other => &[
                ("", "a", &["1", "2", "'x'", "{ b = 1 }", "{ b = 2 }"]),
                ("", "m.n", &["1", "2"]),
                ("", "m.o", &["1", "2"]),
                ("t", "u", &["1", "[1, 1]", "[1, 2]"]),
                ("t", "v.w", &["1", "2"]),
                ("t.s", "u", &["1.0", "1.00", "nan"]),
                ("", "g.h", &["1", "2"]),
                ("g", "h", &["1", "3"]),
                ("g", "i", &["1"]),
                ("", "z.x_z", &["1"]),
                ("z", "\"q r\"", &["2026-11-21", "2026-11-22"]),
            ],
        }
    }
}

const TASK: &str = "\
id = 'T-1'
title = 'One' # c_title
kind = 'defect'
status = 'todo'
priority = 'high'
branch = 'T-1'
labels = ['a', 'b']
notes = 'n'
created = '2026-11-20T09:00:00Z'

# c_first
# c_second
[acceptance.a1]
text = 'a'
check = ['cargo']

[acceptance.a2]
text = 'b'
";

const LOCK: &str = "\
id = 'L-1'
owner = 'agent-a'
clone = 'c'
scope = ['a/**', 'b/**']
objective = 'One'
fence = 17
start = '2026-11-21T08:31:04Z'
heartbeat = '2026-11-21T08:31:04Z'
expires = '2026-11-21T10:31:04Z'
";

const POLICY: &str = "\
# c_head

format = 1
repository = 'r'

[lanes]
mode = 'B'
hotspots = [
    'a', # c_a
    'b',
]

[capacity]
total = 6

[area.backend]
owns = ['crates/**']
";

const RESULTS: &str = "\
task = 'T-1'

[acceptance.a1]
command = 'x'
exit = 0
secs = 1.0
tree = 't'
digest = 'd'

[acceptance.a1.made]
by = 'agent-a'
clone = 'c'
at = '2026-11-21T08:31:04Z'
seq = 5

[failure.F-1-a1]
key = 'a1'
signature = 's'
command = 'x'
exit = 1
tip = 't'
times = 1

[failure.F-1-a1.made]
by = 'agent-a'
clone = 'c'
at = '2026-11-21T08:31:04Z'
seq = 5
";

const GATES: &str = "[check.fmt]\nrung = 1\nbuiltin = 'rustfmt'\n\n[check.unit]\nrung = 2\nrun = ['x']\n";

const OTHER: &str = "\
a = 1
m.n = 0

[t]
u = [1]
v.w = 0

[[k]]
l = 1

[z]
";

/// One change of a text. Numbers choose: which line, which of the pool.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    /// Writes a key of the pool, where it is or into its section.
    Write(usize, usize),
    /// Removes a key.
    Remove(usize),
    /// Removes a section.
    RemoveSection(usize),
    /// Adds a comment above a line.
    Above(usize, u8),
    /// Adds a comment behind a line.
    Beside(usize, u8),
    /// Adds a key that no schema knows, to a section.
    Unknown(usize, u8),
    /// Adds a section that no schema knows.
    UnknownSection(u8),
    /// Puts other spaces around a sign.
    Space(usize),
    /// Adds a blank line.
    Blank(usize),
    /// Claims the task.
    Claim(u8),
    /// Puts the last key of the first section second.
    Move,
}

/// A base and three versions of it.
#[derive(Clone, Debug)]
pub(crate) struct Trio {
    pub(crate) base: String,
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) z: String,
}

impl Trio {
    /// All four as the store writes them.
    pub(crate) fn as_stored(&self, kind: Kind) -> Option<Self> {
        let stored = |text: &String| kind.stored(text);
        Some(Self {
            base: stored(&self.base)?,
            x: stored(&self.x)?,
            y: stored(&self.y)?,
            z: stored(&self.z)?,
        })
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        6 => (0..40usize, 0..5usize).prop_map(|(a, b)| Edit::Write(a, b)),
        2 => (0..40usize).prop_map(Edit::Remove),
        1 => (0..6usize).prop_map(Edit::RemoveSection),
        2 => (0..40usize, 0..6u8).prop_map(|(a, b)| Edit::Above(a, b)),
        2 => (0..40usize, 0..6u8).prop_map(|(a, b)| Edit::Beside(a, b)),
        1 => (0..6usize, 0..6u8).prop_map(|(a, b)| Edit::Unknown(a, b)),
        1 => (0..6u8).prop_map(Edit::UnknownSection),
        1 => (0..40usize).prop_map(Edit::Space),
        1 => (0..40usize).prop_map(Edit::Blank),
        1 => (0..3u8).prop_map(Edit::Claim),
        1 => Just(Edit::Move),
    ]
}

/// A kind, a base of it, and three sides.
pub(crate) fn trio() -> impl Strategy<Value = (Kind, Trio)> {
    let kinds = vec![
        Kind::Task,
        Kind::Lock,
        Kind::Policy,
        Kind::Results,
        Kind::Gates,
        Kind::Other,
    ];
    (
        select(kinds),
        prop::bool::weighted(0.1),
        sides(|| prop::collection::vec(edit(), 0..5)),
    )
        .prop_map(|(kind, empty, edits)| (kind, trio_of(kind, empty, &edits)))
}

fn sides<S: Strategy>(one: impl Fn() -> S) -> impl Strategy<Value = [S::Value; 3]> {
    [one(), one(), one()]
}

fn trio_of(kind: Kind, empty: bool, edits: &[Vec<Edit>; 3]) -> Trio {
    let start = kind.base();
    let side = |edits: &Vec<Edit>| {
        let text = edits
            .iter()
            .fold(start.to_owned(), |text, edit| edited(kind, &text, edit));
        if text.parse::<toml_edit::DocumentMut>().is_ok() {
            text
        } else {
            start.to_owned()
        }
    };
    let [x, y, z] = edits.each_ref().map(side);
    let base = if empty { String::new() } else { start.to_owned() };
    Trio { base, x, y, z }
}

/// The lines of a text, of which each is a key with its value, a header, a comment or blank.
fn lines(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if open {
            let last = out.last_mut().unwrap();
            *last += &format!("\n{line}");
            open = !(line.starts_with(']') || line.ends_with("\"\"\""));
        } else {
            open = line.ends_with("= [") || line.ends_with("= \"\"\"");
            out.push(line.to_owned());
        }
    }
    out
}

fn is_key(line: &str) -> bool {
    line.contains(" = ") && !line.starts_with('#')
}

fn edited(kind: Kind, text: &str, edit: &Edit) -> String {
    let mut lines = lines(text);
    let keys: Vec<usize> = (0..lines.len()).filter(|n| is_key(&lines[*n])).collect();
    let headers: Vec<usize> = (0..lines.len()).filter(|n| lines[*n].starts_with('[')).collect();
    let nth = |of: &[usize], n: usize| (!of.is_empty()).then(|| of[n % of.len()]);
    match edit {
        Edit::Write(n, value) => {
            let pool = kind.pool();
            let (section, key, values) = pool[n % pool.len()];
            write(&mut lines, section, key, values[value % values.len()]);
        }
        Edit::Remove(n) => {
            if let Some(at) = nth(&keys, *n) {
                lines.remove(at);
            }
        }
        Edit::RemoveSection(n) => {
            if let Some(at) = nth(&headers, *n) {
                let end = headers
                    .iter()
                    .find(|other| **other > at)
                    .copied()
                    .unwrap_or(lines.len());
                lines.drain(at..end);
            }
        }
        Edit::Above(n, word) => {
            let mut all = keys.clone();
            all.extend(&headers);
            if let Some(at) = nth(&all, *n) {
                lines.insert(at, format!("# c_{word}"));
            }
        }
        Edit::Beside(n, word) => {
            if let Some(at) = nth(&keys, *n).filter(|at| !lines[*at].contains('#')) {
                lines[at] += &format!(" # c_{word}");
            }
        }
        Edit::Unknown(n, word) => {
            let at = nth(&headers, *n).map_or(0, |at| at + 1);
            lines.insert(at, format!("x_{word} = {word}"));
        }
        Edit::UnknownSection(word) => {
            lines.extend([String::new(), format!("[x_s{word}]"), format!("x_{word} = 1")]);
        }
        Edit::Space(n) => {
            // Results are written by git-lane alone; of one that is replaced by a later one the spaces go too.
            if let Some(at) = nth(&keys, *n).filter(|_| kind != Kind::Results) {
                lines[at] = lines[at].replacen(" = ", "  = ", 1);
            }
        }
        Edit::Blank(n) => {
            if kind != Kind::Results {
                let at = n % (lines.len() + 1);
                lines.insert(at, String::new());
            }
        }
        Edit::Claim(n) => {
            if kind == Kind::Task && !text.contains("[claim]") {
                write(&mut lines, "", "status", "'in-progress'");
                lines.extend(
                    ["", "[claim]", "by = 'agent-a'", "clone = 'c'", "lane = 'T-1'"].map(str::to_owned),
                );
                lines.push(format!("fence = {}", 17 + n));
                lines.extend(["since = '2026-11-21T08:31:04Z'", "attempt = 1"].map(str::to_owned));
            }
        }
        Edit::Move => {
            let end = headers.first().copied().unwrap_or(lines.len());
            let last = keys.iter().rev().find(|at| **at < end).copied();
            if let Some(at) = last.filter(|_| kind != Kind::Results) {
                let line = lines.remove(at);
                lines.insert(lines.len().min(1), line);
            }
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Sets a key, in its section, which is added at the end where it is missing.
fn write(lines: &mut Vec<String>, section: &str, key: &str, value: &str) {
    let header = format!("[{section}]");
    let mut start = 0;
    if !section.is_empty() {
        let Some(at) = lines.iter().position(|line| line.starts_with(&header)) else {
            lines.extend([String::new(), header, format!("{key} = {value}")]);
            return;
        };
        start = at + 1;
    }
    let behind = lines[start..].iter().position(|line| line.starts_with('['));
    let end = behind.map_or(lines.len(), |n| start + n);
    let own = |line: &String| line.split('=').next().is_some_and(|name| name.trim() == key) && is_key(line);
    match lines[start..end].iter().position(own) {
        Some(n) => {
            let comment = lines[start + n]
                .rfind(" # c_")
                .filter(|_| !lines[start + n].contains('\n'));
            let comment = comment.map_or_else(String::new, |at| lines[start + n][at..].to_owned());
            lines[start + n] = format!("{key} = {value}{comment}");
        }
        None => lines.insert(start, format!("{key} = {value}")),
    }
}
