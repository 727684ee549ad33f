//! `git lane uninstall`: hooks, driver and settings go; what was there before comes back.

use std::process::ExitCode;

use lane_store::STATE_REF;

use super::Outcome;
use crate::session::Session;
use crate::setup;
use crate::setup::Done;
use crate::show::paint;

pub(super) fn run(session: &Session<'_>) -> Outcome {
    for report in setup::take_away(session)? {
        let word = if report.done == Done::Made {
            "done "
        } else {
            "kept "
        };
        paint::out(&format!("{word}  {}", report.what));
    }
    paint::note("The state and the tracked files stay. To remove them too:");
    paint::hint(&format!("git update-ref -d {STATE_REF}"));
    paint::hint("git rm -r --cached .agents");
    paint::hint(&format!(
        "rm -r {}",
        setup::quoted(&session.store().local_dir().display().to_string())
    ));
    paint::note(
        "Our section of .gitattributes goes by hand; `git worktree list` names the lanes' worktrees.",
    );
    Ok(ExitCode::SUCCESS)
}
