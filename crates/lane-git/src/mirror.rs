//! What `git push --mirror` deletes: git names it to no pre-push hook (measured on 2.47.3), so it is found by looking.

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
        let git = self.talker("asking the remote for all of its refs");
        let git = git.args(["ls-remote", "--refs", "--", remote.name()]);
        let (_, stdout, _) = remote.talk(git, &[0])?;
        let here: HashSet<String> = self
            .refs_under("refs")?
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let text = String::from_utf8_lossy(&stdout);
        let all = text.lines().filter_map(|line| {
            let (oid, name) = line.split_once('\t')?;
            Some((name.to_owned(), oid.parse::<Oid>().ok()?))
        });
        Ok(all
            .filter(|(name, _)| name.starts_with("refs/") && !here.contains(name))
            .collect())
    }
}
