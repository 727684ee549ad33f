//! That landings are stopped: who said so, since when, and why.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::view::View as _;
use lane_store::TreeView;
use serde_json::Value;
use serde_json::json;

use super::paint;
use crate::error::CliError;

/// How much of a reason is shown, in characters.
const WHY_CHARS: usize = 200;

/// The refusal of whatever would land, in the words of `apply`; none where landings are not stopped.
///
/// # Errors
/// When the state cannot be read.
pub(crate) fn refusal(view: &TreeView<'_>) -> Result<Option<Refusal>, CliError> {
    Ok(view.meta()?.frozen.map(|frozen| {
        let what = format!(
            "landings are frozen by {} since {}: \"{}\"",
            frozen.by,
            frozen.at,
            text::excerpt(&frozen.why, WHY_CHARS)
        );
        Refusal::new(&ground::LANDING_FROZEN, what).hint("git lane next")
    }))
}

/// The same for programs: who, where, since when and why; null where landings are not stopped.
///
/// # Errors
/// When the state cannot be read.
pub(crate) fn as_json(view: &TreeView<'_>) -> Result<Value, CliError> {
    Ok(json!(view.meta()?.frozen))
}

/// Says so on stderr, before anything else.
///
/// # Errors
/// When the state cannot be read.
pub(crate) fn say(view: &TreeView<'_>) -> Result<(), CliError> {
    if let Some(no) = refusal(view)? {
        paint::warning(&no.what);
    }
    Ok(())
}
