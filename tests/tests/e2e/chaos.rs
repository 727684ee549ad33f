//! Short histories of several clones with kills, outages and skewed clocks; in full size by `cargo xtask chaos`.

use lane_chaos::Plan;

/// A run with a seed of its own.
fn check(seed: u64, clones: usize, processes: usize, faults: u64) {
    let plan = Plan {
        binary: env!("CARGO_BIN_EXE_git-lane-frozen").into(),
        seed,
        faults,
        clones,
        processes,
        commands: 40,
        parallel: 1,
        keep: false,
    };
    let report = lane_chaos::run(&plan, &|_| {}).expect("a history can be run");
    assert!(report.failures.is_empty(), "{:#?}", report.failures);
    let figures = report.figures;
    assert!(
        figures.struck() >= faults && figures.acknowledged > 0,
        "{figures}"
    );
}

#[test]
fn processes_of_one_clone_that_are_killed_lose_nothing_that_was_acknowledged() {
    check(11, 1, 4, 15);
}

#[test]
fn clones_agree_after_kills_and_outages_and_nobody_holds_what_another_does() {
    check(22, 3, 2, 20);
}
