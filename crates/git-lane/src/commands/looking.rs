//! Taking a review or a test: the event, the lane's worktree, and what there is to see and to run.

use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::apply::standing_handoff;
use lane_core::event::AssignVerb;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::moves;
use lane_core::policy::Mode;
use lane_core::record::Check;
use lane_core::record::Checkpoint;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_gate::Affected;
use lane_gate::Base;
use lane_gate::Interrupt;
use lane_gate::Level;
use lane_gate::Todo;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Rewritten;
use lane_store::Actor;
use serde_json::Value;
use serde_json::json;

use super::Outcome;
use super::worktrees;
use super::worktrees::Way;
use crate::actions;
use crate::error::CliError;
use crate::evidence;
use crate::gate;
use crate::integration;
use crate::lane_tip::LaneTip;
use crate::lane_tip::Standing;
use crate::publishing;
use crate::session::Session;
use crate::setup;
use crate::show::json;
use crate::show::paint;
use crate::show::verdicts;

/// What is asked.
pub(super) struct Looking<'a> {
    pub(super) id: &'a TaskId,
    pub(super) verb: AssignVerb,
    /// What another agent left uncommitted in the worktree is taken as it is.
    pub(super) take_over: bool,
    pub(super) json: bool,
}

/// What there is to judge.
struct Seen {
    task: Task,
    path: Option<PathBuf>,
    tip: Oid,
    base: Option<Oid>,
    handoff: Option<Checkpoint>,
    /// How its acceptance was edited since it was claimed.
    rewritten: Option<Rewritten>,
    /// The integration branch as git takes it, where it has commits that the lane has not.
    ahead: Option<String>,
    checks: Vec<Targeted>,
}

/// A check of the gate that this change calls for.
struct Targeted {
    name: String,
    rung: u8,
    /// None where it is not about packages.
    packages: Option<Vec<String>>,
}

