//! Whole teams at work, by chance and by a seed: whatever happens, every open task has somebody whose move it is, and in
//! the end all of them are done or given up.

mod acts;
mod calm;
mod checks;
mod forward;
mod team;

use std::collections::BTreeSet;

use lane_core::moves::Verb;
use lane_core::record::Phase;
use team::Team;

/// Seeds that once found a fault. A failing run names its seed: put it here to replay it.
const AGAIN: [u64; 0] = [];

/// Names the seed, and tells what happened last, when a check fails.
struct Named(u64, std::rc::Rc<std::cell::RefCell<Vec<String>>>);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let story = self.1.borrow();
            let last = &story[story.len().saturating_sub(40)..];
            eprintln!("seed {} failed after\n{}", self.0, last.join("\n"));
        }
    }
}

fn run(seed: u64) {
    let mut team = Team::new(seed);
    let _named = Named(seed, team.story.clone());
    for _ in 0..team.wild_steps() {
        team.act_by_chance();
        checks::state(&mut team);
    }
    team.come_to_an_end();
    assert_eq!(team.f.state.live().count(), 0);
}

#[test]
fn seeds_that_once_failed() {
    AGAIN.into_iter().for_each(run);
}

#[test]
fn small_teams_end_all_their_tasks() {
    (0..100).for_each(run);
}

#[test]
fn middling_teams_end_all_their_tasks() {
    (1_000..1_060).for_each(run);
}

#[test]
fn large_teams_end_all_their_tasks() {
    (2_000..2_040).for_each(run);
}

/// Else the runs would show nothing.
#[test]
fn teams_live_through_all_that_there_is() {
    let mut seen = BTreeSet::new();
    for seed in (0..60).chain(1_000..1_030) {
        let mut team = Team::new(seed);
        // What comes late in a task's life is rare in a short one.
        for _ in 0..3 * team.wild_steps() {
            team.act_by_chance();
        }
        team.come_to_an_end();
        seen.extend(team.taken);
    }
    for verb in Verb::ALL {
        let happened = seen.iter().any(|(_, name)| *name == verb.name());
        assert!(happened, "{verb} never happened");
    }
    let from: BTreeSet<&str> = seen.iter().map(|(from, _)| *from).collect();
    let open = Phase::ALL.into_iter().filter(|phase| !phase.is_final());
    assert_eq!(from, open.map(Phase::name).collect());
}
