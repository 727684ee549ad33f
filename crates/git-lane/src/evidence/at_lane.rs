//! A lane's worktree, found from wherever the command stands, with nothing uncommitted in it when that matters.

use std::path::Path;
use std::path::PathBuf;

use lane_core::glob::Scope;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::record::Holder;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View;
use lane_git::Dirt;
use lane_git::Head;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::put_back;
use lane_rules::ways_to_turn;

use crate::error::CliError;
use crate::finding_lane;
use crate::session::Session;

/// How many paths of a dirty worktree a refusal names.
const PATHS_SHOWN: usize = 5;
/// The most paths that a command names.
const PATHS_NAMED: usize = 12;
/// The setting by which a stray `git init` breaks all worktrees at once.
const BARE: &str = "core.bare";

/// A lane's worktree and where it stands.
pub(crate) struct AtLane {
    pub(crate) path: PathBuf,
    /// Whether the command was given in it.
    pub(crate) here: bool,
    pub(crate) tip: Oid,
    pub(crate) tree: Oid,
    branch: String,
    bare: Option<bool>,
    repo: Repo,
    /// What its commits may change; none where that is everything.
    reach: Option<Reach>,
    /// What makes it one's turn to commit here, where it is not.
    first: Vec<String>,
}

/// What the commits of a lane with a scope may change.
struct Reach {
    may: Scope,
    must_not: Scope,
}

impl Reach {
    /// None for a lane without a scope, or with globs that cannot be read, which the hooks tell.
    fn of(task: &Task, common: &[String]) -> Option<Self> {
        let all = [task.scope.as_slice(), task.granted.as_slice(), common].concat();
        Some(Self {
            may: Scope::parse(&all).ok().filter(|_| !task.scope.is_empty())?,
            must_not: Scope::parse(&task.out_of_scope).ok()?,
        })
    }

    fn covers(&self, path: &[u8]) -> bool {
        self.may.covers(path) && !self.must_not.covers(path)
    }
}

/// The task that a command without an id is about: this worktree's lane, else the only one that the agent holds.
pub(crate) fn spoken_for(
    session: &Session<'_>,
    view: &dyn View,
    id: Option<&TaskId>,
) -> Result<Task, CliError> {
    let named = match id {
        Some(id) => Some(id.clone()),
        None => own_lane(session, view)?,
    };
    let Some(id) = named else {
        let what = "this worktree is no lane, and you do not hold exactly one task: say which";
        return Err(Refusal::input(what).hint("git lane status").into());
    };
    match view.task(&id)? {
        Some(Found::Live(task)) => Ok(*task),
        Some(Found::Archived(_)) => {
            let what = format!("{id} is done; nothing follows");
            let show = command(&["git", "lane", "show", id.as_str()]);
            Err(Refusal::new(&ground::NOT_IN_PHASE, what).hint(show).into())
        }
        None => {
            let twin = view
                .twin(&id)?
                .map(|twin| command(&["git", "lane", "show", twin.as_str()]));
            let no = Refusal::new(&ground::NO_SUCH_TASK, format!("there is no task {id}"));
            Err(no
                .hint(twin.unwrap_or_else(|| "git lane task list".to_owned()))
                .into())
        }
    }
}

fn own_lane(session: &Session<'_>, view: &dyn View) -> Result<Option<TaskId>, CliError> {
    if session.repo.work_dir().is_some() {
        let binding = session.binding()?;
        let checkout = finding_lane::checkout(session.repo)?;
        if let Some(lane) = finding_lane::of_worktree(view, binding.as_ref(), &checkout)? {
            return Ok(Some(lane.task.id));
        }
    }
    let agent = session.agent()?;
    let clone = lane_store::clone_id(session.repo, session.source)?;
    let mut own = view
        .lanes()?
        .into_iter()
        .filter(|lane| lane.by == agent && lane.clone == clone);
    Ok(match (own.next(), own.next()) {
        (Some(lane), None) => Some(lane.task),
        _ => None,
    })
}

