//! The steps of random histories that happen to work that is handed off, and what the orchestrator chooses.

use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::view::Lane;
use lane_core::view::View as _;

use super::Step;
use super::WORDS;
use crate::delivered;
use crate::fixture::Fixture;
use crate::fixture::task_id;
use crate::fixture::texts;
use crate::stages;

impl Step {
    /// For the kinds that are about a lane: one of those that there are, whoever acts.
    pub(super) fn some_lane(&self, f: &Fixture) -> Option<Lane> {
        let mut lanes = f.state.lanes().unwrap();
        let about = self.kind >= 38 && self.task > 0;
        // Of what only goes for work that is handed off, mostly such.
        let judges = (38..=47).contains(&self.kind);
        if judges && lanes.iter().any(|lane| lane.status.is_handed_off()) {
            lanes.retain(|lane| lane.status.is_handed_off());
        }
        lanes
            .get(self.other % lanes.len().max(1))
            .filter(|_| about)
            .cloned()
    }

    /// What happens between handoff and landing, and what the orchestrator chooses.
    pub(super) fn of_stage(&self, f: &Fixture, id: &str, words: &str) -> Payload {
        let judged = |verb| self.judged(f, id, verb);
        let mut lanes = f.state.lanes().unwrap().into_iter();
        let sat = lanes.find(|lane| lane.assigned.is_some()).map(|lane| lane.task);
        match (self.kind, sat) {
            // Who is at one leaves it, mostly.
            (39 | 41, Some(sat)) => return stages::left(sat.as_str()),
            (41, None) => return stages::left(id),
            _ => {}
        }
        match self.kind {
            38 | 39 => stages::assigned(id, AssignVerb::Review),
            40 => stages::assigned(id, AssignVerb::Test),
            42..=44 => judged(JudgeVerb::Approve),
            45 | 54 => judged(JudgeVerb::Return),
            46 => judged(JudgeVerb::Pass),
            47 => judged(JudgeVerb::Fail),
            48 => stages::retried(id, words),
            49 => stages::escalated(id, words),
            50 => self.rescoped(f, id, words),
            51 => stages::deprioritised(id, words),
            52 => stages::taken_over(f, id, words),
            53 if self.scope > 9 => stages::abandoned(id, words),
            _ => judged(JudgeVerb::SelfReview),
        }
    }

    /// A verdict, now and then on another commit, or with something to say that nobody may read.
    fn judged(&self, f: &Fixture, id: &str, verb: JudgeVerb) -> Payload {
        if f.state.task(&task_id(id)).unwrap().is_none() {
            return stages::judged_as(id, verb, stages::verdict(verb, delivered::TIP), None);
        }
        let tip = stages::handoff_of(f, id).map_or_else(|| delivered::TIP.to_owned(), |h| h.tip);
        let tip = if self.scope == 13 { delivered::OTHER } else { &tip };
        let mut verdict = stages::verdict(verb, tip);
        if self.words > 0 {
            verdict.findings = texts(&[WORDS[self.words]]);
        }
        stages::judged_as(id, verb, verdict, None)
    }

    fn rescoped(&self, f: &Fixture, id: &str, why: &str) -> Payload {
        let mut task = self.task(f, id);
        self.change(&mut task);
        Payload::TaskRescoped {
            task: Box::new(task),
            why: why.to_owned(),
        }
    }
}
