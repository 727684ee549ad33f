//! Which paths git leaves out by itself: ignored ones that no index holds.

use crate::GitError;
use crate::Repo;

impl Repo {
    /// Those of `paths` (from the root) that git ignores, so that no plain `git add` takes them. A path in the index is
    /// never ignored, whatever the patterns say. They need not be there. One git child, none for no path.
    ///
    /// # Errors
    /// When git cannot look, as at a path beyond a symbolic link; [`GitError::Refused`] for a path with a NUL.
    pub fn ignored_among(&self, paths: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, GitError> {
        if paths.is_empty() {
            return Ok(Vec::new());
        }
        let mut input = Vec::new();
        for path in paths {
            if path.contains(&0) {
                return Err(GitError::refused("path", &String::from_utf8_lossy(path)));
            }
            // So that no first character is magic.
            input.extend_from_slice(b"./");
            input.extend_from_slice(path);
            input.push(0);
        }
        let root = self.work_dir().unwrap_or(self.git_dir());
        let git = self.reader("looking whether paths are ignored").in_dir(root);
        let git = git.args(["check-ignore", "-z", "--stdin"]).input(input);
        // 1: none is.
        let (_, said) = git.run_expecting(&[1])?;
        let named = said.split(|byte| *byte == 0);
        Ok(named
            .filter_map(|name| name.strip_prefix(b"./"))
            .map(<[u8]>::to_vec)
            .collect())
    }
}
