//! A climb for people: each check's line when it is done, what runs on a terminal meanwhile, and the plan with its reasons.

mod plan;
mod teller;

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
