//! Verdicts that only this clone knows: what lands was judged in the state that the others have.

use std::collections::BTreeSet;

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Level;
use lane_core::policy::Mode;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_rules::level_of;

use super::arriving::Arriving;
use super::arriving::Owned;
use crate::error::CliError;
use crate::session::Session;

/// The tasks that land by a verdict which the shared remote has not taken. A state that goes in the same push is judged as
/// it goes, and without a shared remote nobody else has one.
///
/// # Errors
/// When git or a record cannot be read.
pub(super) fn judge(
    session: &Session<'_>,
    arriving: &Arriving<'_>,
    owned: &Owned,
) -> Result<Vec<Finding>, CliError> {
    let level = level_of(&ground::VERDICT_MISSING, &arriving.policy);
    let stages = arriving.policy.pipeline.judging();
    let is_asked = level > Level::Off && arriving.policy.lanes.mode == Mode::B && !stages.is_empty();
    if !is_asked || session.has_state_of_push() {
        return Ok(Vec::new());
    }
    let store = session.store().read_only();
    // A link that cannot be told is `doctor`'s to say.
    let Ok(Some(link)) = store.link() else {
        return Ok(Vec::new());
    };
    let heard = store.seen(&link)?.map(|tip| store.view_at(tip)).transpose()?;
    let tasks: BTreeSet<&TaskId> = arriving
        .unmerged(owned)?
        .into_iter()
        .filter_map(|(_, owner)| owner)
        .collect();
    let mut found = Vec::new();
    for id in tasks {
        let Some(task) = arriving.task(id)? else { continue };
        let there = match &heard {
            Some(view) => view.task(id)?.map(Found::into_task),
            None => None,
        };
        let only_here: Vec<&Stage> = stages
            .iter()
            .filter(|stage| {
                is_ready(&task, **stage, &task)
                    && !there
                        .as_ref()
                        .is_some_and(|there| is_ready(&task, **stage, there))
            })
            .collect();
        if let Some(stage) = only_here.first() {
            let what = format!(
                "{id} was found ready by {stage} in this clone only: {} does not have the verdict",
                link.remote()
            );
            let refusal = Refusal::new(&ground::VERDICT_MISSING, what);
            let sync = Remedy::Run(command(&["git", "lane", "sync"]));
            found.push(Finding::whole(refusal, vec![sync]).at(level));
        }
    }
    Ok(found)
}

/// Whether the stage found the commit of `task`'s verdict ready, as `known` has it.
fn is_ready(task: &Task, stage: Stage, known: &Task) -> bool {
    let (Some(said), Some(known)) = (task.verdict.get(&stage), known.verdict.get(&stage)) else {
        return false;
    };
    said.ready && known.ready && said.tip == known.tip
}
