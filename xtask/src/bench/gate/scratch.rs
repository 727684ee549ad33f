//! A clone of the checkout's HEAD whose tests are run: first as it is, then with faults in it.

use std::fs;
use std::io;
use std::path::PathBuf;

use lane_gate::Folder;
use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::Place;
use lane_gate::Tools;
use serde_json::Value;

use super::suite;
use super::suite::Suite;
use super::suite::Which;
use crate::Error;
use crate::Workspace;

/// The clone, what its gates say, and how its tests go.
pub(super) struct Scratch {
    /// The clone.
    pub(super) tree: Workspace,
    /// Its own target directory, which outlives the run: only what differs is built again.
    pub(super) target: PathBuf,
    /// The checks that the checkout declares, as its work tree has them.
    pub(super) gates: Gates,
    /// All tests of the clone as it is.
    pub(super) before: Suite,
}

impl Scratch {
    /// Clones, builds, and runs all tests.
    pub(super) fn make(workspace: &Workspace) -> Result<Self, Error> {
        let home = target_of(workspace)?.join("bench-gate");
        let (tree, target) = (home.join("tree"), home.join("target"));
        match fs::remove_dir_all(&tree) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(Error::Write { path: tree, source });
            }
            _ => {}
        }
        let clone = tree.display().to_string();
        workspace.read("git", &["clone", "--quiet", ".", &clone])?;
        let tree = Workspace::at(tree);
        anstream::eprintln!("gate: all tests as they are, in {}", tree.root().display());
        let before = suite::run(&tree, &target, Which::All)?;
        if before.tests() == 0 {
            return Err(Error::Output {
                command: "cargo nextest run".into(),
                why: "it ran no test".into(),
            });
        }
        Ok(Self {
            before,
            gates: gates(workspace)?,
            tree,
            target,
        })
    }

    /// The packages of the clone.
    pub(super) fn place(&self) -> Result<Place, Error> {
        let place = place_of(&self.tree);
        match &place.workspace {
            Ok(_) => Ok(place),
            Err(why) => Err(Error::Output {
                command: "cargo metadata".into(),
                why: why.clone(),
            }),
        }
    }
}

/// The packages of a checkout, or why they are not known: as a gate would find them.
pub(super) fn place_of(tree: &Workspace) -> Place {
    let read = lane_gate::read_workspace(tree.root(), &Folder::root(), &Interrupt::none());
    Place {
        workspace: read.map_err(|error| crate::error::with_causes(&error)),
        tools: Tools { nextest: true },
    }
}

fn gates(workspace: &Workspace) -> Result<Gates, Error> {
    let path = workspace.root().join(lane_gate::GATES_PATH);
    let text = fs::read(&path).map_err(|source| Error::Read {
        path: path.clone(),
        source,
    })?;
    Gates::parse(&text).map_err(|error| Error::Read {
        path,
        source: io::Error::other(error),
    })
}

fn target_of(workspace: &Workspace) -> Result<PathBuf, Error> {
    const METADATA: &[&str] = &["metadata", "--no-deps", "--format-version", "1"];
    let said = workspace.read("cargo", METADATA)?;
    let metadata: Value = serde_json::from_str(&said).unwrap_or_default();
    let target = metadata["target_directory"].as_str().map(PathBuf::from);
    target.ok_or_else(|| Error::Output {
        command: "cargo metadata".into(),
        why: "it names no target directory".into(),
    })
}
