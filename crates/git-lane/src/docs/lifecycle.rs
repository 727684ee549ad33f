//! The life of a task as a page: the phases at a glance, a table for each, and what becomes of stages that are switched off.

use std::fmt::Write as _;

use lane_core::moves::MOVES;
use lane_core::moves::Move;
use lane_core::moves::Verb;
use lane_core::moves::When;
use lane_core::policy::Pipeline;
use lane_core::policy::Role;
use lane_core::record::Phase;
use lane_core::record::Stage;

/// The main road, and what leaves it. The tables below are made from the code; that this names every phase and verb is tested.
const PICTURE: &str = "\
```
        claim               handoff          approve           pass            land
 todo ─────────► in-progress ─────► review ─────────► testing ──────► queued ──────► done
  ▲                │  ▲               │                │  ▲             │
  ├── release ─────┤  ├──── return ───┘  fail: mended ─┴──┘             │
  ├── reclaim ─────┤  │                  in place, then to review       │
  └── retry ───────┘  └──── return, resume ─────────────────────────────┘

 Beside it. Each leads on only for whom and with what its table says.
 block        todo, in-progress ─► blocked; unblock leads back
 escalate     what is held ─► escalated, and so does a stage that fails once too often;
              from there retry, rescope, deprioritise ─► todo, return and take-over ─► in-progress
 abandon      whatever is not over ─► abandoned
 self-review, review, test, leave     who is at it; the phase stays
 sign         a person's word for what is queued, where the policy asks for it
 done         what was merged elsewhere, from wherever it is
```
";

/// All of the page but its notice.
pub(super) fn page() -> String {
    let mut out = String::from(
        "# The life of a task\n\nEvery transition is judged by one table, and this page is made from it. `git lane can VERB ID` asks it for you, and \
         says what\nis missing.\n\n",
    );
    out.push_str(PICTURE);
    for phase in Phase::ALL.into_iter().filter(|phase| !phase.is_final()) {
        of_phase(&mut out, phase);
    }
    switched_off(&mut out);
    out
}

fn of_phase(out: &mut String, phase: Phase) {
    let _ = writeln!(
        out,
        "\n## {phase}\n\n{}\n\n| verb | leads to | by | what must be true |\n|---|---|---|---|",
        about(phase)
    );
    for row in MOVES.iter().filter(|row| row.from == phase) {
        let needs: Vec<&str> = row.needs.iter().map(|need| need.words()).collect();
        let _ = writeln!(
            out,
            "| {}{} | {} | {} | {} |",
            row.verb,
            when(row.when),
            row.to,
            by(row),
            needs.join("; ")
        );
    }
}

fn about(phase: Phase) -> &'static str {
    match phase {
        Phase::Todo => "In the queue: a worker's move, once what it depends on is done.",
        Phase::InProgress => {
            "Held by one agent, who works in the lane: its move, until lease or limit are over."
        }
        Phase::Blocked => {
            "It waits for another task or for an answer: the orchestrator's move, its holder's once that is there."
        }
        Phase::Review => "Handed off: a reviewer's move. The author's claim and locks stay.",
        Phase::Testing => "Found good by a reviewer: a tester's move.",
        Phase::Queued => "It may land: the integrator's move. Nothing else has to be asked of it.",
        Phase::Escalated => "It does not go on by itself: the orchestrator decides. Lane and locks stay.",
        Phase::Done | Phase::Abandoned => "Over.",
    }
}

fn when(when: When) -> String {
    match when.words() {
        "" => String::new(),
        words => format!(", if {words}"),
    }
}

fn by(row: &Move) -> String {
    const ROLES: usize = 6;
    if row.by.len() == ROLES {
        return "anybody".to_owned();
    }
    let names: Vec<&str> = row.by.iter().map(|role: &Role| role.name()).collect();
    names.join(", ")
}

/// The verbs whose way depends on the stages that a policy has: the phase that they start from, and what is asked of the stages
/// for them to be there at all.
const SKIPPING: [(Verb, Phase, &str); 5] = [
    (Verb::Handoff, Phase::InProgress, "handoff"),
    (Verb::SelfReview, Phase::Review, "self-review"),
    (Verb::Approve, Phase::Review, "approve"),
    (Verb::Pass, Phase::Testing, "pass"),
    (Verb::Fail, Phase::Testing, "fail, the retries spent"),
];

fn switched_off(out: &mut String) {
    out.push_str(
        "\n## Stages that a policy leaves out\n\n`[pipeline] stages` names those that work passes (default: review, testing). What is left out is \
         skipped: the tables above show all\nof them, this one where each verb leads.\n\n| stages |",
    );
    for (_, _, name) in SKIPPING {
        let _ = write!(out, " {name} |");
    }
    let _ = writeln!(out, "\n|---|{}", "---|".repeat(SKIPPING.len()));
    for n in (0..1 << Stage::OPTIONAL.len()).rev() {
        let chosen = Stage::OPTIONAL
            .iter()
            .enumerate()
            .filter(|(at, _)| n >> at & 1 == 1)
            .map(|(_, stage)| stage.name().to_owned());
        let pipeline = Pipeline {
            stages: chosen.collect(),
            ..Pipeline::default()
        };
        let name = match pipeline.stages.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        let _ = write!(out, "| {name} |");
        for (verb, from, _) in SKIPPING {
            let _ = write!(out, " {} |", leads(&pipeline, verb, from));
        }
        out.push('\n');
    }
    out.push_str(
        "\n`done` asks that the work is on the integration branch, from any phase: a task that has landed is over. That nothing lands unjudged is what \
         the\nrule `verdict-missing` sees to, at the push and in CI; `merge-order` sees to the order of parts ([rules](rules.md)).\n",
    );
}

fn leads(pipeline: &Pipeline, verb: Verb, from: Phase) -> &'static str {
    let stage = match verb {
        Verb::SelfReview => Some(Stage::SelfReview),
        Verb::Approve => Some(Stage::Review),
        Verb::Pass | Verb::Fail => Some(Stage::Testing),
        _ => None,
    };
    if stage.is_some_and(|stage| !pipeline.has(stage)) {
        return "";
    }
    let is_it = |row: &&Move| {
        row.verb == verb && row.from == from && matches!(row.when, When::Always | When::RetrySpent)
    };
    MOVES
        .iter()
        .find(is_it)
        .map_or("", |row| row.leads_to(pipeline).name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_names_every_phase_and_verb() {
        let words = Phase::ALL.map(Phase::name).into_iter();
        for word in words.chain(Verb::ALL.map(Verb::name)) {
            assert!(PICTURE.contains(word), "{word}");
        }
        assert!(PICTURE.lines().all(|line| line.chars().count() <= 100));
    }

    #[test]
    fn every_row_is_on_the_page() {
        let page = page();
        for row in MOVES {
            let begin = format!("| {}{} | {} |", row.verb, when(row.when), row.to);
            assert!(page.contains(&begin), "{begin}");
        }
    }

    #[test]
    fn what_is_left_out_is_skipped() {
        let page = page();
        for line in [
            "| self-review, review, testing | review | review | testing | queued | review |",
            "| review, testing | review |  | testing | queued | review |",
            "| review | review |  | queued |  |  |",
            "| testing | testing |  |  | queued | escalated |",
            "| self-review | review | queued |  |  |  |",
            "| none | queued |  |  |  |  |",
        ] {
            assert!(page.contains(line), "{line}\n{page}");
        }
    }
}
