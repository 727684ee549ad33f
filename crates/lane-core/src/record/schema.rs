//! Which fields a record has, as data: the order in which the store writes them, and the law by which each merges.
//!
//! The merge driver knows no field by name; it follows these tables. A test encodes full records and finds every field
//! in its row. The laws are described in `docs/decisions/0006-merging.md`.

mod declared;
mod head;

use declared::GATES;
use declared::POLICY;
use head::META;
use head::OTHER;

/// How a field merges that both sides changed in different ways. One that a single side changed is taken from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// One value: a conflict.
    One,
    /// A list whose order says nothing: element by element.
    Set,
    /// The greater number or time.
    Greatest,
    /// A member of the schema's group of this name: one value, all of it.
    Together(&'static str),
    /// A table with a key of its own. What both added, or one removed and the other changed, conflicts as a whole;
    /// what was there before merges field by field.
    Entry,
    /// A table that is replaced as a whole: that with the greater number in this key is the later one.
    Newest(&'static str),
    /// A field of a record that is written once: all of these fields are one value, and a conflict is one of the file.
    WrittenOnce,
}

/// One field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The key with dots; `*` stands for any one key.
    pub path: &'static str,
    /// How it merges.
    pub law: Law,
}

/// Fields that are one value together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name that its rows bear.
    pub name: &'static str,
    /// What two different ones are called.
    pub plural: &'static str,
    /// The fields that make two versions versions of the same one. Empty when there is no such thing.
    pub same: &'static [&'static str],
    /// The fields that name one of them to a person: who, and its number.
    pub named: &'static [&'static str],
    /// A field outside the group that grows while the same one lives: the version with more of it is the later one.
    pub later: Option<&'static str>,
    /// Fields outside the group that grow as it comes and goes: a version in which one grew has changed the group, even
    /// if all of it is as it was in the base.
    pub counted: &'static [&'static str],
    /// Fields outside the group that stay as they are while there is one: where one side put one there and the other
    /// changed these, it is a conflict.
    pub bound: &'static [&'static str],
    /// Fields outside the group that mean nothing without it: where it is in conflict, so are they; and where one side put
    /// another one in its place, a change of these by the other side is a conflict.
    pub with: &'static [&'static str],
}

/// What a record of one kind is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The kind, in a word.
    pub kind: Kind,
    /// The fields, in the order in which the store writes them.
    pub rows: &'static [Row],
    /// The groups that rows name.
    pub groups: &'static [Group],
    /// The field that two records of one id never share, and the one that names the record to a person. Two records
    /// that were added apart are the same one only if both agree.
    pub identity: Option<(&'static str, &'static str)>,
    /// The field that holds the format's version, and the newest version that is known.
    pub format: Option<(&'static str, u32)>,
}

/// The kinds of records below `.agents/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`super::Task`], queued or archived.
    Task,
    /// [`super::Lock`].
    Lock,
    /// [`super::Checkpoint`], live or archived.
    Checkpoint,
    /// [`super::Results`], live or archived.
    Results,
    /// [`super::Note`].
    Note,
    /// [`super::Exception`].
    Exception,
    /// [`super::Meta`].
    Meta,
    /// [`crate::policy::Policy`], and in the state [`crate::policy::Adopted`].
    Policy,
    /// The checks of `.agents/gates.toml`.
    Gates,
    /// Any other TOML.
    Other,
}

impl Schema {
    /// The schema of the record at `path`, relative to the root of its tree.
    pub fn of(path: &str) -> &'static Self {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            [".agents", "state.toml"] => &META,
            [".agents", "policy.toml"] => &POLICY,
            [".agents", "gates.toml"] => &GATES,
            [".agents", "queue", _, _] | [".agents", "archive", _, _, "task.toml"] => &TASK,
            [".agents", "receipts", _, _] | [".agents", "archive", _, _, "receipts.toml"] => &RESULTS,
            [".agents", "locks", _] => &LOCK,
            [".agents", "handoffs" | "archive", _, _, _] => &CHECKPOINT,
            [".agents", "messages", _, _, _] => &NOTE,
            [".agents", "approvals", _] => &EXCEPTION,
            _ => &OTHER,
        }
    }

    /// The row of the field at `path`, with its place.
    pub fn row(&self, path: &[String]) -> Option<(usize, &'static Row)> {
        self.rows
            .iter()
            .enumerate()
            .find(|(_, row)| row.matches(path) == Some(true))
    }

    /// The place of the first row that is `path` or lies below it.
    pub fn place(&self, path: &[String]) -> Option<usize> {
        self.rows.iter().position(|row| row.matches(path).is_some())
    }

    /// The group of this name.
    pub fn group(&self, name: &str) -> Option<&'static Group> {
        self.groups.iter().find(|group| group.name == name)
    }
}

