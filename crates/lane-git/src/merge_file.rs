//! git's text merge of three files.

use std::path::Path;

use crate::GitError;
use crate::Repo;

impl Repo {
    /// Merges `base` → `theirs` into `ours`, in place, with conflict markers of the given length. Gives the number of
    /// conflicts, 127 standing for more.
    ///
    /// # Errors
    /// When a file cannot be read, or is binary.
    pub fn merge_file(
        &self,
        base: &Path,
        ours: &Path,
        theirs: &Path,
        marker_size: u16,
    ) -> Result<u8, GitError> {
        let git = self
            .reader("merging a file")
            .arg("merge-file")
            .arg(format!("--marker-size={marker_size}"));
        let expected: Vec<i32> = (1..=127).collect();
        let (code, _) = git
            .arg("--")
            .arg(ours)
            .arg(base)
            .arg(theirs)
            .run_expecting(&expected)?;
        Ok(u8::try_from(code).unwrap_or(127))
    }
}
