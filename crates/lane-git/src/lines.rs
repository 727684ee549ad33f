//! How many lines a change adds and removes: by a git child.

use crate::GitError;
use crate::Oid;
use crate::Repo;

const STAGED: &str = "counting the lines that are staged";
const BETWEEN: &str = "counting the lines between two trees";

impl Repo {
    /// How many lines the index adds to HEAD and removes from it. Binary files have none. The index is the one that
    /// [`Repo::staged_changes`] reads.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn staged_lines(&self) -> Result<u64, GitError> {
        let base = self.head()?.oid().unwrap_or(Oid::EMPTY_TREE).to_string();
        let git = self
            .reader(STAGED)
            .args(["diff-index", "--cached", "--ita-invisible-in-index"]);
        let output = git
            .args(["--numstat", "--no-renames", "-z"])
            .args([&base, "--"])
            .run()?;
        sum(&output, STAGED)
    }

    /// How many lines lie between two trees or commits, added and removed. Binary files have none.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn lines_between(&self, a: Oid, b: Oid) -> Result<u64, GitError> {
        let git = self
            .reader(BETWEEN)
            .args(["diff-tree", "-r", "--numstat", "--no-renames", "-z"]);
        let output = git.args([&a.to_string(), &b.to_string(), "--"]).run()?;
        sum(&output, BETWEEN)
    }
}

/// `added TAB removed TAB path NUL`, with `-` for a binary file.
fn sum(output: &[u8], doing: &str) -> Result<u64, GitError> {
    let mut lines: u64 = 0;
    for record in output
        .split(|byte| *byte == 0)
        .filter(|record| !record.is_empty())
    {
        let mut words = record.splitn(3, |byte| *byte == b'\t');
        for _ in 0..2 {
            let word = words.next().and_then(|word| std::str::from_utf8(word).ok());
            let count = match word {
                Some("-") => 0,
                Some(digits) => digits.parse::<u64>().map_err(|_| GitError::unreadable(doing))?,
                None => return Err(GitError::unreadable(doing)),
            };
            lines = lines.saturating_add(count);
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_and_removed_lines_are_summed_and_binary_files_have_none() {
        let output = b"3\t1\ta b\0-\t-\tpic\x000\t7\tx\ty\n\0";
        assert_eq!(sum(output, STAGED).unwrap(), 11);
        assert_eq!(sum(b"", STAGED).unwrap(), 0);
        assert!(sum(b"x\t1\ta\0", STAGED).is_err());
        assert!(sum(b"3\0", STAGED).is_err());
    }
}
