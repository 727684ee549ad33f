//! Which record lies where in the state's tree.

use lane_core::apply::Write;
use lane_core::codec;
use lane_core::codec::CodecError;
use lane_core::id::CheckpointId;
use lane_core::id::LockId;
use lane_core::id::OverrideId;
use lane_core::id::TaskId;
use lane_core::id::shard;
use lane_core::record::Note;

pub(crate) const META: &str = ".agents/state.toml";
pub(crate) const POLICY: &str = ".agents/policy.toml";
pub(crate) const QUEUE: &str = ".agents/queue";
pub(crate) const ARCHIVE: &str = ".agents/archive";
pub(crate) const LOCKS: &str = ".agents/locks";
pub(crate) const HANDOFFS: &str = ".agents/handoffs";
pub(crate) const RECEIPTS: &str = ".agents/receipts";
pub(crate) const MESSAGES: &str = ".agents/messages";
pub(crate) const APPROVALS: &str = ".agents/approvals";

pub(crate) fn live_task(id: &TaskId) -> String {
    format!("{QUEUE}/{}/{id}.toml", shard(id.as_str()))
}

pub(crate) fn archived_task(id: &TaskId) -> String {
    format!("{ARCHIVE}/{}/{id}/task.toml", shard(id.as_str()))
}

pub(crate) fn lock(id: &LockId) -> String {
    format!("{LOCKS}/{id}.toml")
}

pub(crate) fn checkpoint(task: &TaskId, id: &CheckpointId) -> String {
    format!("{HANDOFFS}/{}/{task}/{id}.toml", shard(task.as_str()))
}

pub(crate) fn archived_checkpoint(task: &TaskId, id: &CheckpointId) -> String {
    format!("{ARCHIVE}/{}/{task}/{id}.toml", shard(task.as_str()))
}

pub(crate) fn results(task: &TaskId) -> String {
    format!("{RECEIPTS}/{}/{task}.toml", shard(task.as_str()))
}

pub(crate) fn archived_results(task: &TaskId) -> String {
    format!("{ARCHIVE}/{}/{task}/receipts.toml", shard(task.as_str()))
}

pub(crate) fn notes(task: &TaskId) -> String {
    format!("{MESSAGES}/{}/{task}", shard(task.as_str()))
}

pub(crate) fn note(note: &Note) -> String {
    format!("{}/{}.toml", notes(&note.task), note.id)
}

pub(crate) fn exception(id: &OverrideId) -> String {
    format!("{APPROVALS}/{id}.toml")
}

/// What a write does to the tree: path and content, or none for a file that goes.
pub(crate) fn edits(write: &Write) -> Result<Vec<(String, Option<String>)>, CodecError> {
    let put = |path: String, text: String| vec![(path, Some(text))];
    Ok(match write {
        Write::Meta(meta) => put(META.to_owned(), codec::encode(meta)?),
        Write::Policy(policy) => put(POLICY.to_owned(), codec::encode(policy)?),
        Write::Task(task) => put(live_task(&task.id), codec::encode(task)?),
        Write::Archive(task) => {
            vec![
                (live_task(&task.id), None),
                (archived_task(&task.id), Some(codec::encode(task)?)),
            ]
        }
        Write::Lock(record) => put(lock(&record.id), codec::encode(record)?),
        Write::DropLock(id) => vec![(lock(id), None)],
        Write::Exception(record) => put(exception(&record.id), codec::encode(record)?),
        Write::Checkpoint(record) => put(
            checkpoint(&record.task, &record.checkpoint),
            codec::encode(record)?,
        ),
        Write::ArchiveCheckpoint(record) => vec![
            (checkpoint(&record.task, &record.checkpoint), None),
            (
                archived_checkpoint(&record.task, &record.checkpoint),
                Some(codec::encode(record)?),
            ),
        ],
        Write::Results(record) => put(results(&record.task), codec::encode(record)?),
        Write::ArchiveResults(record) => vec![
            (results(&record.task), None),
            (archived_results(&record.task), Some(codec::encode(record)?)),
        ],
        Write::Note(record) => put(note(record), codec::encode(record)?),
        Write::DropException(id) => vec![(exception(id), None)],
    })
}

/// What a file below `.agents/` is, going by its path alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// The head record of a state.
    Meta,
    /// A policy: an adopted one, or that of the integration branch.
    Policy,
    /// Gates.
    Gates,
    LiveTask,
    ArchivedTask,
    Lock,
    Checkpoint,
    ArchivedCheckpoint,
    Results,
    ArchivedResults,
    Note,
    Exception,
    /// A file of TOML in a folder of records, where no record lies.
    Astray,
    /// None of ours.
    Other,
}

/// What lies at a path.
pub(crate) fn sort(path: &[u8]) -> Sort {
    let Some(rest) = path.strip_prefix(b".agents/") else {
        return Sort::Other;
    };
    let parts: Vec<&[u8]> = rest.split(|byte| *byte == b'/').collect();
    match *parts {
        [b"state.toml"] => return Sort::Meta,
        [b"policy.toml"] => return Sort::Policy,
        [b"gates.toml"] => return Sort::Gates,
        _ => {}
    }
    let folders: [&[u8]; 7] = [
        b"queue",
        b"archive",
        b"locks",
        b"handoffs",
        b"receipts",
        b"messages",
        b"approvals",
    ];
    let of_ours = parts.len() > 1 && folders.contains(&parts[0]) && path.ends_with(b".toml");
    match *parts {
        _ if !of_ours => Sort::Other,
        [b"queue", _, _] => Sort::LiveTask,
        [b"archive", _, _, b"task.toml"] => Sort::ArchivedTask,
        [b"archive", _, _, b"receipts.toml"] => Sort::ArchivedResults,
        [b"archive", _, _, _] => Sort::ArchivedCheckpoint,
        [b"locks", _] => Sort::Lock,
        [b"handoffs", _, _, _] => Sort::Checkpoint,
        [b"receipts", _, _] => Sort::Results,
        [b"messages", _, _, _] => Sort::Note,
        [b"approvals", _] => Sort::Exception,
        _ => Sort::Astray,
    }
}
