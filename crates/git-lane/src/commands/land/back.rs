//! What fails goes back to its author: the verdict, its class and what was found.

use lane_core::apply::standing_handoff;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::record::Conflict;
use lane_core::record::Phase;
use lane_core::record::Verdict;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_store::Actor;
use lane_store::StoreError;
use lane_store::TreeView;
use serde_json::json;

use super::checks::Failed;
use super::queue::Queued;
use crate::error::CliError;
use crate::publishing;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;

/// How many files or checks are found by name.
const NAMED: usize = 50;
/// How much of one finding is recorded, in characters.
const FINDING_CHARS: usize = 300;
/// How many of a check's last lines are recorded.
const LINES: usize = 5;

/// A task that went back.
pub(super) struct Back {
    task: TaskId,
    main: String,
    conflict: Conflict,
    findings: Vec<String>,
    /// Who has it now; none: the orchestrator decides.
    to: Option<String>,
}

/// The merge stopped at these paths.
pub(super) fn textual(
    session: &Session<'_>,
    actor: &Actor,
    queued: &Queued,
    paths: &[Vec<u8>],
) -> Result<Back, CliError> {
    let at = format!("{} at {}", queued.place.main, queued.place.base.short());
    let named = paths.iter().take(NAMED);
    let mut findings: Vec<String> = named
        .map(|path| {
            let path = text::excerpt(&text::escape_path(path), FINDING_CHARS / 2);
            format!("{path} does not merge with {at}")
        })
        .collect();
    if let Some(more @ 1..) = paths.len().checked_sub(NAMED) {
        findings.push(format!("{more} more files do not merge"));
    }
    findings.push(way_to_mend(queued));
    send(session, actor, queued, (Conflict::Textual, findings))
}

/// These checks fail on what would land, and pass without it.
pub(super) fn failing(
    session: &Session<'_>,
    actor: &Actor,
    queued: &Queued,
    failed: &[Failed],
) -> Result<Back, CliError> {
    let conflict = match failed.iter().all(|one| one.golden) {
        true => Conflict::Golden,
        false => Conflict::Interface,
    };
    let at = format!("{} at {}", queued.place.main, queued.place.base.short());
    let mut findings = Vec::new();
    for one in failed.iter().take(NAMED) {
        findings.push(format!("{} fails once it is merged with {at}", one.name));
        let lines: Vec<&str> = one.lines.lines().filter(|line| !line.trim().is_empty()).collect();
        let last = &lines[lines.len().saturating_sub(LINES)..];
        findings.extend(
            last.iter()
                .map(|line| format!("{}: {}", one.name, text::excerpt(line.trim(), FINDING_CHARS))),
        );
    }
    findings.push(way_to_mend(queued));
    send(session, actor, queued, (conflict, findings))
}

/// How the author sees it in the lane, and mends it.
fn way_to_mend(queued: &Queued) -> String {
    let place = &queued.place;
    let merge = match &place.remote {
        Some(remote) => {
            let main = format!("{remote}/{}", place.main);
            let fetch = command(&["git", "fetch", "--", remote]);
            format!("{fetch} && {}", command(&["git", "merge", &main]))
        }
        None => command(&["git", "merge", &place.main]),
    };
    format!("to mend it: `{merge}` in the lane, put it right, commit, and hand off again")
}

fn send(
    session: &Session<'_>,
    actor: &Actor,
    queued: &Queued,
    (conflict, findings): (Conflict, Vec<String>),
) -> Result<Back, CliError> {
    let id = &queued.task.id;
    let payload = Payload::TaskJudged {
        task: id.clone(),
        verb: JudgeVerb::Return,
        verdict: Box::new(Verdict {
            ready: false,
            tip: queued.tip.to_string(),
            class: None,
            conflict: Some(conflict),
            findings: findings.clone(),
            fixed: Vec::new(),
            extra: toml::Table::new(),
            made: None,
        }),
        checkpoint: None,
    };
    publishing::put(session, actor, &mut |view| {
        same(view, queued)?;
        Ok(payload.clone())
    })?;
    let now = session.store().view()?.task(id)?.map(Found::into_task);
    let back = now.filter(|task| task.status == Phase::InProgress);
    Ok(Back {
        task: id.clone(),
        main: queued.place.main.clone(),
        conflict,
        findings,
        to: back.and_then(|task| task.claim).map(|claim| claim.by.to_string()),
    })
}

/// What was found is about one commit: if the author took it back meanwhile, it says nothing of what they hand off next.
fn same(view: &TreeView<'_>, queued: &Queued) -> Result<(), StoreError> {
    let id = &queued.task.id;
    let task = view.task(id)?.map(Found::into_task);
    let stands = match &task {
        Some(task) => standing_handoff(view, task)?.map(|handoff| handoff.tip),
        None => None,
    };
    if stands == Some(queued.tip.to_string()) {
        return Ok(());
    }
    let what = format!("{id} was taken back while it was tried: what was found says nothing of it any more");
    let show = command(&["git", "lane", "show", id.as_str()]);
    Err(Refusal::new(&ground::VERDICT_MOVED, what).hint(show).into())
}

impl Back {
    /// Says so: what, to whom, and what was found.
    pub(super) fn tell(&self, as_json: bool) {
        let to = match &self.to {
            Some(holder) => format!("goes back to {holder}"),
            None => "has no retry left: the orchestrator decides".to_owned(),
        };
        if as_json {
            json::out(&json!({
                "task": self.task,
                "landed": null,
                "conflict": self.conflict,
                "findings": self.findings,
                "to": self.to,
            }));
        }
        paint::error(&format!(
            "{} cannot land ({}) and {to}; {} has not moved",
            self.task,
            self.conflict.name(),
            self.main
        ));
        self.findings
            .iter()
            .for_each(|line| paint::note(&format!("  {line}")));
        paint::hint(&command(&["git", "lane", "show", self.task.as_str()]));
    }
}
