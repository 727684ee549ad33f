//! What is done to a changelog.

use std::ops::Range;

use super::Deeds;

const CATEGORIES: &[&str] = &["Added", "Changed", "Fixed", "Removed"];

/// The changelog after one edit.
pub(super) fn edited(deeds: &mut Deeds, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    match deeds.rng().u8(..20) {
        0..10 => {
            let token = deeds.token();
            let mut entry = vec![format!("- An entry {token}.")];
            if deeds.rng().u8(..4) == 0 {
                entry.push("  with more lines.".to_owned());
            }
            add(deeds, &mut lines, &entry);
        }
        10..13 => remove(deeds, &mut lines).map_or((), drop),
        13..16 => reword(deeds, &mut lines),
        16 => release(deeds, &mut lines),
        17 => {
            if let Some(entry) = remove(deeds, &mut lines) {
                add(deeds, &mut lines, &entry);
            }
        }
        18 => {
            let token = deeds.token();
            let heading = lines.iter().position(|line| line.starts_with("## ")).unwrap_or(0);
            lines.splice(heading..heading, [format!("About {token}."), String::new()]);
        }
        _ => {
            let token = deeds.token();
            lines.push(format!("[{token}]: https://example.org/{token}"));
        }
    }
    lines.join("\n") + "\n"
}

/// The lines of the unreleased section, its heading included.
fn unreleased(lines: &[String]) -> Range<usize> {
    let start = lines
        .iter()
        .position(|line| line.starts_with("## [Unreleased]"))
        .unwrap_or(0);
    let rest = lines
        .iter()
        .skip(start + 1)
        .position(|line| line.starts_with("## [") || line.starts_with('['));
    start..rest.map_or(lines.len(), |n| start + 1 + n)
}

/// The entries within these lines.
fn entries(lines: &[String], within: Range<usize>) -> Vec<Range<usize>> {
    let starts = within.clone().filter(|n| lines[*n].starts_with("- "));
    let ended = |start: usize| {
        let more = (start + 1..within.end)
            .take_while(|n| lines[*n].starts_with("  "))
            .count();
        start..start + 1 + more
    };
    starts.map(ended).collect()
}

fn add(deeds: &mut Deeds, lines: &mut Vec<String>, entry: &[String]) {
    let section = unreleased(lines);
    let category = deeds.one_of(CATEGORIES).copied().unwrap_or_default();
    let heading = section.clone().find(|n| lines[*n] == format!("### {category}"));
    let at = match heading {
        None => {
            let at = section.end;
            let new = ["", entry_heading(category).as_str(), ""].map(str::to_owned);
            // Before the blank line that ends the section.
            let blank = if at > 0 && lines[at - 1].is_empty() {
                at - 1
            } else {
                at
            };
            lines.splice(blank..blank, new);
            blank + 3
        }
        Some(heading) => {
            let end = (heading + 1..section.end)
                .find(|n| lines[*n].starts_with('#'))
                .unwrap_or(section.end);
            let places: Vec<usize> = entries(lines, heading..end)
                .iter()
                .map(|entry| entry.end)
                .collect();
            let first = (heading + 2).min(lines.len());
            if deeds.rng().u8(..4) == 0 {
                first
            } else {
                deeds.one_of(&places).copied().unwrap_or(first)
            }
        }
    };
    lines.splice(at..at, entry.iter().cloned());
    let next = at + entry.len();
    if lines
        .get(next)
        .is_some_and(|line| line.starts_with('#') || line.starts_with('['))
    {
        lines.insert(next, String::new());
    }
}

fn entry_heading(category: &str) -> String {
    format!("### {category}")
}

fn remove(deeds: &mut Deeds, lines: &mut Vec<String>) -> Option<Vec<String>> {
    let entries = entries(lines, unreleased(lines));
    let range = deeds.one_of(&entries)?.clone();
    Some(lines.splice(range, []).collect())
}

fn reword(deeds: &mut Deeds, lines: &mut [String]) {
    let all = if deeds.rng().u8(..4) == 0 {
        0..lines.len()
    } else {
        unreleased(lines)
    };
    let entries = entries(lines, all);
    if let Some(range) = deeds.one_of(&entries).cloned() {
        let token = deeds.token();
        let line = &mut lines[range.start];
        let kept = line.split(", now").next().unwrap_or_default().to_owned();
        *line = format!("{kept}, now {token}");
    }
}

fn release(deeds: &mut Deeds, lines: &mut Vec<String>) {
    let start = unreleased(lines).start;
    let number = deeds.number();
    lines.splice(
        start + 1..=start,
        [String::new(), format!("## [1.{number}.0] - 2026-11-21")],
    );
}