impl AtLane {
    /// The worktree of this clone that has the task's branch checked out.
    pub(crate) fn find(session: &Session<'_>, task: &Task) -> Result<Self, CliError> {
        let wanted = format!("refs/heads/{}", task.branch);
        let here = session.repo.work_dir().map(Path::to_owned);
        let own = matches!(session.binding()?, Some(b) if b.task == task.id) && here.is_some();
        let on_branch = session.repo.head()?.branch() == Some(task.branch.as_str());
        let path = match here {
            Some(path) if own || on_branch => path,
            _ => {
                let list = session.repo.worktree_list()?;
                let there = list
                    .into_iter()
                    .find(|w| w.branch.as_ref() == Some(&wanted) && !w.prunable);
                there.map(|w| w.path).ok_or_else(|| {
                    let what = format!("no worktree of this clone has branch {} checked out", task.branch);
                    let enter = command(&["git", "lane", entering(task), task.id.as_str()]);
                    CliError::from(Refusal::input(what).hint(enter))
                })?
            }
        };
        let policy = session.store().view()?.policy()?;
        let who = Holder {
            agent: session.agent()?,
            clone: lane_store::clone_id(session.repo, session.source)?,
        };
        let reach = Reach::of(task, &policy.lanes.common_paths);
        Ok(Self {
            first: ways_to_turn(task, &who, policy.pipeline.own_approval),
            ..Self::at(task, path, own || on_branch, reach)?
        })
    }

    fn at(task: &Task, path: PathBuf, here: bool, reach: Option<Reach>) -> Result<Self, CliError> {
        let repo = Repo::open(&path)?;
        match repo.head()? {
            Head::Branch { name, oid } if name == task.branch => {
                let tree = repo.commit(oid)?.tree;
                Ok(Self {
                    path,
                    here,
                    tip: oid,
                    tree,
                    branch: name,
                    bare: repo.config_get_bool(BARE)?,
                    repo,
                    reach,
                    first: Vec::new(),
                })
            }
            Head::Unborn { .. } => Err(Refusal::new(
                &ground::NOTHING_TO_HAND_OFF,
                format!("{} has no commit", task.branch),
            )
            .into()),
            Head::Branch { name, .. } => {
                let what = format!(
                    "the worktree has {} checked out, and the lane's branch is {}",
                    text::excerpt(&name, 120),
                    task.branch
                );
                let switch = command(&["git", "switch", &task.branch]);
                Err(Refusal::new(&ground::WRONG_BRANCH, what)
                    .hint(Self::inside(&path, here, &switch))
                    .into())
            }
            Head::Detached { .. } => {
                let what = format!("HEAD is detached in the lane's worktree {}", path.display());
                let switch = command(&["git", "switch", &task.branch]);
                Err(Refusal::new(&ground::DETACHED_HEAD, what)
                    .hint(Self::inside(&path, here, &switch))
                    .into())
            }
        }
    }

    fn inside(path: &Path, here: bool, line: &str) -> String {
        if here {
            return line.to_owned();
        }
        let folder = crate::setup::quoted(&path.display().to_string());
        format!("cd {folder} && {line}")
    }

    /// A command line as it is given in this worktree.
    pub(crate) fn command(&self, line: &str) -> String {
        Self::inside(&self.path, self.here, line)
    }

    /// Whether HEAD, the tree and the work tree are still as they were; what differs, if not.
    pub(crate) fn moved(&self) -> Result<Option<String>, CliError> {
        let repo = Repo::open(&self.path)?;
        // A linked worktree is never bare itself; the repository that it belongs to may have become so.
        if repo.config_get_bool(BARE)? != self.bare {
            return Ok(Some("`core.bare` was changed".to_owned()));
        }
        let head = repo.head()?;
        if head.oid() != Some(self.tip) || head.branch() != Some(self.branch.as_str()) {
            return Ok(Some("HEAD was moved".to_owned()));
        }
        Ok(self
            .dirt()?
            .map(|(_, shown)| format!("the worktree was changed: {shown}")))
    }

