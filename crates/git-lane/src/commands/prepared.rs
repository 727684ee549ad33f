//! What a lane delivers, prepared: a clean worktree, the delivery from git, the runs that were missing, the gate and the
//! rules. The same for a handoff and for a verdict on a commit that came after it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::process::ExitCode;

use lane_core::apply::acceptance_is_due;
use lane_core::apply::open_dependencies;
use lane_core::apply::unproven;
use lane_core::ground;
use lane_core::id::CheckpointId;
use lane_core::moves;
use lane_core::moves::Situation;
use lane_core::moves::Verb;
use lane_core::record::Cause;
use lane_core::record::Checkpoint;
use lane_core::record::GateRun;
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
use lane_git::Oid;
use lane_rules::Changed;
use lane_rules::Rewritten;
use lane_store::StoreError;
use lane_store::TreeView;

use super::check;
use super::check_before;
use super::task_commits;
use crate::delivery::Declared;
use crate::delivery::HandingOff;
use crate::error::CliError;
use crate::evidence;
use crate::evidence::AtLane;
use crate::evidence::Delivery;
use crate::gate;
use crate::integration;
use crate::session::Session;
use crate::show::paint;

/// What the writer says beside what git and the runs say.
#[derive(Debug, clap::Args)]
pub(crate) struct Words {
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
}

impl Words {
    /// All of it as options, to be said again. A cause of which a part is blank is none.
    pub(super) fn again(&self) -> Vec<String> {
        let cause = [
            ("--cause", &self.cause),
            ("--layer", &self.layer),
            ("--file", &self.file),
        ];
        let whole = cause
            .iter()
            .all(|(_, said)| said.as_ref().is_some_and(|said| !said.trim().is_empty()));
        let risks = self.risks.iter().map(|risk| ("--risk", risk));
        let next = self.next.iter().map(|next| ("--next", next));
        let cause = cause
            .into_iter()
            .filter(|_| whole)
            .filter_map(|(name, said)| Some((name, said.as_ref()?)));
        let removes = self.removes.iter().zip(&self.why);
        let removes = removes.flat_map(|(path, why)| [("--removes", path), ("--why", why)]);
        let all = risks.chain(next).chain(cause).chain(removes);
        all.flat_map(|(name, value)| option(name, value)).collect()
    }

    /// Whether nothing is said.
    pub(super) fn is_empty(&self) -> bool {
        let lists = [&self.risks, &self.removes, &self.why];
        let said = [&self.next, &self.cause, &self.layer, &self.file];
        lists.iter().all(|list| list.is_empty()) && said.iter().all(|one| one.is_none())
    }
}

/// An option with its value, which may look like another option.
fn option(name: &str, value: &str) -> Vec<String> {
    match value.starts_with('-') {
        true => vec![format!("{name}={value}")],
        false => vec![name.to_owned(), value.to_owned()],
    }
}

/// A delivery that may be recorded.
pub(super) struct Prepared<'a> {
    task: &'a Task,
    at: &'a AtLane,
    said: &'a Words,
    base: Oid,
    base_tree: String,
    delivery: Delivery,
    rules: HandingOff<'a>,
    declared: Declared,
    gate: BTreeMap<String, GateRun>,
}

