//! What a landing needs: nothing stops it, the work is what was judged, and whoever must has given their word.

use super::Rejection;
use super::judging;
use crate::event::Event;
use crate::event::Payload;
use crate::ground;
use crate::policy::Role;
use crate::record::Known;
use crate::record::Task;
use crate::record::is_object;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::text;
use crate::view::View;

type Met = Result<(), Rejection>;

/// Who may say that something has landed which nobody can see.
const SAY: [Role; 3] = [Role::Integrator, Role::Orchestrator, Role::Maintainer];

/// The event names commits, and says of itself what fits together.
pub(super) fn named(event: &Event) -> Met {
    let Payload::TaskDone {
        task,
        tip,
        landed,
        how,
        landing,
    } = &event.what
    else {
        return Ok(());
    };
    if !is_object(tip) || !is_object(landed) {
        return Err(Refusal::input("tip and landed are commit ids").into());
    }
    if landing.is_some() != (*how == Some(Known::Landed)) {
        return Err(Refusal::input("a landing of ours says what it did, and no other does").into());
    }
    if *how == Some(Known::Said) && !SAY.contains(&event.role) {
        let what = format!(
            "that work has landed is said by the integrator, not by the {}",
            event.role
        );
        let done = command(&["git", "lane", "done", task.as_str()]);
        return Err(Refusal::new(&ground::ROLE_NOT_ALLOWED, what).hint(done).into());
    }
    match landing.as_ref().and_then(|landing| landing.fault()) {
        Some(fault) => Err(Refusal::input(fault).into()),
        None => Ok(()),
    }
}

/// Landings are not stopped.
pub(super) fn thawed(view: &dyn View) -> Met {
    let Some(frozen) = view.meta()?.frozen else {
        return Ok(());
    };
    let what = format!(
        "landings are frozen by {} since {}: \"{}\"",
        frozen.by,
        frozen.at,
        text::excerpt(&frozen.why, 200)
    );
    Err(Refusal::new(&ground::LANDING_FROZEN, what)
        .hint("git lane next")
        .into())
}

/// What lands is the work that was handed off, of the claim that holds it.
pub(super) fn on_handoff(view: &dyn View, event: &Event, task: &Task) -> Met {
    let (tip, fence) = match &event.what {
        Payload::TaskDone { tip, landing, .. } => (tip, landing.as_ref().map(|landing| landing.fence)),
        Payload::TaskSigned { tip, .. } => (tip, None),
        _ => return Ok(()),
    };
    let show = command(&["git", "lane", "show", task.id.as_str()]);
    let stands = judging::standing_handoff(view, task)?;
    if stands.as_ref().is_none_or(|handoff| handoff.tip != *tip) {
        let what = format!(
            "{} is not what {} was handed off at",
            text::excerpt(&tip.chars().take(12).collect::<String>(), 12),
            task.id
        );
        return Err(Refusal::new(&ground::VERDICT_MOVED, what).hint(show).into());
    }
    let holds = task.claim.as_ref().map(|claim| claim.fence);
    if fence.is_some() && fence != holds {
        let what = format!("{} was granted again since it was taken from the queue", task.id);
        return Err(Refusal::new(&ground::STALE_FENCE, what).hint(show).into());
    }
    Ok(())
}

/// Every stage that the policy has found it ready, the last of them on what lands.
pub(super) fn judged(view: &dyn View, task: &Task) -> Met {
    let policy = view.policy()?;
    let tip = judging::standing_handoff(view, task)?.map(|handoff| handoff.tip);
    let stages = policy.pipeline.judging();
    for (at, stage) in stages.iter().enumerate() {
        let is_last = at + 1 == stages.len();
        let verdict = task.verdict.get(stage).filter(|verdict| verdict.ready);
        let fits = verdict.is_some_and(|verdict| !is_last || Some(&verdict.tip) == tip.as_ref());
        if !fits {
            let what = format!("{} has no verdict of {} on what lands", task.id, stage.name());
            let resume = command(&["git", "lane", "resume", task.id.as_str()]);
            return Err(Refusal::new(&ground::UNJUDGED, what).hint(resume).into());
        }
    }
    Ok(())
}

/// A person has signed what lands, where the policy wants that.
pub(super) fn signed(view: &dyn View, task: &Task) -> Met {
    if !view.policy()?.landing.sign_off {
        return Ok(());
    }
    let tip = judging::standing_handoff(view, task)?.map(|handoff| handoff.tip);
    let signed = task.signed.as_ref().map(|signed| &signed.tip);
    if signed.is_some() && signed == tip.as_ref() {
        return Ok(());
    }
    let what = format!("no person has signed {} as it was handed off", task.id);
    let sign = command(&["git", "lane", "sign", task.id.as_str()]);
    Err(Refusal::new(&ground::UNSIGNED, what).hint(sign).into())
}

/// A person acts who did not write it.
pub(super) fn person(view: &dyn View, event: &Event, task: &Task) -> Met {
    if !event.by.is_person() {
        let what = format!("a person signs, and {} is an agent's name", event.by);
        // A way for the agent would be a way around it.
        let ask = command(&["git", "lane", "note", task.id.as_str(), "TEXT"]);
        return Err(Refusal::new(&ground::NOT_A_PERSON, what).hint(ask).into());
    }
    judging::not_author(view, event, task)
}
