//! The plan of a climb: for every declared check whether it is run, with which commands and why, or why not. Pure: what
//! `--explain` prints, and what is run, are the same value.

mod format;
mod words;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use lane_core::id::AreaName;
use lane_core::id::CheckName;
use lane_core::text::excerpt;
use lane_git::File;

use crate::builtin;
use crate::builtin::Builtin;
use crate::builtin::Command;
use crate::builtin::FormatFile;
use crate::builtin::Reader;
use crate::builtin::Tools;
use crate::cargo;
use crate::cargo::Affected;
use crate::cargo::Cause;
use crate::cargo::Workspace;
use crate::change::Change;
use crate::change::Changed;
use crate::change::Extent;
use crate::fill;
use crate::fill::Fillings;
use crate::gates::Check;
use crate::gates::FILES;
use crate::gates::Folder;
use crate::gates::Gates;
use crate::gates::Level;
use crate::gates::PACKAGES;
use crate::gates::Work;

pub use format::binds_format;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The declared checks.
    pub gates: &'a Gates,
    /// What is judged.
    pub change: &'a Change,
    /// All files that are judged, changed or not.
    pub files: &'a [File],
    /// The changed manifests that say another edition than before.
    pub editions: &'a [Vec<u8>],
    /// What was found in each folder of [`Gates::package_folders`].
    pub places: &'a BTreeMap<Folder, Place>,
    /// The rungs that are climbed.
    pub rungs: &'a RangeInclusive<u8>,
    /// What is brought together.
    pub level: Level,
    /// The checks of this area, and those of none.
    pub area: Option<&'a AreaName>,
}

/// What was found in a folder where a check needs to know cargo's packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its workspace, or why it is not known.
    pub workspace: Result<Workspace, String>,
    /// Its tools.
    pub tools: Tools,
}

/// A check's place in the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    /// The check.
    pub name: CheckName,
    /// Its rung.
    pub rung: u8,
    /// What becomes of it.
    pub todo: Todo,
}

/// What becomes of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Todo {
    /// It is run.
    Run(PlannedCheck),
    /// It has nothing to say about this change, or was not asked for.
    Skip(Skip),
    /// It should run and cannot: it has failed.
    Broken(String),
}

/// A check that is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedCheck {
    /// What is run.
    pub work: PlannedWork,
    /// Why it is run.
    pub why: Trigger,
    /// Which packages it looks at and why, where it looks at packages.
    pub affected: Option<Affected>,
    /// The folders of these packages; none where these are all, or it looks at none.
    pub folders: Vec<Vec<u8>>,
}

/// What is run for a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedWork {
    /// Commands, one after another: at least one.
    Commands(Vec<Command>),
    /// Files whose format is compared: at least one.
    Format(Vec<FormatFile>),
}

/// Why a check is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// These many changed paths call for it; this is the first.
    Paths {
        /// The first path, in git's bytes; escaped when shown.
        first: Vec<u8>,
        /// How many.
        count: usize,
    },
    /// A change of this path makes rustfmt write other files differently, too.
    Format(Vec<u8>),
    /// Everything is run; why.
    Everything(String),
}

/// Why a check is not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// It stands on another rung.
    Rung(u8),
    /// It is for a later level.
    Level(Level),
    /// It belongs to another area.
    Area(AreaName),
    /// Nothing changed at all.
    NoChange,
    /// No changed path is among its `paths`, or all of these are among its `ignore`.
    NoPath,
    /// It looks at files, and none of those that changed is there to be looked at.
    NoFile,
    /// It looks at packages, and none is affected.
    NoPackage,
}

/// The plan: every declared check once, by rung, then by name.
pub fn plan(ask: &Ask<'_>) -> Vec<PlanStep> {
    let checks = ask.gates.checks().map(|(name, check)| PlanStep {
        name: name.clone(),
        rung: check.rung,
        todo: todo(ask, name, check),
    });
    let mut steps: Vec<PlanStep> = checks.collect();
    steps.sort_by(|a, b| (a.rung, &a.name).cmp(&(b.rung, &b.name)));
    steps
}

