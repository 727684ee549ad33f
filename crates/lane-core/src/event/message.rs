//! An event as TOML in the message of a commit on the state's ref, and the chain that ties it to those before.

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;
use thiserror::Error;

use super::Event;
use super::RULES;
use crate::codec;
use crate::codec::CodecError;

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

/// The version of the rules alone.
#[derive(Deserialize)]
struct Version {
    rules: u32,
}

/// The message of an event's commit, and the chain value that it carries.
pub fn write_message(event: &Event, parent_chain: &str) -> Result<(String, String), EventError> {
    let body = write_block(event)?;
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
    chain_of_parts(parent_chain, &[block])
}

fn chain_of_parts(parent_chain: &str, block: &[&str]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut digest = Sha256::new();
    digest.update(parent_chain.as_bytes());
    digest.update(b"\n");
    for part in block {
        digest.update(part.as_bytes());
    }
    let mut chain = String::with_capacity(71);
    chain.push_str("sha256:");
    for byte in digest.finalize() {
        // A ledger has many events: formatting each byte took longer than the digest.
        chain.push(char::from(HEX[usize::from(byte >> 4)]));
        chain.push(char::from(HEX[usize::from(byte & 15)]));
    }
    chain
}

/// What a commit's message says: the block without its chain line, and the chain.
pub struct Message<'a> {
    /// The block before and after its chain line.
    block: [&'a str; 2],
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
            block: [&block[..start], &block[end..]],
            chain,
        })
    }

    /// What the chain must be after `parent_chain`.
    pub fn expected_chain(&self, parent_chain: &str) -> String {
        chain_of_parts(parent_chain, &self.block)
    }

    /// The event itself.
    pub fn event(&self) -> Result<Event, EventError> {
        read_event(&self.block())
    }

    /// The block's bytes without the chain line.
    pub fn block(&self) -> String {
        self.block.concat()
    }
}

/// The event in a block without its chain line.
pub(super) fn read_event(block: &str) -> Result<Event, EventError> {
    let newer = |found: u32| (found > RULES).then_some(EventError::Newer { found });
    match codec::decode::<Block<Event>>(block.as_bytes()) {
        Ok(read) => newer(read.event.rules).map_or(Ok(read.event), Err),
        // A newer event may hold what cannot be read here; its version can.
        Err(fault) => {
            let version = codec::decode::<Block<Version>>(block.as_bytes()).ok();
            Err(version
                .and_then(|read| newer(read.event.rules))
                .unwrap_or(fault.into()))
        }
    }
}

/// The block of an event as it is written, without its chain line.
pub(super) fn write_block(event: &Event) -> Result<String, CodecError> {
    codec::encode(&Block { event })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Payload;
    use crate::id::Agent;
    use crate::id::CloneId;
    use crate::id::LockId;
    use crate::id::TaskId;
    use crate::policy::Role;
    use crate::record::Task;
    use crate::time::Timestamp;

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
