//! The scenario table, as Markdown.

use std::collections::BTreeMap;

use lane_testkit::Sandbox;

use crate::Cell;
use crate::Scenario;
use crate::Stage;
use crate::Verdict;
use crate::Way;
use crate::play;

/// Plays `scenarios` in each of `ways`. A cell counts the verdicts of all operations and orders, the worst first.
pub fn markdown(sandbox: &Sandbox, scenarios: &[Scenario], ways: Vec<Way>) -> String {
    let stages: Vec<Stage<'_>> = ways.into_iter().map(|way| Stage::new(sandbox, way)).collect();
    let names: Vec<&str> = stages.iter().map(|stage| stage.way.name()).collect();
    let mut text = row("scenario", &names) + &row("---", &vec!["---"; names.len()]);
    let mut totals: Vec<Vec<Cell>> = stages.iter().map(|_| Vec::new()).collect();
    for scenario in scenarios {
        let mut cells: Vec<String> = Vec::new();
        for (stage, total) in stages.iter().zip(&mut totals) {
            stage.load(scenario);
            let played = play(stage, scenario);
            cells.push(counted(&played));
            total.extend(played);
        }
        text += &row(&scenario.what, &cells);
    }
    let totals: Vec<String> = totals.iter().map(|cells| counted(cells)).collect();
    text + &row("all", &totals)
}

fn row<S: AsRef<str>>(first: &str, cells: &[S]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {first} | {} |\n", cells.join(" | "))
}

fn counted(cells: &[Cell]) -> String {
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for cell in cells {
        *counts.entry(cell.verdict).or_default() += 1;
    }
    let words: Vec<String> = match counts.len() {
        1 => counts.keys().map(|verdict| verdict.word().to_owned()).collect(),
        _ => counts
            .iter()
            .rev()
            .map(|(verdict, count)| format!("{} {count}", verdict.word()))
            .collect(),
    };
    words.join(", ")
}