impl Row {
    /// Whether `path` is this field (true), or a table above it (false).
    fn matches(&self, path: &[String]) -> Option<bool> {
        // Most rows differ in the first key; this is asked for every row.
        if !path
            .first()
            .is_some_and(|key| self.path.starts_with(key.as_str()))
        {
            return None;
        }
        let mut own = self.path.split('.');
        let fits = path
            .iter()
            .all(|key| own.next().is_some_and(|part| part == "*" || part == key));
        fits.then(|| own.next().is_none())
    }
}

const fn row(path: &'static str, law: Law) -> Row {
    Row { path, law }
}

const CLAIM: Law = Law::Together("claim");

const TASK: Schema = Schema {
    kind: Kind::Task,
    rows: &[
        row("id", Law::One),
        row("title", Law::One),
        row("kind", Law::One),
        row("status", CLAIM),
        row("priority", Law::One),
        row("risk", Law::One),
        row("area", Law::One),
        row("branch", Law::One),
        row("issue", Law::One),
        row("labels", Law::Set),
        row("scope", Law::Set),
        row("out_of_scope", Law::Set),
        row("granted", Law::Set),
        row("depends_on", Law::Set),
        row("parent", Law::One),
        row("slice", Law::One),
        row("merge_order", Law::One),
        row("children", Law::Set),
        row("notes", Law::One),
        row("created", Law::One),
        row("attempts", Law::Greatest),
        row("checkpoints", Law::Greatest),
        row("handoff", CLAIM),
        row("authors", Law::Set),
        row("entered", CLAIM),
        row("acceptance.*", Law::Entry),
        row("acceptance.*.text", Law::One),
        row("acceptance.*.check", Law::One),
        row("acceptance.*.purpose", Law::Set),
        row("blocked", CLAIM),
        row("blocked.on", CLAIM),
        row("blocked.why", CLAIM),
        row("blocked.by", CLAIM),
        row("blocked.since", CLAIM),
        row("claim", CLAIM),
        row("claim.by", CLAIM),
        row("claim.clone", CLAIM),
        row("claim.lane", CLAIM),
        row("claim.fence", CLAIM),
        row("claim.since", CLAIM),
        row("claim.attempt", CLAIM),
        row("assigned", CLAIM),
        row("assigned.by", CLAIM),
        row("assigned.clone", CLAIM),
        row("assigned.role", CLAIM),
        row("assigned.since", CLAIM),
        row("trouble", CLAIM),
        row("trouble.mark", CLAIM),
        row("trouble.stage", CLAIM),
        row("trouble.why", CLAIM),
        row("trouble.by", CLAIM),
        row("trouble.since", CLAIM),
        row("failed", CLAIM),
        row("failed.*", CLAIM),
        row("verdict.*", Law::Newest("made.seq")),
        row("verdict.*.ready", Law::One),
        row("verdict.*.tip", Law::One),
        row("verdict.*.class", Law::One),
        row("verdict.*.conflict", Law::One),
        row("verdict.*.findings", Law::One),
        row("verdict.*.fixed", Law::One),
        row("verdict.*.made.by", Law::One),
        row("verdict.*.made.clone", Law::One),
        row("verdict.*.made.at", Law::One),
        row("verdict.*.made.seq", Law::One),
        row("signed", CLAIM),
        row("signed.tip", CLAIM),
        row("signed.made.by", CLAIM),
        row("signed.made.clone", CLAIM),
        row("signed.made.at", CLAIM),
        row("signed.made.seq", CLAIM),
        row("completion", CLAIM),
        row("completion.by", CLAIM),
        row("completion.at", CLAIM),
        row("completion.tip", CLAIM),
        row("completion.landed", CLAIM),
        row("completion.holder", CLAIM),
        row("completion.how", CLAIM),
        row("completion.landing.fence", CLAIM),
        row("completion.landing.base", CLAIM),
        row("completion.landing.tree", CLAIM),
        row("completion.landing.merge", CLAIM),
        row("completion.landing.gate.*.ended", CLAIM),
        row("completion.landing.gate.*.key", CLAIM),
        row("completion.landing.gate.*.rung", CLAIM),
        row("completion.landing.gate.*.secs", CLAIM),
        row("completion.landing.gate.*.tests", CLAIM),
        row("completion.landing.gate.*.tree", CLAIM),
        row("completion.landing.gate.*.verdict", CLAIM),
        row("completion.landing.gate.*.why", CLAIM),
        row("abandoned", CLAIM),
        row("abandoned.by", CLAIM),
        row("abandoned.at", CLAIM),
        row("abandoned.why", CLAIM),
        row("abandoned.holder", CLAIM),
    ],
    groups: &[Group {
        name: "claim",
        plural: "two claims",
        same: &[
            "claim.by",
            "claim.clone",
            "claim.lane",
            "claim.fence",
            "claim.since",
            "claim.attempt",
        ],
        named: &["claim.by", "claim.fence"],
        later: Some("checkpoints"),
        counted: &["attempts"],
        bound: &["scope", "out_of_scope", "area", "branch"],
        with: &[],
    }],
    identity: Some(("created", "title")),
    format: None,
};

