//! A worktree's files as a tree whose changed files are byte for byte what lies there, and not what filters make of them.

use crate::GitError;
use crate::Oid;
use crate::compare::TreeChange;
use crate::index_aside::IndexAside;

/// The type of a regular file in a mode.
const TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;

impl IndexAside<'_> {
    /// The tree `all` of [`IndexAside::tree_of_files`], where each regular file that differs from `before` has the bytes that lie
    /// there: line ends, filters, `ident` and encodings lose some of them, and a filter that gives them back today may not be
    /// there tomorrow. What is the same in both for git is left as git has it.
    ///
    /// # Errors
    /// When a file cannot be read any more.
    pub fn tree_of_bytes(&self, before: Oid, all: Oid) -> Result<Oid, GitError> {
        let changes = self.repo().compare_trees(Some(before), Some(all))?;
        let files: Vec<(&TreeChange, u32, Oid)> = changes
            .iter()
            .filter_map(|change| change.new.map(|(mode, oid)| (change, mode, oid)))
            .filter(|(_, mode, _)| mode & TYPE == REGULAR)
            .collect();
        if files.is_empty() {
            return Ok(all);
        }
        let mut input = Vec::new();
        for (change, ..) in &files {
            quote(&change.path, &mut input);
        }
        let doing = "keeping the bytes of a worktree's files";
        let out = self
            .git(doing)
            .args(["hash-object", "-w", "--no-filters", "--stdin-paths"])
            .input(input)
            .run()?;
        let names: Vec<Oid> = out
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map_while(|line| Oid::from_hex(line).ok())
            .collect();
        if names.len() != files.len() {
            return Err(GitError::unreadable(doing));
        }
        let mut lines = Vec::new();
        let converted = files.iter().zip(names).filter(|((.., oid), raw)| oid != raw);
        for ((change, mode, _), raw) in converted {
            lines.extend_from_slice(format!("{mode:o} {raw}\t").as_bytes());
            lines.extend_from_slice(&change.path);
            lines.push(0);
        }
        if lines.is_empty() {
            return Ok(all);
        }
        self.git(doing)
            .args(["update-index", "-z", "--index-info"])
            .input(lines)
            .run()?;
        self.staged_tree()
    }
}

/// A path as a line of git's that may hold any byte.
fn quote(path: &[u8], into: &mut Vec<u8>) {
    into.push(b'"');
    for byte in path {
        match byte {
            b'"' | b'\\' => into.extend([b'\\', *byte]),
            b' '..=b'~' => into.push(*byte),
            _ => into.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
        }
    }
    into.extend(b"\"\n");
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn any_path_is_one_line() {
        let mut line = Vec::new();
        quote(b"a \"b\"\\\n\xff\r", &mut line);
        assert_eq!(line, b"\"a \\\"b\\\"\\\\\\012\\377\\015\"\n");
    }
}
