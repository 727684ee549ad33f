//! What determines a check's result, as one name.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use sha2::Digest as _;
use sha2::Sha256;

use crate::run::hex;

/// SHA-256 of all that determines a result: 64 hex digits. The same key, the same result, or the check is flaky.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// What determines a result. What is not in it (the network, the time, other files, the load) makes a check flaky.
#[derive(Clone, Copy, Debug)]
pub struct KeyInputs<'a> {
    /// The check's name.
    pub check: &'a str,
    /// Its rung.
    pub rung: u8,
    /// The command's words, everything filled in.
    pub words: &'a [String],
    /// Where it runs, relative to the worktree's root: the same in every worktree.
    pub dir: &'a Path,
    /// The digest of what it reads ([`crate::Files::digest`]).
    pub reads: &'a str,
    /// How blobs become files ([`crate::Files::checkout`]).
    pub checkout: &'a str,
    /// The fingerprints of its tools ([`crate::Toolchain::fingerprint`]), in the order of declaration.
    pub toolchain: &'a [String],
    /// The declared environment variables and their values; none = not set.
    pub env: &'a [(String, Option<OsString>)],
    /// The version of the built-in check; 0 for a command.
    pub builtin: u32,
}

impl Key {
    /// Every part goes in with its length before it, and every list with its count: no two inputs look alike.
    pub fn of(inputs: &KeyInputs<'_>) -> Self {
        let mut parts = Parts(Sha256::new());
        parts.add(b"gate receipt 1");
        parts.add(inputs.check.as_bytes());
        parts.add(&[inputs.rung]);
        parts.list(inputs.words.iter().map(String::as_bytes));
        parts.add(inputs.dir.as_os_str().as_encoded_bytes());
        parts.add(inputs.reads.as_bytes());
        parts.add(inputs.checkout.as_bytes());
        parts.list(inputs.toolchain.iter().map(String::as_bytes));
        parts.list(inputs.env.iter().map(|(name, _)| name.as_bytes()));
        for (_, value) in inputs.env {
            let value = value.as_ref().map(|value| value.as_encoded_bytes());
            parts.list(value.into_iter());
        }
        parts.add(&inputs.builtin.to_be_bytes());
        Self(hex(&parts.0.finalize()))
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn folder(&self) -> &str {
        &self.0[..2]
    }

    pub(super) fn file(&self) -> String {
        format!("{}.toml", self.0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Parts(Sha256);

impl Parts {
    fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    fn list<'p>(&mut self, parts: impl Iterator<Item = &'p [u8]>) {
        let parts: Vec<&[u8]> = parts.collect();
        self.0.update((parts.len() as u64).to_be_bytes());
        for part in parts {
            self.add(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_changes_the_key_and_nothing_else_does() {
        let words = |words: &[&str]| -> Vec<String> { words.iter().map(ToString::to_string).collect() };
        let set = |value: Option<&str>| vec![("A".to_owned(), value.map(OsString::from))];
        let (ab, a_b, tools) = (words(&["ab"]), words(&["a", "b"]), words(&["rustc 1"]));
        let (unset, empty, one) = (set(None), set(Some("")), set(Some("1")));
        let base = KeyInputs {
            check: "unit",
            rung: 2,
            words: &ab,
            dir: Path::new(""),
            reads: "sha256:1",
            checkout: "",
            toolchain: &[],
            env: &[],
            builtin: 0,
        };
        let others = [
            base,
            KeyInputs {
                check: "unix",
                ..base
            },
            KeyInputs { rung: 3, ..base },
            KeyInputs { words: &a_b, ..base },
            KeyInputs {
                dir: Path::new("a"),
                ..base
            },
            KeyInputs {
                reads: "sha256:2",
                ..base
            },
            KeyInputs {
                checkout: "core.eol=lf",
                ..base
            },
            KeyInputs {
                toolchain: &tools,
                ..base
            },
            KeyInputs {
                words: &[],
                toolchain: &ab,
                ..base
            },
            KeyInputs { env: &unset, ..base },
            KeyInputs { env: &empty, ..base },
            KeyInputs { env: &one, ..base },
            KeyInputs { builtin: 1, ..base },
        ];
        let keys: std::collections::BTreeSet<Key> = others.iter().map(Key::of).collect();
        assert_eq!(keys.len(), others.len());
        assert_eq!(Key::of(&base), Key::of(&base.clone()));
        assert_eq!(Key::of(&base).as_str().len(), 64);
    }
}
