//! The engine of `cargo xtask bench merge`'s table: plays the scenarios and prints them as Markdown.

use std::path::PathBuf;

use clap::Parser as _;
use lane_scenarios::Way;
use lane_testkit::Sandbox;

/// Play the merge scenarios and print the table
#[derive(clap::Parser)]
struct Arguments {
    /// The git-lane whose driver is played
    #[arg(long)]
    binary: PathBuf,
    /// Only scenarios whose name contains this; says why each cell is what it is
    #[arg(long)]
    only: Option<String>,
}

fn main() {
    let arguments = Arguments::parse();
    let sandbox = Sandbox::new(arguments.binary.canonicalize().expect("the binary"));
    let mut scenarios = lane_scenarios::all();
    if let Some(only) = arguments.only {
        scenarios.retain(|scenario| scenario.name.contains(&only));
        for way in Way::all() {
            explain(&sandbox, &scenarios, way);
        }
    } else {
        print!("{}", lane_scenarios::markdown(&sandbox, &scenarios, Way::all()));
    }
}

fn explain(sandbox: &Sandbox, scenarios: &[lane_scenarios::Scenario], way: Way) {
    let stage = lane_scenarios::Stage::new(sandbox, way);
    for scenario in scenarios {
        stage.load(scenario);
        for cell in lane_scenarios::play(&stage, scenario) {
            let order = if cell.swapped { ", swapped" } else { "" };
            println!(
                "== {}, {}, {:?}{order}: {:?}",
                scenario.name,
                stage.way.name(),
                cell.operation,
                cell.verdict
            );
            for line in cell.why.iter().chain(&cell.flaws) {
                println!("{line}");
            }
        }
    }
}
