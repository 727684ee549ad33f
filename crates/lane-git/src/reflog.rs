//! The reflog of a ref: a line more where it has one, and what it has been at. None is begun (git begins them for branches, not for
//! `refs/agents/`).

use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::io::Write;
use std::time::SystemTime;

use crate::GitError;
use crate::Ident;
use crate::Oid;
use crate::Repo;
use crate::hostile::check_ref_format;

/// The most bytes of a reflog that are read: its end.
const READ_MAX: u64 = 4 << 20;

impl Repo {
    /// What a ref is at, and what its reflog says that it was at, as far as that goes back: nobody need have kept one, and what it
    /// names may be gone.
    ///
    /// # Errors
    /// When the ref cannot be read.
    pub fn has_been_at(&self, full_name: &str) -> Result<Vec<Oid>, GitError> {
        let mut been: Vec<Oid> = self.find_ref(full_name)?.into_iter().collect();
        if !check_ref_format(full_name) {
            return Ok(been);
        }
        let Ok(mut log) = File::open(self.common_dir().join("logs").join(full_name)) else {
            return Ok(been);
        };
        let length = log.metadata().map_or(0, |file| file.len());
        let mut text = Vec::new();
        let read = log
            .seek(SeekFrom::Start(length.saturating_sub(READ_MAX)))
            .and_then(|_| log.take(READ_MAX).read_to_end(&mut text));
        if read.is_err() {
            return Ok(been);
        }
        for line in text.split(|byte| *byte == b'\n') {
            let words = line.splitn(3, |byte| *byte == b' ').take(2);
            let named = words.filter_map(|word| Oid::from_hex(word).ok());
            been.extend(named.filter(|oid| !oid.is_zero()));
        }
        been.sort_unstable();
        been.dedup();
        Ok(been)
    }
}

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
