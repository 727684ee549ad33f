//! Plays a scenario through git, and judges what is left.

use std::collections::BTreeMap;

use lane_testkit::Output;
use lane_testkit::Place;
use serde::Deserialize;

use crate::Scenario;
use crate::Stage;
use crate::Verdict;
use crate::edit;
use crate::edit::Edit;
use crate::fact::Fact;
use crate::history::side_of;
use crate::scenario::Files;
use crate::validity;

/// How the sides come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// `git merge`.
    Merge,
    /// `git rebase`.
    Rebase,
    /// `git cherry-pick` of all commits of a side.
    CherryPick,
    /// The sides' first commits are merged both ways, then each side goes on, then `git merge`.
    CrissCross,
    /// `git revert` of their commit, after ours came on top of it.
    Revert,
}

impl Operation {
    /// In which orders it is played: a revert has only one.
    fn orders(self) -> &'static [bool] {
        if self == Self::Revert {
            &[false]
        } else {
            &[false, true]
        }
    }
}

/// One way, one operation, one order of the sides.
#[derive(Clone, Debug)]
pub struct Cell {
    /// How the sides came together.
    pub operation: Operation,
    /// Whether theirs was the side that the other came to.
    pub swapped: bool,
    /// What came of it.
    pub verdict: Verdict,
    /// What is wrong, and what git said.
    pub why: Vec<String>,
    /// What is wrong with one side of a conflict, taken throughout.
    pub flaws: Vec<String>,
}

/// Plays a scenario that the stage has loaded, by all its operations, with the sides both ways round.
pub fn play(stage: &Stage<'_>, scenario: &Scenario) -> Vec<Cell> {
    let run = Run {
        place: &stage.place,
        scenario,
    };
    let mut cells = Vec::new();
    for &operation in &scenario.operations {
        let orders = operation.orders().iter();
        cells.extend(orders.map(|&swapped| run.cell(operation, swapped)));
    }
    cells
}

struct Run<'a, 's> {
    place: &'a Place<'s>,
    scenario: &'a Scenario,
}

impl Run<'_, '_> {
    fn cell(&self, operation: Operation, swapped: bool) -> Cell {
        let (one, other) = if swapped {
            ("theirs", "ours")
        } else {
            ("ours", "theirs")
        };
        let ended = match operation {
            Operation::Merge => self.merge(one, other),
            Operation::Rebase => {
                self.checkout(&self.at(other));
                self.git(&["rebase", "--quiet", &self.at(one)])
            }
            Operation::CherryPick => {
                self.checkout(&self.at(one));
                let range = format!("{}..{}", self.at("base"), self.at(other));
                self.git(&["cherry-pick", "--keep-redundant-commits", &range])
            }
            Operation::CrissCross => self.criss_cross(one, other),
            Operation::Revert => {
                self.checkout(&self.at("stacked"));
                self.git(&["revert", "--no-edit", &self.at(other)])
            }
        };
        self.judged(operation, swapped, &ended)
    }

    /// The facts that somebody has brought about so far: a criss-cross may end on the way.
    fn facts(&self) -> Vec<&Fact> {
        let head = self
            .git(&["rev-list", "--count", &format!("{}..HEAD", self.at("base"))])
            .ok();
        let on_the_way = self.scenario.goes_on() && head.text() == "1";
        let sides = [&self.scenario.ours, &self.scenario.theirs].map(|edits| {
            let mut files = self.scenario.base();
            let _ = edit::apply(edits, 1, &mut files);
            files
        });
        let facts = self.scenario.holds.iter();
        facts
            .filter(|fact| !on_the_way || sides.iter().any(|files| fact.is_true(files)))
            .collect()
    }

    fn git(&self, args: &[&str]) -> Output {
        self.place.git(args)
    }

    fn at(&self, branch: &str) -> String {
        format!("{}/{branch}", self.scenario.name)
    }

    /// A clean checkout, whatever the last run left.
    fn checkout(&self, revision: &str) {
        for left in ["rebase-merge", "sequencer"] {
            let _ = std::fs::remove_dir_all(self.place.path().join(".git").join(left));
        }
        self.git(&["checkout", "--quiet", "--force", "--detach", revision])
            .ok();
        self.git(&["clean", "-fdq"]).ok();
    }

    fn merge(&self, one: &str, other: &str) -> Output {
        self.checkout(&self.at(one));
        self.git(&["merge", "--no-edit", &self.at(other)])
    }

    fn criss_cross(&self, one: &str, other: &str) -> Output {
        let mut tips = Vec::new();
        for (side, from) in [(one, other), (other, one)] {
            match self.exchanged(side, from) {
                Ok(tip) => tips.push(tip),
                Err(stopped) => return stopped,
            }
        }
        self.checkout(&tips[0]);
        self.git(&["merge", "--no-edit", &tips[1]])
    }

    /// The commit of a side that took the other's first commit, and went on.
    fn exchanged(&self, side: &str, from: &str) -> Result<String, Output> {
        let (settled_by, edits) = match side {
            "ours" => ("HEAD", &self.scenario.ours),
            _ => ("MERGE_HEAD", &self.scenario.theirs),
        };
        let merge = self.merge(&format!("{side}-1"), &format!("{from}-1"));
        if merge.code != 0 && !self.scenario.settled {
            return Err(merge);
        }
        if merge.code != 0 {
            self.git(&["checkout", settled_by, "--", "."]).ok();
            self.git(&["commit", "--quiet", "--all", "--no-edit"]).ok();
        }
        self.go_on(side, edits);
        Ok(self.place.rev("HEAD"))
    }

