//! Which event last changed each field of a task's record.

use std::collections::BTreeMap;

use lane_core::codec;
use lane_core::event::Event;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_git::Commit;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::StoreError;
use crate::fields::fields;
use crate::layout;
use crate::ledger::Entry;

/// A field, and where it comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Its key: `title`, `claim.by`, `acceptance.a1.text`.
    pub field: String,
    /// Its value as TOML has it.
    pub value: String,
    /// The commit that gave it this value.
    pub commit: Oid,
    /// That commit's event.
    pub event: Event,
}

/// The fields of a task's record at `tip`, live or archived, by key, and whether it is archived. Walks back until
/// every field is explained, at the latest to the task's first record.
///
/// # Errors
/// A refusal: `no-such-task`; `history-cut` where a shallow clone ends before that.
pub fn blame(repo: &Repo, tip: Oid, task: &TaskId) -> Result<(bool, Vec<Origin>), StoreError> {
    let mut place = Place::new(repo, task);
    let mut commits = repo.first_parents(tip);
    let mut commit = commits.next().ok_or(StoreError::NotSetUp)??;
    let mut now = place.look(commit.tree)?;
    let archived = now.archived;
    let mut open = match now.blob {
        Some(blob) => read(repo, blob, task, commit.id)?,
        None => return Err(no_such(task)),
    };
    let mut found = Vec::new();
    let mut values = open.clone();
    for before in commits {
        let before = before?;
        let then = place.look(before.tree)?;
        if then.blob != now.blob {
            let older = match then.blob {
                Some(blob) => read(repo, blob, task, before.id)?,
                None => BTreeMap::new(),
            };
            explain(&commit, &mut open, &values, &older, &mut found)?;
            if open.is_empty() {
                break;
            }
            values = older;
        }
        (commit, now) = (before, then);
    }
    if !open.is_empty() {
        return Err(cut(&commit, &open));
    }
    found.sort_by(|a, b| a.field.cmp(&b.field));
    Ok((archived, found))
}

/// Moves the fields that are not in `older` as they are in `newer` from `open` to `found`.
fn explain(
    commit: &Commit,
    open: &mut BTreeMap<String, String>,
    newer: &BTreeMap<String, String>,
    older: &BTreeMap<String, String>,
    found: &mut Vec<Origin>,
) -> Result<(), StoreError> {
    let here = |key: &String| newer.contains_key(key) && newer.get(key) != older.get(key);
    let changed: Vec<String> = open.keys().filter(|key| here(key)).cloned().collect();
    if changed.is_empty() {
        return Ok(());
    }
    let event = Entry::of(commit)?.event;
    for field in changed {
        let value = open.remove(&field).unwrap_or_default();
        found.push(Origin {
            field,
            value,
            commit: commit.id,
            event: event.clone(),
        });
    }
    Ok(())
}

fn read(repo: &Repo, blob: Oid, task: &TaskId, commit: Oid) -> Result<BTreeMap<String, String>, StoreError> {
    let bytes = repo.blob(blob, codec::MAX_BYTES).ok();
    let found = bytes.and_then(|bytes| fields(&bytes));
    found.ok_or_else(|| StoreError::Ledger {
        commit,
        fault: format!("has a record of {task} that cannot be read"),
    })
}

/// Where a task's record is in each tree. Trees that are the same as in the commit looked at before are not searched.
struct Place<'a> {
    repo: &'a Repo,
    live: String,
    archived: String,
    last: Option<([Option<Oid>; 2], Here)>,
}

#[derive(Clone, Copy)]
struct Here {
    blob: Option<Oid>,
    archived: bool,
}

impl<'a> Place<'a> {
    fn new(repo: &'a Repo, task: &TaskId) -> Self {
        Self {
            repo,
            live: layout::live_task(task),
            archived: layout::archived_task(task),
            last: None,
        }
    }

    fn look(&mut self, tree: Oid) -> Result<Here, StoreError> {
        let at = |path: &str| -> Result<Option<Oid>, StoreError> {
            Ok(self.repo.entry_at(tree, path)?.map(|entry| entry.oid))
        };
        let folders = [at(layout::QUEUE)?, at(layout::ARCHIVE)?];
        if let Some((known, here)) = &self.last
            && *known == folders
        {
            return Ok(*here);
        }
        let live = at(&self.live)?;
        let here = match live {
            Some(_) => Here {
                blob: live,
                archived: false,
            },
            None => Here {
                blob: at(&self.archived)?,
                archived: true,
            },
        };
        self.last = Some((folders, here));
        Ok(here)
    }
}

fn no_such(task: &TaskId) -> StoreError {
    Refusal::new(&ground::NO_SUCH_TASK, format!("there is no task {task}"))
        .hint(command(&["git", "lane", "task", "list"]))
        .into()
}

fn cut(oldest: &Commit, open: &BTreeMap<String, String>) -> StoreError {
    let field = open.keys().next().map_or("", String::as_str);
    let what = format!(
        "this clone is shallow: its ledger begins at {}, when `{}` had its value already",
        oldest.id.short(),
        lane_core::text::excerpt(field, 80)
    );
    let no = Refusal::new(&ground::HISTORY_CUT, what);
    no.hint("git fetch --unshallow").into()
}
