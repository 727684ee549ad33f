//! A refusal in words: what, who holds it until when, what they said, and the commands that lead on.

use lane_core::refusal::Held;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::time::Timestamp;

use super::paint;
use super::when;

/// Prints a refusal to stderr.
pub(crate) fn print(refusal: &Refusal, now: Timestamp) {
    paint::error(&format!("{}: {}", refusal.ground.id, refusal.what));
    details(refusal, now);
    refusal.hints.iter().for_each(|hint| paint::hint(hint));
}

/// Prints what does not stand in the way now, and will.
pub(crate) fn print_later(refusal: &Refusal) {
    paint::advice(&format!("{}: {}", refusal.ground.id, refusal.what));
    refusal.hints.iter().for_each(|hint| paint::hint(hint));
}

/// Prints the lines between the sentence and the hints.
pub(crate) fn details(refusal: &Refusal, now: Timestamp) {
    lines(refusal, now).iter().for_each(|line| paint::note(line));
}

/// The lines between the sentence and the hints, as they came: to be escaped where they are shown.
pub(crate) fn lines(refusal: &Refusal, now: Timestamp) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(held) = &refusal.held {
        lines.push(format!("  held by  {}", holder(held, now)));
        if !held.scope.is_empty() {
            lines.push(format!(
                "  scope    {}",
                text::excerpt(&held.scope.join(" "), 200)
            ));
        }
    }
    if let Some(said) = &refusal.said
        && !said.text.is_empty()
    {
        lines.push(format!("  {} wrote: {:?}", said.author, said.text));
    }
    lines
}

/// `agent-a (T-7k2m, lock L-03f9) until …`.
pub(crate) fn holder(held: &Held, now: Timestamp) -> String {
    let task = held.task.as_ref().map(ToString::to_string);
    let lock = held.lock.as_ref().map(|lock| format!("lock {lock}"));
    let which: Vec<String> = task.into_iter().chain(lock).collect();
    let which = if which.is_empty() {
        String::new()
    } else {
        format!(" ({})", which.join(", "))
    };
    let until = held
        .until
        .map_or(String::new(), |at| format!(" until {}", when::moment(at, now)));
    let over = if held.over { "; the lease is over" } else { "" };
    format!("{}{which}{until}{over}", held.agent)
}