const GRANT: Law = Law::Together("grant");

const LOCK: Schema = Schema {
    kind: Kind::Lock,
    rows: &[
        row("id", GRANT),
        row("task", GRANT),
        row("owner", GRANT),
        row("clone", GRANT),
        row("scope", Law::Set),
        row("mode", GRANT),
        row("objective", Law::One),
        row("fence", GRANT),
        row("lease", GRANT),
        row("start", GRANT),
        row("heartbeat", Law::Greatest),
        row("expires", Law::Greatest),
        row("kept", GRANT),
    ],
    groups: &[Group {
        name: "grant",
        plural: "two locks",
        same: &["id", "task", "owner", "clone", "fence", "start"],
        named: &["owner", "fence"],
        later: None,
        counted: &[],
        bound: &[],
        with: &["scope", "heartbeat", "expires"],
    }],
    identity: None,
    format: None,
};

const ONCE: Law = Law::WrittenOnce;

const CHECKPOINT: Schema = Schema {
    kind: Kind::Checkpoint,
    rows: &[
        row("task", ONCE),
        row("checkpoint", ONCE),
        row("lane", ONCE),
        row("status", ONCE),
        row("depends_satisfied", ONCE),
        row("base", ONCE),
        row("tip", ONCE),
        row("tree", ONCE),
        row("commits", ONCE),
        row("files", ONCE),
        row("risks", ONCE),
        row("next", ONCE),
        row("done", ONCE),
        row("pending", ONCE),
        row("blockers", ONCE),
        row("gate.*", ONCE),
        row("gate.*.ended", ONCE),
        row("gate.*.key", ONCE),
        row("gate.*.rung", ONCE),
        row("gate.*.secs", ONCE),
        row("gate.*.tests", ONCE),
        row("gate.*.tree", ONCE),
        row("gate.*.verdict", ONCE),
        row("gate.*.why", ONCE),
        row("more_commits", ONCE),
        row("more_commits.total", ONCE),
        row("more_commits.digest", ONCE),
        row("more_files", ONCE),
        row("more_files.total", ONCE),
        row("more_files.digest", ONCE),
        row("removes.*", ONCE),
        row("removes.*.why", ONCE),
        row("cause", ONCE),
        row("cause.text", ONCE),
        row("cause.layer", ONCE),
        row("cause.file", ONCE),
        row("before.*", ONCE),
        row("before.*.command", ONCE),
        row("before.*.check", ONCE),
        row("before.*.exit", ONCE),
        row("before.*.secs", ONCE),
        row("before.*.tree", ONCE),
        row("before.*.digest", ONCE),
        row("before.*.signature", ONCE),
        row("before.*.lines", ONCE),
        row("before.*.made", ONCE),
        row("before.*.made.by", ONCE),
        row("before.*.made.clone", ONCE),
        row("before.*.made.at", ONCE),
        row("before.*.made.seq", ONCE),
        row("acceptance.*", ONCE),
        row("acceptance.*.command", ONCE),
        row("acceptance.*.check", ONCE),
        row("acceptance.*.exit", ONCE),
        row("acceptance.*.secs", ONCE),
        row("acceptance.*.tree", ONCE),
        row("acceptance.*.digest", ONCE),
        row("acceptance.*.signature", ONCE),
        row("acceptance.*.lines", ONCE),
        row("acceptance.*.made", ONCE),
        row("acceptance.*.made.by", ONCE),
        row("acceptance.*.made.clone", ONCE),
        row("acceptance.*.made.at", ONCE),
        row("acceptance.*.made.seq", ONCE),
        row("made", ONCE),
        row("made.by", ONCE),
        row("made.clone", ONCE),
        row("made.at", ONCE),
        row("made.seq", ONCE),
    ],
    groups: &[],
    identity: None,
    format: None,
};

