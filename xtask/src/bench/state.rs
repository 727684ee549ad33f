//! `bench state`: claim, lock, release, checkpoint and ready, by how many tasks live.

use std::cell::Cell;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use super::Plan;
use super::Report;
use super::field::Field;
use super::field::finish;
use super::field::machine;
use super::race;
use super::race::Times;
use super::race::Way;
use super::race::progress;
use super::seed;
use super::table::Table;
use super::table::ms;
use super::table::verdict;
use crate::Error;

/// Live tasks.
const SIZES: &[usize] = &[100, 10_000, 100_000];
/// Lanes that are at work beside the one that is measured: their locks are compared with.
const LANES: usize = 4;
/// What one command may take, in milliseconds, at every size.
const COMMAND_BUDGET: f64 = 10.0;
/// What the ready list of 10,000 may take, in milliseconds.
const READY_BUDGET: f64 = 15.0;
/// Other tools that keep such a state, by the programs' names.
const PEERS: &[&str] = &["ank", "backlog", "balls", "bl", "claimd"];

/// Measures, for each command the sizes in turn.
pub(crate) fn run(plan: &Plan) -> Result<Report, Error> {
    let field = Field::new(&plan.binary)?;
    let mut text = format!(
        "## The state\n\nWhole processes (`git-lane COMMAND`), objects and ref synced to disk as by default; the repository is warm, {LANES} other lanes are\nat work. The tasks were written into the state's tree by `git fast-import`, packed; nothing else about it is special. {} rounds. {}.\n\n",
        plan.rounds,
        machine(&field)?
    );
    let mut missed = Vec::new();
    let repos = SIZES
        .iter()
        .map(|size| prepare(&field, *size))
        .collect::<Result<Vec<_>, _>>()?;
    let mut table = Table::new(&["command", "live tasks", "median ms", "90 % ms", "budget"]);
    floors(&field, plan, &mut table)?;
    for command in COMMANDS {
        let times = measure(&field, command, &repos, plan)?;
        for (size, time) in SIZES.iter().zip(&times) {
            let budget = (command.budget)(*size);
            let what = format!("{} at {size} tasks", command.name);
            let kept = budget.map_or(String::new(), |budget| {
                verdict(&what, time.median_ms(), budget, &mut missed)
            });
            let cells = [
                command.name.to_owned(),
                size.to_string(),
                ms(time.median_ms()),
                ms(time.high_ms()),
                kept,
            ];
            table.row(&cells);
        }
    }
    text += &table.text();
    text += &peers();
    Ok(Report { text, missed })
}

/// A command: what is timed, and what puts the state back.
struct Command {
    name: &'static str,
    timed: fn(usize) -> Vec<String>,
    before: Option<fn(usize) -> Vec<String>>,
    after: Option<After>,
    budget: fn(usize) -> Option<f64>,
}

/// What puts the state back, given the round and what the command printed.
type After = fn(usize, &str) -> Vec<String>;

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

const COMMANDS: &[Command] = &[
    Command {
        name: "claim ID",
        timed: claim,
        before: None,
        after: Some(|n, _| release(n)),
        budget: |_| Some(COMMAND_BUDGET),
    },
    Command {
        name: "release ID",
        timed: release,
        before: Some(claim),
        after: None,
        budget: |_| Some(COMMAND_BUDGET),
    },
    Command {
        name: "lock GLOB",
        timed: |n| words(&format!("lock free/{n}/** --objective bench")),
        before: None,
        after: Some(|_, printed| words(&format!("unlock {}", printed.trim()))),
        budget: |_| Some(COMMAND_BUDGET),
    },
    Command {
        name: "checkpoint ID",
        timed: |_| words("checkpoint T-1 --done bench --next bench"),
        before: None,
        after: None,
        budget: |_| Some(COMMAND_BUDGET),
    },
    Command {
        name: "ready",
        timed: |_| words("ready"),
        before: None,
        after: None,
        budget: |size| (size <= 10_000).then_some(READY_BUDGET),
    },
    Command {
        name: "status",
        timed: |_| words("status"),
        before: None,
        after: None,
        budget: |_| None,
    },
];

