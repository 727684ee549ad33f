//! Pushes that rewrite or delete what others have: who approves them, and that an approval is used once.

use super::Verdict;
use super::Write;
use super::leases::line;
use crate::event::Event;
use crate::ground;
use crate::id::PushId;
use crate::policy::Role;
use crate::record::ApprovedPush;
use crate::record::Forced;
use crate::record::PUSHES_MAX;
use crate::refusal::Refusal;
use crate::view::View;

/// A maintainer lets one change of one ref pass.
pub(super) fn approved(
    view: &dyn View,
    event: &Event,
    (id, change, why): (&PushId, &Forced, &str),
) -> Verdict {
    if event.role != Role::Maintainer {
        let what = format!("a push is approved by the maintainer, not by the {}", event.role);
        return Err(Refusal::new(&ground::ROLE_NOT_ALLOWED, what)
            .hint("git lane help approve-push")
            .into());
    }
    line("--why", why)?;
    if let Some(fault) = change.fault() {
        return Err(Refusal::input(fault).into());
    }
    let mut meta = view.meta()?;
    meta.push.retain(|_, waiting| !waiting.is_over(event.at));
    if meta.push.contains_key(id) {
        return Err(Refusal::new(&ground::ID_TAKEN, format!("there is an approval {id} already")).into());
    }
    let same = |waiting: &&ApprovedPush| waiting.change == *change && waiting.by == event.by;
    if let Some(waiting) = meta.push.values().find(same) {
        let what = format!(
            "{} approved it already; it can be used until {}",
            waiting.by, waiting.until
        );
        return Err(Refusal::new(&ground::NOTHING_CHANGES, what)
            .hint("git lane status")
            .into());
    }
    if meta.push.len() >= PUSHES_MAX {
        return Err(Refusal::input(format!("{PUSHES_MAX} approved pushes wait already")).into());
    }
    let approved = ApprovedPush {
        change: change.clone(),
        by: event.by.clone(),
        clone: event.clone.clone(),
        at: event.at,
        until: ApprovedPush::until(event.at),
        why: why.to_owned(),
    };
    meta.push.insert(id.clone(), approved);
    Ok(vec![Write::Meta(Box::new(meta))])
}

/// Somebody makes it: the approval is gone.
pub(super) fn forced(view: &dyn View, event: &Event, id: &PushId, change: &Forced) -> Verdict {
    let mut meta = view.meta()?;
    let lets = |waiting: &ApprovedPush| waiting.lets(&event.by, change, event.at);
    if !meta.push.get(id).is_some_and(lets) {
        let what = format!("nobody else has approved that push as {id}, or it was used, or its time is over");
        return Err(Refusal::new(&ground::DESTRUCTIVE_PUSH, what)
            .hint("git lane log --kind push")
            .into());
    }
    meta.push.remove(id);
    Ok(vec![Write::Meta(Box::new(meta))])
}
