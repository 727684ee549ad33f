//! All clones and the remote hold the same state.

use std::io;
use std::path::Path;

use super::Finding;
use super::Scene;
use crate::world::STATE;

pub(super) fn run(scene: &Scene<'_>) -> io::Result<Finding> {
    let world = scene.world;
    let tip = |dir: &Path| world.git(dir, &["rev-parse", "--verify", STATE]);
    let truth = tip(&world.remote())?;
    let mut finding = Finding {
        facts: 0,
        faults: Vec::new(),
    };
    for clone in 0..world.clones() {
        let theirs = tip(&world.clone_dir(clone))?;
        finding.facts += 1;
        if theirs != truth {
            finding
                .faults
                .push(format!("clone {clone} is at {theirs}, and the remote at {truth}"));
        }
    }
    Ok(finding)
}
