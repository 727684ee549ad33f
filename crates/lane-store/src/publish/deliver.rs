//! Code and state in one push: both arrive, or neither. The branch of a handoff, or of a verdict that brings evidence, goes
//! with the event that tells of it, whether that was decided just now or while the remote was away.

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::refusal::Refusal;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Arrival;
use lane_git::Lease;
use lane_git::Oid;
use lane_git::RemoteError;
use lane_git::Sent;

use super::line;
use super::pace;
use super::turn::Code;
use super::turn::RACES;
use super::turn::Turn;
use crate::error::StoreError;
use crate::source::Actor;
use crate::transact::Committed;
use crate::transact::Decide;

/// A branch that goes with the state.
pub(super) struct Carried {
    code: Code,
    /// The pending handoff that tells of it, given up when the branch is not taken; none for this turn's own.
    event: Option<String>,
}

impl Turn<'_> {
    /// Decides a handoff and pushes it with its branch. Nothing is locked while hooks run: they may take their time, and
    /// our own state lock.
    pub(super) fn deliver(
        &mut self,
        actor: &Actor,
        code: &Code,
        decide: Decide<'_>,
    ) -> Result<Committed, StoreError> {
        self.locked(Self::refresh)?;
        for _ in 0..=RACES {
            self.locked(Self::catch_up)?;
            if let Some(committed) = self.found_there()? {
                return Ok(committed);
            }
            pace::wait(&self.store.publish_dir(), self.link.pace);
            let mut carried = self.carried(self.store.tip()?.ok_or(StoreError::NotSetUp)?)?;
            carried.retain(|other| other.code.to != code.to);
            carried.push(Carried {
                code: code.clone(),
                event: None,
            });
            let (own, tip) = {
                let mut chain = self.store.chain()?;
                let own = chain.decide(&self.id, actor, decide)?;
                (own, chain.head().commit)
            };
            if self.send(tip, &carried, false)? {
                return Ok(own);
            }
            self.locked(Self::lost)?;
        }
        Err(self.always_late())
    }

    /// The branches of the handoffs and verdicts up to `tip` that the remote does not know yet.
    pub(super) fn carried(&self, tip: Oid) -> Result<Vec<Carried>, StoreError> {
        let Some(seen) = self.store.seen(&self.link)? else {
            return Ok(Vec::new());
        };
        let fresh = line::after(self.store.repo, seen, tip)?.unwrap_or_default();
        let mut carried = Vec::new();
        for pending in line::events(&fresh)? {
            let (Payload::TaskHandedOff { checkpoint }
            | Payload::TaskJudged {
                checkpoint: Some(checkpoint),
                ..
            }) = &pending.event.what
            else {
                continue;
            };
            let task = match self.store.view_at(tip)?.task(&checkpoint.task)? {
                Some(Found::Live(task)) if task.handoff.as_ref() == Some(&checkpoint.checkpoint) => task,
                // It was taken up again, or is done: what it told of is no longer what there is.
                _ => continue,
            };
            if let Ok(commit) = checkpoint.tip.parse()
                && self.store.repo.has_object(commit)?
            {
                carried.push(Carried {
                    code: Code {
                        tip: commit,
                        to: format!("refs/heads/{}", task.branch),
                        over: None,
                    },
                    event: Some(pending.event.id.clone()),
                });
            }
        }
        Ok(carried)
    }

    /// Pushes the state up to `tip`, and what it carries. False when somebody was faster, or a pending handoff had to be
    /// given up. `turn`: whether the publish lock is held already.
    pub(super) fn send(&mut self, tip: Oid, carried: &[Carried], turn: bool) -> Result<bool, StoreError> {
        let (state, sent) = self.outgoing(tip)?;
        self.store.source.failpoint("pushing");
        pace::note(&self.store.publish_dir(), self.link.pace);
        let mut all = vec![state];
        all.extend(carried.iter().map(|one| {
            Sent {
                what: one.code.tip,
                to: one.code.to.clone(),
                lease: one
                    .code
                    .over
                    .map_or(Lease::Tracked, |over| Lease::Exactly(Some(over))),
            }
        }));
        // Hooks judge code. They are asked once about the same code, however often the state loses a race.
        let codes: Vec<Oid> = carried.iter().map(|one| one.code.tip).collect();
        let repo = self.store.repo;
        let asked = if self.hooked == codes {
            Ok(())
        } else {
            repo.ask_pre_push(&self.link.remote, &all)
        };
        match asked.and_then(|()| repo.push(&self.link.remote, &all)) {
            Ok(arrivals) => {
                self.hooked = codes;
                self.judge_arrivals(&arrivals, carried, tip, sent, turn)
            }
            Err(RemoteError::Git(fault)) => Err(fault.into()),
            Err(RemoteError::Hook) => {
                let no = |branch: &str| {
                    let what = format!("the pre-push hook refused branch {branch} of this handoff");
                    Refusal::new(&ground::PUSH_REFUSED, what)
                };
                self.without(carried, &|_| true, &no, StoreError::PushHook, turn)
            }
            Err(fault) => self.holding(turn, |turn| turn.arrived_after_all(tip, sent, &fault)),
        }
    }

    fn judge_arrivals(
        &mut self,
        arrivals: &[Arrival],
        carried: &[Carried],
        tip: Oid,
        sent: usize,
        turn: bool,
    ) -> Result<bool, StoreError> {
        if arrivals
            .iter()
            .all(|one| matches!(one, Arrival::Taken | Arrival::Same))
        {
            self.report.sent += sent;
            self.holding(turn, |turn| turn.store.arrived(&turn.link, tip, &mut turn.report))?;
            return Ok(true);
        }
        let (state, branches) = match arrivals {
            [state, branches @ ..] => (state, branches),
            [] => return Ok(false),
        };
        for (arrival, one) in branches.iter().zip(carried) {
            let (ground, why): (&'static Ground, &str) = match arrival {
                Arrival::Raced(why) if !why.contains("atomic") => (&ground::BRANCH_BEHIND, why),
                Arrival::Refused(why) if !why.contains("atomic") => (&ground::PUSH_REFUSED, why),
                _ => continue,
            };
            let remote = self.link.remote().to_owned();
            let no = |branch: &str| not_taken(ground, &remote, branch, why);
            let fault = StoreError::from(no(short(&one.code.to)));
            return self.without(carried, &|other| other.code.to == one.code.to, &no, fault, turn);
        }
        match state {
            Arrival::Refused(why) if !why.contains("atomic") => self.other_ref(why).map(|()| false),
            _ => Ok(false),
        }
    }

    /// Pending handoffs whose branch is not taken are given up, so that they hold up nothing else; this turn's own fails.
    fn without(
        &mut self,
        carried: &[Carried],
        lost: &dyn Fn(&Carried) -> bool,
        no: &dyn Fn(&str) -> Refusal,
        fault: StoreError,
        turn: bool,
    ) -> Result<bool, StoreError> {
        let lost: Vec<&Carried> = carried.iter().filter(|one| lost(one)).collect();
        let pending: Vec<(String, Refusal)> = lost
            .iter()
            .filter_map(|one| Some((one.event.clone()?, no(short(&one.code.to)))))
            .collect();
        if lost.iter().any(|one| one.event.is_none()) {
            return Err(fault);
        }
        self.holding(turn, |turn| {
            turn.store.give_up_pending(&turn.link, &pending, &mut turn.report)
        })?;
        Ok(false)
    }

    fn holding<T>(
        &mut self,
        held: bool,
        act: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if held { act(self) } else { self.locked(act) }
    }
}

fn short(branch: &str) -> &str {
    branch.trim_start_matches("refs/heads/")
}

fn not_taken(ground: &'static Ground, remote: &str, branch: &str, why: &str) -> Refusal {
    if ground.id == ground::BRANCH_BEHIND.id {
        let what = format!("{remote} has commits on {branch} that this branch does not have");
        let fetch = lane_core::refusal::command(&["git", "fetch", "--", remote]);
        return Refusal::new(ground, what).hint(fetch);
    }
    let push = lane_core::refusal::command(&["git", "push", "--", remote, branch]);
    Refusal::new(ground, format!("{remote} does not take {branch}: {why}")).hint(push)
}
