//! Events: one thing that happened, as TOML in the message of a commit on the state's ref.

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;
use thiserror::Error;

use crate::codec;
use crate::codec::CodecError;
use crate::id::Agent;
use crate::id::CloneId;
use crate::id::LockId;
use crate::id::OverrideId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::record::LockMode;
use crate::record::Task;
use crate::text;
use crate::time::Span;
use crate::time::Timestamp;

/// The version of `apply`. Changed meaning closes the epoch.
pub const RULES: u32 = 1;

/// The line that separates a commit's sentence from its event.
pub const EVENT_HEADING: &str = "[event]";

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// A random id, so that two equal events are two commits.
    pub id: String,
    /// The place in the ledger: one more than the event before. It is also the fence of what the event grants.
    pub seq: u64,
    /// The decider's clock.
    pub at: Timestamp,
    /// Who acted.
    pub by: Agent,
    /// In which clone.
    pub clone: CloneId,
    /// The duty that they acted in.
    pub role: Role,
    /// The version of `apply` that judged it.
    pub rules: u32,
    /// What happened: `kind` and `[event.data]`.
    #[serde(flatten)]
    pub what: Payload,
}

/// What an event says. The names are the `kind` of an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Payload {
    /// The branch that lanes land on was named.
    #[serde(rename = "integration.named")]
    IntegrationNamed {
        /// Without `refs/heads/`.
        branch: String,
    },
    /// The integration branch's policy changed.
    #[serde(rename = "policy.adopted")]
    PolicyAdopted {
        /// Its judging part.
        policy: Box<Adopted>,
    },
    /// A task was added.
    #[serde(rename = "task.added")]
    TaskAdded {
        /// As it was added.
        task: Box<Task>,
    },
    /// A task's contract was changed.
    #[serde(rename = "task.edited")]
    TaskEdited {
        /// The contract as it is now.
        task: Box<Task>,
    },
    /// A task was claimed.
    #[serde(rename = "task.claimed")]
    TaskClaimed {
        /// Which.
        task: TaskId,
        /// The id for the lock that its scope becomes.
        lock: LockId,
    },
    /// A claim was given back.
    #[serde(rename = "task.released")]
    TaskReleased {
        /// Which.
        task: TaskId,
        /// Why: one line.
        why: String,
    },
    /// A task cannot go on.
    #[serde(rename = "task.blocked")]
    TaskBlocked {
        /// Which.
        task: TaskId,
        /// The task that it waits for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<TaskId>,
        /// Why, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A task can go on.
    #[serde(rename = "task.unblocked")]
    TaskUnblocked {
        /// Which.
        task: TaskId,
    },
    /// A task's tip is on the integration branch.
    #[serde(rename = "task.done")]
    TaskDone {
        /// Which.
        task: TaskId,
        /// The tip that landed.
        tip: String,
        /// The commit of the integration branch that it was found in.
        landed: String,
    },
    /// A lock was granted.
    #[serde(rename = "lock.granted")]
    LockGranted {
        /// Its id.
        lock: LockId,
        /// The lane that it widens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<TaskId>,
        /// What it covers.
        scope: Vec<String>,
        /// Exclusive or shared.
        mode: LockMode,
        /// What for.
        objective: String,
        /// Where it is not the policy's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lease: Option<Span>,
    },
    /// A lock was given back.
    #[serde(rename = "lock.released")]
    LockReleased {
        /// Which.
        lock: LockId,
    },
    /// Locks were renewed, by their owner's word or sign of life.
    #[serde(rename = "lock.renewed")]
    LockRenewed {
        /// Which.
        locks: Vec<LockId>,
        /// When the sign of life was seen; it may lie before the event.
        seen: Timestamp,
    },
    /// A lock whose lease was over was taken away.
    #[serde(rename = "lock.reclaimed")]
    LockReclaimed {
        /// Which.
        lock: LockId,
        /// Why: one line.
        note: String,
    },
    /// A path may pass against the rules.
    #[serde(rename = "override.granted")]
    OverrideGranted {
        /// Its id.
        id: OverrideId,
        /// The glob.
        path: String,
        /// Why: one line.
        why: String,
        /// The lane that it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<TaskId>,
    },
}

