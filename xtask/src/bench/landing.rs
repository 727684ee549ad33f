//! `bench landing`: one lane brought onto the integration branch, what `sync` pays to see what others merged, and a look at
//! many worktrees; each beside what plain git takes for the same.

use std::path::Path;
use std::path::PathBuf;

use super::Plan;
use super::Report;
use super::field::Field;
use super::field::finish;
use super::field::machine;
use super::race::progress;
use super::table::Table;
use super::table::median;
use super::table::ms;
use crate::Error;

/// The files of the repository.
const FILES: usize = 1_000;
/// The lanes that are handed off while others merge.
const WAITING: usize = 15;
/// The commits that others bring onto the integration branch meanwhile.
const COMMITS: usize = 1_000;
/// The most rounds: each lands a lane of its own.
const ROUNDS: usize = 20;
/// Whoever works and lands.
const AGENT: &str = "agent-a";

/// Measures all three, the ways in turn.
pub(crate) fn run(plan: &Plan) -> Result<Report, Error> {
    let field = Field::new(&plan.binary)?;
    let rounds = plan.rounds.min(ROUNDS);
    let mut text = format!(
        "## Landing\n\nWhole processes in a repository of {FILES} files with a bare remote on the same disk; no checks, so that what is \
         left is git-lane's own. {rounds} rounds, the ways in turn. `over` is the median of the differences, round by round. {}.\n\n",
        machine(&field)?
    );
    let mut table = Table::new(&["what", "how", "median ms", "over, ms"]);
    landed(&field, rounds, &mut table)?;
    exchanged(&field, rounds, &mut table)?;
    progress("");
    text += &table.text();
    text += "\nThere is no budget for these.\n";
    Ok(Report {
        text,
        missed: Vec::new(),
    })
}

/// One thing, in several ways: the first is what the others are compared with.
fn rows(table: &mut Table, what: &str, ways: &[(&str, Vec<f64>)]) {
    let Some((_, first)) = ways.first() else { return };
    for (at, (how, took)) in ways.iter().enumerate() {
        let over = took.iter().zip(first).map(|(took, first)| took - first);
        let over = match at {
            0 => String::new(),
            _ => format!("{:+.1}", median(over)),
        };
        table.row(&[
            what.to_owned(),
            (*how).to_owned(),
            ms(median(took.iter().copied())),
            over,
        ]);
    }
}

/// How long commands take together, in milliseconds.
fn timed(field: &Field, dir: &Path, lines: &[&[&str]]) -> Result<f64, Error> {
    let mut all = 0.0;
    for line in lines {
        let mut command = field.command(dir, "git", line);
        command.env("GIT_LANE_AGENT", AGENT);
        all += finish(command)?.1.as_secs_f64() * 1e3;
    }
    Ok(all)
}

/// A clone of a bare remote, with files; with a policy without stages, if `lanes`.
fn clone(field: &Field, name: &str, lanes: bool) -> Result<PathBuf, Error> {
    let hub = field.at(format!("{name}/hub.git")).display().to_string();
    field.write(format!("{name}/.keep"), "")?;
    field.run(&field.at(name), "git", &["init", "--quiet", "--bare", &hub])?;
    field.run(&field.at(name), "git", &["clone", "--quiet", &hub, "repo"])?;
    for n in 0..FILES {
        field.write(format!("{name}/repo/src/{}/{n}", n % 20), &format!("{n}\n"))?;
    }
    let repo = field.at(format!("{name}/repo"));
    if lanes {
        field.run(&repo, "git", &["lane", "init"])?;
        let policy = repo.join(".agents/policy.toml");
        let text = std::fs::read_to_string(&policy).map_err(|source| Error::Read {
            path: policy.clone(),
            source,
        })?;
        let text = without_tables(&text, &["[pipeline]", "[lanes]"]);
        field.write(
            format!("{name}/repo/.agents/policy.toml"),
            &format!("{text}\n[pipeline]\nstages = []\n[lanes]\ntotal = 1000\n"),
        )?;
        field.run(&repo, "git", &["lane", "init", "--agents-md"])?;
    }
    for line in [
        &["add", "--all"][..],
        &["commit", "--quiet", "-m", "first"],
        &["push", "--quiet", "origin", "main"],
    ] {
        field.run(&repo, "git", line)?;
    }
    if lanes {
        field.run(&repo, "git", &["lane", "sync"])?;
    }
    Ok(repo)
}

