//! What one more lane beside others needs, besides what any lane needs: rules that all of them were told.

use lane_core::id::TaskId;
use lane_core::refusal::Refusal;
use lane_core::view::View;
use lane_store::StoreError;
use lane_store::find_policy;

use crate::instructions;
use crate::session::Session;
use crate::worklog;

/// What stands against one more lane beside those that are active; nothing against the first, or against a lane that
/// is there already. Where no file of the policy is found, that is told elsewhere.
pub(crate) fn against_another_lane(
    session: &Session<'_>,
    view: &dyn View,
    task: &TaskId,
) -> Result<Option<Refusal>, StoreError> {
    let lanes = view.lanes()?;
    if lanes.is_empty() || lanes.iter().any(|lane| lane.task == *task) {
        return Ok(None);
    }
    against_any(session, view)
}

/// What stands against any lane beside another.
pub(crate) fn against_any(session: &Session<'_>, view: &dyn View) -> Result<Option<Refusal>, StoreError> {
    let Some(file) = find_policy(session.repo, &view.meta()?.integration)? else {
        return Ok(None);
    };
    match worklog::against(session, &file)? {
        Some(no) => Ok(Some(no)),
        None => instructions::against(session, view, file),
    }
}
