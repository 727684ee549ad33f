//! The decisions that wait for their turn: a file each, locked by the process that waits, so that the decision of a
//! dead process is never carried out. Whoever talks with the remote takes them along and writes an answer beside each.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use lane_core::codec;
use lane_core::event::Event;
use lane_git::Oid;
use lane_git::OsLock;

use crate::error::StoreError;

/// The most decisions that go in one push.
const MOST: usize = 256;

/// A decision of this process, waiting.
pub(super) struct Waiting {
    file: PathBuf,
    taken: PathBuf,
    answer: PathBuf,
    _alive: OsLock,
}

/// What became of a decision that waited.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is on the remote, in this commit.
    Published(Oid),
    /// It does not hold on the newest state: decide again.
    Again,
}

/// A decision of another process, taken along.
pub(super) struct Taken {
    pub(super) event: Event,
    taken: PathBuf,
    answer: PathBuf,
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> StoreError + '_ {
    move |e| StoreError::io(format!("{} could not be written", path.display()), e)
}

impl Waiting {
    /// Puts `event` among those that wait.
    pub(super) fn put(folder: &Path, event: &Event) -> Result<Self, StoreError> {
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let name = |end: &str| folder.join(format!("{}.{end}", event.id));
        let draft = name("draft");
        // The lock is on the file, not on its name: it is held before anybody can find it.
        let alive = OsLock::acquire(&draft, Duration::from_secs(5))?;
        let file = name("toml");
        fs::write(&draft, codec::encode(event)?).map_err(failed(&draft))?;
        fs::rename(&draft, &file).map_err(failed(&file))?;
        Ok(Self {
            file,
            taken: name("taken"),
            answer: name("answer"),
            _alive: alive,
        })
    }

    /// The answer, if there is one.
    pub(super) fn answer(&self) -> Option<Answer> {
        let text = fs::read_to_string(&self.answer).ok()?;
        Some(text.trim().parse().map_or(Answer::Again, Answer::Published))
    }

    /// Takes it back. False when somebody has taken it along: then there will be an answer, unless they die.
    pub(super) fn withdraw(&self) -> bool {
        fs::rename(&self.file, self.file.with_extension("withdrawn")).is_ok()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        for path in [
            &self.file,
            &self.taken,
            &self.answer,
            &self.file.with_extension("withdrawn"),
        ] {
            let _ = fs::remove_file(path);
        }
    }
}

impl Taken {
    /// Answers its process.
    pub(super) fn answer(&self, answer: &Answer) {
        let text = match answer {
            Answer::Published(commit) => format!("{commit}\n"),
            Answer::Again => "again\n".to_owned(),
        };
        let draft = self.answer.with_extension("answering");
        // A process that gets no answer looks for itself once it has its turn.
        let _ = fs::write(&draft, text).and_then(|()| fs::rename(&draft, &self.answer));
        let _ = fs::remove_file(&self.taken);
    }
}

/// The decisions of living processes, taken along, in the order in which they came.
pub(super) fn take_along(folder: &Path) -> Vec<Taken> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut waiting: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "toml"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    waiting.sort();
    waiting
        .into_iter()
        .take(MOST)
        .filter_map(|(_, path)| take(&path))
        .collect()
}

fn take(path: &Path) -> Option<Taken> {
    if let Ok(free) = OsLock::acquire(path, Duration::ZERO) {
        // Nobody waits for it any more.
        let _ = fs::remove_file(path);
        drop(free);
        return None;
    }
    let event = codec::decode(&fs::read(path).ok()?).ok()?;
    let taken = path.with_extension("taken");
    fs::rename(path, &taken).ok()?;
    Some(Taken {
        event,
        taken,
        answer: path.with_extension("answer"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lane_core::event::Payload;
    use lane_core::event::RULES;
    use lane_core::id::Agent;
    use lane_core::id::CloneId;
    use lane_core::id::TaskId;
    use lane_core::policy::Role;
    use lane_core::time::Timestamp;

    fn event(id: &str) -> Event {
        Event {
            id: id.into(),
            seq: 0,
            at: Timestamp::from_secs(1),
            by: Agent::new("agent-a").unwrap(),
            clone: CloneId::new("9c41").unwrap(),
            role: Role::Worker,
            rules: RULES,
            what: Payload::TaskUnblocked {
                task: TaskId::new("T-1").unwrap(),
            },
        }
    }

    #[test]
    fn a_decision_is_taken_along_once_and_answered() {
        let dir = tempfile::tempdir().unwrap();
        let waiting = Waiting::put(dir.path(), &event("a1")).unwrap();
        assert_eq!(waiting.answer(), None);
        let taken = take_along(dir.path());
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].event, event("a1"));
        assert!(take_along(dir.path()).is_empty());
        assert!(!waiting.withdraw(), "it was taken already");
        taken[0].answer(&Answer::Again);
        assert_eq!(waiting.answer(), Some(Answer::Again));
        let commit = "a".repeat(40).parse().unwrap();
        taken[0].answer(&Answer::Published(commit));
        assert_eq!(waiting.answer(), Some(Answer::Published(commit)));
        drop(waiting);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_a_dead_process_wanted_is_not_done() {
        let dir = tempfile::tempdir().unwrap();
        // A file that nobody holds a lock on is what a kill leaves.
        fs::write(dir.path().join("a1.toml"), codec::encode(&event("a1")).unwrap()).unwrap();
        assert!(take_along(dir.path()).is_empty());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_was_taken_back_is_not_done() {
        let dir = tempfile::tempdir().unwrap();
        let waiting = Waiting::put(dir.path(), &event("a1")).unwrap();
        assert!(waiting.withdraw());
        assert!(take_along(dir.path()).is_empty());
    }
}
