//! A gate whose results are all known: what is left of `git lane gate` when nothing is run.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use toml::Table as Toml;
use toml::Value;

use crate::Error;
use crate::Workspace;
use crate::bench::Plan;
use crate::bench::Report;
use crate::bench::field::Field;
use crate::bench::field::finish;
use crate::bench::field::machine;
use crate::bench::race;
use crate::bench::race::Way;
use crate::bench::race::progress;
use crate::bench::table::Table;
use crate::bench::table::ms;
use crate::bench::table::verdict;

/// What a gate may take that has nothing new to do, in milliseconds.
const BUDGET: f64 = 50.0;
/// Files of the small repository and of the large one, beside its package.
const SMALL: usize = 40;
const LARGE: usize = 50_000;
/// Files in each folder.
const FOLDER: usize = 100;
/// Where the checks note that they were run, beside the repositories.
const RAN: &str = "home/ran";

/// A repository: what it is called, and whether the budget is meant for it.
struct Place {
    name: String,
    dir: PathBuf,
    budget: Option<f64>,
}

/// What is timed in each.
const WAYS: &[(&str, &[&str])] = &[
    ("`git lane gate`, all known by receipts", &["lane", "gate"]),
    (
        "`git lane gate --base HEAD`, nothing changed",
        &["lane", "gate", "--base", "HEAD"],
    ),
    ("`git status`", &["status", "--porcelain"]),
    ("`git lane --version`", &["lane", "--version"]),
];
/// Of [`WAYS`], how many are gates.
const GATES: usize = 2;

/// Measures in each repository.
pub(super) fn run(workspace: &Workspace, plan: &Plan) -> Result<Report, Error> {
    let field = Field::new(&plan.binary)?;
    let gates = gates(workspace)?;
    let mut text = format!(
        "## A gate that has nothing new to do\n\nWhole processes, on a branch that changes one Rust file. The checks are this project's, but that what would call cargo does\nnothing: the second time each is known by its receipt, and what is timed is how a gate finds that out. No check was run while\nit was timed. {} rounds, the ways in turn. {}.\n\n",
        plan.rounds,
        machine(&field)?
    );
    let mut missed = Vec::new();
    let mut table = Table::new(&["repository", "what", "median ms", "90 % ms", "budget"]);
    let places = [
        small(&field, &gates, SMALL, Some(BUDGET))?,
        this(&field, workspace, &gates)?,
        small(&field, &gates, LARGE, None)?,
    ];
    for place in &places {
        progress(&format!("{}: the first gate", place.name));
        finish(command(&field, &place.dir, WAYS[0].1))?;
        let (ran, explained) = (ran(&field)?, explained(&field, place)?);
        if explained.starts_with("everything") {
            missed.push(format!("{}: {explained}", place.name));
        }
        let mut ways: Vec<Way<'_>> = WAYS
            .iter()
            .map(|(name, args)| Way {
                name: (*name).to_owned(),
                step: Box::new(|| finish(command(&field, &place.dir, args)).map(|(_, took)| took)),
            })
            .collect();
        let times = race::run(&place.name, &mut ways, plan)?;
        for (n, time) in times.iter().enumerate() {
            let what = format!("{}, {}", place.name, time.name);
            let budget = place.budget.filter(|_| n < GATES);
            let kept = budget.map(|budget| verdict(&what, time.median_ms(), budget, &mut missed));
            let cells = [
                place.name.clone(),
                time.name.clone(),
                ms(time.median_ms()),
                ms(time.high_ms()),
                kept.unwrap_or_default(),
            ];
            table.row(&cells);
        }
        if ran == 0 || self::ran(&field)? != ran {
            missed.push(format!(
                "{}: checks were run when they should be known",
                place.name
            ));
        }
    }
    text += &table.text();
    Ok(Report { text, missed })
}

/// A command with this machine's toolchain, though not with its home.
fn command(field: &Field, dir: &Path, args: &[&str]) -> Command {
    let mut command = field.command(dir, "git", args);
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        if std::env::var_os(name).is_none() {
            command.env(name, home.join(folder));
        }
    }
    command
}

/// What is compared, in the first line of the explanation: `1 paths differ from …`, or `everything: …` and why.
fn explained(field: &Field, place: &Place) -> Result<String, Error> {
    let (said, _) = finish(command(field, &place.dir, &["lane", "gate", "--explain"]))?;
    Ok(said.lines().next().unwrap_or_default().to_owned())
}

/// How often a check was run so far.
fn ran(field: &Field) -> Result<usize, Error> {
    let path = field.at(RAN);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().count()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(Error::Read { path, source }),
    }
}

/// The project's gates, where each check but that of formats only notes that it was run.
fn gates(workspace: &Workspace) -> Result<String, Error> {
    let path = workspace.root().join(lane_gate::GATES_PATH);
    let text = std::fs::read_to_string(&path).map_err(|source| Error::Read {
        path: path.clone(),
        source,
    })?;
    idle(&text).ok_or_else(|| Error::Output {
        command: path.display().to_string(),
        why: "it is no table of checks".into(),
    })
}

