//! What there is to know about a worktree: whose it is, and what it holds that nobody else has.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use lane_core::glob::Scope;
use lane_core::id::TaskId;
use lane_core::policy::Per;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Contents;
use lane_git::Oid;
use lane_git::Operation;
use lane_git::Repo;
use lane_git::SubmoduleHolds;
use lane_git::Worktree;
use lane_store::AreaMark;
use lane_store::Binding;
use lane_store::StoreError;

use super::holders;
use super::judge::Seen;
use super::judge::Whose;
use super::opened;
use super::opened::Opened;
use crate::error::CliError;
use crate::finding_lane;
use crate::integration;
use crate::range::COMMITS_MAX;
use crate::rescue;
use crate::rescue::RESCUED;
use crate::session::Session;

/// A worktree, looked at.
pub(super) struct Look {
    pub(super) worktree: Worktree,
    /// Where its files are.
    folder: PathBuf,
    pub(super) seen: Seen,
    /// Where its task is.
    pub(super) phase: Option<Phase>,
    /// Its task's branch.
    pub(super) lane_branch: Option<String>,
    /// Which area it was made for.
    pub(super) mark: Option<AreaMark>,
    /// Whether another task's lane is about to take it.
    taken: bool,
    /// How many files are ignored, disposable ones among them.
    pub(super) ignored: usize,
    /// How many commits of its HEAD neither the integration branch nor a remote nor a rescue ref has.
    pub(super) unpushed: usize,
    /// Whether git removes it by force only: submodules are checked out in it.
    pub(super) by_force: bool,
    /// Those of its HEAD, where all that are checked out are at these commits.
    submodules: Option<BTreeMap<Vec<u8>, Oid>>,
    /// The tips that nobody else has.
    pub(super) lonely: Vec<Oid>,
}

/// Looks at one of the worktrees of `list`.
///
/// # Errors
/// When the state cannot be read. What is wrong with the worktree itself is in the look.
pub(super) fn look(session: &Session<'_>, list: &[Worktree], at: usize) -> Result<Look, CliError> {
    look_in(session, (&list[at], at == 0), &list[at].path)
}

/// Looks at a worktree (and whether it is the main one) whose files are in `folder`, wherever it is registered.
///
/// # Errors
/// See [`look`].
pub(super) fn look_in(
    session: &Session<'_>,
    (worktree, is_main): (&Worktree, bool),
    folder: &Path,
) -> Result<Look, CliError> {
    let mut look = Look {
        seen: Seen {
            path: shown(&worktree.path),
            main: shown(&session.main_folder()?),
            whose: Whose::Nobodys,
            is_main,
            is_gone: is_gone(folder),
            stands_in: stands_in(session, folder),
            is_locked: worktree.locked,
            rests: false,
            busy: Vec::new(),
            nested: Vec::new(),
            ignored: Vec::new(),
            submodules: Vec::new(),
            files: 0,
            commits: 0,
            unreadable: None,
            broken_index: None,
        },
        worktree: worktree.clone(),
        folder: folder.to_owned(),
        phase: None,
        lane_branch: None,
        mark: None,
        taken: false,
        ignored: 0,
        unpushed: 0,
        by_force: false,
        submodules: None,
        lonely: Vec::new(),
    };
    if worktree.bare {
        look.lane(session, None)?;
        return Ok(look);
    }
    match look.open(session) {
        Ok(inside) => {
            look.lane(session, Some(&inside.repo))?;
            look.seen.rests &= !look.seen.is_gone;
            let looked = match look.seen.is_gone {
                true => look.left(session, &inside.repo),
                false => look.inside(session, &inside.repo),
            };
            if let Err(fault) = looked {
                look.seen.unreadable = Some(text::excerpt(&fault.to_string(), 200));
                if !inside.repo.index_is_whole() {
                    look.seen.broken_index = Some(shown(&inside.repo.git_dir().join("index")));
                }
            }
        }
        Err(fault) => {
            look.seen.whose = Whose::Unclear(text::excerpt(&fault.to_string(), 200));
        }
    }
    Ok(look)
}

/// Whether there is no folder, or one with nothing at all in it, as of a disk that is not there.
fn is_gone(folder: &Path) -> bool {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => folder.symlink_metadata().is_err(),
    }
}

