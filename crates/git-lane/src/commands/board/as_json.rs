//! The board as JSON: whole texts, exact times.

use lane_core::record::Task;
use serde_json::Value;
use serde_json::json;

use super::Column;
use super::Picture;
use super::Row;
use crate::show::json as shown;
use crate::show::progress::progress;

/// The whole board.
pub(super) fn board(picture: &Picture) -> Value {
    let phases: Vec<Value> = picture.phases.iter().map(|c| column(c, picture)).collect();
    json!({
        "at": {
            "seq": picture.moment.seq,
            "time": picture.moment.at,
            "commit": picture.moment.commit.to_string(),
        },
        "at_work": picture.pool.0,
        "capacity": picture.pool.1,
        "phases": phases,
        "done": picture.done.iter().map(done).collect::<Vec<_>>(),
        "done_count": picture.done_count,
    })
}

fn column(column: &Column, picture: &Picture) -> Value {
    let tasks: Vec<Value> = column.rows.iter().map(|r| row(r, picture)).collect();
    json!({ "phase": column.phase, "count": column.count, "tasks": tasks })
}

fn row(row: &Row, picture: &Picture) -> Value {
    let task = &row.task;
    let mut value = brief(task);
    value["acceptance"] = json!(progress(task, row.results.as_ref()));
    value["priority"] = json!(task.priority);
    value["attempts"] = json!(task.attempts);
    value["depends_on"] = json!(task.depends_on);
    value["claim"] = json!(task.claim);
    value["assigned"] = json!(task.assigned);
    value["blocked"] = json!(task.blocked);
    value["lease"] = json!(row.lock.as_ref().map(|lock| json!({
        "lock": lock.id,
        "expires": lock.expires,
        "over": lock.is_over(picture.clock),
        "kept": lock.kept,
    })));
    value["open_dependencies"] = json!(row.open);
    value["waits"] = json!(row.waits.as_ref().map(shown::refusal));
    value
}

fn done(task: &Task) -> Value {
    let mut value = brief(task);
    value["completion"] = json!(task.completion);
    value["abandoned"] = json!(task.abandoned);
    value
}

fn brief(task: &Task) -> Value {
    json!({
        "id": task.id,
        "title": task.title,
        "mark": task.mark(),
        "status": task.status,
        "area": task.area,
        "acceptance": progress(task, None),
    })
}