/// Packages for which `[package.NAME] reads` is declared, but that no workspace has: misspelt, or renamed since. None
/// where not every workspace is known.
pub fn unknown_packages<'a>(gates: &'a Gates, places: &BTreeMap<Folder, Place>) -> Vec<&'a str> {
    let known: BTreeSet<&String> = places
        .values()
        .filter_map(|place| place.workspace.as_ref().ok())
        .flat_map(|workspace| workspace.packages.keys())
        .collect();
    let asked = |folder: &Folder| places.get(folder).is_some_and(|place| place.workspace.is_ok());
    if !gates.package_folders().into_iter().all(asked) {
        return Vec::new();
    }
    let unknown = gates.reads().keys().filter(|name| !known.contains(name));
    unknown.map(String::as_str).collect()
}

fn todo(ask: &Ask<'_>, name: &CheckName, check: &Check) -> Todo {
    let found = match not_asked(ask, check) {
        Some(skip) => Err(Todo::Skip(skip)),
        None => concerned(ask, check),
    };
    let planned = found.and_then(|(why, files)| match &check.work {
        Work::Builtin(builtin) => built_in(ask, check, builtin, why, &files),
        Work::Run(words) => declared(ask, name, check, words, why, &files),
    });
    planned.map_or_else(|not| not, Todo::Run)
}

fn not_asked(ask: &Ask<'_>, check: &Check) -> Option<Skip> {
    if !ask.rungs.contains(&check.rung) {
        return Some(Skip::Rung(check.rung));
    }
    if let Some(level) = check.level.filter(|level| *level > ask.level) {
        return Some(Skip::Level(level));
    }
    let other = check
        .area
        .as_ref()
        .filter(|area| ask.area.is_some_and(|asked| asked != *area));
    other.map(|area| Skip::Area(area.clone()))
}

/// Why the check is run, and the paths that concern it.
fn concerned<'a>(ask: &Ask<'a>, check: &Check) -> Result<(Trigger, Vec<&'a Changed>), Todo> {
    let all = ask.change.files();
    let mut files: Vec<&Changed> = all.iter().filter(|file| calls(ask, check, &file.path)).collect();
    files.sort();
    files.dedup();
    if let Extent::Everything { why, .. } = &ask.change.extent {
        return Ok((Trigger::Everything(why.clone()), files));
    }
    match files.first() {
        Some(first) => {
            let (first, count) = (first.path.clone(), files.len());
            Ok((Trigger::Paths { first, count }, files))
        }
        None if all.is_empty() => Err(Todo::Skip(Skip::NoChange)),
        None => Err(Todo::Skip(Skip::NoPath)),
    }
}

/// Whether a change of this path calls for the check. What binds every package calls for each check of packages, even
/// where its `paths` name sources only; its `ignore` can say otherwise.
fn calls(ask: &Ask<'_>, check: &Check, path: &[u8]) -> bool {
    let binds = match &check.work {
        Work::Builtin(name) if Builtin::named(name) == Some(Builtin::Rustfmt) => {
            binds_format(path, ask.editions)
        }
        Work::Builtin(_) => cargo::binds_all(path).is_some(),
        Work::Run(_) => check.needs_packages() && cargo::binds_all(path).is_some(),
    };
    check.concerns(path) || (binds && !check.ignore.covers(path))
}

fn built_in(
    ask: &Ask<'_>,
    check: &Check,
    name: &str,
    why: Trigger,
    files: &[&Changed],
) -> Result<PlannedCheck, Todo> {
    let Some(builtin) = Builtin::named(name) else {
        let name = excerpt(name, 64);
        return Err(Todo::Broken(format!(
            "this version has no built-in check `{name}`"
        )));
    };
    if builtin == Builtin::Rustfmt {
        return format::format(ask, check, why, files);
    }
    let affected = match builtin.is_whole() {
        true => Affected::Everything(Cause::Whole),
        false => affected(ask, check, &why, files),
    };
    let (workspace, tools) = (workspace(ask, check).ok(), tools(ask, check));
    let commands = builtin::commands(builtin, &affected, workspace, tools, &check.dir);
    if commands.is_empty() {
        return Err(Todo::Skip(Skip::NoPackage));
    }
    Ok(PlannedCheck {
        work: PlannedWork::Commands(commands),
        why,
        folders: folders(&affected, workspace),
        affected: Some(affected),
    })
}

