//! Whether the tracked files are as they are committed. Untracked ones are nobody's business here.

use lane_core::text;
use lane_git::Dirt;
use lane_git::Operation;

use super::Found;
use super::Scene;
use super::ill;
use super::well;
use crate::error::CliError;
use crate::hooks;

/// How many paths are named, and how long one may be.
const NAMED: usize = 3;
const PATH_CHARS: usize = 100;

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let repo = scene.session.repo;
    let dirt = repo.tracked_dirt()?;
    if dirt.count == 0 {
        return well();
    }
    let named = dirt.paths.iter().take(NAMED);
    let named: Vec<String> = named
        .map(|path| text::excerpt(&text::escape_path(path), PATH_CHARS))
        .collect();
    let more = match dirt.count.saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let files = if dirt.count == 1 { "file is" } else { "files are" };
    let fault = format!(
        "{} tracked {files} not as committed: {}{more}",
        dirt.count,
        named.join(", ")
    );
    // A commit of everything would take the markers of a stopped merge with it.
    if let Some(operation) = repo.operation() {
        return ill(fault, way_out(&operation));
    }
    match put_back(scene, &dirt)? {
        Some(put_back) => ill(format!("{fault}; no commit here may change that"), put_back),
        None => ill(fault, "git commit -a -m TEXT"),
    }
}

/// The command that takes back what no commit here could hold, where that is all there is.
fn put_back(scene: &Scene<'_>, dirt: &Dirt) -> Result<Option<String>, CliError> {
    let session = &scene.session;
    let is_known = dirt.paths.len() == dirt.count && session.repo.head()?.oid().is_some();
    if !is_known || hooks::ruled_out(session, &dirt.paths)?.len() < dirt.count {
        return Ok(None);
    }
    Ok(lane_rules::put_back(dirt.paths.iter().map(Vec::as_slice)))
}

/// What git calls an operation.
pub(super) fn name_of(operation: &Operation) -> &'static str {
    match operation {
        Operation::Merge => "merge",
        Operation::CherryPick => "cherry-pick",
        Operation::Revert => "revert",
        Operation::Rebase { .. } => "rebase",
        Operation::Am => "am",
        Operation::Bisect => "bisect",
    }
}

/// The command that ends an operation and loses no commit.
pub(super) fn way_out(operation: &Operation) -> &'static str {
    match operation {
        Operation::Merge => "git merge --abort",
        Operation::CherryPick => "git cherry-pick --abort",
        // `revert --abort` fails where our hook stopped it.
        Operation::Revert => "git reset --merge",
        Operation::Rebase { .. } => "git rebase --abort",
        Operation::Am => "git am --abort",
        Operation::Bisect => "git bisect reset",
    }
}
