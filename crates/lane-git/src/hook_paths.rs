//! Which files git would run as hooks here.

use std::path::PathBuf;

use crate::GitError;
use crate::Repo;
use crate::worktree::path_of;

impl Repo {
    /// Where git looks for each of these hooks in this worktree, whatever `core.hooksPath` says and whoever set it.
    /// Whether anything is there is not judged. A path with a line break is misread.
    ///
    /// # Errors
    /// When git does not say.
    pub fn hook_paths(&self, names: &[&str]) -> Result<Vec<PathBuf>, GitError> {
        let doing = "asking where hooks lie";
        let git = self.reader(doing).args(["rev-parse", "--path-format=absolute"]);
        let each = names
            .iter()
            .flat_map(|name| ["--git-path".to_owned(), format!("hooks/{name}")]);
        let said = git.args(each).run()?;
        let lines = said.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let paths: Vec<PathBuf> = lines.map(path_of).collect();
        match paths.len() == names.len() {
            true => Ok(paths),
            false => Err(GitError::unreadable(doing)),
        }
    }
}
