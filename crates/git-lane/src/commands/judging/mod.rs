//! A verdict: on exactly one commit, with evidence where that is newer than the handoff.

mod told;

use std::process::ExitCode;

use lane_core::apply::acceptance_is_due;
use lane_core::apply::standing_handoff;
use lane_core::apply::unproven_by;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::id::TaskId;
use lane_core::moves;
use lane_core::moves::Situation;
use lane_core::policy::Role;
use lane_core::record::Checkpoint;
use lane_core::record::Class;
use lane_core::record::Phase;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::record::Verdict;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::Unreadable;
use lane_core::view::View;
use lane_git::Oid;
use lane_store::Actor;
use lane_store::Code;
use lane_store::Committed;
use lane_store::TreeView;

use super::Outcome;
use super::left_here;
use super::prepared;
use super::prepared::Prepared;
use super::prepared::Words;
use super::worktrees;
use crate::actions;
use crate::delivery;
use crate::error::CliError;
use crate::evidence;
use crate::evidence::AtLane;
use crate::lane_tip::LaneTip;
use crate::lane_tip::Standing;
use crate::publishing;
use crate::session::Session;

/// What goes with a verdict.
#[derive(Debug, clap::Args)]
pub(crate) struct VerdictArgs {
    /// What you found: one line; may be repeated
    #[arg(long = "finding", value_name = "TEXT", requires = "verdict")]
    pub(crate) findings: Vec<String>,
    /// What you mended in the lane: one line; may be repeated
    #[arg(long, value_name = "TEXT", requires = "verdict")]
    pub(crate) fixed: Vec<String>,
    /// The commit that you judge: another one is refused (default: the lane's tip)
    #[arg(long, value_name = "COMMIT", requires = "verdict")]
    pub(crate) at: Option<String>,
    #[command(flatten)]
    pub(crate) words: Words,
    /// Take the worktree with the uncommitted work that another agent left in it, as it is
    #[arg(long, conflicts_with = "verdict")]
    pub(crate) take_over: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl VerdictArgs {
    /// Refuses words about evidence where no verdict brings any.
    pub(super) fn needs_verdict(&self) -> Result<(), CliError> {
        match self.words.is_empty() {
            true => Ok(()),
            false => Err(CliError::Usage(
                "what is said about evidence goes with --approve or --pass".to_owned(),
            )),
        }
    }
}

/// What a verdict mends by bringing evidence.
const EVIDENCE: [&Ground; 3] = [
    &ground::ACCEPTANCE_FAILED,
    &ground::ACCEPTANCE_MISSING,
    &ground::ACCEPTANCE_STALE,
];

/// A verdict that is to be given.
pub(super) struct Judging<'a> {
    pub(super) id: &'a TaskId,
    pub(super) verb: JudgeVerb,
    pub(super) class: Option<Class>,
    pub(super) said: &'a VerdictArgs,
}

/// What it is given on.
struct Subject {
    tip: Oid,
    /// The handoff that stands.
    handoff: Option<Checkpoint>,
    /// Whether the shared remote lacks the commit, and this clone's branch has it.
    unpushed: bool,
}

impl Subject {
    fn is_moved(&self) -> bool {
        self.handoff.as_ref().map(|handoff| handoff.tip.as_str()) != Some(self.tip.to_string().as_str())
    }
}

