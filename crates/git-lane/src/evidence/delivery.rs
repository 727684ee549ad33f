//! What lies between a lane's base and its tip: commits and files, as a function of these two alone.

use std::collections::BTreeSet;

use lane_core::record::Omitted;
use lane_core::text;
use lane_git::Oid;
use lane_git::Repo;
use sha2::Digest as _;
use sha2::Sha256;

use crate::error::CliError;
use crate::range::COMMITS_MAX;

/// The most commits or files that a handoff lists; the rest goes into a digest.
const LISTED: usize = 1_000;
/// The most bytes of such a list.
const LISTED_BYTES: usize = 64 * 1024;

/// What a lane delivers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) commits: Vec<String>,
    pub(crate) more_commits: Option<Omitted>,
    pub(crate) files: Vec<String>,
    pub(crate) more_files: Option<Omitted>,
    /// All paths that differ, as they are listed, however many: what is declared as removed is one of them.
    pub(crate) changed: BTreeSet<String>,
}

impl Delivery {
    /// From two commits: those reachable from `tip` and not from `base`, and the net difference of their trees.
    pub(crate) fn between(repo: &Repo, base: Oid, tip: Oid) -> Result<Self, CliError> {
        let commits: Vec<String> = repo
            .rev_list(&[tip], &[base], COMMITS_MAX)?
            .iter()
            .map(ToString::to_string)
            .collect();
        let changes = repo.tree_changes(repo.commit(base)?.tree, repo.commit(tip)?.tree)?;
        let name = |path: &[u8]| text::escape_path(path);
        let mut files: Vec<String> = changes.iter().map(|c| name(&c.path)).collect();
        let changed = files.iter().cloned().collect();
        files.sort();
        let (commits, more_commits) = bounded(commits);
        let (files, more_files) = bounded(files);
        Ok(Self {
            commits,
            more_commits,
            files,
            more_files,
            changed,
        })
    }
}

/// A list that fits a record; what is left out is counted and covered by a digest.
fn bounded(all: Vec<String>) -> (Vec<String>, Option<Omitted>) {
    let mut bytes = 0;
    let fits = |entry: &String| {
        bytes += entry.len() + 4;
        bytes <= LISTED_BYTES
    };
    let kept: Vec<String> = all.iter().take(LISTED).cloned().take_while(fits).collect();
    if kept.len() == all.len() {
        return (all, None);
    }
    let mut hash = Sha256::new();
    for entry in &all {
        hash.update(entry.as_bytes());
        hash.update(b"\n");
    }
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let omitted = Omitted {
        total: all.len() as u64,
        digest: format!("sha256:{hex}"),
    };
    (kept, Some(omitted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_cut_and_covered_by_a_digest_of_all() {
        let all: Vec<String> = (0..LISTED + 5).map(|n| format!("f{n}")).collect();
        let (kept, more) = bounded(all.clone());
        assert_eq!((kept.len(), more.as_ref().unwrap().total), (LISTED, 1_005));
        let mut other = all;
        other[LISTED + 1] = "x".to_owned();
        assert_ne!(bounded(other).1, more);
        let (kept, more) = bounded(vec!["x".repeat(LISTED_BYTES)]);
        assert_eq!((kept.len(), more.unwrap().total), (0, 1));
    }
}
