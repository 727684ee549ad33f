//! `bench sync`: claims of many clones on one remote, and of many processes in one clone.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;

use super::Plan;
use super::Report;
use super::field::Field;
use super::field::machine;
use super::race::progress;
use super::table::Table;
use super::table::median;
use super::table::ms;
use crate::Error;

/// Clones of one remote.
const CLONES: usize = 8;
/// Processes of one clone.
const PROCESSES: usize = 64;
/// Claims a second that eight clones must reach together.
const BUDGET: f64 = 10.0;
/// The most rounds: each makes its own tasks and clones.
const ROUNDS: usize = 10;

/// Measures both, round by round in turn.
pub(crate) fn run(plan: &Plan) -> Result<Report, Error> {
    let field = Field::new(&plan.binary)?;
    let rounds = plan.rounds.min(ROUNDS);
    let mut text = format!(
        "## Many clones\n\nWhole processes (`git-lane claim ID`), distinct tasks, all begun at once, one bare remote on the same disk, objects and refs\nsynced as by default; nobody tries again by hand. {rounds} rounds. {}.\n\n",
        machine(&field)?
    );
    let (mut clones, mut processes, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        progress(&format!("sync: round {} of {rounds}", round + 1));
        clones.push(many_clones(&field, round)?);
        processes.push(many_processes(&field, round)?);
        alone.push(one_alone(&field, round)?);
    }
    progress("");
    let mut table = Table::new(&[
        "who",
        "claims",
        "all succeed",
        "claims/s, median",
        "pushes per claim",
        "median ms a claim",
        "slowest ms",
    ]);
    let mut missed = Vec::new();
    for (who, runs) in [
        (format!("{CLONES} clones, 10 each, one after another"), &clones),
        (format!("{PROCESSES} processes of one clone"), &processes),
        ("one clone alone, 10 one after another".to_owned(), &alone),
    ] {
        table.row(&row(&who, runs));
        if runs.iter().any(|run| run.failed > 0) {
            missed.push(format!("{who}: not all claims succeeded"));
        }
    }
    let rate = median(clones.iter().map(Run::rate));
    if rate < BUDGET {
        missed.push(format!(
            "{CLONES} clones: {rate:.1} claims/s, the budget is {BUDGET}"
        ));
    }
    text += &table.text();
    text += &format!("\nBudget: {CLONES} clones, all succeed, at least {BUDGET} claims/s together.\n");
    Ok(Report { text, missed })
}

/// What one round showed.
struct Run {
    claims: usize,
    failed: usize,
    pushes: usize,
    took: Duration,
    each: Vec<f64>,
}

impl Run {
    fn rate(&self) -> f64 {
        as_f64(self.claims - self.failed) / self.took.as_secs_f64()
    }
}

fn row(who: &str, runs: &[Run]) -> Vec<String> {
    let all: Vec<f64> = runs.iter().flat_map(|run| run.each.iter().copied()).collect();
    let slowest = all.iter().copied().fold(0.0, f64::max);
    let failed: usize = runs.iter().map(|run| run.failed).sum();
    let claims: usize = runs.iter().map(|run| run.claims).sum();
    vec![
        who.to_owned(),
        claims.to_string(),
        if failed == 0 {
            "yes".to_owned()
        } else {
            format!("{failed} did not")
        },
        format!("{:.1}", median(runs.iter().map(Run::rate))),
        format!(
            "{:.2}",
            median(runs.iter().map(|run| as_f64(run.pushes) / as_f64(run.claims)))
        ),
        ms(median(all.iter().copied()) * 1e3),
        ms(slowest * 1e3),
    ]
}

