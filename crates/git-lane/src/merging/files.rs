//! Three versions in, one out: the strategy, and git's text merge where it does not fit.

use std::fs::File;
use std::io;
use std::io::Read as _;
use std::path::Path;

use lane_core::text;
use lane_git::TextMerge;
use lane_merge::Markers;
use lane_merge::Merged;
use lane_merge::Sides;
use lane_merge::Style;

use super::Chosen;

/// Versions that are together larger than this are merged as text, in bytes.
const MEANT_BYTES: usize = 16 << 20;

/// A larger file is not merged at all, in bytes: a device may have no end.
const FILE_BYTES: u64 = 256 << 20;

/// How much of a file git looks at to tell text from binary, in bytes.
const LOOKED_AT: usize = 8000;

/// The longest label, in characters: as behind the markers of the strategies.
const LABEL_CHARS: usize = 200;

/// Three versions of a file, read.
pub(crate) struct Versions {
    pub(crate) base: Vec<u8>,
    pub(crate) ours: Vec<u8>,
    pub(crate) theirs: Vec<u8>,
}

/// A merged file.
pub(crate) struct Outcome {
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// What is in conflict; nothing in a clean file.
    pub(crate) conflicts: Vec<String>,
    /// Why the file was merged as text, where its strategy did not fit it.
    pub(crate) unsuited: Option<String>,
}

impl Versions {
    /// Reads base, ours and theirs, each once: they may be pipes.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(crate) fn read(files: [&Path; 3]) -> Result<Self, String> {
        let [base, ours, theirs] = files.map(|path| {
            let name = || text::escape_path(path.as_os_str().as_encoded_bytes());
            read(path).map_err(|e| format!("{} cannot be read: {e}", name()))
        });
        Ok(Self {
            base: base?,
            ours: ours?,
            theirs: theirs?,
        })
    }

    fn sides(&self) -> Sides<'_> {
        Sides {
            base: &self.base,
            ours: &self.ours,
            theirs: &self.theirs,
        }
    }

    fn are_binary(&self) -> bool {
        [&self.base, &self.ours, &self.theirs]
            .into_iter()
            .any(|bytes| is_binary(bytes))
    }

    fn size(&self) -> usize {
        self.base.len() + self.ours.len() + self.theirs.len()
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES {
        let what = format!("it has more than {FILE_BYTES} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}

/// Merges the file at `path` (from the root). `markers` are asked for only when a conflict may have to be written.
/// `files` are where base, ours and theirs lie, if git can read them there once more.
///
/// # Errors
/// A sentence: git cannot be run, or a conflict would have had no markers.
pub(crate) fn merge(
    chosen: Chosen,
    path: &[u8],
    versions: &Versions,
    files: Option<[&Path; 3]>,
    markers: impl FnOnce() -> Markers,
) -> Result<Outcome, String> {
    let size = versions.size();
    let unsuited = match chosen {
        Chosen::Text => None,
        Chosen::By(_) if size > MEANT_BYTES => Some(format!("its versions have {size} bytes together")),
        Chosen::By(strategy) => {
            match lane_merge::merge(strategy, &String::from_utf8_lossy(path), &versions.sides()) {
                Merged::Clean(bytes) => return Ok(clean(bytes)),
                Merged::Conflicts(conflicts) => {
                    let markers = markers();
                    return marked(conflicts.text(&markers), conflicts.what, markers.size);
                }
                Merged::Unsuited(why) => Some(why),
            }
        }
    };
    let outcome = as_text(versions, files, &markers())?;
    // A conflict of what is no text says so itself.
    let unsuited = unsuited.filter(|_| outcome.conflicts.is_empty() || !versions.are_binary());
    Ok(Outcome { unsuited, ..outcome })
}

fn clean(bytes: Vec<u8>) -> Outcome {
    Outcome {
        bytes,
        conflicts: Vec::new(),
        unsuited: None,
    }
}

/// git's own merge; what is no text is one conflict, for git's would be one without markers.
fn as_text(versions: &Versions, files: Option<[&Path; 3]>, markers: &Markers) -> Result<Outcome, String> {
    let Versions { base, ours, theirs } = versions;
    if ours == theirs || base == theirs {
        return Ok(clean(ours.clone()));
    }
    if base == ours {
        return Ok(clean(theirs.clone()));
    }
    if versions.are_binary() {
        let what = "both sides changed it, and it is no text";
        let conflicts = lane_merge::whole_file(&versions.sides(), what);
        return marked(conflicts.text(markers), conflicts.what, markers.size);
    }
    let (count, bytes) = match files {
        Some(files) => by_git(files, markers)?,
        None => by_copies(versions, markers)?,
    };
    match count {
        0 => Ok(clean(bytes)),
        1 => marked(
            bytes,
            vec!["both sides changed the same lines".to_owned()],
            markers.size,
        ),
        _ => {
            let what = format!("both sides changed the same lines, in {count} places");
            marked(bytes, vec![what], markers.size)
        }
    }
}

fn by_git([base, ours, theirs]: [&Path; 3], markers: &Markers) -> Result<(u32, Vec<u8>), String> {
    let labels =
        [&markers.ours, &markers.base, &markers.theirs].map(|label| text::excerpt(label, LABEL_CHARS));
    let merge = TextMerge {
        marker_size: markers.size,
        diff3: markers.style == Style::Diff3,
        labels: [&*labels[0], &*labels[1], &*labels[2]],
    };
    merge.merge(base, ours, theirs).map_err(|e| e.to_string())
}

fn by_copies(versions: &Versions, markers: &Markers) -> Result<(u32, Vec<u8>), String> {
    let copied = || -> io::Result<_> {
        let folder = tempfile::tempdir()?;
        let copy = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).map(|()| path)
        };
        let base = copy("base", &versions.base)?;
        let (ours, theirs) = (copy("ours", &versions.ours)?, copy("theirs", &versions.theirs)?);
        Ok((folder, base, ours, theirs))
    };
    let (_folder, base, ours, theirs) =
        copied().map_err(|e| format!("temporary files cannot be written: {e}"))?;
    by_git([&base, &ours, &theirs], markers)
}

/// As git tells it.
fn is_binary(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(LOOKED_AT)].contains(&0)
}

