//! A climb shown: as lines for people, as JSON, as workflow commands, as JUnit; and its plan with the reasons.

mod about;
mod by_hand;
mod form;
mod github;
mod json;
mod junit;
mod lines;
mod output;
mod plan;
mod teller;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use about::About;
pub(crate) use form::Form;
pub(crate) use form::Named;
pub(crate) use json::plan as plan_json;
pub(crate) use json::report as report_json;
pub(crate) use junit::document as junit;
pub(crate) use lines::flaky;
pub(crate) use plan::plan;
pub(crate) use teller::Teller;
pub(crate) use teller::To;

use lane_core::text;

use super::paint;

/// Says that `reads` was declared for packages that do not exist: misspelt, or renamed since.
pub(crate) fn unknown_packages(names: &[String]) {
    for name in names {
        let name = text::excerpt(name, 64);
        paint::warning(&format!(
            "[package.{name}] is declared in the gates, and there is no such package"
        ));
    }
}
