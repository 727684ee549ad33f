//! Approved pushes that nobody has made yet, in words.

use lane_core::id::PushId;
use lane_core::record::ApprovedPush;
use lane_core::record::Forced;
use lane_core::text;

/// How much of a ref's name and of a reason is shown, in characters.
const CHARS: usize = 120;

/// What the push does: `refs/heads/main from 0123456789ab to 1123456789ab`.
pub(crate) fn change(change: &Forced) -> String {
    let short = |id: &str| text::excerpt(&id.chars().take(12).collect::<String>(), 12);
    let to = change.new.as_deref().map_or_else(|| "nothing".to_owned(), short);
    format!(
        "{} from {} to {to}",
        text::excerpt(&change.name, CHARS),
        short(&change.old)
    )
}

/// One that waits, on a line.
pub(crate) fn waiting(id: &PushId, push: &ApprovedPush) -> String {
    format!(
        "approved push {id}: {}, by {} until {}: \"{}\"",
        change(&push.change),
        push.by,
        push.until,
        text::excerpt(&push.why, CHARS)
    )
}
