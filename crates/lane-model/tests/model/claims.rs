//! The claim protocol, explored; and its mutants, which must be caught.
//!
//! Each scale leaves out what would make it too large for a suite; together they have everything.

use lane_model::claims::ACKNOWLEDGED_STAYS;
use lane_model::claims::FENCED;
use lane_model::claims::Mutant;
use lane_model::claims::Scale;
use lane_model::claims::Summary;
use lane_model::claims::TRACKED_IS_PREFIX;
use lane_model::claims::explore;

/// Two agents share a clone; none is killed, nothing is over, nobody is offline.
const TWO_CLONES: Scale = Scale {
    homes: [0, 0, 1],
    operations: 2,
    faults: 0,
    ticks: 0,
    offline: 0,
};

const THREE_CLONES: Scale = Scale {
    homes: [0, 1, 2],
    ..TWO_CLONES
};

const RECLAIMED: &str = "a lease is reclaimed";
const KILLED: &str = "the event of a killed process counts everywhere";
const PROVISIONAL: [&str; 2] = [
    "a provisional claim is published",
    "a provisional claim is refused on return",
];

/// Explores a scale, which keeps all promises and reaches all but `unreached`.
fn check(scale: Scale, unreached: &[&str]) -> Summary {
    let found = explore(scale, Mutant::None, 2).unwrap();
    assert_eq!(found.broken(), [""; 0], "{found:?}");
    assert_eq!(found.unreached(), unreached, "{found}");
    found
}

#[test]
fn two_clones_keep_their_promises_when_processes_are_killed_and_leases_are_over() {
    let scale = Scale {
        faults: 1,
        ticks: 1,
        ..TWO_CLONES
    };
    let found = check(scale, &PROVISIONAL);
    assert!(found.states > 500_000 && found.ledgers > 2_000, "{found}");
}

#[test]
fn two_clones_keep_their_promises_when_somebody_works_offline() {
    let scale = Scale {
        ticks: 1,
        offline: 1,
        ..TWO_CLONES
    };
    check(scale, &[KILLED]);
}

#[test]
fn what_is_pending_survives_a_kill() {
    let scale = Scale {
        operations: 1,
        faults: 2,
        offline: 2,
        ..TWO_CLONES
    };
    check(
        scale,
        &["a lost race is decided again and won", RECLAIMED, "a task lands"],
    );
}

#[test]
fn three_clones_keep_their_promises() {
    check(
        Scale {
            ticks: 1,
            ..THREE_CLONES
        },
        &[KILLED, PROVISIONAL[0], PROVISIONAL[1]],
    );
    check(
        Scale {
            faults: 1,
            ..THREE_CLONES
        },
        &[RECLAIMED, PROVISIONAL[0], PROVISIONAL[1]],
    );
    check(
        Scale {
            offline: 1,
            ..THREE_CLONES
        },
        &[RECLAIMED, KILLED],
    );
}

/// What a mutant breaks, with the length of an example.
fn broken_by(mutant: Mutant, scale: Scale) -> (Vec<&'static str>, usize) {
    let found = explore(scale, mutant, 1).unwrap();
    let broken = found.properties.iter().filter(|it| it.always);
    let steps = broken.filter_map(|it| it.example.as_ref().map(Vec::len)).max();
    (found.broken(), steps.unwrap_or(0))
}

#[test]
fn without_the_swap_an_acknowledged_event_is_lost() {
    for homes in [TWO_CLONES.homes, THREE_CLONES.homes] {
        let scale = Scale {
            homes,
            operations: 1,
            ..TWO_CLONES
        };
        let (broken, _) = broken_by(Mutant::NoSwap, scale);
        assert_eq!(broken, [ACKNOWLEDGED_STAYS, TRACKED_IS_PREFIX]);
    }
}

#[test]
fn without_the_fence_or_with_a_landing_in_two_pushes_outdated_work_lands() {
    for mutant in [Mutant::NoFence, Mutant::SplitLanding] {
        let (broken, steps) = broken_by(
            mutant,
            Scale {
                ticks: 1,
                ..TWO_CLONES
            },
        );
        assert_eq!(broken, [FENCED], "{mutant:?}");
        // Claim, clock, reclaim by another, land: four steps a published operation, and little else.
        assert!((10..=16).contains(&steps), "{mutant:?}: {steps}");
    }
}

#[test]
fn a_fence_is_a_number_and_a_holder_for_provisional_claims_share_numbers() {
    let scale = Scale {
        offline: 1,
        ..TWO_CLONES
    };
    assert_eq!(broken_by(Mutant::FenceByNumber, scale).0, [FENCED]);
}
