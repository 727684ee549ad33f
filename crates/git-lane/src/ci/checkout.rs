//! What is checked out, which is what checks run on: the work itself, or the host's merge of it.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::CliError;

/// What is checked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checkout {
    /// The commit.
    pub(super) commit: Oid,
    /// What the host merged the work into; none where the work itself is checked out.
    pub(super) onto: Option<Oid>,
}

/// What is checked out for the work that ends at `head`.
///
/// # Errors
/// When it is something else: what the checks say would be of another work.
pub(super) fn of(repo: &Repo, head: Oid) -> Result<Checkout, CliError> {
    let here = repo.head()?.oid().unwrap_or(head);
    unchanged(repo, here)?;
    if here == head {
        return Ok(Checkout {
            commit: here,
            onto: None,
        });
    }
    let parents = repo.commit(here)?.parents;
    let onto = parents.iter().copied().find(|parent| *parent != head);
    if parents.len() == 2 && parents.contains(&head) {
        return Ok(Checkout { commit: here, onto });
    }
    let what = format!(
        "{} is checked out, which is neither {}, the last commit of the work, nor a merge of it",
        here.short(),
        head.short()
    );
    let checkout = command(&["git", "checkout", "--detach", &head.to_string()]);
    Err(Refusal::new(&ground::CI_CHECKOUT, what).hint(checkout).into())
}

/// That the tracked files are the commit's: what ran before may be the work's own code too.
fn unchanged(repo: &Repo, here: Oid) -> Result<(), CliError> {
    let dirt = repo.tracked_dirt()?;
    let Some(first) = dirt.paths.first() else {
        return Ok(());
    };
    let more = match dirt.count {
        1 => "differs".to_owned(),
        all => format!("and {} more differ", all - 1),
    };
    let what = format!(
        "{} {more} from {}, which is checked out",
        text::escape_path(first),
        here.short()
    );
    Err(Refusal::new(&ground::CI_CHECKOUT, what).hint("git stash").into())
}