    /// A worktree for a while, which has `base` with other files on it. What it shows is about the tree of `base`.
    pub(crate) fn aside(path: PathBuf, base: Oid, tree: Oid) -> Result<Self, CliError> {
        let repo = Repo::open(&path)?;
        Ok(Self {
            path,
            here: true,
            tip: base,
            tree,
            branch: String::new(),
            reach: None,
            first: Vec::new(),
            // Read where it is read afterwards: the folder may be gone then.
            bare: Repo::open(repo.common_dir())?.config_get_bool(BARE)?,
            repo,
        })
    }

    /// What was changed meanwhile that all worktrees share, if anything.
    pub(crate) fn shared_changed(&self) -> Result<Option<String>, CliError> {
        let bare = Repo::open(self.repo.common_dir())?.config_get_bool(BARE)?;
        Ok((bare != self.bare).then(|| "`core.bare` was changed".to_owned()))
    }

    /// How many files are neither committed nor ignored, and the first of them for people.
    fn dirt(&self) -> Result<Option<(usize, String)>, CliError> {
        let dirt = self.repo.dirt(Some(&self.path))?;
        Ok((dirt.count > 0).then(|| (dirt.count, shown(&dirt))))
    }

    /// The command that takes back changes which no commit of this lane may hold, where there are such: a commit of everything
    /// would be refused for them. None where something of it is not in the commit, and so could not be had back.
    fn put_back(&self, dirt: &Dirt) -> Result<Option<String>, CliError> {
        let Some(reach) = &self.reach else { return Ok(None) };
        let outside = dirt.paths.iter().filter(|path| !reach.covers(path));
        let outside: Vec<&[u8]> = outside.map(Vec::as_slice).collect();
        if outside.len() > PATHS_NAMED {
            return Ok(None);
        }
        for path in &outside {
            let known = match std::str::from_utf8(path) {
                Ok(text) => self.repo.entry_at(self.tree, text)?.is_some(),
                Err(_) => false,
            };
            if !known {
                return Ok(None);
            }
        }
        Ok(put_back(outside))
    }

    /// Refuses a worktree in which something is neither committed nor ignored.
    pub(crate) fn clean(&self) -> Result<(), CliError> {
        let dirt = self.repo.dirt(Some(&self.path))?;
        if dirt.count == 0 {
            return Ok(());
        }
        let what = format!(
            "the worktree has uncommitted or untracked files ({}): {}",
            dirt.count,
            shown(&dirt)
        );
        let (what, first) = match self.put_back(&dirt)? {
            Some(put_back) => (
                format!(
                    "{what}; the hint takes back, for good, those that no commit of this lane may change"
                ),
                put_back,
            ),
            None => (what, "git add --all && git commit -m TEXT".to_owned()),
        };
        let what = match self.first.is_empty() {
            true => what,
            false => format!("{what}; no commit of yours is taken here before the first hint"),
        };
        let refusal = Refusal::new(&ground::DIRTY_WORKTREE, what);
        let before = self.first.iter().cloned();
        Err(before
            .fold(refusal, Refusal::hint)
            .hint(self.command(&first))
            .hint(self.command("git status"))
            .into())
    }
}

/// The command by which one comes into the lane's worktree.
fn entering(task: &Task) -> &'static str {
    match task.status {
        Phase::Review => "review",
        Phase::Testing => "test",
        _ => "resume",
    }
}

fn shown(dirt: &Dirt) -> String {
    let mut shown: Vec<String> = dirt
        .paths
        .iter()
        .take(PATHS_SHOWN)
        .map(|p| text::escape_path(p))
        .collect();
    if dirt.count > shown.len() {
        shown.push(format!("and {} more", dirt.count - shown.len()));
    }
    shown.join(", ")
}