impl Payload {
    /// The `kind` of the event, as written.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::IntegrationNamed { .. } => "integration.named",
            Self::PolicyAdopted { .. } => "policy.adopted",
            Self::TaskAdded { .. } => "task.added",
            Self::TaskEdited { .. } => "task.edited",
            Self::TaskClaimed { .. } => "task.claimed",
            Self::TaskReleased { .. } => "task.released",
            Self::TaskBlocked { .. } => "task.blocked",
            Self::TaskUnblocked { .. } => "task.unblocked",
            Self::TaskDone { .. } => "task.done",
            Self::LockGranted { .. } => "lock.granted",
            Self::LockReleased { .. } => "lock.released",
            Self::LockRenewed { .. } => "lock.renewed",
            Self::LockReclaimed { .. } => "lock.reclaimed",
            Self::OverrideGranted { .. } => "override.granted",
        }
    }

    /// The task that the event is about.
    pub fn task(&self) -> Option<&TaskId> {
        match self {
            Self::TaskAdded { task } | Self::TaskEdited { task } => Some(&task.id),
            Self::TaskClaimed { task, .. }
            | Self::TaskReleased { task, .. }
            | Self::TaskBlocked { task, .. }
            | Self::TaskUnblocked { task }
            | Self::TaskDone { task, .. } => Some(task),
            Self::LockGranted { task, .. } | Self::OverrideGranted { task, .. } => task.as_ref(),
            _ => None,
        }
    }
}

impl Event {
    /// The sentence that is the commit's subject: for people who read `git log`.
    pub fn sentence(&self) -> String {
        let by = &self.by;
        let line = |s: &str| text::excerpt(s, 72);
        match &self.what {
            Payload::IntegrationNamed { branch } => format!("lanes land on {}, says {by}", line(branch)),
            Payload::PolicyAdopted { policy } => {
                format!(
                    "adopt policy of {} by {by}",
                    line(&policy.commit.chars().take(12).collect::<String>())
                )
            }
            Payload::TaskAdded { task } => format!("add {} by {by}: {}", task.id, line(&task.title)),
            Payload::TaskEdited { task } => format!("edit {} by {by}: {}", task.id, line(&task.title)),
            Payload::TaskClaimed { task, .. } => format!("claim {task} by {by}"),
            Payload::TaskReleased { task, why } => format!("release {task} by {by}: {}", line(why)),
            Payload::TaskBlocked {
                task, on: Some(on), ..
            } => format!("block {task} on {on} by {by}"),
            Payload::TaskBlocked { task, why, .. } => {
                format!(
                    "block {task} by {by}: {}",
                    line(why.as_deref().unwrap_or_default())
                )
            }
            Payload::TaskUnblocked { task } => format!("unblock {task} by {by}"),
            Payload::TaskDone { task, tip, .. } => {
                format!(
                    "done {task} by {by} at {}",
                    line(&tip.chars().take(12).collect::<String>())
                )
            }
            Payload::LockGranted { lock, scope, .. } => {
                format!("lock {lock} by {by}: {}", line(&scope.join(" ")))
            }
            Payload::LockReleased { lock } => format!("unlock {lock} by {by}"),
            Payload::LockRenewed { locks, .. } => match locks.as_slice() {
                [one] => format!("renew {one} by {by}"),
                many => format!("renew {} locks by {by}", many.len()),
            },
            Payload::LockReclaimed { lock, note } => format!("reclaim {lock} by {by}: {}", line(note)),
            Payload::OverrideGranted { path, why, .. } => {
                format!("override {} by {by}: {}", line(path), line(why))
            }
        }
    }
}

/// Why a commit's message is no event.
#[derive(Debug, Error)]
pub enum EventError {
    /// No `[event]` line after the sentence.
    #[error("has no `[event]` block in its message")]
    Missing,
    /// The block is no event of this version.
    #[error("its event {0}")]
    Unreadable(#[from] CodecError),
    /// The chain line is missing or not the last of the event's own lines.
    #[error("its event has no `chain` line")]
    NoChain,
    /// Judged by a newer version of `apply`.
    #[error("its event was judged by rules {found}, newer than this git-lane's ({RULES})")]
    Newer {
        /// The version that it names.
        found: u32,
    },
}

#[derive(Serialize, Deserialize)]
struct Block<T> {
    event: T,
}

/// Reads the version of the rules before anything else: a newer event may hold what cannot be read here.
#[derive(Deserialize)]
struct Version {
    rules: u32,
}

/// The message of an event's commit, and the chain value that it carries.
pub fn write_message(event: &Event, parent_chain: &str) -> Result<(String, String), EventError> {
    let body = codec::encode(&Block { event })?;
    let chain = chain_of(parent_chain, &body);
    let (head, data) = split_data(&body);
    let message = format!("{}\n\n{head}chain = \"{chain}\"\n{data}", event.sentence());
    Ok((message, chain))
}

/// The event's own lines, and its `[event.data]` table.
fn split_data(body: &str) -> (&str, &str) {
    let at = body.find("\n[event.data").map_or(body.len(), |at| at + 1);
    // The writer leaves an empty line between tables; it belongs to neither.
    let head = body[..at].trim_end_matches('\n');
    (&body[..head.len() + 1], &body[head.len() + 1..])
}

/// `sha256:` and the hex digest of the parent's chain, a newline, and the block's bytes without the chain line.
pub fn chain_of(parent_chain: &str, block: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(parent_chain.as_bytes());
    digest.update(b"\n");
    digest.update(block.as_bytes());
    let hex: String = digest.finalize().iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}

/// What a commit's message says: the block without its chain line, and the chain.
pub struct Message<'a> {
    block: String,
    /// The chain value that the message carries.
    pub chain: &'a str,
}