fn idle(gates: &str) -> Option<String> {
    let mut gates: Toml = gates.parse().ok()?;
    for (name, check) in gates.get_mut("check")?.as_table_mut()? {
        let check = check.as_table_mut()?;
        let of_packages = match check.get("builtin").and_then(Value::as_str) {
            Some("rustfmt") => continue,
            builtin => builtin.is_some(),
        };
        check.remove("builtin");
        // By its name each has a command of its own: those that do the same would share a receipt.
        let mut words = vec!["sh", "-c", "echo ran >>\"$HOME/ran\"", name];
        words.extend(of_packages.then_some("{packages}"));
        let words = words.into_iter().map(Value::from).collect();
        check.insert("run".to_owned(), Value::Array(words));
    }
    Some(gates.to_string())
}

/// One package, and `files` other files.
fn small(field: &Field, gates: &str, files: usize, budget: Option<f64>) -> Result<Place, Error> {
    let name = format!("{files} files");
    progress(&format!("making a repository of {name}"));
    let folder = format!("files-{files}");
    let file = |path: &str, text: &str| field.write(format!("{folder}/{path}"), text);
    file(
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"one\"]\n",
    )?;
    file(
        "one/Cargo.toml",
        "[package]\nname = \"one\"\nedition = \"2024\"\n",
    )?;
    file(CHANGED_SMALL, "//! One.\n")?;
    for n in 0..files {
        file(
            &format!("data/d{}/f{}", n / FOLDER, n % FOLDER),
            &format!("file {n}\n"),
        )?;
    }
    let dir = field.at(&folder);
    field.run(&dir, "git", &["init", "--quiet"])?;
    on_a_branch(field, &dir, gates, CHANGED_SMALL)?;
    Ok(Place { name, dir, budget })
}

/// The commits are scenery.
const NO_HOOKS: &[&str] = &["-c", "core.hooksPath=none"];
const CHANGED_SMALL: &str = "one/src/lib.rs";
const CHANGED_HERE: &str = "crates/lane-model/src/lib.rs";

/// This workspace, as its HEAD has it.
fn this(field: &Field, workspace: &Workspace, gates: &str) -> Result<Place, Error> {
    let dir = field.at("this");
    let (from, to) = (workspace.root().display().to_string(), dir.display().to_string());
    field.run(&field.at(""), "git", &["clone", "--quiet", &from, &to])?;
    // The gates in force are then those of its own branch.
    field.run(&dir, "git", &["remote", "remove", "origin"])?;
    field.run(&dir, "git", &["switch", "--quiet", "--force-create", "main"])?;
    on_a_branch(field, &dir, gates, CHANGED_HERE)?;
    let files = field.run(&dir, "git", &["ls-files"])?.lines().count();
    Ok(Place {
        name: format!("this workspace, {files} files"),
        dir,
        budget: Some(BUDGET),
    })
}

/// Commits the gates on `main`, and a change of one file on a branch.
fn on_a_branch(field: &Field, dir: &Path, gates: &str, changed: &str) -> Result<(), Error> {
    let git = |args: &[&str]| field.run(dir, "git", args).map(drop);
    let write = |path: &str, text: &str| {
        let path = dir.join(path);
        std::fs::write(&path, text).map_err(|source| Error::Write { path, source })
    };
    // It says on which branch lanes land; without that a branch is compared with itself.
    git(&["lane", "init"])?;
    write(lane_gate::GATES_PATH, gates)?;
    git(&["add", "--all"])?;
    git(&[NO_HOOKS, &["commit", "--quiet", "--message", "gates"]].concat())?;
    git(&["switch", "--quiet", "--create", "work"])?;
    let path = dir.join(changed);
    let text = std::fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
    write(changed, &format!("{text}\n// One line more.\n"))?;
    git(&[NO_HOOKS, &["commit", "--quiet", "--all", "--message", "work"]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_checks_keep_their_rungs_and_globs_and_name_their_packages() {
        let gates = "[check.format]\nrung = 1\nbuiltin = \"rustfmt\"\n[check.test]\nrung = 2\nbuiltin = \"test\"\nignore = [\"*.md\"]\n[check.tidy]\nrung = 3\nrun = [\"make\"]\n[package.a]\nreads = [\"docs/**\"]\n";
        let idle = idle(gates).unwrap();
        let idle = lane_gate::Gates::parse(idle.as_bytes()).unwrap();
        let before = lane_gate::Gates::parse(gates.as_bytes()).unwrap();
        assert_eq!(idle.reads(), before.reads());
        for (name, check) in before.checks() {
            let now = idle.check(name.as_str()).unwrap();
            assert_eq!((now.rung, &now.ignore), (check.rung, &check.ignore));
            assert_eq!(now.needs_packages(), check.needs_packages(), "{name}");
        }
        assert_eq!(idle.check("format"), before.check("format"));
        assert!(super::idle("x = 1").is_none());
    }
}
