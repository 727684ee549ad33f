//! A copy of a worktree's index, so that files can be looked at and written as a tree while nobody's index is touched.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::child::Git;
use crate::error::Doing;

/// Nothing that watches, nothing that hides files, no hook, and no second file for the index.
const PLAIN: [&str; 16] = [
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.splitIndex=false",
    "-c",
    "core.sparseCheckout=false",
    "-c",
    "index.sparse=false",
    // A file with the old size and time of modification may be another all the same.
    "-c",
    "core.trustctime=true",
    "-c",
    "core.checkStat=default",
];
/// A file that every git dir has, as only a disk that folds case finds it.
const FOLDED: &str = "hEaD";

/// A worktree as its files are, beside its own index. Its folder goes when this is dropped.
pub struct IndexAside<'r> {
    repo: &'r Repo,
    _folder: TempDir,
    file: PathBuf,
}

impl Repo {
    /// A copy of this worktree's index in its git dir. Files that git was told not to look at (`assume-unchanged`,
    /// `skip-worktree`) and that are there all the same are looked at by it.
    ///
    /// # Errors
    /// When the index cannot be copied or read, or there is no worktree.
    pub fn index_aside(&self) -> Result<IndexAside<'_>, GitError> {
        let doing = "copying a worktree's index";
        let folder = tempfile::Builder::new()
            .prefix("lane-index-")
            .tempdir_in(self.git_dir())
            .doing(doing)?;
        let (own, file) = (self.git_dir().join("index"), folder.path().join("index"));
        match fs::copy(&own, &file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            copied => {
                copied.doing(doing)?;
                // git tells by this time which files it has to compare: with a later one it would take changed ones as clean.
                let written = fs::metadata(&own).and_then(|meta| meta.modified());
                let copy = fs::File::options().write(true).open(&file).doing(doing)?;
                copy.set_modified(written.doing(doing)?).doing(doing)?;
            }
        }
        let aside = IndexAside {
            repo: self,
            _folder: folder,
            file,
        };
        aside.look_at_all()?;
        Ok(aside)
    }
}

impl IndexAside<'_> {
    pub(crate) fn repo(&self) -> &Repo {
        self.repo
    }

    pub(crate) fn git(&self, doing: &str) -> Git {
        // A repository that was copied from a disk that folds case still says that its own does, and git sees one file of two.
        let folds = self.repo.git_dir().join(FOLDED).exists();
        let case = format!("core.ignorecase={folds}");
        let git = self.repo.writer(doing).args(PLAIN).args(["-c", &case]);
        let git = git.index(&self.file);
        match self.repo.fsync.get() {
            // What is written here is all that is left of files that are about to go.
            true => git.args(["-c", "core.fsync=objects", "-c", "core.fsyncMethod=fsync"]),
            false => git,
        }
    }

    /// What is staged, as a tree. Paths that are in conflict make it fail.
    ///
    /// # Errors
    /// When git cannot write it.
    pub fn staged_tree(&self) -> Result<Oid, GitError> {
        let doing = "writing what is staged as a tree";
        let out = self.git(doing).arg("write-tree").run()?;
        Oid::from_hex(out.trim_ascii_end()).map_err(|_| GitError::unreadable(doing))
    }

    /// All files as they are, ignored ones not, as a tree. A repository within would be a mere link in it.
    ///
    /// # Errors
    /// When a file cannot be read or its filter fails: then nothing is left out in silence.
    pub fn tree_of_files(&self) -> Result<Oid, GitError> {
        let git = self.git("putting a worktree's files into a tree");
        git.args([
            "-c",
            "add.ignoreErrors=false",
            "-c",
            "core.safecrlf=false",
            "add",
            "--all",
            "--sparse",
            "--",
            ".",
        ])
        .run()?;
        self.staged_tree()
    }

    /// Puts one side, ours where there is one, in place of each path in conflict, so that what is staged can be written; the other
    /// sides are in the commits that met. Gives the number of the paths.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn settle_conflicts(&self) -> Result<usize, GitError> {
        let out = self
            .git("listing the paths in conflict")
            .args(["ls-files", "--unmerged", "-z"])
            .run()?;
        let mut chosen: BTreeMap<&[u8], (&[u8], &[u8])> = BTreeMap::new();
        for line in out.split(|byte| *byte == 0) {
            let Some(tab) = line.iter().position(|byte| *byte == b'\t') else {
                continue;
            };
            let (fields, path) = (&line[..tab], &line[tab + 1..]);
            let Some((entry, stage)) = fields.len().checked_sub(2).map(|at| fields.split_at(at)) else {
                continue;
            };
            // 2 is ours, 3 theirs, 1 what both began with.
            let better = match chosen.get(path) {
                None => true,
                Some((_, known)) => *known != b" 2" && stage != b" 1",
            };
            if better {
                chosen.insert(path, (entry, stage));
            }
        }
        let mut lines = Vec::new();
        for (path, (entry, _)) in &chosen {
            lines.extend_from_slice(entry);
            lines.push(b'\t');
            lines.extend_from_slice(path);
            lines.push(0);
        }
        if !lines.is_empty() {
            self.git("settling the paths in conflict")
                .args(["update-index", "-z", "--index-info"])
                .input(lines)
                .run()?;
        }
        Ok(chosen.len())
    }

    /// The paths of the submodules that it has.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn gitlinks(&self) -> Result<Vec<Vec<u8>>, GitError> {
        let out = self
            .git("listing the submodules")
            .args(["ls-files", "-z", "--stage"])
            .run()?;
        let lines = out.split(|byte| *byte == 0);
        let mut links: Vec<Vec<u8>> = lines
            .filter(|line| line.starts_with(b"160000 "))
            .filter_map(|line| {
                let tab = line.iter().position(|byte| *byte == b'\t')?;
                Some(line[tab + 1..].to_vec())
            })
            .collect();
        links.dedup();
        Ok(links)
    }

    /// Takes away the marks by which git passes files over, where the files are there.
    fn look_at_all(&self) -> Result<(), GitError> {
        let out = self
            .git("listing the files of an index")
            .args(["ls-files", "-v", "-z"])
            .run()?;
        let mut hidden = Vec::new();
        for line in out.split(|byte| *byte == 0).filter(|line| line.len() > 2) {
            let passed_over = line[0].is_ascii_lowercase() || line[0] == b'S';
            if passed_over && self.is_there(&line[2..]) {
                hidden.extend_from_slice(&line[2..]);
                hidden.push(0);
            }
        }
        for flag in ["--no-assume-unchanged", "--no-skip-worktree"] {
            if !hidden.is_empty() {
                self.git("looking at files that git was told to pass over")
                    .args(["update-index", flag, "-z", "--stdin"])
                    .input(hidden.clone())
                    .run()?;
            }
        }
        Ok(())
    }

    fn is_there(&self, path: &[u8]) -> bool {
        let root = self.repo.work_dir().unwrap_or(self.repo.git_dir());
        crate::native_path(path).is_ok_and(|path| root.join(path).symlink_metadata().is_ok())
    }
}
