//! `git lane handoff`: writes what a lane delivers, taken from git and from runs, and moves its task on.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::process::ExitCode;

use lane_core::apply::open_dependencies;
use lane_core::apply::unproven;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::CheckpointId;
use lane_core::id::TaskId;
use lane_core::moves;
use lane_core::moves::Situation;
use lane_core::moves::Verb;
use lane_core::policy::Role;
use lane_core::record::Cause;
use lane_core::record::Checkpoint;
use lane_core::record::Outcome as CheckOutcome;
use lane_core::record::Phase;
use lane_core::record::Removal;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_rules::Rewritten;
use lane_store::Code;
use lane_store::StoreError;

use super::Outcome;
use super::check;
use super::check_before;
use crate::delivery;
use crate::delivery::Declared;
use crate::delivery::HandingOff;
use crate::error::CliError;
use crate::evidence;
use crate::evidence::AtLane;
use crate::evidence::Delivery;
use crate::gate;
use crate::integration;
use crate::publishing;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;

/// Deliver a task: commits, files and results are taken from git and from runs, and the task moves on.
///
/// Checks whose result for this tree is missing are run first, regression checks also at the merge base, then those of
/// the gate that no receipt shows; one that fails refuses the handoff. What the gate's checks came to is a part of the record. A later commit,
/// amend or rebase makes the handoff stale: hand off again. Branch and state go to the shared remote in one push, all
/// or none, and the pre-push hooks run; without a shared remote the branch can be pushed as soon as it matches.
#[derive(Debug, clap::Args)]
pub(crate) struct Handoff {
    /// The task (default: this worktree's, else the only one that you hold)
    pub(crate) id: Option<TaskId>,
    /// What is left to worry about: one line; may be repeated (default: what the handoff before this one said)
    #[arg(long = "risk", value_name = "TEXT")]
    pub(crate) risks: Vec<String>,
    /// The next slice that you recommend: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) next: Option<String>,
    /// Of a defect: what was wrong, one sentence (default: what the handoff before this one said)
    #[arg(long, value_name = "TEXT", requires_all = ["layer", "file"])]
    pub(crate) cause: Option<String>,
    /// The layer that owns the cause: one line
    #[arg(long, value_name = "TEXT", requires_all = ["cause", "file"])]
    pub(crate) layer: Option<String>,
    /// The file in which it is mended: one that this lane changes
    #[arg(long, value_name = "PATH", requires_all = ["cause", "layer"])]
    pub(crate) file: Option<String>,
    /// A file in which this lane removed a test or check on purpose, or switched it off; may be repeated, each with its --why
    #[arg(long, value_name = "PATH")]
    pub(crate) removes: Vec<String>,
    /// Why it was removed: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Handoff) -> Outcome {
    let store = session.store();
    let task = evidence::spoken_for(session, &store.view()?, args.id.as_ref())?;
    check::may_record(session, &task)?;
    let at = AtLane::find(session, &task)?;
    at.clean()?;
    let base = integration::delivery_base(session.repo, &integration::name(&store)?, at.tip)?;
    let delivery = match base {
        Some(base) => Delivery::between(session.repo, base, at.tip)?,
        None => {
            return Err(nothing(
                &task,
                "has no commit in common with the integration branch",
            ));
        }
    };
    if delivery.commits.is_empty() {
        return Err(nothing(
            &task,
            "has no commit that the integration branch does not have",
        ));
    }
    let rules = base
        .map(|base| HandingOff::of(session, &task, &at, base))
        .transpose()?;
    let declared = declared(args, &delivery, rules.as_ref())?;
    let base_tree = match base {
        Some(base) => session.repo.commit(base)?.tree.to_string(),
        None => String::new(),
    };
    let mut gate = BTreeMap::new();
    let situation = Situation::of(&task, &store.view()?.policy()?);
    if moves::find(situation, Verb::Handoff).is_some()
        && let (Some(base), Some(rules)) = (base, &rules)
    {
        if let Some(code) = rules.refused_before_runs(&declared)? {
            return Ok(code);
        }
        run_missing(session, &task, &at)?;
        check_before::run_missing(session, &task, &at, base)?;
        gate = gate::handing_off(session, &at, base, &rules.contract_checks()?)?;
        if let Some(code) = rules.refused(&declared, &gate)? {
            return Ok(code);
        }
    }
    let actor = session.actor(Role::Worker)?;
    let code = Code {
        tip: at.tip,
        to: format!("refs/heads/{}", task.branch),
    };
    let committed = publishing::deliver(session, &actor, Some(&code), &mut |view| {
        // Decided anew on each state: only what stands in it counts.
        let now = view
            .task(&task.id)?
            .map_or_else(|| task.clone(), Found::into_task);
        let known = view.results(&task.id)?.unwrap_or_else(|| Results::none(&task.id));
        let last = now.checkpoints.max(1);
        // One that cannot be read was edited by hand; what it said is lost, and this handoff does not need it.
        let before = view.checkpoint(&task.id, &CheckpointId::nth(last)).ok().flatten();
        // What the writer said before stands until it is said anew; of a handoff also its risks and the next slice.
        let before = before.filter(|_| now.checkpoints > 0);
        let delivered = before.clone().filter(Checkpoint::is_handoff);
        let done = before.map(|b| b.done).unwrap_or_default();
        let (old_risks, old_next) = delivered.map(|b| (b.risks, b.next)).unwrap_or_default();
        Ok(Payload::TaskHandedOff {
            checkpoint: Box::new(Checkpoint {
                depends_satisfied: open_dependencies(view, &now)?.is_empty(),
                base: base.map(|base| base.to_string()),
                commits: delivery.commits.clone(),
                more_commits: delivery.more_commits.clone(),
                files: delivery.files.clone(),
                more_files: delivery.more_files.clone(),
                risks: if args.risks.is_empty() {
                    old_risks
                } else {
                    args.risks.clone()
                },
                next: args.next.clone().or(old_next),
                done,
                removes: declared.removes.clone(),
                cause: declared.cause.clone(),
                before: at_base(&now, known.before, &base_tree),
                acceptance: of_contract(&now, known.acceptance),
                gate: gate.clone(),
                ..Checkpoint::next(
                    &now,
                    view.policy()?.pipeline.onwards(Phase::Review),
                    at.tip.to_string(),
                    at.tree.to_string(),
                )
            }),
        })
    });
    let committed = committed.map_err(|fault| mended(fault, &task))?;
    if let Payload::TaskHandedOff { checkpoint } = &committed.event.what {
        let record = store.view()?.checkpoint(&task.id, &checkpoint.checkpoint)?;
        let rewritten = rules.as_ref().map_or(Ok(None), HandingOff::rewritten)?;
        let record_now = record.as_ref().unwrap_or(checkpoint);
        print(session, args, (&task, record_now), rewritten.as_ref())?;
        let changes = rules.as_ref().map_or(&[][..], HandingOff::changes);
        delivery::tell_owners(session, &actor, record_now, changes);
    }
    Ok(ExitCode::SUCCESS)
}

