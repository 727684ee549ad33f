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
        if self.line_ends()?
            != (LineEnds {
                all: false,
                text: false,
            })
        {
            return Ok(true);
        }
        let attributes = |file: &&File| file.path.rsplit(|byte| *byte == b'/').next() == Some(ATTRIBUTES);
        Ok(files.iter().filter(attributes).any(|file| {
            let text = self.blob(file.oid, LARGEST);
            text.map_or(true, |text| converts(&text))
        }))
    }

    /// Whether a checkout here may give one of these paths (from the root) other bytes than the blob's, by all attributes and the
    /// configuration that hold here now.
    ///
    /// # Errors
    /// When git cannot be asked.
    pub fn converts_any(&self, paths: &[&[u8]]) -> Result<bool, GitError> {
        let ends = self.line_ends()?;
        let mut input = Vec::new();
        for path in paths {
            input.extend_from_slice(path);
            input.push(0);
        }
        let root = self.work_dir().unwrap_or(self.git_dir());
        let git = self.reader("looking at attributes").in_dir(root);
        let out = git
            .args(["check-attr", "-z", "--stdin"])
            .args(["filter", "ident", "working-tree-encoding", "text", "eol"])
            .input(input)
            .run()?;
        let fields: Vec<&[u8]> = out.split(|byte| *byte == 0).collect();
        Ok(fields.chunks_exact(15).any(|of_one| {
            let value = |at: usize| of_one[3 * at + 2];
            let is_set = |at: usize| !matches!(value(at), b"unspecified" | b"unset");
            let line_ends = match (value(3), value(4)) {
                (b"unset", _) | (_, b"lf") => false,
                (_, b"crlf") => true,
                (b"unspecified", _) => ends.all,
                _ => ends.text,
            };
            is_set(0) || is_set(1) || is_set(2) || line_ends
        }))
    }

    fn line_ends(&self) -> Result<LineEnds, GitError> {
        let set = |key| -> Result<String, GitError> {
            Ok(self.config_get(key)?.unwrap_or_default().to_ascii_lowercase())
        };
        let unconverted = ["", "false", "no", "off", "0", "input"];
        let written_as_stored = if cfg!(windows) {
            &["lf"][..]
        } else {
            &["lf", "native", ""]
        };
        let all = !unconverted.contains(&set("core.autocrlf")?.as_str());
        let text = all || !written_as_stored.contains(&set("core.eol")?.as_str());
        Ok(LineEnds { all, text })
    }
}

/// Whether the configuration has line ends made CRLF.
#[derive(PartialEq, Eq)]
struct LineEnds {
    /// Those of each file that looks like text.
    all: bool,
    /// Those of files that attributes call text.
    text: bool,
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
