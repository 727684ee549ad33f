//! An approval that lets a push rewrite or delete what others have: its use is recorded before the push goes, and what was there is
//! kept here.
//!
//! The one thing that a hook writes for all: nothing refuses any more when it does, and where it cannot be published the push does
//! not go.

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::PushId;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Forced;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_rules::Finding;
use lane_rules::Remedy;

use crate::error::CliError;
use crate::publishing;
use crate::rescue;
use crate::session::Session;
use crate::show::error;
use crate::show::paint;
use crate::show::trail;

/// Where what was there is kept, where it is no lane's.
const FOLDER: &str = "pushed-over";

/// An approval that is used.
pub(super) struct Used {
    pub(super) id: PushId,
    pub(super) change: Forced,
    /// The lane whose branch it is.
    pub(super) task: Option<TaskId>,
}

impl Used {
    /// Keeps what the ref held, where it is here, and records the use; what stands against the push where that fails.
    pub(super) fn record(&self, session: &Session<'_>, as_json: bool) -> Option<Finding> {
        match self.try_record(session) {
            Ok((kept, whose)) => {
                if !as_json {
                    self.tell(kept.as_deref(), &whose);
                }
                None
            }
            Err(fault) => {
                let what = format!(
                    "that {} is used could not be recorded, so nothing is pushed: {}",
                    self.id,
                    error::sentence(&fault)
                );
                let remedies = error::hints(&fault).into_iter().map(Remedy::Run);
                let refusal = Refusal::new(&ground::DESTRUCTIVE_PUSH, what);
                Some(Finding::whole(refusal, remedies.collect()))
            }
        }
    }

    fn try_record(&self, session: &Session<'_>) -> Result<(Option<String>, String), CliError> {
        let kept = match self.change.old.parse::<Oid>() {
            Ok(old) if session.repo.has_object(old)? => {
                let folder = self.task.as_ref().map_or(FOLDER, TaskId::as_str);
                Some(rescue::keep_in(session, folder, old)?.name)
            }
            _ => None,
        };
        let payload = Payload::PushForced {
            id: self.id.clone(),
            change: self.change.clone(),
        };
        let actor = session.actor(Role::Worker)?;
        let mut whose = None;
        publishing::put(session, &actor, &mut |view| {
            whose = view.meta()?.push.get(&self.id).cloned();
            Ok(payload.clone())
        })?;
        let whose = whose.map_or(String::new(), |approved| {
            format!(
                "; it was {}",
                trail::approved_in(&approved, &actor.by, &actor.clone)
            )
        });
        Ok((kept, whose))
    }

    fn tell(&self, kept: Option<&str>, whose: &str) {
        let kept = match kept {
            Some(name) => format!("what was there is kept here as {name}"),
            None => "what was there is not in this clone, so it is not kept".to_owned(),
        };
        paint::note(&format!(
            "{} is used for {}; {kept}{whose}",
            self.id,
            text::excerpt(&self.change.name, 120)
        ));
    }
}
