//! `git lane check --before`: runs a task's regression checks where they must fail, and records that they did.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::policy::Role;
use lane_core::record::ALL_LINES_BYTES;
use lane_core::record::Acceptance;
use lane_core::record::Outcome as CheckOutcome;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::View as _;
use lane_gate::Interrupt;
use lane_git::Oid;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::evidence;
use crate::evidence::AtLane;
use crate::evidence::Before;
use crate::integration;
use crate::publishing;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;

/// Which of them, how long each may take, and how they are shown.
pub(super) struct Wanted<'a> {
    pub(super) keys: &'a [String],
    pub(super) limit: Option<Duration>,
    pub(super) json: bool,
}

/// The command: all that are wanted, whatever is recorded of them.
pub(super) fn run(session: &Session<'_>, task: &Task, at: &AtLane, wanted: &Wanted<'_>) -> Outcome {
    let main = integration::name(&session.store())?;
    let base = integration::delivery_base(session.repo, &main, at.tip)?.filter(|base| *base != at.tip);
    let Some(base) = base else {
        let what = format!("branch {} has no commit that {main} does not have", task.branch);
        return Err(Refusal::new(&ground::NOTHING_TO_HAND_OFF, what)
            .hint(command(&["git", "lane", "show", task.id.as_str()]))
            .into());
    };
    let before = Before::of(session, base, at.tip)?;
    let is_wanted = |key: &String| wanted.keys.is_empty() || wanted.keys.contains(key);
    let regressions = task.acceptance.iter().filter(|(_, c)| c.is_regression());
    let keys: Vec<String> = regressions
        .map(|(key, _)| key.clone())
        .filter(is_wanted)
        .collect();
    if keys.is_empty() {
        paint::note(&format!("{} names no regression check to run", task.id));
        paint::hint(&with_a_proof(task));
    }
    let ran = record(session, (task, at), &before, (&keys, wanted.limit))?;
    if wanted.json {
        json::out(&json!({
            "task": task.id.as_str(),
            "tip": at.tip.to_string(),
            "base": base.to_string(),
            "tree": before.tree.to_string(),
            "before": ran,
        }));
    } else {
        print(&ran, base);
    }
    match unproven(task, &session.store().view()?.policy()?, &ran) {
        Some(no) => {
            crate::show::refusal::print(&no, session.source.now());
            Ok(ExitCode::from(no.ground.class.exit_code()))
        }
        None => Ok(ExitCode::SUCCESS),
    }
}

/// At a handoff: runs those that nothing shows yet, and refuses what shows nothing then.
pub(super) fn run_missing(
    session: &Session<'_>,
    task: &Task,
    at: &AtLane,
    base: Oid,
) -> Result<(), CliError> {
    if !task.acceptance.values().any(Acceptance::is_regression) {
        return Ok(());
    }
    let before = Before::of(session, base, at.tip)?;
    let missing = before.missing(session, task)?;
    let ran = record(session, (task, at), &before, (&missing, None))?;
    match unproven(task, &session.store().view()?.policy()?, &ran) {
        Some(no) => {
            print(&ran, base);
            Err(no.into())
        }
        None => Ok(()),
    }
}

/// Runs these and records what they showed. Nothing is recorded of one that did not start: it was not run.
fn record(
    session: &Session<'_>,
    (task, at): (&Task, &AtLane),
    before: &Before,
    (keys, limit): (&[String], Option<Duration>),
) -> Result<BTreeMap<String, CheckOutcome>, CliError> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    // What may not run here is refused before anything is made for it.
    evidence::asked(session, (task, at), limit, &|key| keys.iter().any(|k| k == key))?;
    let interrupt = Interrupt::install().unwrap_or_else(|_| Interrupt::none());
    let mut ran = before.run(session, task, (keys, limit), &interrupt)?;
    let mut kept = 0;
    for outcome in ran.values_mut() {
        kept += outcome.lines.as_ref().map_or(0, String::len);
        if kept > ALL_LINES_BYTES {
            outcome.lines = None;
        }
    }
    let started: BTreeMap<String, CheckOutcome> = ran
        .iter()
        .filter(|(_, outcome)| outcome.started())
        .map(|(key, outcome)| (key.clone(), outcome.clone()))
        .collect();
    if !started.is_empty() {
        let payload = Payload::TaskChecked {
            task: task.id.clone(),
            tip: at.tip.to_string(),
            remedy: None,
            results: BTreeMap::new(),
            before: started,
        };
        publishing::later(session, &session.actor(Role::Worker)?, &payload)?;
    }
    Ok(ran)
}

