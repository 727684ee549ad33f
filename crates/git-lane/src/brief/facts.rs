//! What a brief can say of a task: read from the state, the policy and the lane's worktree, each as the text that stands for
//! its placeholder.

use std::path::Path;

use lane_core::apply::open_dependencies;
use lane_core::apply::standing_handoff;
use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::CheckpointId;
use lane_core::policy::Adopted;
use lane_core::policy::Level;
use lane_core::policy::Role;
use lane_core::record::Check;
use lane_core::record::Checkpoint;
use lane_core::record::Kind;
use lane_core::record::Risk;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View;
use lane_rules::GUIDES;
use lane_rules::level_of;

use super::quoted::code;
use super::quoted::list;
use super::quoted::quoted;
use crate::error::CliError;
use crate::evidence;
use crate::evidence::ResumePoint;
use crate::gate;
use crate::integration;
use crate::session::Session;

/// The text of each placeholder. One that has nothing to say says `none`.
#[derive(Default)]
pub(crate) struct Facts {
    pub(super) acceptance: String,
    pub(super) agent: String,
    pub(super) author: String,
    pub(super) changelog: String,
    pub(super) children: String,
    pub(super) common: String,
    pub(super) depends: String,
    pub(super) diff: String,
    pub(super) failure: String,
    pub(super) findings: String,
    pub(super) gates: String,
    pub(super) handoff_files: String,
    pub(super) handoff_needs: String,
    pub(super) handoff_risks: String,
    pub(super) handoff_runs: String,
    pub(super) handoff_tip: String,
    pub(super) integration: String,
    pub(super) integration_ref: String,
    pub(super) lane: String,
    pub(super) limit: String,
    pub(super) out_of_scope: String,
    pub(super) parent: String,
    pub(super) resume: String,
    pub(super) role: String,
    pub(super) rules: String,
    pub(super) scope: String,
    pub(super) sources: String,
    pub(super) task_area: String,
    pub(super) task_branch: String,
    pub(super) task_id: String,
    pub(super) task_issue: String,
    pub(super) task_kind: String,
    pub(super) task_notes: String,
    pub(super) task_priority: String,
    pub(super) task_risk: String,
    pub(super) task_title: String,
    pub(super) trouble: String,
    pub(super) worktree: String,
}

fn none() -> String {
    "none".to_owned()
}

/// A word as serde writes it.
fn word(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().map_or_else(none, str::to_owned)
}

impl Facts {
    /// What can be said to `agent` in `role` of a task; `worktree` is the lane's, where it is in this clone.
    pub(crate) fn gather(
        session: &Session<'_>,
        task: &Task,
        role: Role,
        agent: &Agent,
        worktree: Option<&Path>,
    ) -> Result<Self, CliError> {
        let store = session.store();
        let view = store.view()?;
        let policy = view.policy()?;
        let main = view.meta()?.integration;
        let mut facts = Self {
            agent: text::escape(agent.as_str()),
            role: role.to_string(),
            integration_ref: merged_from(session, &main)?,
            integration: text::escape(&main),
            worktree: worktree.map_or_else(
                || format!("not in this clone; `git lane resume {}` makes it", task.id),
                |path| code(&path.display().to_string()),
            ),
            limit: limit(&policy, role),
            common: list(policy.lanes.common_paths.iter().map(|glob| code(glob))),
            gates: gates(session)?,
            rules: refusing(&policy),
            sources: sources(&policy),
            changelog: changelog(&policy, task),
            ..Self::default()
        };
        facts.contract(task);
        facts.relatives(&view, task)?;
        facts.delivered(&view, task)?;
        let point = ResumePoint::read(session.repo, &view, task.clone(), worktree.map(Path::to_owned))?;
        facts.left(&point);
        Ok(facts)
    }

    fn contract(&mut self, task: &Task) {
        let or_none = |words: Option<&String>| words.map_or_else(none, |words| quoted(words));
        self.task_id = task.id.to_string();
        self.task_title = quoted(&task.title);
        self.task_kind = word(task.kind);
        self.task_priority = word(task.priority);
        self.task_risk = task.risk.map_or_else(|| "normal".to_owned(), word);
        self.task_area = task.area.as_ref().map_or_else(none, ToString::to_string);
        self.task_branch = text::escape(&task.branch);
        self.task_issue = or_none(task.issue.as_ref());
        self.task_notes = or_none(task.notes.as_ref());
        self.scope = match task.scope.is_empty() && task.granted.is_empty() {
            true => "- nothing is reserved: any path that nobody else holds".to_owned(),
            false => list(task.scope.iter().chain(&task.granted).map(|glob| code(glob))),
        };
        self.out_of_scope = list(task.out_of_scope.iter().map(|glob| code(glob)));
        self.acceptance = list(task.acceptance.iter().map(|(key, criterion)| {
            let how = match &criterion.check {
                None => "seen by reading".to_owned(),
                Some(Check::Named(name)) => format!("the check {}", code(name)),
                Some(Check::Command(words)) => {
                    let words: Vec<&str> = words.iter().map(String::as_str).collect();
                    code(&command(&words))
                }
            };
            let purpose = match criterion.purpose.is_empty() {
                true => String::new(),
                false => format!(" (for {})", criterion.purposes()),
            };
            format!("{key} {}: {how}{purpose}", quoted(&criterion.text))
        }));
        self.lane = match &task.claim {
            Some(claim) => text::escape(&claim.lane),
            None => "not claimed yet".to_owned(),
        };
        self.author = match &task.claim {
            Some(claim) => claim.by.to_string(),
            None => none(),
        };
        let mut needs = String::new();
        if task.kind == Kind::Defect {
            needs.push_str(
                " `--cause TEXT --layer TEXT --file PATH`: what was wrong, who owns it, where it is mended",
            );
        }
        if task.risk == Some(Risk::High) {
            needs.push_str(
                "; of high risk with a check for `anchor` and one for `runtime` among the criteria",
            );
        }
        self.handoff_needs = needs;
    }

