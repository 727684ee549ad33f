//! What the real `apply` decided, one after the other, is found right however the times are spread around the
//! decisions; and what was tampered with is found out.

use lane_model::history::Act;
use lane_model::history::Fault;
use lane_model::history::Operation;
use lane_model::history::Outcome;
use lane_model::history::check_windows;
use lane_model::history::check_witness;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::sequential::Fate;
use crate::sequential::Run;
use crate::sequential::Try;
use crate::sequential::run;
use crate::sequential::tries;

/// One in eight is killed; with more, too much would be under way at once.
const ALL: &[Fate] = &[
    Fate::Named,
    Fate::Named,
    Fate::Named,
    Fate::Named,
    Fate::Named,
    Fate::Named,
    Fate::Named,
    Fate::Nameless,
    Fate::Nameless,
    Fate::Nameless,
    Fate::Nameless,
    Fate::Nameless,
    Fate::Nameless,
    Fate::Nameless,
    Fate::KilledBefore,
    Fate::KilledAfter,
];

/// Answered one after the other, each with its event.
fn orderly() -> impl Strategy<Value = Vec<Try>> {
    tries(&[Fate::Named], 40)
}

/// The places of the operations that are meant; one of them, by `index`.
fn one_of(history: &[Operation], index: Index, meant: impl Fn(&Operation) -> bool) -> Option<usize> {
    let places: Vec<usize> = (0..history.len()).filter(|&at| meant(&history[at])).collect();
    (!places.is_empty()).then(|| *index.get(&places))
}

fn witness_faults(run: &Run) -> Vec<Fault> {
    check_witness(&run.history, &run.ledger, 0).faults
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_happened_is_found_right_however_its_times_are_spread(tries in tries(ALL, 220)) {
        let run = run(&tries);
        let windows = check_windows(&run.history);
        prop_assert_eq!(windows.faults, []);
        let witness = check_witness(&run.history, &run.ledger, 0);
        prop_assert_eq!(witness.faults, []);
        let acknowledged = run.history.iter().filter(|it| it.is_ok()).count();
        prop_assert_eq!(witness.acknowledged, acknowledged);
    }

    #[test]
    fn a_lost_event_is_found(tries in orderly(), index: Index) {
        let mut run = run(&tries);
        prop_assume!(!run.ledger.is_empty());
        let lost = run.ledger.remove(index.index(run.ledger.len()));
        let is_named = |fault: &Fault| matches!(fault, Fault::Lost { operation } if operation.contains(&lost.key));
        prop_assert!(witness_faults(&run).iter().any(is_named));
    }

    #[test]
    fn two_events_that_changed_places_are_found(tries in orderly(), one: Index, other: Index) {
        let mut run = run(&tries);
        let events = run.ledger.len();
        prop_assume!(events > 1);
        let one = one.index(events);
        let other = (one + 1 + other.index(events - 1)) % events;
        let (first, second) = (run.ledger[one].seq, run.ledger[other].seq);
        run.ledger.swap(one, other);
        (run.ledger[one].seq, run.ledger[other].seq) = (first, second);
        let reversed = |fault: &Fault| matches!(fault, Fault::Reversed { .. });
        prop_assert!(witness_faults(&run).iter().any(reversed));
    }

    #[test]
    fn a_second_winner_is_found_by_both(tries in orderly(), index: Index) {
        let mut run = run(&tries);
        let Some(at) = one_of(&run.history, index, |it| it.is_ok() && it.act == Act::Claim) else { return Ok(()) };
        let mut second = run.history[at].clone();
        second.agent = "z".to_owned();
        second.event = None;
        second.invoked = second.settled() + 1;
        second.returned = Some(second.invoked);
        run.history.push(second);
        prop_assert_eq!(check_windows(&run.history).faults.len(), 1);
        prop_assert_eq!(witness_faults(&run).len(), 1);
    }

    #[test]
    fn a_refusal_of_what_happened_is_found(tries in orderly(), index: Index) {
        let mut run = run(&tries);
        let Some(at) = one_of(&run.history, index, Operation::is_ok) else { return Ok(()) };
        run.history[at].outcome = Outcome::Refused { ground: "already-claimed".to_owned() };
        let there = |fault: &Fault| matches!(fault, Fault::RefusedButThere { .. });
        prop_assert!(witness_faults(&run).iter().any(there));
        if run.history[at].act == Act::Claim {
            prop_assert!(!check_windows(&run.history).faults.is_empty());
        }
    }

    #[test]
    fn an_acknowledgement_of_what_was_refused_is_found(tries in orderly(), index: Index) {
        let mut run = run(&tries);
        let refused = |it: &Operation| matches!(it.outcome, Outcome::Refused { .. });
        let Some(at) = one_of(&run.history, index, refused) else { return Ok(()) };
        run.history[at].outcome = Outcome::Ok;
        let lost = |fault: &Fault| matches!(fault, Fault::Lost { .. });
        prop_assert!(witness_faults(&run).iter().any(lost));
    }
}
