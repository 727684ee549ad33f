//! `bench commit`: a whole `git commit`, by what hooks it runs.

use std::path::Path;
use std::path::PathBuf;

use super::Plan;
use super::Report;
use super::field::Field;
use super::field::finish;
use super::field::machine;
use super::peers;
use super::peers::PEERS;
use super::race;
use super::race::Times;
use super::race::Way;
use super::race::progress;
use super::table::Table;
use super::table::ms;
use super::table::verdict;
use crate::Error;

/// Files of the repository, and what our hooks may add to a commit, in milliseconds.
const SIZES: &[(usize, f64)] = &[(40, 8.0), (50_000, 20.0)];
/// Files in each folder.
const FOLDER: usize = 100;
/// Live tasks of the state that the hooks read.
const TASKS: usize = 1_000;
/// The hooks that a commit runs, where all are there.
const HOOKS: &[&str] = &["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"];

/// Who commits, with which hooks.
struct Entry {
    name: String,
    dir: PathBuf,
    hooks: PathBuf,
    file: &'static str,
    agent: bool,
    program: Option<PathBuf>,
}

const NONE: &str = "no hooks";
const NONE_LINKED: &str = "no hooks, in the lane's worktree";
const PERSON: &str = "git-lane, as a person";
const LANE: &str = "git-lane, as a lane";

/// Measures, for each size.
pub(crate) fn run(plan: &Plan) -> Result<Report, Error> {
    let field = Field::new(&plan.binary)?;
    let mut report = Report {
        text: format!(
            "## A whole `git commit`\n\nOne file changed and staged; the commit is timed. {} rounds, the ways in turn; `over` is the median of the differences to\n{NONE} in the same worktree, round by round. The state has {TASKS} live tasks. {}.\n",
            plan.rounds,
            machine(&field)?
        ),
        missed: Vec::new(),
    };
    for (files, budget) in SIZES {
        let entries = prepare(&field, *files, plan)?;
        let mut rounds = 0usize;
        let counter = std::cell::RefCell::new(&mut rounds);
        let mut ways: Vec<Way<'_>> = entries
            .iter()
            .map(|entry| Way {
                name: entry.name.clone(),
                step: Box::new(|| {
                    let mut count = counter.borrow_mut();
                    **count += 1;
                    commit(&field, entry, **count)
                }),
            })
            .collect();
        let times = race::run(&format!("commit, {files} files"), &mut ways, plan)?;
        report.text += &table(*files, *budget, &times, &mut report.missed);
    }
    Ok(report)
}

/// One commit; staging it is not timed.
fn commit(field: &Field, entry: &Entry, round: usize) -> Result<std::time::Duration, Error> {
    let path = entry.dir.join(entry.file);
    std::fs::write(&path, format!("round {round}\n")).map_err(|source| Error::Write { path, source })?;
    field.run(&entry.dir, "git", &["add", entry.file])?;
    let hooks = format!("core.hooksPath={}", entry.hooks.display());
    let mut commit = field.command(
        &entry.dir,
        "git",
        &["-c", &hooks, "commit", "--quiet", "-m", "round"],
    );
    if entry.agent {
        commit.env("GIT_LANE_AGENT", "agent-a");
    }
    if let Some(program) = &entry.program {
        peers::with_modules(&mut commit, program);
    }
    finish(commit).map(|(_, took)| took)
}

