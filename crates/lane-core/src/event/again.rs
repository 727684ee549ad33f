//! An event decided again on another state: what the first decision read off its state is read off this one.

use super::Event;
use super::Payload;
use crate::apply::Rejection;
use crate::apply::open_dependencies;
use crate::ground;
use crate::id::CheckpointId;
use crate::id::TaskId;
use crate::record::Checkpoint;
use crate::record::Task;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::time::Timestamp;
use crate::view::Found;
use crate::view::View;

impl Payload {
    /// Whether the event tells what happened (a note, a checkpoint, a check, a consultation, a sign of life) and so keeps its time;
    /// any other is a decision, and has the time of the last one.
    pub fn tells(&self) -> bool {
        matches!(
            self,
            Self::NoteAdded { .. }
                | Self::TaskCheckpointed { .. }
                | Self::TaskChecked { .. }
                | Self::TaskConsulted { .. }
                | Self::LockRenewed { .. }
        )
    }

    /// Whether it is a decision that all must agree on before it counts: published first where there is a remote. What
    /// only tells, and what follows of itself, goes with the next push.
    pub fn is_for_all(&self) -> bool {
        !self.tells() && !matches!(self, Self::PolicyAdopted { .. } | Self::IntegrationNamed { .. })
    }

    /// Whether it is decided from nothing but what it says, so that another process may decide it for its author.
    pub fn stands_alone(&self) -> bool {
        !matches!(
            self,
            Self::TaskEdited { .. }
                | Self::TaskCheckpointed { .. }
                | Self::TaskHandedOff { .. }
                | Self::TaskJudged { .. }
                | Self::TaskRescoped { .. }
                | Self::LockReclaimed { .. }
        )
    }
}

impl Event {
    /// The same event for the state `now`, having been decided on `before`. It keeps its id, so that it is known again
    /// wherever it arrives. `apply` has the last word on it.
    ///
    /// # Errors
    /// `edited-meanwhile` when a contract was changed by others since `before`: an edit never takes theirs back.
    pub fn again(
        &self,
        before: &dyn View,
        now: &dyn View,
        seq: u64,
        clock: Timestamp,
    ) -> Result<Self, Rejection> {
        let mut event = self.clone();
        event.seq = seq;
        // What happened has not happened yet where a clock was ahead.
        event.at = if self.what.tells() {
            self.at.min(clock)
        } else {
            clock
        };
        match &mut event.what {
            Payload::TaskAdded { task } => task.created = event.at,
            Payload::TaskEdited { task } | Payload::TaskRescoped { task, .. } => {
                **task = edit_again(before, now, task)?;
            }
            Payload::LockRenewed { seen, .. } => *seen = (*seen).min(clock),
            Payload::TaskCheckpointed { checkpoint } | Payload::TaskHandedOff { checkpoint } => {
                renumber(now, checkpoint)?;
            }
            Payload::TaskJudged {
                checkpoint: Some(checkpoint),
                ..
            } => renumber(now, checkpoint)?,
            _ => {}
        }
        Ok(event)
    }
}

fn live(view: &dyn View, id: &TaskId) -> Result<Option<Task>, Rejection> {
    Ok(match view.task(id)? {
        Some(Found::Live(task)) => Some(*task),
        _ => None,
    })
}

fn renumber(view: &dyn View, checkpoint: &mut Checkpoint) -> Result<(), Rejection> {
    if let Some(task) = live(view, &checkpoint.task)? {
        checkpoint.checkpoint = CheckpointId::nth(task.checkpoints.saturating_add(1));
        checkpoint.depends_satisfied = open_dependencies(view, &task)?.is_empty();
        if let Some(claim) = task.claim {
            checkpoint.lane = claim.lane;
        }
    }
    Ok(())
}

fn edit_again(before: &dyn View, now: &dyn View, edited: &Task) -> Result<Task, Rejection> {
    let (Some(before), Some(now)) = (live(before, &edited.id)?, live(now, &edited.id)?) else {
        return Ok(edited.clone());
    };
    if !before.is_contract_of(&now) {
        let what = format!("{} was edited by others since this edit was made", edited.id);
        let show = command(&["git", "lane", "task", "show", edited.id.as_str()]);
        return Err(Refusal::new(&ground::EDITED_MEANWHILE, what).hint(show).into());
    }
    Ok(edited.with_life_of(&now))
}

impl Task {
    /// This contract, at the point of its life where `life` is.
    #[must_use]
    pub fn with_life_of(&self, life: &Self) -> Self {
        let life = life.clone();
        Self {
            status: life.status,
            claim: life.claim,
            blocked: life.blocked,
            completion: life.completion,
            granted: life.granted,
            created: life.created,
            attempts: life.attempts,
            checkpoints: life.checkpoints,
            handoff: life.handoff,
            children: life.children,
            authors: life.authors,
            entered: life.entered,
            assigned: life.assigned,
            trouble: life.trouble,
            failed: life.failed,
            verdict: life.verdict,
            abandoned: life.abandoned,
            ..self.clone()
        }
    }

    /// Whether both say the same of the work, wherever each is in its life.
    pub fn is_contract_of(&self, other: &Self) -> bool {
        self.with_life_of(other) == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::apply;
    use crate::event::RULES;
    use crate::id::Agent;
    use crate::id::CloneId;
    use crate::memory::Memory;
    use crate::policy::Role;

    fn later() -> Timestamp {
        Timestamp::from_secs(5_000)
    }

    fn event(at: i64, what: Payload) -> Event {
        Event {
            id: format!("{at:032x}"),
            seq: 1,
            at: Timestamp::from_secs(at),
            by: Agent::new("agent-a").unwrap(),
            clone: CloneId::new("9c41").unwrap(),
            role: Role::Worker,
            rules: RULES,
            what,
        }
    }

    fn task(title: &str, created: i64) -> Task {
        Task::new(TaskId::new("T-1").unwrap(), title, Timestamp::from_secs(created))
    }

    fn state(events: &[Event]) -> Memory {
        let mut memory = Memory::genesis("x");
        for event in events {
            for write in apply(&memory, event).unwrap() {
                memory.write(write);
            }
        }
        memory
    }

    fn added() -> Event {
        event(
            1,
            Payload::TaskAdded {
                task: Box::new(task("one", 1)),
            },
        )
    }

    fn edited(at: i64, title: &str) -> Event {
        event(
            at,
            Payload::TaskEdited {
                task: Box::new(task(title, 1)),
            },
        )
    }

    #[test]
    fn a_decision_has_the_time_of_the_new_one_and_a_tale_keeps_its_own() {
        let memory = state(&[]);
        let again = added().again(&memory, &memory, 7, later()).unwrap();
        assert_eq!((again.seq, again.at, &again.id), (7, later(), &added().id));
        assert!(apply(&memory, &again).is_ok());
        let note = event(
            2,
            Payload::NoteAdded {
                task: TaskId::new("T-1").unwrap(),
                text: "x".into(),
            },
        );
        assert_eq!(note.again(&memory, &memory, 7, later()).unwrap().at, note.at);
    }

    #[test]
    fn an_edit_never_takes_back_what_others_edited_meanwhile() {
        let before = state(&[added()]);
        let theirs = state(&[added(), edited(2, "theirs")]);
        let mine = edited(3, "mine");
        assert!(mine.again(&before, &before, 2, later()).is_ok());
        let Err(Rejection::Refused(no)) = mine.again(&before, &theirs, 3, later()) else {
            panic!("the edit was taken");
        };
        assert_eq!(no.ground.id, "edited-meanwhile");
    }
}
