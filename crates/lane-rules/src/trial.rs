//! A scene as plain data, for the rules' tests: two agents in one clone.

use lane_core::codec;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::TaskId;
use lane_core::policy;
use lane_core::policy::Adopted;
use lane_core::record::Lock;
use lane_core::record::Task;
use lane_core::time::Timestamp;

use crate::brought::Brought;
use crate::change::Edit;
use crate::commit::judge_commit;
use crate::commit::judge_edits;
use crate::desks::Desks;
use crate::finding::Finding;
use crate::scene::Checkout;
use crate::scene::LaneScene;
use crate::scene::Operation;
use crate::scene::Scene;
use crate::scene::SoFar;

/// A change of a scene.
pub(crate) type Change = fn(&mut Trial);

/// What a test may change about the scene: `agent-a` in clone `c1` commits.
pub(crate) struct Trial {
    pub(crate) policy: &'static str,
    pub(crate) actor: &'static str,
    /// The keys of the lane's task beside those that every task has.
    pub(crate) task: Option<&'static str>,
    /// Its phase, `[assigned]`, and further keys, where they are what a test is about.
    pub(crate) staged: Option<(&'static str, &'static str, &'static str)>,
    /// Whether the worktree is bound to that lane.
    pub(crate) bound: bool,
    /// Owner, clone, glob, mode.
    pub(crate) locks: Vec<[&'static str; 4]>,
    /// The task of the locks.
    pub(crate) lock_task: Option<&'static str>,
    pub(crate) holds: bool,
    /// The branch that is checked out; lanes land on `main`.
    pub(crate) checkout: &'static str,
    /// The folder of a lane that is worked on elsewhere.
    pub(crate) desk: Option<&'static str>,
    /// Paths of which the lane has what is committed.
    pub(crate) landed: &'static [&'static str],
    pub(crate) operation: Option<Operation>,
    /// Paths that are put back.
    pub(crate) repaired: &'static [&'static str],
    /// What the commit brings to records.
    pub(crate) brought: Brought,
    /// What the lane did before.
    pub(crate) so_far: SoFar,
}

impl Default for Trial {
    fn default() -> Self {
        Self {
            policy: "",
            actor: "agent-a",
            task: None,
            staged: None,
            bound: true,
            locks: Vec::new(),
            lock_task: None,
            holds: true,
            checkout: "T-1",
            desk: None,
            landed: &[],
            operation: None,
            repaired: &[],
            brought: Brought::default(),
            so_far: SoFar::default(),
        }
    }
}

impl Trial {
    /// The same with a change.
    pub(crate) fn with(mut self, change: Change) -> Self {
        change(&mut self);
        self
    }

    /// The findings against a commit of these paths.
    pub(crate) fn judge(&self, paths: &[&str]) -> Vec<Finding> {
        let edits: Vec<Edit> = paths.iter().map(|path| edit(path)).collect();
        let is_repair = |edit: &Edit| self.repaired.iter().any(|path| path.as_bytes() == edit.path);
        self.around(|scene| judge_commit(&edits, scene, &is_repair).unwrap())
    }

    /// The findings against editing these paths.
    pub(crate) fn judge_edits(&self, paths: &[&str]) -> Vec<Finding> {
        let paths: Vec<Vec<u8>> = paths.iter().map(|path| path.as_bytes().to_vec()).collect();
        self.around(|scene| judge_edits(&paths, scene).unwrap())
    }

    fn around(&self, judge: impl Fn(&Scene<'_>) -> Vec<Finding>) -> Vec<Finding> {
        let policy =
            policy::parse(format!("format = 1\nrepository = \"r\"\n{}", self.policy).as_bytes()).unwrap();
        judge(&Scene {
            actor: &Agent::new(self.actor).unwrap(),
            clone: &CloneId::new("c1").unwrap(),
            lane: self.lane(),
            holds: self.holds,
            locks: &self
                .locks
                .iter()
                .map(|lock| lock_of(lock, self.lock_task))
                .collect::<Vec<_>>(),
            policy: &Adopted::of(&policy, ""),
            exceptions: &[],
            now: Timestamp::from_secs(100),
            checkout: Checkout::Branch(self.checkout.to_owned()),
            integration: "main",
            desks: self,
            operation: self.operation,
            brought: &self.brought,
            so_far: &|| self.so_far.clone(),
        })
    }

    fn lane(&self) -> Option<LaneScene> {
        let (status, assigned, more) = match (self.staged, self.task) {
            (Some(staged), _) => staged,
            (None, more) => ("in-progress", "", more?),
        };
        let text = format!(
            "id = \"T-1\"\ntitle = \"x\"\nstatus = \"{status}\"\nbranch = \"T-1\"\ncreated = \"2026-11-20T09:00:00Z\"\n{more}\n\
             [claim]\nby = \"agent-a\"\nclone = \"c1\"\nlane = \"1\"\nfence = 7\nsince = \"2026-11-20T09:00:00Z\"\nattempt = 1\n{assigned}\n"
        );
        Some(LaneScene {
            task: codec::decode::<Task>(text.as_bytes()).unwrap(),
            bound_fence: self.bound.then_some(7),
        })
    }
}

impl Desks for Trial {
    fn of(&self, _: &TaskId) -> Option<String> {
        self.desk.map(str::to_owned)
    }

    fn has(&self, _: &TaskId, edit: &Edit) -> bool {
        self.landed.iter().any(|path| path.as_bytes() == edit.path)
    }
}

/// Lanes of which nothing is known but a folder.
pub(crate) struct NoDesks(pub(crate) Option<&'static str>);

impl Desks for NoDesks {
    fn of(&self, _: &TaskId) -> Option<String> {
        self.0.map(str::to_owned)
    }

    fn has(&self, _: &TaskId, _: &Edit) -> bool {
        false
    }
}

fn edit(path: &str) -> Edit {
    Edit {
        path: path.as_bytes().to_vec(),
        content: "100644 x".to_owned(),
    }
}

/// A lock from its owner, clone, glob and mode; of a task's lane, or of its own.
pub(crate) fn lock_of([owner, clone, glob, mode]: &[&str; 4], task: Option<&str>) -> Lock {
    let name = owner.split(':').next().unwrap_or_default();
    let task = task
        .map(|task| format!("task = \"{task}\"\n"))
        .unwrap_or_default();
    let text = format!(
        "{task}id = \"L-{name}\"\nowner = \"{owner}\"\nclone = \"{clone}\"\nscope = [\"{glob}\"]\nmode = \"{mode}\"\nobjective = \"x\"\n\
         fence = 1\nstart = \"1970-01-01T00:00:00Z\"\nheartbeat = \"1970-01-01T00:00:00Z\"\nexpires = \"1970-01-01T01:00:00Z\"\n"
    );
    codec::decode(text.as_bytes()).unwrap()
}

/// The ids of findings, in order.
pub(crate) fn ids(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|found| found.refusal.ground.id).collect()
}
