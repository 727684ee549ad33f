//! `git lane uninstall`: hooks, driver and settings go; what was there before comes back.

use std::process::ExitCode;

use lane_store::STATE_REF;

use super::Outcome;
use crate::session::Session;
use crate::setup;
use crate::setup::Done;
use crate::show::paint;

/// What was seen on remotes, and what was given up.
const SEEN: [&str; 2] = ["refs/agents-remote/", "refs/agents-local/"];

pub(super) fn run(session: &Session<'_>) -> Outcome {
    for report in setup::take_away(session)? {
        let word = if report.done == Done::Made {
            "done "
        } else {
            "kept "
        };
        paint::out(&format!("{word}  {}", report.what));
    }
    leftovers(session)
}

/// What stays, and the commands that remove it.
fn leftovers(session: &Session<'_>) -> Outcome {
    let mut commands = Vec::new();
    if session.store().tip()?.is_some() {
        commands.push(format!("git update-ref -d {STATE_REF}"));
    }
    if SEEN.iter().try_fold(false, |any, prefix| {
        session
            .repo
            .refs_under(prefix)
            .map(|refs| any || !refs.is_empty())
    })? {
        commands.push(format!(
            "git for-each-ref --format='delete %(refname)' {} | git update-ref --stdin",
            SEEN.join(" ")
        ));
    }
    let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
    let folder = |path: &std::path::Path| format!("rm -r {}", setup::quoted(&path.display().to_string()));
    let tracked = match session.repo.head()?.oid() {
        Some(head) => session
            .repo
            .entry_at(session.repo.commit(head)?.tree, ".agents")?
            .is_some(),
        None => false,
    };
    match root.join(".agents") {
        _ if tracked => commands.push("git rm -r --quiet -- :/.agents".to_owned()),
        agents if agents.exists() => commands.push(folder(&agents)),
        _ => {}
    }
    commands.extend(setup::removal_command(session));
    commands.extend(setup::decisions_removal(session)?);
    if session.store().local_dir().exists() {
        commands.push(folder(&session.store().local_dir()));
    }
    if setup::has_xtask(session) {
        paint::note(
            "`cargo xtask` goes on asking for git-lane: the folder xtask, its place in Cargo.toml's members and cargo's alias stay.",
        );
    }
    if commands.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    paint::note("The state and the tracked files stay. To remove them too:");
    commands.iter().for_each(|command| paint::hint(command));
    paint::note(
        "Without the driver git merges what .gitattributes names as text. `git worktree list` names the lanes' worktrees.",
    );
    Ok(ExitCode::SUCCESS)
}
