//! `git lane worktree list`: each worktree, whose it is, what it holds, and what prune would do.

use std::process::ExitCode;

use serde_json::Value;
use serde_json::json;

use super::forgotten;
use super::forgotten::Forgotten;
use super::judge::Verdict;
use super::judge::Whose;
use super::judge::judge;
use super::look::Look;
use super::look::look;
use super::rescued;
use crate::commands::Outcome;
use crate::commands::worktrees;
use crate::integration;
use crate::session::Session;
use crate::show::json as as_data;
use crate::show::paint;
use crate::show::table;

/// The worktrees of this clone: task, holder, what is in them that nobody else has, and what prune would do
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// What was kept of worktrees instead, each with the commands that show it and take it back
    #[arg(long)]
    pub(crate) rescued: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

const HEADS: [&str; 9] = [
    "path",
    "branch",
    "task",
    "holder",
    "phase",
    "uncommitted",
    "unpushed",
    "ignored",
    "prune",
];

pub(super) fn run(session: &Session<'_>, args: &List) -> Outcome {
    worktrees::put_right(session);
    if args.rescued {
        let kept = rescued::all(session)?;
        match args.json {
            true => as_data::out(&rescued::as_data(&kept)),
            false => rescued::print(&kept),
        }
        return Ok(ExitCode::SUCCESS);
    }
    let list = session.repo.worktree_list()?;
    let mut looks = Vec::new();
    for at in 0..list.len() {
        looks.push(look(session, &list, at)?);
    }
    let forgotten = forgotten::all(session)?;
    if args.json {
        let forgotten = forgotten.iter().map(Forgotten::as_data);
        let all: Vec<Value> = looks.iter().map(data).chain(forgotten).collect();
        as_data::out(&json!(all));
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![HEADS.map(str::to_owned).to_vec()];
    rows.extend(looks.iter().map(row));
    table::lines(&rows).iter().for_each(|line| paint::out(line));
    forgotten.iter().for_each(Forgotten::tell);
    Ok(ExitCode::SUCCESS)
}

fn row(look: &Look) -> Vec<String> {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let count = |n: usize| if n == 0 { "-".to_owned() } else { n.to_string() };
    vec![
        look.seen.path.clone(),
        or_none(branch(look)),
        or_none(task(look)),
        or_none(holder(look)),
        or_none(look.phase.map(|phase| phase.to_string())),
        count(look.seen.files),
        count(look.unpushed),
        count(look.ignored),
        judge(&look.seen).word(),
    ]
}

fn branch(look: &Look) -> Option<String> {
    let name = integration::short_name(look.worktree.branch.as_ref()?);
    Some(lane_core::text::escape(name))
}

fn task(look: &Look) -> Option<String> {
    match &look.seen.whose {
        Whose::Resting(_) => None,
        whose => whose.task().map(ToString::to_string),
    }
}

fn holder(look: &Look) -> Option<String> {
    match &look.seen.whose {
        Whose::Held(_, who) => Some(who.clone()),
        _ => None,
    }
}

fn data(look: &Look) -> Value {
    let seen = &look.seen;
    let verdict = judge(seen);
    let (does, refusals): (&str, Vec<Value>) = match &verdict {
        Verdict::InUse(no) => ("stays", vec![as_data::refusal(no)]),
        Verdict::Refused(all) => ("refuses", all.iter().map(as_data::refusal).collect()),
        Verdict::Goes {
            files: false,
            commits: false,
        } => ("removes", Vec::new()),
        Verdict::Goes { .. } => ("rescues", Vec::new()),
        Verdict::Rests { .. } => ("rests", Vec::new()),
    };
    json!({
        "path": seen.path,
        "main": seen.is_main,
        "branch": branch(look),
        "head": look.worktree.head.map(|oid| oid.to_string()),
        "task": task(look),
        "area": look.mark.as_ref().map(|mark| mark.area.to_string()),
        "holder": holder(look),
        "phase": look.phase.map(|phase| phase.to_string()),
        "uncommitted": seen.files,
        "unpushed": look.unpushed,
        "ignored": look.ignored,
        "ignored_kept": seen.ignored,
        "nested": seen.nested,
        "submodules": seen.submodules.iter().map(|(path, holds)| json!({ "path": path, "holds": holds })).collect::<Vec<_>>(),
        "busy": seen.busy,
        "locked": seen.is_locked,
        "gone": seen.is_gone,
        "forgotten": false,
        "prune": does,
        "refusals": refusals,
    })
}
