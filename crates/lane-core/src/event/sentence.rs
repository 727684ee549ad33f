//! The sentence of an event: the subject of its commit, for people who read `git log`.

use std::collections::BTreeMap;

use super::Event;
use super::JudgeVerb;
use super::Payload;
use crate::id::Agent;
use crate::id::TaskId;
use crate::record::Forced;
use crate::record::Outcome;
use crate::record::Verdict;
use crate::text;

/// The first characters of a commit's id.
fn short(id: &str) -> String {
    text::excerpt(&id.chars().take(12).collect::<String>(), 12)
}

impl Event {
    /// The sentence that is the commit's subject: for people who read `git log`.
    pub fn sentence(&self) -> String {
        let by = &self.by;
        let line = |s: &str| text::excerpt(s, 72);
        match &self.what {
            Payload::IntegrationNamed { branch } => format!("lanes land on {}, says {by}", line(branch)),
            Payload::PolicyAdopted { policy } => {
                format!(
                    "adopt policy of {} by {by}",
                    line(&policy.commit.chars().take(12).collect::<String>())
                )
            }
            Payload::TaskAdded { task } => format!("add {} by {by}: {}", task.id, line(&task.title)),
            Payload::TaskEdited { task } => format!("edit {} by {by}: {}", task.id, line(&task.title)),
            Payload::TaskClaimed { task, .. } => format!("claim {task} by {by}"),
            Payload::TaskReleased { task, why } => format!("release {task} by {by}: {}", line(why)),
            Payload::TaskBlocked {
                task, on: Some(on), ..
            } => format!("block {task} on {on} by {by}"),
            Payload::TaskBlocked { task, why, .. } => {
                format!(
                    "block {task} by {by}: {}",
                    line(why.as_deref().unwrap_or_default())
                )
            }
            Payload::TaskUnblocked { task } => format!("unblock {task} by {by}"),
            Payload::TaskDone {
                task, tip, landing, ..
            } => {
                let verb = if landing.is_some() { "land" } else { "done" };
                format!("{verb} {task} by {by} at {}", short(tip))
            }
            Payload::TaskSigned { task, tip } => format!("sign {task} by {by} at {}", short(tip)),
            Payload::LandingFrozen { why } => format!("freeze landings by {by}: {}", line(why)),
            Payload::LandingThawed { why } => format!("thaw landings by {by}: {}", line(why)),
            Payload::TaskCheckpointed { checkpoint } => {
                format!(
                    "checkpoint {} of {} by {by}",
                    checkpoint.checkpoint, checkpoint.task
                )
            }
            Payload::TaskChecked {
                task,
                results,
                before,
                ..
            } => format!("check {task} by {by}: {}", counted(results, before)),
            Payload::TaskConsulted {
                task,
                source,
                query,
                fallback,
            } => {
                let instead = if *fallback { " instead" } else { "" };
                format!(
                    "consult {}{instead} for {task} by {by}: {}",
                    line(source),
                    line(query)
                )
            }
            Payload::TaskHandedOff { checkpoint } => {
                let tip: String = checkpoint.tip.chars().take(12).collect();
                format!(
                    "hand off {} by {by}: {} at {}",
                    checkpoint.task,
                    checkpoint.checkpoint,
                    line(&tip)
                )
            }
            Payload::TaskResumed { task } => format!("resume {task} by {by}"),
            Payload::TaskAssigned { task, verb } => format!("{} {task} by {by}", verb.verb()),
            Payload::TaskLeft { task } => format!("leave {task} by {by}"),
            Payload::TaskJudged {
                task, verb, verdict, ..
            } => judged(task, *verb, verdict, by),
            Payload::TaskRetried { task, why } => format!("retry {task} by {by}: {}", line(why)),
            Payload::TaskEscalated { task, why } => format!("escalate {task} by {by}: {}", line(why)),
            Payload::TaskRescoped { task, why } => format!("rescope {} by {by}: {}", task.id, line(why)),
            Payload::TaskDeprioritised { task, why } => format!("deprioritise {task} by {by}: {}", line(why)),
            Payload::TaskTakenOver { task, why, .. } => format!("take over {task} by {by}: {}", line(why)),
            Payload::TaskAbandoned { task, why } => format!("abandon {task} by {by}: {}", line(why)),
            Payload::NoteAdded { task, text } => {
                let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
                format!("note on {task} by {by}: {}", line(first))
            }
            Payload::LockGranted {
                lock,
                task,
                scope,
                objective,
                ..
            } => {
                let lane = task.as_ref().map_or(String::new(), |task| format!(" for {task}"));
                let scope = line(&scope.join(" "));
                format!("lock {lock}{lane} by {by}: {scope} ({})", line(objective))
            }
            Payload::LockReleased { lock } => format!("unlock {lock} by {by}"),
            Payload::LockRenewed { locks, .. } => match locks.as_slice() {
                [one] => format!("renew {one} by {by}"),
                many => format!("renew {} locks by {by}", many.len()),
            },
            Payload::LockReclaimed { lock, note } => format!("reclaim {lock} by {by}: {}", line(note)),
            Payload::PushApproved { id, change, why } => {
                format!("approve push {id} by {by}: {} ({})", forced(change), line(why))
            }
            Payload::PushForced { id, change } => format!("force push {id} by {by}: {}", forced(change)),
            Payload::OverrideGranted { path, why, .. } => {
                format!("override {} by {by}: {}", line(path), line(why))
            }
            Payload::StateRepublished { restored, .. } => {
                let restored: String = restored.chars().take(12).collect();
                format!(
                    "republish by {by}: the remote had lost events before {}",
                    line(&restored)
                )
            }
            Payload::StateReconciled {
                rev, taken, given_up, ..
            } => {
                let rev: String = rev.chars().take(12).collect();
                let lost = given_up.len();
                format!("reconcile {} by {by}: {taken} taken, {lost} given up", line(&rev))
            }
        }
    }
}

/// A verdict: on which commit, and of what is against it the first.
fn judged(task: &TaskId, verb: JudgeVerb, verdict: &Verdict, by: &Agent) -> String {
    let tip: String = verdict.tip.chars().take(12).collect();
    let tip = text::excerpt(&tip, 12);
    match verdict.findings.first() {
        Some(first) if !verdict.ready => {
            format!(
                "{} {task} by {by} at {tip}: {}",
                verb.verb(),
                text::excerpt(first, 72)
            )
        }
        _ => format!("{} {task} by {by} at {tip}", verb.verb()),
    }
}

/// How runs ended; those at the base prove something by failing.
fn counted(results: &BTreeMap<String, Outcome>, before: &BTreeMap<String, Outcome>) -> String {
    let passed = |runs: &BTreeMap<String, Outcome>| runs.values().filter(|run| run.passed()).count();
    let now = format!("{} of {} passed", passed(results), results.len());
    let then = || {
        let failed = before.len() - passed(before);
        format!("{failed} of {} failed at the base", before.len())
    };
    match (results.is_empty(), before.is_empty()) {
        (_, true) => now,
        (true, false) => then(),
        (false, false) => format!("{now}, {}", then()),
    }
}

/// What a push does to a ref: from which object to which.
fn forced(change: &Forced) -> String {
    let short = |id: &String| text::excerpt(&id.chars().take(12).collect::<String>(), 12);
    let (name, old) = (text::excerpt(&change.name, 80), short(&change.old));
    match &change.new {
        Some(new) => format!("{name} from {old} to {}", short(new)),
        None => format!("{name} from {old} to nothing"),
    }
}
