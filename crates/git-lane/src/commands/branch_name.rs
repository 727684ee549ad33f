//! A name for a task's branch: what would mean something else to git, and whether there is such a branch already, here or on the
//! shared remote.

use lane_core::ground;
use lane_core::record::task_branch_fault;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_git::Oid;
use lane_git::RemoteError;
use lane_store::StoreError;

use crate::error::CliError;
use crate::lane_tip;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;

/// How much of a name is shown, in characters.
const NAME_CHARS: usize = 120;

/// A branch as the shared remote has it.
pub(super) struct There {
    pub(super) remote: String,
    pub(super) tip: Oid,
    /// Whether it said so just now; else that is what was seen last.
    pub(super) now: bool,
}

/// Refuses a name that reads as something else than a branch of this repository's own: an option, a full ref, a remote's branch.
///
/// `add` is the command that takes another name, up to that name.
///
/// # Errors
/// A refusal; when the remotes cannot be read.
pub(super) fn fit(session: &Session<'_>, name: &str, add: &str) -> Result<(), CliError> {
    let shown = text::excerpt(name, NAME_CHARS);
    let (what, instead) = if name.starts_with('-') {
        (
            format!("{shown} reads as an option, and is no branch's name"),
            None,
        )
    } else if name == "refs" || name.starts_with("refs/") {
        let what =
            format!("{shown} reads as the full name of a ref: a branch is named without `refs/heads/`");
        (what, name.strip_prefix("refs/heads/"))
    } else if let Some((remote, branch)) = of_a_remote(session, name)? {
        let remote = text::excerpt(&remote, NAME_CHARS);
        let what = format!(
            "{shown} reads as a branch of the remote {remote}, and a lane's is this repository's own"
        );
        (what, Some(branch))
    } else {
        return Ok(());
    };
    let instead = instead.filter(|name| task_branch_fault(name).is_none());
    let hint = format!("{add} {}", instead.unwrap_or("NAME"));
    Err(Refusal::input(what).hint(hint).into())
}

/// The remote whose branch a name reads as, and that branch.
fn of_a_remote<'n>(session: &Session<'_>, name: &'n str) -> Result<Option<(String, &'n str)>, CliError> {
    let remotes = session.repo.remotes()?.into_iter();
    let mut found = remotes.filter_map(|remote| {
        let branch = name.strip_prefix(&remote)?.strip_prefix('/')?;
        Some((remote, branch))
    });
    Ok(found.next())
}

/// Refuses an id or a branch that is a branch already, here or on the remote as it was seen last: its commits would be tied to the
/// task. One below or above a branch cannot be made.
///
/// # Errors
/// A refusal; when the refs cannot be read.
pub(super) fn is_free(session: &Session<'_>, name: &str, add: &str) -> Result<(), CliError> {
    let remote = lane_store::remote_name(session.repo)?;
    let folders = [
        Some(("refs/heads/".to_owned(), "here".to_owned())),
        remote.map(|r| (format!("refs/remotes/{r}/"), format!("on {r}"))),
    ];
    for (folder, place) in folders.into_iter().flatten() {
        for (full, tip) in session.repo.refs_under(&folder)? {
            let Some(branch) = full.strip_prefix(&folder).filter(|branch| *branch != "HEAD") else {
                continue;
            };
            if clashes(branch, name) {
                return Err(taken(branch, &place, tip, add));
            }
        }
    }
    Ok(())
}

/// The same for what the shared remote has now.
///
/// # Errors
/// A refusal; when the remote does not answer.
pub(super) fn is_free_there(session: &Session<'_>, name: &str, add: &str) -> Result<(), CliError> {
    match there(session, name, Silence::Ends)? {
        Some(there) => Err(taken(name, &format!("on {}", there.remote), there.tip, add)),
        None => Ok(()),
    }
}

fn taken(branch: &str, place: &str, tip: Oid, add: &str) -> CliError {
    let what = format!(
        "there is a branch {} already, {place} at {}",
        text::excerpt(branch, NAME_CHARS),
        tip.short()
    );
    Refusal::new(&ground::NAME_IS_BRANCH, what)
        .hint(format!("{add} NAME"))
        .into()
}

/// What a remote that does not answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// What comes next asks it as well: nobody waits twice.
    Ends,
    /// It is warned of, and what was seen last counts.
    Warned,
}

/// What the shared remote had of a branch when it was seen last.
///
/// # Errors
/// When git cannot be asked.
pub(super) fn seen(session: &Session<'_>, branch: &str) -> Result<Option<There>, CliError> {
    let Some(remote) = lane_store::remote_name(session.repo)? else {
        return Ok(None);
    };
    let tip = session
        .repo
        .find_ref(&format!("refs/remotes/{remote}/{branch}"))?;
    Ok(tip.map(|tip| There {
        remote,
        tip,
        now: false,
    }))
}

/// What the shared remote has of a branch, fetched into the tracking ref.
///
/// # Errors
/// When git cannot be asked, or the remote does not answer and that ends it.
pub(super) fn there(
    session: &Session<'_>,
    branch: &str,
    silence: Silence,
) -> Result<Option<There>, CliError> {
    let remote = lane_store::remote_name(session.repo)?;
    // What no branch can be called is refused for that, elsewhere.
    let Some(remote) = remote.filter(|_| task_branch_fault(branch).is_none()) else {
        return Ok(None);
    };
    if publishing::link(session, &session.store())?.is_none() {
        return seen(session, branch);
    }
    let tracking = format!("refs/remotes/{remote}/{branch}");
    match lane_tip::ask(session, &remote, branch, &tracking) {
        Ok(tip) => Ok(tip.map(|tip| There {
            remote,
            tip,
            now: true,
        })),
        Err(RemoteError::Git(fault)) => Err(fault.into()),
        Err(fault) if silence == Silence::Ends => {
            let what = fault.to_string();
            Err(StoreError::Unreachable { what, unknown: false }.into())
        }
        Err(fault) => {
            paint::warning(&fault.to_string());
            seen(session, branch)
        }
    }
}

/// Whether two branches cannot both be: equal but for case, or one a folder of the other.
fn clashes(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    a == b
        || a.strip_prefix(&b).is_some_and(|rest| rest.starts_with('/'))
        || b.strip_prefix(&a).is_some_and(|rest| rest.starts_with('/'))
}
