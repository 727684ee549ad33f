//! One climb: the change found, the ladder planned, and the checks run in a work tree.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use lane_core::ground;
use lane_core::id::AreaName;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_gate::Base;
use lane_gate::Change;
use lane_gate::Climb;
use lane_gate::Event;
use lane_gate::Extent;
use lane_gate::Files;
use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::Ladder;
use lane_gate::Level;
use lane_gate::PlannedWork;
use lane_gate::Receipts;
use lane_gate::Remember;
use lane_gate::Report;
use lane_gate::Request;
use lane_gate::Step;
use lane_gate::Texts;
use lane_gate::jobs;
use lane_git::File;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;
use lane_store::Source;

use super::here::root_from_here;
use crate::error::CliError;
use crate::show::climb::About;

/// The largest staged text whose format is looked at, in bytes.
const TEXT_BYTES: usize = 16 << 20;

/// What is asked.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The work tree's repository.
    pub(crate) repo: &'a Repo,
    pub(crate) gates: &'a Gates,
    pub(crate) what: What<'a>,
    pub(crate) rungs: &'a RangeInclusive<u8>,
    pub(crate) level: Level,
    pub(crate) area: Option<&'a AreaName>,
}

/// What is judged.
#[derive(Clone, Copy)]
pub(crate) enum What<'a> {
    /// The files in the work tree, against a base.
    WorkTree(&'a Base),
    /// The same; all of them, for this reason, where nothing differs.
    WorkTreeOrAll(&'a Base, &'a str),
    /// The files in the work tree, all of them, whatever differs from the base; and why, for people.
    Whole(&'a Base, &'a str),
    /// What is staged, against HEAD.
    Staged,
    /// A commit that need not be checked out, against a base.
    Commit(Oid, &'a Base),
}

/// A ladder that is ready to be climbed.
pub(crate) struct Prepared {
    pub(crate) ladder: Ladder,
    pub(crate) change: Change,
    files: Files,
    root: PathBuf,
    here: Option<String>,
    receipts: Receipts,
    logs: PathBuf,
}

/// How it is climbed.
#[derive(Clone, Copy)]
pub(crate) struct How<'a> {
    pub(crate) remember: Remember,
    pub(crate) keep_going: bool,
    /// Whether the tracked files must stay as they are from the first check to the last.
    pub(crate) pristine: bool,
    pub(crate) source: &'a dyn Source,
    pub(crate) interrupt: &'a Interrupt,
}

impl<'a> How<'a> {
    /// As hooks and handoffs climb: no further than the first rung that fails.
    pub(crate) fn to_the_first_failure(
        remember: Remember,
        source: &'a dyn Source,
        interrupt: &'a Interrupt,
    ) -> Self {
        Self {
            remember,
            keep_going: false,
            pristine: false,
            source,
            interrupt,
        }
    }
}

impl Prepared {
    /// Finds what changed, and plans.
    ///
    /// # Errors
    /// When the repository is bare, or cannot be read: never a smaller plan instead.
    pub(crate) fn of(asked: &Asked<'_>, interrupt: &Interrupt) -> Result<Self, CliError> {
        let repo = asked.repo;
        let Some(root) = repo.work_dir() else {
            return Err(CliError::setup(
                "a bare repository has no files to check",
                "git worktree list",
            ));
        };
        let everything = lane_core::glob::Scope::everything();
        let (files, change) = match asked.what {
            What::WorkTree(base) | What::WorkTreeOrAll(base, _) => {
                let files = Files::in_worktree(repo, &[&everything]).map_err(|e| unreadable(&e))?;
                let change = match (since(repo, base, &files)?, asked.what) {
                    (nothing, What::WorkTreeOrAll(_, why)) if nothing.is_nothing() => {
                        whole(repo, base, why, &files)?
                    }
                    (change, _) => change,
                };
                (files, change)
            }
            What::Whole(base, why) => {
                let files = Files::in_worktree(repo, &[&everything])?;
                let change = whole(repo, base, why, &files)?;
                (files, change)
            }
            What::Staged => {
                let change = Change::staged(repo).map_err(|e| unreadable(&e))?;
                let files = Files::staged(repo).map_err(|e| unreadable(&e))?;
                all_merged(&files)?;
                (files, change)
            }
            What::Commit(commit, base) => {
                let files = Files::of_tree(repo, repo.commit(commit)?.tree)?;
                let change = since(repo, base, &files)?;
                (files, change)
            }
        };
        let receipts = Receipts::of(repo.common_dir());
        let editions = lane_gate::editions(repo, root, &change, &files);
        let staged = match asked.what {
            What::Staged => Some(texts(repo, &files, &change, &editions)?),
            _ => None,
        };
        let commit = match asked.what {
            What::Commit(commit, _) => Some(commit),
            _ => repo.head()?.oid(),
        };
        let request = Request {
            root,
            gates: asked.gates,
            change: &change,
            commit,
            files: &files,
            editions: &editions,
            rungs: asked.rungs,
            level: asked.level,
            area: asked.area,
            receipts: Some(&receipts),
            staged: staged.as_ref(),
        };
        Ok(Self {
            ladder: Ladder::prepare(&request, interrupt),
            root: root.to_owned(),
            here: root_from_here(root),
            logs: repo.git_dir().join("lane").join("gate-logs"),
            change,
            files,
            receipts,
        })
    }

