//! Trailers of a commit message file.

use std::path::Path;

use crate::GitError;
use crate::Repo;
use crate::hostile::check_line;

impl Repo {
    /// Adds the trailer `key: value` to the message in `file`, in place, unless one with that key is there. A line
    /// `---` in the message is text, as `git commit` has it.
    ///
    /// # Errors
    /// When the key is not letters, digits and `-`, the value has a line break, or git fails.
    pub fn interpret_trailers(&self, file: &Path, key: &str, value: &str) -> Result<(), GitError> {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if !key.starts_with(|c: char| c.is_ascii_alphabetic()) || !key.chars().all(good) || key.len() > 100 {
            return Err(GitError::refused("trailer key", key));
        }
        check_line("trailer value", value)?;
        let file = std::path::absolute(file).map_err(|cause| GitError::io("finding the message", cause))?;
        let git = self
            .writer("adding a trailer")
            .args(["interpret-trailers", "--in-place", "--no-divider"]);
        let git = git.args(["--if-exists=doNothing", "--if-missing=add"]);
        git.arg(format!("--trailer={key}={value}"))
            .arg("--")
            .arg(file)
            .run()
            .map(drop)
    }
}
