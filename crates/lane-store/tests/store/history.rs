//! A repository of its own with a state, a clock that stands, and one agent who acts.

use std::cell::Cell;
use std::path::Path;
use std::process::Command;

use lane_core::event::Payload;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::policy::Adopted;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::time::Timestamp;
use lane_git::Oid;
use lane_git::Repo;
use lane_store::Actor;
use lane_store::Source;
use lane_store::Store;
use lane_store::TreeView;
use tempfile::TempDir;

/// Always the same moment, and bytes that count.
#[derive(Default)]
pub(crate) struct Counting {
    fills: Cell<u8>,
}

impl Source for Counting {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_800_000_000)
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.fills.set(self.fills.get() + 1);
        bytes.fill(self.fills.get());
    }
}

pub(crate) fn empty_repository() -> (TempDir, Repo) {
    let dir = tempfile::tempdir().unwrap();
    let mut git = Command::new("git");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
        git.env_remove(name);
    }
    git.env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", dir.path().join("none"));
    let made = git
        .args(["init", "--quiet", "-b", "main"])
        .current_dir(dir.path())
        .status();
    assert!(made.unwrap().success());
    let repo = open(dir.path());
    (dir, repo)
}

fn open(path: &Path) -> Repo {
    let repo = Repo::open(path).unwrap();
    repo.set_fsync(false);
    repo
}

/// A state with the default policy adopted.
pub(crate) fn begin(store: &Store<'_>) {
    assert!(store.create("r1").unwrap());
    let policy = Adopted::of(&Policy::default(), &"0".repeat(40));
    take(
        store,
        Payload::PolicyAdopted {
            policy: Box::new(policy),
        },
    );
}

/// Commits an event of `agent-a`; gives the state's tree after it.
pub(crate) fn take(store: &Store<'_>, what: Payload) -> Oid {
    let actor = Actor {
        by: Agent::new("agent-a").unwrap(),
        clone: CloneId::new("c1").unwrap(),
        role: Role::Worker,
    };
    let mut decide = move |_: &TreeView<'_>| Ok(what.clone());
    store.transact(&actor, &mut decide).unwrap();
    store.view().unwrap().tree()
}