impl<'a> Message<'a> {
    /// Finds the event's block and its chain in a commit's message.
    pub fn find(message: &'a str) -> Result<Self, EventError> {
        let at = match message.find("\n[event]\n") {
            Some(at) => at + 1,
            None => return Err(EventError::Missing),
        };
        let block = &message[at..];
        let own_end = block.find("\n[event.").map_or(block.len(), |end| end + 1);
        let start = block[..own_end]
            .rfind("\nchain = \"")
            .ok_or(EventError::NoChain)?
            + 1;
        let end = block[start..].find('\n').ok_or(EventError::NoChain)? + start + 1;
        let value = block[start..end]
            .strip_prefix("chain = \"")
            .and_then(|v| v.strip_suffix("\"\n"));
        let chain = value.ok_or(EventError::NoChain)?;
        Ok(Self {
            block: format!("{}{}", &block[..start], &block[end..]),
            chain,
        })
    }

    /// What the chain must be after `parent_chain`.
    pub fn expected_chain(&self, parent_chain: &str) -> String {
        chain_of(parent_chain, &self.block)
    }

    /// The event itself.
    pub fn event(&self) -> Result<Event, EventError> {
        let version: Block<Version> = codec::decode(self.block.as_bytes())?;
        if version.event.rules > RULES {
            return Err(EventError::Newer {
                found: version.event.rules,
            });
        }
        let block: Block<Event> = codec::decode(self.block.as_bytes())?;
        Ok(block.event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim() -> Event {
        Event {
            id: "b3f1".into(),
            seq: 412,
            at: "2026-11-21T08:31:04Z".parse().unwrap(),
            by: Agent::new("agent-a").unwrap(),
            clone: CloneId::new("9c41").unwrap(),
            role: Role::Worker,
            rules: RULES,
            what: Payload::TaskClaimed {
                task: TaskId::new("T-7k2m").unwrap(),
                lock: LockId::new("L-03f9").unwrap(),
            },
        }
    }

    #[test]
    fn an_event_reads_back_from_its_message() {
        let (message, chain) = write_message(&claim(), "sha256:00").unwrap();
        let found = Message::find(&message).unwrap();
        assert_eq!(found.chain, chain);
        assert_eq!(found.expected_chain("sha256:00"), chain);
        assert_eq!(found.event().unwrap(), claim());
    }

    #[test]
    fn the_message_looks_like_the_design() {
        let (message, _) = write_message(&claim(), "").unwrap();
        assert!(
            message.starts_with("claim T-7k2m by agent-a\n\n[event]\nid = \"b3f1\"\nseq = 412\n"),
            "{message}"
        );
        assert!(message.contains("kind = \"task.claimed\"\n"), "{message}");
        assert!(
            message.contains("\n[event.data]\ntask = \"T-7k2m\"\n"),
            "{message}"
        );
    }

    #[test]
    fn any_changed_byte_of_the_block_breaks_the_chain() {
        let (message, _) = write_message(&claim(), "p").unwrap();
        for (from, to) in [
            ("agent-a\"", "agent-b\""),
            ("412", "413"),
            ("T-7k2m\"", "T-7k2n\""),
            ("\n[event.data]", "\n\n[event.data]"),
        ] {
            let forged = message.replace(from, to);
            assert_ne!(forged, message, "{from}");
            let found = Message::find(&forged).unwrap();
            assert_ne!(found.expected_chain("p"), found.chain, "{from}");
        }
    }

    #[test]
    fn a_title_that_imitates_an_event_stays_data() {
        let mut task = Task::new(TaskId::new("T-1").unwrap(), "x", Timestamp::default());
        task.notes = Some("\n[event]\nid = \"evil\"\nchain = \"sha256:0\"\n".into());
        let event = Event {
            what: Payload::TaskAdded { task: Box::new(task) },
            ..claim()
        };
        let (message, chain) = write_message(&event, "p").unwrap();
        let found = Message::find(&message).unwrap();
        assert_eq!((found.chain, found.event().unwrap()), (chain.as_str(), event));
    }

    #[test]
    fn a_message_without_an_event_says_so() {
        assert!(matches!(Message::find("hello\n"), Err(EventError::Missing)));
        assert!(matches!(
            Message::find("x\n\n[event]\nid = \"1\"\n"),
            Err(EventError::NoChain)
        ));
    }

    #[test]
    fn a_newer_event_is_named_as_newer() {
        let (message, _) = write_message(
            &Event {
                rules: RULES + 1,
                ..claim()
            },
            "p",
        )
        .unwrap();
        assert!(matches!(
            Message::find(&message).unwrap().event(),
            Err(EventError::Newer { .. })
        ));
    }
}
