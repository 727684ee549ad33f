//! The commits of this repository, one by one: what share of the test time each would have saved.

use std::collections::BTreeMap;
use std::path::PathBuf;

use lane_gate::Changed;
use lane_gate::Place;

use super::scratch::Scratch;
use super::scratch::place_of;
use super::selection::Selection;
use super::selection::select;
use super::suite::Weight;
use crate::Error;
use crate::Workspace;
use crate::bench::Report;
use crate::bench::race::progress;
use crate::bench::race::quantile;
use crate::bench::table::Table;

/// A commit: whose tests it calls for, and what they weigh.
struct Judged {
    selection: Selection,
    /// Seconds of the packages that are selected.
    secs: f64,
    /// Seconds of all packages that there were.
    whole_secs: f64,
}

/// Judges the newest `count` commits.
pub(super) fn run(workspace: &Workspace, scratch: &Scratch, count: usize) -> Result<Report, Error> {
    let weights = scratch.before.weights();
    let commits = commits(workspace, count)?;
    let dir = tempfile::tempdir().map_err(|source| Error::Write {
        path: std::env::temp_dir(),
        source,
    })?;
    let past = checkout(workspace, dir.path().join("past"))?;
    let mut judged = Vec::new();
    for (n, commit) in commits.iter().enumerate() {
        progress(&format!("history: commit {} of {}", n + 1, commits.len()));
        past.read("git", &["checkout", "--quiet", "--force", "--detach", commit])?;
        judged.push(judge(&past, scratch, &weights, commit)?);
    }
    progress("");
    Ok(Report {
        text: text(&judged, &weights),
        missed: Vec::new(),
    })
}

/// The commits that somebody wrote here, newest first.
fn commits(workspace: &Workspace, count: usize) -> Result<Vec<String>, Error> {
    let count = format!("--max-count={count}");
    let log = ["log", "--first-parent", "--no-merges", "--format=%H", &count];
    let said = workspace.read("git", &log)?;
    Ok(said.lines().map(str::to_owned).collect())
}

/// A clone to go through the commits in: cargo reads the manifests and targets of each as they were.
fn checkout(workspace: &Workspace, at: PathBuf) -> Result<Workspace, Error> {
    let clone = at.display().to_string();
    workspace.read(
        "git",
        &["clone", "--quiet", "--shared", "--no-checkout", ".", &clone],
    )?;
    Ok(Workspace::at(at))
}

fn judge(
    past: &Workspace,
    scratch: &Scratch,
    weights: &BTreeMap<String, Weight>,
    commit: &str,
) -> Result<Judged, Error> {
    let raw = past.read(
        "git",
        &[
            "diff-tree",
            "-r",
            "-z",
            "--root",
            "--no-renames",
            "--no-commit-id",
            commit,
        ],
    )?;
    let files = changed(&raw).ok_or_else(|| Error::Output {
        command: format!("git diff-tree {commit}"),
        why: "it is not what -z --raw prints".into(),
    })?;
    let place = place_of(past);
    let members = members(&place);
    let selection = select(&scratch.gates, place, files)?;
    let weigh = |of: &dyn Fn(&str) -> bool| -> f64 {
        let those = weights
            .iter()
            .filter(|(name, _)| members.contains(name) && of(name));
        those.map(|(_, weight)| weight.secs).sum()
    };
    Ok(Judged {
        secs: weigh(&|name| selection.contains(name)),
        whole_secs: weigh(&|_| true),
        selection,
    })
}

fn members(place: &Place) -> Vec<String> {
    let workspace = place.workspace.as_ref().ok();
    workspace.map_or_else(Vec::new, |it| it.packages.keys().cloned().collect())
}

/// Reads `:OLD-MODE NEW-MODE OLD-NAME NEW-NAME LETTER`, NUL, the path, NUL.
fn changed(raw: &str) -> Option<Vec<Changed>> {
    let mut parts = raw.split_terminator('\0');
    let mut files = Vec::new();
    while let Some(head) = parts.next() {
        let mut words = head.strip_prefix(':')?.split(' ');
        let mut mode = || u32::from_str_radix(words.next()?, 8).ok();
        files.push(Changed {
            old_mode: mode()?,
            new_mode: mode()?,
            path: parts.next()?.into(),
        });
    }
    Some(files)
}

impl Judged {
    /// The share of the test time that is not needed, 0 to 1. Where there was nothing to test, nothing is saved.
    fn saved(&self) -> f64 {
        if self.whole_secs <= 0.0 {
            return 0.0;
        }
        1.0 - self.secs / self.whole_secs
    }
}

