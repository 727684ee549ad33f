//! Running a task's acceptance checks: which may run, and what each showed on this exact tree.

use std::time::Duration;

use lane_core::codec;
use lane_core::ground;
use lane_core::record::Check;
use lane_core::record::LINES_BYTES;
use lane_core::record::NO_TESTS;
use lane_core::record::Outcome;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_gate::GATES_PATH;
use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::Job;
use lane_gate::RunError;

use super::AtLane;
use super::named::Ended;
use super::named::Named;
use crate::commands::trusted;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;
use crate::show::paint;

/// The time limit of a task's own command, where none is given.
pub(crate) const LIMIT: Duration = Duration::from_secs(600);
/// The exit code that is recorded for a program that cannot be started, as shells have it.
const NOT_STARTED: i32 = 127;

/// A check that is to be run.
pub(crate) struct Asked {
    pub(crate) key: String,
    work: Words,
    /// The policy's check that it is.
    check: Option<String>,
    limit: Duration,
}

/// What is run for it.
enum Words {
    /// A command of the task.
    Own(Vec<String>),
    /// A check of the policy.
    Named(Box<Named>),
}

impl Asked {
    /// The command line, as it is recorded.
    pub(crate) fn line(&self) -> String {
        match &self.work {
            Words::Own(words) => Check::Command(words.clone()).line(),
            Words::Named(named) => named.line(),
        }
    }
}

/// One run.
pub(crate) struct Ran {
    pub(crate) key: String,
    pub(crate) outcome: Outcome,
}

