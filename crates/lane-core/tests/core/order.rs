//! What comes first, by values.

use lane_core::order::Order;
use lane_core::ready::Card;
use lane_core::record::Mark;
use lane_core::record::Phase;
use lane_core::record::Priority;
use lane_core::record::Task;
use lane_core::time::Timestamp;
use proptest::prelude::*;

use super::fixture::task_id;

/// A card of a task added at this second.
fn card(id: &str, created: i64, change: impl FnOnce(&mut Card)) -> Card {
    let mut card = Card::of(&Task::new(task_id(id), "a title", Timestamp::from_secs(created)));
    change(&mut card);
    card
}

/// The ids, first things first.
fn ids(mut cards: Vec<Card>) -> Vec<String> {
    cards.sort_by(|a, b| a.id.cmp(&b.id));
    let order = Order::new(&cards);
    order
        .all()
        .into_iter()
        .map(|at| cards[at].id.to_string())
        .collect()
}

/// Why the first comes before the second.
fn because(mut cards: Vec<Card>) -> String {
    cards.sort_by(|a, b| a.id.cmp(&b.id));
    let order = Order::new(&cards);
    let all = order.all();
    order
        .key(all[0])
        .because(all.get(1).map(|at| order.key(*at)).as_ref())
}

#[test]
fn each_reason_counts_before_those_after_it() {
    let plain = |id, created| card(id, created, |_| {});
    let phase = |id, phase| card(id, 9, |c| c.status = phase);
    let waits = |id, on| card(id, 9, |c| c.depends_on = vec![task_id(on)]);
    let retry = |id, created| card(id, created, |c| c.mark = Some(Mark::Retry));
    let wanted = |id, priority| card(id, 9, |c| c.priority = priority);
    for (cards, expected, why) in [
        (vec![plain("T-1", 1)], &["T-1"][..], "nothing else is there to do"),
        (
            vec![
                wanted("T-1", Priority::High),
                phase("T-2", Phase::Review),
                phase("T-3", Phase::Testing),
                phase("T-4", Phase::Queued),
            ],
            &["T-4", "T-3", "T-2", "T-1"],
            "what is nearly done goes first, and it is ready to land",
        ),
        (
            vec![retry("T-1", 1), wanted("T-2", Priority::High), plain("T-3", 1)],
            &["T-2", "T-1", "T-3"],
            "its priority is high",
        ),
        (
            vec![wanted("T-1", Priority::Low), plain("T-2", 10)],
            &["T-2", "T-1"],
            "no other has a higher priority",
        ),
        (
            vec![plain("T-1", 1), retry("T-2", 2)],
            &["T-2", "T-1"],
            "it is marked [RETRY]",
        ),
        (
            vec![
                plain("T-1", 1),
                plain("T-2", 2),
                waits("T-3", "T-2"),
                waits("T-4", "T-3"),
            ],
            &["T-2", "T-3", "T-1", "T-4"],
            "2 open tasks wait for it, one after the other",
        ),
        (
            vec![plain("T-1", 2), plain("T-2", 1)],
            &["T-2", "T-1"],
            "it is the oldest",
        ),
        (
            vec![plain("T-1", 1), plain("T-2", 1)],
            &["T-1", "T-2"],
            "it is the oldest",
        ),
    ] {
        assert_eq!(because(cards.clone()), why, "{expected:?}");
        assert_eq!(ids(cards), expected, "{why}");
    }
}

#[test]
fn the_parts_of_a_parent_stand_together_in_the_order_in_which_they_land() {
    let part = |id, created, place| {
        card(id, created, |c| {
            c.parent = Some(task_id("P"));
            c.merge_order = Some(place);
        })
    };
    let cards = vec![
        card("P", 0, |c| {
            c.children = ["T-1", "T-2", "T-5"].map(task_id).to_vec();
        }),
        part("T-1", 9, 1),
        part("T-2", 3, 2),
        card("T-3", 4, |_| {}),
        card("T-4", 2, |_| {}),
        card("T-5", 8, |c| c.parent = Some(task_id("P"))),
    ];
    assert_eq!(ids(cards.clone()), ["T-1", "T-2", "T-5", "P", "T-4", "T-3"]);
    assert_eq!(because(cards), "it lands before the other parts of P");
}

#[test]
fn a_chain_counts_blockers_and_parents_and_a_circle_ends() {
    let cards = vec![
        card("A", 1, |c| c.blocked_on = Some(task_id("B"))),
        card("B", 1, |c| c.children = vec![task_id("C")]),
        card("C", 1, |_| {}),
        // A circle by hand, and one who waits for it.
        card("X", 1, |c| c.depends_on = vec![task_id("Y")]),
        card("Y", 1, |c| c.depends_on = vec![task_id("X")]),
        card("Z", 1, |c| {
            c.depends_on = vec![task_id("X"), task_id("X"), task_id("gone")];
        }),
    ];
    let order = Order::new(&cards);
    let chains: Vec<u32> = (0..cards.len()).map(|at| order.key(at).chain()).collect();
    assert_eq!(chains, [0, 1, 2, 1, 0, 0]);
}

#[test]
fn a_chain_of_ten_thousand_is_as_quick_as_none() {
    let mut cards: Vec<Card> = (0..10_000)
        .map(|n| {
            card(&format!("T-{n:05}"), 1, |c| {
                c.depends_on = vec![task_id(&format!("T-{:05}", n + 1))];
            })
        })
        .collect();
    cards.push(card("T-10000", 1, |_| {}));
    cards.sort_by(|a, b| a.id.cmp(&b.id));
    let order = Order::new(&cards);
    assert_eq!(order.key(cards.len() - 1).chain(), 10_000);
    assert_eq!(order.all()[0], cards.len() - 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_order_is_total_and_the_same_whatever_it_begins_with(
        rows in prop::collection::vec((0u8..4, 0u8..3, any::<bool>(), 0i64..4, 0u8..3, 0u8..8), 1..24)
    ) {
        let cards: Vec<Card> = rows.iter().enumerate().map(|(n, row)| {
            card(&format!("T-{n:02}"), row.3, |c| {
                c.status = [Phase::Todo, Phase::Review, Phase::Testing, Phase::Queued][usize::from(row.0)];
                c.priority = [Priority::High, Priority::Medium, Priority::Low][usize::from(row.1)];
                c.mark = row.2.then_some(Mark::Retry);
                c.parent = (row.4 > 0).then(|| task_id(&format!("P-{}", row.4)));
                c.merge_order = (row.5 > 4).then_some(u32::from(row.5));
                c.depends_on = vec![task_id(&format!("T-{:02}", row.5))];
            })
        }).collect();
        let order = Order::new(&cards);
        let all = order.all();
        for pair in all.windows(2) {
            let (a, b) = (order.key(pair[0]), order.key(pair[1]));
            prop_assert!(a < b);
            prop_assert!(!a.because(Some(&b)).is_empty());
        }
    }
}