pub(super) fn run(session: &Session<'_>, asked: &Looking<'_>) -> Outcome {
    publishing::refresh(session)?;
    let store = session.store();
    let task = evidence::spoken_for(session, &store.view()?, Some(asked.id))?;
    let actor = session.actor(moves::implied_role(asked.verb.verb()))?;
    may(session, &actor, &task, asked)?;
    let tip = LaneTip::look(session, &task)?;
    if tip.standing(session)? == Standing::Absent {
        return Err(nowhere(&task, &tip));
    }
    let path = take(session, &actor, &task, asked)?;
    let task = evidence::spoken_for(session, &store.view()?, Some(asked.id))?;
    let seen = Seen::of(session, task, path)?;
    match asked.json {
        true => json::out(&seen.as_json(&tip)),
        false => seen.lines(session).iter().for_each(|line| paint::out(line)),
    }
    if let Some(way) = tip.way_on(session, &seen.task)? {
        paint::warning(&format!(
            "branch {} is further on the remote than here: this is not what there is to judge",
            seen.task.branch
        ));
        paint::hint(&way);
    }
    if !asked.json {
        seen.lead_on(session, asked.verb, &actor)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn nowhere(task: &Task, tip: &LaneTip) -> CliError {
    let on = tip
        .remote
        .as_ref()
        .map_or_else(String::new, |remote| format!(" and not on {remote}"));
    let what = format!(
        "branch {} is not in this clone{on}: there is nothing to see",
        task.branch
    );
    let tell = command(&["git", "lane", "note", task.id.as_str(), "TEXT"]);
    Refusal::input(what).hint(tell).into()
}

/// Refuses what the state has against it before anything changes.
fn may(session: &Session<'_>, actor: &Actor, task: &Task, asked: &Looking<'_>) -> Result<(), CliError> {
    let payload = Payload::TaskAssigned {
        task: task.id.clone(),
        verb: asked.verb,
    };
    let store = session.store();
    let against = actions::against(session, &store.view()?, actor, (&task.id, payload))?;
    against.into_iter().next().map_or(Ok(()), |no| Err(no.into()))
}

/// The stage taken, unless it was before, and the lane's worktree entered, where lanes have one.
fn take(
    session: &Session<'_>,
    actor: &Actor,
    task: &Task,
    asked: &Looking<'_>,
) -> Result<Option<PathBuf>, CliError> {
    let payload = Payload::TaskAssigned {
        task: task.id.clone(),
        verb: asked.verb,
    };
    let store = session.store();
    let view = store.view()?;
    let assigned = task.assigned.as_ref();
    let fresh = !assigned.is_some_and(|one| one.is_held_by(&actor.by, &actor.clone));
    let put = || publishing::put(session, actor, &mut |_| Ok(payload.clone())).map(|_| ());
    if view.policy()?.lanes.mode == Mode::A {
        if fresh {
            put()?;
        }
        return Ok(None);
    }
    let turn = worktrees::turn(session)?;
    let way = Way {
        verb: asked.verb.verb().name(),
        here: false,
        take_over: asked.take_over,
        take_branch: false,
        where_it_was: true,
    };
    worktrees::place(session, actor, task, &way)?;
    match fresh {
        true => put()?,
        false => paint::note(&format!("{} is yours already", task.id)),
    }
    let now = store.view()?.task(&task.id)?.map(Found::into_task);
    let now = now.as_ref().unwrap_or(task);
    match worktrees::settle_in(session, actor, now, &way, &turn) {
        Ok(path) => Ok(Some(path)),
        Err(fault) => {
            if fresh {
                let left = Payload::TaskLeft {
                    task: task.id.clone(),
                };
                if let Err(fault) = publishing::put(session, actor, &mut |_| Ok(left.clone())) {
                    paint::warning(&format!("{} is still assigned to you: {fault}", task.id));
                }
            }
            Err(fault)
        }
    }
}

impl Seen {
    fn of(session: &Session<'_>, task: Task, path: Option<PathBuf>) -> Result<Self, CliError> {
        let store = session.store();
        let view = store.view()?;
        let found = LaneTip::look(session, &task)?;
        let Some(tip) = found.here.or(found.there) else {
            return Err(nowhere(&task, &found));
        };
        let main = integration::name(&store)?;
        let base = integration::delivery_base(session.repo, &main, tip)?;
        let handoff = standing_handoff(&view, &task)?;
        let rewritten = match store.tip()? {
            Some(state) => evidence::rewritten(&store, state, &task)?,
            None => None,
        };
        let (name, start) = integration::named_start(session, &main)?;
        let ahead = (!session.repo.is_ancestor(start, tip)?).then_some(name);
        let checks = match (&path, base) {
            (Some(path), Some(base)) => targeted(session, path, base),
            _ => Ok(Vec::new()),
        };
        let checks = checks.unwrap_or_else(|fault| {
            let words = crate::show::error::sentence(&fault);
            paint::warning(&format!(
                "the gate's checks for this change are not known: {words}"
            ));
            Vec::new()
        });
        Ok(Self {
            task,
            path,
            tip,
            base,
            handoff,
            rewritten,
            ahead,
            checks,
        })
    }

    /// The command that shows what there is to judge.
    fn diff(&self) -> Option<String> {
        let range = format!("{}...{}", self.base?.short(), self.tip.short());
        Some(command(&["git", "diff", &range]))
    }

    /// Whether there are commits after the handoff.
    fn is_moved(&self) -> bool {
        let tip = self.tip.to_string();
        self.handoff.as_ref().is_some_and(|handoff| handoff.tip != tip)
    }

    fn commands(&self) -> Vec<(&str, String)> {
        let named = self.task.acceptance.iter();
        let named = named.filter_map(|(key, criterion)| Some((key, criterion.check.as_ref()?)));
        named
            .map(|(key, check)| {
                let line = match check {
                    Check::Named(name) => format!("check {}", text::escape(name)),
                    Check::Command(_) => format!("$ {}", text::excerpt(&check.line(), 100)),
                };
                (key.as_str(), line)
            })
            .collect()
    }

    fn lines(&self, session: &Session<'_>) -> Vec<String> {
        let task = &self.task;
        let mut out = vec![format!(
            "{} ({}): {}",
            task.id,
            task.status,
            text::escape(&task.title)
        )];
        if let Some(path) = &self.path {
            out.push(format!("worktree {}", text::escape(&path.display().to_string())));
        }
        out.push(format!(
            "branch {} at {}",
            text::escape(&task.branch),
            self.tip.short()
        ));
        out.extend(self.diff().map(|diff| format!("$ {diff}")));
        if self.is_moved() {
            out.push(
                "it has commits after the handoff: a verdict that it is ready brings evidence".to_owned(),
            );
        }
        out.extend(verdicts::lines(task, session.source.now()));
        for (key, line) in self.commands() {
            out.push(format!("acceptance {}: {line}", text::escape(key)));
        }
        for check in &self.checks {
            let of = check.packages.as_ref().map_or_else(String::new, |all| {
                format!(" of {}", text::excerpt(&all.join(", "), 200))
            });
            out.push(format!("check {}, rung {}{of}", check.name, check.rung));
        }
        if let Some(handoff) = &self.handoff {
            out.push(String::new());
            out.extend(evidence::handoff_text(
                session.repo,
                task,
                handoff,
                self.rewritten.as_ref(),
            ));
        }
        out
    }

    fn as_json(&self, tip: &LaneTip) -> Value {
        let checks = self.checks.iter();
        let checks: Vec<Value> = checks
            .map(|check| json!({ "name": check.name, "rung": check.rung, "packages": check.packages }))
            .collect();
        json!({
            "task": self.task.id.as_str(),
            "status": self.task.status,
            "branch": self.task.branch,
            "worktree": self.path.as_ref().map(|path| path.display().to_string()),
            "tip": self.tip.to_string(),
            "on_remote": tip.there.map(|there| there.to_string()),
            "base": self.base.map(|base| base.to_string()),
            "diff": self.diff(),
            "moved": self.is_moved(),
            "behind": self.ahead,
            "assigned": self.task.assigned,
            "verdicts": self.task.verdict,
            "own_clone": verdicts::own_clone(&self.task),
            "trouble": self.task.trouble,
            "acceptance": self.commands().iter().map(|(key, _)| *key).collect::<Vec<_>>(),
            "checks": checks,
            "handoff": self.handoff,
        })
    }

    /// Where to go, what to run, and how it ends.
    fn lead_on(&self, session: &Session<'_>, verb: AssignVerb, actor: &Actor) -> Result<(), CliError> {
        let id = self.task.id.as_str();
        let name = verb.verb().name();
        if let Some(path) = &self.path {
            paint::hint(&format!("cd {}", setup::quoted(&path.display().to_string())));
        }
        if verb == AssignVerb::Test {
            if let Some(main) = &self.ahead {
                let merge = command(&["git", "merge", "--no-edit", main]);
                let line = match lane_store::remote_name(session.repo)? {
                    Some(remote) => format!("{} && {merge}", command(&["git", "fetch", "--", &remote])),
                    None => merge,
                };
                paint::note(&format!("{main} has commits that the lane does not have"));
                paint::hint(&line);
            }
            if !self.commands().is_empty() {
                paint::hint(&command(&["git", "lane", "check", id]));
            }
            if let (false, Some(base)) = (self.checks.is_empty(), self.base) {
                paint::hint(&format!("git lane gate --base {base}"));
            }
        }
        let is_own = self.task.authors.contains(&actor.by);
        if is_own && verb == AssignVerb::Review && !session.store().view()?.policy()?.pipeline.own_approval {
            paint::note(&format!(
                "you worked on {id}, so somebody else approves it ({})",
                ground::OWN_WORK.id
            ));
        }
        let (yes, no) = match verb {
            AssignVerb::Review => ("--approve", "--return"),
            AssignVerb::Test => ("--pass", "--fail"),
        };
        paint::note(&format!(
            "what is small you mend yourself: commit it in its worktree, then say it with `{yes} --fixed TEXT`"
        ));
        paint::hint(&command(&["git", "lane", name, id, yes]));
        paint::hint(&command(&["git", "lane", name, id, no, "--finding", "TEXT"]));
        paint::hint(&command(&["git", "lane", "leave", id]));
        Ok(())
    }
}

/// The checks of the gate that the lane's change calls for.
fn targeted(session: &Session<'_>, path: &std::path::Path, base: Oid) -> Result<Vec<Targeted>, CliError> {
    let gates = gate::declared(session)?.gates;
    if gates.checks().next().is_none() {
        return Ok(Vec::new());
    }
    let repo = Repo::open(path)?;
    let asked = gate::Asked {
        repo: &repo,
        gates: &gates,
        what: gate::What::WorkTree(&Base::Commit(base)),
        rungs: &(1..=3),
        level: Level::Lane,
        area: None,
    };
    let prepared = gate::Prepared::of(&asked, &Interrupt::none())?;
    let steps = prepared.ladder.plan.iter();
    let called = steps.filter_map(|step| match &step.todo {
        Todo::Run(check) => Some((step, check)),
        Todo::Skip(_) | Todo::Broken(_) => None,
    });
    Ok(called
        .map(|(step, check)| Targeted {
            name: step.name.to_string(),
            rung: step.rung,
            packages: match &check.affected {
                Some(Affected::Packages(all)) => Some(all.keys().cloned().collect()),
                Some(Affected::Everything(_)) | None => None,
            },
        })
        .collect())
}