    fn go_on(&self, side: &str, edits: &[Edit]) {
        let mut files = self.files();
        let done = edit::apply(edits, 2, &mut files);
        done.unwrap_or_else(|why| panic!("{}, {side} after the exchange: {why}", self.scenario.name));
        for (path, text) in files {
            self.place.write(path, text);
        }
        self.git(&["add", "--all"]).ok();
        self.git(&["commit", "--quiet", "--allow-empty", "-m", side]).ok();
    }

    /// What each side has at its end, by itself.
    fn tips(&self) -> [Files; 2] {
        [&self.scenario.ours, &self.scenario.theirs].map(|edits| {
            let mut files = self.scenario.base();
            for round in 1..=2 {
                // What goes on from the other side's text cannot be done alone.
                let _ = edit::apply(edits, round, &mut files);
            }
            files
        })
    }

    /// The scenario's files in the work tree.
    fn files(&self) -> Files {
        let [ours, theirs] = self.tips();
        let paths = self
            .scenario
            .base()
            .into_keys()
            .chain(ours.into_keys())
            .chain(theirs.into_keys());
        let read = |path: String| {
            let bytes = std::fs::read(self.place.path().join(&path)).ok()?;
            Some((path, String::from_utf8_lossy(&bytes).into_owned()))
        };
        paths.filter_map(read).collect()
    }

    fn judged(&self, operation: Operation, swapped: bool, ended: &Output) -> Cell {
        let unmerged = self.unmerged();
        let files = self.files();
        let mut cell = Cell {
            operation,
            swapped,
            verdict: Verdict::Right,
            why: Vec::new(),
            flaws: Vec::new(),
        };
        match (ended.code, unmerged.is_empty()) {
            (0, true) => (cell.verdict, cell.why) = self.clean(&files),
            (_, true) => (cell.verdict, cell.why) = (Verdict::Stopped, vec![ended.to_string()]),
            (_, false) => self.conflict(&mut cell, &unmerged, &files),
        }
        cell.why
            .extend((cell.verdict > Verdict::Conflict).then(|| show(&files)));
        cell
    }

    /// Paths in conflict, with their stages.
    fn unmerged(&self) -> BTreeMap<String, Vec<u8>> {
        let listed = self.git(&["ls-files", "--unmerged", "-z"]).ok().stdout;
        let mut paths: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        for entry in listed.split('\0').filter_map(|entry| entry.split_once('\t')) {
            let stage = entry.0.as_bytes().last().map_or(0, |digit| digit - b'0');
            paths.entry(entry.1.to_owned()).or_default().push(stage);
        }
        paths
    }

    fn clean(&self, files: &Files) -> (Verdict, Vec<String>) {
        let faults: Vec<String> = faults(files);
        if !faults.is_empty() {
            return (Verdict::Invalid, faults);
        }
        let wrong: Vec<String> = self.wrong(files);
        if !wrong.is_empty() {
            return (Verdict::Wrong, wrong);
        }
        let missing = self.facts().into_iter().filter(|fact| !fact.is_true(files));
        let missing: Vec<String> = missing.map(|fact| format!("lost: {fact}")).collect();
        let verdict = if missing.is_empty() {
            Verdict::Right
        } else {
            Verdict::Lost
        };
        (verdict, missing)
    }

    fn wrong(&self, files: &Files) -> Vec<String> {
        let wrong = self.scenario.never.iter().filter(|fact| fact.is_true(files));
        wrong.map(|fact| format!("wrong: {fact}")).collect()
    }

    /// A conflict shows both sides, and each can be taken.
    fn conflict(&self, cell: &mut Cell, unmerged: &BTreeMap<String, Vec<u8>>, files: &Files) {
        cell.verdict = Verdict::Conflict;
        let sides = [2, 3].map(|side| taken(files, unmerged, side));
        for (path, stages) in unmerged
            .iter()
            .filter(|(_, stages)| stages.contains(&2) && stages.contains(&3))
        {
            let marked = files
                .get(path)
                .is_some_and(|text| text.lines().any(|line| line.starts_with("<<<<<<<")));
            if !marked {
                cell.verdict = Verdict::Lost;
                cell.why
                    .push(format!("{path}: unmerged ({stages:?}), and no markers"));
            }
        }
        for fact in self.facts() {
            if !sides.iter().any(|files| fact.is_true(files)) {
                cell.verdict = Verdict::Lost;
                cell.why
                    .push(format!("lost on both sides of the conflict: {fact}"));
            }
        }
        let known: Vec<String> = self.tips().iter().flat_map(faults).collect();
        for side in &sides {
            cell.flaws
                .extend(faults(side).into_iter().filter(|fault| !known.contains(fault)));
            cell.flaws.extend(self.wrong(side));
        }
        cell.flaws.extend((!cell.flaws.is_empty()).then(|| show(files)));
    }
}

fn faults(files: &Files) -> Vec<String> {
    let fault = |(path, text): (&String, &String)| Some(format!("{path}: {}", validity::fault(path, text)?));
    files.iter().filter_map(fault).collect()
}

/// The files if one side is taken throughout.
fn taken(files: &Files, unmerged: &BTreeMap<String, Vec<u8>>, side: u8) -> Files {
    let there = |path: &String| unmerged.get(path).is_none_or(|stages| stages.contains(&side));
    let files = files.iter().filter(|(path, _)| there(path));
    files
        .map(|(path, text)| (path.clone(), side_of(text, side)))
        .collect()
}

fn show(files: &Files) -> String {
    files
        .iter()
        .map(|(path, text)| format!("--- {path}\n{text}"))
        .collect()
}
