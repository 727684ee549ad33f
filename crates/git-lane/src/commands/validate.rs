//! `git lane validate`: the records against each other, and against git.

use std::process::ExitCode;

use lane_core::audit::Flaw;
use lane_core::audit::audit;
use lane_core::record::Task;
use lane_core::text;
use lane_core::view::View as _;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;

/// Check the records of the state against each other
#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    /// Compare with branches, worktrees and the integration branch too
    #[arg(long)]
    pub(crate) git: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Validate) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let (live, mut broken) = view.live_tasks()?;
    let (archived, more) = view.archived_tasks()?;
    broken.extend(more);
    let mut flaws: Vec<Flaw> = broken
        .into_iter()
        .map(|b| Flaw {
            record: b.path,
            fault: b.fault,
        })
        .collect();
    flaws.extend(audit(&live, &archived, &view.locks()?, &view.policy()?));
    if args.git {
        flaws.extend(against_git(session, &live, &archived)?);
    }
    if args.json {
        let all: Vec<_> = flaws
            .iter()
            .map(|f| json!({ "record": f.record, "fault": f.fault }))
            .collect();
        json::out(
            &json!({ "ok": flaws.is_empty(), "tasks": live.len(), "archived": archived.len(), "flaws": all }),
        );
    } else if flaws.is_empty() {
        paint::out(&format!(
            "ok: {} live and {} archived tasks",
            live.len(),
            archived.len()
        ));
    }
    if !args.json {
        flaws
            .iter()
            .for_each(|f| paint::error(&format!("{} {}", text::escape(&f.record), text::escape(&f.fault))));
    }
    Ok(if flaws.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}

/// What the queue says against what git's history says.
fn against_git(session: &Session<'_>, live: &[Task], archived: &[Task]) -> Result<Vec<Flaw>, CliError> {
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
            flaws.push(Flaw {
                record: task.id.to_string(),
                fault: format!("is done, and its tip {} is not on {main} here", tip.short()),
            });
        }
    }
    for task in live {
        let refs = integration::tips(repo, &task.branch)?;
        match (&task.claim, refs.first()) {
            (Some(claim), None) if claim.clone == lane_store::clone_id(repo, session.source)? => {
                flaws.push(Flaw {
                    record: task.id.to_string(),
                    fault: format!("is held by {}, and there is no branch {}", claim.by, task.branch),
                });
            }
            (Some(_), Some(_)) => {
                let names: Vec<&str> = tips.iter().map(|(name, _)| name.as_str()).collect();
                let carried = super::task_commits::of_task(repo, &names, &task.id, None, 1)?;
                if !carried.is_empty() && refs.iter().all(|(_, tip)| on_main(*tip)) {
                    flaws.push(Flaw {
                        record: task.id.to_string(),
                        fault: format!(
                            "has landed on {main} and is still {}: git lane done {}",
                            task.status, task.id
                        ),
                    });
                }
            }
            _ => {}
        }
    }
    Ok(flaws)
}
