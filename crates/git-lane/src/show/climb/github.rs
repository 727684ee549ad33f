//! A climb as workflow commands of GitHub Actions: an annotation for what did not pass, its output in a group.
//!
//! The runner takes a line for a command when it begins with `::` behind any white space, or holds `##[` anywhere. So
//! every line that is not a command of ours begins with a word or a bar, and `##[` is broken up wherever it stands.
//! Source: `ActionCommand.cs` of actions/runner.

use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Done;
use lane_gate::Outcome;
use lane_gate::Spot;
use lane_rules::Finding;

use super::about::About;
use super::lines;
use super::places::places;
use super::words;

/// How many annotations one check makes: GitHub shows ten of a step.
const ANNOTATIONS: usize = 10;
/// How much an annotation says, in characters.
const MESSAGE_CHARS: usize = 1000;

/// The lines that say what came of a check.
pub(super) fn of_check(about: &About<'_>, done: &Done, now: Timestamp) -> Vec<String> {
    let said = words::beside(&done.outcome, about.planned(&done.name), now);
    let mut out = vec![plain(&format!(
        "{}: {}  {said}",
        done.name,
        words::word(&done.outcome)
    ))];
    if let Some(flaky) = lines::flaky(done, now) {
        out.push(command("warning", &[("title", &title(done))], &flaky));
    }
    let details = lines::details(about, done);
    if !details.is_empty() {
        out.push(command("group", &[], &format!("output of {}", done.name)));
        out.extend(details.iter().map(|line| plain(&format!("| {line}"))));
        out.push(command("endgroup", &[], ""));
    }
    if !done.outcome.is_good() && !matches!(done.outcome, Outcome::NotRun(_)) {
        out.extend(annotations(about, done, &said, &details));
    }
    out
}

/// The lines that say what was found: an annotation each, at its path where it has one.
pub(crate) fn findings(findings: &[Finding]) -> Vec<String> {
    let annotation = |found: &Finding| {
        let path = found.path.as_deref().map(text::escape_path);
        let mut properties: Vec<(&str, &str)> = Vec::new();
        properties.extend(path.as_deref().map(|path| ("file", path)));
        properties.push(("title", found.refusal.ground.id));
        let name = if found.refuses() { "error" } else { "warning" };
        command(name, &properties, &super::found::sentence(found))
    };
    findings.iter().map(annotation).collect()
}

/// A line that is no command, whatever it holds.
pub(super) fn plain(line: &str) -> String {
    let line = line.replace("##[", "##\\[");
    match line.trim_start().starts_with("::") {
        true => format!("| {line}"),
        false => line,
    }
}

fn annotations(about: &About<'_>, done: &Done, said: &str, details: &[String]) -> Vec<String> {
    let spots = words::run(&done.outcome).map_or(&[][..], |run| &run.spots);
    if !spots.is_empty() {
        let more = spots.len().saturating_sub(ANNOTATIONS);
        return spots
            .iter()
            .take(ANNOTATIONS)
            .enumerate()
            .map(|(n, spot)| match more {
                more if more > 0 && n + 1 == ANNOTATIONS => {
                    at_spot(done, spot, &format!(" ({more} more places)"))
                }
                _ => at_spot(done, spot, ""),
            })
            .collect();
    }
    let last: Vec<&str> = details.iter().rev().take(10).rev().map(String::as_str).collect();
    let message = format!("{said}\n{}", last.join("\n"));
    let dir = about
        .planned(&done.name)
        .map_or("", |planned| planned.dir.as_str());
    let is_file = |path: &str| about.files.iter().any(|file| file.path == path.as_bytes());
    let mut all = vec![command("error", &[("title", &title(done))], message.trim_end())];
    for spot in places(details, dir, &is_file).iter().take(ANNOTATIONS - 1) {
        let line = spot.line.unwrap_or(1).to_string();
        let title = title(done);
        let properties = [
            ("file", spot.path.as_str()),
            ("line", line.as_str()),
            ("title", title.as_str()),
        ];
        all.push(command("error", &properties, said));
    }
    all
}

fn at_spot(done: &Done, spot: &Spot, more: &str) -> String {
    let line = spot.line.map(|line| line.to_string());
    let mut properties = vec![("file", spot.path.as_str())];
    properties.extend(line.as_deref().map(|line| ("line", line)));
    let title = title(done);
    properties.push(("title", &title));
    let what = match spot.line {
        Some(_) => "not formatted",
        None => "cannot be formatted",
    };
    command("error", &properties, &format!("{what}{more}"))
}

fn title(done: &Done) -> String {
    format!("gate {}: {}", done.name, words::id(&done.outcome))
}

/// `::name key=value,…::data`, with the runner's own escapes.
fn command(name: &str, properties: &[(&str, &str)], data: &str) -> String {
    let each: Vec<String> = properties
        .iter()
        .map(|(key, value)| {
            format!(
                "{key}={}",
                escape(&bounded(value)).replace(':', "%3A").replace(',', "%2C")
            )
        })
        .collect();
    let gap = if each.is_empty() { "" } else { " " };
    format!("::{name}{gap}{}::{}", each.join(","), escape(&bounded(data)))
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// At most so many characters of it, safe to show; line breaks stay.
fn bounded(text: &str) -> String {
    let cut: String = text.chars().take(MESSAGE_CHARS).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{}{more}", text::escape_block(&cut))
}
