//! What goes over the network: always the git command, within a time limit, with names of remotes from the
//! configuration only.

use std::io::IsTerminal as _;
use std::time::Duration;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::child::Git;
use crate::error::excerpt;
use crate::hostile::check_branch;
use crate::hostile::check_shared_ref;
use crate::timed;

/// A configured remote, and how long one talk with it may take.
#[derive(Debug, Clone)]
pub struct Remote {
    name: String,
    limit: Duration,
}

/// Why a talk with a remote came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// Its time was over. What was sent may have arrived.
    #[error("{remote} did not answer within {secs} s")]
    TimedOut {
        /// The remote.
        remote: String,
        /// The limit, in seconds.
        secs: u64,
    },
    /// git could not talk to it. What was sent may have arrived, if the connection broke late.
    #[error("{remote} cannot be reached: {said}")]
    Unreachable {
        /// The remote.
        remote: String,
        /// git's words, one line, escaped, at most 2 KiB.
        said: String,
    },
    /// A pre-push hook of this clone said no; it has said why on stderr. Nothing was sent.
    #[error("the pre-push hook refused")]
    Hook,
    /// Git could not be started, or a name is not acceptable.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// What git adds to every broken talk, whatever broke it.
const ADVICE: [&str; 3] = [
    "Could not read from remote repository.",
    "Please make sure you have the correct access rights",
    "and the repository exists.",
];

/// How much more of its history a shallow clone is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deeper {
    /// So many commits behind each end of it.
    By(u32),
    /// All of it. For a shallow clone only.
    Whole,
}

/// One ref that is pushed.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The commit.
    pub what: Oid,
    /// The full name of the remote's ref.
    pub to: String,
    /// What must be there for it to be taken.
    pub lease: Lease,
}

/// What must be on the remote for a push to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// Exactly this commit; none: no such ref. The caller has checked that what is pushed contains it.
    Exactly(Option<Oid>),
    /// What this clone has last seen there and has had on the branch, be it contained or not
    /// (`--force-with-lease --force-if-includes`); where it has seen nothing, nothing that is not contained.
    Tracked,
}

/// What became of one ref that was pushed, by the flag that git printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// It is there now, and this push brought it.
    Taken,
    /// It was there already.
    Same,
    /// The remote's ref is elsewhere than was thought: look, and decide again.
    Raced(String),
    /// The remote does not take it, whoever comes first. Its words, escaped.
    Refused(String),
}

impl Repo {
    /// A remote of the configuration. `limit` bounds each talk with it.
    ///
    /// # Errors
    /// When no remote has this name, or it pushes elsewhere than it fetches: what was published there would never be
    /// seen here.
    pub fn remote(&self, name: &str, limit: Duration) -> Result<Remote, GitError> {
        if !self.remotes()?.iter().any(|known| known == name) {
            return Err(GitError::NoSuchRemote {
                name: name.to_owned(),
            });
        }
        let urls = |key: &str| self.config_get_all(&format!("remote.{name}.{key}"));
        let (fetched, pushed) = (urls("url")?, urls("pushurl")?);
        if pushed.iter().any(|p| !fetched.iter().any(|f| f.value == p.value)) {
            return Err(GitError::OtherPushUrl {
                name: name.to_owned(),
            });
        }
        Ok(Remote {
            name: name.to_owned(),
            limit,
        })
    }

    /// What the remote's refs hold, in the order asked for.
    ///
    /// # Errors
    /// When the remote does not answer.
    pub fn remote_refs(&self, remote: &Remote, names: &[&str]) -> Result<Vec<Option<Oid>>, RemoteError> {
        names.iter().try_for_each(|name| check_shared_ref(name))?;
        let git = self.talker("asking the remote for its refs");
        let git = git.args(["ls-remote", "--", &remote.name]).args(names);
        let (_, stdout, _) = remote.talk(git, &[0])?;
        let text = String::from_utf8_lossy(&stdout);
        let found = |name: &&str| {
            let line = text.lines().find_map(|line| {
                let (oid, full) = line.split_once('\t')?;
                (full == *name).then(|| oid.parse().ok()).flatten()
            });
            line.filter(|oid: &Oid| !oid.is_zero())
        };
        Ok(names.iter().map(found).collect())
    }