impl<'a> Prepared<'a> {
    /// Prepares it for `verb`, given by the command line `again`: where the task's phase knows that, checks, gate and rules are run. The exit code that
    /// refuses, where a rule does; what it found is printed then.
    ///
    /// # Errors
    /// When the worktree is not clean, there is nothing to deliver, or a run fails.
    pub(super) fn of(
        session: &'a Session<'a>,
        (task, at): (&'a Task, &'a AtLane),
        said: &'a Words,
        (verb, again): (Verb, &'a str),
    ) -> Result<Result<Self, ExitCode>, CliError> {
        let store = session.store();
        at.clean()?;
        let main = integration::name(&store)?;
        let base = integration::delivery_base(session.repo, &main, at.tip)?;
        let Some(base) = base else {
            let what = "has no commit in common with the integration branch";
            return Err(nothing(task, what));
        };
        let delivery = Delivery::between(session.repo, base, at.tip)?;
        let branch = format!("refs/heads/{}", task.branch);
        let carries = || -> Result<bool, CliError> {
            Ok(!task_commits::of_task(session.repo, &[&branch], &task.id, None, 1)?.is_empty())
        };
        if delivery.commits.is_empty() && carries()? {
            return Err(landed_already(task));
        }
        if delivery.commits.is_empty() {
            let what = "has no commit that the integration branch does not have: commit first";
            return Err(nothing(task, what));
        }
        // What others left on the local integration branch is not this lane's because it begins there.
        let is_on_main = integration::fork_point(session.repo, &main, at.tip)? == Some(at.tip);
        if is_on_main && !carries()? {
            return Err(nothing(task, "has no commit of its own"));
        }
        let rules = HandingOff::of(session, (task, at), base, again)?;
        let declared = declared(said, &delivery, &rules)?;
        let mut gate = BTreeMap::new();
        let policy = store.view()?.policy()?;
        if let Some(row) = moves::find(Situation::of(task, &policy), verb) {
            if let Some(code) = rules.refused_before_runs(&declared)? {
                return Ok(Err(code));
            }
            let is_due = acceptance_is_due(&policy.pipeline, row.leads_to(&policy.pipeline));
            run_missing(session, (task, at), is_due)?;
            check_before::run_missing(session, task, at, base)?;
            gate = gate::handing_off(session, at, base, &rules.contract_checks()?)?;
            if let Some(code) = rules.refused(&declared, &gate, verb)? {
                return Ok(Err(code));
            }
        }
        Ok(Ok(Self {
            task,
            at,
            said,
            base,
            base_tree: session.repo.commit(base)?.tree.to_string(),
            delivery,
            rules,
            declared,
            gate,
        }))
    }

    /// The net difference.
    pub(super) fn changes(&self) -> &[Changed] {
        self.rules.changes()
    }

    /// How the task's acceptance was edited since it was claimed.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(super) fn rewritten(&self) -> Result<Option<Rewritten>, CliError> {
        self.rules.rewritten()
    }

    /// The evidence as it is recorded on this state, leading to `status`. Decided anew on each state: only what stands
    /// in it counts.
    ///
    /// # Errors
    /// When a record cannot be read.
    pub(super) fn checkpoint(&self, view: &TreeView<'_>, status: Phase) -> Result<Checkpoint, StoreError> {
        let (task, said) = (self.task, self.said);
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
        Ok(Checkpoint {
            depends_satisfied: open_dependencies(view, &now)?.is_empty(),
            base: Some(self.base.to_string()),
            commits: self.delivery.commits.clone(),
            more_commits: self.delivery.more_commits.clone(),
            files: self.delivery.files.clone(),
            more_files: self.delivery.more_files.clone(),
            risks: if said.risks.is_empty() {
                old_risks
            } else {
                said.risks.clone()
            },
            next: said.next.clone().or(old_next),
            done,
            removes: self.declared.removes.clone(),
            cause: self.declared.cause.clone(),
            before: at_base(&now, known.before, &self.base_tree),
            acceptance: of_contract(&now, known.acceptance, &self.at.tree.to_string()),
            gate: self.gate.clone(),
            ..Checkpoint::next(&now, status, self.at.tip.to_string(), self.at.tree.to_string())
        })
    }
}

/// Somebody merged it before it was handed off.
fn landed_already(task: &Task) -> CliError {
    let what = format!(
        "the integration branch has all commits of branch {}: close the task if that is all of it, else commit first",
        task.branch
    );
    let done = command(&["git", "lane", "done", task.id.as_str()]);
    Refusal::new(&ground::NOTHING_TO_HAND_OFF, what).hint(done).into()
}

fn nothing(task: &Task, what: &str) -> CliError {
    let what = format!("branch {} {what}", task.branch);
    let show = command(&["git", "lane", "show", task.id.as_str()]);
    Refusal::new(&ground::NOTHING_TO_HAND_OFF, what).hint(show).into()
}

