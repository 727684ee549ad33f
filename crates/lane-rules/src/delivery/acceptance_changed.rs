//! `acceptance-changed`: what had to be true at the end was rewritten after the work was taken.

use std::collections::BTreeMap;

use lane_core::ground;
use lane_core::id::Agent;
use lane_core::policy::Adopted;
use lane_core::record::Acceptance;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::time::Timestamp;

use super::Delivered;
use super::Judged;
use super::way_on;
use crate::finding::Finding;

/// How many edits and criteria are told, and how many characters of each.
const TOLD: usize = 8;
const CHARS: usize = 160;

/// How the acceptance of a task was edited after it was claimed first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rewritten {
    /// Who changed it, and when; the oldest first.
    pub edits: Vec<(Agent, Timestamp)>,
    /// The criteria as they were when it was claimed.
    pub was: BTreeMap<String, Acceptance>,
}

impl Rewritten {
    /// `changed by agent-a at …`: one line.
    pub fn by(&self) -> String {
        let told = self
            .edits
            .iter()
            .take(TOLD)
            .map(|(by, at)| format!("{by} at {at}"));
        let more = match self.edits.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(" and {more} times more"),
        };
        format!("changed by {}{more}", told.collect::<Vec<_>>().join(", by "))
    }

    /// What each criterion was that is `now` another one or gone, and which are new. Bounded and escaped.
    pub fn lines(&self, now: &BTreeMap<String, Acceptance>) -> Vec<String> {
        let mut lines = self.lost(now);
        let new = now.keys().filter(|key| !self.was.contains_key(*key));
        lines.extend(new.map(|key| format!("{} is new", text::excerpt(key, 64))));
        if let Some(more @ 1..) = lines.len().checked_sub(TOLD) {
            lines.truncate(TOLD);
            lines.push(format!("… and {more} more"));
        }
        lines
    }

    /// The criteria of then that are not there as they were.
    fn lost(&self, now: &BTreeMap<String, Acceptance>) -> Vec<String> {
        let lost = self.was.iter().filter(|(key, was)| now.get(*key) != Some(was));
        lost.map(|(key, was)| {
            let gone = if now.contains_key(key) { "" } else { "is gone; it " };
            format!("{} {gone}was {}", text::excerpt(key, 64), described(was))
        })
        .collect()
    }
}

/// `"what must be true" by cargo test (anchor)`.
fn described(criterion: &Acceptance) -> String {
    let text = text::excerpt(&criterion.text, CHARS);
    let check = criterion.check.as_ref();
    let check = check.map_or(String::new(), |check| {
        format!(" by {}", text::excerpt(&check.line(), CHARS))
    });
    match criterion.purpose.is_empty() {
        true => format!("{text:?}{check}"),
        false => format!("{text:?}{check} ({})", criterion.purposes()),
    }
}

/// What is only added takes nothing away from what was asked.
pub(super) fn judge(delivered: &Delivered<'_>, _: &Adopted) -> Judged {
    let (Some(task), Some(rewritten)) = (delivered.task, &delivered.evidence.rewritten) else {
        return Ok(Vec::new());
    };
    if rewritten.lost(&task.acceptance).is_empty() {
        return Ok(Vec::new());
    }
    let what = format!(
        "the acceptance of {} is not what it was when the task was claimed, {}: {}",
        task.id,
        rewritten.by(),
        rewritten.lines(&task.acceptance).join("; ")
    );
    let show = way_on::run(&["git", "lane", "show", task.id.as_str()]);
    let refusal = Refusal::new(&ground::ACCEPTANCE_CHANGED, what);
    Ok(vec![Finding::whole(refusal, vec![show])])
}

#[cfg(test)]
mod tests {
    use lane_core::record::Check;

    use super::*;
    use crate::delivery::Evidence;
    use crate::delivery::trial::Trial;

    fn criterion(text: &str, check: &str) -> Acceptance {
        Acceptance {
            text: text.to_owned(),
            check: Some(Check::Command(vec![check.to_owned()])),
            purpose: Vec::new(),
            extra: toml::Table::new(),
        }
    }

    /// A delivery of a task whose only criterion is now `a1`, "x" by `true`.
    fn trial(was: &[(&str, Acceptance)]) -> Trial {
        let was = was.iter().map(|(key, one)| ((*key).to_owned(), one.clone()));
        Trial {
            evidence: Evidence {
                rewritten: Some(Rewritten {
                    edits: vec![(Agent::new("agent-a").unwrap(), Timestamp::from_secs(0))],
                    was: was.collect(),
                }),
                ..Trial::checked().evidence
            },
            ..Trial::checked()
        }
    }

    #[test]
    fn a_criterion_that_is_another_one_or_gone_is_found_and_one_that_is_new_is_not() {
        let (same, other) = (criterion("x", "true"), criterion("x", "false"));
        for (was, expected) in [
            (vec![("a1", same.clone())], &[][..]),
            (vec![], &[]),
            (vec![("a1", other.clone())], &["acceptance-changed"]),
            (vec![("a1", same), ("a2", other)], &["acceptance-changed"]),
        ] {
            trial(&was).finds(expected);
        }
        Trial {
            task: None,
            ..trial(&[("a1", criterion("x", "false"))])
        }
        .finds(&[]);
    }

    #[test]
    fn it_says_who_and_when_and_what_it_was() {
        trial(&[("a1", criterion("y\u{1b}", "false")), ("a2", criterion("z", "z"))]).says(
            "the acceptance of T-1 is not what it was when the task was claimed, changed by agent-a at \
             1970-01-01T00:00:00Z: a1 was \"y\\\\u{1b}\" by false; a2 is gone; it was \"z\" by z",
            "git lane show T-1",
        );
    }
}
