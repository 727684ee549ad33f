//! How a task was judged, as lines: who is at it, the last verdict of each stage, and what went wrong. What was written is
//! escaped, and stands behind a name of ours.

use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::record::Verdict;
use lane_core::text;
use lane_core::time::Timestamp;

use super::when;

/// How many findings and fixes of a verdict are shown; JSON has them all.
const SHOWN: usize = 20;

/// The lines, of which those below a heading are indented; none where nothing was judged.
pub(crate) fn lines(task: &Task, now: Timestamp) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(assigned) = &task.assigned {
        let since = when::moment(assigned.since, now);
        out.push(format!(
            "assigned to {} as {}, since {since}",
            assigned.by, assigned.role
        ));
    }
    if let Some(trouble) = &task.trouble {
        out.push(format!(
            "{} in {}, by {}, {}: {}",
            trouble.mark,
            trouble.stage,
            trouble.by,
            when::moment(trouble.since, now),
            text::escape(&trouble.why)
        ));
    }
    for (stage, verdict) in &task.verdict {
        out.extend(one(task, *stage, verdict, now));
    }
    out
}

fn one(task: &Task, stage: Stage, verdict: &Verdict, now: Timestamp) -> Vec<String> {
    let ready = if verdict.ready { "ready" } else { "NOT READY" };
    let commit = verdict.tip.get(..12).unwrap_or(&verdict.tip);
    let mut said = format!("{stage}: {ready}, commit {}", text::escape(commit));
    if let Some(class) = verdict.class {
        said.push_str(&format!(", {}", class.name()));
    }
    if let Some(made) = &verdict.made {
        said.push_str(&format!(", by {}, {}", made.by, when::moment(made.at, now)));
    }
    if is_from_own_clone(task, stage) {
        said.push_str(", from the author's own clone");
    }
    let mut out = vec![said];
    for (name, list) in [("finding", &verdict.findings), ("fixed", &verdict.fixed)] {
        let shown = list.iter().take(SHOWN);
        out.extend(shown.map(|words| format!("  {name}: {}", text::escape(words))));
        if list.len() > SHOWN {
            out.push(format!("  and {} more", list.len() - SHOWN));
        }
    }
    out
}

/// The stages whose last verdict came from the clone in which the author holds the task. An author's own judgement does
/// so always.
pub(crate) fn own_clone(task: &Task) -> Vec<&'static str> {
    let stages = task.verdict.keys().copied();
    let own = stages.filter(|stage| is_from_own_clone(task, *stage));
    own.map(Stage::name).collect()
}

fn is_from_own_clone(task: &Task, stage: Stage) -> bool {
    let made = task.verdict.get(&stage).and_then(|verdict| verdict.made.as_ref());
    let (Some(claim), Some(made)) = (&task.claim, made) else {
        return false;
    };
    stage != Stage::SelfReview && made.clone == claim.clone
}
