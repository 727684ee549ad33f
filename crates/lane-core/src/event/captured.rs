//! An event as one line of JSON: what `git lane log --json` prints, and a replay without a repository reads.

use serde_json::Value;
use serde_json::json;
use thiserror::Error;

use super::Event;
use super::EventError;
use super::Message;
use super::chain_of;
use super::message::read_event;
use super::message::write_block;
use crate::codec::CodecError;
use crate::text;

/// The longest line that is read, in bytes: an event at its largest, escaped, twice.
pub const LINE_BYTES: usize = 4 << 20;

/// What was known of an event where it was captured.
///
/// The line is a JSON object: the event's own keys, and `commit`, `chain`, `repository`. Where these keys do not give
/// back the exact bytes that the chain is made from, `block` holds those.
#[derive(Clone, Debug, PartialEq)]
pub struct Captured {
    /// The event.
    pub event: Event,
    /// The commit that carried it.
    pub commit: String,
    /// The chain value that it carried.
    pub chain: String,
    /// The repository's id, which the first commit follows from.
    pub repository: String,
    block: String,
}

/// Why a line is no captured event.
#[derive(Debug, Error)]
pub enum CapturedError {
    /// Longer than [`LINE_BYTES`].
    #[error("is longer than {LINE_BYTES} bytes")]
    TooLong,
    /// Not JSON, or no event in JSON.
    #[error("{0}")]
    Json(String),
    /// A key that every line has.
    #[error("has no `{0}`, or one that is not text")]
    Lacks(&'static str),
    /// The block that it carries is no event.
    #[error("{0}")]
    Block(#[from] EventError),
    /// The block that it carries is another event.
    #[error("says `{0}` otherwise than its `block`")]
    Contradicts(String),
    /// The event cannot be put into the bytes of a block.
    #[error("{0}")]
    Unwritable(#[from] CodecError),
}

impl Captured {
    /// From a commit's message.
    ///
    /// # Errors
    /// When the message holds no event.
    pub fn of(message: &Message<'_>, commit: &str, repository: &str) -> Result<Self, EventError> {
        Ok(Self {
            event: message.event()?,
            commit: commit.to_owned(),
            chain: message.chain.to_owned(),
            repository: repository.to_owned(),
            block: message.block(),
        })
    }

    /// As one JSON object.
    pub fn to_json(&self) -> Value {
        let fields = fields(&self.event);
        let same = read_fields(&fields).is_ok_and(|event| write_block(&event).as_ref() == Ok(&self.block));
        let mut value = fields;
        value["commit"] = json!(self.commit);
        value["chain"] = json!(self.chain);
        value["repository"] = json!(self.repository);
        if !same {
            value["block"] = json!(self.block);
        }
        value
    }

    /// From one line.
    ///
    /// # Errors
    /// When it is no such object, or contradicts itself.
    pub fn parse(line: &str) -> Result<Self, CapturedError> {
        if line.len() > LINE_BYTES {
            return Err(CapturedError::TooLong);
        }
        let value: Value = serde_json::from_str(line)
            .map_err(|e| CapturedError::Json(format!("is not JSON: {}", words(&e))))?;
        let said = |key: &'static str| {
            let text = value.get(key).and_then(Value::as_str);
            text.map(str::to_owned).ok_or(CapturedError::Lacks(key))
        };
        let (commit, chain, repository) = (said("commit")?, said("chain")?, said("repository")?);
        let (event, block) = match value.get("block") {
            Some(_) => {
                let block = said("block")?;
                let event = read_event(&block)?;
                agrees(&event, &value)?;
                (event, block)
            }
            None => {
                let event = read_fields(&value)
                    .map_err(|e| CapturedError::Json(format!("is no event: {}", words(&e))))?;
                let block = write_block(&event)?;
                // What a newer version judged is not judged again here.
                (read_event(&block)?, block)
            }
        };
        Ok(Self {
            event,
            commit,
            chain,
            repository,
            block,
        })
    }

    /// What the chain must be after `before`.
    pub fn expected_chain(&self, before: &str) -> String {
        chain_of(before, &self.block)
    }
}

/// The event's keys as they read back from their text: a number may come back as its neighbour.
fn fields(event: &Event) -> Value {
    let text = serde_json::to_string(event).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn read_fields(value: &Value) -> Result<Event, serde_json::Error> {
    serde::Deserialize::deserialize(value)
}

/// Whether the line's keys say what the event does.
fn agrees(event: &Event, value: &Value) -> Result<(), CapturedError> {
    let own = fields(event);
    for (key, field) in own.as_object().into_iter().flatten() {
        if value.get(key) != Some(field) {
            return Err(CapturedError::Contradicts(key.clone()));
        }
    }
    Ok(())
}

fn words(error: &serde_json::Error) -> String {
    text::excerpt(&error.to_string(), 300)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Payload;
    use crate::event::RULES;
    use crate::event::write_message;
    use crate::id::Agent;
    use crate::id::CloneId;
    use crate::id::TaskId;
    use crate::policy::Role;
    use crate::record::Task;
    use crate::time::Timestamp;

    fn added(extra: &str) -> Event {
        let mut task = Task::new(
            TaskId::new("T-1").unwrap(),
            "a \u{202e} title",
            Timestamp::default(),
        );
        task.notes = Some("\"quoted\"\n\ttabs '''\n".to_owned());
        task.extra = toml::from_str(extra).unwrap();
        Event {
            id: "b3f1".into(),
            seq: 1,
            at: Timestamp::from_secs(7),
            by: Agent::new("agent-a").unwrap(),
            clone: CloneId::new("9c41").unwrap(),
            role: Role::Worker,
            rules: RULES,
            what: Payload::TaskAdded { task: Box::new(task) },
        }
    }

    fn capture(message: &str) -> Captured {
        Captured::of(&Message::find(message).unwrap(), "c0ffee", "r").unwrap()
    }

    #[test]
    fn a_line_gives_back_the_event_and_its_chain() {
        for extra in [
            "",
            "n = 1\nf = 0.1\nt = [1, 'a']\n",
            "when = 2026-11-21T08:31:04Z\n",
            "x = nan\n",
        ] {
            let (message, chain) = write_message(&added(extra), "before").unwrap();
            let captured = capture(&message);
            let again = Captured::parse(&captured.to_json().to_string()).unwrap();
            assert_eq!(again.expected_chain("before"), chain, "{extra}");
            assert_eq!(
                (again.chain, again.block),
                (captured.chain, captured.block),
                "{extra}"
            );
        }
    }

    #[test]
    fn no_number_breaks_the_chain() {
        for n in 1..2_000_u32 {
            let number = f64::from(n).sqrt() * 1e-3;
            let (message, chain) = write_message(&added(&format!("x = {number:e}\n")), "before").unwrap();
            let line = capture(&message).to_json().to_string();
            assert_eq!(
                Captured::parse(&line).unwrap().expected_chain("before"),
                chain,
                "{number}"
            );
        }
    }

    #[test]
    fn bytes_that_the_fields_do_not_give_are_carried_along() {
        let (message, _) = write_message(&added(""), "before").unwrap();
        assert!(capture(&message).to_json().get("block").is_none());
        let other = message.replace("seq = 1\n", "seq = 0x1\n");
        let line = capture(&other).to_json();
        assert_eq!(line["seq"], 1);
        let again = Captured::parse(&line.to_string()).unwrap();
        assert!(again.block.contains("seq = 0x1\n"));
        let mut forged = line.clone();
        forged["by"] = json!("agent-b");
        let fault = Captured::parse(&forged.to_string()).unwrap_err();
        assert!(matches!(fault, CapturedError::Contradicts(key) if key == "by"));
    }

    #[test]
    fn an_edited_field_breaks_the_chain() {
        let (message, chain) = write_message(&added(""), "before").unwrap();
        let mut line = capture(&message).to_json();
        line["by"] = json!("agent-b");
        let again = Captured::parse(&line.to_string()).unwrap();
        assert_ne!(again.expected_chain("before"), chain);
    }

    #[test]
    fn what_is_no_event_says_why() {
        let (message, _) = write_message(&added(""), "before").unwrap();
        let line = capture(&message).to_json();
        let without = |key: &str| {
            let mut line = line.clone();
            line.as_object_mut().unwrap().remove(key);
            line.to_string()
        };
        let mut newer = line.clone();
        newer["rules"] = json!(RULES + 1);
        for (line, says) in [
            ("{".to_owned(), "is not JSON"),
            ("[]".to_owned(), "has no `commit`"),
            (without("chain"), "has no `chain`"),
            (without("repository"), "has no `repository`"),
            (without("kind"), "is no event"),
            (newer.to_string(), "newer than this git-lane's"),
            ("[".repeat(100_000), "is not JSON"),
            (" ".repeat(LINE_BYTES + 1), "is longer than"),
        ] {
            let fault = Captured::parse(&line).unwrap_err().to_string();
            assert!(fault.contains(says), "{says}: {fault}");
        }
    }
}