impl Look {
    /// The worktree as it was looked at.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub(super) fn open(&self, session: &Session<'_>) -> Result<Opened, CliError> {
        let folder = (!self.seen.is_gone).then_some(self.folder.as_path());
        opened::open(session, &self.worktree, self.seen.is_main, folder)
    }

    /// It is given up by `task`'s holder, to be made again.
    pub(super) fn give_up(&mut self, task: &TaskId) {
        if matches!(&self.seen.whose, Whose::Held(id, _) if id == task) {
            self.seen.whose = Whose::GivenUp(task.clone());
        }
    }

    /// It is taken by another task's lane, whoever asks for that may stand in it.
    pub(super) fn take(&mut self) {
        self.taken = true;
        self.seen.stands_in = false;
        if let Whose::Resting(id) = &self.seen.whose {
            self.seen.whose = Whose::Unclaimed(id.clone());
        }
    }

    /// What was said of an earlier look holds for this one.
    pub(super) fn as_before(&mut self, before: &Self) {
        self.seen.rests = before.seen.rests;
        if let Whose::GivenUp(task) = &before.seen.whose {
            self.give_up(task);
        }
        if before.taken {
            self.take();
        }
    }

    /// Whose it is: by its binding, else by its branch.
    fn lane(&mut self, session: &Session<'_>, inside: Option<&Repo>) -> Result<(), CliError> {
        let store = session.store();
        let view = store.view()?;
        let read = |repo: &Repo| Ok((Binding::read(repo.git_dir())?, AreaMark::read(repo.git_dir())?));
        let binding = match inside.map(read).transpose() {
            Err::<_, StoreError>(fault) => {
                self.seen.whose = Whose::Unclear(text::excerpt(&fault.to_string(), 200));
                return Ok(());
            }
            Ok(None) => None,
            Ok(Some((binding, mark))) => {
                self.mark = mark;
                binding
            }
        };
        self.seen.rests = self.mark.is_some() && view.policy()?.lanes.per == Per::Area;
        let branch = self.worktree.branch.as_deref();
        let branch = branch.and_then(|name| name.strip_prefix("refs/heads/"));
        let id = match (&binding, branch) {
            (Some(binding), _) => Some(binding.task.clone()),
            (None, Some(branch)) => finding_lane::task_of_branch(&view, branch)?,
            (None, None) => None,
        };
        let Some(id) = id else {
            self.seen.whose = match &self.mark {
                Some(mark) if branch.is_none_or(|branch| branch == mark.branch()) => {
                    Whose::Resting(mark.task.clone())
                }
                _ => Whose::Nobodys,
            };
            return Ok(());
        };
        let Some(found) = view.task(&id)? else {
            self.seen.whose = Whose::Unclear(format!("the state does not know {id}"));
            return Ok(());
        };
        let has_ended = matches!(found, Found::Archived(_));
        let task = found.into_task();
        self.phase = Some(task.status);
        self.lane_branch = Some(task.branch.clone());
        let leaves = self.seen.rests && !is_here(session, &task);
        self.seen.whose = match task.claim {
            // Whatever an archived task still says of its last claim.
            _ if has_ended => Whose::Ended(id.clone()),
            // The branch stays, and whoever holds it has it elsewhere.
            _ if leaves => Whose::Unclaimed(id.clone()),
            Some(claim) => Whose::Held(id.clone(), claim.by.to_string()),
            None => Whose::Unclaimed(id.clone()),
        };
        let lent = binding.is_some_and(|binding| binding.here);
        if lent && !matches!(self.seen.whose, Whose::Held(..)) {
            self.seen.whose = Whose::Borrowed(id);
        }
        Ok(())
    }

    /// What its git dir holds alone, where the folder is gone: what was staged, and commits.
    fn left(&mut self, session: &Session<'_>, git_dir: &Repo) -> Result<(), CliError> {
        if let Some((before, staged)) = rescue::staged(git_dir)? {
            self.seen.files = session.repo.compare_trees(before, Some(staged))?.len();
        }
        self.commits(session, git_dir)
    }

    fn inside(&mut self, session: &Session<'_>, inside: &Repo) -> Result<(), CliError> {
        self.busy(inside);
        self.contents(session, inside)?;
        self.commits(session, inside)
    }

    fn commits(&mut self, session: &Session<'_>, inside: &Repo) -> Result<(), CliError> {
        let head: Vec<Oid> = inside.head()?.oid().into_iter().collect();
        let elsewhere = held_elsewhere(session)?;
        self.unpushed = session.repo.rev_list(&head, &elsewhere, COMMITS_MAX)?.len();
        self.lonely = self.lonely_tips(session, inside)?;
        if !self.lonely.is_empty() {
            let known = self.known(session)?;
            self.seen.commits = session.repo.rev_list(&self.lonely, &known, COMMITS_MAX)?.len();
        }
        Ok(())
    }

    fn busy(&mut self, inside: &Repo) {
        let busy = &mut self.seen.busy;
        busy.extend(
            inside
                .operation()
                .map(|operation| format!("{} is under way", name(&operation))),
        );
        busy.extend(inside.own_locks().iter().map(|lock| {
            let file = lock
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            format!("a git is at work, or left {file} behind")
        }));
        if !self.seen.stands_in {
            let processes = holders::of(&self.folder);
            busy.extend(
                processes
                    .into_iter()
                    .map(|pid| format!("process {pid} stands in it")),
            );
        }
    }

    fn contents(&mut self, session: &Session<'_>, inside: &Repo) -> Result<(), CliError> {
        let policy = session.store().view()?.policy()?;
        let disposable = Scope::parse(&policy.lanes.disposable).map_err(lane_core::refusal::Refusal::from)?;
        let goes = |path: &[u8]| match path.strip_suffix(b"/") {
            Some(folder) => disposable.covers(&[folder, b"/x"].concat()),
            None => disposable.covers(path),
        };
        let contents = inside.contents(&goes)?;
        self.by_force = contents.has_submodules;
        if contents.has_submodules {
            self.submodules(session, inside, &contents)?;
        }
        self.ignored = contents.ignored.len();
        let seen = &mut self.seen;
        seen.files = contents.changed.len() + contents.untracked.len();
        // Those in what is ignored and disposable were not looked for.
        seen.nested = escaped(contents.nested.iter());
        // A repository that is ignored is named as what it is.
        let is_nested = |path: &[u8]| {
            let path = path.strip_suffix(b"/").unwrap_or(path);
            contents.nested.iter().any(|one| one == path)
        };
        let ignored = contents
            .ignored
            .iter()
            .filter(|path| !goes(path) && !is_nested(path));
        seen.ignored = escaped(ignored);
        if !contents.unmerged.is_empty() {
            seen.busy
                .push(format!("{} paths are in conflict", contents.unmerged.len()));
        }
        let holds = contents.submodules.iter();
        seen.submodules = holds
            .map(|(path, holds)| (text::escape_path(path), of_submodule(*holds)))
            .collect();
        Ok(())
    }

    /// Whether it can be switched to a commit: git leaves submodules at the commits of the branch before, so these must be the same.
    ///
    /// # Errors
    /// When the commit cannot be read.
    pub(super) fn suits(&self, session: &Session<'_>, commit: Oid) -> Result<bool, CliError> {
        Ok(!self.by_force || self.submodules == Some(session.repo.submodules_at(commit)?))
    }

    /// It rests only where they need not move for the tip at which new lanes begin.
    fn submodules(&mut self, session: &Session<'_>, inside: &Repo, held: &Contents) -> Result<(), CliError> {
        if !self.seen.rests {
            return Ok(());
        }
        if let Some(head) = inside.head()?.oid() {
            let own = session.repo.submodules_at(head)?;
            let moved = held.changed.iter().any(|path| own.contains_key(path));
            self.submodules = (!moved).then_some(own);
        }
        let main = integration::name(&session.store())?;
        let (_, tip) = integration::named_start(session, &main)?;
        self.seen.rests = self.suits(session, tip)?;
        Ok(())
    }

    /// The commits that stand here and that nothing holds which stays: what its git dir names, and the lane's branch.
    fn lonely_tips(&self, session: &Session<'_>, inside: &Repo) -> Result<Vec<Oid>, CliError> {
        let mut tips = inside.standing_commits()?;
        if let (Whose::Ended(_), Some(branch)) = (&self.seen.whose, &self.lane_branch) {
            tips.extend(session.repo.find_ref(&format!("refs/heads/{branch}"))?);
        }
        let known = self.known(session)?;
        let mut lonely: Vec<Oid> = Vec::new();
        for tip in tips {
            let mut held = false;
            for other in known.iter().chain(&lonely) {
                held = held || session.repo.is_ancestor(tip, *other)?;
            }
            if !held {
                lonely.push(tip);
            }
        }
        Ok(lonely)
    }

    /// The commits that stay whatever becomes of this worktree: the integration branch, remotes' branches, what was rescued, and
    /// the branch that is checked out here where it stays.
    pub(super) fn known(&self, session: &Session<'_>) -> Result<Vec<Oid>, CliError> {
        let mut known = held_elsewhere(session)?;
        let goes = match (&self.seen.whose, &self.lane_branch) {
            (Whose::Ended(_), Some(branch)) => Some(format!("refs/heads/{branch}")),
            _ => None,
        };
        if let Some(branch) = self
            .worktree
            .branch
            .as_ref()
            .filter(|branch| goes.as_ref() != Some(*branch))
        {
            known.extend(session.repo.find_ref(branch)?);
        }
        Ok(known)
    }
}

