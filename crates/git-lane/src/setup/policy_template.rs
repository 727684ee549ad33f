//! The first policy of a repository: the defaults, said out loud, for a person to edit and commit.

use std::fs;
use std::path::Path;

use lane_core::policy::POLICY_PATH;
use lane_core::refusal::command;

use super::Known;
use super::Report;
use super::columns::aligned;
use super::decisions;
use super::instructions;
use crate::error::CliError;
use crate::session::Session;

pub(super) fn write(session: &Session<'_>, known: &Known, dry_run: bool) -> Result<Report, CliError> {
    let root = session.repo.work_dir().unwrap_or(session.repo.git_dir());
    let path = root.join(POLICY_PATH);
    if path.exists() {
        return Ok(Report::kept(format!(
            "{POLICY_PATH} is there, not yet on {}",
            known.integration
        )));
    }
    if !dry_run {
        let failed = |e| CliError::io(format!("{} could not be written", path.display()), e);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(&path, template(session, known)?).map_err(failed)?;
    }
    Ok(Report::made(format!(
        "{POLICY_PATH}, the policy: read it, change it, commit it"
    )))
}

/// The command that commits policy, attributes and what agents are told, from the folder where it is read.
pub(crate) fn policy_command(session: &Session<'_>) -> String {
    let told = instructions::written(session);
    let mut paths: Vec<&str> = policy_paths(session);
    paths.extend(told.as_deref());
    commit_command(session, &paths, "policy")
}

/// What is committed with the policy.
pub(super) fn policy_paths(session: &Session<'_>) -> Vec<&'static str> {
    let decisions = decisions::is_uncommitted(session).unwrap_or(false);
    let decisions = decisions.then_some(decisions::PATH);
    [".agents", ".gitattributes"]
        .into_iter()
        .chain(decisions)
        .collect()
}

/// The command that commits these paths, from the folder where it is read.
pub(super) fn commit_command(session: &Session<'_>, paths: &[&str], what: &str) -> String {
    let place = if is_at_root(session) { "" } else { ":/" };
    let paths: Vec<String> = paths.iter().map(|path| format!("{place}{path}")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let add = command(&[&["git", "add"], &*paths].concat());
    format!("{add} && git commit -m 'git-lane: {what}'")
}

fn is_at_root(session: &Session<'_>) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let here = std::env::current_dir().ok();
    here.and_then(|here| real(&here)) == session.repo.work_dir().and_then(real)
}

fn template(session: &Session<'_>, known: &Known) -> Result<String, CliError> {
    let person = session.agent()?;
    let defaults = lane_core::policy::Policy::default();
    let list = |items: &[String]| {
        items
            .iter()
            .map(|i| format!("{i:?}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let text = format!(
        r#"# The rules of this repository's lanes. Read from the integration branch ({branch}): no lane loosens its own.
# Every key has a default; `git lane policy show` prints what is in force and where it comes from.
format = 1
repository = "{id}"

[lanes]
mode = "B" ~# a branch and a worktree per lane
root = "{root}" ~# where worktrees are made
# per = "area" ~# each lane of an area keeps one worktree, with what was built in it; "task": each task has its own
lease = "{lease}" ~# how long a lock holds without a sign of life
require_scope = false ~# true: a task needs a scope before it can be claimed
# every lane may change these
common_paths = [{common}]
hotspots = [] ~# never shared, e.g. ["src/lib.rs"]

[pipeline]
stages = [{stages}] ~# what is handed off passes these before it lands; "self-review" is one, too; []: none
retries = {retries} ~# how often a stage that failed is tried again in its place, before the orchestrator decides
own_approval = {own} ~# true: authors may approve their own work, as who works alone has to

# [limits] ~# how long each may take before others may take over; what is there stays
# worker = "15m" ~# an attempt at a task; without it only the lease ends it
# reviewer = "10m" ~# a review; without it as long as a lease
# tester = "15m" ~# a test; likewise

[capacity]
total = {total} ~# lanes in progress, reviews and tests at once

# the one execution ledger, and the decisions apart from it; `git lane preflight` asks for both
[worklog]
ledger = "{ledger}"
decisions = "{decisions}"

# [sync] ~# how clones share the state; see `git lane help sync`
# pace = "10s" ~# the least time between two pushes of one clone, where a host limits them
# ref = "refs/heads/agents/state" ~# where a host takes nothing but branches

# [merge] ~# merged by meaning, besides the records here; after a change `git lane init --attributes`
# changelogs = ["**/CHANGELOG.md"]
# registries = ["docs/words.txt"] ~# files of sorted lines

# [landing] ~# how what is queued comes onto the integration branch
# merge = "no-ff" ~# "ff": the lane's commits on top of it, no merge commit
# sign_off = false ~# true: a person signs what lands
# merges = {merges} ~# a lane that has merged the integration branch more often is told to rebase

# who may `git lane override PATH --why TEXT`
[overrides]
by = ["{person}"]

# [roles] ~# a role that is not listed is everybody's: anybody may decide with `--role orchestrator`
# orchestrator = ["person:*@example.org"]
# maintainer = ["person:*@example.org"]
# integrator = ["person:*@example.org"]

# [area.backend] ~# a hard boundary: lanes of other areas stay out
# owns = ["crates/**"]
# lanes = 2
"#,
        branch = known.integration,
        id = known.repository,
        root = known.worktree_root,
        lease = defaults.lanes.lease,
        common = list(&defaults.lanes.common_paths),
        stages = list(&defaults.pipeline.stages),
        retries = defaults.pipeline.retries,
        own = defaults.pipeline.own_approval,
        total = defaults.capacity.total,
        ledger = defaults.worklog.ledger,
        decisions = defaults.worklog.decisions,
        merges = defaults.landing.merges,
        person = if person.is_person() {
            person.to_string()
        } else {
            String::from("person:YOU@example.org")
        },
    );
    Ok(aligned(&text))
}