    /// The full name of the branch that the remote's HEAD names, which it has; none where it says none.
    ///
    /// # Errors
    /// When the remote does not answer.
    pub fn remote_head(&self, remote: &Remote) -> Result<Option<String>, RemoteError> {
        let git = self.talker("asking the remote for its default branch");
        let git = git.args(["ls-remote", "--symref", "--", &remote.name, "HEAD"]);
        let (_, stdout, _) = remote.talk(git, &[0])?;
        let text = String::from_utf8_lossy(&stdout);
        let named = text.lines().find_map(|line| {
            let full = line.strip_prefix("ref: ")?.strip_suffix("\tHEAD")?;
            full.starts_with("refs/heads/").then(|| full.to_owned())
        });
        Ok(named)
    }

    /// Fetches one ref of the remote into a ref of ours, which takes whatever is there. `FETCH_HEAD`, tags,
    /// submodules and tracking refs are left alone, and nothing is collected or pruned. None when the remote does not have it.
    ///
    /// # Errors
    /// When the remote does not answer.
    pub fn fetch_into(&self, remote: &Remote, from: &str, to: &str) -> Result<Option<Oid>, RemoteError> {
        check_shared_ref(from)?;
        check_shared_ref(to)?;
        let git = self.fetcher().args(["--", &remote.name]);
        let (code, _, stderr) = remote.talk(git.arg(format!("+{from}:{to}")), &[0, 1, 128])?;
        if code == 0 {
            return Ok(self.find_ref(to)?);
        }
        // Told apart from a broken connection by asking, not by words.
        if self.remote_refs(remote, &[from])? == [None] {
            return Ok(None);
        }
        Err(remote.unreachable(&stderr))
    }

    /// Fetches commits by their names, which no ref of ours keeps; `deeper` brings a shallow clone's history nearer to its
    /// beginning, on the way back from these commits.
    ///
    /// # Errors
    /// When the remote does not answer, or does not hand out one of the commits.
    pub fn fetch_commits(
        &self,
        remote: &Remote,
        commits: &[Oid],
        deeper: Option<Deeper>,
    ) -> Result<(), RemoteError> {
        let git = match deeper {
            None => self.fetcher(),
            Some(Deeper::By(more)) => self.fetcher().arg(format!("--deepen={more}")),
            Some(Deeper::Whole) => self.fetcher().arg("--unshallow"),
        };
        let git = git.args(["--", &remote.name]);
        remote.talk(git.args(commits.iter().map(Oid::to_string)), &[0])?;
        Ok(())
    }

    /// A fetch that leaves `FETCH_HEAD`, tags, submodules and tracking refs alone, and collects and prunes nothing.
    fn fetcher(&self) -> Git {
        self.talker("fetching from the remote").args([
            "-c",
            "gc.auto=0",
            "-c",
            "maintenance.auto=false",
            "-c",
            "fetch.writeCommitGraph=false",
            "fetch",
            "--quiet",
            "--no-write-fetch-head",
            "--no-tags",
            "--no-prune",
            "--no-recurse-submodules",
            // Of a partial clone too, all of it: libgit2 does not fetch what is missing when it is asked for.
            "--no-filter",
            "--refmap=",
        ])
    }

    /// Pushes commits, all or none; the first is the state. No hook of this clone runs: [`Repo::ask_pre_push`] asks them, where code travels.
    ///
    /// A host that cannot take several refs at once gets the others first, one by one, and then the state.
    ///
    /// # Errors
    /// When the remote does not answer: what was sent may have arrived.
    pub fn push(&self, remote: &Remote, sent: &[Sent]) -> Result<Vec<Arrival>, RemoteError> {
        let at_once = self.push_at_once(remote, sent);
        match (&at_once, sent) {
            // Such a host gets the branches first: code without its state is work that nobody was told of yet, and a
            // state without its code would be a lie.
            (Err(RemoteError::Unreachable { said, .. }), [state, rest @ ..])
                if !rest.is_empty() && said.contains(NOT_ATOMIC) =>
            {
                let mut arrivals = vec![Arrival::Raced(NOT_ATOMIC.to_owned())];
                for one in rest {
                    arrivals.extend(self.push_at_once(remote, std::slice::from_ref(one))?);
                }
                let all = |one: &Arrival| matches!(one, Arrival::Taken | Arrival::Same);
                if arrivals[1..].iter().all(all) {
                    arrivals[0] = self.push_at_once(remote, std::slice::from_ref(state))?.remove(0);
                }
                Ok(arrivals)
            }
            _ => at_once,
        }
    }

