//! Signs of life: a local file per agent, written by every command and hook of a holder. Published only when
//! they move a lease by a third.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use lane_core::id::Agent;
use lane_core::time::Timestamp;

/// A sign of life is not written again within this time, in seconds.
const QUIET_SECS: i64 = 30;

fn file(local: &Path, agent: &Agent) -> PathBuf {
    // The charset of an agent's name holds no separator; `:` is what some file systems refuse.
    local.join("heartbeats").join(agent.as_str().replace(':', "%3a"))
}

/// When this clone last saw the agent act.
pub fn last_sign(local: &Path, agent: &Agent) -> Option<Timestamp> {
    fs::read_to_string(file(local, agent)).ok()?.trim().parse().ok()
}

/// Notes that the agent acts. A note that cannot be written is no fault.
pub fn touch(local: &Path, agent: &Agent, now: Timestamp) {
    if last_sign(local, agent).is_some_and(|seen| (0..QUIET_SECS).contains(&now.since(seen))) {
        return;
    }
    let path = file(local, agent);
    let Some(folder) = path.parent() else { return };
    let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&path, format!("{now}\n")));
}
