//! How much room there is where the worktrees lie.

use std::path::Path;

use lane_gate::free_bytes;

use super::Found;
use super::Scene;
use super::ill;
use super::well;
use super::well_with;
use crate::error::CliError;
use crate::setup;

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let session = &scene.session;
    let wanted = scene.gates()?.preflight().disk_bytes;
    let store = session.store();
    let policy = store.policy_of_next(&store.view()?)?;
    let root = session.main_folder()?.join(policy.lanes.root);
    // The folder of worktrees is made with the first one.
    let there = root
        .ancestors()
        .find(|folder| folder.exists())
        .unwrap_or(Path::new("/"));
    let doing = |e| CliError::io(format!("the free space of {} is not known", there.display()), e);
    let Some(free) = free_bytes(there).map_err(doing)? else {
        return well();
    };
    if free >= wanted {
        return well_with(format!("{} free", shown(free)));
    }
    let folder = setup::quoted(&there.display().to_string());
    ill(
        format!(
            "{} are free where the worktrees lie, and {} must be",
            shown(free),
            shown(wanted)
        ),
        format!(
            "make room on the disk of {folder}, or ask for less: `disk` of [preflight] in .agents/gates.toml"
        ),
    )
}

/// A size in the largest unit that leaves a whole number before the point.
fn shown(bytes: u64) -> String {
    let units = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)];
    match units.iter().find(|(_, bits)| bytes >> bits > 0) {
        None => format!("{bytes} B"),
        Some((unit, bits)) => {
            let tenths = ((bytes & ((1 << bits) - 1)) * 10) >> bits;
            format!("{}.{tenths} {unit}", bytes >> bits)
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_size_is_rounded_down_to_tenths() {
        for (bytes, expected) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            ((1 << 20) - 1, "1023.9 KiB"),
            ((1 << 30) + (1 << 29), "1.5 GiB"),
            (u64::MAX, "16777215.9 TiB"),
        ] {
            assert_eq!(super::shown(bytes), expected);
        }
    }
}
