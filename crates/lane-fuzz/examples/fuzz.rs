//! The long run behind `cargo xtask fuzz`: counts memory, keeps what failed in `target/fuzz/`.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use lane_fuzz::Limits;
use lane_fuzz::Outcome;
use lane_fuzz::TARGETS;
use lane_fuzz::Target;
use lane_fuzz::judge;
use lane_fuzz::run;
use peak_alloc::PeakAlloc;

#[global_allocator]
static COUNTED: PeakAlloc = PeakAlloc;

/// Where inputs are kept, from the root of the checkout.
const KEPT: &str = "target/fuzz";

#[derive(Parser)]
struct Args {
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    #[arg(long)]
    seed: Option<u64>,
    #[arg(long, requires = "targets")]
    replay: Option<PathBuf>,
    targets: Vec<String>,
}

fn main() -> io::Result<ExitCode> {
    let args = Args::parse();
    let unknown = |name: &&String| !TARGETS.iter().any(|target| target.name == name.as_str());
    if let Some(name) = args.targets.iter().find(unknown) {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        eprintln!("error: no target {name:?}; there are {}", names.join(", "));
        return Ok(ExitCode::from(2));
    }
    let named = |target: &&Target| args.targets.is_empty() || args.targets.iter().any(|n| n == target.name);
    let targets: Vec<&'static Target> = TARGETS.iter().filter(named).collect();
    let all_hold = match &args.replay {
        Some(file) => replay(&targets, &fs::read(file)?),
        None => long_run(&targets, args.seconds, args.seed.unwrap_or_else(fresh))?,
    };
    Ok(ExitCode::from(if all_hold { 0 } else { 1 }))
}

fn fresh() -> u64 {
    getrandom::u64().unwrap_or_default()
}

fn replay(targets: &[&Target], input: &[u8]) -> bool {
    let verdicts: Vec<bool> = targets.iter().map(|target| replay_one(target, input)).collect();
    verdicts.iter().all(|held| *held)
}

fn replay_one(target: &Target, input: &[u8]) -> bool {
    match judge(target, input) {
        Ok(peak) => println!("{}: holds, {} KiB", target.name, peak >> 10),
        Err(why) => {
            println!("{}: {why}", target.name);
            return false;
        }
    }
    true
}

fn long_run(targets: &[&'static Target], seconds: u64, seed: u64) -> io::Result<bool> {
    fs::create_dir_all(KEPT)?;
    println!(
        "seed {seed}\n{:<10} {:>10} {:>10} {:>10}",
        "target", "inputs", "worst ms", "peak MiB"
    );
    let limits = Limits {
        cases: usize::MAX,
        time: Duration::from_secs(seconds),
    };
    let mut all_hold = true;
    for target in targets {
        let running = Path::new(KEPT).join(format!("{}.running", target.name));
        let outcome = run(target, seed, limits, &mut |input| {
            drop(fs::write(&running, input));
        });
        fs::remove_file(&running)?;
        all_hold &= report(target, &outcome)?;
    }
    Ok(all_hold)
}

fn report(target: &Target, outcome: &Outcome) -> io::Result<bool> {
    let (ms, mib) = (outcome.worst.as_millis(), outcome.peak >> 20);
    println!("{:<10} {:>10} {ms:>10} {mib:>10}", target.name, outcome.cases);
    let Some(failure) = &outcome.failure else {
        return Ok(true);
    };
    let kept = Path::new(KEPT).join(format!("{}.failed", target.name));
    fs::write(&kept, &failure.input)?;
    println!("  {}", failure.why);
    println!("  cargo xtask fuzz {} --replay {}", target.name, kept.display());
    Ok(false)
}
