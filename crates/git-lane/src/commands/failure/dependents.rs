//! What waits for a task that was given up: it never becomes ready by itself.

use lane_core::id::TaskId;
use lane_core::ready::Card;
use lane_core::refusal::command;
use lane_store::Queue;

use crate::error::CliError;
use crate::session::Session;
use crate::show::paint;

/// How many are named.
const NAMED: usize = 8;

/// Names them, each with the command that frees it.
pub(super) fn tell(session: &Session<'_>, id: &TaskId) -> Result<(), CliError> {
    let store = session.store();
    let view = store.view()?;
    let queue = Queue::read(&store, &view)?;
    let depends = |card: &&Card| card.depends_on.contains(id);
    let blocked = |card: &&Card| card.blocked_on.as_ref() == Some(id);
    let waiting: Vec<&Card> = queue
        .cards()
        .iter()
        .filter(|c| depends(c) || blocked(c))
        .collect();
    for card in waiting.iter().take(NAMED) {
        paint::warning(&format!("{} waits for {id}, which will never be done", card.id));
        if depends(card) {
            paint::hint(&command(&[
                "git",
                "lane",
                "task",
                "edit",
                card.id.as_str(),
                "--remove-depends-on",
                id.as_str(),
            ]));
        }
        if blocked(card) {
            paint::hint(&command(&["git", "lane", "unblock", card.id.as_str()]));
        }
    }
    if let Some(more @ 1..) = waiting.len().checked_sub(NAMED) {
        paint::warning(&format!("and {more} more tasks wait for {id}"));
        paint::hint("git lane ready --why --limit 100");
    }
    Ok(())
}
