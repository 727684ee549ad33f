//! Evidence as the binary would make it of a lane: runs, checkpoints and handoffs that are true of a state.

use std::collections::BTreeMap;

use lane_core::apply::open_dependencies;
use lane_core::event::Payload;
use lane_core::id::CheckpointId;
use lane_core::record::Acceptance;
use lane_core::record::Check;
use lane_core::record::Checkpoint;
use lane_core::record::Outcome;
use lane_core::record::Phase;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::view::View as _;

use super::fixture::Fixture;
use super::fixture::task_id;
use super::fixture::texts;

pub(crate) const BASE: &str = "b000000000000000000000000000000000000000";
pub(crate) const TIP: &str = "c000000000000000000000000000000000000000";
pub(crate) const TREE: &str = "7000000000000000000000000000000000000000";
pub(crate) const OTHER: &str = "0000000000000000000000000000000000000abc";
pub(crate) const DIGEST: &str = "sha256:00112233445566778899aabbccddeeff";

/// A criterion whose check is this command.
pub(crate) fn runs(words: &[&str]) -> Acceptance {
    criterion(Some(Check::Command(texts(words))))
}

/// A criterion whose check is the policy's.
pub(crate) fn named(check: &str) -> Acceptance {
    criterion(Some(Check::Named(check.to_owned())))
}

pub(crate) fn criterion(check: Option<Check>) -> Acceptance {
    Acceptance {
        text: "a criterion".to_owned(),
        check,
        purpose: Vec::new(),
        extra: toml::Table::new(),
    }
}

/// `a1` is a command, `a2` a check of the policy, `a3` is seen by people.
pub(crate) fn three_criteria(task: &mut Task) {
    let all = [
        ("a1", runs(&["cargo", "test"])),
        ("a2", named("unit")),
        ("a3", criterion(None)),
    ];
    task.acceptance = all.map(|(key, criterion)| (key.to_owned(), criterion)).into();
}

/// A run of a check on [`TREE`] that passed.
pub(crate) fn passed(check: &Check) -> Outcome {
    let name = match check {
        Check::Named(name) => Some(name.clone()),
        Check::Command(_) => None,
    };
    Outcome {
        command: name
            .as_ref()
            .map_or_else(|| check.line(), |name| format!("run {name}")),
        check: name,
        exit: 0,
        secs: 3.25,
        tree: TREE.to_owned(),
        digest: DIGEST.to_owned(),
        signature: None,
        lines: None,
        made: None,
    }
}

/// The same run, failing in a way that `sign` (hex digits) tells apart.
pub(crate) fn failed(check: &Check, sign: &str) -> Outcome {
    Outcome {
        exit: 101,
        signature: Some(format!("sha256:{sign:0>32}")),
        lines: Some(format!("failed: {sign}")),
        ..passed(check)
    }
}

/// Runs of all checks of a task, each as `run` makes it.
pub(crate) fn results_of(task: &Task, run: impl Fn(&Check) -> Outcome) -> BTreeMap<String, Outcome> {
    let checks = task
        .acceptance
        .iter()
        .filter_map(|(key, c)| Some((key, c.check.as_ref()?)));
    checks.map(|(key, check)| (key.clone(), run(check))).collect()
}

pub(crate) fn checked(id: &str, results: BTreeMap<String, Outcome>) -> Payload {
    Payload::TaskChecked {
        task: task_id(id),
        tip: TIP.to_owned(),
        remedy: None,
        results,
        before: BTreeMap::new(),
    }
}

/// All checks of the task, passed.
pub(crate) fn all_passed(f: &Fixture, id: &str) -> Payload {
    checked(id, results_of(&f.any(id), passed))
}

pub(crate) fn recorded(f: &Fixture, id: &str) -> Results {
    let found = f.state.results(&task_id(id)).unwrap();
    found.unwrap_or_else(|| Results::none(&task_id(id)))
}

/// The next checkpoint of the task, saying where it is.
pub(crate) fn checkpoint(f: &Fixture, id: &str) -> Checkpoint {
    let task = f.any(id);
    let mut next = Checkpoint::plain(
        task.id.clone(),
        CheckpointId::nth(task.checkpoints + 1),
        task.claim
            .as_ref()
            .map_or_else(|| id.to_owned(), |c| c.lane.clone()),
        task.status,
        TIP.to_owned(),
        TREE.to_owned(),
    );
    next.depends_satisfied = open_dependencies(&f.state, &task).unwrap().is_empty();
    next
}

/// The handoff of the task with what the state has recorded of its checks.
pub(crate) fn handoff(f: &Fixture, id: &str) -> Checkpoint {
    let task = f.any(id);
    let mut runs = recorded(f, id).acceptance;
    runs.retain(|key, _| task.acceptance.get(key).is_some_and(|c| c.check.is_some()));
    Checkpoint {
        status: f.state.policy().unwrap().pipeline.onwards(Phase::Review),
        base: Some(BASE.to_owned()),
        commits: vec![TIP.to_owned()],
        files: texts(&["src/a"]),
        risks: texts(&["none known"]),
        next: Some("review".to_owned()),
        done: texts(&["all of it"]),
        acceptance: runs,
        ..checkpoint(f, id)
    }
}

pub(crate) fn checkpointed(checkpoint: Checkpoint) -> Payload {
    let checkpoint = Box::new(checkpoint);
    Payload::TaskCheckpointed { checkpoint }
}

pub(crate) fn handed_off(checkpoint: Checkpoint) -> Payload {
    let checkpoint = Box::new(checkpoint);
    Payload::TaskHandedOff { checkpoint }
}

pub(crate) fn resumed(id: &str) -> Payload {
    Payload::TaskResumed { task: task_id(id) }
}

pub(crate) fn noted(id: &str, text: &str) -> Payload {
    Payload::NoteAdded {
        task: task_id(id),
        text: text.to_owned(),
    }
}
