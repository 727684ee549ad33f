//! The ladder of one climb: what is asked, planned against the packages that are there, and made ready to be climbed.

mod outside;
mod places;
mod ready;
mod remembered;
mod variables;

pub use outside::ignored;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

use lane_core::id::AreaName;
use lane_git::Oid;

use crate::Ask;
use crate::Change;
use crate::Files;
use crate::Folder;
use crate::Gates;
use crate::Interrupt;
use crate::Level;
use crate::Place;
use crate::PlanStep;
use crate::Receipts;
use crate::Skip;
use crate::Step;
use crate::Todo;
use crate::plan;
use crate::plan::unknown_packages;

/// What is asked of the ladder.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The work tree's root: where cargo and the tools are asked.
    pub root: &'a Path,
    /// The declared checks.
    pub gates: &'a Gates,
    /// What is judged.
    pub change: &'a Change,
    /// The commit that is judged or checked out: what a command that is given `{base}` compares with it. None on an unborn branch.
    pub commit: Option<Oid>,
    /// The files that are judged; where they are the work tree's, what cargo said of them is remembered.
    pub files: &'a Files,
    /// The changed manifests that say another edition than before ([`crate::editions`]).
    pub editions: &'a [Vec<u8>],
    /// The rungs that are climbed.
    pub rungs: &'a RangeInclusive<u8>,
    /// What is brought together.
    pub level: Level,
    /// The checks of this area, and those of none.
    pub area: Option<&'a AreaName>,
    /// Where what cargo said is remembered.
    pub receipts: Option<&'a Receipts>,
    /// The texts of staged files by path, where these are judged and not the files in the work tree.
    pub staged: Option<&'a Texts>,
}

/// Texts by path from the repository's root.
pub type Texts = BTreeMap<Vec<u8>, Vec<u8>>;

/// The checks of one climb.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// Every declared check with what becomes of it and why.
    pub plan: Vec<PlanStep>,
    /// Those on the rungs that were asked for, ready to be climbed; see [`crate::climb()`].
    pub steps: Vec<Step>,
    /// Packages for which `reads` is declared and that no workspace has.
    pub unknown: Vec<String>,
}

impl Ladder {
    /// Asks cargo where a check needs it, and plans. What cargo does not answer makes everything affected, never nothing;
    /// the plan says why.
    pub fn prepare(request: &Request<'_>, interrupt: &Interrupt) -> Self {
        let places: BTreeMap<Folder, Place> = folders(request)
            .into_iter()
            .map(|folder| (folder.clone(), places::look(request, folder, interrupt)))
            .collect();
        let plan = plan(&Ask {
            gates: request.gates,
            change: request.change,
            files: request.files.list(),
            editions: request.editions,
            places: &places,
            rungs: request.rungs,
            level: request.level,
            area: request.area,
        });
        let unknown = unknown_packages(request.gates, &places);
        Self {
            steps: plan
                .iter()
                .filter(|step| !matches!(step.todo, Todo::Skip(Skip::Rung(_))))
                .map(|step| ready::step(step, request, &places))
                .collect(),
            unknown: unknown.into_iter().map(str::to_owned).collect(),
            plan,
        }
    }
}

/// The folders whose packages are needed: none for the checks that nobody asks for, or where nothing changed.
fn folders<'a>(request: &Request<'a>) -> Vec<&'a Folder> {
    let asked = request
        .gates
        .checks()
        .filter(|(_, check)| check.needs_packages() && request.rungs.contains(&check.rung));
    let mut folders: Vec<&Folder> = asked.map(|(_, check)| &check.dir).collect();
    folders.sort();
    folders.dedup();
    match request.change.is_nothing() {
        true => Vec::new(),
        false => folders,
    }
}
