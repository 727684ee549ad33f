//! Which events of the ledger are wanted: by agent, kind and time.

use std::str::FromStr;

use lane_core::event::KINDS;
use lane_core::event::TRAIL;
use lane_core::id::Agent;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_git::Commit;
use lane_store::At;
use lane_store::Entry;

use crate::commands::log::Log;

/// A kind, or the family before its dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KindAsked(String);

impl KindAsked {
    fn holds(&self, kind: &str) -> bool {
        let rest = kind.strip_prefix(&self.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

impl FromStr for KindAsked {
    type Err = String;

    fn from_str(words: &str) -> Result<Self, Self::Err> {
        let asked = Self(words.to_owned());
        if KINDS.iter().any(|kind| asked.holds(kind)) {
            return Ok(asked);
        }
        let words = text::excerpt(words, 40);
        Err(format!(
            "{words:?} is no kind of event; there are {}",
            families().join("; ")
        ))
    }
}

/// The kinds, those of one family together: `lock.granted, released, renewed`. A line has no room for all their names.
fn families() -> Vec<String> {
    let mut families: Vec<(&str, String)> = Vec::new();
    for (family, what) in KINDS.iter().filter_map(|kind| kind.split_once('.')) {
        match families.last_mut() {
            Some((last, kinds)) if *last == family => {
                kinds.push_str(", ");
                kinds.push_str(what);
            }
            _ => families.push((family, format!("{family}.{what}"))),
        }
    }
    families.into_iter().map(|(_, kinds)| kinds).collect()
}

/// What all wanted events have. The default wants every event.
#[derive(Default)]
pub(crate) struct Filter {
    agent: Option<Agent>,
    kinds: Vec<KindAsked>,
    since: Option<At>,
    until: Option<At>,
}

impl Filter {
    pub(crate) fn new(args: &Log, now: Timestamp) -> Self {
        Self {
            agent: args.agent.clone(),
            kinds: match args.trail {
                true => TRAIL.iter().map(|kind| KindAsked((*kind).to_owned())).collect(),
                false => args.kind.clone(),
            },
            since: args.since.map(|asked| asked.at(now)),
            until: args.until.map(|asked| asked.at(now)),
        }
    }

    pub(crate) fn wants(&self, entry: &Entry) -> bool {
        let event = &entry.event;
        let kind = event.what.kind();
        self.agent.as_ref().is_none_or(|agent| event.by == *agent)
            && (self.kinds.is_empty() || self.kinds.iter().any(|asked| asked.holds(kind)))
            && match self.since {
                Some(At::Event(seq)) => event.seq >= seq,
                Some(At::Time(time)) => event.at >= time,
                Some(At::Now) | None => true,
            }
            && match self.until {
                Some(At::Event(seq)) => event.seq <= seq,
                Some(At::Time(time)) => event.at <= time,
                Some(At::Now) | None => true,
            }
    }

    /// Whether the event that a commit carries may be wanted, as far as its date tells. The order of events is not
    /// that of their times: a note keeps the time at which it was written.
    pub(crate) fn may_want(&self, commit: &Commit) -> bool {
        let late = matches!(self.since, Some(At::Time(since)) if commit.time < since.secs());
        let early = matches!(self.until, Some(At::Time(until)) if commit.time > until.secs());
        !late && !early
    }

    /// Whether no event before this one is wanted.
    pub(crate) fn is_past(&self, entry: &Entry) -> bool {
        matches!(self.since, Some(At::Event(since)) if entry.event.seq <= since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_asked_for_whole_or_by_its_family() {
        let holds = |asked: &str, kind: &str| asked.parse::<KindAsked>().unwrap().holds(kind);
        assert!(holds("task.claimed", "task.claimed"));
        assert!(holds("task", "task.claimed"));
        assert!(!holds("task.checked", "task.checkpointed"));
        assert!(!holds("lock", "task.claimed"));
        for wrong in ["", "tas", "task.", "task.*", ".", "TASK"] {
            let fault = wrong.parse::<KindAsked>().unwrap_err();
            assert!(fault.contains("lock.granted"), "{fault}");
        }
    }
}
