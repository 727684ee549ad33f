//! The ledger as git itself tells it: read from `git log`, by a parser of its own, so that the product does not
//! check itself.

use std::io;
use std::path::Path;

use toml::Table;
use toml::Value;

use crate::act::Key;
use crate::world::STATE;
use crate::world::World;

/// One event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) commit: String,
    pub(crate) id: String,
    pub(crate) seq: i64,
    pub(crate) kind: String,
    pub(crate) by: String,
    pub(crate) clone: String,
    pub(crate) data: Table,
}

/// The events of the state in a repository, the first one first. The genesis is none of them.
pub(crate) fn read(world: &World, repo: &Path) -> io::Result<Vec<Event>> {
    let log = world.git(
        repo,
        &["log", "--reverse", "--first-parent", "--format=%H%n%B%x00", STATE],
    )?;
    let commits = log
        .split('\0')
        .map(str::trim_start)
        .filter(|text| !text.is_empty());
    commits.skip(1).map(event).collect()
}

fn event(text: &str) -> io::Result<Event> {
    let bad = |what: String| io::Error::other(format!("{what} in the ledger: {text}"));
    let (commit, message) = text.split_once('\n').ok_or_else(|| bad("a line".into()))?;
    let at = message.find("[event]\n").ok_or_else(|| bad("no event".into()))?;
    let mut table: Table = toml::from_str(&message[at..]).map_err(|e| bad(e.to_string()))?;
    let Some(Value::Table(mut event)) = table.remove("event") else {
        return Err(bad("no event".into()));
    };
    let data = match event.remove("data") {
        Some(Value::Table(data)) => data,
        _ => Table::new(),
    };
    Ok(Event {
        commit: commit.to_owned(),
        id: text_of(&event, "id").to_owned(),
        seq: event.get("seq").and_then(Value::as_integer).unwrap_or(-1),
        kind: text_of(&event, "kind").to_owned(),
        by: text_of(&event, "by").to_owned(),
        clone: text_of(&event, "clone").to_owned(),
        data,
    })
}

fn text_of<'t>(table: &'t Table, key: &str) -> &'t str {
    table.get(key).and_then(Value::as_str).unwrap_or_default()
}

impl Event {
    /// A text of its data.
    pub(crate) fn text(&self, key: &str) -> &str {
        text_of(&self.data, key)
    }

    /// A list of texts in a table of its data, or in the data itself.
    pub(crate) fn list(&self, table: Option<&str>, key: &str) -> Vec<String> {
        let table = match table {
            Some(name) => self.data.get(name).and_then(Value::as_table),
            None => Some(&self.data),
        };
        let list = table.and_then(|table| table.get(key)).and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    /// A text in a table of its data.
    pub(crate) fn inner(&self, table: &str, key: &str) -> &str {
        let table = self.data.get(table).and_then(Value::as_table);
        table.map(|table| text_of(table, key)).unwrap_or_default()
    }

    /// The task that it is about.
    pub(crate) fn task(&self) -> &str {
        match self.kind.as_str() {
            "task.added" | "task.edited" | "task.rescoped" => self.inner("task", "id"),
            "task.checkpointed" | "task.handed-off" => self.inner("checkpoint", "task"),
            _ => self.text("task"),
        }
    }

    /// How a command's event is known.
    pub(crate) fn key(&self) -> Key {
        let done = self.list(Some("checkpoint"), "done");
        let words: Vec<&str> = match self.kind.as_str() {
            "task.added" | "task.done" => vec![self.task()],
            "task.edited" => vec![self.inner("task", "title")],
            "task.claimed" => vec![&self.by],
            "task.released" | "task.blocked" => vec![self.text("why")],
            "task.unblocked" => vec![self.task(), &self.by],
            "task.checkpointed" => done.iter().map(String::as_str).collect(),
            "task.handed-off" => vec![self.inner("checkpoint", "next")],
            "lock.granted" => vec![self.text("objective")],
            "lock.released" => vec![self.text("lock")],
            "lock.reclaimed" => vec![self.text("note")],
            "note.added" => vec![self.text("text")],
            _ => Vec::new(),
        };
        Key::new(&self.kind, &words)
    }
}