/// A conflict that nobody could see would be taken for a merge: it is our fault, and says so.
fn marked(bytes: Vec<u8>, conflicts: Vec<String>, marker_size: usize) -> Result<Outcome, String> {
    let marker = vec![b'<'; marker_size.max(1)];
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let is_marker = |line: &[u8]| {
        line.strip_prefix("\u{feff}".as_bytes())
            .unwrap_or(line)
            .starts_with(&marker)
    };
    if !lines.any(is_marker) {
        return Err("its conflicts have no markers".to_owned());
    }
    let conflicts = if conflicts.is_empty() {
        vec!["both sides changed it".to_owned()]
    } else {
        conflicts
    };
    Ok(Outcome {
        bytes,
        conflicts,
        unsuited: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(base: &str, ours: &str, theirs: &str) -> Versions {
        let [base, ours, theirs] = [base, ours, theirs].map(|text| text.as_bytes().to_vec());
        Versions { base, ours, theirs }
    }

    fn merged(versions: &Versions) -> Outcome {
        merge(Chosen::Text, b"x", versions, None, Markers::default).unwrap()
    }

    #[test]
    fn text_is_merged_by_git_and_binary_files_are_one_visible_conflict() {
        let clean = merged(&versions("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n"));
        assert_eq!(
            (clean.bytes.as_slice(), clean.conflicts.len()),
            (&b"A\nb\nc\nD\n"[..], 0)
        );
        for (base, ours, theirs) in [("a\n", "b\n", "c\n"), ("", "b", "c"), ("a\0\n", "b\0\n", "c\0\n")] {
            let conflict = merged(&versions(base, ours, theirs));
            let text = String::from_utf8_lossy(&conflict.bytes).into_owned();
            assert!(text.starts_with("<<<<<<< ours\nb"), "{text:?}");
            assert!(text.trim_end().ends_with(">>>>>>> theirs"), "{text:?}");
            assert_eq!(conflict.conflicts.len(), 1);
        }
    }

    #[test]
    fn a_side_that_did_not_change_gives_way_also_in_binary_files() {
        for (base, ours, theirs, expected) in [
            ("\0a", "\0a", "\0b", "\0b"),
            ("\0a", "\0b", "\0a", "\0b"),
            ("\0a", "\0b", "\0b", "\0b"),
        ] {
            assert_eq!(merged(&versions(base, ours, theirs)).bytes, expected.as_bytes());
        }
    }

    #[test]
    fn a_conflict_without_markers_is_no_result() {
        assert!(marked(b"a\n <<<<<<< x\n".to_vec(), Vec::new(), 7).is_err());
        assert!(marked(b"a\n<<<<<< x\n".to_vec(), Vec::new(), 7).is_err());
        let outcome = marked(b"a\n<<<<<<< x\n".to_vec(), Vec::new(), 7).unwrap();
        assert_eq!(outcome.conflicts.len(), 1, "a conflict always says something");
    }

    #[test]
    fn large_files_are_merged_as_text_and_say_so() {
        let lines = "0123456789\n".repeat(MEANT_BYTES / 30);
        let large = versions(&lines, &format!("a\n{lines}"), &format!("{lines}b\n"));
        let strategy = Chosen::By(lane_merge::Strategy::Changelog);
        let outcome = merge(strategy, b"CHANGELOG.md", &large, None, Markers::default).unwrap();
        assert!(outcome.unsuited.is_some() && outcome.conflicts.is_empty());
        assert_eq!(outcome.bytes, format!("a\n{lines}b\n").as_bytes());
    }
}
