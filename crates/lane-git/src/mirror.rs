//! All that a remote has, by asking: what `git push --mirror` deletes, which git names to no pre-push hook (measured on 2.47.3), and
//! which branches it has now.

use std::collections::HashSet;

use crate::Oid;
use crate::Repo;
use crate::remote::Remote;
use crate::remote::RemoteError;

impl Repo {
    /// The refs that the remote has and this repository has not, with what they hold there.
    ///
    /// # Errors
    /// When the remote does not answer.
    pub fn refs_only_there(&self, remote: &Remote) -> Result<Vec<(String, Oid)>, RemoteError> {
        let all = self.all_there(remote, &["--refs"])?;
        let here: HashSet<String> = self
            .refs_under("refs")?
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        Ok(all
            .into_iter()
            .filter(|(name, _)| name.starts_with("refs/") && !here.contains(name))
            .collect())
    }

    /// The branches that the remote has now, by their full names, with what they are at.
    ///
    /// # Errors
    /// When the remote does not answer.
    pub fn branches_there(&self, remote: &Remote) -> Result<Vec<(String, Oid)>, RemoteError> {
        self.all_there(remote, &["--heads"])
    }

    fn all_there(&self, remote: &Remote, which: &[&str]) -> Result<Vec<(String, Oid)>, RemoteError> {
        let git = self.talker("asking the remote for all of its refs");
        let git = git.arg("ls-remote").args(which).args(["--", remote.name()]);
        let (_, stdout, _) = remote.talk(git, &[0])?;
        let text = String::from_utf8_lossy(&stdout);
        let all = text.lines().filter_map(|line| {
            let (oid, name) = line.split_once('\t')?;
            Some((name.to_owned(), oid.parse::<Oid>().ok()?))
        });
        Ok(all.collect())
    }
}
