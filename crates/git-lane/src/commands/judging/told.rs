//! What is said of a verdict that was given.

use lane_core::apply::standing_handoff;
use lane_core::event::Payload;
use lane_core::record::Checkpoint;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_store::Committed;
use serde_json::json;

use super::Judging;
use super::Subject;
use crate::error::CliError;
use crate::evidence;
use crate::publishing;
use crate::session::Session;
use crate::show::json;
use crate::show::mark;
use crate::show::moves_next;
use crate::show::paint;
use crate::show::verdicts;

impl Judging<'_> {
    /// What became of it, what it rests on, and who is next.
    pub(super) fn tell(
        &self,
        session: &Session<'_>,
        subject: &Subject,
        committed: &Committed,
    ) -> Result<(), CliError> {
        let store = session.store();
        let view = store.view()?;
        let Some(task) = view.task(self.id)?.map(Found::into_task) else {
            return Ok(());
        };
        let stands = standing_handoff(&view, &task)?;
        let rests = stands.as_ref().filter(|_| self.verb.is_ready());
        let stage = self.verb.stage();
        if self.said.json {
            let verdict = match &committed.event.what {
                Payload::TaskJudged { verdict, .. } => Some(verdict),
                _ => None,
            };
            json::out(&json!({
                "task": task.id.as_str(),
                "verb": self.verb.verb().name(),
                "stage": stage.map(Stage::name),
                "status": task.status,
                "tip": subject.tip.to_string(),
                "verdict": verdict,
                "own_clone": verdicts::own_clone(&task),
                "trouble": task.trouble,
                "rests_on": rests,
            }));
            return Ok(());
        }
        paint::out(&format!(
            "{} {} at {}: {}",
            self.verb.verb(),
            task.id,
            subject.tip.short(),
            task.status
        ));
        if let Some(record) = rests {
            rests_on(record).iter().for_each(|line| paint::out(line));
        }
        if let Some(trouble) = &task.trouble {
            let mark = mark::words(trouble.mark, task.status);
            paint::note(&format!("{mark} {}", task.id));
        }
        if let Some(line) = moves_next::after_verdict(&task, self.verb) {
            paint::note(&line);
        }
        self.where_it_is(session, &task, subject)
    }

    fn where_it_is(&self, session: &Session<'_>, task: &Task, subject: &Subject) -> Result<(), CliError> {
        if !subject.unpushed || publishing::link(session, &session.store())?.is_some() {
            return Ok(());
        }
        if let Some(remote) = lane_store::remote_name(session.repo)? {
            paint::hint(&command(&["git", "push", "--", &remote, &task.branch]));
        }
        Ok(())
    }
}

/// The runs that a verdict rests on, as they are recorded for its commit.
fn rests_on(record: &Checkpoint) -> Vec<String> {
    let tree = text::escape(record.tree.get(..12).unwrap_or(&record.tree));
    let mut out = vec![format!("rests on {}, tree {tree}", record.checkpoint)];
    for (key, run) in &record.acceptance {
        let made = run.made.as_ref();
        let by = made.map_or(String::new(), |made| format!(", by {} at {}", made.by, made.at));
        out.push(format!(
            "  {} $ {}  exit {}{by}",
            text::escape(key),
            text::excerpt(&run.command, 100),
            run.exit
        ));
    }
    let gate = evidence::gate_lines(record);
    out.extend(gate.into_iter().map(|(_, line)| format!("  {line}")));
    out
}
