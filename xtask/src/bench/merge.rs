//! `bench merge`: the scenarios, and a whole `git merge` of many tasks, by the driver.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use super::Plan;
use super::Report;
use super::field::Field;
use super::field::finish;
use super::field::finish_as;
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

/// Live tasks on the branch.
const TASKS: usize = 10_000;
/// How many tasks both sides change, whether they change the changelog too, and by what the rounds are divided.
const SIZES: &[(usize, bool, usize)] = &[(1, false, 1), (100, true, 4), (1_000, true, 10)];
/// What a file may take over a driver that does nothing, in milliseconds.
const BUDGET: f64 = 5.0;

/// A driver: its name in the table, what `info/attributes` says, and its command line where it needs one.
struct Driver {
    name: &'static str,
    attributes: &'static str,
    line: Option<String>,
}

const NOTHING: &str = "a driver that does nothing (`true`)";
const OURS: &str = "git-lane";

/// Plays and measures.
pub(crate) fn run(plan: &Plan) -> Result<Report, Error> {
    let field = Field::new(&plan.binary)?;
    let mut report = Report {
        text: scenarios(&field, plan)?,
        missed: Vec::new(),
    };
    let repo = prepare(&field)?;
    let drivers = drivers();
    let _ = write!(
        report.text,
        "\nA whole `git merge`: {TASKS} live tasks on a branch, some changed on both sides in different fields; no hooks. `over` is the\nmedian of the differences to {NOTHING}, round by round, divided by the files that\nboth sides changed. {}.\n",
        machine(&field)?
    );
    for (tasks, changelog, divisor) in SIZES {
        let plan = Plan {
            rounds: (plan.rounds / divisor).max(3),
            warm_up: 1,
            ..plan.clone()
        };
        let title = format!("merge, {tasks} tasks");
        let conflicts: Vec<RefCell<usize>> = drivers.iter().map(|_| RefCell::new(0)).collect();
        let mut ways: Vec<Way<'_>> = drivers
            .iter()
            .zip(&conflicts)
            .map(|(driver, conflicts)| Way {
                name: driver.name.to_owned(),
                step: Box::new(|| {
                    let (took, left) = merge(&field, &repo, driver, *tasks)?;
                    conflicts.replace(left);
                    Ok(took)
                }),
            })
            .collect();
        let times = race::run(&title, &mut ways, &plan)?;
        drop(ways);
        let conflicts: Vec<usize> = conflicts.into_iter().map(RefCell::into_inner).collect();
        let files = tasks + usize::from(*changelog);
        let with = if *changelog { " and the changelog" } else { "" };
        let _ = write!(
            report.text,
            "\n**{tasks} of the tasks{with} changed on both sides**, {} rounds\n\n{}",
            plan.rounds,
            table(files, &times, &conflicts, &mut report.missed)
        );
    }
    Ok(report)
}

/// The scenario table, from its engine.
fn scenarios(field: &Field, plan: &Plan) -> Result<String, Error> {
    progress("playing the scenarios");
    let binary = plan.binary.to_string_lossy().into_owned();
    let table = field.run(
        &field.at(""),
        &plan.helper.to_string_lossy(),
        &["--binary", &binary],
    )?;
    progress("");
    let all = table.lines().last().unwrap_or_default();
    anstream::eprintln!("scenarios: {all}");
    Ok(format!(
        "## Merging\n\nScenarios (`crates/lane-scenarios/scenarios/`), each through real git by merge, rebase and cherry-pick, with the sides both ways round,\nor by the operation that it names. **right**: clean, valid, every fact holds. **conflict**: git says so and both sides are\nthere to be taken. **WRONG**: clean, but with something false. **LOST**: a fact is missing and nothing shows it. **INVALID**: a\nfile that is broken was committed as clean. **stopped**: the operation failed, and no conflict is left. Where runs of a\ncell differ, they are counted.\n\n{table}"
    ))
}

