//! A run: histories side by side, until enough faults have struck or a check failed.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;

use crate::calm;
use crate::checks::Scene;
use crate::driver::Driver;
use crate::figures::Figures;
use crate::plan::Plan;
use crate::world::Template;
use crate::world::World;

/// What a run came to.
#[derive(Debug, Default)]
pub struct Report {
    /// The numbers.
    pub figures: Figures,
    /// The histories that failed a check. The run ends with the first, but others are under way then.
    pub failures: Vec<Failure>,
}

/// A history that failed.
#[derive(Debug)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// Its folder, which is kept; `history.txt` in it tells everything in order.
    pub folder: PathBuf,
    /// What is wrong.
    pub faults: Vec<String>,
}

/// Runs histories as planned. `progress` is told the numbers so far after each.
///
/// # Errors
/// When a world cannot be made, or a process not be started.
pub fn run(plan: &Plan, progress: &(dyn Fn(&Figures) + Sync)) -> io::Result<Report> {
    let first = World::make(plan)?;
    let template = first.template();
    let report = Mutex::new(Report::default());
    let next = AtomicU64::new(0);
    let stop = AtomicBool::new(false);
    let work = || -> io::Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let seed = plan.seed.wrapping_add(next.fetch_add(1, Ordering::Relaxed));
            let (figures, failure) =
                history(plan, &template, seed).inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
            let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
            report.figures.add(&figures);
            progress(&report.figures);
            let enough = report.figures.struck() >= plan.faults || failure.is_some();
            report.failures.extend(failure);
            stop.fetch_or(enough, Ordering::Relaxed);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..plan.parallel).map(|_| scope.spawn(work)).collect();
        let ended = workers.into_iter().map(|worker| {
            let died = || io::Error::other("a history panicked");
            worker.join().map_err(|_| died())?
        });
        ended.collect::<io::Result<Vec<()>>>()
    })?;
    Ok(report.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Runs and checks one history.
fn history(plan: &Plan, template: &Template, seed: u64) -> io::Result<(Figures, Option<Failure>)> {
    let mut world = World::copy(template, plan)?;
    let (history, mut figures, mut weather) = Driver::new(&world, plan, seed).run()?;
    let mut faults = calm::calm(&world, &mut weather)?;
    let scene = Scene::new(&world, &history)?;
    figures.events += scene.events.len() as u64;
    scene.check(&mut |name, finding| {
        *figures.checks.entry(name).or_default() += finding.facts;
        faults.extend(finding.faults.into_iter().map(|fault| format!("{name}: {fault}")));
    })?;
    if faults.is_empty() && !plan.keep {
        return Ok((figures, None));
    }
    fs::write(world.root().join("history.txt"), history.text())?;
    world.keep();
    let folder = world.root().to_owned();
    let failure = (!faults.is_empty()).then_some(Failure { seed, folder, faults });
    Ok((figures, failure))
}
