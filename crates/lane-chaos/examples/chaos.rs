//! The long run behind `cargo xtask chaos`: progress on a terminal, a table of figures at the end.

use std::io;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use lane_chaos::Failure;
use lane_chaos::Figures;
use lane_chaos::Plan;

#[derive(Parser)]
struct Args {
    #[arg(long)]
    binary: PathBuf,
    #[arg(long)]
    seed: Option<u64>,
    #[arg(long, default_value_t = 10_000)]
    faults: u64,
    #[arg(long, default_value_t = 4)]
    clones: usize,
    #[arg(long, default_value_t = 3)]
    processes: usize,
    #[arg(long, default_value_t = 200)]
    commands: usize,
    #[arg(long, default_value_t = 2)]
    parallel: usize,
    #[arg(long)]
    keep: bool,
}

fn main() -> io::Result<ExitCode> {
    let args = Args::parse();
    let plan = Plan {
        binary: args.binary,
        seed: args
            .seed
            .unwrap_or_else(|| getrandom::u64().unwrap_or_default() % 1_000_000_000),
        faults: args.faults,
        clones: args.clones,
        processes: args.processes,
        commands: args.commands,
        parallel: args.parallel,
        keep: args.keep,
    };
    println!(
        "seed {}, {} clones, {} processes each",
        plan.seed, plan.clones, plan.processes
    );
    let start = Instant::now();
    let report = lane_chaos::run(&plan, &|figures| progress(figures, plan.faults))?;
    clear();
    print!("{}", report.figures);
    println!("{:<44} {:>9.0}", "seconds", start.elapsed().as_secs_f64());
    for failure in &report.failures {
        tell(failure);
    }
    Ok(ExitCode::from(u8::from(!report.failures.is_empty())))
}

fn progress(figures: &Figures, goal: u64) {
    if io::stderr().is_terminal() {
        let (histories, struck) = (figures.histories, figures.struck());
        eprint!("\r\x1b[K{histories} histories, {struck} of {goal} faults");
    }
}

fn clear() {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}

fn tell(failure: &Failure) {
    println!(
        "\nFAILED: seed {}, kept in {}",
        failure.seed,
        failure.folder.display()
    );
    for fault in &failure.faults {
        println!("- {fault}");
    }
}