fn nothing(task: &Task, what: &str) -> CliError {
    let what = format!("branch {} {what}", task.branch);
    let show = command(&["git", "lane", "show", task.id.as_str()]);
    Refusal::new(&ground::NOTHING_TO_HAND_OFF, what).hint(show).into()
}

/// The runs that belong to the contract's checks: evidence for anything else is none.
fn of_contract(task: &Task, shown: BTreeMap<String, CheckOutcome>) -> BTreeMap<String, CheckOutcome> {
    shown
        .into_iter()
        .filter(|(key, _)| task.acceptance.get(key).is_some_and(|c| c.check.is_some()))
        .collect()
}

/// The runs of regression checks at this base.
fn at_base(
    task: &Task,
    shown: BTreeMap<String, CheckOutcome>,
    base_tree: &str,
) -> BTreeMap<String, CheckOutcome> {
    let is_its = |key: &str, run: &CheckOutcome| {
        let criterion = task.acceptance.get(key).filter(|c| c.is_regression());
        let check = criterion.and_then(|criterion| criterion.check.as_ref());
        run.tree == base_tree && check.is_some_and(|check| run.is_of(check))
    };
    shown.into_iter().filter(|(key, run)| is_its(key, run)).collect()
}

/// The cause as it is said now; clap sees to it that all of it is.
fn cause(args: &Handoff, delivery: &Delivery) -> Result<Option<Cause>, CliError> {
    let (Some(text), Some(layer), Some(file)) = (&args.cause, &args.layer, &args.file) else {
        return Ok(None);
    };
    let path = text::escape_path(file.as_bytes());
    if !delivery.changed.contains(&path) {
        let what = format!("--file {path}: this lane does not change that file");
        return Err(CliError::Usage(what));
    }
    Ok(Some(Cause {
        text: text.clone(),
        layer: layer.clone(),
        file: path,
    }))
}

