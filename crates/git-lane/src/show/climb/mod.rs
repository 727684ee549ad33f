//! A climb shown: as lines for people, as JSON, as workflow commands, as JUnit; and its plan with the reasons.

mod about;
mod by_hand;
mod form;
mod found;
mod github;
mod gitlab;
mod json;
mod junit;
mod lines;
mod output;
mod places;
mod plan;
mod teller;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use about::About;
pub(crate) use form::Form;
pub(crate) use form::Named;
pub(crate) use found::as_json as findings_json;
pub(crate) use found::nothing_climbed;
pub(crate) use github::findings as github_findings;
pub(crate) use gitlab::document as gitlab;
pub(crate) use json::plan as plan_json;
pub(crate) use json::report as report_json;
pub(crate) use junit::document as junit;
pub(crate) use lines::flaky;
pub(crate) use plan::plan;
pub(crate) use teller::Teller;
pub(crate) use teller::To;

use lane_core::text;

use super::paint;

/// How many paths are named in a warning.
const PATHS: usize = 3;

/// Says that commands look at other files than what is staged.
pub(crate) fn unlike_staged(paths: &[Vec<u8>]) {
    let named: Vec<String> = paths
        .iter()
        .take(PATHS)
        .map(|path| text::escape_path(path))
        .collect();
    let more = match paths.len().saturating_sub(PATHS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    if !named.is_empty() {
        paint::warning(&format!(
            "not in the work tree as staged: {}{more}; commands see the work tree, the format check what is staged",
            named.join(", ")
        ));
    }
}

/// Says that `reads` was declared for packages that do not exist: misspelt, or renamed since.
pub(crate) fn unknown_packages(names: &[String]) {
    for name in names {
        let name = text::excerpt(name, 64);
        paint::warning(&format!(
            "[package.{name}] is declared in the gates, and there is no such package"
        ));
    }
}
