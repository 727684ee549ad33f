//! A replay in words: the tree that it ends with, and the counters as a table.

use lane_core::counters::Counters;
use lane_core::text;
use lane_git::Oid;

use crate::show::paint;
use crate::show::table;
use crate::show::when;

pub(super) fn head(last: u64, tree: Oid, how: &str) {
    paint::out(&format!("ok: the tree after event {last}, {tree}, {how}"));
}

pub(super) fn counters(counters: &Counters, first: u64, last: u64) {
    let all = counters;
    let mut rows = vec![("events".to_owned(), format!("{} ({first}..{last})", all.events))];
    if let (Some(from), Some(to)) = (all.from, all.to) {
        rows.push(("from".to_owned(), from.to_string()));
        rows.push(("to".to_owned(), to.to_string()));
    }
    let numbers = [
        ("tasks added", all.added),
        ("claims", all.claims),
        ("releases", all.releases),
        ("reclaims", all.reclaims),
        ("checkpoints", all.checkpoints),
        ("handoffs", all.handoffs),
        ("done", all.done),
        ("checks passed", all.checks_passed),
        ("checks failed", all.checks_failed),
    ];
    rows.extend(numbers.map(|(name, number)| (name.to_owned(), number.to_string())));
    let median = all.median_claimed_to_done_secs.map_or("-".to_owned(), |secs| {
        // A span begins at one second.
        if secs > 0 {
            when::short(secs)
        } else {
            format!("{secs}s")
        }
    });
    rows.push(("claimed to done, median".to_owned(), median));
    for (title, counts) in [("by kind", &all.by_kind), ("by agent", &all.by_agent)] {
        rows.push((title.to_owned(), String::new()));
        let named = counts.iter();
        rows.extend(named.map(|(name, count)| (format!("  {}", text::escape(name)), count.to_string())));
    }
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(name, value)| vec![name, value]).collect();
    for line in table::lines(&rows) {
        paint::out(&line);
    }
}