pub(super) fn run(session: &Session<'_>, judging: &Judging<'_>) -> Outcome {
    publishing::refresh(session)?;
    let store = session.store();
    let view = store.view()?;
    let task = evidence::spoken_for(session, &view, Some(judging.id))?;
    let actor = session.actor(moves::implied_role_from(task.status, judging.verb.verb()))?;
    let handoff = standing_handoff(&view, &task)?;
    judging.may(session, &view, (&actor, &task), handoff.as_ref())?;
    let tip = LaneTip::look(session, &task)?;
    let subject = judging.subject(session, &task, handoff, &tip)?;
    let unproven = judging.unproven(&view, &task, &subject)?;
    let is_brought = subject.is_moved() || unproven.is_some();
    judging.may_on(session, (&actor, &task), (&subject, unproven))?;
    judging.has_mended(&task, &subject)?;
    let brings = is_brought && matches!(judging.verb, JudgeVerb::Approve | JudgeVerb::Pass);
    if !brings && !judging.said.words.is_empty() {
        return Err(CliError::Usage(
            "what is said about evidence goes with --approve or --pass where these bring new evidence"
                .to_owned(),
        ));
    }
    let committed = match brings {
        true => match judging.with_evidence(session, &task, (&actor, &subject))? {
            Ok(committed) => committed,
            Err(code) => return Ok(code),
        },
        false => judging.on_handoff(session, &task, (&actor, &subject))?,
    };
    judging.tell(session, &subject, &committed)?;
    worktrees::hand_back(session, &actor, &task.id)?;
    Ok(ExitCode::SUCCESS)
}

