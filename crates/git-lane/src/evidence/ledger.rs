//! Whether a record says what its event in the ledger says: a record that was edited by hand does not.

use std::collections::BTreeMap;

use lane_core::event::Event;
use lane_core::event::Message;
use lane_core::event::Payload;
use lane_core::record::Checkpoint;
use lane_core::record::Made;
use lane_core::record::Outcome;
use lane_core::record::Results;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::record::Verdict;
use lane_store::Store;

use crate::error::CliError;

/// The most events that are walked back for one.
const WALK_MAX: u64 = 10_000_000;

/// The events with these numbers, found by walking back from the tip: the number of each event is one less than that
/// of the one after it.
fn events(store: &Store<'_>, wanted: &[u64]) -> Result<BTreeMap<u64, Event>, CliError> {
    let mut found = BTreeMap::new();
    let (Some(tip), Some(lowest)) = (store.tip()?, wanted.iter().min()) else {
        return Ok(found);
    };
    let mut at: Option<u64> = None;
    let mut walked = 0;
    for commit in store.repo().first_parents(tip) {
        let commit = commit?;
        walked += 1;
        let due = at.is_none_or(|seq| wanted.contains(&seq));
        let event = if due {
            let text = String::from_utf8_lossy(&commit.message);
            Message::find(&text).ok().and_then(|m| m.event().ok())
        } else {
            None
        };
        let seq = match (at, &event) {
            (None, Some(event)) => event.seq,
            (None, None) => break,
            (Some(seq), _) => seq,
        };
        if let Some(event) = event.filter(|event| event.seq == seq && wanted.contains(&seq)) {
            found.insert(seq, event);
        }
        if seq <= *lowest || walked > WALK_MAX {
            break;
        }
        at = Some(seq - 1);
    }
    Ok(found)
}

/// Whether a record names the event as the one that it was made by.
fn made_by(event: &Event, made: &Made) -> bool {
    event.seq == made.seq && event.by == made.by && event.clone == made.clone && event.at == made.at
}

/// Whether the event that made the checkpoint says exactly this.
pub(crate) fn checkpoint_as_said(store: &Store<'_>, record: &Checkpoint) -> Result<bool, CliError> {
    let Some(made) = &record.made else {
        return Ok(false);
    };
    let event = events(store, &[made.seq])?.remove(&made.seq);
    let Some(event) = event else { return Ok(false) };
    let plain = Checkpoint {
        made: None,
        ..record.clone()
    };
    Ok(made_by(&event, made)
        && match &event.what {
            Payload::TaskHandedOff { checkpoint }
            | Payload::TaskCheckpointed { checkpoint }
            | Payload::TaskJudged {
                checkpoint: Some(checkpoint),
                ..
            } => **checkpoint == plain,
            _ => false,
        })
}

/// The task's verdicts that the events which made them say too; others were said by nobody.
pub(crate) fn verdicts_as_said(store: &Store<'_>, task: &Task) -> Result<BTreeMap<Stage, Verdict>, CliError> {
    let made = task.verdict.values().filter_map(|verdict| verdict.made.as_ref());
    let numbers: Vec<u64> = made.map(|made| made.seq).collect();
    let events = events(store, &numbers)?;
    let is_said = |record: &Verdict| {
        let made = record.made.as_ref()?;
        let event = events.get(&made.seq).filter(|event| made_by(event, made))?;
        let Payload::TaskJudged {
            task: of, verdict, ..
        } = &event.what
        else {
            return None;
        };
        let plain = Verdict {
            made: None,
            ..record.clone()
        };
        (*of == task.id && **verdict == plain).then_some(())
    };
    let sound = task
        .verdict
        .iter()
        .filter(|(_, record)| is_said(record).is_some());
    Ok(sound.map(|(stage, record)| (*stage, record.clone())).collect())
}

/// The results that the events which made them say too; others are no evidence.
pub(crate) fn outcomes_as_said(
    store: &Store<'_>,
    results: &Results,
) -> Result<BTreeMap<String, Outcome>, CliError> {
    let sound = as_said(store, results, &results.acceptance, false)?;
    Ok(sound.into_iter().map(|(key, (run, _))| (key, run)).collect())
}

/// The runs at the base that the events which made them say too, each with the tip of the lane that it was run for.
pub(crate) fn proofs_as_said(
    store: &Store<'_>,
    results: &Results,
) -> Result<BTreeMap<String, (Outcome, String)>, CliError> {
    as_said(store, results, &results.before, true)
}

fn as_said(
    store: &Store<'_>,
    results: &Results,
    runs: &BTreeMap<String, Outcome>,
    at_base: bool,
) -> Result<BTreeMap<String, (Outcome, String)>, CliError> {
    let made = runs.values().filter_map(|run| run.made.as_ref());
    let numbers: Vec<u64> = made.map(|made| made.seq).collect();
    let events = events(store, &numbers)?;
    let said = |key: &String, outcome: &Outcome| {
        let made = outcome.made.as_ref()?;
        let event = events.get(&made.seq).filter(|event| made_by(event, made))?;
        let Payload::TaskChecked {
            task,
            tip,
            results: ran,
            before,
            ..
        } = &event.what
        else {
            return None;
        };
        let plain = Outcome {
            made: None,
            ..outcome.clone()
        };
        let ran = if at_base { before } else { ran };
        (*task == results.task && ran.get(key) == Some(&plain)).then(|| tip.clone())
    };
    let sound = runs
        .iter()
        .filter_map(|(key, run)| Some((key.clone(), (run.clone(), said(key, run)?))));
    Ok(sound.collect())
}