    fn push_at_once(&self, remote: &Remote, sent: &[Sent]) -> Result<Vec<Arrival>, RemoteError> {
        let mut git = self.talker("pushing to the remote");
        // A mirror would be sent everything, and git takes no refspecs beside that. A name with a `=` cannot be said here.
        if !remote.name.contains('=') {
            git = git.args(["-c", &format!("remote.{}.mirror=false", remote.name)]);
        }
        git = git.args(["push", "--porcelain", "--no-follow-tags"]);
        git = git.arg("--recurse-submodules=no");
        if sent.len() > 1 {
            git = git.arg("--atomic");
        }
        git = git.arg("--no-verify");
        for one in sent {
            check_shared_ref(&one.to)?;
            git = match one.lease {
                Lease::Exactly(there) => {
                    let there = there.map(|oid| oid.to_string()).unwrap_or_default();
                    git.arg(format!("--force-with-lease={}:{there}", one.to))
                }
                Lease::Tracked if self.is_tracked(remote, &one.to)? => {
                    git.arg(format!("--force-with-lease={}", one.to))
                }
                Lease::Tracked => git,
            };
        }
        if sent.iter().any(|one| one.lease == Lease::Tracked) {
            git = git.arg("--force-if-includes");
        }
        git = git.arg("--").arg(&remote.name);
        git = git.args(sent.iter().map(|one| format!("{}:{}", one.what, one.to)));
        let (_, stdout, stderr) = remote.talk(git, &[0, 1])?;
        let said = String::from_utf8_lossy(&stdout);
        let arrivals: Option<Vec<Arrival>> = sent.iter().map(|one| arrival(&said, &one.to)).collect();
        match arrivals {
            Some(arrivals) if !arrivals.iter().any(is_trouble) => {
                Ok(arrivals.into_iter().map(|one| in_words(one, &stderr)).collect())
            }
            Some(arrivals) => {
                let words = arrivals.iter().find_map(|one| match one {
                    Arrival::Refused(why) => Some(why.clone()),
                    _ => None,
                });
                Err(remote.unreachable(words.unwrap_or_default().as_bytes()))
            }
            None => Err(remote.unreachable(&stderr)),
        }
    }

    /// Deletes a branch of the remote that is still at `tip` there. No hook of this clone runs.
    ///
    /// # Errors
    /// When the remote does not answer: it may be gone.
    pub fn delete_remote_branch(
        &self,
        remote: &Remote,
        branch: &str,
        tip: Oid,
    ) -> Result<Arrival, RemoteError> {
        check_branch(branch)?;
        let name = format!("refs/heads/{branch}");
        let git = self.talker("deleting a branch on the remote").args([
            "push",
            "--porcelain",
            "--no-follow-tags",
            "--recurse-submodules=no",
            "--no-verify",
            &format!("--force-with-lease={name}:{tip}"),
            "--",
            &remote.name,
            &format!(":{name}"),
        ]);
        let (_, stdout, stderr) = remote.talk(git, &[0, 1])?;
        match arrival(&String::from_utf8_lossy(&stdout), &name) {
            Some(arrival) => Ok(in_words(arrival, &stderr)),
            None => Err(remote.unreachable(&stderr)),
        }
    }

    /// Whether this clone has seen the branch on the remote.
    fn is_tracked(&self, remote: &Remote, to: &str) -> Result<bool, GitError> {
        let Some(branch) = to.strip_prefix("refs/heads/") else {
            return Ok(false);
        };
        Ok(self
            .find_ref(&format!("refs/remotes/{}/{branch}", remote.name))?
            .is_some())
    }

    /// A git as the user would start it: with what `git -c` and the environment configure, credentials among it.
    pub(crate) fn talker(&self, doing: &str) -> Git {
        let git = self.writer(doing).configured();
        if std::io::stderr().is_terminal() {
            git.may_ask()
        } else {
            git
        }
    }
}

impl Remote {
    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn talk(&self, git: Git, expected: &[i32]) -> Result<(i32, Vec<u8>, Vec<u8>), RemoteError> {
        // At a terminal it stays in the foreground, where it may ask and where Ctrl-C reaches it.
        let grouped = !std::io::stderr().is_terminal();
        self.talk_within(git, grouped, expected, self.limit)
    }

