//! Every target, bounded: its examples, its regressions, and some hundred inputs that are the same in every run.

use std::time::Duration;

use lane_fuzz::Limits;
use lane_fuzz::TARGETS;
use lane_fuzz::judge;
use lane_fuzz::run;

/// A second or two each; the time is a bound for slow machines.
const LIMITS: Limits = Limits {
    cases: 600,
    time: Duration::from_secs(10),
};

#[test]
fn the_table_is_in_order_and_every_target_has_examples_and_slots() {
    assert!(TARGETS.is_sorted_by_key(|target| target.name));
    for target in TARGETS {
        assert!(
            !target.seeds.is_empty() && !target.slots.is_empty(),
            "{}",
            target.name
        );
    }
}

#[test]
fn examples_and_what_failed_once_hold() {
    for target in TARGETS {
        let seeds = target.seeds.iter().map(|seed| (*seed, seed.as_bytes()));
        for (name, input) in seeds.chain(target.regressions.iter().copied()) {
            judge(target, input).unwrap_or_else(|why| panic!("{}, {name}: {why}", target.name));
        }
    }
}

#[test]
fn hostile_inputs_keep_every_property() {
    for target in TARGETS {
        let outcome = run(target, 0, LIMITS, &mut |_| ());
        if let Some(failure) = outcome.failure {
            panic!(
                "{}: {}\ninput: {}",
                target.name,
                failure.why,
                failure.input.escape_ascii()
            );
        }
        assert!(outcome.cases > 20, "{} is too slow: {outcome:?}", target.name);
    }
}
