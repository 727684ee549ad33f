//! The gate on exactly the tree that would land; and whose fault it is where that does not pass.

use std::collections::BTreeMap;
use std::path::Path;

use lane_core::glob::Scope;
use lane_core::ground;
use lane_core::id::CheckName;
use lane_core::record::GateRun;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_gate::Base;
use lane_gate::Check;
use lane_gate::Done;
use lane_gate::Gates;
use lane_gate::Interrupt;
use lane_gate::Level;
use lane_gate::Outcome;
use lane_gate::Remember;
use lane_gate::Report;
use lane_gate::Showing;
use lane_git::Oid;
use lane_git::Repo;

use super::build::Merge;
use super::queue::Queued;
use crate::error::CliError;
use crate::gate;
use crate::gate::Asked;
use crate::gate::How;
use crate::gate::Prepared;
use crate::gate::What;
use crate::scratch::Purpose;
use crate::scratch::Scratch;
use crate::session::Session;

/// A check that failed on what would land.
pub(super) struct Failed {
    pub(super) name: String,
    /// Whether it looks at nothing but what is made from something else, or at expected results.
    pub(super) golden: bool,
    /// The end of what it said, in whole lines.
    pub(super) lines: String,
}

/// What the checks came to.
pub(super) enum Checked {
    Green(BTreeMap<String, GateRun>),
    Red(Vec<Failed>),
}

/// Climbs the ladder that the integration branch declares, on the level of what lands together.
///
/// # Errors
/// A refusal where a check did not start, or fails on the integration branch's own tip: that is nobody's fault in the queue.
pub(super) fn climb(session: &Session<'_>, queued: &Queued, built: &Merge<'_>) -> Result<Checked, CliError> {
    let place = &queued.place;
    let gates = gate::at_commit(session, place.base, &place.main)?.gates;
    if gates.checks().next().is_none() {
        return Ok(Checked::Green(BTreeMap::new()));
    }
    let interrupt = Interrupt::install().unwrap_or_else(|_| Interrupt::none());
    let climb = Climbing {
        session,
        gates: &gates,
        interrupt: &interrupt,
    };
    let against = format!("{}, {} as it is", place.base.short(), place.main);
    let base = Base::Commit(place.base);
    let report = climb.at(built.path(), What::WorkTree(&base), &against)?;
    still_there(built.path(), built.commit)?;
    if report.passed() {
        let tree = built.tree.to_string();
        return Ok(Checked::Green(gate::published(
            &report,
            &tree,
            session.source.now(),
        )));
    }
    let bad: Vec<&Done> = failing(&report).collect();
    if let Some(done) = bad
        .iter()
        .find(|done| matches!(done.outcome, Outcome::NotStarted(_)))
    {
        return Err(not_started(queued, done).into());
    }
    let names: Vec<&str> = bad.iter().map(|done| done.name.as_str()).collect();
    climb.base_is_green(queued, &names)?;
    let golden = Golden::of(session, built)?;
    let failed = bad.iter().map(|done| Failed {
        name: done.name.clone(),
        golden: gates
            .check(&done.name)
            .is_some_and(|check| golden.is_all_of(check)),
        lines: lines(&done.outcome),
    });
    Ok(Checked::Red(failed.collect()))
}

struct Climbing<'a> {
    session: &'a Session<'a>,
    gates: &'a Gates,
    interrupt: &'a Interrupt,
}