/// A policy's text without some of its tables.
fn without_tables(text: &str, tables: &[&str]) -> String {
    let (mut kept, mut inside) = (String::new(), false);
    for line in text.lines() {
        if line.starts_with('[') {
            inside = tables.contains(&line.trim());
        }
        if !inside {
            kept += line;
            kept.push('\n');
        }
    }
    kept
}

/// A lane that changes a file of its own, in a worktree; handed off.
fn lane(field: &Field, repo: &Path, id: &str) -> Result<(), Error> {
    let (scope, as_agent) = (format!("work/{id}/**"), |line: &[&str], dir: &Path| {
        let mut command = field.command(dir, "git", line);
        command.env("GIT_LANE_AGENT", AGENT);
        finish(command).map(|(output, _)| output)
    });
    as_agent(
        &["lane", "task", "add", "a change", "--id", id, "--scope", &scope],
        repo,
    )?;
    let tree = PathBuf::from(as_agent(&["lane", "start", id], repo)?.trim());
    changed(field, &tree, id)?;
    as_agent(&["lane", "handoff"], &tree)?;
    Ok(())
}

/// One commit in a worktree: a file, and a line of one that others have too.
fn changed(field: &Field, tree: &Path, id: &str) -> Result<(), Error> {
    let path = format!("work/{id}/new");
    field.write(tree.join(&path), &format!("{id}\n"))?;
    field.run(tree, "git", &["add", "--all"])?;
    let mut commit = field.command(tree, "git", &["commit", "--quiet", "-m", "a change"]);
    commit.env("GIT_LANE_AGENT", AGENT);
    finish(commit)?;
    Ok(())
}

/// One lane after another: `git lane land`, and what a person types for the same without git-lane.
fn landed(field: &Field, rounds: usize, table: &mut Table) -> Result<(), Error> {
    let ours = clone(field, "landing", true)?;
    let plain = clone(field, "plain", false)?;
    let (mut by_hand, mut by_lane) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        progress(&format!("landing: round {} of {rounds}", round + 1));
        let id = format!("L-{round:04}");
        lane(field, &ours, &id)?;
        let tree = format!("../tree-{round}");
        field.run(
            &plain,
            "git",
            &["worktree", "add", "--quiet", "-b", &id, &tree, "origin/main"],
        )?;
        changed(field, &plain.join(&tree), &id)?;
        field.run(&plain, "git", &["push", "--quiet", "origin", &id])?;
        let merge = format!("../merge-{round}");
        by_hand.push(timed(
            field,
            &plain,
            &[
                &["fetch", "--quiet", "origin"],
                &["worktree", "add", "--quiet", "--detach", &merge, "origin/main"],
                &["-C", &merge, "merge", "--quiet", "--no-ff", "-m", "land", &id],
                &["-C", &merge, "push", "--quiet", "origin", "HEAD:main"],
                &["worktree", "remove", &merge],
                &["worktree", "remove", &tree],
                &["branch", "--quiet", "-D", &id],
                &["push", "--quiet", "origin", "--delete", &id],
                &["merge", "--quiet", "--ff-only", "origin/main"],
            ],
        )?);
        by_lane.push(timed(field, &ours, &[&["lane", "land", &id]])?);
    }
    rows(
        table,
        "one lane lands, its worktree and branches go",
        &[
            ("nine commands of git, by hand", by_hand),
            ("`git lane land`", by_lane),
        ],
    );
    Ok(())
}