/// The checks of a task that `wanted` asks for, if every one of them may run here.
pub(crate) fn asked(
    session: &Session<'_>,
    (task, at): (&Task, &AtLane),
    limit: Option<Duration>,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Asked>, CliError> {
    let mut list = Vec::new();
    let mut foreign = Vec::new();
    let mut gates = None;
    for (key, criterion) in task.acceptance.iter().filter(|(key, _)| wanted(key)) {
        match &criterion.check {
            None => {}
            Some(Check::Command(words)) => {
                if !trusted::is_accepted(session, criterion) {
                    foreign.push(format!(
                        "{key}: {}",
                        text::excerpt(&Check::Command(words.clone()).line(), 200)
                    ));
                }
                list.push(Asked {
                    key: key.clone(),
                    work: Words::Own(words.clone()),
                    check: None,
                    limit: limit.unwrap_or(LIMIT),
                });
            }
            Some(Check::Named(name)) => {
                let declared = match &mut gates {
                    Some(gates) => gates,
                    none => none.insert(read_gates(session)?),
                };
                let named = Named::plan(session, at, (task, key, name), declared, limit)?;
                list.push(Asked {
                    key: key.clone(),
                    check: Some(name.clone()),
                    limit: named.limit,
                    work: Words::Named(Box::new(named)),
                });
            }
        }
    }
    if foreign.is_empty() {
        return Ok(list);
    }
    let what = format!(
        "{} would run commands that came to this clone with the state: {}",
        task.id,
        foreign.join("; ")
    );
    let trust = command(&["git", "lane", "trust", task.id.as_str()]);
    Err(Refusal::new(&ground::COMMAND_NOT_TRUSTED, what)
        .hint(trust)
        .into())
}

/// The checks that the integration branch declares, where its policy is read too.
pub(crate) fn read_gates(session: &Session<'_>) -> Result<Gates, CliError> {
    let main = integration::name(&session.store())?;
    let Some(policy) = lane_store::find_policy(session.repo, &main)? else {
        return gates_of(b"");
    };
    let tree = session.repo.commit(policy.commit)?.tree;
    match session.repo.entry_at(tree, GATES_PATH)? {
        Some(entry) => {
            let bytes = session.repo.blob(entry.oid, codec::MAX_BYTES);
            gates_of(&bytes.map_err(|e| CliError::Usage(format!("{GATES_PATH}: {e}")))?)
        }
        None => gates_of(b""),
    }
}

fn gates_of(text: &[u8]) -> Result<Gates, CliError> {
    Gates::parse(text).map_err(|e| {
        CliError::setup(
            format!("{GATES_PATH} on the integration branch: {e}"),
            format!("git lane policy validate {GATES_PATH}"),
        )
    })
}

/// What is wrong with the text of `.agents/gates.toml`.
pub(crate) fn gates_fault(text: &[u8]) -> Result<(), String> {
    Gates::parse(text).map(drop).map_err(|fault| fault.to_string())
}

/// Runs one check in the lane's worktree. A run that changed the tree, HEAD or `core.bare` has no result.
pub(crate) fn run(
    session: &Session<'_>,
    at: &AtLane,
    asked: &Asked,
    interrupt: &Interrupt,
) -> Result<Ran, CliError> {
    let outcome = outcome(session, at, asked, interrupt)?;
    recorded(asked, outcome, at.moved()?, &at.command("git status"))
}

/// Runs one check in a worktree for a while, which it may change as it likes; what all worktrees share it may not.
pub(crate) fn run_aside(
    session: &Session<'_>,
    at: &AtLane,
    asked: &Asked,
    interrupt: &Interrupt,
) -> Result<Ran, CliError> {
    let outcome = outcome(session, at, asked, interrupt)?;
    recorded(asked, outcome, at.shared_changed()?, "git lane doctor")
}

/// The run, unless it changed what it must not; `look` is the command that shows it.
fn recorded(asked: &Asked, outcome: Outcome, moved: Option<String>, look: &str) -> Result<Ran, CliError> {
    let Some(what) = moved else {
        return Ok(Ran {
            key: asked.key.clone(),
            outcome,
        });
    };
    let what = format!("while {} ran, {what}; its result is not recorded", asked.key);
    Err(Refusal::new(&ground::CHECK_CHANGED_TREE, what).hint(look).into())
}

fn outcome(
    session: &Session<'_>,
    at: &AtLane,
    asked: &Asked,
    interrupt: &Interrupt,
) -> Result<Outcome, CliError> {
    Ok(match ended(session, at, asked, interrupt)? {
        Ended::Ran(run, wrong) => {
            if run.held_open {
                paint::warning(&format!(
                    "{} left a process behind that keeps its output open; what it prints later is not in the digest",
                    asked.key
                ));
            }
            outcome_of(at, asked, &run, wrong.as_deref())
        }
        Ended::NotStarted(why) => not_started(at, asked, &why),
    })
}

fn ended(
    session: &Session<'_>,
    at: &AtLane,
    asked: &Asked,
    interrupt: &Interrupt,
) -> Result<Ended, CliError> {
    let words = match &asked.work {
        Words::Named(named) => return named.run(at, session.source, interrupt),
        Words::Own(words) => words,
    };
    let job = Job {
        words,
        dir: &at.path,
        limit: asked.limit,
    };
    match lane_gate::run(&job, interrupt) {
        Ok(run) => {
            let wrong = (!run.ending.success()).then(|| "it failed".to_owned());
            Ok(Ended::Ran(Box::new(run), wrong))
        }
        Err(RunError::Interrupted) => Err(CliError::Interrupted),
        Err(fault) => Ok(Ended::NotStarted(fault.to_string())),
    }
}

/// `wrong`: what is wrong with the run; where it ended well all the same, this is what is recorded of it.
fn outcome_of(at: &AtLane, asked: &Asked, run: &lane_gate::Run, wrong: Option<&str>) -> Outcome {
    let failed = wrong.is_some();
    let mut lines = run.excerpt.clone();
    let exit = match (wrong, run.ending.code()) {
        (None, _) => 0,
        (Some(wrong), 0 | NO_TESTS) => {
            lines = format!("({wrong})\n{lines}");
            NO_TESTS
        }
        (Some(_), code) => code,
    };
    if matches!(run.ending, lane_gate::Ending::TimedOut) {
        lines = format!(
            "(ended by the time limit of {} s)\n{lines}",
            asked.limit.as_secs()
        );
    }
    Outcome {
        command: asked.line(),
        check: asked.check.clone(),
        exit,
        secs: run.secs,
        tree: at.tree.to_string(),
        digest: run.digest.clone(),
        signature: failed.then(|| run.signature.clone()),
        lines: (failed && !lines.is_empty()).then(|| cut(&lines)),
        made: None,
    }
}

fn not_started(at: &AtLane, asked: &Asked, words: &str) -> Outcome {
    use sha2::Digest as _;
    let hex = |text: &[u8]| -> String {
        sha2::Sha256::digest(text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    Outcome {
        command: asked.line(),
        check: asked.check.clone(),
        exit: NOT_STARTED,
        secs: 0.0,
        tree: at.tree.to_string(),
        digest: format!("sha256:{}", hex(b"")),
        signature: Some(format!("sha256:{}", &hex(words.as_bytes())[..16])),
        lines: Some(cut(&text::escape_block(words))),
        made: None,
    }
}

/// The end of a text, at most as long as a record keeps.
fn cut(text: &str) -> String {
    if text.len() <= LINES_BYTES {
        return text.to_owned();
    }
    let from = (text.len() - LINES_BYTES..text.len()).find(|at| text.is_char_boundary(*at));
    text[from.unwrap_or(text.len())..].to_owned()
}