impl Climbing<'_> {
    fn at(&self, path: &Path, what: What<'_>, against: &str) -> Result<Report, CliError> {
        let repo = Repo::open(path)?;
        let asked = Asked {
            repo: &repo,
            gates: self.gates,
            what,
            rungs: &(1..=3),
            level: Level::Wave,
            area: None,
        };
        let prepared = Prepared::of(&asked, self.interrupt)?;
        let how = How {
            pristine: true,
            ..How::to_the_first_failure(Remember::Use, self.session.source, self.interrupt)
        };
        gate::climb_beside(&prepared, &how, against, (false, false))
    }

    /// Refuses where one of the checks fails on the integration branch's own tip.
    fn base_is_green(&self, queued: &Queued, names: &[&str]) -> Result<(), CliError> {
        let place = &queued.place;
        let checks: Vec<CheckName> = names
            .iter()
            .filter_map(|name| CheckName::new(name).ok())
            .collect();
        let gates = gate::only(self.gates.clone(), &checks)?;
        let scratch = Scratch::make(self.session, Purpose::Landing, (place.base, &[]))?;
        scratch.fill();
        let own = Climbing {
            gates: &gates,
            ..*self
        };
        let base = Base::Commit(place.base);
        let why = format!("whether {} passes by itself", place.main);
        let report = own.at(scratch.path(), What::Whole(&base, &why), "")?;
        let red: Vec<&str> = failing(&report).map(|done| done.name.as_str()).collect();
        if red.is_empty() {
            return Ok(());
        }
        let what = format!(
            "{} fails on {} itself, at {}: nothing lands before that is mended, and {} keeps its place",
            red.join(", "),
            place.main,
            place.base.short(),
            queued.task.id
        );
        let all = ["git", "lane", "gate", "--all", "--level", "wave"];
        let again = command(&[&all[..], &red].concat());
        Err(Refusal::new(&ground::BASE_RED, what).hint(again).into())
    }
}

/// The checks that stand against it.
fn failing(report: &Report) -> impl Iterator<Item = &Done> {
    let is_bad = |done: &&Done| !done.outcome.is_good() && !matches!(done.outcome, Outcome::NotRun(_));
    report.done.iter().filter(is_bad)
}

fn not_started(queued: &Queued, done: &Done) -> Refusal {
    let why = match &done.outcome {
        Outcome::NotStarted(why) => lane_core::text::excerpt(why, 200),
        _ => String::new(),
    };
    let what = format!(
        "{} did not start here, so nobody knows whether {} passes: {why}",
        done.name, queued.task.id
    );
    Refusal::new(&ground::GATE_FAILED, what).hint("git lane doctor")
}

/// A check that committed something would have been looking at something else.
fn still_there(path: &Path, commit: Oid) -> Result<(), CliError> {
    let repo = Repo::open(path)?;
    if repo.head()?.oid() == Some(commit) && repo.tracked_dirt()?.count == 0 {
        return Ok(());
    }
    let what = "a check changed what was to land while it ran";
    Err(Refusal::new(&ground::CHECK_CHANGED_TREE, what)
        .hint("git lane gate --level wave")
        .into())
}

fn lines(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed(Showing::Run { run, .. }) | Outcome::Empty(Showing::Run { run, .. }) => {
            run.excerpt.clone()
        }
        Outcome::Moved { what, .. } | Outcome::Changed { what, .. } => what.clone(),
        _ => String::new(),
    }
}

/// The tree's files that are made from others.
struct Golden(Vec<Vec<u8>>);

impl Golden {
    fn of(session: &Session<'_>, built: &Merge<'_>) -> Result<Self, CliError> {
        let policy = session.store().view()?.policy()?;
        let globs: Vec<&String> = policy.generated.values().flat_map(|made| &made.files).collect();
        let Ok(made) = Scope::parse(&globs) else {
            return Ok(Self(Vec::new()));
        };
        if globs.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let files = session
            .repo
            .files_in_tree(built.tree, &|path| made.covers(path))?;
        Ok(Self(files.into_iter().map(|file| file.path).collect()))
    }

    /// Whether the check is about such files, by its paths, or says so itself. One that every change calls for is about all.
    fn is_all_of(&self, check: &Check) -> bool {
        let is_any = check
            .paths
            .globs()
            .iter()
            .any(lane_core::glob::Glob::is_everything);
        let named = |path: &Vec<u8>| check.paths.covers(path) && !check.ignore.covers(path);
        check.golden || (!is_any && self.0.iter().any(named))
    }
}