/// What waits while others bring commits onto the branch: each exchange asks whether one of these has landed.
fn exchanged(field: &Field, rounds: usize, table: &mut Table) -> Result<(), Error> {
    let repo = clone(field, "waiting", true)?;
    for n in 0..WAITING {
        progress(&format!("landing: lane {} of {WAITING}", n + 1));
        lane(field, &repo, &format!("W-{n:04}"))?;
    }
    let others = field.at("waiting");
    field.run(&others, "git", &["clone", "--quiet", "hub.git", "others"])?;
    let others = others.join("others");
    let one = "echo \"$1 $2\" >> src/0/0 && git commit --quiet --all -m \"$1 $2\"";
    let many = format!(
        "set -eu; n=0; while [ $n -lt {COMMITS} ]; do n=$((n+1)); set -- other $n; {one}; done; git push --quiet origin main"
    );
    progress("landing: others commit");
    field.run(&others, "sh", &["-c", &many])?;
    let (mut fetch, mut sync, mut list, mut status) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    field.run(&repo, "git", &["fetch", "--quiet", "origin"])?;
    field.run(&repo, "git", &["lane", "sync"])?;
    let trees: Vec<Vec<String>> = (0..WAITING)
        .map(|n| {
            ["-C", &format!(".worktrees/W-{n:04}"), "status", "--porcelain"]
                .map(str::to_owned)
                .to_vec()
        })
        .collect();
    let trees: Vec<Vec<&str>> = trees
        .iter()
        .map(|line| line.iter().map(String::as_str).collect())
        .collect();
    let trees: Vec<&[&str]> = trees.iter().map(Vec::as_slice).collect();
    for round in 0..rounds {
        progress(&format!("landing: exchange {} of {rounds}", round + 1));
        fetch.push(timed(
            field,
            &repo,
            &[&["fetch", "--quiet", "origin", "main", "refs/agents/state"]],
        )?);
        sync.push(timed(field, &repo, &[&["lane", "sync"]])?);
        status.push(timed(field, &repo, &trees)?);
        list.push(timed(field, &repo, &[&["lane", "worktree", "list"]])?);
    }
    rows(
        table,
        &format!("{WAITING} lanes handed off, {COMMITS} commits of others since"),
        &[
            ("`git fetch` of both refs", fetch),
            ("`git lane sync`, nothing has landed", sync),
        ],
    );
    rows(
        table,
        &format!("a look at {WAITING} worktrees"),
        &[
            ("`git status` in each", status),
            ("`git lane worktree list`", list),
        ],
    );
    squashed(field, (&repo, &others), rounds.min(WAITING), table)
}

/// Others squash one of those that wait, and the next exchange closes it.
fn squashed(
    field: &Field,
    (repo, others): (&Path, &Path),
    rounds: usize,
    table: &mut Table,
) -> Result<(), Error> {
    let (mut fetch, mut close) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        progress(&format!("landing: squash {} of {rounds}", round + 1));
        let branch = format!("origin/W-{round:04}");
        for line in [
            &["fetch", "--quiet", "origin"][..],
            &["merge", "--quiet", "--squash", &branch],
            &["commit", "--quiet", "-m", "squashed"],
            &["push", "--quiet", "origin", "main"],
        ] {
            field.run(others, "git", line)?;
        }
        fetch.push(timed(
            field,
            repo,
            &[&["fetch", "--quiet", "origin", "main", "refs/agents/state"]],
        )?);
        close.push(timed(field, repo, &[&["lane", "sync"]])?);
    }
    rows(
        table,
        "one of these was squashed elsewhere",
        &[
            ("`git fetch` of both refs", fetch),
            ("`git lane sync`: found, closed, cleaned up", close),
        ],
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_taken_out_of_a_policy_with_all_that_is_in_them() {
        let text = "a = 1\n[lanes]\ntotal = 6\n# x\n[pipeline]\nstages = []\n[sync]\nb = 2\n";
        assert_eq!(
            without_tables(text, &["[lanes]", "[pipeline]"]),
            "a = 1\n[sync]\nb = 2\n"
        );
    }

    #[test]
    fn what_is_over_is_told_round_by_round() {
        let mut table = Table::new(&["what", "how", "median ms", "over, ms"]);
        let ways = [("one", vec![10.0, 20.0, 30.0]), ("two", vec![11.0, 22.0, 33.0])];
        rows(&mut table, "it", &ways);
        let text = table.text();
        assert!(
            text.ends_with("| it | one | 20.0 |  |\n| it | two | 22.0 | +2.0 |\n"),
            "{text}"
        );
    }
}
