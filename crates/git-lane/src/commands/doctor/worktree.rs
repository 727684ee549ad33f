//! The lane that this worktree is bound to.

use std::path::Path;

use lane_core::policy::Role;
use lane_core::record::Phase;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_store::Binding;

use super::Ill;
use super::ill;
use crate::error::CliError;
use crate::session::Session;
use crate::setup;

/// What this worktree is bound to, against the state.
pub(in crate::commands) fn lane(session: &Session<'_>) -> Result<Ill, CliError> {
    let Some(binding) = session.binding()? else {
        return Ok(None);
    };
    let task = session
        .store()
        .view()?
        .task(&binding.task)?
        .map(lane_core::view::Found::into_task);
    let claim = task.as_ref().and_then(|task| task.claim.as_ref());
    if claim.is_some_and(|claim| claim.fence == binding.fence) {
        return Ok(None);
    }
    if task.is_none() {
        let file = setup::quoted(
            &session
                .repo
                .git_dir()
                .join("lane/binding.toml")
                .display()
                .to_string(),
        );
        return ill(
            format!(
                "this worktree is bound to {}, which the state does not know",
                binding.task
            ),
            format!("rm {file}"),
        );
    }
    let actor = session.actor(Role::Worker)?;
    let takeable = match claim {
        Some(claim) => claim.is_held_by(&actor.by, &actor.clone),
        None => task.is_some_and(|task| task.status != Phase::Done),
    };
    ill(
        format!(
            "this worktree was bound to {} with fence {}, which is outdated",
            binding.task, binding.fence
        ),
        way_on(session, &binding, takeable)?,
    )
}

/// Takes the lane again, or leaves it: a worktree made for it goes (its branch stays), a borrowed one is freed.
fn way_on(session: &Session<'_>, binding: &Binding, takeable: bool) -> Result<String, CliError> {
    let main = session.store().view()?.meta()?.integration;
    let quoted = |path: &Path| setup::quoted(&path.display().to_string());
    Ok(match (binding.here, takeable) {
        (true, _) => format!("{} && git lane init", command(&["git", "switch", &main])),
        (false, true) => command(&["git", "lane", "start", binding.task.as_str()]),
        (false, false) => format!(
            "git --git-dir={} worktree remove {}",
            quoted(session.repo.common_dir()),
            quoted(session.repo.work_dir().unwrap_or(session.repo.git_dir()))
        ),
    })
}