fn drivers() -> Vec<Driver> {
    let mut drivers = vec![
        Driver {
            name: NOTHING,
            attributes: "* merge=nothing\n",
            line: Some("merge.nothing.driver=true".to_owned()),
        },
        Driver {
            name: "no driver: git's text merge",
            attributes: "* merge\n",
            line: None,
        },
        Driver {
            name: OURS,
            attributes: "",
            line: None,
        },
        Driver {
            name: "git's `union`",
            attributes: "* merge=union\n",
            line: None,
        },
    ];
    if on_path("mergiraf") {
        drivers.push(Driver {
            name: "mergiraf",
            attributes: "* merge=mergiraf\n",
            line: Some(
                "merge.mergiraf.driver=mergiraf merge --git %O %A %B -s %S -x %X -y %Y -p %P -l %L"
                    .to_owned(),
            ),
        });
    }
    drivers
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

/// One merge, and how many files it left in conflict. Putting everything back is not timed.
fn merge(field: &Field, repo: &Path, driver: &Driver, tasks: usize) -> Result<(Duration, usize), Error> {
    let attributes = repo.join(".git/info/attributes");
    std::fs::write(&attributes, driver.attributes).map_err(|source| Error::Write {
        path: attributes,
        source,
    })?;
    let theirs = format!("theirs-{tasks}");
    field.run(
        repo,
        "git",
        &["reset", "--quiet", "--hard", &format!("ours-{tasks}")],
    )?;
    let mut args = vec!["-c", "core.hooksPath=/dev/null"];
    if let Some(line) = &driver.line {
        args.extend(["-c", line]);
    }
    args.extend(["merge", "--quiet", "--no-edit", &theirs]);
    // Clean, or with conflicts.
    let (_, took) = finish_as(field.command(repo, "git", &args), &[0, 1])?;
    let unmerged = field.run(repo, "git", &["diff", "--name-only", "--diff-filter=U"])?;
    let files: BTreeSet<&str> = unmerged.lines().collect();
    Ok((took, files.len()))
}

fn table(files: usize, times: &[Times], conflicts: &[usize], missed: &mut Vec<String>) -> String {
    let floor = times.iter().find(|times| times.name == NOTHING);
    let mut table = Table::new(&[
        "driver",
        "median ms",
        "over, ms a file",
        "files in conflict",
        "budget over",
    ]);
    for (time, conflicts) in times.iter().zip(conflicts) {
        #[allow(clippy::cast_precision_loss)] // a thousand files
        let over = floor.map_or(0.0, |floor| time.over_ms(floor) / files as f64);
        let ours = time.name == OURS;
        let what = format!("merge of {files} files");
        let budget = if ours {
            verdict(&what, over, BUDGET, missed)
        } else {
            String::new()
        };
        if ours && *conflicts > 0 {
            missed.push(format!("{what}: {conflicts} in conflict, which they are not"));
        }
        let over = if time.name == NOTHING {
            String::new()
        } else {
            format!("{over:+.2}")
        };
        table.row(&[
            time.name.clone(),
            ms(time.median_ms()),
            over,
            conflicts.to_string(),
            budget,
        ]);
    }
    table.text()
}

/// A repository whose branches `ours-N` and `theirs-N` change N tasks in different fields.
fn prepare(field: &Field) -> Result<PathBuf, Error> {
    progress(&format!("making a branch with {TASKS} tasks"));
    let repo = field.with_lanes("merge", &[])?;
    let mut stream =
        String::from("commit refs/heads/tasks\ncommitter Pat <pat@example.org> 1795248000 +0000\n");
    stream += "data 5\ntasks\nfrom refs/heads/main\n";
    for n in 0..TASKS {
        file(&mut stream, &seed::path(n), &seed::task(n));
    }
    file(&mut stream, "CHANGELOG.md", &changelog(""));
    for (tasks, with_changelog, _) in SIZES {
        for (side, edited) in [("ours", ours as fn(usize) -> String), ("theirs", theirs)] {
            let _ = write!(
                stream,
                "\ncommit refs/heads/{side}-{tasks}\ncommitter Pat <pat@example.org> 1795248000 +0000\ndata {}\n{side}\nfrom refs/heads/tasks\n",
                side.len()
            );
            for n in 0..*tasks {
                file(&mut stream, &seed::path(n), &edited(n));
            }
            if *with_changelog {
                file(
                    &mut stream,
                    "CHANGELOG.md",
                    &changelog(&format!("- What {side} did.\n")),
                );
            }
        }
    }
    field.write("merge-stream", &stream)?;
    let path = field.at("merge-stream");
    let input = std::fs::File::open(&path).map_err(|source| Error::Read { path, source })?;
    let mut import = field.command(&repo, "git", &["fast-import", "--quiet"]);
    import.stdin(input);
    finish(import)?;
    field.run(&repo, "git", &["checkout", "--quiet", "--detach", "tasks"])?;
    progress("");
    Ok(repo)
}

fn file(stream: &mut String, path: &str, text: &str) {
    let _ = writeln!(stream, "M 100644 inline {path}");
    seed::data(stream, text);
}

fn changelog(added: &str) -> String {
    let entries: String = (0..20).map(|n| format!("- Piece {n} of the work.\n")).collect();
    format!(
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n{entries}{added}\n## [1.0.0] - 2026-10-01\n\n### Added\n\n{entries}"
    )
}

/// What our side does to a task. Each fourth in another field; [`theirs`] has others.
fn ours(n: usize) -> String {
    let task = seed::task(n);
    match n % 4 {
        0 => task.replace("title = \"Piece", "title = \"A piece"),
        1 => task.replace("labels = [\"bench\"]", "labels = [\"bench\", \"ours\"]"),
        2 => task.replace("kind = \"feature\"", "kind = \"chore\""),
        _ => task + "\n[acceptance.a2]\ntext = \"ours too\"\n",
    }
}

/// What their side does to a task.
fn theirs(n: usize) -> String {
    let task = seed::task(n);
    match n % 4 {
        0 => task.replace("kind = \"feature\"", "kind = \"chore\""),
        1 => task.replace("labels = [\"bench\"]", "labels = [\"bench\", \"theirs\"]"),
        2 => task.replace("created = ", "sprint = 7\ncreated = "),
        _ => task + "\n[acceptance.b1]\ntext = \"theirs too\"\n",
    }
}