const RESULTS: Schema = Schema {
    kind: Kind::Results,
    rows: &[
        row("task", Law::One),
        row("acceptance.*", Law::Newest("made.seq")),
        row("acceptance.*.command", Law::One),
        row("acceptance.*.check", Law::One),
        row("acceptance.*.exit", Law::One),
        row("acceptance.*.secs", Law::One),
        row("acceptance.*.tree", Law::One),
        row("acceptance.*.digest", Law::One),
        row("acceptance.*.signature", Law::One),
        row("acceptance.*.lines", Law::One),
        row("acceptance.*.made.by", Law::One),
        row("acceptance.*.made.clone", Law::One),
        row("acceptance.*.made.at", Law::One),
        row("acceptance.*.made.seq", Law::One),
        row("before.*", Law::Newest("made.seq")),
        row("before.*.command", Law::One),
        row("before.*.check", Law::One),
        row("before.*.exit", Law::One),
        row("before.*.secs", Law::One),
        row("before.*.tree", Law::One),
        row("before.*.digest", Law::One),
        row("before.*.signature", Law::One),
        row("before.*.lines", Law::One),
        row("before.*.made.by", Law::One),
        row("before.*.made.clone", Law::One),
        row("before.*.made.at", Law::One),
        row("before.*.made.seq", Law::One),
        row("consult.*", Law::Newest("made.seq")),
        row("consult.*.source", Law::One),
        row("consult.*.query", Law::One),
        row("consult.*.fallback", Law::One),
        row("consult.*.made.by", Law::One),
        row("consult.*.made.clone", Law::One),
        row("consult.*.made.at", Law::One),
        row("consult.*.made.seq", Law::One),
        row("failure.*", Law::Newest("made.seq")),
        row("failure.*.key", Law::One),
        row("failure.*.signature", Law::One),
        row("failure.*.command", Law::One),
        row("failure.*.exit", Law::One),
        row("failure.*.lines", Law::One),
        row("failure.*.tip", Law::One),
        row("failure.*.times", Law::One),
        row("failure.*.remedy", Law::One),
        row("failure.*.mended", Law::One),
        row("failure.*.made.by", Law::One),
        row("failure.*.made.clone", Law::One),
        row("failure.*.made.at", Law::One),
        row("failure.*.made.seq", Law::One),
    ],
    groups: &[],
    identity: None,
    format: None,
};

const NOTE: Schema = Schema {
    kind: Kind::Note,
    rows: &[
        row("id", ONCE),
        row("seq", ONCE),
        row("task", ONCE),
        row("by", ONCE),
        row("clone", ONCE),
        row("role", ONCE),
        row("at", ONCE),
        row("to", ONCE),
        row("text", ONCE),
    ],
    groups: &[],
    identity: None,
    format: None,
};

const EXCEPTION: Schema = Schema {
    kind: Kind::Exception,
    rows: &[
        row("id", ONCE),
        row("kind", ONCE),
        row("path", ONCE),
        row("why", ONCE),
        row("by", ONCE),
        row("clone", ONCE),
        row("task", ONCE),
        row("at", ONCE),
        row("until", ONCE),
    ],
    groups: &[],
    identity: None,
    format: None,
};
