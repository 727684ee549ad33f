//! What determines a check's result, as one name.

use std::ffi::OsString;
use std::fmt;

use lane_git::Oid;
use sha2::Digest as _;
use sha2::Sha256;

use crate::builtin::Reader;
use crate::plan::PlannedWork;
use crate::run::hex;

/// SHA-256 of all that determines a result: 64 hex digits. The same key, the same result, or the check is flaky.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// What determines a result: two checks that do the same thing share it. What is not in it (the network, the time, other files, the load) makes a check flaky.
#[derive(Clone, Copy, Debug)]
pub struct KeyInputs<'a> {
    /// What is run, everything filled in. Folders are relative to the worktree's root: the same in every worktree.
    pub work: &'a PlannedWork,
    /// The texts that are compared, where these are not the files in the work tree.
    pub texts: Option<&'a [Vec<u8>]>,
    /// The digest of what it reads ([`crate::Files::digest`]).
    pub reads: &'a str,
    /// The commit that is judged, where the history counts.
    pub commit: Option<Oid>,
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
        parts.add(b"gate receipt 3");
        parts.work(inputs.work);
        if let Some(texts) = inputs.texts {
            parts.add(b"texts");
            parts.list(texts.iter().map(Vec::as_slice));
        }
        parts.add(inputs.reads.as_bytes());
        if let Some(commit) = inputs.commit {
            parts.add(b"commit");
            parts.add(commit.as_bytes());
        }
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

    fn work(&mut self, work: &PlannedWork) {
        match work {
            PlannedWork::Commands(commands) => {
                self.add(b"commands");
                self.add(&(commands.len() as u64).to_be_bytes());
                for command in commands {
                    self.list(command.words.iter().map(|word| word.as_encoded_bytes()));
                    self.add(command.dir.as_str().as_bytes());
                    self.add(match command.reader {
                        Reader::Exit => b"exit",
                        Reader::Nextest => b"nextest",
                        Reader::Libtest => b"libtest",
                        Reader::OwnHarness => b"own-harness",
                        Reader::Doctests => b"doctests",
                    });
                }
            }
            PlannedWork::Format(files) => {
                self.add(b"format");
                self.list(files.iter().map(|file| file.path.as_slice()));
                self.list(files.iter().map(|file| file.edition.as_bytes()));
            }
        }
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
    use crate::Command;
    use crate::Folder;
    use crate::FormatFile;

    #[test]
    fn every_input_changes_the_key_and_nothing_else_does() {
        let command = |words: &[&str], dir: &str, reader| Command {
            words: words.iter().map(OsString::from).collect(),
            dir: Folder::new(dir).unwrap(),
            reader,
        };
        let run = |words: &[&str]| PlannedWork::Commands(vec![command(words, ".", Reader::Exit)]);
        let file = |edition: &str| FormatFile {
            path: b"ab".to_vec(),
            edition: edition.to_owned(),
        };
        let set = |value: Option<&str>| vec![("A".to_owned(), value.map(OsString::from))];
        let tools = ["rustc 1".to_owned()];
        let works = [
            run(&["a", "b"]),
            PlannedWork::Commands(vec![command(&["ab"], "a", Reader::Exit)]),
            PlannedWork::Commands(vec![command(&["ab"], ".", Reader::Libtest)]),
            PlannedWork::Commands(vec![
                command(&["ab"], ".", Reader::Exit),
                command(&["ab"], ".", Reader::Exit),
            ]),
            PlannedWork::Format(vec![file("2021")]),
            PlannedWork::Format(vec![file("2024")]),
        ];
        let (ab, unset, empty, one) = (run(&["ab"]), set(None), set(Some("")), set(Some("1")));
        let (good, bad) = ([b"good".to_vec()], [b"bad".to_vec()]);
        let base = KeyInputs {
            work: &ab,
            texts: None,
            reads: "sha256:1",
            commit: None,
            checkout: "",
            toolchain: &[],
            env: &[],
            builtin: 0,
        };
        let mut others = vec![
            base,
            KeyInputs {
                reads: "sha256:2",
                ..base
            },
            KeyInputs {
                texts: Some(&good),
                ..base
            },
            KeyInputs {
                texts: Some(&bad),
                ..base
            },
            KeyInputs {
                checkout: "core.eol=lf",
                ..base
            },
            KeyInputs {
                commit: Some(Oid::EMPTY_TREE),
                ..base
            },
            KeyInputs {
                toolchain: &tools,
                ..base
            },
            KeyInputs { env: &unset, ..base },
            KeyInputs { env: &empty, ..base },
            KeyInputs { env: &one, ..base },
            KeyInputs { builtin: 1, ..base },
        ];
        others.extend(works.iter().map(|work| KeyInputs { work, ..base }));
        let keys: std::collections::BTreeSet<Key> = others.iter().map(Key::of).collect();
        assert_eq!(keys.len(), others.len());
        assert_eq!(Key::of(&base), Key::of(&base.clone()));
        assert_eq!(Key::of(&base).as_str().len(), 64);
    }
}