/// A repository with a lane, and a folder of hooks for each way.
fn prepare(field: &Field, files: usize, plan: &Plan) -> Result<Vec<Entry>, Error> {
    progress(&format!("making a repository of {files} files"));
    let name = format!("repo-{files}");
    let repo = repository(field, &name, files)?;
    let git = |args: &[&str]| field.run(&repo, "git", args);

    let mut entries = Vec::new();
    let mut enter = |name: &str, hooks: &str, program: Option<PathBuf>| {
        entries.push(Entry {
            name: name.to_owned(),
            dir: repo.clone(),
            hooks: field.at(hooks),
            file: "d1/f1",
            agent: false,
            program,
        });
    };
    let folder = |of: &str| format!("hooks-{files}-{of}");
    enter(NONE, &folder("none"), None);
    enter("four sh hooks that do nothing", &folder("sh"), None);
    enter(PERSON, &folder("lane"), None);
    field.write(format!("{}/.keep", folder("none")), "")?;
    for hook in HOOKS {
        program(field, &format!("{}/{hook}", folder("sh")), "#!/bin/sh\nexit 0\n")?;
    }
    for peer in PEERS {
        if let Some(found) = peers::find(field, peer, plan.peers) {
            peers::install(field, peer, &found, &repo)?;
            take_hooks(&repo, &field.at(folder(peer.name)))?;
            enter(
                &format!("{}, one hook that does nothing", peer.name),
                &folder(peer.name),
                Some(found),
            );
        }
    }
    git(&["lane", "init"])?;
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "-m", "policy"])?;
    git(&[
        "lane",
        "task",
        "add",
        "the lane's work",
        "--id",
        "T-1",
        "--scope",
        "d0/**",
    ])?;
    super::seed::tasks(field, &repo, TASKS)?;
    let mut start = field.command(&repo, "git", &["lane", "start", "T-1"]);
    start.env("GIT_LANE_AGENT", "agent-a");
    let dir = PathBuf::from(finish(start)?.0.trim());
    take_hooks(&repo, &field.at(folder("lane")))?;
    for (name, hooks) in [(NONE_LINKED, "none"), (LANE, "lane")] {
        entries.push(Entry {
            name: name.to_owned(),
            dir: dir.clone(),
            hooks: field.at(folder(hooks)),
            file: "d0/f1",
            agent: true,
            program: None,
        });
    }
    progress("");
    Ok(entries)
}

fn repository(field: &Field, name: &str, files: usize) -> Result<PathBuf, Error> {
    for n in 0..files {
        // Two folders at least: the lane has the first, the person the second.
        let folder = if files < 2 * FOLDER { n % 2 } else { n / FOLDER };
        let file = if files < 2 * FOLDER { n / 2 } else { n % FOLDER };
        field.write(format!("{name}/d{folder}/f{file}"), &format!("file {n}\n"))?;
    }
    for peer in PEERS {
        field.write(format!("{name}/{}", peer.config.0), peer.config.1)?;
    }
    let repo = field.at(name);
    field.run(&repo, "git", &["init", "--quiet"])?;
    field.run(&repo, "git", &["add", "--all"])?;
    field.run(&repo, "git", &["commit", "--quiet", "-m", "files"])?;
    Ok(repo)
}

fn program(field: &Field, path: &str, text: &str) -> Result<(), Error> {
    field.write(path, text)?;
    let mark = ["+x".to_owned(), field.at(path).display().to_string()];
    field.run(&field.at(""), "chmod", &mark).map(drop)
}

/// Moves the hooks that were just installed to a folder of their own.
fn take_hooks(repo: &Path, to: &Path) -> Result<(), Error> {
    let from = repo.join(".git/hooks");
    std::fs::rename(&from, to)
        .and_then(|()| std::fs::create_dir(&from))
        .map_err(|source| Error::Write {
            path: to.to_owned(),
            source,
        })
}

fn table(files: usize, budget: f64, times: &[Times], missed: &mut Vec<String>) -> String {
    let floor = |name: &str| times.iter().find(|times| times.name == name);
    let mut table = Table::new(&["hooks", "median ms", "over, ms", "ratio", "budget over"]);
    for time in times {
        let none = floor(if time.name == LANE { NONE_LINKED } else { NONE });
        let over = none.map_or(0.0, |none| time.over_ms(none));
        let budget = if time.name == PERSON || time.name == LANE {
            verdict(
                &format!("commit, {files} files, {}", time.name),
                over,
                budget,
                missed,
            )
        } else {
            String::new()
        };
        let ratio = none.map_or(1.0, |none| time.ratio(none));
        let is_floor = time.name == NONE || time.name == NONE_LINKED;
        let over = if is_floor {
            String::new()
        } else {
            format!("+{}", ms(over))
        };
        table.row(&[
            time.name.clone(),
            ms(time.median_ms()),
            over,
            format!("{ratio:.2}"),
            budget,
        ]);
    }
    format!("\n**{files} files**\n\n{}", table.text())
}