/// What the integration branch, the remotes' branches as they were last seen, and the rescue refs hold.
pub(super) fn held_elsewhere(session: &Session<'_>) -> Result<Vec<Oid>, CliError> {
    held_by(session, &["refs/remotes", RESCUED])
}

/// What any branch holds.
pub(super) fn held_beside_rescues(session: &Session<'_>) -> Result<Vec<Oid>, CliError> {
    held_by(session, &["refs/remotes", "refs/heads"])
}

fn held_by(session: &Session<'_>, prefixes: &[&str]) -> Result<Vec<Oid>, CliError> {
    let repo = session.repo;
    let branch = integration::name(&session.store())?;
    let mut known: Vec<Oid> = integration::tips(repo, &branch)?
        .into_iter()
        .map(|(_, oid)| oid)
        .collect();
    for prefix in prefixes {
        known.extend(repo.refs_under(prefix)?.into_iter().map(|(_, oid)| oid));
    }
    known.sort();
    known.dedup();
    known.retain(|oid| repo.has_object(*oid).unwrap_or(false));
    Ok(known)
}

/// Whether its holder, or who reviews or tests it now, works in this clone.
fn is_here(session: &Session<'_>, task: &Task) -> bool {
    let own = lane_store::known_clone_id(session.repo);
    let holder = task.claim.as_ref().map(|claim| &claim.clone);
    let assigned = task.assigned.as_ref().map(|assigned| assigned.holder().clone);
    own.is_some() && (holder == own.as_ref() || assigned == own)
}