    /// What is shown of it: where the checks are declared, and what is compared with, both for people.
    pub(crate) fn about<'a>(&'a self, declared: Option<&'a str>, against: &'a str) -> About<'a> {
        About {
            ladder: &self.ladder,
            change: &self.change,
            declared,
            against,
            files: self.files.list(),
            here: self.here.as_deref(),
            logs: &self.logs,
        }
    }

    /// Climbs, and tells what happens as it happens.
    pub(crate) fn climb(&self, how: &How<'_>, tell: &mut dyn FnMut(Event<'_>)) -> Result<Report, CliError> {
        if lane_gate::too_deep() {
            return Err(CliError::setup(
                "this gate stands within its own checks, many times over: a check runs the gate that it belongs to",
                "git lane gate --explain",
            ));
        }
        // What is staged is stored, and commands run on the work tree: only what is looked at there may be kept.
        let seen = (!self.files.are_stored() || how.remember == Remember::Only).then_some(&self.files);
        self.climb_seeing(seen, how, tell)
    }

    /// What receipts show of it; nothing is run.
    pub(crate) fn known(&self, how: &How<'_>) -> Result<Report, CliError> {
        let remember = match how.remember {
            Remember::Renew | Remember::Nothing => return Ok(Report::default()),
            Remember::Use | Remember::Only => Remember::Only,
        };
        let seen = (!self.files.are_stored()).then_some(&self.files);
        self.climb_seeing(seen, &How { remember, ..*how }, &mut |_| {})
    }

    /// The changed paths that are not in the work tree as they are judged, where commands are run there.
    pub(crate) fn unlike_staged(&self, repo: &Repo) -> Result<Vec<Vec<u8>>, CliError> {
        let runs = |step: &Step| matches!(step, Step::Check(planned) if matches!(planned.work, PlannedWork::Commands(_)));
        if !self.ladder.steps.iter().any(runs) {
            return Ok(Vec::new());
        }
        let changed: BTreeSet<&[u8]> = self
            .change
            .files()
            .iter()
            .map(|file| file.path.as_slice())
            .collect();
        let there = repo.files_as_they_are(&|path| changed.contains(path))?;
        let as_they_are = |files: &[File]| -> BTreeSet<(Vec<u8>, u32, Oid)> {
            let files = files.iter().filter(|file| changed.contains(file.path.as_slice()));
            files
                .map(|file| (file.path.clone(), file.mode, file.oid))
                .collect()
        };
        let (there, staged) = (as_they_are(&there), as_they_are(self.files.list()));
        let differ = there.symmetric_difference(&staged);
        let mut paths: Vec<Vec<u8>> = differ.map(|(path, ..)| path.clone()).collect();
        paths.dedup();
        Ok(paths)
    }

    fn climb_seeing(
        &self,
        seen: Option<&Files>,
        how: &How<'_>,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Result<Report, CliError> {
        let climb = Climb {
            root: &self.root,
            receipts: Some(&self.receipts),
            remember: how.remember,
            jobs: jobs(),
            keep_going: how.keep_going,
            pristine: how.pristine,
            seen,
            logs: Some(&self.logs),
            now: &|| how.source.now(),
            interrupt: how.interrupt,
        };
        lane_gate::climb(&self.ladder.steps, &climb, tell)
            .map_err(|fault| CliError::setup(fault.to_string(), "git status"))
    }
}

/// What changed since the base; everything where the base cannot be read.
fn since(repo: &Repo, base: &Base, files: &Files) -> Result<Change, CliError> {
    Change::since(repo, base, files).or_else(|fault| {
        let why = text::excerpt(&fault.to_string(), 200);
        let everything = Base::Everything(format!("what it is compared with cannot be read: {why}"));
        Ok(Change::since(repo, &everything, files)?)
    })
}

/// All files, for this reason, and still the base: checks may name it.
fn whole(repo: &Repo, base: &Base, why: &str, files: &Files) -> Result<Change, CliError> {
    let mut change = Change::since(repo, &Base::Everything(why.to_owned()), files)?;
    if let Base::Commit(base) = base {
        change.base = Some(base.to_string());
    }
    Ok(change)
}

/// What is judged cannot be looked at: a file without permission, an index that is none.
fn unreadable(fault: &GitError) -> CliError {
    CliError::setup(fault.to_string(), "git status")
}

/// A path with two sides has no staged text, and nothing of it would be looked at.
fn all_merged(files: &Files) -> Result<(), CliError> {
    let sides = files.list().iter().filter(|file| file.stage > 0);
    let mut paths: Vec<String> = sides.map(|file| text::escape_path(&file.path)).collect();
    paths.dedup();
    let more = match paths.len() {
        0 => return Ok(()),
        1 => String::new(),
        all => format!(" and {} more", all - 1),
    };
    let what = format!(
        "{}{more}: in conflict, so what is staged cannot be judged; resolve it and stage it",
        paths[0]
    );
    Err(Refusal::new(&ground::UNMERGED, what).hint("git status").into())
}

/// The staged texts for the checks that look at what will be committed: of the changed files, or of all where what changed
/// binds their format.
fn texts(repo: &Repo, files: &Files, change: &Change, editions: &[Vec<u8>]) -> Result<Texts, CliError> {
    let Extent::Files(changed) = &change.extent else {
        return Ok(Texts::new());
    };
    let all = changed
        .iter()
        .any(|file| lane_gate::binds_format(&file.path, editions));
    let changed: BTreeSet<&[u8]> = changed.iter().map(|file| file.path.as_slice()).collect();
    let wanted = files
        .list()
        .iter()
        .filter(|file| file.mode & 0o170_000 == 0o100_000 && file.path.ends_with(b".rs"))
        .filter(|file| all || changed.contains(file.path.as_slice()));
    wanted
        .map(|file| {
            let text = repo.blob(file.oid, TEXT_BYTES);
            let text = text.map_err(|fault| CliError::Usage(fault.to_string()))?;
            Ok((file.path.clone(), text))
        })
        .collect()
}
