//! Tracked files that `init` writes: read and written as plain files of this work tree, never through a link.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;

use super::quoted;
use crate::error::CliError;

/// The work tree's files by their path from its root.
pub(crate) struct WorkFiles<'r> {
    root: &'r Path,
    /// The command that is to be repeated once something was put right.
    again: &'static str,
}

impl<'r> WorkFiles<'r> {
    pub(crate) fn new(root: &'r Path, again: &'static str) -> Self {
        Self { root, again }
    }

    /// The file's text; none when there is no such file.
    pub(crate) fn read(&self, path: &str) -> Result<Option<String>, CliError> {
        let text = self.read_bytes(path)?.map(String::from_utf8).transpose();
        text.map_err(|_| unusable(path, "it is not UTF-8"))
    }

    /// What the file holds; none when there is no such file.
    pub(crate) fn read_bytes(&self, path: &str) -> Result<Option<Vec<u8>>, CliError> {
        if !self.is_there(path)? {
            return Ok(None);
        }
        let file = self.root.join(path);
        match fs::read(&file) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == ErrorKind::PermissionDenied => {
                Err(self.refusal(path, "may not be read", &format!("chmod u+rw {}", shown(&file))))
            }
            Err(e) => Err(CliError::io(format!("{} cannot be read", file.display()), e)),
        }
    }

    /// Whether there is a file. What stands in the way of one is refused: a link, something that is no file, a file
    /// where a folder should be.
    pub(crate) fn is_there(&self, path: &str) -> Result<bool, CliError> {
        let mut at = self.root.to_owned();
        let mut parts = path.split('/').peekable();
        let mut so_far = String::new();
        while let Some(part) = parts.next() {
            at.push(part);
            so_far = format!("{so_far}{}{part}", if so_far.is_empty() { "" } else { "/" });
            let found = match fs::symlink_metadata(&at) {
                Ok(found) => found.file_type(),
                Err(e) if e.kind() == ErrorKind::NotFound => return Ok(false),
                Err(e) => return Err(CliError::io(format!("{} cannot be looked at", at.display()), e)),
            };
            let wanted = match parts.peek() {
                Some(_) => found.is_dir(),
                None => found.is_file(),
            };
            if found.is_symlink() {
                return Err(self.link(&so_far, &at));
            }
            if !wanted {
                let what = if parts.peek().is_some() {
                    "is no folder"
                } else {
                    "is no file"
                };
                let aside = format!("mv {} {}", shown(&at), shown(&beside(&at, "old")));
                return Err(self.refusal(&so_far, what, &aside));
            }
        }
        Ok(true)
    }

    /// Writes a text in one step; the mode of a file that was there stays.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> Result<(), CliError> {
        let there = self.is_there(path)?;
        let file = self.root.join(path);
        let failed = |e| CliError::io(format!("{} could not be written", file.display()), e);
        let folder = file.parent().unwrap_or(self.root);
        fs::create_dir_all(folder).map_err(failed)?;
        if !there {
            // As the user's umask has it.
            return fs::write(&file, text.as_ref()).map_err(failed);
        }
        let mode = fs::metadata(&file).map_err(failed)?.permissions();
        let new = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        fs::write(new.path(), text.as_ref()).map_err(failed)?;
        fs::set_permissions(new.path(), mode).map_err(failed)?;
        new.persist(&file).map(drop).map_err(|e| failed(e.error))
    }

    /// A link is replaced by what it leads to, or, where it leads nowhere, removed: by the user.
    fn link(&self, path: &str, at: &Path) -> CliError {
        let (link, new) = (shown(at), shown(&beside(at, "new")));
        let way = match fs::metadata(at) {
            Err(_) => format!("rm {link}"),
            Ok(target) if target.is_dir() => format!("cp -R {link}/. {new} && rm {link} && mv {new} {link}"),
            Ok(_) => format!("cp {link} {new} && mv {new} {link}"),
        };
        self.refusal(
            path,
            "is a symbolic link, and nothing is written through one",
            &way,
        )
    }

    fn refusal(&self, path: &str, what: &str, way: &str) -> CliError {
        CliError::setup(format!("{path} {what}"), format!("{way} && {}", self.again))
    }
}

/// A new text with the line ends of the old one.
pub(super) fn with_ends_of(old: &str, new: &str) -> String {
    match old.contains("\r\n") {
        true => new.replace("\r\n", "\n").replace('\n', "\r\n"),
        false => new.to_owned(),
    }
}

/// A file of cargo's that cargo cannot use either.
pub(super) fn unusable(path: &str, why: &str) -> CliError {
    CliError::setup(
        format!("{path} cannot be used: {why}"),
        "cargo metadata --no-deps --format-version 1",
    )
}

fn shown(path: &Path) -> String {
    quoted(&path.display().to_string())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{ending}"));
    name.into()
}
