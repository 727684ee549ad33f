//! What the queue says against what git's history says.

use lane_core::audit::Flaw;
use lane_core::audit::FlawKind;
use lane_core::record::Known;
use lane_core::record::Task;
use lane_git::Oid;

use crate::error::CliError;
use crate::integration;
use crate::landed;
use crate::landed::Answer;
use crate::landed::Asks;
use crate::landed::Branch;
use crate::session::Session;
use crate::show::error;
use crate::show::paint;

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
    let on_main = |commit: Oid| {
        tips.iter()
            .any(|(_, tip)| repo.is_ancestor(commit, *tip).unwrap_or(false))
    };
    let mut flaws = Vec::new();
    for task in archived {
        let brought = task.completion.as_ref().map(|end| match end.how {
            None | Some(Known::Ancestor) => ("its tip", &end.tip),
            // It may be there as another commit.
            Some(_) => ("the commit that brought it,", &end.landed),
        });
        let Some((what, Ok(commit))) = brought.map(|(what, name)| (what, name.parse::<Oid>())) else {
            continue;
        };
        if !on_main(commit) {
            let fault = format!("is done, and {what} {} is not on {main} here", commit.short());
            flaws.push(flaw(task, fault));
        }
    }
    let store = session.store();
    let (view, branch) = (store.view()?, Branch::look(session, Asks::Nobody)?);
    for task in live {
        let refs = integration::tips(repo, &task.branch)?;
        match (&task.claim, refs.first()) {
            (Some(claim), None) if claim.clone == lane_store::clone_id(repo, session.source)? => {
                let fault = format!("is held by {}, and there is no branch {}", claim.by, task.branch);
                flaws.push(flaw(task, fault));
            }
            (Some(_), Some(_)) => {
                let found = landed::find(session, &view, &branch, task);
                if let Err(fault) = &found {
                    let why = error::sentence(fault);
                    paint::note(&format!("whether {} has landed cannot be told: {why}", task.id));
                }
                if let Ok(Answer::Landed(_)) = found {
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