impl Judging<'_> {
    /// The command line, as it is given again.
    fn again(&self) -> String {
        self.with(&self.said.fixed)
    }

    /// The same with other words about what was mended.
    fn with(&self, fixed: &[String]) -> String {
        let id = self.id.as_str();
        let (name, flag) = match self.verb {
            JudgeVerb::SelfReview => ("review", "--self"),
            JudgeVerb::Approve => ("review", "--approve"),
            JudgeVerb::Return => ("review", "--return"),
            JudgeVerb::Pass => ("test", "--pass"),
            JudgeVerb::Fail => ("test", "--fail"),
        };
        let mut words = vec!["git", "lane", name, id, flag];
        if let Some(class) = self.class {
            words.extend(["--class", class.name()]);
        }
        let findings = self
            .said
            .findings
            .iter()
            .flat_map(|one| ["--finding", one.as_str()]);
        let fixed = fixed.iter().flat_map(|one| ["--fixed", one.as_str()]);
        words.extend(findings.chain(fixed));
        let said = self.said.words.again();
        words.extend(said.iter().map(String::as_str));
        command(&words)
    }

    /// The command by which the stage is taken.
    fn stage(&self, task: &Task) -> String {
        let verb = match task.status {
            Phase::Testing => "test",
            _ => "review",
        };
        command(&["git", "lane", verb, task.id.as_str()])
    }

    /// The commit: the lane's tip, of which nothing may be elsewhere that is not here.
    fn subject(
        &self,
        session: &Session<'_>,
        task: &Task,
        handoff: Option<Checkpoint>,
        tip: &LaneTip,
    ) -> Result<Subject, CliError> {
        let handed = handoff
            .as_ref()
            .and_then(|handoff| handoff.tip.parse::<Oid>().ok());
        let found = match (tip.standing(session)?, handed) {
            (Standing::Whole(tip) | Standing::There(tip), _) => tip,
            // Nothing of it is here: what was handed off can be judged by whoever saw it elsewhere.
            (Standing::Absent, Some(handed)) => handed,
            (Standing::Absent, None) => return Err(self.void(task, "it has no branch here", None)),
            (Standing::Behind | Standing::Apart, _) => {
                let what = format!("branch {} is further on the remote than here", task.branch);
                return Err(self.void(task, &what, tip.way_on(session, task)?));
            }
        };
        if let Some(pin) = &self.said.at {
            let Some(pinned) = session.repo.resolve(pin) else {
                let what = format!("--at {} names no commit here", text::excerpt(pin, 64));
                return Err(Refusal::input(what)
                    .hint(command(&["git", "lane", "show", task.id.as_str()]))
                    .into());
            };
            if pinned != found {
                let what = format!("it is at {}, and you judged {}", found.short(), pinned.short());
                return Err(self.void(task, &what, None));
            }
        }
        Ok(Subject {
            tip: found,
            handoff,
            unpushed: tip.here == Some(found) && tip.there != Some(found),
        })
    }

    /// The refusal of a verdict on something that is not what there is.
    fn void(&self, task: &Task, what: &str, way: Option<String>) -> CliError {
        let what = format!("the verdict on {} is void: {what}", task.id);
        Refusal::new(&ground::VERDICT_MOVED, what)
            .hint(way.unwrap_or_else(|| command(&["git", "lane", "show", task.id.as_str()])))
            .into()
    }

    /// Refuses what the state has against it before anything is run.
    fn may(
        &self,
        session: &Session<'_>,
        view: &dyn View,
        (actor, task): (&Actor, &Task),
        handoff: Option<&Checkpoint>,
    ) -> Result<(), CliError> {
        if !self.verb.is_ready() && self.said.findings.is_empty() {
            let what = format!("a verdict against {} says what is wrong", task.id);
            let say = format!("{} --finding TEXT", self.again());
            return Err(Refusal::input(what).hint(say).into());
        }
        // As if it were on the handoff: whether evidence can be brought is asked later.
        let handed = handoff.map_or_else(|| "0".repeat(40), |handoff| handoff.tip.clone());
        let against = actions::against(session, view, actor, (&task.id, self.payload(handed, None)))?;
        let is_brought = |no: &Refusal| EVIDENCE.iter().any(|ground| ground.id == no.ground.id);
        let against = against.into_iter().find(|no| !is_brought(no));
        against.map_or(Ok(()), |no| Err(no.into()))
    }

    /// What keeps what stands from showing the acceptance, where that is due.
    fn unproven(
        &self,
        view: &TreeView<'_>,
        task: &Task,
        subject: &Subject,
    ) -> Result<Option<Refusal>, CliError> {
        let is_due = acceptance_is_due(&view.policy()?.pipeline, self.leads_to(view, task)?);
        let Some(stands) = subject.handoff.as_ref().filter(|_| is_due) else {
            return Ok(None);
        };
        let known = view.results(&task.id)?.unwrap_or_else(|| Results::none(&task.id));
        let faults = unproven_by(task, stands, &known.acceptance);
        Ok(faults.into_iter().next().map(|(_, no)| no))
    }

    /// Refuses a verdict that it is ready on a commit that whoever acts cannot answer for.
    fn may_on(
        &self,
        session: &Session<'_>,
        (actor, task): (&Actor, &Task),
        (subject, unproven): (&Subject, Option<Refusal>),
    ) -> Result<(), CliError> {
        if !self.verb.is_ready() {
            return Ok(());
        }
        let assigned = task.assigned.as_ref();
        let judges = assigned.is_some_and(|one| one.is_held_by(&actor.by, &actor.clone));
        let above = matches!(actor.role, Role::Orchestrator | Role::Maintainer);
        if !subject.is_moved() {
            return match (judges, unproven) {
                // What they mended and did not commit is no part of what they judge.
                (true, _) => self.nothing_uncommitted(session, task),
                (false, Some(no)) if !above => {
                    let what = format!(
                        "{}; only who has taken {} on brings such evidence",
                        no.what, task.id
                    );
                    Err(Refusal::new(no.ground, what).hint(self.stage(task)).into())
                }
                (false, _) => Ok(()),
            };
        }
        let short = subject.tip.short();
        if self.verb == JudgeVerb::SelfReview {
            let what = format!("it is at {short}, which was not handed off");
            let handoff = command(&["git", "lane", "handoff", task.id.as_str()]);
            return Err(self.void(task, &what, Some(handoff)));
        }
        if !judges && !above {
            let what = format!(
                "it is at {short}, which was not handed off, and only who has taken it on brings evidence for that"
            );
            return Err(self.void(task, &what, Some(self.stage(task))));
        }
        Ok(())
    }

    /// Refuses to say that something was mended where no commit came after the handoff. An author speaks of what they mended
    /// before it.
    fn has_mended(&self, task: &Task, subject: &Subject) -> Result<(), CliError> {
        if self.said.fixed.is_empty() || subject.is_moved() || self.verb == JudgeVerb::SelfReview {
            return Ok(());
        }
        let what = format!(
            "--fixed: {} has no commit after the handoff, at {}; commit in its worktree what you mended, or leave the word out",
            task.branch,
            subject.tip.short()
        );
        Err(Refusal::input(what)
            .hint(self.stage(task))
            .hint(self.with(&[]))
            .into())
    }

    fn nothing_uncommitted(&self, session: &Session<'_>, task: &Task) -> Result<(), CliError> {
        let wanted = format!("refs/heads/{}", task.branch);
        let mut list = session.repo.worktree_list()?.into_iter();
        match list.any(|worktree| worktree.branch.as_ref() == Some(&wanted) && !worktree.prunable) {
            true => AtLane::find(session, task)?.clean(),
            false => Ok(()),
        }
    }

    fn payload(&self, tip: String, checkpoint: Option<Checkpoint>) -> Payload {
        Payload::TaskJudged {
            task: self.id.clone(),
            verb: self.verb,
            verdict: Box::new(Verdict {
                ready: self.verb.is_ready(),
                tip,
                class: self.class,
                conflict: None,
                findings: self.said.findings.clone(),
                fixed: self.said.fixed.clone(),
                extra: toml::Table::new(),
                made: None,
            }),
            checkpoint: checkpoint.map(Box::new),
        }
    }

    /// Where it leads in this state.
    fn leads_to(&self, view: &dyn View, task: &Task) -> Result<Phase, Unreadable> {
        let policy = view.policy()?;
        let row = moves::find(Situation::of(task, &policy), self.verb.verb());
        Ok(row.map_or(task.status, |row| row.leads_to(&policy.pipeline)))
    }

    /// On the handoff, or against whatever there is. Commits that only this clone has go along where nobody takes them
    /// for what was handed off.
    fn on_handoff(
        &self,
        session: &Session<'_>,
        task: &Task,
        (actor, subject): (&Actor, &Subject),
    ) -> Result<Committed, CliError> {
        let to = self.leads_to(&session.store().view()?, task)?;
        let goes = subject.unpushed && (!subject.is_moved() || !to.is_handed_off());
        let code = goes.then(|| self.code(task, subject));
        let tip = subject.tip.to_string();
        let payload = self.payload(tip, None);
        let put = publishing::deliver(session, actor, code.as_ref(), &mut |_| Ok(payload.clone()))?;
        if subject.unpushed && !goes {
            left_here::tell(session, task, subject.tip)?;
        }
        Ok(put)
    }

    /// On a newer commit: prepared like a handoff, branch and state in one push.
    fn with_evidence(
        &self,
        session: &Session<'_>,
        task: &Task,
        (actor, subject): (&Actor, &Subject),
    ) -> Result<Result<Committed, ExitCode>, CliError> {
        let at = AtLane::find(session, task)?;
        let again = self.again();
        let verb = self.verb.verb();
        let prepared = match Prepared::of(session, (task, &at), &self.said.words, (verb, &again))? {
            Ok(prepared) => prepared,
            Err(code) => return Ok(Err(code)),
        };
        let tip = subject.tip.to_string();
        let code = self.code(task, subject);
        let committed = publishing::deliver(session, actor, Some(&code), &mut |view| {
            let now = view
                .task(&task.id)?
                .map_or_else(|| task.clone(), Found::into_task);
            let to = self.leads_to(view, &now)?;
            Ok(self.payload(tip.clone(), Some(prepared.checkpoint(view, to)?)))
        });
        let committed = committed.map_err(|fault| prepared::mended(fault, &again))?;
        if let Payload::TaskJudged {
            checkpoint: Some(record),
            ..
        } = &committed.event.what
        {
            delivery::tell_owners(session, actor, record, prepared.changes());
        }
        Ok(Ok(committed))
    }

    fn code(&self, task: &Task, subject: &Subject) -> Code {
        Code {
            tip: subject.tip,
            to: format!("refs/heads/{}", task.branch),
            over: None,
        }
    }
}
