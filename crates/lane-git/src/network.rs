//! What goes over the network: always the git command, with names of remotes from the configuration only.

use crate::GitError;
use crate::Repo;
use crate::hostile::check_shared_ref;

impl Repo {
    /// Fetches one ref of a remote into a ref of ours, fast-forward only, without touching `FETCH_HEAD`. Says whether
    /// the remote has it.
    ///
    /// # Errors
    /// When the remote is not configured or cannot be reached, or the update is no fast-forward.
    pub fn fetch_ref(&self, remote: &str, from: &str, to: &str) -> Result<bool, GitError> {
        check_shared_ref(from)?;
        check_shared_ref(to)?;
        if !self.remotes()?.iter().any(|known| known == remote) {
            return Err(GitError::refused("remote", remote));
        }
        let listing = self.writer("asking the remote for its refs").args([
            "ls-remote",
            "--exit-code",
            "--",
            remote,
            from,
        ]);
        if listing.run_expecting(&[2])?.0 == 2 {
            return Ok(false);
        }
        let fetch = self.writer("fetching from the remote");
        let fetch = fetch.args([
            "fetch",
            "--quiet",
            "--no-write-fetch-head",
            "--no-tags",
            "--",
            remote,
        ]);
        fetch.arg(format!("{from}:{to}")).run()?;
        Ok(true)
    }
}
