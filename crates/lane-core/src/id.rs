//! Names that agents type: task, lock and override ids, agents, clones, areas, checks. Each has a charset of its own.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Visitor;
use sha2::Digest as _;
use sha2::Sha256;
use thiserror::Error;

use crate::text;

/// Why a name was not taken; the text says what is allowed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{kind} {shown:?} {fault}")]
pub struct NameError {
    kind: &'static str,
    shown: String,
    fault: &'static str,
}

const ID_RULE: &str =
    "must start with a letter or digit and go on with letters, digits, `.`, `_` or `-` (64 at most)";
const AGENT_RULE: &str =
    "must start with a letter or digit and go on with letters, digits or any of `._@:+-` (128 at most)";

fn check_id(text: &str) -> Result<(), &'static str> {
    let mut chars = text.chars();
    let first = chars.next().is_some_and(|c| c.is_ascii_alphanumeric());
    let rest = chars.all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    match text {
        _ if !first || !rest || text.len() > 64 => Err(ID_RULE),
        _ if text.eq_ignore_ascii_case("HEAD") => Err("is what git calls the commit that is checked out"),
        _ if text.to_ascii_uppercase().ends_with("_HEAD") => {
            Err("must not end with `_HEAD`: git keeps such names for itself")
        }
        _ if text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Err("looks like a commit's name")
        }
        _ if text.contains("..") => Err("must not contain `..`"),
        _ if text.ends_with('.') => Err("must not end with `.`"),
        _ if text.len() >= 5 && text.as_bytes()[text.len() - 5..].eq_ignore_ascii_case(b".lock") => {
            Err("must not end with `.lock`: git keeps that for itself")
        }
        _ => Ok(()),
    }
}

fn check_checkpoint(text: &str) -> Result<(), &'static str> {
    let number = text
        .strip_prefix("CP-")
        .filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
    match number.and_then(|n| n.parse::<u32>().ok()) {
        Some(n) if n > 0 && format!("CP-{n:02}") == text => Ok(()),
        _ => Err("must be `CP-` and a number, like `CP-03`"),
    }
}

fn check_agent(text: &str) -> Result<(), &'static str> {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    let rest = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "._@:+-".contains(c));
    if first && rest && text.len() <= 128 {
        Ok(())
    } else {
        Err(AGENT_RULE)
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $kind:literal, $check:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(String);

        impl $type {
            /// Takes a name, or says why it cannot be one.
            pub fn new(text: &str) -> Result<Self, NameError> {
                $check(text)
                    .map(|()| Self(text.to_owned()))
                    .map_err(|fault| NameError { kind: $kind, shown: text::excerpt(text, 80), fault })
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::new(text)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                struct Name;
                impl Visitor<'_> for Name {
                    type Value = $type;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("a string: ", $kind))
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        $type::new(text).map_err(E::custom)
                    }
                }
                input.deserialize_str(Name)
            }
        }
    };
}

name! {
    /// A task's id: `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`, not `HEAD`, no `..`, no `.lock`. It names files and branches.
    TaskId, "task id", check_id
}
name! {
    /// A lock's id, with the charset of task ids.
    LockId, "lock id", check_id
}
name! {
    /// A checkpoint's id: `CP-` and a number of at least two digits, counted from `CP-01`.
    CheckpointId, "checkpoint id", check_checkpoint
}
name! {
    /// An override's id, with the charset of task ids.
    OverrideId, "override id", check_id
}
name! {
    /// An approved push's id, with the charset of task ids.
    PushId, "push id", check_id
}
name! {
    /// An area's name, with the charset of task ids.
    AreaName, "area", check_id
}
name! {
    /// A check's name in `.agents/gates.toml`, with the charset of task ids.
    CheckName, "check name", check_id
}
name! {
    /// Who acts: an agent's name, or `person:<user.email>`.
    Agent, "agent name", check_agent
}
name! {
    /// A clone's random id.
    CloneId, "clone id", check_id
}

impl CheckpointId {
    /// The `n`th checkpoint of a task, counted from 1.
    pub fn nth(n: u32) -> Self {
        Self(format!("CP-{:02}", n.max(1)))
    }

    /// Its place among the task's checkpoints, counted from 1.
    pub fn number(&self) -> u32 {
        // The charset check has read the number already.
        self.0.trim_start_matches("CP-").parse().unwrap_or(u32::MAX)
    }
}

impl Agent {
    /// The person with this e-mail address; characters that a name cannot hold become `_`.
    pub fn person(email: &str) -> Self {
        let safe = |c: char| {
            if c.is_ascii_alphanumeric() || "._@:+-".contains(c) {
                c
            } else {
                '_'
            }
        };
        let email: String = email.trim().chars().take(100).map(safe).collect();
        Self(format!(
            "person:{}",
            if email.is_empty() { "unknown" } else { &email }
        ))
    }

    /// Whether this is a person rather than a named agent.
    pub fn is_person(&self) -> bool {
        self.0.starts_with("person:")
    }
}

/// The folder of an id in the state's tree: two hex digits, the first byte of the SHA-256 of the id
/// in lower case. Twins that differ only in case share a folder.
pub fn shard(id: &str) -> String {
    let digest = Sha256::digest(id.to_ascii_lowercase().as_bytes());
    format!("{:02x}", digest[0])
}

/// A short id from random bytes: `prefix` and four characters of an alphabet without look-alikes.
/// Callers draw again when the id is taken.
pub fn short(prefix: &str, random: [u8; 4]) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let tail: String = random
        .iter()
        .map(|b| char::from(ALPHABET[usize::from(b % 32)]))
        .collect();
    format!("{prefix}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_git_or_a_file_system_would_misread_are_refused() {
        for id in [
            "",
            "-x",
            ".x",
            "HEAD",
            "head",
            "a..b",
            "a.lock",
            "A.LOCK",
            "a.",
            "a/b",
            "a b",
            "$(id)",
            "a;rm",
            "é",
            "x\n",
            "FETCH_HEAD",
            "0123456789012345678901234567890123456789",
        ] {
            assert!(TaskId::new(id).is_err(), "{id:?}");
        }
        assert!(TaskId::new(&"x".repeat(65)).is_err());
    }

    #[test]
    fn ids_that_people_use_are_taken() {
        for id in ["T-7k2m", "A-P7-001", "1", "v1.2_rc", "x"] {
            assert_eq!(TaskId::new(id).unwrap().as_str(), id);
        }
        assert!(TaskId::new(&"x".repeat(64)).is_ok());
    }

    #[test]
    fn any_address_makes_a_person() {
        assert_eq!(Agent::person("a@b.c").as_str(), "person:a@b.c");
        assert_eq!(Agent::person(" ").as_str(), "person:unknown");
        assert_eq!(Agent::person("a b\u{1b}@c").as_str(), "person:a_b_@c");
        assert!(Agent::new(Agent::person(&"x".repeat(500)).as_str()).is_ok());
    }

    #[test]
    fn case_twins_share_a_shard() {
        assert_eq!(shard("T-7K2M"), shard("t-7k2m"));
        assert_eq!(shard("T-7k2m").len(), 2);
    }

    #[test]
    fn short_ids_are_ids() {
        for b in 0..=255u8 {
            assert!(TaskId::new(&short("T-", [b, b, b, b])).is_ok());
        }
    }
}
