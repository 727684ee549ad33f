//! What the queue says against what git's history says.

use lane_core::audit::Flaw;
use lane_core::audit::FlawKind;
use lane_core::record::Task;

use crate::commands::task_commits;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;

fn flaw(task: &Task, fault: String) -> Flaw {
    Flaw {
        kind: FlawKind::History,
        record: task.id.to_string(),
        with: None,
        fault,
    }
}

/// Branches, worktrees and the integration branch against tasks.
pub(super) fn against(
    session: &Session<'_>,
    live: &[Task],
    archived: &[Task],
) -> Result<Vec<Flaw>, CliError> {
    let repo = session.repo;
    let main = integration::name(&session.store())?;
    let tips = integration::tips(repo, &main)?;
    let on_main = |commit: lane_git::Oid| {
        tips.iter()
            .any(|(_, tip)| repo.is_ancestor(commit, *tip).unwrap_or(false))
    };
    let mut flaws = Vec::new();
    for task in archived {
        let Some(tip) = task.completion.as_ref().and_then(|c| c.tip.parse().ok()) else {
            continue;
        };
        if !on_main(tip) {
            let fault = format!("is done, and its tip {} is not on {main} here", tip.short());
            flaws.push(flaw(task, fault));
        }
    }
    for task in live {
        let refs = integration::tips(repo, &task.branch)?;
        match (&task.claim, refs.first()) {
            (Some(claim), None) if claim.clone == lane_store::clone_id(repo, session.source)? => {
                let fault = format!("is held by {}, and there is no branch {}", claim.by, task.branch);
                flaws.push(flaw(task, fault));
            }
            (Some(_), Some(_)) => {
                let names: Vec<&str> = tips.iter().map(|(name, _)| name.as_str()).collect();
                let carried = task_commits::of_task(repo, &names, &task.id, None, 1)?;
                if !carried.is_empty() && refs.iter().all(|(_, tip)| on_main(*tip)) {
                    let fault = format!(
                        "has landed on {main} and is still {}: git lane done {}",
                        task.status, task.id
                    );
                    flaws.push(flaw(task, fault));
                }
            }
            _ => {}
        }
    }
    Ok(flaws)
}
