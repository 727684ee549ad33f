//! `git lane verify --full` passes in every clone and in the bare remote, and git finds every object.

use std::io;
use std::process::Output;

use super::Finding;
use super::Scene;

pub(super) fn run(scene: &Scene<'_>) -> io::Result<Finding> {
    let world = scene.world;
    let mut finding = Finding {
        facts: 0,
        faults: Vec::new(),
    };
    let mut look = |place: String, output: Output| {
        finding.facts += 1;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            finding.faults.push(format!("{place}: {}: {said}", output.status));
        }
    };
    for clone in 0..world.clones() {
        let place = format!("clone {clone}");
        look(format!("verify in {place}"), world.lane(clone, "pat", &VERIFY)?);
        look(
            format!("fsck in {place}"),
            world.git_command(&world.clone_dir(clone), &FSCK).output()?,
        );
    }
    look("verify in the remote".to_owned(), world.lane_at_remote(&VERIFY)?);
    look(
        "fsck in the remote".to_owned(),
        world.git_command(&world.remote(), &FSCK).output()?,
    );
    Ok(finding)
}

const VERIFY: [&str; 2] = ["verify", "--full"];

/// Without the commit graph: it may name commits that `git repack -a -d` has dropped since, ours or anybody's.
const FSCK: [&str; 5] = [
    "-c",
    "core.commitGraph=false",
    "fsck",
    "--connectivity-only",
    "--no-dangling",
];