fn declared(
    ask: &Ask<'_>,
    name: &CheckName,
    check: &Check,
    words: &[String],
    why: Trigger,
    files: &[&Changed],
) -> Result<PlannedCheck, Todo> {
    let has = |open: &str| words.iter().any(|word| word == open);
    let there: Vec<&[u8]> = match has(FILES) {
        true => files_there(ask, files)?,
        false => Vec::new(),
    };
    let affected = has(PACKAGES).then(|| affected(ask, check, &why, files));
    let packages = affected
        .as_ref()
        .map(|affected| cargo::cargo_arguments(affected, workspace(ask, check).ok()));
    if packages.as_ref().is_some_and(Vec::is_empty) {
        return Err(Todo::Skip(Skip::NoPackage));
    }
    let with = Fillings {
        files: &there,
        packages: packages.as_deref().unwrap_or_default(),
        base: ask.change.base.as_deref(),
    };
    let commands = fill::fill(name.as_str(), check, words, &with);
    let commands = commands.map_err(|e| Todo::Broken(e.to_string()))?;
    let command = |words| Command {
        words,
        dir: check.dir.clone(),
        reader: Reader::Exit,
    };
    Ok(PlannedCheck {
        work: PlannedWork::Commands(commands.into_iter().map(command).collect()),
        why,
        affected,
        folders: Vec::new(),
    })
}

fn folders(affected: &Affected, workspace: Option<&Workspace>) -> Vec<Vec<u8>> {
    let (Affected::Packages(packages), Some(workspace)) = (affected, workspace) else {
        return Vec::new();
    };
    let known = packages.keys().filter_map(|name| workspace.packages.get(name));
    known.map(|package| package.dir.clone()).collect()
}

/// The files to be named: those that are there, once each.
fn files_there<'a>(ask: &Ask<'_>, files: &[&'a Changed]) -> Result<Vec<&'a [u8]>, Todo> {
    files_are_known(ask)?;
    let there = files.iter().filter(|file| file.is_file());
    let mut there: Vec<&[u8]> = there.map(|file| file.path.as_slice()).collect();
    there.dedup();
    match there.is_empty() {
        true => Err(Todo::Skip(Skip::NoFile)),
        false => Ok(there),
    }
}

fn files_are_known(ask: &Ask<'_>) -> Result<(), Todo> {
    match &ask.change.extent {
        Extent::Everything { files: None, why } => Err(Todo::Broken(format!(
            "everything is checked ({}), and the files cannot be listed",
            excerpt(why, 200)
        ))),
        _ => Ok(()),
    }
}

fn affected(ask: &Ask<'_>, check: &Check, why: &Trigger, files: &[&Changed]) -> Affected {
    match (why, workspace(ask, check)) {
        (Trigger::Everything(why), _) => Affected::Everything(Cause::Change(why.clone())),
        (_, Err(e)) => Affected::Everything(Cause::Metadata(e.to_owned())),
        (_, Ok(workspace)) => cargo::affected(files.iter().copied(), workspace, ask.gates.reads()),
    }
}

fn workspace<'a>(ask: &Ask<'a>, check: &Check) -> Result<&'a Workspace, &'a str> {
    match ask.places.get(&check.dir) {
        Some(place) => place.workspace.as_ref().map_err(String::as_str),
        None => Err("nobody asked cargo"),
    }
}

fn tools(ask: &Ask<'_>, check: &Check) -> Tools {
    let place = ask.places.get(&check.dir);
    place.map(|place| place.tools).unwrap_or_default()
}