/// `apply` names what a run would mend; here it was run already, so the state must have changed meanwhile.
fn mended(fault: StoreError, task: &Task) -> CliError {
    match fault {
        StoreError::Refused(no) if no.ground.id == ground::ACCEPTANCE_STALE.id => no
            .hint(command(&["git", "lane", "handoff", task.id.as_str()]))
            .into(),
        other => other.into(),
    }
}

/// What the writer declares, now or in the handoff before this one.
fn declared(
    args: &Handoff,
    delivery: &Delivery,
    rules: Option<&HandingOff<'_>>,
) -> Result<Declared, CliError> {
    let removes = removes(args, &|path| rules.is_some_and(|rules| rules.takes_away(path)))?;
    Ok(Declared {
        removes: rules.map_or_else(BTreeMap::new, |rules| rules.removes(removes)),
        cause: cause(args, delivery)?.or_else(|| rules.and_then(HandingOff::cause)),
    })
}

fn removes(args: &Handoff, takes_away: &dyn Fn(&str) -> bool) -> Result<BTreeMap<String, Removal>, CliError> {
    if args.removes.len() != args.why.len() {
        return Err(CliError::Usage(
            "each --removes PATH has its own --why TEXT".to_owned(),
        ));
    }
    let mut declared = BTreeMap::new();
    for (path, why) in args.removes.iter().zip(&args.why) {
        let path = text::escape_path(path.as_bytes());
        if !takes_away(&path) {
            let what = format!("--removes {path}: this lane does not remove that file, nor tests in it");
            return Err(CliError::Usage(what));
        }
        declared.insert(path, Removal { why: why.clone() });
    }
    Ok(declared)
}

/// Runs the checks that have no sound result for this tree, and refuses what fails.
fn run_missing(session: &Session<'_>, task: &Task, at: &AtLane) -> Result<(), CliError> {
    let store = session.store();
    let known = match store.view()?.results(&task.id)? {
        Some(results) => evidence::outcomes_as_said(&store, &results)?,
        None => BTreeMap::new(),
    };
    let tree = at.tree.to_string();
    // A failure on this very tree stays one until `check` says otherwise; all else that stands against a run is mended
    // by another.
    let due: BTreeSet<String> = unproven(task, &known, &known, &tree)
        .into_iter()
        .filter(|(_, no)| no.ground.id != ground::ACCEPTANCE_FAILED.id)
        .map(|(key, _)| key)
        .collect();
    let asked = evidence::asked(session, (task, at), None, &|key| due.contains(key))?;
    let mut results: BTreeMap<String, CheckOutcome> = known
        .iter()
        .filter(|(key, run)| !due.contains(*key) && run.tree == tree)
        .map(|(key, run)| (key.clone(), run.clone()))
        .collect();
    if !asked.is_empty() {
        let ran = check::run_and_record(session, task, at, &asked, None)?;
        results.extend(ran);
    }
    match check::failures(task, &of_contract(task, results.clone())) {
        Some(no) => {
            check::print(&results);
            Err(no.into())
        }
        None => Ok(()),
    }
}

fn print(
    session: &Session<'_>,
    args: &Handoff,
    (task, record): (&Task, &Checkpoint),
    rewritten: Option<&Rewritten>,
) -> Result<(), CliError> {
    if args.json {
        json::out(&serde_json::to_value(record).unwrap_or_default());
    } else {
        for line in evidence::handoff_text(session.repo, task, record, rewritten) {
            paint::out(&line);
        }
    }
    paint::note(&format!(
        "{} is in {}; its locks are kept until it is done or resumed",
        task.id, record.status
    ));
    let link = publishing::link(session, &session.store())?;
    match (link, lane_store::remote_name(session.repo)?) {
        (Some(link), _) => paint::note(&format!(
            "branch {} and state are on {}",
            task.branch,
            link.remote()
        )),
        (None, Some(remote)) => paint::hint(&command(&["git", "push", "--", &remote, &task.branch])),
        (None, None) => {}
    }
    Ok(())
}
