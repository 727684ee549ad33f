//! `[instructions]`: the file that tells agents how to work here. It judges no transition, so it is not adopted.

use serde::Deserialize;
use serde::Serialize;

use crate::text;

/// The longest path, in bytes.
const PATH_BYTES: usize = 200;

/// Where agents are told how to work here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Instructions {
    /// The file, from the repository's root. A section of it is git-lane's.
    pub file: String,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

impl Default for Instructions {
    fn default() -> Self {
        Self {
            file: "AGENTS.md".to_owned(),
            extra: toml::Table::new(),
        }
    }
}

impl Instructions {
    /// The first key whose value cannot be used, and why.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        fault(&self.file).map_or(Ok(()), |fault| Err(("file", fault)))
    }
}

/// Why a path cannot be used: it stands in commands, as a path of git's and as words of a shell.
fn fault(path: &str) -> Option<String> {
    if path.len() > PATH_BYTES {
        return Some(format!("is longer than {PATH_BYTES} bytes"));
    }
    let odd = |c: &char| "*?[]{}\\\"'`:<>|".contains(*c) || text::is_unsafe(*c);
    if let Some(c) = path.chars().find(odd) {
        return Some(format!("is not a plain path: it has {:?}", c.to_string()));
    }
    let is_own = |part: &str| {
        [".git", ".agents"]
            .iter()
            .any(|own| part.eq_ignore_ascii_case(own))
    };
    let is_step = |part: &str| ["", ".", ".."].contains(&part) || part.trim() != part;
    let shape = "must be a file from the root, without `./`, `../` and doubled or outer `/`";
    if path.split('/').any(is_step) || path.starts_with('-') {
        return Some(shape.to_owned());
    }
    let mut parts = path.split('/');
    let first_is_own = parts.next().is_some_and(is_own);
    let is_git = parts.any(|part| part.eq_ignore_ascii_case(".git"));
    (first_is_own || is_git).then(|| "is below `.agents/` or `.git/`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_plain_path_from_the_root() {
        for path in [
            "AGENTS.md",
            "CLAUDE.md",
            ".github/copilot-instructions.md",
            "docs/how we work.md",
            "a/.agents/b.md",
            "é.md",
        ] {
            assert_eq!(fault(path), None, "{path}");
        }
        for path in [
            "",
            "/etc/x",
            "../x",
            "a/../b",
            "./a",
            "a//b",
            "a/",
            "-x",
            ":x",
            "a*b",
            "a`b",
            "a'b",
            "a\nb",
            "a\\b",
            " a",
            "a ",
            ".git/x",
            "a/.GIT/x",
            ".agents/x.md",
            ".Agents",
            &"x".repeat(201),
        ] {
            assert!(fault(path).is_some(), "{path:?}");
        }
    }
}