/// A task that can be claimed: every tenth waits for another.
fn task(n: usize) -> String {
    seed::id(LANES + 1 + n * 10 % 90)
}

fn claim(n: usize) -> Vec<String> {
    words(&format!("claim {}", task(n)))
}

fn release(n: usize) -> Vec<String> {
    words(&format!("release {} --why bench", task(n)))
}

fn measure(field: &Field, command: &Command, repos: &[PathBuf], plan: &Plan) -> Result<Vec<Times>, Error> {
    let mut ways: Vec<Way<'_>> = repos
        .iter()
        .map(|repo| {
            let round = Cell::new(0);
            Way {
                name: command.name.to_owned(),
                step: Box::new(move || {
                    round.set(round.get() + 1);
                    once(field, command, repo, round.get())
                }),
            }
        })
        .collect();
    race::run(command.name, &mut ways, plan)
}

fn once(field: &Field, command: &Command, repo: &Path, round: usize) -> Result<Duration, Error> {
    if let Some(before) = command.before {
        lane(field, repo, &before(round))?;
    }
    let (printed, took) = lane(field, repo, &(command.timed)(round))?;
    if let Some(after) = command.after {
        lane(field, repo, &after(round, &printed))?;
    }
    Ok(took)
}

fn lane(field: &Field, repo: &Path, args: &[String]) -> Result<(String, Duration), Error> {
    let mut command = field.command(repo, &field.at("bin/git-lane").to_string_lossy(), args);
    command.env("GIT_LANE_AGENT", "agent-bench");
    finish(command)
}

/// A repository whose state has `size` live tasks, some of them claimed by others.
fn prepare(field: &Field, size: usize) -> Result<PathBuf, Error> {
    progress(&format!("making a state of {size} tasks"));
    let name = format!("state-{size}");
    let repo = field.with_lanes(&name, &[])?;
    seed::tasks(field, &repo, size)?;
    for n in 0..LANES {
        let mut claim = field.command(&repo, "git", &["lane", "claim", &seed::id(n)]);
        claim.env("GIT_LANE_AGENT", format!("agent-{n}"));
        finish(claim)?;
    }
    // The lane that checkpoints are made of; that it is claimed here keeps it out of the other rows.
    field.run(&repo, "git", &["branch", "T-1"])?;
    lane(field, &repo, &words("claim T-1"))?;
    progress("");
    Ok(repo)
}

/// What no command can be faster than: a process of ours that does nothing, and one file made durable.
fn floors(field: &Field, plan: &Plan, table: &mut Table) -> Result<(), Error> {
    let synced = field.at("synced");
    let mut ways = [
        Way {
            name: "floor: `git-lane --version`".to_owned(),
            step: Box::new(|| lane(field, &field.at(""), &words("--version")).map(|(_, took)| took)),
        },
        Way {
            name: "floor: one small file written and synced".to_owned(),
            step: Box::new(|| sync_one(&synced)),
        },
    ];
    for time in race::run("floors", &mut ways, plan)? {
        table.row(&[
            time.name.clone(),
            String::new(),
            ms(time.median_ms()),
            ms(time.high_ms()),
            String::new(),
        ]);
    }
    Ok(())
}

fn sync_one(path: &Path) -> Result<Duration, Error> {
    let start = std::time::Instant::now();
    std::fs::File::create(path)
        .and_then(|mut file| {
            std::io::Write::write_all(&mut file, &[0; 400])?;
            file.sync_all()
        })
        .map_err(|source| Error::Write {
            path: path.to_owned(),
            source,
        })?;
    Ok(start.elapsed())
}

/// Which of the peers are here. They keep states of other shapes, so none is timed unasked.
fn peers() -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let here: Vec<&str> = PEERS
        .iter()
        .copied()
        .filter(|name| std::env::split_paths(&path).any(|folder| folder.join(name).is_file()))
        .collect();
    if here.is_empty() {
        return format!("\nPeers on PATH: none of {}.\n", PEERS.join(", "));
    }
    format!("\nPeers on PATH, not timed here: {}.\n", here.join(", "))
}
