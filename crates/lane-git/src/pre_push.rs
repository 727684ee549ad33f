//! The pre-push hooks of this clone, run by themselves: about all that will travel, before the remote hears of it. So a
//! talk with the remote has its own time limit, and a lost race asks no hook twice.

use std::io::Write as _;

use tempfile::NamedTempFile;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::child::Git;
use crate::error::Doing;
use crate::git_version;
use crate::remote::Lease;
use crate::remote::Remote;
use crate::remote::RemoteError;
use crate::remote::Sent;

/// Since when `git hook run` hands a file to a hook's standard input.
const HOOK_RUN: (u32, u32, u32) = (2, 41, 0);

/// How much longer hooks may take than a talk: they run tests.
const LONGER: u32 = 120;

/// Runs a hook as git does, with its standard output on stderr.
const BY_HAND: &str = "exec \"$0\" \"$@\" >&2";

impl Repo {
    /// Asks the pre-push hooks about a push of `sent`; their words go to stderr. Nothing is asked when no branch would
    /// move.
    ///
    /// # Errors
    /// [`RemoteError::Hook`] when one of them refuses, or takes 120 times as long as a talk with the remote may.
    pub fn ask_pre_push(&self, remote: &Remote, sent: &[Sent]) -> Result<(), RemoteError> {
        let mut lines = String::new();
        let mut branches = 0;
        for one in sent {
            let there = match one.lease {
                Lease::Exactly(there) => there,
                Lease::Tracked => self.tracked(remote, &one.to)?,
            };
            if there == Some(one.what) {
                continue;
            }
            branches += usize::from(one.lease == Lease::Tracked);
            let there = there.unwrap_or(Oid::ZERO);
            lines += &format!("{0} {1} {0} {there}\n", one.to, one.what);
        }
        if branches == 0 {
            return Ok(());
        }
        let doing = "running the pre-push hooks";
        let mut list = NamedTempFile::new().doing(doing)?;
        list.write_all(lines.as_bytes()).doing(doing)?;
        let Some(git) = self.hook(remote, &list, doing)? else {
            return Ok(());
        };
        let (child, doing) = git.found_by_folder(self).words_through().start(false)?;
        let ended = crate::timed::wait(child, false, remote.limit().saturating_mul(LONGER), &doing)?;
        match ended.status {
            Some(status) if status.success() => Ok(()),
            _ => Err(RemoteError::Hook),
        }
    }

    /// The command that runs them, with the list as they expect it; none when there is no hook.
    fn hook(&self, remote: &Remote, list: &NamedTempFile, doing: &str) -> Result<Option<Git>, GitError> {
        let url = self.remote_url(remote.name())?.unwrap_or_default();
        if git_version()? >= HOOK_RUN {
            let file = format!("--to-stdin={}", list.path().display());
            let git = self.talker(doing).args(["hook", "run", "--ignore-missing"]);
            return Ok(Some(git.args([&file, "pre-push", "--", remote.name(), &url])));
        }
        let asked = self
            .talker("looking for the pre-push hook")
            .args(["rev-parse", "--git-path", "hooks/pre-push"])
            .found_by_folder(self);
        let path = String::from_utf8_lossy(&asked.run()?).trim_end().to_owned();
        let base = self.work_dir().unwrap_or(self.git_dir());
        let hook = base.join(path);
        if !hook.is_file() {
            return Ok(None);
        }
        let input = list.reopen().doing(doing)?;
        let script = Git::program("sh", doing).arg("-c").arg(BY_HAND).arg(&hook);
        Ok(Some(script.arg(remote.name()).arg(&url).fed(input)))
    }

    /// What this clone has last seen of the branch on the remote.
    fn tracked(&self, remote: &Remote, to: &str) -> Result<Option<Oid>, GitError> {
        match to.strip_prefix("refs/heads/") {
            Some(branch) => self.find_ref(&format!("refs/remotes/{}/{branch}", remote.name())),
            None => Ok(None),
        }
    }
}