    /// How long one talk may take.
    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    fn talk_within(
        &self,
        git: Git,
        grouped: bool,
        expected: &[i32],
        limit: Duration,
    ) -> Result<(i32, Vec<u8>, Vec<u8>), RemoteError> {
        let (child, doing) = git.start(grouped)?;
        let ended = timed::wait(child, grouped, limit, &doing)?;
        let Some(status) = ended.status else {
            return Err(RemoteError::TimedOut {
                remote: self.name.clone(),
                secs: limit.as_secs(),
            });
        };
        match status.code() {
            Some(code) if expected.contains(&code) => Ok((code, ended.stdout, ended.stderr)),
            _ => Err(self.unreachable(&ended.stderr)),
        }
    }

    fn unreachable(&self, stderr: &[u8]) -> RemoteError {
        RemoteError::Unreachable {
            remote: self.name.clone(),
            said: excerpt(telling(stderr).as_bytes()),
        }
    }
}

/// What git says when it cannot talk, without its labels and its standing advice.
fn telling(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = text.lines().map(|line| {
        let line = line.trim();
        line.strip_prefix("fatal: ").unwrap_or(line)
    });
    let told = lines.filter(|line| !line.is_empty() && !ADVICE.contains(line));
    told.collect::<Vec<_>>().join("\n")
}

/// What `git push --porcelain` says of one ref: `FLAG TAB FROM:TO TAB SUMMARY (REASON)`.
fn arrival(said: &str, to: &str) -> Option<Arrival> {
    let line = said.lines().find(|line| {
        let ends = line.split('\t').nth(1).and_then(|pair| pair.rsplit_once(':'));
        ends.is_some_and(|(_, end)| end == to)
    })?;
    let why = || excerpt(line.split('\t').nth(2).unwrap_or_default().as_bytes());
    Some(match line.chars().next()? {
        ' ' | '*' | '+' | '-' => Arrival::Taken,
        '=' => Arrival::Same,
        _ if RACES.iter().any(|race| line.contains(race)) => Arrival::Raced(why()),
        _ => Arrival::Refused(why()),
    })
}

fn is_trouble(arrival: &Arrival) -> bool {
    matches!(arrival, Arrival::Refused(why) if TROUBLE.iter().any(|word| why.contains(word)))
}

/// A refusal with what the server said about it, if that was heard.
fn in_words(arrival: Arrival, stderr: &[u8]) -> Arrival {
    let Arrival::Refused(why) = arrival else {
        return arrival;
    };
    let text = String::from_utf8_lossy(stderr);
    let words: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("remote: "))
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("error: hook declined"))
        .collect();
    if words.is_empty() {
        return Arrival::Refused(why);
    }
    let words = excerpt(words.join("\n").as_bytes());
    Arrival::Refused(format!("{why} | {words}"))
}

/// How git and its servers say that somebody else was faster.
const RACES: [&str; 9] = [
    "(fetch first)",
    "(non-fast-forward)",
    "(stale info)",
    "(remote ref updated since checkout)",
    "failed to update ref",
    "cannot lock ref",
    "failed to lock",
    "already exists",
    "(atomic push failed)",
];

/// How a server says that it could not even take the objects: its folder is just being packed or moved, or its disk is
/// full. Some of it passes.
const TROUBLE: [&str; 3] = [
    "missing necessary objects",
    "unpacker error",
    "unable to migrate objects",
];

/// How git says that a host cannot take several refs at once.
const NOT_ATOMIC: &str = "does not support --atomic";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_porcelain_flag_says_what_became_of_a_push() {
        let to = "refs/agents/state";
        let said = |flag: &str, rest: &str| format!("To /x/r.git\n{flag}\tabc:{to}\t{rest}\nDone\n");
        for (flag, rest, wanted) in [
            (" ", "abc..def", Arrival::Taken),
            ("*", "[new reference]", Arrival::Taken),
            ("=", "[up to date]", Arrival::Same),
            (
                "!",
                "[rejected] (fetch first)",
                Arrival::Raced("[rejected] (fetch first)".into()),
            ),
            (
                "!",
                "[remote rejected] (cannot lock ref 'refs/agents/state': is at 1 but expected 2)",
                Arrival::Raced(
                    "[remote rejected] (cannot lock ref 'refs/agents/state': is at 1 but expected 2)".into(),
                ),
            ),
            (
                "!",
                "[remote rejected] (deny updating a hidden ref)",
                Arrival::Refused("[remote rejected] (deny updating a hidden ref)".into()),
            ),
        ] {
            assert_eq!(arrival(&said(flag, rest), to), Some(wanted), "{flag} {rest}");
        }
        assert_eq!(arrival("error: failed to push some refs\n", to), None);
        assert_eq!(arrival(&said(" ", "x"), "refs/agents/stat"), None);
    }
}
