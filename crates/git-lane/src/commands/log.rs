//! `git lane log`: what happened, newest first.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::refusal::Refusal;
use lane_git::Oid;
use lane_git::Repo;
use lane_store::Entry;
use lane_store::StoreError;
use serde_json::json;

use super::Outcome;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;

/// What happened, newest first
#[derive(Debug, clap::Args)]
pub(crate) struct Log {
    /// Only this task
    #[arg(long, value_name = "ID")]
    pub(crate) task: Option<TaskId>,
    /// At most this many
    #[arg(long, short = 'n', default_value_t = 30, value_name = "N")]
    pub(crate) limit: usize,
    /// Print JSON, one event a line
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Log) -> Outcome {
    let tip = session.store().tip()?.ok_or(StoreError::NotSetUp)?;
    let found = pick(session.repo, tip, args.task.as_ref(), args.limit)?;
    if let (Some(task), true) = (&args.task, found.is_empty()) {
        let what = format!("there is no task {task}, and there never was");
        return Err(Refusal::new(&ground::NO_SUCH_TASK, what)
            .hint("git lane task list")
            .into());
    }
    for entry in &found {
        if args.json {
            let mut value = serde_json::to_value(&entry.event).unwrap_or_default();
            value["commit"] = json!(entry.commit.to_string());
            json::out(&value);
        } else {
            let commit = paint::dim(&entry.commit.short());
            paint::out(&format!("{} {commit} {}", entry.event.at, entry.event.sentence()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The last events of a task, the newest first.
pub(super) fn of_task(repo: &Repo, tip: Oid, task: &TaskId, limit: usize) -> Result<Vec<Entry>, StoreError> {
    pick(repo, tip, Some(task), limit)
}

fn pick(repo: &Repo, tip: Oid, task: Option<&TaskId>, limit: usize) -> Result<Vec<Entry>, StoreError> {
    let mut picked = Picked {
        task: task.cloned(),
        found: Vec::new(),
        pending: Vec::new(),
    };
    lane_store::entries(repo, tip, |entry| {
        picked.take(entry);
        // Nothing happened to a task before it was added.
        let born = matches!(&entry.event.what, Payload::TaskAdded { task: new } if Some(&new.id) == task);
        picked.found.len() < limit && !born
    })?;
    let mut found = picked.found;
    found.sort_by_key(|entry| std::cmp::Reverse(entry.event.seq));
    found.truncate(limit);
    Ok(found)
}

/// The entries that are wanted. Read backwards, what happened to a lock comes before the claim or grant that says
/// whose it is: such entries wait until then.
struct Picked {
    task: Option<TaskId>,
    found: Vec<Entry>,
    pending: Vec<(Vec<LockId>, Entry)>,
}

impl Picked {
    fn take(&mut self, entry: &Entry) {
        let Some(task) = &self.task else {
            self.found.push(entry.clone());
            return;
        };
        let what = &entry.event.what;
        match what {
            Payload::LockReleased { lock } | Payload::LockReclaimed { lock, .. } => {
                self.pending.push((vec![lock.clone()], entry.clone()));
            }
            Payload::LockRenewed { locks, .. } => self.pending.push((locks.clone(), entry.clone())),
            _ if what.task() == Some(task) => {
                self.found.push(entry.clone());
                if let Payload::TaskClaimed { lock, .. } | Payload::LockGranted { lock, .. } = what {
                    let (own, rest) = std::mem::take(&mut self.pending)
                        .into_iter()
                        .partition(|(locks, _)| locks.contains(lock));
                    self.pending = rest;
                    let own: Vec<(Vec<LockId>, Entry)> = own;
                    self.found.extend(own.into_iter().map(|(_, entry)| entry));
                }
            }
            _ => {}
        }
    }
}
