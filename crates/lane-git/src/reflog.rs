//! A line in the reflog of a ref that has one; none is begun (git begins them for branches, not for `refs/agents/`).

use std::fs::OpenOptions;
use std::io;
use std::io::Write;
use std::time::SystemTime;

use crate::Ident;
use crate::Oid;
use crate::Repo;

/// Appends `old new who <email> seconds +0000<tab>git-lane`. To be called while the ref is locked and before it
/// moves, as git does: a line too many misleads nobody, a line too few cannot be found again.
pub(crate) fn append(repo: &Repo, name: &str, old: Option<Oid>, new: Oid) -> io::Result<()> {
    let mut log = match OpenOptions::new()
        .append(true)
        .open(repo.common_dir().join("logs").join(name))
    {
        Ok(log) => log,
        Err(_) => return Ok(()),
    };
    let who = repo.identity().ok().flatten();
    let who = who.unwrap_or_else(|| Ident {
        name: "git-lane".to_owned(),
        email: "git-lane".to_owned(),
    });
    let since_1970 = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let (old, who) = (old.unwrap_or(Oid::ZERO), who.on_one_line());
    log.write_all(format!("{old} {new} {who} {} +0000\tgit-lane\n", since_1970.as_secs()).as_bytes())
}
