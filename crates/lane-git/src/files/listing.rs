//! What git says of the index and the work tree, line by line, with nothing guessed.

use std::collections::HashMap;

use super::File;
use super::GITLINK;
use crate::GitError;
use crate::Oid;

/// Tags, modes, names and stages, by NUL.
pub(super) const LIST: [&str; 3] = ["--stage", "-v", "-z"];

pub(super) const STATUS: [&str; 7] = [
    "--no-optional-locks",
    "status",
    "--porcelain=v2",
    "-z",
    "--untracked-files=all",
    "--no-renames",
    "--ignore-submodules=none",
];

/// One line of `ls-files --stage -v`.
pub(super) struct Entry<'o> {
    pub(super) path: &'o [u8],
    pub(super) stage: u8,
    pub(super) mode: u32,
    pub(super) oid: Oid,
    /// Whether a bit of the index keeps git from looking at the file.
    pub(super) unwatched: bool,
}

impl Entry<'_> {
    /// The path as it is listed, with what its bytes on disk are known to make.
    pub(super) fn file(&self, prefix: &[u8], disk: Option<Oid>) -> File {
        File {
            path: [prefix, self.path].concat(),
            stage: self.stage,
            mode: self.mode,
            oid: self.oid,
            disk: disk.filter(|disk| *disk != self.oid),
        }
    }
}

pub(super) fn entries<'o>(output: &'o [u8], doing: &str) -> Result<Vec<Entry<'o>>, GitError> {
    let lines = output.split(|byte| *byte == 0).filter(|line| !line.is_empty());
    lines
        .map(|line| entry(line).ok_or_else(|| GitError::unreadable(doing)))
        .collect()
}

/// `tag mode name stage<TAB>path`.
fn entry(line: &[u8]) -> Option<Entry<'_>> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = line[..tab].split(|byte| *byte == b' ');
    let (tag, mode, oid, stage) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let &[tag] = tag else { return None };
    Some(Entry {
        path: &line[tab + 1..],
        stage: std::str::from_utf8(stage).ok()?.parse().ok()?,
        mode: octal(mode)?,
        oid: Oid::from_hex(oid).ok()?,
        unwatched: tag.is_ascii_lowercase() || tag == b'S',
    })
}

fn octal(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()
}

/// What `status` says of the work tree; what is staged is not looked at.
#[derive(Default)]
pub(super) struct Status<'o> {
    pub(super) changed: HashMap<&'o [u8], Change>,
    pub(super) unmerged: Vec<&'o [u8]>,
    pub(super) untracked: Vec<&'o [u8]>,
}

/// How a tracked path differs from the index.
pub(super) struct Change {
    /// A file or a link, as far as git saw.
    pub(super) is_file: bool,
    pub(super) mode: u32,
    /// A submodule with changes or untracked files of its own.
    pub(super) dirty: bool,
}

impl<'o> Status<'o> {
    pub(super) fn parse(output: &'o [u8]) -> Option<Self> {
        let mut status = Self::default();
        for line in output.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            match line[0] {
                b'1' => status.ordinary(line)?,
                b'u' => status
                    .unmerged
                    .push(line.splitn(11, |byte| *byte == b' ').nth(10)?),
                b'?' => status.untracked.push(line.get(2..)?),
                _ => return None,
            }
        }
        Some(status)
    }

    /// `1 XY sub mH mI mW hH hI path`.
    fn ordinary(&mut self, line: &'o [u8]) -> Option<()> {
        let words: Vec<&[u8]> = line.splitn(9, |byte| *byte == b' ').collect();
        let &[_, &[_, here], sub, _, _, mode, _, _, path] = words.as_slice() else {
            return None;
        };
        let mode = octal(mode)?;
        if here != b'.' {
            let change = Change {
                is_file: here != b'D' && mode != 0 && mode != GITLINK,
                mode,
                dirty: sub.get(2..4).is_some_and(|flags| flags != b".."),
            };
            self.changed.insert(path, change);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXECUTABLE: u32 = 0o100_755;

    const NAME: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    #[test]
    fn lines_of_the_index_are_read_whatever_the_path() {
        let line = format!("h 100755 {NAME} 2\ta b\t\n\u{1b}");
        let entry = entry(line.as_bytes()).unwrap();
        assert_eq!((entry.path, entry.stage), (b"a b\t\n\x1b".as_slice(), 2));
        assert!(entry.unwatched && entry.mode == EXECUTABLE && entry.oid == Oid::EMPTY_TREE);
        for bad in [
            "",
            "H",
            "H 100644\tx",
            &format!("HH 100644 {NAME} 0\tx"),
            &format!("H 9 {NAME} 0\tx"),
        ] {
            assert!(super::entry(bad.as_bytes()).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn the_status_of_the_work_tree_is_read_and_nothing_is_guessed() {
        let text = format!(
            "1 M. N... 100644 100644 100644 {NAME} {NAME} staged\0\
             1 .D N... 100644 100644 000000 {NAME} {NAME} gone\0\
             1 .M S.M. 160000 160000 160000 {NAME} {NAME} sub\0\
             u UU N... 100644 100644 100644 100644 {NAME} {NAME} {NAME} both sides\0? new file\0? repo/\0"
        );
        let status = Status::parse(text.as_bytes()).unwrap();
        assert_eq!(status.changed.len(), 2);
        assert!(!status.changed[b"gone".as_slice()].is_file);
        assert!(status.changed[b"sub".as_slice()].dirty);
        assert_eq!(status.unmerged, [b"both sides"]);
        assert_eq!(status.untracked, [b"new file".as_slice(), b"repo/"]);
        for bad in ["# branch", "1 .M", "x", "2 R. N... x"] {
            assert!(Status::parse(bad.as_bytes()).is_none(), "{bad:?}");
        }
    }
}
