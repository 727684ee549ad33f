//! Whether a checkout may write other bytes than the blobs.

use super::File;
use crate::GitError;
use crate::Repo;

const ATTRIBUTES: &[u8] = b".gitattributes";
/// Attributes by which a checkout writes other bytes than the blob's, and the one value.
const NAMES: [&[u8]; 3] = [b"filter", b"ident", b"working-tree-encoding"];
const CRLF: &[u8] = b"eol=crlf";
/// A larger file of attributes is taken to name one of them.
const LARGEST: usize = 1 << 20;

impl Repo {
    /// Whether a checkout of a tree with these files may give some that are not byte for byte its blobs, as far as its
    /// `.gitattributes` and the configuration of line ends tell: rather yes than no. Attributes outside the tree are not
    /// looked at.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn checkout_may_convert(&self, files: &[File]) -> Result<bool, GitError> {
        let set = |key| -> Result<String, GitError> {
            Ok(self.config_get(key)?.unwrap_or_default().to_ascii_lowercase())
        };
        let unconverted = ["", "false", "no", "off", "0", "input"];
        let written_as_stored = if cfg!(windows) {
            &["lf"][..]
        } else {
            &["lf", "native", ""]
        };
        if !unconverted.contains(&set("core.autocrlf")?.as_str())
            || !written_as_stored.contains(&set("core.eol")?.as_str())
        {
            return Ok(true);
        }
        let attributes = |file: &&File| file.path.rsplit(|byte| *byte == b'/').next() == Some(ATTRIBUTES);
        Ok(files.iter().filter(attributes).any(|file| {
            let text = self.blob(file.oid, LARGEST);
            text.map_or(true, |text| converts(&text))
        }))
    }
}

fn converts(attributes: &[u8]) -> bool {
    let lines = attributes.split(|byte| *byte == b'\n');
    let mut lines = lines.filter(|line| !line.trim_ascii_start().starts_with(b"#"));
    lines.any(|line| {
        // The pattern comes first.
        let mut words = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty())
            .skip(1);
        words.any(|word| {
            let name = word.split(|byte| *byte == b'=').next();
            word == CRLF || name.is_some_and(|name| NAMES.contains(&name))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_checkout_changes_is_named() {
        for text in [
            "* text=auto eol=lf\n",
            "*.png binary\n",
            "# eol=crlf\n",
            "/a merge=git-lane\n",
            "",
        ] {
            assert!(!converts(text.as_bytes()), "{text}");
        }
        for text in [
            "*.bat eol=crlf",
            "*.bin filter=lfs",
            "a\tident",
            "# x\n  \"a b\" -text  eol=crlf\r\n",
            "b working-tree-encoding=utf-16",
            "[attr]x filter=y",
        ] {
            assert!(converts(text.as_bytes()), "{text}");
        }
    }
}