fn as_f64(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

/// A remote with `tasks` tasks, and `clones` that have joined.
fn prepare(field: &Field, name: &str, tasks: usize, clones: usize) -> Result<Vec<PathBuf>, Error> {
    let hub = field.at(format!("{name}/hub.git"));
    field.write(format!("{name}/.keep"), "")?;
    let here = field.at(name);
    let hub_name = hub.display().to_string();
    field.run(&here, "git", &["init", "--quiet", "--bare", &hub_name])?;
    // Every push that is taken is in the ref's log.
    field.run(&hub, "git", &["config", "core.logAllRefUpdates", "always"])?;
    let first = here.join("clone-0");
    field.run(&here, "git", &["clone", "--quiet", &hub_name, "clone-0"])?;
    field.write(format!("{name}/clone-0/a"), "a\n")?;
    field.run(&first, "git", &["lane", "init"])?;
    let policy = first.join(".agents/policy.toml");
    let read = |source| Error::Read {
        path: policy.clone(),
        source,
    };
    let text = std::fs::read_to_string(&policy).map_err(read)?;
    let total = text.lines().map(|line| {
        if line.starts_with("total = ") {
            "total = 100000"
        } else {
            line
        }
    });
    field.write(
        format!("{name}/clone-0/.agents/policy.toml"),
        &format!("{}\n", total.collect::<Vec<_>>().join("\n")),
    )?;
    for args in [
        &["lane", "init", "--agents-md"][..],
        &["add", "--all"],
        &["commit", "--quiet", "-m", "first"],
        &["push", "--quiet", "origin", "main"],
    ] {
        field.run(&first, "git", args)?;
    }
    for n in 0..tasks {
        let id = task(n);
        let glob = format!("pieces/{n}/**");
        field.run(
            &first,
            "git",
            &[
                "lane",
                "--offline",
                "task",
                "add",
                "piece",
                "--id",
                &id,
                "--scope",
                &glob,
            ],
        )?;
    }
    field.run(&first, "git", &["lane", "sync"])?;
    let mut all = vec![first];
    for n in 1..clones {
        let clone = format!("clone-{n}");
        field.run(&here, "git", &["clone", "--quiet", &hub_name, &clone])?;
        field.run(&here.join(&clone), "git", &["lane", "init"])?;
        all.push(here.join(clone));
    }
    Ok(all)
}

fn task(n: usize) -> String {
    format!("S-{n:04}")
}

fn many_clones(field: &Field, round: usize) -> Result<Run, Error> {
    let name = format!("clones-{round}");
    let clones = prepare(field, &name, CLONES * 10, CLONES)?;
    let lists: Vec<(PathBuf, Vec<usize>)> = clones
        .into_iter()
        .enumerate()
        .map(|(n, clone)| (clone, (n * 10..n * 10 + 10).collect()))
        .collect();
    measure(field, &name, &lists)
}

fn many_processes(field: &Field, round: usize) -> Result<Run, Error> {
    let name = format!("processes-{round}");
    let clone = prepare(field, &name, PROCESSES, 1)?.remove(0);
    let lists: Vec<(PathBuf, Vec<usize>)> = (0..PROCESSES).map(|n| (clone.clone(), vec![n])).collect();
    measure(field, &name, &lists)
}

fn one_alone(field: &Field, round: usize) -> Result<Run, Error> {
    let name = format!("alone-{round}");
    let clone = prepare(field, &name, 10, 1)?.remove(0);
    measure(field, &name, &[(clone, (0..10).collect())])
}

/// Each list is worked off one after another, all lists at once.
fn measure(field: &Field, name: &str, lists: &[(PathBuf, Vec<usize>)]) -> Result<Run, Error> {
    let hub = field.at(format!("{name}/hub.git"));
    let before = pushes(field, &hub)?;
    let begun = Instant::now();
    let each: Vec<Vec<Option<f64>>> = std::thread::scope(|scope| {
        let threads: Vec<_> = lists
            .iter()
            .enumerate()
            .map(|(who, (clone, tasks))| {
                let commands: Vec<Command> = tasks.iter().map(|n| claim(field, clone, who, *n)).collect();
                scope.spawn(move || commands.into_iter().map(timed).collect::<Vec<_>>())
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_default())
            .collect()
    });
    let took = begun.elapsed();
    let claims: usize = lists.iter().map(|(_, tasks)| tasks.len()).sum();
    let each: Vec<f64> = each.into_iter().flatten().flatten().collect();
    Ok(Run {
        claims,
        failed: claims - each.len(),
        pushes: pushes(field, &hub)? - before,
        took,
        each,
    })
}

fn claim(field: &Field, clone: &Path, who: usize, n: usize) -> Command {
    let program = field.at("bin/git-lane").display().to_string();
    let mut command = field.command(clone, &program, &["claim", &task(n)]);
    command.env("GIT_LANE_AGENT", format!("agent-{who}"));
    command
}

/// How long it took, if it succeeded.
fn timed(mut command: Command) -> Option<f64> {
    let begun = Instant::now();
    let output = command.output().ok()?;
    let took = begun.elapsed().as_secs_f64();
    if !output.status.success() {
        anstream::eprintln!("{}", String::from_utf8_lossy(&output.stderr).trim_end());
        return None;
    }
    Some(took)
}

/// How many pushes the remote has taken.
fn pushes(field: &Field, hub: &Path) -> Result<usize, Error> {
    let log = field.run(
        hub,
        "git",
        &["reflog", "show", "--format=%h", "refs/agents/state"],
    )?;
    Ok(log.lines().count())
}
