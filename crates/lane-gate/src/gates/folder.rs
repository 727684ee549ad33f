//! A folder of the repository by its path from the root, and how a file looks from there.

use lane_core::text::excerpt;
use thiserror::Error;

/// A folder of the repository: plain components with `/` between; empty for the root. It need not be there.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folder(String);

/// Why a text is no folder of the repository.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is none: plain names with `/` between, from the root, without `..`")]
pub struct FolderError(String);

impl Folder {
    /// The repository's root.
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a path from the root; `.` is the root, and a `/` at the end is left out.
    pub fn new(text: &str) -> Result<Self, FolderError> {
        if text == "." || text == "./" {
            return Ok(Self::root());
        }
        let path = text.strip_prefix("./").unwrap_or(text);
        let path = path.strip_suffix('/').unwrap_or(path);
        let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\0', '\\', ':']);
        if path.split('/').all(plain) {
            Ok(Self(path.to_owned()))
        } else {
            Err(FolderError(excerpt(text, 64)))
        }
    }

    /// The path from the root; empty for the root itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A path of the repository as an argument for a process in this folder: it begins with `./` or `../`, so it is
    /// never taken for an option.
    pub fn argument(&self, path: &[u8]) -> Vec<u8> {
        let mut here = self.0.split('/').filter(|part| !part.is_empty()).peekable();
        let mut rest = path;
        while let Some(below) = here.peek().and_then(|part| below(rest, part.as_bytes())) {
            rest = below;
            here.next();
        }
        let up = here.count();
        let mut argument = if up == 0 {
            b"./".to_vec()
        } else {
            b"../".repeat(up)
        };
        argument.extend_from_slice(rest);
        argument
    }
}

/// What follows `folder/` in the path.
fn below<'a>(path: &'a [u8], folder: &[u8]) -> Option<&'a [u8]> {
    path.strip_prefix(folder)?.strip_prefix(b"/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_from_the_folder_and_never_looks_like_an_option() {
        for (dir, path, argument) in [
            (".", "-rf", "./-rf"),
            ("ui", "ui/a.ts", "./a.ts"),
            ("ui", "ui2/a.ts", "../ui2/a.ts"),
            ("a/b", "a/c/-x", "../c/-x"),
            ("a/b", "a/b/c d", "./c d"),
            ("a/b", "x", "../../x"),
        ] {
            let argument = argument.as_bytes();
            assert_eq!(
                Folder::new(dir).unwrap().argument(path.as_bytes()),
                argument,
                "{dir} {path}"
            );
        }
        assert_eq!(Folder::root().argument(b"\xff\n"), b"./\xff\n");
    }

    #[test]
    fn only_plain_folders_below_the_root_are_taken() {
        for good in ["ui", "./ui", "ui/", "a/b c/-d"] {
            assert!(Folder::new(good).is_ok(), "{good}");
        }
        for bad in [
            "", "/", "/etc", "..", "a/../b", "a//b", "./", "a/./b", "a\0", "C:\\x",
        ] {
            assert_eq!(Folder::new(bad).is_ok(), bad == "./", "{bad}");
        }
        assert_eq!(Folder::new(".").unwrap(), Folder::root());
    }
}
