//! The plan of a climb with its reasons: what `--explain` prints, by rung.

use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Affected;
use lane_gate::PlanStep;
use lane_gate::PlannedCheck;
use lane_gate::PlannedWork;
use lane_gate::Receipt;
use lane_gate::Report;
use lane_gate::Todo;
use lane_gate::Trigger;

use super::about::About;
use super::about::WHY_CHARS;
use super::by_hand;
use super::words;
use crate::show::paint;

/// How many packages of a check are named.
const PACKAGES: usize = 12;
/// How many commands of a check are shown.
const COMMANDS: usize = 3;

/// The plan as lines. `known`: what receipts show of it.
pub(crate) fn plan(about: &About<'_>, known: &Report, now: Timestamp) -> Vec<String> {
    let mut out = vec![match about.declared {
        Some(place) => format!("{}; declared in {}", about.judged(), text::escape(place)),
        None => about.judged(),
    }];
    let mut rung = 0;
    for step in &about.ladder.plan {
        if step.rung != rung {
            rung = step.rung;
            out.push(format!("rung {rung}"));
        }
        let known = words::known(known, step.name.as_str());
        out.extend(of_step(about, step, known, now));
    }
    out
}

fn of_step(about: &About<'_>, step: &PlanStep, known: Option<&Receipt>, now: Timestamp) -> Vec<String> {
    let names = about
        .ladder
        .plan
        .iter()
        .map(|step| step.name.as_str().chars().count());
    let width = names.max().unwrap_or(0);
    let (word, why) = match &step.todo {
        Todo::Run(check) => {
            let why = match &check.why {
                // Said above, and the same for all.
                Trigger::Everything(_) => "everything is checked".to_owned(),
                why @ (Trigger::Paths { .. } | Trigger::Format(_)) => why.to_string(),
            };
            match known {
                Some(receipt) => (
                    "known",
                    format!(
                        "passed on the same files {} ago; {why}",
                        words::ago(receipt.ended, now)
                    ),
                ),
                None => ("run", why),
            }
        }
        Todo::Skip(why) => ("skip", why.to_string()),
        Todo::Broken(why) => ("CANNOT", why.clone()),
    };
    let why = text::excerpt(&why, WHY_CHARS);
    let line = format!("  {word:6}  {:width$}  {why}", step.name.as_str());
    let below = |line: String| format!("  {:6}  {:width$}    {line}", "", "");
    match &step.todo {
        Todo::Skip(_) => vec![paint::dim(&line)],
        Todo::Broken(_) => vec![line],
        Todo::Run(check) => {
            let more = commands(about, check)
                .into_iter()
                .chain(packages(check.affected.as_ref()));
            [line].into_iter().chain(more.map(below)).collect()
        }
    }
}

fn commands(about: &About<'_>, check: &PlannedCheck) -> Vec<String> {
    let PlannedWork::Commands(commands) = &check.work else {
        return vec![check.work.to_string()];
    };
    let shown = commands.iter().take(COMMANDS);
    let mut lines: Vec<String> = shown.map(|command| by_hand::shown(about, command)).collect();
    lines.extend(more(commands.len(), COMMANDS, "commands"));
    lines
}

fn packages(affected: Option<&Affected>) -> Vec<String> {
    match affected {
        None => Vec::new(),
        Some(Affected::Everything(cause)) => {
            vec![format!(
                "all packages: {}",
                text::excerpt(&cause.to_string(), WHY_CHARS)
            )]
        }
        Some(Affected::Packages(packages)) => {
            let each = packages.iter().take(PACKAGES);
            let each = each.map(|(name, why)| {
                format!(
                    "{}: {}",
                    text::excerpt(name, 64),
                    text::excerpt(&why.to_string(), WHY_CHARS)
                )
            });
            each.chain(more(packages.len(), PACKAGES, "packages")).collect()
        }
    }
}

fn more(all: usize, shown: usize, what: &str) -> Option<String> {
    let rest = all.checked_sub(shown).filter(|rest| *rest > 0)?;
    Some(format!("and {rest} more {what}: `--explain --json` has all"))
}
