//! `git lane approve-push`: a maintainer lets one push rewrite or delete what others have, once, on the record.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::id::PushId;
use lane_core::policy::Role;
use lane_core::record::ApprovedPush;
use lane_core::record::Forced;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_git::Oid;

use super::Outcome;
use crate::error::CliError;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;
use crate::show::pushes;
use crate::show::trail;

/// Let a push rewrite or delete what others have on the remote: this change of this ref, once, within a day.
///
/// For a maintainer. What an agent approves lets nothing pass that it pushes itself. The push that uses it is recorded, and the
/// approval is gone. The refusal `destructive-push` gives this command with the values that are meant. See docs/approvals.md.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("becomes").required(true).args(["new", "delete"])))]
pub(crate) struct ApprovePush {
    /// The ref on the remote: a branch, or any ref in full
    #[arg(value_name = "REF")]
    pub(crate) name: String,
    /// What it holds there now
    #[arg(long, value_name = "COMMIT")]
    pub(crate) old: String,
    /// What it may hold afterwards
    #[arg(long, value_name = "COMMIT")]
    pub(crate) new: Option<String>,
    /// It may be deleted
    #[arg(long)]
    pub(crate) delete: bool,
    /// Why: one line, kept in the ledger
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
}

pub(super) fn run(session: &Session<'_>, args: &ApprovePush) -> Outcome {
    let change = Forced {
        name: full_name(&args.name),
        old: object(session, "--old", &args.old)?,
        new: match &args.new {
            Some(new) => Some(object(session, "--new", new)?),
            None => None,
        },
    };
    if shared_state(session, &change.name)? {
        return Err(Refusal::input("the shared state only grows, and no approval changes that").into());
    }
    let actor = session.actor(Role::Maintainer)?;
    let committed = publishing::put(session, &actor, &mut |_| {
        let id = PushId::new(&session.source.short_id("P-")).map_err(|e| Refusal::input(e.to_string()))?;
        Ok(Payload::PushApproved {
            id,
            change: change.clone(),
            why: args.why.clone(),
        })
    })?;
    if let Payload::PushApproved { id, .. } = &committed.event.what {
        paint::out(id.as_str());
        let until = ApprovedPush::until(committed.event.at);
        paint::note(&format!(
            "approved once, until {until}: {}",
            pushes::change(&change)
        ));
    }
    let store = session.store();
    let agents = trail::at_work(&store.view()?, &actor.clone, &actor.by, None)?;
    if let Some(own) = trail::own(&agents) {
        paint::note(&format!("approved in {own}, and the trail says so"));
    }
    if !actor.by.is_person() {
        paint::note(&format!(
            "{} itself cannot use it: an agent does not approve its own push",
            actor.by
        ));
    }
    if let Some(remote) = lane_store::remote_name(session.repo)? {
        paint::hint(&push(&remote, &change));
    }
    Ok(ExitCode::SUCCESS)
}

fn full_name(name: &str) -> String {
    match name.starts_with("refs/") {
        true => name.to_owned(),
        false => format!("refs/heads/{name}"),
    }
}

/// An object's full id, whether it is here or not; else what a name stands for here.
fn object(session: &Session<'_>, option: &str, said: &str) -> Result<String, CliError> {
    if let Ok(oid) = said.parse::<Oid>() {
        return Ok(oid.to_string());
    }
    let what = || {
        let said = text::excerpt(said, 64);
        Refusal::input(format!(
            "{option} {said} is no commit of this clone; give the full id"
        ))
        .into()
    };
    session
        .repo
        .resolve(said)
        .map(|oid| oid.to_string())
        .ok_or_else(what)
}

fn shared_state(session: &Session<'_>, name: &str) -> Result<bool, CliError> {
    let link = session.store().link().ok().flatten();
    Ok(name == lane_store::STATE_REF || link.is_some_and(|link| link.refname() == name))
}

/// The push that uses it, and no other.
fn push(remote: &str, change: &Forced) -> String {
    let lease = format!("--force-with-lease={}:{}", change.name, change.old);
    let refspec = format!("{}:{}", change.new.as_deref().unwrap_or_default(), change.name);
    command(&["git", "push", &lease, "--", remote, &refspec])
}
