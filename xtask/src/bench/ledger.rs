//! `bench ledger`: appending an event, proving a ledger, and what an event takes on disk, by how many events there are.

use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use super::Plan;
use super::Report;
use super::field::Field;
use super::field::finish;
use super::field::machine;
use super::race;
use super::race::Way;
use super::race::progress;
use super::table::Table;
use super::table::ms;
use super::table::verdict;
use crate::Error;

/// Events in the ledger.
const SIZES: &[usize] = &[1_000, 10_000, 100_000];
/// The size that the budgets of a proof are meant for.
const BUDGET_SIZE: usize = 100_000;
/// What a proof of the chain may take there, in milliseconds.
const CHAIN_BUDGET: f64 = 1_000.0;
/// What a replay of every decision may take there, in milliseconds.
const FULL_BUDGET: f64 = 10_000.0;
/// What one more event may take, in milliseconds, at every size.
const APPEND_BUDGET: f64 = 10.0;
/// How often a proof is timed: it is long.
const PROOFS: usize = 3;

/// Measures, at each size.
pub(crate) fn run(plan: &Plan) -> Result<Report, Error> {
    let field = Field::new(&plan.binary)?;
    let seeder = field.at("bin/ledger-seed");
    fs::copy(&plan.helper, &seeder).map_err(|source| Error::Write { path: seeder, source })?;
    let mut text = format!(
        "## The ledger\n\nWhole processes. The ledgers are genuine: every event was judged by `apply` (`verify --full` holds), of tasks that are\nadded, claimed, checked, handed off, noted and done; written by `git fast-import`, then packed by `git repack -ad`.\nAppended is a note, objects and ref synced to disk as by default. {} rounds, {PROOFS} for the proofs. {}.\n\n",
        plan.rounds,
        machine(&field)?
    );
    let mut missed = Vec::new();
    let mut table = Table::new(&["what", "events", "median ms", "90 % ms", "budget"]);
    let repos = SIZES
        .iter()
        .map(|size| prepare(&field, *size))
        .collect::<Result<Vec<_>, _>>()?;
    proofs(&field, plan, &repos, &mut table, &mut missed)?;
    let mut bytes = Table::new(&[
        "events",
        "bytes an event, packed",
        "bytes an event, loose",
        "the same, packed",
    ]);
    appends(&field, plan, &repos, &mut table, &mut missed, &mut bytes)?;
    text += &table.text();
    text += "\nOn disk. Packed: the whole ledger by `git repack -ad`. Loose: the events appended above, in blocks of the file system;\npacked after them by `git maintenance run --task=loose-objects`, which deletes nothing that is reachable.\n\n";
    text += &bytes.text();
    Ok(Report { text, missed })
}

/// A repository whose ledger has about `size` events.
fn prepare(field: &Field, size: usize) -> Result<PathBuf, Error> {
    progress(&format!("making a ledger of {size} events"));
    let name = format!("ledger-{size}");
    let repo = field.with_lanes(&name, &["--scope", "a"])?;
    let line = format!("ledger-seed . {size} | git fast-import --quiet --done");
    field.run(&repo, "sh", &["-c", &line])?;
    field.run(&repo, "git", &["repack", "-adq"])?;
    field.run(&repo, "git", &["lane", "verify", "--full"])?;
    progress("");
    Ok(repo)
}

fn proofs(
    field: &Field,
    plan: &Plan,
    repos: &[PathBuf],
    table: &mut Table,
    missed: &mut Vec<String>,
) -> Result<(), Error> {
    let few = Plan {
        binary: plan.binary.clone(),
        helper: plan.helper.clone(),
        rounds: PROOFS.min(plan.rounds),
        warm_up: 1,
        peers: false,
    };
    for (name, args, budget) in [
        ("verify", &["verify"][..], CHAIN_BUDGET),
        ("verify --full", &["verify", "--full"], FULL_BUDGET),
    ] {
        let mut ways: Vec<Way<'_>> = repos
            .iter()
            .map(|repo| Way {
                name: name.to_owned(),
                step: Box::new(move || lane(field, repo, args)),
            })
            .collect();
        let times = race::run(name, &mut ways, &few)?;
        for (size, time) in SIZES.iter().zip(&times) {
            let what = format!("{name} of {size} events");
            let kept = if *size == BUDGET_SIZE {
                verdict(&what, time.median_ms(), budget, missed)
            } else {
                String::new()
            };
            let cells = [
                name.to_owned(),
                size.to_string(),
                ms(time.median_ms()),
                ms(time.high_ms()),
                kept,
            ];
            table.row(&cells);
        }
    }
    Ok(())
}

fn appends(
    field: &Field,
    plan: &Plan,
    repos: &[PathBuf],
    table: &mut Table,
    missed: &mut Vec<String>,
    bytes: &mut Table,
) -> Result<(), Error> {
    let before = repos
        .iter()
        .map(|repo| Disk::of(field, repo))
        .collect::<Result<Vec<_>, _>>()?;
    let mut ways: Vec<Way<'_>> = repos
        .iter()
        .map(|repo| {
            let round = Cell::new(0);
            Way {
                name: "append".to_owned(),
                step: Box::new(move || {
                    round.set(round.get() + 1);
                    let text = format!("round {}: what was tried, and what is left", round.get());
                    lane(field, repo, &["note", "T-1", &text])
                }),
            }
        })
        .collect();
    let times = race::run("append", &mut ways, plan)?;
    let appended = plan.rounds + plan.warm_up;
    for (((size, time), repo), before) in SIZES.iter().zip(&times).zip(repos).zip(before) {
        let what = format!("append to {size} events");
        let kept = verdict(&what, time.median_ms(), APPEND_BUDGET, missed);
        let cells = [
            "append one".to_owned(),
            size.to_string(),
            ms(time.median_ms()),
            ms(time.high_ms()),
            kept,
        ];
        table.row(&cells);
        let loose = Disk::of(field, repo)?;
        let maintain = &["maintenance", "run", "--quiet", "--task=loose-objects"];
        // The first run packs, the second one removes what is packed.
        field.run(repo, "git", maintain)?;
        field.run(repo, "git", maintain)?;
        let packed = Disk::of(field, repo)?;
        bytes.row(&[
            size.to_string(),
            (before.packed / size).to_string(),
            (loose.loose.saturating_sub(before.loose) / appended).to_string(),
            (packed.packed.saturating_sub(before.packed) / appended).to_string(),
        ]);
    }
    Ok(())
}

fn lane(field: &Field, repo: &Path, args: &[&str]) -> Result<Duration, Error> {
    let mut command = field.command(repo, &field.at("bin/git-lane").to_string_lossy(), args);
    command.env("GIT_LANE_AGENT", "agent-bench");
    finish(command).map(|(_, took)| took)
}

/// What objects take, in bytes.
struct Disk {
    loose: usize,
    packed: usize,
}

impl Disk {
    fn of(field: &Field, repo: &Path) -> Result<Self, Error> {
        let counted = field.run(repo, "git", &["count-objects", "-v"])?;
        let kib = |key: &str| {
            let mut lines = counted.lines();
            let value = lines.find_map(|line| line.strip_prefix(key)?.trim().parse::<usize>().ok());
            value.unwrap_or(0) * 1024
        };
        Ok(Self {
            loose: kib("size:"),
            packed: kib("size-pack:"),
        })
    }
}
