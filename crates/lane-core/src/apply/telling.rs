//! Who is told of a move: whoever held, reviewed or tested the task that somebody else moved. The move itself writes the
//! note, so that none goes without the other.

use super::Rejection;
use super::Write;
use super::evidence;
use crate::event::Event;
use crate::event::Payload;
use crate::record::Phase;
use crate::record::Task;
use crate::text;

/// How many findings a note repeats.
const FINDINGS: usize = 8;
/// How many characters of each.
const FINDING_CHARS: usize = 200;

/// The note of a move to `to`; none where it takes nothing from anybody else. `task` is as it was before.
pub(super) fn told(event: &Event, task: &Task, to: Phase) -> Result<Option<Write>, Rejection> {
    if !concerns(&event.what) {
        return Ok(None);
    }
    let holder = task.claim.as_ref().map(|claim| &claim.by);
    let judge = task.assigned.as_ref().map(|assigned| &assigned.by);
    let mut names: Vec<String> = Vec::new();
    for agent in [holder, judge].into_iter().flatten() {
        if *agent != event.by && !names.contains(&agent.to_string()) {
            names.push(agent.to_string());
        }
    }
    if names.is_empty() {
        return Ok(None);
    }
    evidence::note(event, &task.id, names, words(event, task, to)).map(Some)
}

/// Whether it ends or sends back what somebody was at. What is released and reclaimed is not told: they did so before
/// there were these notes, and a ledger is replayed as it was written.
fn concerns(what: &Payload) -> bool {
    match what {
        Payload::TaskJudged { verdict, .. } => !verdict.ready,
        Payload::TaskRetried { .. }
        | Payload::TaskEscalated { .. }
        | Payload::TaskRescoped { .. }
        | Payload::TaskDeprioritised { .. }
        | Payload::TaskTakenOver { .. }
        | Payload::TaskAbandoned { .. } => true,
        _ => false,
    }
}

/// What happened, where the task is now, and what was found.
fn words(event: &Event, task: &Task, to: Phase) -> String {
    let mut out = format!("{}; {} is {to} now", event.sentence(), task.id);
    if let Payload::TaskJudged { verdict, .. } = &event.what {
        for finding in verdict.findings.iter().take(FINDINGS) {
            out.push_str("\n- ");
            out.push_str(&text::excerpt(finding, FINDING_CHARS));
        }
        if let Some(more @ 1..) = verdict.findings.len().checked_sub(FINDINGS) {
            out.push_str(&format!("\n- and {more} more"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RULES;
    use crate::id::Agent;
    use crate::id::CloneId;
    use crate::id::TaskId;
    use crate::policy::Role;
    use crate::record::Assigned;
    use crate::record::Claim;
    use crate::record::Note;
    use crate::time::Timestamp;

    fn agent(name: &str) -> Agent {
        Agent::new(name).unwrap()
    }

    /// T-1, held by agent-a and reviewed by agent-r.
    fn task() -> Task {
        let clone = CloneId::new("0123456789abcdef").unwrap();
        let mut task = Task::new(TaskId::new("T-1").unwrap(), "t", Timestamp::default());
        task.claim = Some(Claim {
            by: agent("agent-a"),
            clone: clone.clone(),
            lane: "T-1".to_owned(),
            fence: 1,
            since: Timestamp::default(),
            attempt: 1,
            extra: toml::Table::new(),
        });
        task.assigned = Some(Assigned {
            by: agent("agent-r"),
            clone,
            role: Role::Reviewer,
            since: Timestamp::default(),
            extra: toml::Table::new(),
        });
        task
    }

    fn note(by: &str, id: &str, what: Payload) -> Result<Option<Note>, Rejection> {
        let event = Event {
            id: id.to_owned(),
            seq: 7,
            at: Timestamp::default(),
            by: agent(by),
            clone: CloneId::new("0123456789abcdef").unwrap(),
            role: Role::Orchestrator,
            rules: RULES,
            what,
        };
        Ok(told(&event, &task(), Phase::Escalated)?.map(|write| match write {
            Write::Note(note) => *note,
            other => panic!("{other:?}"),
        }))
    }

    fn escalated() -> Payload {
        Payload::TaskEscalated {
            task: TaskId::new("T-1").unwrap(),
            why: "odd".to_owned(),
        }
    }

    #[test]
    fn holder_and_judge_are_told_and_never_who_acts() {
        for (by, to) in [
            ("boss", &["agent-a", "agent-r"][..]),
            ("agent-a", &["agent-r"]),
            ("agent-r", &["agent-a"]),
        ] {
            let note = note(by, "e7", escalated()).unwrap().unwrap();
            assert_eq!(note.to, to, "{by}");
            assert_eq!(
                note.text,
                format!("escalate T-1 by {by}: odd; T-1 is escalated now")
            );
            assert_eq!((note.seq, note.id.as_str()), (7, "e7"));
        }
    }

    #[test]
    fn what_takes_nothing_away_is_not_told_and_an_id_that_names_no_file_is_refused() {
        let left = Payload::TaskLeft {
            task: TaskId::new("T-1").unwrap(),
        };
        assert_eq!(note("boss", "e7", left).unwrap(), None);
        assert!(note("boss", "../e7", escalated()).is_err());
    }
}