fn escaped<'p>(paths: impl Iterator<Item = &'p Vec<u8>>) -> Vec<String> {
    paths.map(|path| text::escape_path(path)).collect()
}

fn of_submodule(holds: SubmoduleHolds) -> &'static str {
    match holds {
        SubmoduleHolds::Changes => "has changes",
        SubmoduleHolds::Commits => "has commits that no remote of it has",
        SubmoduleHolds::Unreadable => "cannot be looked into",
    }
}

fn name(operation: &Operation) -> &'static str {
    match operation {
        Operation::Merge => "a merge",
        Operation::CherryPick => "a cherry-pick",
        Operation::Revert => "a revert",
        Operation::Rebase { .. } => "a rebase",
        Operation::Am => "git am",
        Operation::Bisect => "a bisect",
    }
}

/// A path as it is shown.
pub(super) fn shown(path: &Path) -> String {
    text::escape_path(path.as_os_str().as_encoded_bytes())
}

/// Whether whoever asks is in this worktree, or git says that they are.
fn stands_in(session: &Session<'_>, path: &Path) -> bool {
    let within = |dir: Option<PathBuf>| {
        let dir = dir.and_then(|dir| dir.canonicalize().ok());
        matches!((dir, path.canonicalize()), (Some(dir), Ok(path)) if dir.starts_with(&path))
    };
    within(std::env::current_dir().ok()) || within(session.repo.work_dir().map(Path::to_owned))
}