    fn relatives(&mut self, view: &dyn View, task: &Task) -> Result<(), CliError> {
        let open = open_dependencies(view, task)?;
        self.depends = list(task.depends_on.iter().map(|on| {
            let phase = open.iter().find(|(id, _)| id == on);
            match phase {
                None => format!("{on} (done)"),
                Some((_, Some(phase))) => format!("{on} ({phase})"),
                Some((_, None)) => format!("{on} (unknown)"),
            }
        }));
        self.parent = match &task.parent {
            Some(parent) => {
                let slice = task
                    .slice
                    .as_ref()
                    .map_or_else(String::new, |s| format!(", {}", quoted(s)));
                let order = task
                    .merge_order
                    .map_or_else(String::new, |n| format!(", lands as no. {n}"));
                format!("{parent}{slice}{order}")
            }
            None => none(),
        };
        let mut children = Vec::new();
        for id in &task.children {
            let status = view.task(id)?.map(|found| found_status(&found));
            children.push(format!(
                "{id} ({})",
                status.unwrap_or_else(|| "unknown".to_owned())
            ));
        }
        self.children = list(children);
        Ok(())
    }

    /// The newest handoff, standing or not.
    fn delivered(&mut self, view: &dyn View, task: &Task) -> Result<(), CliError> {
        let last = newest_handoff(view, task)?;
        let Some(handoff) = last else {
            self.handoff_tip = none();
            self.diff = format!("{}...HEAD", self.integration_ref);
            self.handoff_files = list([]);
            self.handoff_risks = list([]);
            self.handoff_runs = list([]);
            return Ok(());
        };
        self.handoff_tip = text::excerpt(&handoff.tip, 12);
        let base = handoff.base.as_deref().unwrap_or(&handoff.tip);
        self.diff =
            format!("{} {}", text::excerpt(base, 12), text::excerpt(&handoff.tip, 12)).replace('…', "");
        self.handoff_tip = self.handoff_tip.replace('…', "");
        self.handoff_files = list(handoff.files.iter().map(|file| code(file)));
        self.handoff_risks = list(handoff.risks.iter().map(|risk| quoted(risk)));
        let runs = handoff.acceptance.iter().map(|(key, run)| {
            format!(
                "{}: {} exit {}",
                text::excerpt(key, 64),
                code(&run.command),
                run.exit
            )
        });
        let gate = evidence::gate_lines(&handoff)
            .into_iter()
            .map(|(_, line)| format!("gate {line}"));
        self.handoff_runs = list(runs.chain(gate));
        Ok(())
    }

