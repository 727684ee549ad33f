//! git's text merge of three files, and what attributes say about merging.

use std::path::Path;

use crate::GitError;
use crate::Repo;
use crate::child::Git;

/// The most conflicts that `git merge-file` counts; more are as many.
const CONFLICTS_MAX: i32 = 127;

/// How a text merge writes conflicts.
#[derive(Clone, Copy, Debug)]
pub struct TextMerge<'a> {
    /// The length of a conflict marker.
    pub marker_size: usize,
    /// Whether the ancestor's lines are shown, whatever `merge.conflictStyle` says.
    pub diff3: bool,
    /// The labels of our side, the ancestor and their side.
    pub labels: [&'a str; 3],
}

impl TextMerge<'_> {
    /// Merges `base` → `theirs` into `ours`, and gives the number of conflicts with the merged text. Needs no
    /// repository; in one, its `merge.conflictStyle` counts.
    ///
    /// # Errors
    /// When a file cannot be read, or is binary.
    pub fn merge(&self, base: &Path, ours: &Path, theirs: &Path) -> Result<(u32, Vec<u8>), GitError> {
        let mut git = Git::new("merging a file")
            .args(["merge-file", "--stdout"])
            .arg(format!("--marker-size={}", self.marker_size));
        if self.diff3 {
            git = git.arg("--diff3");
        }
        for label in self.labels {
            git = git.arg("-L").arg(label);
        }
        let git = git.arg("--").arg(ours).arg(base).arg(theirs);
        let expected: Vec<i32> = (1..=CONFLICTS_MAX).collect();
        let (code, text) = git.run_expecting(&expected)?;
        Ok((u32::try_from(code).unwrap_or_default(), text))
    }
}

impl Repo {
    /// What the attribute `merge` is for each of `paths` (from the root) in this work tree: a driver's name, or
    /// `unspecified`, `set`, `unset`.
    ///
    /// # Errors
    /// When git cannot be run.
    pub fn merge_attributes(&self, paths: &[&str]) -> Result<Vec<String>, GitError> {
        let doing = "reading attributes";
        let input = paths.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat());
        let git = self.writer(doing).args(["check-attr", "--stdin", "-z", "merge"]);
        let output = git.configured().input(input.collect()).run()?;
        let mut fields = output.split(|byte| *byte == 0);
        // Path, attribute, value; then the next.
        let values = std::iter::from_fn(|| {
            let (_path, _attribute, value) = (fields.next()?, fields.next()?, fields.next()?);
            Some(String::from_utf8_lossy(value).into_owned())
        });
        let values: Vec<String> = values.collect();
        if values.len() == paths.len() {
            Ok(values)
        } else {
            Err(GitError::unreadable(doing))
        }
    }
}