fn text(judged: &[Judged], weights: &BTreeMap<String, Weight>) -> String {
    let shares: Vec<f64> = judged.iter().map(Judged::saved).collect();
    let whole: f64 = judged.iter().map(|it| it.whole_secs).sum();
    let run: f64 = judged.iter().map(|it| it.secs).sum();
    let heaviest = heaviest(weights);

    let mut text = format!(
        "## Affected against all tests, on this repository's history\n\nThe newest {} commits of the first parent, merges left out, each against its parent: whose tests the check `test` of\n`.agents/gates.toml` (as it is today) would have run, in the workspace as it was then. A package weighs what its tests took\nin one run of all of them today, added up; packages that are gone weigh nothing. Building is not counted; there are no doctests.\n\n",
        judged.len()
    );
    let mut table = Table::new(&["commits", "how many", "share of test time saved"]);
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let over_all = if whole > 0.0 { 1.0 - run / whole } else { 0.0 };
    let mut row = |what: &str, many: usize, share: f64| {
        let share = if many == 0 { String::new() } else { percent(share) };
        table.row(&[what.to_owned(), many.to_string(), share]);
    };
    row("all, the median", shares.len(), quantile(&shares, 0.5));
    row("all, the mean", shares.len(), mean(&shares));
    row("all, their test time together", shares.len(), over_all);
    let with = format!("some packages, {heaviest} among them: the mean");
    let without = format!("some packages, {heaviest} not among them: the mean");
    let groups: &[(&str, Such<'_>)] = &[
        (&with, &|it| is_some(it) && it.contains(heaviest)),
        (&without, &|it| is_some(it) && !it.contains(heaviest)),
        ("everything", &|it| matches!(it, Selection::Everything(_))),
        (
            "nothing",
            &|it| matches!(it, Selection::Packages(names) if names.is_empty()),
        ),
    ];
    for (what, such) in groups {
        let those = judged.iter().filter(|it| such(&it.selection));
        let shares: Vec<f64> = those.map(Judged::saved).collect();
        row(what, shares.len(), mean(&shares));
    }
    text += &table.text();
    text += &causes(judged);
    text += &packages(judged, weights);
    text
}

/// A kind of selections.
type Such<'a> = &'a dyn Fn(&Selection) -> bool;

/// Whether some packages are tested, though not all.
fn is_some(selection: &Selection) -> bool {
    matches!(selection, Selection::Packages(names) if !names.is_empty())
}

/// The package whose tests take longest.
fn heaviest(weights: &BTreeMap<String, Weight>) -> &str {
    let longest = weights.iter().max_by(|a, b| a.1.secs.total_cmp(&b.1.secs));
    longest.map_or("", |(name, _)| name)
}

/// The mean; 0 of nothing.
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / as_float(values.len().max(1))
}

/// Why everything, most frequent first.
fn causes(judged: &[Judged]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for it in judged {
        if let Selection::Everything(why) = &it.selection {
            *counts.entry(why).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(why, count)| (std::cmp::Reverse(*count), *why));
    let mut table = Table::new(&["why everything (the first cause of each commit)", "commits"]);
    for (why, count) in counts {
        table.row(&[why, &count.to_string()]);
    }
    format!("\n{}", table.text())
}

/// Each package: what it weighs, and by how many commits it is tested.
fn packages(judged: &[Judged], weights: &BTreeMap<String, Weight>) -> String {
    let mut table = Table::new(&[
        "package",
        "tests",
        "seconds",
        "tested for, of the commits that mean some",
    ]);
    let some: Vec<_> = judged.iter().filter(|it| is_some(&it.selection)).collect();
    for (name, weight) in weights {
        let tested = some.iter().filter(|it| it.selection.contains(name)).count();
        table.row(&[
            name.clone(),
            weight.tests.to_string(),
            format!("{:.1}", weight.secs),
            format!("{tested} of {}", some.len()),
        ]);
    }
    format!("\n{}", table.text())
}

/// Counts here are far below what a float holds exactly.
#[allow(clippy::cast_precision_loss)]
fn as_float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn judged(names: &[&str], secs: f64, whole_secs: f64) -> Judged {
        let names: BTreeSet<String> = names.iter().map(|&name| name.to_owned()).collect();
        let selection = match names.contains("*") {
            true => Selection::Everything("a `Cargo.lock`".to_owned()),
            false => Selection::Packages(names),
        };
        Judged {
            selection,
            secs,
            whole_secs,
        }
    }

    #[test]
    fn changed_paths_are_read_with_their_modes() {
        let raw = ":100644 000000 aa bb D\0old name\0:000000 100755 aa bb A\0new:\n\0";
        let files = changed(raw).unwrap();
        let read: Vec<_> = files
            .iter()
            .map(|it| (it.path.as_slice(), it.old_mode, it.new_mode))
            .collect();
        assert_eq!(
            read,
            [
                (b"old name".as_slice(), 0o100_644, 0),
                (b"new:\n".as_slice(), 0, 0o100_755)
            ]
        );
        assert_eq!(changed(""), Some(Vec::new()));
        assert_eq!(changed("no raw line\0x\0"), None);
        assert_eq!(changed(":100644 100644 aa bb M\0"), None);
    }

    #[test]
    fn shares_are_of_the_time_that_there_was_and_everything_saves_nothing() {
        let all = [
            judged(&[], 0.0, 10.0),
            judged(&["a"], 1.0, 10.0),
            judged(&["a", "b"], 2.0, 10.0),
            judged(&["*"], 30.0, 30.0),
            judged(&["*"], 0.0, 0.0),
        ];
        let shares: Vec<f64> = all.iter().map(Judged::saved).collect();
        assert_eq!(shares, [1.0, 0.9, 0.8, 0.0, 0.0]);
        let text = text(
            &all,
            &BTreeMap::from([
                ("a".to_owned(), Weight { tests: 2, secs: 1.5 }),
                ("b".to_owned(), Weight { tests: 1, secs: 2.5 }),
            ]),
        );
        for row in [
            "| all, the mean | 5 | 54.0 % |",
            "| all, their test time together | 5 | 45.0 % |",
            "| some packages, b among them: the mean | 1 | 80.0 % |",
            "| some packages, b not among them: the mean | 1 | 90.0 % |",
            "| everything | 2 | 0.0 % |",
            "| nothing | 1 | 100.0 % |",
            "| a `Cargo.lock` | 2 |",
            "| a | 2 | 1.5 | 2 of 2 |",
        ] {
            assert!(text.contains(row), "{row}\n{text}");
        }
    }
}
