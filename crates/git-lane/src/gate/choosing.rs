//! What a command line chooses by name: checks and an area, which must be known.

use std::collections::BTreeSet;

use lane_core::id::AreaName;
use lane_core::id::CheckName;
use lane_core::text;
use lane_gate::Gates;

use super::integration_name;
use crate::error::CliError;
use crate::session::Session;

/// How much of a list of names is shown, in characters.
const NAMES_CHARS: usize = 400;

/// The gates with only the checks that are named; with all where none is.
///
/// # Errors
/// When a name is no check's.
pub(crate) fn only(gates: Gates, names: &[CheckName]) -> Result<Gates, CliError> {
    let known = |name: &&CheckName| gates.check(name.as_str()).is_none();
    if let Some(unknown) = names.iter().find(known) {
        let names = gates.checks().map(|(name, _)| name.as_str());
        return Err(CliError::Usage(format!(
            "no check is called {unknown}; declared are {}",
            listed(names)
        )));
    }
    Ok(match names {
        [] => gates,
        names => gates.only(names),
    })
}

/// Whether the area is one of a check's or of the policy's.
///
/// # Errors
/// When it is none: it would choose nothing but what belongs to no area, without a word.
pub(crate) fn area_is_known(session: &Session<'_>, gates: &Gates, area: &AreaName) -> Result<(), CliError> {
    let of_checks = gates.checks().filter_map(|(_, check)| check.area.clone());
    let mut known: BTreeSet<AreaName> = of_checks.collect();
    if let Some(branch) = integration_name(session)?
        && let Some(file) = lane_store::find_policy(session.repo, &branch)?
    {
        known.extend(file.parse()?.area.into_keys());
    }
    if known.contains(area) {
        return Ok(());
    }
    let what = match known.is_empty() {
        true => "neither the gates nor the policy names one".to_owned(),
        false => format!("known are {}", listed(known.iter().map(AreaName::as_str))),
    };
    Err(CliError::Usage(format!("there is no area {area}; {what}")))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    text::excerpt(&names.collect::<Vec<_>>().join(", "), NAMES_CHARS)
}