/// The results as lines on stdout.
fn print(ran: &BTreeMap<String, CheckOutcome>, base: Oid) {
    let word = |run: &CheckOutcome| match run {
        _ if run.passed() => "PASSES at the base".to_owned(),
        _ if run.is_proof() => format!("fails at the base, exit {}", run.exit),
        _ if run.started() => "TESTED NOTHING at the base".to_owned(),
        _ => "NOT STARTED at the base".to_owned(),
    };
    let row = |(key, run): (&String, &CheckOutcome)| {
        vec![
            key.clone(),
            word(run),
            base.short(),
            format!("{:.1} s", run.secs),
            format!("$ {}", text::excerpt(&run.command, 100)),
        ]
    };
    let rows: Vec<Vec<String>> = ran.iter().map(row).collect();
    for (run, line) in ran.values().zip(table::lines(&rows)) {
        paint::out(&line);
        // Indented: a line of theirs must not look like one of ours.
        for line in run.lines.iter().flat_map(|lines| lines.lines()) {
            paint::out(format!("    {}", text::escape(line)).trim_end());
        }
    }
}

/// The refusal that checks end with which show nothing.
fn unproven(task: &Task, policy: &Adopted, ran: &BTreeMap<String, CheckOutcome>) -> Option<Refusal> {
    let those = |wanted: &dyn Fn(&CheckOutcome) -> bool| -> Vec<&str> {
        let found = ran.iter().filter(|(_, run)| wanted(run));
        found.map(|(key, _)| key.as_str()).collect()
    };
    let (passed, idle) = (
        those(&|run| run.passed()),
        those(&|run| !run.passed() && !run.is_proof()),
    );
    let again = command(&["git", "lane", "check", "--before", task.id.as_str()]);
    if !passed.is_empty() {
        let what = format!(
            "at the merge base, without the change, {} passes too, so it shows nothing of the change: change what it runs, for another check beside it does not help. Of this lane's files only those of `[tests] files` are put there: {}",
            passed.join(", "),
            test_files(policy)
        );
        return Some(
            Refusal::new(&ground::PROOF_PASSES_BEFORE, what)
                .hint(instead(task))
                .hint(again),
        );
    }
    if !idle.is_empty() {
        let what = format!(
            "at the merge base, {} was not run to an end that shows anything: the program or its tests are not there",
            idle.join(", ")
        );
        return Some(
            Refusal::new(&ground::PROOF_NOT_STARTED, what)
                .hint("git lane policy show")
                .hint(with_a_proof(task))
                .hint(again),
        );
    }
    None
}

/// The command that changes a check, with nothing else of the contract: in place where it is the only criterion, for
/// `--accept` replaces all.
fn instead(task: &Task) -> String {
    let id = task.id.as_str();
    let mut all = task.acceptance.values();
    match (all.next(), all.next()) {
        (Some(only), None) => format!(
            "{} --check COMMAND --purpose regression",
            command(&["git", "lane", "task", "edit", id, "--accept", &only.text])
        ),
        _ => format!(
            "{} >FILE && {} FILE",
            command(&["git", "lane", "task", "show", id, "--toml"]),
            command(&["git", "lane", "task", "edit", id, "--from"])
        ),
    }
}

/// The globs of test files, bounded.
fn test_files(policy: &Adopted) -> String {
    text::excerpt(&policy.tests.files.join(" "), 200)
}

/// The command that gives a task a check which fails without the change.
fn with_a_proof(task: &Task) -> String {
    // The placeholders are the reader's to fill, so they are not quoted.
    format!(
        "{} --add-accept TEXT --check COMMAND --purpose regression",
        command(&["git", "lane", "task", "edit", task.id.as_str()])
    )
}
