//! What would land, made in a worktree that nobody else sees.

use std::path::Path;

use lane_core::policy::MergeStyle;
use lane_core::text;
use lane_git::Merged;
use lane_git::Oid;

use super::queue::Queued;
use crate::error::CliError;
use crate::hooks::TRAILER;
use crate::scratch::Purpose;
use crate::scratch::Scratch;
use crate::session::Session;

/// How much of a title goes into the subject, in characters.
const TITLE_CHARS: usize = 100;

/// The commit that would land, and where it is checked out.
pub(super) struct Merge<'s> {
    pub(super) commit: Oid,
    pub(super) tree: Oid,
    scratch: Scratch<'s>,
}

impl Merge<'_> {
    /// The worktree; it goes with this.
    pub(super) fn path(&self) -> &Path {
        self.scratch.path()
    }
}

/// What came of it.
pub(super) enum Built<'s> {
    Whole(Merge<'s>),
    /// The paths that do not merge.
    Conflicts(Vec<Vec<u8>>),
}

/// Brings the lane's commit and the integration branch's tip together.
///
/// # Errors
/// When no worktree can be made, or git stops for another reason than a conflict.
pub(super) fn merged<'s>(session: &Session<'s>, queued: &Queued) -> Result<Built<'s>, CliError> {
    let (base, tip) = (queued.place.base, queued.tip);
    let repo = session.repo;
    let aside = |at| Scratch::make(session, Purpose::Landing, (at, &[]));
    let (scratch, made) = match queued.merge {
        MergeStyle::NoFf => {
            let scratch = aside(base)?;
            let made = repo.merge_aside(scratch.path(), tip, &message(queued))?;
            (scratch, made)
        }
        MergeStyle::Ff if repo.is_ancestor(base, tip)? => (aside(tip)?, Merged::Whole(tip)),
        MergeStyle::Ff => {
            let scratch = aside(tip)?;
            let made = repo.rebase_aside(scratch.path(), base)?;
            (scratch, made)
        }
    };
    Ok(match made {
        Merged::Conflicts(paths) => Built::Conflicts(paths),
        Merged::Whole(commit) => {
            scratch.fill();
            Built::Whole(Merge {
                commit,
                tree: repo.commit(commit)?.tree,
                scratch,
            })
        }
    })
}

/// The merge commit's message: the trailer says whose work it brings.
fn message(queued: &Queued) -> String {
    let task = &queued.task;
    format!(
        "land {}: {}\n\n{TRAILER}: {}\n",
        task.id,
        text::excerpt(&task.title, TITLE_CHARS),
        task.id
    )
}
