//! How a merge that may not land comes off the integration branch again.

use lane_core::ground;
use lane_core::refusal::command;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Remedy;

use crate::error::CliError;

/// Adds it to what stands against the tip `local` of the branch `main`, pushed to `remote`, where that is checked out here and
/// goes on from what the remote has: what nobody judged stays in its lane until somebody does.
pub(super) fn take_off(
    repo: &Repo,
    (remote, main): (&str, &str),
    local: Oid,
    findings: &mut [Finding],
) -> Result<(), CliError> {
    let is_unjudged =
        |one: &&mut Finding| one.refuses() && one.refusal.ground.id == ground::VERDICT_MISSING.id;
    let Some(last) = findings.iter_mut().rfind(is_unjudged) else {
        return Ok(());
    };
    let head = repo.head()?;
    if head.branch() != Some(main) || head.oid() != Some(local) {
        return Ok(());
    }
    // A push to a URL names no remote.
    let theirs = repo
        .find_ref(&format!("refs/remotes/{remote}/{main}"))
        .ok()
        .flatten();
    let Some(theirs) = theirs else { return Ok(()) };
    if !repo.is_ancestor(theirs, local)? {
        return Ok(());
    }
    last.refusal.what += &format!(
        "; until then `git reset --keep` takes off {main} all that is not pushed, and keeps uncommitted work"
    );
    let back = command(&["git", "reset", "--keep", &format!("{remote}/{main}")]);
    last.remedies.push(Remedy::Run(back));
    Ok(())
}
