//! The ready list in words, and the one command that leads on from it.

use lane_core::ground;
use lane_core::ready::Card;
use lane_core::refusal::command;
use lane_core::time::Timestamp;

use super::Found;
use super::Ready;
use super::ways::Waiting;
use crate::session::Session;
use crate::show::mark;
use crate::show::paint;
use crate::show::table;
use crate::show::when;

/// Prints the list, the reasons where they were asked, and what leads on.
pub(super) fn print(session: &Session<'_>, args: &Ready, found: &Found<'_>) {
    let now = session.source.now();
    let rows: Vec<Vec<String>> = found
        .ready
        .iter()
        .take(args.limit)
        .map(|card| row(card))
        .collect();
    table::lines(&rows).iter().for_each(|line| paint::out(line));
    if found.ready.len() > args.limit {
        paint::note(&format!("… and {} more", found.ready.len() - args.limit));
    }
    if found.ready.is_empty() {
        paint::error(&format!(
            "{}: none of {} open tasks can be claimed now",
            ground::NOT_READY.id,
            found.others
        ));
    }
    found.why.iter().for_each(|waiting| print_waiting(waiting, now));
    if args.why && found.others > found.why.len() {
        let more = found.others - found.why.len();
        paint::note(&format!("… and {more} more that cannot be claimed"));
    }
    match found.ready.first() {
        Some(best) => paint::hint(&command(&["git", "lane", "start", best.id.as_str()])),
        None => lead_on(session, args, found),
    }
}

fn row(card: &Card) -> Vec<String> {
    let priority = serde_json::to_value(card.priority).ok();
    vec![
        card.id.to_string(),
        priority
            .and_then(|p| p.as_str().map(str::to_owned))
            .unwrap_or_default(),
        card.area
            .as_ref()
            .map_or_else(|| "-".to_owned(), ToString::to_string),
        mark::titled(card.mark, card.status, &card.title, 72),
    ]
}

fn print_waiting(waiting: &Waiting<'_>, now: Timestamp) {
    for reason in &waiting.reasons {
        let no = &reason.no;
        paint::note(&format!("{}  {}: {}", waiting.card.id, no.ground.id, no.what));
        if let Some(said) = no.said.as_ref().filter(|said| !said.text.is_empty()) {
            paint::note(&format!("    {} wrote: {:?}", said.author, said.text));
        }
        let lines = reason.lines(now);
        lines.iter().for_each(|line| paint::note(&format!("    {line}")));
    }
}

/// What to do where nothing can be claimed. Each command leads away from here; where none does, that is said.
fn lead_on(session: &Session<'_>, args: &Ready, found: &Found<'_>) {
    if let Some(sentence) = found.own.sentence() {
        paint::note(&sentence);
    }
    let own = found.own.go_on();
    if let Some(line) = &own {
        paint::hint(line);
    }
    if found.elsewhere > 0 {
        paint::hint("git lane ready");
    }
    match (found.others, args.why) {
        (0, _) => {
            // Nothing was asked of the remote: others may have added some.
            if has_remote(session) {
                paint::hint("git lane sync");
            }
            paint::hint(&add(args));
        }
        (_, false) => {
            paint::hint("git lane ready --why");
            // Nothing was asked of the remote: there may be more since.
            if has_remote(session) {
                paint::hint("git lane sync");
            }
        }
        (_, true) if own.is_some() || found.elsewhere > 0 => {}
        (_, true) => best_way(session, found),
    }
}

fn add(args: &Ready) -> String {
    let mut words = vec!["git", "lane", "task", "add", "TITLE", "--scope", "GLOB"];
    if let Some(area) = &args.area {
        words.extend(["--area", area.as_str()]);
    }
    command(&words)
}

/// The command that brings some task nearest to being taken; where there is none, until when to wait.
fn best_way(session: &Session<'_>, found: &Found<'_>) {
    let ways = found.why.iter().filter_map(Waiting::way_on);
    // The first that is all that is missing, else the first.
    if let Some((_, line)) = ways.min_by_key(|(all, _)| !all) {
        paint::hint(line);
        return;
    }
    let remote = if has_remote(session) {
        ", and `git lane sync` brings what others do"
    } else {
        ""
    };
    let first = found.why.iter().filter_map(Waiting::until).min();
    match first {
        Some(at) => paint::note(&format!(
            "no command leads on now: wait for those named above{remote}; unless they go on, more can be done from {} on",
            when::moment(at, session.source.now())
        )),
        None => paint::note(&format!(
            "no command leads on now: wait for those named above{remote}"
        )),
    }
}

fn has_remote(session: &Session<'_>) -> bool {
    session.store().link().is_ok_and(|link| link.is_some())
}
