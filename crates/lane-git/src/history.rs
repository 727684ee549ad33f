//! Ranges of commits and searches in their messages: by a git child, which uses the commit graph.

use crate::Commit;
use crate::GitError;
use crate::Oid;
use crate::Repo;

impl Repo {
    /// The commits that are reachable from `include` and not from `exclude`, parents before children.
    ///
    /// # Errors
    /// [`GitError::TooMuch`] when there are more than `limit`; when one of the commits is not there (ask
    /// [`Repo::has_object`] first about what a remote names).
    pub fn rev_list(&self, include: &[Oid], exclude: &[Oid], limit: usize) -> Result<Vec<Oid>, GitError> {
        if include.is_empty() {
            return Ok(Vec::new());
        }
        let doing = "listing commits";
        let wanted = include.iter().map(|oid| format!("{oid}\n"));
        let input: String = wanted
            .chain(exclude.iter().map(|oid| format!("^{oid}\n")))
            .collect();
        let git = self.reader(doing).args(["rev-list", "--topo-order", "--stdin"]);
        let git = git.arg(format!("--max-count={}", limit.saturating_add(1)));
        let mut commits = parse(&git.input(input.into_bytes()).run()?, doing)?;
        if commits.len() > limit {
            return Err(GitError::TooMuch {
                doing: doing.to_owned(),
                limit,
                unit: "commits",
            });
        }
        commits.reverse();
        Ok(commits)
    }

    /// At most `limit` commits reachable from `refs` (full names; missing ones are skipped) whose message holds one
    /// of `patterns` literally within a line, newest first.
    ///
    /// # Errors
    /// When a ref or commit cannot be read, or a pattern has a line break.
    pub fn log_grep(&self, refs: &[&str], patterns: &[&str], limit: usize) -> Result<Vec<Commit>, GitError> {
        let mut tips = String::new();
        for name in refs {
            if let Some(oid) = self.find_ref(name)? {
                tips.push_str(&format!("{oid}\n"));
            }
        }
        if tips.is_empty() || patterns.is_empty() {
            return Ok(Vec::new());
        }
        let doing = "searching commit messages";
        let mut git = self
            .reader(doing)
            .args(["rev-list", "--fixed-strings", "--stdin"]);
        git = git.arg(format!("--max-count={limit}"));
        for pattern in patterns {
            crate::hostile::check_line("pattern", pattern)?;
            git = git.arg(format!("--grep={pattern}"));
        }
        let found = parse(&git.input(tips.into_bytes()).run()?, doing)?;
        found.into_iter().map(|oid| self.commit(oid)).collect()
    }
}

fn parse(output: &[u8], doing: &str) -> Result<Vec<Oid>, GitError> {
    let lines = output
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .map(|line| Oid::from_hex(line).map_err(|_| GitError::unreadable(doing)))
        .collect()
}
