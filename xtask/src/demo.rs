//! The demo: a story of scenes and steps, played with real git in a temporary folder, and told while it happens.

mod expect;
mod hint;
mod narrator;
mod player;
mod scene;
mod script;
mod stage;

pub(crate) use narrator::Telling;

use crate::Error;
use crate::Workspace;
use crate::build;
use narrator::Narrator;
use stage::Stage;

const FROZEN: &[&str] = &["--locked", "-p", "lane-e2e", "--bin", "git-lane-frozen"];

/// Builds the binary, plays the whole script, and tells whether every step went as the script says.
pub(crate) fn goes_as_told(workspace: &Workspace, telling: Telling, keep: bool) -> Result<bool, Error> {
    let binary = build::binary(workspace, FROZEN, "git-lane-frozen")?;
    let narrator = Narrator::new(telling);
    let stage = Stage::build(&binary)?;
    let surprise = player::play(script::SCENES, &stage, &narrator);
    if keep {
        narrator.kept(&stage.keep());
    }
    match surprise? {
        Some(surprise) => narrator.failed(&surprise, keep),
        None => {
            narrator.passed(script::SCENES);
            return Ok(true);
        }
    }
    Ok(false)
}
