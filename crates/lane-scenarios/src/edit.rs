//! Edits: what a side does to a file.

use serde::Deserialize;

use crate::scenario::Files;
use crate::scenario::text;

/// One edit of one file. What is given is done in the order of the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edit {
    /// The file's path.
    pub(crate) file: Option<String>,
    /// In which commit: in a criss-cross the first ones are exchanged before the second ones are made.
    #[serde(default = "first")]
    pub(crate) round: u8,
    /// Writes the whole file: a text, or the name of a file in `bases/`.
    write: Option<String>,
    /// Replaces this text, which must be there once ...
    replace: Option<String>,
    /// ... with this.
    #[serde(default)]
    with: String,
    /// Puts this at the end.
    append: Option<String>,
    /// Changes how lines end.
    ends: Option<Ends>,
    /// Moves the file.
    move_to: Option<String>,
    /// Removes the file.
    #[serde(default)]
    remove: bool,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Ends {
    /// CR and LF.
    Crlf,
    /// The last line has no end.
    Unfinished,
}

fn first() -> u8 {
    1
}

/// The files after the edits of a round, or why one cannot be done.
pub(crate) fn apply(edits: &[Edit], round: u8, files: &mut Files) -> Result<(), String> {
    edits
        .iter()
        .filter(|edit| edit.round == round)
        .try_for_each(|edit| edit.apply(files))
}

impl Edit {
    fn apply(&self, files: &mut Files) -> Result<(), String> {
        let path = self.file.as_deref().ok_or("an edit names no file")?;
        let old = files.remove(path);
        if self.remove {
            return Ok(());
        }
        let old = match &self.write {
            Some(named) => text(named),
            None => old.ok_or_else(|| format!("there is no {path}"))?,
        };
        let new = self.edited(old)?;
        files.insert(self.move_to.as_deref().unwrap_or(path).to_owned(), new);
        Ok(())
    }

    fn edited(&self, mut text: String) -> Result<String, String> {
        if let Some(find) = &self.replace {
            if text.matches(find.as_str()).count() != 1 {
                return Err(format!("{find:?} is not there once in:\n{text}"));
            }
            text = text.replace(find.as_str(), &self.with);
        }
        text += self.append.as_deref().unwrap_or_default();
        Ok(match self.ends {
            None => text,
            Some(Ends::Crlf) => text.replace('\n', "\r\n"),
            Some(Ends::Unfinished) => text.trim_end_matches('\n').to_owned(),
        })
    }
}