/// The runs on this tree of the contract's checks: evidence for anything else is none.
pub(super) fn of_contract(
    task: &Task,
    shown: BTreeMap<String, CheckOutcome>,
    tree: &str,
) -> BTreeMap<String, CheckOutcome> {
    let is_its = |key: &str, run: &CheckOutcome| {
        let check = task
            .acceptance
            .get(key)
            .and_then(|criterion| criterion.check.as_ref());
        run.tree == tree && check.is_some_and(|check| run.is_of(check))
    };
    shown.into_iter().filter(|(key, run)| is_its(key, run)).collect()
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

/// The cause as it is said now.
fn cause(said: &Words, delivery: &Delivery) -> Result<Option<Cause>, CliError> {
    // clap sees to it that all of it is there.
    let (Some(text), Some(layer), Some(file)) = (&said.cause, &said.layer, &said.file) else {
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

/// `apply` names what a run would mend; here it was run already, so the state must have changed meanwhile, and the same
/// command again mends it.
pub(super) fn mended(fault: StoreError, again: &str) -> CliError {
    match fault {
        StoreError::Refused(no) if no.ground.id == ground::ACCEPTANCE_STALE.id => no.hint(again).into(),
        other => other.into(),
    }
}

/// What the writer declares, now or in the handoff before this one.
fn declared(said: &Words, delivery: &Delivery, rules: &HandingOff<'_>) -> Result<Declared, CliError> {
    let removes = removes(said, &|path| rules.takes_away(path))?;
    Ok(Declared {
        removes: rules.removes(removes),
        cause: cause(said, delivery)?.or_else(|| rules.cause()),
    })
}

fn removes(said: &Words, takes_away: &dyn Fn(&str) -> bool) -> Result<BTreeMap<String, Removal>, CliError> {
    if said.removes.len() != said.why.len() {
        return Err(CliError::Usage(
            "each --removes PATH has its own --why TEXT".to_owned(),
        ));
    }
    let mut declared = BTreeMap::new();
    for (path, why) in said.removes.iter().zip(&said.why) {
        let path = text::escape_path(path.as_bytes());
        if !takes_away(&path) {
            let what = format!("--removes {path}: this lane does not remove that file, nor tests in it");
            return Err(CliError::Usage(what));
        }
        declared.insert(path, Removal { why: why.clone() });
    }
    Ok(declared)
}

/// A check may be missing until testing is over, and a reviewer should know.
fn say_open(task: &Task, due: &BTreeSet<String>) {
    let keys: Vec<String> = due.iter().take(8).map(|key| text::excerpt(key, 64)).collect();
    let more = due.len().saturating_sub(keys.len());
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    paint::note(&format!(
        "not run on this commit: {}{more}; due before {} leaves testing",
        keys.join(", "),
        task.id
    ));
    paint::hint(&command(&["git", "lane", "check", task.id.as_str()]));
}

/// Runs the checks that have no sound result for this tree, where the acceptance is due, and refuses what fails. Before
/// that it says which have none.
fn run_missing(session: &Session<'_>, (task, at): (&Task, &AtLane), is_due: bool) -> Result<(), CliError> {
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
    if !is_due && !due.is_empty() {
        say_open(task, &due);
    }
    let asked = evidence::asked(session, (task, at), None, &|key| is_due && due.contains(key))?;
    let mut results: BTreeMap<String, CheckOutcome> = known
        .iter()
        .filter(|(key, run)| !due.contains(*key) && run.tree == tree)
        .map(|(key, run)| (key.clone(), run.clone()))
        .collect();
    if !asked.is_empty() {
        let ran = check::run_and_record(session, task, at, &asked, None)?;
        results.extend(ran);
    }
    match check::failures(task, &of_contract(task, results.clone(), &tree)) {
        Some(no) => {
            check::print(&results);
            Err(no.into())
        }
        None => Ok(()),
    }
}
