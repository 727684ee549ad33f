//! `git lane guard`: the verdict of the commit, before an edit is made.

mod answer;
mod call;
mod place;
mod resolve;
mod tools;

use std::io::IsTerminal as _;
use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use lane_core::id::Agent;
use lane_git::OpenError;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_rules::Staging;
use lane_rules::commands;
use lane_store::Binding;
use lane_store::Source;

use crate::error::CliError;
use crate::hooks;
use crate::session::AGENT_VAR;
use crate::session::FORMAT_VAR;
use crate::session::Session;
use crate::setup;
use call::Call;
use call::Form;
use place::Within;
pub(crate) use tools::matcher;

/// The most that is read of one call, in bytes.
const INPUT_BYTES: u64 = 4 << 20;

/// Judge an edit before it is made: a tool call as JSON on stdin.
///
/// Knows the PreToolUse hooks of Claude Code (`init --guard` registers it), which are answered on stdout, and the plain
/// `{"cwd": "…", "paths": ["a", "b"]}`: refusals on stderr and exit code 1. The verdict is that of a commit in the worktree
/// where the file lies. What is no edit, and what is allowed, ends with 0 and without a word. Never ends with 2.
#[derive(Debug, clap::Args)]
pub(crate) struct GuardArgs {
    /// Print refusals of the plain form as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Where else a call has paths, as a JSON pointer (`/tool_input/target`): for tools that are not known
    #[arg(long, value_name = "POINTER")]
    pub(crate) paths_from: Vec<String>,
}

/// Never fails otherwise than by its own words: what it ends with means something to the tool that asks.
pub(super) fn run(source: &dyn Source, args: &GuardArgs) -> ExitCode {
    let as_json = args.json || std::env::var(FORMAT_VAR).is_ok_and(|format| format == "json");
    let judged = read()
        .and_then(|bytes| Call::parse(&bytes, &args.paths_from))
        .and_then(|call| Ok((judge(source, &call)?, call)));
    match judged {
        Ok((found, _)) if found.is_empty() => ExitCode::SUCCESS,
        Ok((found, call)) => match call.form {
            Form::Hook => answer::deny(&found, source.now()),
            Form::Plain => answer::refuse(&found, source.now(), as_json),
        },
        Err(fault) => answer::broke(&fault, as_json),
    }
}

fn read() -> Result<Vec<u8>, CliError> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        return Err(CliError::Usage("a tool call is read from stdin".to_owned()));
    }
    let mut bytes = Vec::new();
    let failed = |e| CliError::io("the tool call cannot be read from stdin", e);
    let mut bounded = stdin.lock().take(INPUT_BYTES + 1);
    bounded.read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > INPUT_BYTES {
        return Err(CliError::Usage(format!(
            "the tool call is longer than {} MiB",
            INPUT_BYTES >> 20
        )));
    }
    Ok(bytes)
}

/// What refuses the call's edits, worktree by worktree.
fn judge(source: &dyn Source, call: &Call) -> Result<Vec<Finding>, CliError> {
    let mut found = Vec::new();
    for group in place::groups(call)? {
        let session = Session::new(&group.repo, source, None);
        if !is_set_up(&session)? {
            continue;
        }
        let mut here: Vec<Finding> = group.paths.iter().filter_map(own_file).collect();
        let paths: Vec<Vec<u8>> = group.paths.into_iter().filter_map(committed).collect();
        if !paths.is_empty() {
            here.extend(hooks::against_edits(
                &session,
                agent(&session, &call.cwd)?,
                &paths,
            )?);
        }
        if !here.is_empty() && !stands_in(&call.cwd, &group.repo) {
            lead_there(&mut here, &group.repo);
        }
        found.append(&mut here);
    }
    Ok(found)
}

/// Whether there is anything that could refuse a commit: this clone has joined, and has the state, or had it and lost it.
fn is_set_up(session: &Session<'_>) -> Result<bool, CliError> {
    let store = session.store();
    let has_joined = lane_store::known_clone_id(session.repo).is_some();
    Ok(has_joined && (store.tip()?.is_some() || lane_store::last_tip(&store.local_dir()).is_some()))
}

fn committed(path: Within) -> Option<Vec<u8>> {
    match path {
        Within::WorkTree(path) => Some(path),
        Within::GitDir(_) => None,
    }
}

fn own_file(path: &Within) -> Option<Finding> {
    match path {
        Within::GitDir(path) => Some(place::own_file(path)),
        Within::WorkTree(_) => None,
    }
}

/// Who edits: the environment's agent, else whose lane the call comes from, else who would commit where the file lies.
fn agent(session: &Session<'_>, cwd: &Path) -> Result<Agent, CliError> {
    let is_named = std::env::var_os(AGENT_VAR).is_some_and(|name| !name.is_empty());
    if !is_named
        && let Some(repo) = around(cwd)?
        && let Some(binding) = Binding::read(repo.git_dir())?
    {
        return Ok(binding.agent);
    }
    if is_named || session.binding()?.is_some() {
        return session.agent();
    }
    // Who a person is, the environment says too, and a repository that was opened by its path does not look there.
    match Repo::open_from_env() {
        Ok(here) if here.common_dir() == session.repo.common_dir() => {
            let email = here.identity()?.map(|identity| identity.email);
            Ok(Agent::person(&email.unwrap_or_default()))
        }
        _ => session.agent(),
    }
}

/// The repository around a folder, if there is one that can be used.
fn around(folder: &Path) -> Result<Option<Repo>, CliError> {
    match Repo::open(folder) {
        Ok(repo) => Ok(Some(repo)),
        Err(OpenError::NotARepository | OpenError::Forgotten { .. } | OpenError::Unsupported { .. }) => {
            Ok(None)
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Whether what is run in `cwd` is run in this worktree.
fn stands_in(cwd: &Path, repo: &Repo) -> bool {
    around(cwd).is_ok_and(|there| there.is_some_and(|there| there.git_dir() == repo.git_dir()))
}

/// Makes each way on one that begins where the file lies.
fn lead_there(found: &mut [Finding], repo: &Repo) {
    let root = repo.work_dir().unwrap_or(repo.git_dir());
    let folder = setup::quoted(&root.display().to_string());
    for one in found {
        let lines = commands(&one.remedies.iter(), &Staging::default());
        let there = lines.into_iter().map(|line| match line.starts_with("cd ") {
            // It leads somewhere by itself.
            true => line,
            false => format!("cd {folder} && {line}"),
        });
        one.remedies = there.map(Remedy::Run).collect();
    }
}