    fn left(&mut self, point: &ResumePoint) {
        let task = &point.task;
        self.resume = match &point.checkpoint {
            None => "- nothing yet: the beginning".to_owned(),
            Some(checkpoint) => {
                let lists = [
                    ("done", &checkpoint.done),
                    ("pending", &checkpoint.pending),
                    ("blocker", &checkpoint.blockers),
                ];
                let said = lists.into_iter().flat_map(|(name, lines)| {
                    lines.iter().map(move |line| format!("{name}: {}", quoted(line)))
                });
                let next = checkpoint
                    .next
                    .iter()
                    .map(|next| format!("next: {}", quoted(next)));
                let by = checkpoint
                    .made
                    .as_ref()
                    .map_or_else(String::new, |made| format!(" by {}", made.by));
                list(
                    [format!(
                        "{}{by}, attempt {}",
                        checkpoint.checkpoint, task.attempts
                    )]
                    .into_iter()
                    .chain(said)
                    .chain(next),
                )
            }
        };
        self.trouble = match &task.trouble {
            None => list([]),
            Some(trouble) => list([format!(
                "{} in {}, by {} at {}: {}",
                trouble.mark,
                trouble.stage,
                trouble.by,
                trouble.since,
                quoted(&trouble.why)
            )]),
        };
        self.failure = list(point.failures.iter().map(|(failure, _)| {
            let remedy = failure.remedy.as_ref().map_or_else(
                || "nobody said what was done about it".to_owned(),
                |remedy| format!("done about it: {}", quoted(remedy)),
            );
            format!(
                "{}: {} exit {}, seen {} times, {}; {remedy}",
                text::excerpt(&failure.key, 64),
                code(&failure.command),
                failure.exit,
                failure.times,
                text::excerpt(&failure.signature, 23)
            )
        }));
        let newest = task
            .verdict
            .iter()
            .max_by_key(|(_, verdict)| verdict.made.as_ref().map(|made| made.seq));
        self.findings = match newest {
            None => list([]),
            Some((stage, verdict)) => {
                let by = verdict
                    .made
                    .as_ref()
                    .map_or_else(String::new, |made| format!(" by {}", made.by));
                let word = if verdict.ready { "ready" } else { "not ready" };
                let tip: String = verdict.tip.chars().take(12).collect();
                let head = format!("{stage}{by} on {}: {word}", text::escape(&tip));
                let findings = verdict
                    .findings
                    .iter()
                    .map(|finding| format!("finding: {}", quoted(finding)));
                let fixed = verdict
                    .fixed
                    .iter()
                    .map(|fixed| format!("fixed: {}", quoted(fixed)));
                list([head].into_iter().chain(findings).chain(fixed))
            }
        };
    }
}

fn found_status(found: &Found) -> String {
    match found {
        Found::Live(task) | Found::Archived(task) => task.status.to_string(),
    }
}

/// The handoff that stands, else the newest that was made.
pub(crate) fn newest_handoff(view: &dyn View, task: &Task) -> Result<Option<Checkpoint>, CliError> {
    if task.handoff.is_some() {
        return Ok(standing_handoff(view, task)?);
    }
    for n in (1..=task.checkpoints).rev() {
        let found = view.checkpoint(&task.id, &CheckpointId::nth(n))?;
        if let Some(handoff) = found.filter(Checkpoint::is_handoff) {
            return Ok(Some(handoff));
        }
    }
    Ok(None)
}

/// The branch as it is merged from: what the remote has of it, where that is known.
fn merged_from(session: &Session<'_>, main: &str) -> Result<String, CliError> {
    let tips = match main {
        "" => Vec::new(),
        main => integration::tips(session.repo, main)?,
    };
    let nearest = tips
        .first()
        .map(|(name, _)| integration::short_name(name).to_owned());
    Ok(text::escape(&nearest.unwrap_or_else(|| main.to_owned())))
}

fn limit(policy: &Adopted, role: Role) -> String {
    let lease = policy.lanes.lease;
    match policy.limits.of(role) {
        Some(limit) => {
            format!("{limit}; past that others may go on where you are, so checkpoint what stands")
        }
        None if role == Role::Worker => {
            format!("no limit of its own; the lease of {lease} is renewed by what you do")
        }
        None => format!("{lease}; past that others may take it"),
    }
}

/// The checks that the integration branch declares. A file that cannot be used is told by the gate itself.
fn gates(session: &Session<'_>) -> Result<String, CliError> {
    let declared = gate::declared(session)?;
    let mut checks: Vec<_> = declared.gates.checks().collect();
    checks.sort_by_key(|(name, check)| (check.rung, name.to_string()));
    Ok(list(checks.into_iter().map(|(name, check)| {
        format!("rung {}: {}", check.rung, code(&name.to_string()))
    })))
}

/// Their ids alone: what each finds is a command away.
fn refusing(policy: &Adopted) -> String {
    let ids = GUIDES
        .iter()
        .filter(|guide| level_of(guide.ground, policy) == Level::Refuse)
        .map(|guide| code(guide.ground.id));
    ids.collect::<Vec<_>>().join(", ")
}

fn sources(policy: &Adopted) -> String {
    let rule = policy.rule.get(ground::CONSULT_MISSING.id);
    let named = rule.map_or(&[][..], |rule| &rule.sources);
    match (named, level_of(&ground::CONSULT_MISSING, policy)) {
        ([], Level::Off) => none(),
        ([], _) => "any; record each by `git lane consult --source NAME --query TEXT`".to_owned(),
        (named, _) => {
            let names: Vec<String> = named.iter().map(|name| code(name)).collect();
            format!(
                "{}, before the first edit and again after a failure; record each by `git lane consult --source NAME --query TEXT`",
                names.join(", ")
            )
        }
    }
}

fn changelog(policy: &Adopted, task: &Task) -> String {
    match level_of(&ground::CHANGELOG_MISSING, policy) {
        Level::Off => "The changelog is not asked for.".to_owned(),
        _ if matches!(task.kind, Kind::Docs | Kind::Chore) => {
            "The changelog asks for nothing of this kind of task.".to_owned()
        }
        _ => "An entry under Unreleased of the changelog says what changes for those who use it.".to_owned(),
    }
}
